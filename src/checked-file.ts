/** Files of a cache: a SHA-256 of the content, then the content. One that is damaged is as good as none. */
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { type ReplaceOptions, replaceFile } from "./replace-file.ts";

const digestBytes = 32;

/** Replaces a file. @throws WRITE_FAILED */
export async function writeCheckedFile(path: string, content: Uint8Array, options: ReplaceOptions): Promise<void> {
  const bytes = Buffer.concat([sha256(content), content]);
  await replaceFile(path, (temporary) => writeFile(temporary, bytes, { flag: "wx" }), options);
}

/** The content of a file; undefined where there is none, or a damaged one. */
export async function readCheckedFile(path: string): Promise<Buffer | undefined> {
  const bytes = await readFile(path).catch(() => undefined);
  const content = bytes?.subarray(digestBytes);
  return content && sha256(content).equals(bytes!.subarray(0, digestBytes)) ? content : undefined;
}

function sha256(content: Uint8Array): Buffer {
  return createHash("sha256").update(content).digest();
}
