/**
 * Files and folders that are there whole or not at all: they are written under a hidden name beside their place, synced, and renamed.
 * A reader sees the old one or the new one, after a power cut too; a failure leaves the old one and nothing else. What a process that was killed
 * left is removed a day later, by the next one that writes into the folder.
 */
import { randomUUID } from "node:crypto";
import {
  access,
  constants,
  type FileHandle,
  lstat,
  mkdir,
  open,
  readdir,
  rename,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { MatineeError } from "./errors.ts";

export interface ReplaceOptions {
  /** What a failure is said of, at the head of its message; the path unless given. */
  readonly about?: string;
  /** The way out of a failure; the error table's unless given. */
  readonly fix?: string;
}

/**
 * Writes a file, or a folder where there is none or an empty one. Folders above it that are not there are made. Once the promise resolves,
 * all of it lasts through a power cut.
 *
 * @param write makes the file or folder at the path that it is given
 * @throws WRITE_FAILED, and any MatineeError of `write`
 */
export async function replaceFile(
  path: string,
  write: (temporary: string) => Promise<void>,
  { about = path, fix }: ReplaceOptions = {},
): Promise<void> {
  await checkTarget(path, true);
  try {
    await makeFolder(resolve(dirname(path)));
    await withTemporary(path, async (temporary) => {
      await write(temporary);
      await moveDurably(temporary, path);
    });
  } catch (error) {
    throw writeError(about, error, fix);
  }
}

/** Replaces a file by a text. @throws WRITE_FAILED */
export async function replaceText(path: string, text: string): Promise<void> {
  await replaceFile(path, (temporary) => writeFile(temporary, text, { flag: "wx" }));
}

/** Renames a file or folder in its file system. It and its new name last through a power cut. */
export async function moveDurably(from: string, to: string): Promise<void> {
  await syncAll(from);
  // Opened before the old file is gone, because a folder can be writable but not readable.
  await using folder = await openFolder(dirname(to));
  await rename(from, to);
  await folder?.sync().catch(ignoreUnsupported);
}

/** Syncs a file, or a folder with all that is in it. */
async function syncAll(path: string): Promise<void> {
  if ((await lstat(path)).isDirectory()) {
    for (const entry of await readdir(path, { withFileTypes: true })) {
      if (entry.isDirectory() || entry.isFile()) await syncAll(join(path, entry.name));
    }
    await syncFolder(path);
  } else {
    await using file = await open(path, process.platform === "win32" ? "r+" : "r");
    await file.sync();
  }
}

async function syncFolder(path: string): Promise<void> {
  await using folder = await openFolder(path);
  await folder?.sync().catch(ignoreUnsupported);
}

/** Makes a folder and those above it that are not there, so that they last. */
async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
}

/**
 * Gives `work` a hidden name beside a path, in the same file system. What lies there afterwards is removed, a folder with all
 * that is in it.
 */
export async function withTemporary<T>(path: string, work: (temporary: string) => Promise<T>): Promise<T> {
  await removeLeftIn(resolve(dirname(path)));
  const temporary = join(dirname(path), `.${basename(path).slice(0, 100)}.${randomUUID()}.matinee-tmp`);
  try {
    return await work(temporary);
  } finally {
    await rm(temporary, { recursive: true, force: true }).catch(() => {});
  }
}

/** The names that `withTemporary` gives, and no others. */
const temporaryName = /^\..{0,100}\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.matinee-tmp$/s;
/** Milliseconds: nothing is written for so long without its time changing. */
const leftAfter = 24 * 3600 * 1000;
/** Folders that this process has looked through. */
const lookedThrough = new Set<string>();

/** Removes what processes that were killed left in a folder, once in each process. */
async function removeLeftIn(folder: string): Promise<void> {
  if (lookedThrough.has(folder)) return;
  lookedThrough.add(folder);
  for (const name of await readdir(folder).catch(() => [])) {
    if (!temporaryName.test(name)) continue;
    const path = join(folder, name);
    const { mtimeMs } = await lstat(path).catch(() => ({ mtimeMs: Number.NaN }));
    if (Date.now() - mtimeMs > leftAfter) await rm(path, { recursive: true, force: true }).catch(() => {});
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
