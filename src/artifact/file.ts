/** Artifacts on disk: written whole or not at all, read whatever their size. */
import { type FileHandle, open, stat } from "node:fs/promises";
import { MatineeError } from "../errors.ts";
import type { Trained } from "../models/trained.ts";
import { checkTarget, replaceFile } from "../replace-file.ts";
import { OPENING } from "./checksum.ts";
import { checkOpening, decodeArtifact, encodeArtifact, readStructure } from "./format.ts";
import { headerEnd } from "./safetensors.ts";

/** Bytes per system call: below the 2 GiB that one call can move, and often enough to notice a cancellation. */
const STEP = 64 * 2 ** 20;

/**
 * Writes a model, replacing what is at `path` in one step: a reader sees the old file or the new one, after a power cut as
 * well. A failed write leaves nothing behind.
 * @throws WRITE_FAILED, CANCELLED, ARTIFACT_CONTENT, NOT_FINITE
 * @example
 * import { writeArtifact } from "matinee";
 * await writeArtifact("films.matinee", recommender.trained);
 */
export async function writeArtifact(
  path: string,
  trained: Trained,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<void> {
  const { header, chunks } = await encodeArtifact(trained);
  checkSignal(path, signal);
  await checkTarget(path);
  await replaceFile(path, async (temporary) => {
    // exclusive, so that no link in its place is followed
    await using file = await open(temporary, "wx");
    for (const chunk of [header, ...chunks]) await writeAll(file, chunk, () => checkSignal(path, signal));
    checkSignal(path, signal);
  });
}

/**
 * Reads a model.
 *
 * @throws ARTIFACT_NOT_FOUND, MEMORY, and what `decodeArtifact` throws
 * @example
 * import { readArtifact } from "matinee";
 * await recommender.save("films.matinee");
 * const trained = await readArtifact("films.matinee");
 * console.log(trained.record.config);
 */
export async function readArtifact(path: string): Promise<Trained> {
  return decodeArtifact(await readBytes(path), path);
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    const found = await stat(path);
    // asked before opening, because opening a named pipe waits for a writer
    if (!found.isFile()) {
      const what = found.isDirectory() ? "a folder" : "not a regular file";
      throw new MatineeError("ARTIFACT_NOT_FOUND", `${path}: is ${what}, not a model file`);
    }
    await using file = await open(path, "r");
    const { size } = await file.stat();
    // before memory for all of it is asked for: the file may be a 50 GB film by mistake, or a download cut short
    const opening = await readUpTo(file, Math.min(size, 8 + OPENING.length));
    checkOpening(opening, path);
    readStructure(await readUpTo(file, Math.min(size, headerEnd(opening))), size, path);
    return await readUpTo(file, size);
  } catch (error) {
    if (error instanceof MatineeError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (error instanceof RangeError) {
      throw new MatineeError("MEMORY", `${path}: the file does not fit in memory: ${message}`, { cause: error });
    }
    const problem = code === "ENOENT" ? "no such file" : message;
    throw new MatineeError("ARTIFACT_NOT_FOUND", `${path}: ${problem}`, { cause: error });
  }
}

/** The first `size` bytes, or fewer where the file has become shorter; in steps, as one call reads 2 GiB at most. */
async function readUpTo(file: FileHandle, size: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  let at = 0;
  while (at < size) {
    const { bytesRead } = await file.read(bytes, at, Math.min(STEP, size - at), at);
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return bytes.subarray(0, at);
}

async function writeAll(file: FileHandle, bytes: Uint8Array, check: () => void): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    check();
    const { bytesWritten } = await file.write(bytes, at, Math.min(STEP, bytes.length - at));
    at += bytesWritten;
  }
}

function checkSignal(path: string, signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new MatineeError("CANCELLED", `${path}: writing was cancelled`);
}
