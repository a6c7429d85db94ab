/**
 * A site without a server: the built page, a model, and what makes a browser keep both, as a folder of plain files. The page's own worker
 * answers by the model (web/local/), so ratings never leave the device.
 */
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { encodeArtifact } from "../artifact/format.ts";
import { MatineeError } from "../errors.ts";
import type { Trained } from "../models/trained.ts";
import { moveDurably, replaceFile, withTemporary, writeError } from "../replace-file.ts";
import { addresses, pageAt, partsOf, readPage, siteFolder } from "../server/built-page.ts";
import { pagePolicy } from "../server/responses.ts";

/** What has been written. */
export interface WrittenSite {
  readonly files: number;
  /** Of all files; of the model's, which is most of what a visitor loads; and of the model as it lies in a page's memory. */
  readonly bytes: { readonly site: number; readonly model: number; readonly unpacked: number };
}

/** Bytes of a model that a page opens: phones give a page a few hundred megabytes, and opening takes about twice the model. */
const mostBytes = 256 * 2 ** 20;

/** Lists the files of a site, so that the next export knows them. */
const listName = "matinee-site.json";

/**
 * Writes a site, whole or not at all. An earlier one is replaced.
 *
 * @throws ARTIFACT_LIMIT for a model that is too large for a page; WRITE_FAILED, also where the folder has files that are none of a site's;
 *   USAGE where the page is not built; CANCELLED
 */
export async function writeSite(
  folder: string,
  trained: Trained,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<WrittenSite> {
  await checkSiteFolder(folder);
  const model = await packModel(trained);
  const files = siteFiles(model.packed);
  await replaceFolder(resolve(folder), async (temporary) => {
    for (const [path, content] of files) {
      if (signal?.aborted) throw new MatineeError("CANCELLED", `${folder}: writing was cancelled`);
      const file = join(temporary, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content, { flag: "wx" });
    }
  });
  const site = [...files.values()].reduce((sum, content) => sum + content.length, 0);
  return { files: files.size, bytes: { site, model: model.packed.length, unpacked: model.bytes } };
}

/** For the time before long work. @throws WRITE_FAILED where the folder has files that are none of an earlier site's */
export async function checkSiteFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (!found) return;
  const fix = "name a folder that is not there yet, an empty one, or that of an earlier site";
  if (!found.isDirectory()) throw new MatineeError("WRITE_FAILED", `${folder}: is not a folder`, { fix });
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const there = names
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  const known = new Set(await listedIn(folder));
  const other = there.find((path) => !known.has(path.replaceAll(sep, "/")));
  if (other !== undefined) {
    throw new MatineeError("WRITE_FAILED", `${folder}: has ${other}, which is none of the files of a site`, { fix });
  }
}

/** The files that an earlier site says it has. */
async function listedIn(folder: string): Promise<readonly unknown[]> {
  try {
    const { files } = JSON.parse(await readFile(join(folder, listName), "utf8"));
    return Array.isArray(files) ? [listName, ...files] : [];
  } catch {
    return [];
  }
}

/** The model's file, packed here because not every file server packs. @throws ARTIFACT_LIMIT */
async function packModel(trained: Trained): Promise<{ packed: Buffer; bytes: number }> {
  const { header, chunks } = await encodeArtifact(trained);
  const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, header.length);
  if (bytes > mostBytes) {
    const size = `${Math.ceil(bytes / 2 ** 20)} MiB`;
    throw new MatineeError(
      "ARTIFACT_LIMIT",
      `the model takes ${size}, and a page opens ${mostBytes / 2 ** 20} MiB at most`,
      {
        fix: "choose a smaller model, such as --model als, or fewer films, such as --top-items 5000",
      },
    );
  }
  return { packed: await promisify(gzip)(Buffer.concat([header, ...chunks]), { level: 9 }), bytes };
}

/** The files of a site by their paths. @throws USAGE where the page is not built */
function siteFiles(model: Buffer): ReadonlyMap<string, Buffer> {
  const page = readPage();
  const built = page?.get("/index.html");
  const script = page?.get(`${siteFolder}service-worker.js`);
  if (!page || !built || !script) {
    throw new MatineeError("USAGE", "the page is not built", { fix: "run npm run setup first" });
  }
  const modelName = `model-${digestOf(model)}.packed`;
  const index = forSite(built, modelName, model.length);
  const files = new Map<string, Buffer>([["index.html", index]]);
  for (const [path, content] of partsOf("/index.html", page)) {
    if (path !== "/index.html" && !path.startsWith(siteFolder)) files.set(path.slice(1), content);
  }
  for (const [path, content] of page) {
    if (/^\/[^/]*\.txt$/.test(path)) files.set(path.slice(1), content); // licences of what the page has
    if (path.startsWith(siteFolder) && content !== script) files.set(path.slice(siteFolder.length), content);
  }
  // What the browser keeps; the further files are for the time before it does.
  const kept = [...files.keys()];
  const hash = createHash("sha256");
  for (const [path, content] of files) hash.update(`${path} ${digestOf(content)}\n`);
  hash.update(`${modelName}\n`).update(script);
  const places = addresses["/index.html"].map((place) => place.slice(1));
  const site = { version: hash.digest("hex").slice(0, 16), files: kept, model: modelName, places };
  files.set("service-worker.js", Buffer.from(`self.matineeSite = ${JSON.stringify(site)};\n${script}`));
  files.set(modelName, model);
  for (const place of places) {
    if (place !== "" && !place.includes(":")) files.set(`${place}/index.html`, pageAt(`/${place}/`, index));
  }
  // A film's address, on its first visit, where the host shows this page for what it has no file of.
  files.set("404.html", pageAt("/film/:film", index));
  files.set(
    listName,
    Buffer.from(`${JSON.stringify({ format: "matinee-site", files: [...files.keys()] }, null, 2)}\n`),
  );
  return files;
}

/** index.html that names its model, and what it may load: no request of it leaves the site. */
function forSite(built: Buffer, model: string, bytes: number): Buffer {
  const policy = `${pagePolicy.replace(/; frame-ancestors [^;]*/, "").replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")}; worker-src 'self'; manifest-src 'self'`;
  const head = [
    `<meta http-equiv="content-security-policy" content="${policy}" />`,
    `<meta name="matinee-model" content="${model}" data-bytes="${bytes}" />`,
    '<link rel="manifest" href="./manifest.webmanifest" />',
    '<link rel="apple-touch-icon" href="./apple-touch-icon.png" />',
  ];
  const [before, after, more] = built.toString().split(/(?<=<base href="\.\/" \/>\n)/);
  if (after === undefined || more !== undefined) throw new Error("the built index.html has another base");
  return Buffer.from(before + head.map((line) => `    ${line}\n`).join("") + after);
}

function digestOf(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex").slice(0, 16);
}

/** Writes a folder in place of another one, or of none. */
async function replaceFolder(folder: string, write: (temporary: string) => Promise<void>): Promise<void> {
  const there = (await readdir(folder).catch(() => [])).length > 0;
  if (!there) {
    await replaceFile(folder, async (temporary) => {
      await mkdir(temporary);
      await write(temporary);
    });
    return;
  }
  try {
    await withTemporary(folder, (temporary) =>
      withTemporary(folder, async (old) => {
        await mkdir(temporary);
        await write(temporary);
        await rename(folder, old);
        await moveDurably(temporary, folder).catch(async (error) => {
          await rename(old, folder);
          throw error;
        });
      }),
    );
  } catch (error) {
    throw writeError(folder, error);
  }
}
