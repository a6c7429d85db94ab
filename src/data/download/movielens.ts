import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { MatineeError } from "../../errors.ts";
import { present } from "../../present.ts";
import { withTemporary } from "../../replace-file.ts";
import { checkCancelled } from "../progress.ts";
import { defaultCacheFolder } from "./cache-folder.ts";
import {
  type Checksum,
  type DownloadOptions,
  discardPart,
  download,
  downloadFailed,
  maxBytesOfList,
  moveUnlessPresent,
  pathExists,
  withWriteErrors,
} from "./download.ts";
import { acquireLock } from "./lock.ts";
import { readText } from "./response.ts";
import { unzip } from "./unzip.ts";

/** The MovieLens sets that GroupLens publishes in a layout that Matinee reads. */
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

/**
 * Downloads a MovieLens set into the cache folder unless it is there already, and returns its folder. Resumes an interrupted
 * download. A folder that exists is complete; several processes may ask for it at once.
 *
 * @throws DOWNLOAD_FAILED, DOWNLOAD_CHECKSUM, DATA_LAYOUT (an archive that cannot be unpacked), WRITE_FAILED, CANCELLED
 */
export async function fetchMovieLens(name: MovieLensName, options: DownloadOptions = {}): Promise<string> {
  const { cacheFolder = defaultCacheFolder(), baseUrl = "https://files.grouplens.org/datasets/movielens" } = options;
  const folder = join(cacheFolder, name);
  if (await pathExists(folder)) return folder;
  const url = `${baseUrl}/${name}.zip`;
  await withWriteErrors(cacheFolder, () => mkdir(cacheFolder, { recursive: true }));
  const release = await acquireLock(join(cacheFolder, `${name}.lock`), options.signal, () => pathExists(folder));
  if (release === undefined) return folder;
  try {
    const part = join(cacheFolder, `${name}.zip.part`);
    await download(url, part, options);
    await verifyChecksum(part, name, url, options);
    try {
      await withTemporary(folder, async (unpacked) => {
        await unzip(part, unpacked, options.signal);
        if (!(await pathExists(join(unpacked, name)))) {
          throw new MatineeError("DATA_LAYOUT", `${url} holds no folder ${name}`, { fix: "give a folder with --data" });
        }
        await withWriteErrors(folder, () => moveUnlessPresent(join(unpacked, name), folder));
      });
    } catch (error) {
      // Unpacking the same archive would fail again next time.
      if (error instanceof MatineeError && error.code === "DATA_LAYOUT") await discardPart(part);
      throw error;
    }
    await discardPart(part);
    return folder;
  } finally {
    await release();
  }
}

/** Removes the file and throws where its checksum is not the expected one. */
async function verifyChecksum(part: string, name: MovieLensName, url: string, options: DownloadOptions): Promise<void> {
  const expected = options.checksum ?? checksums[name] ?? (await fetchChecksum(url, options.signal));
  const [algorithm, wanted] = "sha256" in expected ? ["sha256", expected.sha256] : ["md5", expected.md5];
  const hash = createHash(algorithm);
  await pipeline(createReadStream(part), hash);
  const found = hash.digest("hex");
  if (found === wanted) return;
  await discardPart(part);
  throw new MatineeError("DOWNLOAD_CHECKSUM", `${url} has ${algorithm} ${found}, but ${wanted} is published`);
}

/** The MD5 that GroupLens publishes beside an archive. */
async function fetchChecksum(url: string, signal?: AbortSignal): Promise<Checksum> {
  try {
    const response = await fetch(`${url}.md5`, present({ signal }));
    if (!response.ok) throw new Error(`the server answers ${response.status}`);
    const md5 = /\b[0-9a-f]{32}\b/i.exec(await readText(response, maxBytesOfList));
    if (md5 === null) throw new Error("it holds no MD5");
    return { md5: md5[0].toLowerCase() };
  } catch (error) {
    checkCancelled(signal, `downloading ${url}.md5`);
    throw downloadFailed(`${url}.md5`, error);
  }
}
