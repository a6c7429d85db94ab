/** A profile as a file, and as a code to copy, which is the same file packed. */
import type { Film, ModelData } from "../../src/client.ts";
import type { FileInMemory } from "../../src/recommend/profile/unpack-export.ts";
import { markKinds, type Profile } from "../profile/profile.ts";

/** What codes begin with: how they are packed, in case that changes. */
const codeStart = "matinee1.";
/** More than the packed ratings of all films. */
const longestFile = 2e7;

/** The text of a file that the page and `matinee recommend --ratings` read. */
export function profileText({ ratings, marks, wishes }: Profile, { name, scale, feedback }: ModelData): string {
  const named = ({ id, title }: Film) => ({ id, title });
  return JSON.stringify({
    data: name,
    ...(feedback === "ratings" && { scale }),
    ratings: ratings.map(({ film, rating }) => ({ ...named(film), rating })),
    marks: Object.fromEntries(markKinds.map((kind) => [kind, marks[kind].map(named)])),
    wishes,
  });
}

export async function codeOf(text: string): Promise<string> {
  const packed = await throughAll(new TextEncoder().encode(text), new CompressionStream("deflate-raw"));
  const letters = Array.from(packed, (byte) => String.fromCharCode(byte)).join("");
  return codeStart + btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The file that a code is; undefined where it is none, or not the whole of one. */
export async function fileOfCode(code: string): Promise<FileInMemory | undefined> {
  const text = code.replaceAll(/\s/g, "");
  if (!text.startsWith(codeStart)) return undefined;
  try {
    const letters = atob(text.slice(codeStart.length).replaceAll("-", "+").replaceAll("_", "/"));
    const packed = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
    return { name: "your code.json", bytes: await throughAll(packed, new DecompressionStream("deflate-raw")) };
  } catch {
    return undefined;
  }
}

/** @throws Error where more comes out than any file has */
async function throughAll(
  bytes: Uint8Array<ArrayBuffer>,
  stream: CompressionStream | DecompressionStream,
): Promise<Uint8Array<ArrayBuffer>> {
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader();
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    pieces.push(read.value);
    length += read.value.length;
    if (length > longestFile) throw new Error("it is too long");
  }
  return new Uint8Array(await new Blob(pieces).arrayBuffer());
}
