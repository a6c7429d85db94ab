import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, open, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { homedir, platform } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { MatineeError } from "../errors.ts";
import { withTemporary, writeError } from "../replace-file.ts";
import { checkCancelled, type Watch } from "./progress.ts";
import { unzip } from "./unzip.ts";

/** The MovieLens sets that GroupLens publishes in a layout we read. */
export const movieLensNames = ["ml-100k", "ml-1m", "ml-latest-small", "ml-latest", "ml-25m", "ml-32m"] as const;
export type MovieLensName = (typeof movieLensNames)[number];

/**
 * Checksums of the published archives: SHA-256, or GroupLens's own MD5. ml-latest is replaced by GroupLens now and then, so
 * it has none here and the one published beside it counts.
 */
const checksums: Partial<Record<MovieLensName, Checksum>> = {
  "ml-100k": { sha256: "50d2a982c66986937beb9ffb3aa76efe955bf3d5c6b761f4e3a7cd717c6a3229" },
  "ml-1m": { sha256: "a6898adb50b9ca05aa231689da44c217cb524e7ebd39d264c56e2832f2c54e20" },
  "ml-latest-small": { sha256: "696d65a3dfceac7c45750ad32df2c259311949efec81f0f144fdfb91ebc9e436" },
  "ml-25m": { md5: "6b51fb2759a8657d3bfcbfc42b592ada" },
  "ml-32m": { md5: "d472be332d4daa821edc399621853b57" },
};

export type Checksum = { readonly sha256: string } | { readonly md5: string };

export interface DownloadOptions extends Watch {
  /** Default: MATINEE_CACHE, or else matinee in the user's cache folder. */
  readonly cacheFolder?: string;
  readonly baseUrl?: string;
  /** What the archive must hash to; default: the known or the published checksum. */
  readonly checksum?: Checksum;
}

/**
 * The folder of a MovieLens set, downloaded unless it is there. Goes on where an interrupted download stopped; a folder
 * that exists is complete. Two processes may do this at once.
 * @throws DOWNLOAD_FAILED, DOWNLOAD_CHECKSUM, DATA_LAYOUT (an archive that cannot be unpacked), WRITE_FAILED, CANCELLED
 */
export async function fetchMovieLens(name: MovieLensName, options: DownloadOptions = {}): Promise<string> {
  const { cacheFolder = defaultCacheFolder(), baseUrl = "https://files.grouplens.org/datasets/movielens" } = options;
  const folder = join(cacheFolder, name);
  if (await exists(folder)) return folder;
  const url = `${baseUrl}/${name}.zip`;
  await writing(cacheFolder, () => mkdir(cacheFolder, { recursive: true }));
  const release = await claim(join(cacheFolder, `${name}.lock`), options.signal, () => exists(folder));
  if (release === undefined) return folder;
  try {
    const part = join(cacheFolder, `${name}.zip.part`);
    await download(url, part, options);
    await verify(part, name, url, options);
    try {
      await withTemporary(folder, async (unpacked) => {
        await unzip(part, unpacked, options.signal);
        if (!(await exists(join(unpacked, name)))) {
          throw new MatineeError("DATA_LAYOUT", `${url} holds no folder ${name}`, { fix: "give a folder with --data" });
        }
        await writing(folder, () => moveUnlessThere(join(unpacked, name), folder));
      });
    } catch (error) {
      // An archive that cannot be unpacked would not be better next time.
      if (error instanceof MatineeError && error.code === "DATA_LAYOUT") await discard(part);
      throw error;
    }
    await discard(part);
    return folder;
  } finally {
    await release();
  }
}

/** Where downloads are kept: MATINEE_CACHE, or the place that the operating system has for such files. */
export function defaultCacheFolder(env: NodeJS.ProcessEnv = process.env, system: string = platform()): string {
  if (env.MATINEE_CACHE) return env.MATINEE_CACHE;
  if (system === "win32") return join(env.LOCALAPPDATA ?? join(homedir(), "AppData", "Local"), "matinee");
  if (system === "darwin") return join(homedir(), "Library", "Caches", "matinee");
  return join(env.XDG_CACHE_HOME || join(homedir(), ".cache"), "matinee");
}

/** Appends what is missing to `part`. Beside it, `.version` names the server's version of the file that it is a part of. */
export async function download(url: string, part: string, { onProgress, signal }: DownloadOptions): Promise<void> {
  const version = await readFile(`${part}.version`, "utf8").catch(() => "");
  const have = version === "" ? 0 : await sizeOf(part);
  // With If-Range the server sends the rest only if its file is still the same, and all of it otherwise.
  const headers: Record<string, string> = have > 0 ? { range: `bytes=${have}-`, "if-range": version } : {};
  try {
    const response = await fetch(url, { headers, ...(signal ? { signal } : {}) });
    if (response.status === 416) {
      await response.body?.cancel();
      // Nothing is missing, or the part is longer than the file. The checksum tells.
      return;
    }
    if (!response.ok || response.body === null) throw new Error(`the server answers ${response.status}`);
    const resumed = response.status === 206;
    if (!resumed) await discard(part);
    await writeFile(`${part}.version`, strongVersion(response.headers));
    const total = (resumed ? have : 0) + Number(response.headers.get("content-length") ?? Number.NaN);
    let done = resumed ? have : 0;
    const counted = async function* (source: AsyncIterable<Uint8Array>) {
      for await (const bytes of source) {
        done += bytes.length;
        if (total > 0) onProgress?.(Math.min(1, done / total));
        yield bytes;
      }
    };
    const body = Readable.from(response.body as unknown as AsyncIterable<Uint8Array>);
    await pipeline(body, counted, createWriteStream(part, { flags: resumed ? "a" : "w" }));
    if (done < total) throw new Error(`the connection ended after ${done} of ${total} bytes`);
  } catch (error) {
    checkCancelled(signal, `downloading ${url}`);
    throw failed(url, error);
  }
}

/** A weak ETag may stand for different bytes, so it does not allow to go on. */
function strongVersion(headers: Headers): string {
  const etag = headers.get("etag");
  return etag && !etag.startsWith("W/") ? etag : (headers.get("last-modified") ?? "");
}

async function verify(part: string, name: MovieLensName, url: string, options: DownloadOptions): Promise<void> {
  const expected = options.checksum ?? checksums[name] ?? (await publishedChecksum(url, options.signal));
  const [algorithm, wanted] = "sha256" in expected ? ["sha256", expected.sha256] : ["md5", expected.md5];
  const hash = createHash(algorithm);
  await pipeline(createReadStream(part), hash);
  const found = hash.digest("hex");
  if (found === wanted) return;
  await discard(part);
  throw new MatineeError("DOWNLOAD_CHECKSUM", `${url} has ${algorithm} ${found}, but ${wanted} is published`);
}

async function publishedChecksum(url: string, signal?: AbortSignal): Promise<Checksum> {
  try {
    const response = await fetch(`${url}.md5`, signal ? { signal } : {});
    if (!response.ok) throw new Error(`the server answers ${response.status}`);
    const md5 = /\b[0-9a-f]{32}\b/i.exec(await response.text());
    if (md5 === null) throw new Error("it holds no MD5");
    return { md5: md5[0].toLowerCase() };
  } catch (error) {
    checkCancelled(signal, `downloading ${url}.md5`);
    throw failed(`${url}.md5`, error);
  }
}

/**
 * Makes this process the only one to download: holds a lock file, refreshed while it works, until released. Waits while
 * another process holds it; a lock that has not been refreshed for a while was left by one that died.
 * @returns undefined if `done` becomes true while waiting.
 */
export async function claim(
  lock: string,
  signal: AbortSignal | undefined,
  done: () => Promise<boolean>,
): Promise<(() => Promise<void>) | undefined> {
  for (;;) {
    checkCancelled(signal, "downloading");
    try {
      const file = await open(lock, "wx");
      if (await done()) {
        await file.close();
        await rm(lock, { force: true });
        return undefined;
      }
      const refresh = setInterval(() => void file.utimes(new Date(), new Date()).catch(() => {}), staleAfter / 10);
      refresh.unref();
      return async () => {
        clearInterval(refresh);
        await file.close();
        await rm(lock, { force: true });
      };
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST"))
        throw writeError(`${lock} cannot be written`, error);
    }
    const age = Date.now() - (await stat(lock).then((file) => file.mtimeMs, Date.now));
    if (age > staleAfter) await rm(lock, { force: true });
    else await new Promise((resolve) => setTimeout(resolve, 200));
    if (await done()) return undefined;
  }
}

const staleAfter = 30_000;

export async function discard(part: string): Promise<void> {
  await rm(part, { force: true });
  await rm(`${part}.version`, { force: true });
}

export async function moveUnlessThere(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!(await exists(to))) throw error;
  }
}

export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    (file) => file.size,
    () => 0,
  );
}

export async function writing<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw writeError(`${path} cannot be written`, error);
  }
}

export function failed(url: string, cause: unknown): MatineeError {
  return new MatineeError("DOWNLOAD_FAILED", `${url} cannot be downloaded: ${reason(cause)}`, { cause });
}

/** What went wrong, in words: fetch hides it in the cause. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message || String(error.cause) : error.message;
}
