/** Downloads that can be resumed, for any kind of file: data sets and text models. */
import { createWriteStream } from "node:fs";
import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { causeMessage, MatineeError } from "../../errors.ts";
import { present } from "../../present.ts";
import { moveDurably, writeError } from "../../replace-file.ts";
import { checkCancelled, type ProgressOptions } from "../progress.ts";

export type Checksum = { readonly sha256: string } | { readonly md5: string };

export interface DownloadOptions extends ProgressOptions {
  /** Default: MATINEE_CACHE, or else matinee in the user's cache folder. */
  readonly cacheFolder?: string;
  readonly baseUrl?: string;
  /** What the archive must hash to; default: the known or the published checksum. */
  readonly checksum?: Checksum;
  /** A longer file is not downloaded to its end; by default none is longer than 2 GB. */
  readonly maxBytes?: number;
}

/** Several times the largest data set that is known. */
const maxBytesOfFile = 2e9;
/** Of a list of files, or of a checksum. */
export const maxBytesOfList = 2e6;

/**
 * Downloads the rest of a file, appending it to `part`. The file `part`.version beside it holds the server's version (ETag or
 * date) of what has been downloaded so far.
 *
 * @throws DOWNLOAD_FAILED, CANCELLED
 */
export async function download(url: string, part: string, options: DownloadOptions): Promise<void> {
  const { onProgress, signal, maxBytes = maxBytesOfFile } = options;
  const version = await readFile(`${part}.version`, "utf8").catch(() => "");
  const have = version === "" ? 0 : await sizeOf(part);
  // With If-Range the server sends the rest only if its file is still the same, and all of it otherwise.
  const headers: Record<string, string> = have > 0 ? { range: `bytes=${have}-`, "if-range": version } : {};
  try {
    const response = await fetch(url, present({ headers, signal }));
    if (response.status === 416) {
      await response.body?.cancel();
      // Nothing is missing, or the part is longer than the file. The checksum tells.
      return;
    }
    if (!response.ok || response.body === null) throw new Error(`the server answers ${response.status}`);
    const resumed = response.status === 206;
    if (!resumed) await discardPart(part);
    await writeFile(`${part}.version`, strongVersion(response.headers));
    const total = (resumed ? have : 0) + Number(response.headers.get("content-length") ?? Number.NaN);
    let done = resumed ? have : 0;
    const counted = async function* (source: AsyncIterable<Uint8Array>) {
      for await (const bytes of source) {
        done += bytes.length;
        if (done > maxBytes || total > maxBytes) throw new RangeError(`it is longer than ${maxBytes} bytes`);
        if (total > 0) onProgress?.(Math.min(1, done / total));
        yield bytes;
      }
    };
    const body = Readable.from(response.body as unknown as AsyncIterable<Uint8Array>);
    await pipeline(body, counted, createWriteStream(part, { flags: resumed ? "a" : "w" }));
    if (done < total) throw new Error(`the connection ended after ${done} of ${total} bytes`);
  } catch (error) {
    checkCancelled(signal, `downloading ${url}`);
    if (error instanceof RangeError) await discardPart(part);
    throw downloadFailed(url, error);
  }
}

/** A validator for If-Range. A weak ETag may stand for different bytes, so a download cannot be resumed by it. */
function strongVersion(headers: Headers): string {
  const etag = headers.get("etag");
  return etag && !etag.startsWith("W/") ? etag : (headers.get("last-modified") ?? "");
}

/** Removes a partial download and its version. */
export async function discardPart(part: string): Promise<void> {
  await rm(part, { force: true });
  await rm(`${part}.version`, { force: true });
}

/** Renames a folder, so that it lasts, unless another process has put one at the target meanwhile. */
export async function moveUnlessPresent(from: string, to: string): Promise<void> {
  try {
    await moveDurably(from, to);
  } catch (error) {
    if (!(await pathExists(to))) throw error;
  }
}

export function pathExists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    (file) => file.size,
    () => 0,
  );
}

/** Runs work on a path; what fails there is thrown as WRITE_FAILED. */
export async function withWriteErrors<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw writeError(`${path} cannot be written`, error);
  }
}

export function downloadFailed(url: string, cause: unknown): MatineeError {
  const message = `${url} cannot be downloaded: ${causeMessage(cause)}`;
  // Trying again would bring the same bytes.
  const fix = cause instanceof RangeError ? "give a folder with --data" : undefined;
  return new MatineeError("DOWNLOAD_FAILED", message, { cause, ...present({ fix }) });
}
