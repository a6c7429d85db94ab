/** For the tests of this folder: a small model, and files made by hand, with a checksum from an independent recipe. */
import { createHash } from "node:crypto";
import { type EncodedArtifact, encodeArtifact } from "../../src/artifact/format.ts";
import { encodeContainer, readEntries, readHeader, readMetadata, tensorAt } from "../../src/artifact/safetensors.ts";
import { labelsFrom } from "../../src/data/catalog.ts";
import { idsFrom } from "../../src/data/ids.ts";
import { MatineeError } from "../../src/errors.ts";
import type { Tensor } from "../../src/models/model.ts";
import type { Trained } from "../../src/models/trained.ts";

/** Two users with text ids, three films with number ids, a state with a part. */
export function sample(): Trained {
  const child = { algorithm: "child", facts: {}, tensors: { x: { shape: [2], data: new Int16Array([-1, 300]) } } };
  return {
    info: {
      name: "toy",
      users: idsFrom(["Zoë", "ł"]),
      items: idsFrom(Float64Array.of(1, 2, 260)),
      catalog: {
        titles: ["Toy Story (1995)", "", "Шрек 🎬 (2001)"],
        years: Int16Array.of(1995, 0, 2001),
        genres: labelsFrom([["Comedy", "Animation"], [], ["Comedy"]]),
        tags: labelsFrom([[], ["slow", "slow"], []]),
        imdb: Int32Array.of(114709, 0, 126029),
        tmdb: Int32Array.of(862, 0, 808),
      },
      scale: { min: 0.5, max: 5, step: 0.5 },
      feedback: "ratings",
      counts: Int32Array.of(2, 0, 1),
      likes: Int32Array.of(1, 0, 1),
      coRatings: { users: 2, films: Int32Array.of(0, 2), both: Int32Array.of(2, 1, 1) },
    },
    state: {
      algorithm: "parent",
      facts: { mean: 3.5, note: "naïve \u2028 🎬" },
      tensors: {
        bias: { shape: [], data: Float64Array.of(Math.PI) },
        items: { shape: [3, 2], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
        none: { shape: [0, 4], data: new Int32Array(0) },
        rule: { shape: [3], data: Uint8Array.of(1, 2, 3) },
      },
      parts: { left: child },
    },
    record: { config: { factors: 2 }, seed: 7, arithmetic: "strict", data: "ab".repeat(32) },
  };
}

export function join({ header, chunks }: EncodedArtifact): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.concat([header, ...chunks]));
}

export async function fileOf(trained: Trained): Promise<Uint8Array<ArrayBuffer>> {
  return join(await encodeArtifact(trained));
}

/** Header text and tensor section of a file. */
export function split(file: Uint8Array): { text: string; section: Uint8Array } {
  const start = 8 + new DataView(file.buffer, file.byteOffset).getUint32(0, true);
  return { text: Buffer.from(file.subarray(8, start)).toString().trimEnd(), section: file.subarray(start) };
}

/** A file with this header and a true checksum, if the header has a place for one. */
export function build(header: string | Uint8Array, section: Uint8Array): Uint8Array<ArrayBuffer> {
  const json = Buffer.from(header);
  const padded = Buffer.alloc(Math.ceil(json.length / 8) * 8, " ");
  json.copy(padded);
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(BigInt(padded.length));
  const head = Buffer.concat([prefix, padded]);
  const at = head.indexOf('"checksum":"') + 12;
  if (at > 12) head.write("0".repeat(64), at) && head.write(checksum(head, section), at);
  return new Uint8Array(Buffer.concat([head, section]));
}

/** The recipe of docs/artifact-format.md, by Node's own hash. */
export function checksum(head: Uint8Array, section: Uint8Array): string {
  const hex = (bytes: Uint8Array | string) => createHash("sha256").update(bytes).digest("hex");
  const digests = [hex(head)];
  for (let at = 0; at < section.length; at += 2 ** 24) digests.push(hex(section.subarray(at, at + 2 ** 24)));
  return hex(digests.join("\n"));
}

/** What `deepStrictEqual` can compare: ids without their functions, facts and tables by value. */
export function plain(trained: Trained): unknown {
  const { info } = trained;
  return { ...trained, info: { ...info, users: info.users.values, items: info.items.values } };
}

export function list(data: Tensor["data"]): Tensor {
  return { shape: [data.length], data };
}

/** The error of a call that must fail with one of ours. */
export async function failure(run: () => Promise<unknown>): Promise<MatineeError> {
  try {
    await run();
  } catch (error) {
    if (error instanceof MatineeError) return error;
    throw new Error(`expected a MatineeError, found ${error}`, { cause: error });
  }
  throw new Error("expected an error, there was none");
}

/** A path into parsed JSON. */
type Path = readonly string[];

/** Sets what is at a path, or removes it (`undefined`). */
export function put(target: unknown, path: Path, value: unknown): void {
  const [key, ...rest] = path;
  const object = target as Record<string, unknown>;
  if (rest.length > 0) put(object[key], rest, value);
  else if (value === undefined) delete object[key];
  else object[key] = value;
}

/** The sample's file with its header edited, and a true checksum. */
export function edited(file: Uint8Array, ...edits: readonly (readonly [Path, unknown])[]): Uint8Array {
  const { text, section } = split(file);
  const header: unknown = JSON.parse(text);
  for (const [path, value] of edits) put(header, path, value);
  return build(JSON.stringify(header), section);
}

/** A file of sound structure with other metadata and tensors, and a true checksum. */
export function forge(
  file: Uint8Array,
  edit: (metadata: Record<string, string>, tensors: Map<string, Tensor>) => void,
): Uint8Array {
  const header = readHeader(file, "");
  const entries = readEntries(header, file.length - header.start, "");
  const tensors = new Map(entries.map((entry) => [entry.name, tensorAt(entry, file, header.start)]));
  const metadata = Object.fromEntries(readMetadata(header, ""));
  edit(metadata, tensors);
  const made = split(join(encodeContainer(metadata, tensors)));
  return build(made.text, made.section);
}
