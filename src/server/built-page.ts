/** The built page: its files, and the addresses that it is shown at. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, extname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** Where a page is found besides the path of its file. Those of index.html are the places that web/address.ts names. */
export const addresses: Readonly<Record<string, readonly string[]>> = {
  "/index.html": ["/", "/rate", "/you", "/together", "/lab", "/lab/:part", "/film/:film"],
  "/admin.html": ["/admin"],
};

/** What a page's addresses are relative to, as it is built; at an address that is deeper than the page's folder it leads up. */
const builtBase = Buffer.from('<base href="./" />');

/** Where the files of a site without a server lie, which a server has no use for. */
export const siteFolder = "/site/";

/** The page's folder, relative to an address, such as `../` to `/film/:film`. */
export function folderOf(address: string): string {
  return "../".repeat([...address.matchAll(/\//g)].length - 1) || "./";
}

/** A page as it is at an address, such as `/film/:film`. */
export function pageAt(address: string, page: Buffer): Buffer {
  const folder = folderOf(address);
  const at = folder === "./" ? -1 : page.indexOf(builtBase);
  if (at < 0) return page;
  const base = `<base href="${folder}" />`;
  return Buffer.concat([page.subarray(0, at), Buffer.from(base), page.subarray(at + builtBase.length)]);
}

/** The built page's files by their paths; undefined where it is not built. */
export function readPage(): ReadonlyMap<string, Buffer> | undefined {
  const folder = pageFolder();
  if (folder === undefined) return undefined;
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const files = names.filter((name) => statSync(join(folder, name)).isFile());
  return new Map(files.map((name) => [`/${name.replaceAll(sep, "/")}`, readFileSync(join(folder, name))]));
}

/** A file and those that it names, by their last names, and so on. */
export function partsOf(first: string, files: ReadonlyMap<string, Buffer>): ReadonlyMap<string, Buffer> {
  const found = new Map<string, Buffer>();
  const follow = (path: string, bytes: Buffer) => {
    found.set(path, bytes);
    for (const [other, content] of files) {
      if (!found.has(other) && extname(other) !== ".html" && bytes.includes(basename(other))) follow(other, content);
    }
  };
  const bytes = files.get(first);
  if (bytes) follow(first, bytes);
  return found;
}

/** Where the built page lies: beside the built server in the package, under dist/ when the sources run. */
function pageFolder(): string | undefined {
  return ["../web/", "../../dist/web/"]
    .map((path) => fileURLToPath(new URL(path, import.meta.url)))
    .find((folder) => existsSync(join(folder, "index.html")));
}
