/** Artifacts on disk: written whole or not at all, read whatever their size. */
import { type FileHandle, open, stat } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import { MatineeError } from "../errors.ts";
import { PIECE } from "../hash.ts";
import type { Json } from "../models/model.ts";
import type { Trained } from "../models/trained.ts";
import { checkTarget, replaceFile } from "../replace-file.ts";
import { OPENING } from "./checksum.ts";
import { checkOpening, decodeArtifact, decodeInParts, encodeArtifact, readStructure } from "./format.ts";
import { isObject, parseJson } from "./json.ts";
import { headerEnd } from "./safetensors.ts";
import { stampOfStats, storedRows } from "./stored-rows.ts";
import { tensorsToLeave, withSummaries } from "./stored-tensors.ts";

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
  return readArtifactWithin(path, { whole: Number.POSITIVE_INFINITY });
}

/** Bytes of files that are read as a whole: half of the memory, since a model takes twice as much while it is exchanged. */
export function wholeWithin(memory: number): number {
  return memory / 2;
}

/**
 * Reads a model. Of a file that is larger than what is read as a whole, the vectors of items stay in it where the model can answer so, as `als` can.
 * They are read for each list, which is the same; what needs all of them at once, such as saving, is refused.
 *
 * @throws what `readArtifact` throws, ARTIFACT_LIMIT, CANCELLED
 */
export async function readArtifactWithin(
  path: string,
  { whole, toAnswer, bounds, signal }: ReadWithin,
): Promise<Trained> {
  return withArtifactFile(path, async (file, size) => {
    // what is read into memory is bounded further down
    const header = await readHeaderBytes(path, file, size, bounds && { ...bounds, file: Number.POSITIVE_INFINITY });
    const {
      metadata,
      entries,
      header: { start },
    } = readStructure(header, size, path);
    const left =
      size > whole || toAnswer
        ? tensorsToLeave(outlinesIn(metadata, path), entries, size > whole ? "all" : "unasked")
        : [];
    const inFile = left.reduce((sum, { begin, end }) => sum + end - begin, 0);
    if (bounds)
      checkBound(path, left.length > 0 ? "what of it is read into memory" : "the file", size - inFile, bounds.file);
    if (left.length === 0) return decodeArtifact(await readUpTo(file, size), path);
    const stamp = stampOfStats(await file.stat({ bigint: true }));
    const stored = new Map(
      left.map(({ name, shape: [rows, length], begin }) => {
        return [name, storedRows({ rows, length, place: { path, at: start + begin, stamp } })];
      }),
    );
    const pieces = readPieces(file, start, size, () => checkSignal(path, signal, "reading"));
    return withSummaries(await decodeInParts({ header, size, pieces, stored }, path), async () => {
      await setImmediate();
      checkSignal(path, signal, "reading");
    });
  });
}

interface ReadWithin {
  /** Bytes of the largest file that is read as a whole. */
  readonly whole: number;
  /** The model will answer, and not be trained further or saved: what no answer needs stays in the file, whatever its size. */
  readonly toAnswer?: boolean;
  /** Without them, whatever fits in memory. */
  readonly bounds?: ArtifactBounds;
  readonly signal?: AbortSignal;
}

/** The outlines of the states in a file, by the paths of their tensors. */
function outlinesIn(metadata: ReadonlyMap<string, string>, path: string): Record<string, Json | undefined> {
  const parse = (text: string | undefined) =>
    text === undefined
      ? undefined
      : parseJson(text, (problem) => new MatineeError("ARTIFACT_CONTENT", `${path}: ${problem}`));
  const predictor = parse(metadata.get("predictor"));
  return { state: parse(metadata.get("state")), predictor: isObject(predictor) ? predictor.state : undefined };
}

async function* readPieces(
  file: FileHandle,
  start: number,
  size: number,
  check: () => void,
): AsyncGenerator<Uint8Array> {
  const array = new Uint8Array(PIECE);
  for (let at = start; at < size; at += PIECE) {
    check();
    const piece = array.subarray(0, Math.min(PIECE, size - at));
    for (let done = 0; done < piece.length; ) {
      const { bytesRead } = await file.read(piece, done, piece.length - done, at + done);
      if (bytesRead === 0) return;
      done += bytesRead;
    }
    yield piece;
  }
}

/** The most that a reader takes, in bytes. */
export interface ArtifactBounds {
  readonly file: number;
  /** Of its header, which is parsed in one go, and takes many times its length in memory. */
  readonly header: number;
}

/**
 * Reads the bytes of a model, for `decodeArtifact`.
 *
 * @param bounds without them, whatever fits in memory
 * @throws ARTIFACT_NOT_FOUND, ARTIFACT_TRUNCATED, ARTIFACT_HEADER, ARTIFACT_VERSION, ARTIFACT_LIMIT, MEMORY
 */
export async function readArtifactBytes(path: string, bounds?: ArtifactBounds): Promise<Uint8Array<ArrayBuffer>> {
  return withArtifactFile(path, async (file, size) => {
    readStructure(await readHeaderBytes(path, file, size, bounds), size, path);
    return await readUpTo(file, size);
  });
}

/** The first bytes of a model, up to the end of its header. */
export async function readHeaderBytes(
  path: string,
  file: FileHandle,
  size: number,
  bounds?: ArtifactBounds,
): Promise<Uint8Array> {
  if (bounds) checkBound(path, "the file", size, bounds.file);
  // before memory for all of it is asked for: the file may be a 50 GB film by mistake, or a download cut short
  const opening = await readUpTo(file, Math.min(size, 8 + OPENING.length));
  checkOpening(opening, path);
  if (bounds) checkBound(path, "its header", Math.min(size, headerEnd(opening)), bounds.header);
  return await readUpTo(file, Math.min(size, headerEnd(opening)));
}

function checkBound(path: string, what: string, bytes: number, most: number): void {
  if (bytes > most) throw new MatineeError("ARTIFACT_LIMIT", `${path}: ${what} has ${bytes} bytes, of ${most} at most`);
}

/** Opens a model file for reading. @throws ARTIFACT_NOT_FOUND, MEMORY, and any MatineeError of `read` */
export async function withArtifactFile<T>(
  path: string,
  read: (file: FileHandle, size: number) => Promise<T>,
): Promise<T> {
  try {
    const found = await stat(path);
    // asked before opening, because opening a named pipe waits for a writer
    if (!found.isFile()) {
      const what = found.isDirectory() ? "a folder" : "not a regular file";
      throw new MatineeError("ARTIFACT_NOT_FOUND", `${path}: is ${what}, not a model file`);
    }
    await using file = await open(path, "r");
    return await read(file, (await file.stat()).size);
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

/** A part of a file that begins at a byte. */
export async function readRange(file: FileHandle, from: number, size: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(size);
  const { bytesRead } = await file.read(bytes, 0, size, from);
  return bytes.subarray(0, bytesRead);
}

/** The first `size` bytes, or fewer where the file has become shorter; in steps, as one call reads 2 GiB at most. */
async function readUpTo(file: FileHandle, size: number): Promise<Uint8Array<ArrayBuffer>> {
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

function checkSignal(path: string, signal: AbortSignal | undefined, what = "writing"): void {
  if (signal?.aborted) throw new MatineeError("CANCELLED", `${path}: ${what} was cancelled`);
}
