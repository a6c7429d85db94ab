/**
 * Files and folders that are there whole or not at all: they are written under a hidden name beside their place, and renamed.
 * A reader sees the old one or the new one; a failure leaves the old one and nothing else.
 */
import { randomUUID } from "node:crypto";
import { access, constants, type FileHandle, mkdir, open, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { MatineeError } from "./errors.ts";

export interface ReplaceOptions {
  /** What a failure is said of, at the head of its message; the path unless given. */
  readonly about?: string;
  /** The way out of a failure; the error table's unless given. */
  readonly fix?: string;
  /** Whether the new name lasts through a power cut, once the promise resolves. `write` syncs the file itself. */
  readonly durable?: boolean;
}

/**
 * Writes a file, or a folder where there is none or an empty one. Folders above it that are not there are made.
 *
 * @param write makes the file or folder at the path that it is given
 * @throws WRITE_FAILED, and any MatineeError of `write`
 */
export async function replaceFile(
  path: string,
  write: (temporary: string) => Promise<void>,
  { about = path, fix, durable = false }: ReplaceOptions = {},
): Promise<void> {
  await checkTarget(path, true);
  try {
    await mkdir(dirname(path), { recursive: true });
    await withTemporary(path, async (temporary) => {
      await write(temporary);
      // Opened before the old file is gone, because a folder can be writable but not readable.
      await using folder = durable ? await openFolder(dirname(path)) : undefined;
      await rename(temporary, path);
      await folder?.sync().catch(ignoreUnsupported);
    });
  } catch (error) {
    throw writeError(about, error, fix);
  }
}

/** Replaces a file by a text. @throws WRITE_FAILED */
export async function replaceText(path: string, text: string): Promise<void> {
  await replaceFile(path, (temporary) => writeFile(temporary, text, { flag: "wx", flush: true }));
}

/**
 * Gives `work` a hidden name beside a path, in the same file system. What lies there afterwards is removed, a folder with all
 * that is in it.
 */
export async function withTemporary<T>(path: string, work: (temporary: string) => Promise<T>): Promise<T> {
  const temporary = join(dirname(path), `.${basename(path).slice(0, 100)}.${randomUUID()}.tmp`);
  try {
    return await work(temporary);
  } finally {
    await rm(temporary, { recursive: true, force: true }).catch(() => {});
  }
}

/** The error for whatever kept a file from being written: a MatineeError as it is, else WRITE_FAILED. */
export function writeError(about: string, cause: unknown, fix?: string): MatineeError {
  if (cause instanceof MatineeError) return cause;
  const message = `${about}: ${cause instanceof Error ? cause.message : cause}`;
  return new MatineeError("WRITE_FAILED", message, fix === undefined ? { cause } : { cause, fix });
}

/**
 * @param orFolder whether a folder may stand there as well
 * @throws WRITE_FAILED where something other than a file stands at the path: a rename would replace a device or a pipe
 */
export async function checkTarget(path: string, orFolder = false): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (path !== "" && (found === undefined || found.isFile() || (orFolder && found.isDirectory()))) return;
  const what = path === "" ? "the name of the file is empty" : `${path}: is not a file`;
  throw new MatineeError("WRITE_FAILED", what, { fix: "name a file" });
}

/** For the time before long work: tells whether a file can be written at all, in a folder that is there or can be made. @throws WRITE_FAILED */
export async function ensureWritable(path: string): Promise<void> {
  await checkTarget(path);
  const folder = await nearestFolder(dirname(resolve(path)));
  try {
    if (!(await stat(folder)).isDirectory()) throw new Error(`${folder} is a file`);
    await access(folder, constants.W_OK);
  } catch (cause) {
    throw new MatineeError("WRITE_FAILED", `nothing can be written into ${folder}`, { cause });
  }
}

/** The folder, or the nearest one above it that is there. */
async function nearestFolder(folder: string): Promise<string> {
  const found = await stat(folder).catch(() => undefined);
  return found || dirname(folder) === folder ? folder : nearestFolder(dirname(folder));
}

/** A folder, to be synced so that a new name in it lasts; Windows has no such call. */
async function openFolder(path: string): Promise<FileHandle | undefined> {
  return process.platform === "win32" ? undefined : open(path, "r");
}

/** Not every file system can sync a folder. */
function ignoreUnsupported(error: NodeJS.ErrnoException): void {
  if (error.code !== "EINVAL" && error.code !== "ENOTSUP") throw error;
}
