/** Finds the files of a text model: in a folder, in one below MATINEE_MODELS, or by a download from the Hugging Face hub. */
import { createHash } from "node:crypto";
import { mkdir, readFile, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { defaultCacheFolder } from "../data/download/cache-folder.ts";
import {
  type DownloadOptions,
  discardPart,
  download,
  downloadFailed,
  maxBytesOfList,
  moveUnlessPresent,
  pathExists,
  withWriteErrors,
} from "../data/download/download.ts";
import { acquireLock } from "../data/download/lock.ts";
import { readText } from "../data/download/response.ts";
import { checkCancelled } from "../data/progress.ts";
import { MatineeError } from "../errors.ts";
import { present } from "../present.ts";
import { modelFiles } from "./bert.ts";

/** Several times the largest file of a text model that runs on a machine of one's own. */
const maxModelBytes = 20e9;

/** OWNER/NAME, which cannot lead out of a folder. */
const hubName = /^\w[\w.-]*\/\w[\w.-]*$/;

const givenFix = `give a folder with ${modelFiles.join(", ")} (model=FOLDER), or name the folder that it lies in by MATINEE_MODELS`;

/**
 * The folder of a model, by its path or by its name on the hub. MATINEE_MODELS/OWNER/NAME and MATINEE_MODELS/NAME are tried
 * before a download.
 *
 * @throws TEXT_MODEL, DOWNLOAD_FAILED, DOWNLOAD_CHECKSUM, WRITE_FAILED, CANCELLED
 */
export async function findTextModel(model: string, options: DownloadOptions = {}): Promise<string> {
  const { MATINEE_MODELS: own } = process.env;
  const cached = join(options.cacheFolder ?? defaultCacheFolder(), "models", model);
  const beside = own ? [join(own, model), join(own, basename(model))] : [];
  for (const folder of [resolve(model), ...beside, ...(hubName.test(model) ? [cached] : [])]) {
    if (await pathExists(folder)) return checkFiles(folder);
  }
  if (!hubName.test(model)) {
    throw new MatineeError("TEXT_MODEL", `there is no folder ${model}`, { fix: givenFix });
  }
  try {
    return await downloadModel(model, cached, options);
  } catch (error) {
    if (!(error instanceof MatineeError) || error.code !== "DOWNLOAD_FAILED") throw error;
    throw new MatineeError("DOWNLOAD_FAILED", error.message, { fix: givenFix, cause: error });
  }
}

async function checkFiles(folder: string): Promise<string> {
  for (const name of modelFiles) {
    if (await pathExists(join(folder, name))) continue;
    throw new MatineeError("TEXT_MODEL", `the folder ${folder} holds no ${name}`, { fix: givenFix });
  }
  return folder;
}

/** Downloads the missing files. The folder appears once all of them are what the hub has published. */
async function downloadModel(model: string, folder: string, options: DownloadOptions): Promise<string> {
  const { baseUrl = "https://huggingface.co", signal, onProgress } = options;
  await withWriteErrors(folder, () => mkdir(dirname(folder), { recursive: true }));
  const release = await acquireLock(`${folder}.lock`, signal, () => pathExists(folder));
  if (release === undefined) return folder;
  try {
    const published = await fetchFileList(`${baseUrl}/api/models/${model}/tree/main?recursive=true`, signal);
    const total = modelFiles.reduce((sum, name) => sum + (published.get(name)?.size ?? 0), 0);
    let before = 0;
    for (const name of modelFiles) {
      const entry = published.get(name);
      if (!entry) throw new MatineeError("TEXT_MODEL", `${model} has no ${name} on the hub`, { fix: givenFix });
      const file = join(`${folder}.part`, name);
      const url = `${baseUrl}/${model}/resolve/main/${name}`;
      await withWriteErrors(file, () => mkdir(dirname(file), { recursive: true }));
      if (!(await isPublished(file, entry))) {
        const share = (done: number) => onProgress?.((before + done * entry.size) / total);
        const maxBytes = Math.min(entry.size, maxModelBytes);
        await download(url, file, { ...options, onProgress: share, maxBytes });
        if (!(await isPublished(file, entry))) {
          await discardPart(file);
          throw new MatineeError("DOWNLOAD_CHECKSUM", `${url} is not what the hub lists`);
        }
      }
      await rm(`${file}.version`, { force: true });
      before += entry.size;
    }
    await withWriteErrors(folder, () => moveUnlessPresent(`${folder}.part`, folder));
    return folder;
  } finally {
    await release();
  }
}

/** A file as the hub lists it: a large one by the SHA-256 of its bytes, others by the SHA-1 of git. */
interface PublishedFile {
  readonly size: number;
  readonly oid: string;
  readonly lfs?: { readonly oid: string };
}

async function fetchFileList(url: string, signal?: AbortSignal): Promise<Map<string, PublishedFile>> {
  let entries: unknown;
  try {
    const response = await fetch(url, present({ signal }));
    if (!response.ok) throw new Error(`the server answers ${response.status}`);
    entries = JSON.parse(await readText(response, maxBytesOfList));
  } catch (cause) {
    checkCancelled(signal, `downloading ${url}`);
    throw downloadFailed(url, cause);
  }
  if (!Array.isArray(entries)) throw new MatineeError("DOWNLOAD_FAILED", `${url} lists no files`);
  return new Map(entries.filter(isPublishedEntry).map((entry) => [entry.path, entry]));
}

function isPublishedEntry(entry: unknown): entry is PublishedFile & { path: string } {
  if (typeof entry !== "object" || !entry || !("path" in entry && "size" in entry && "oid" in entry)) return false;
  return typeof entry.path === "string" && typeof entry.size === "number" && typeof entry.oid === "string";
}

async function isPublished(file: string, { oid, lfs }: PublishedFile): Promise<boolean> {
  const content = await readFile(file).catch(() => undefined);
  if (!content) return false;
  const found = lfs
    ? createHash("sha256").update(content).digest("hex")
    : createHash("sha1").update(`blob ${content.length}\0`).update(content).digest("hex");
  return found === (lfs?.oid ?? oid);
}
