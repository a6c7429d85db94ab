/** The built page's files: few and small, so they are read once, and packed once for all who ask. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, extname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { FastifyInstance } from "fastify";
import { pagePolicy, prepareContent } from "./responses.ts";

/** Holds packed data already. */
const packedFont = "font/woff2";

const contentTypes: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".woff2": packedFont,
};

/** Where a page is found besides the path of its file. Those of index.html are the places that web/address.ts names. */
const addresses: Readonly<Record<string, readonly string[]>> = {
  "/index.html": ["/", "/rate", "/you", "/lab", "/lab/:part", "/film/:film"],
  "/admin.html": ["/admin"],
};

/** What a page's addresses are relative to, as it is built; at an address that is deeper than the page's folder it leads up. */
const builtBase = Buffer.from('<base href="./" />');

/**
 * Adds a route for each file, / for index.html and /admin for admin.html. The names of files in assets/ change with their content, so browsers
 * keep them; of the others they ask whether they have changed.
 *
 * @param adminOnly only the page of admin.html and what it is made of, for everybody: a browser has no key to load a page with, and this one
 *   asks for it
 */
export function addPageRoutes(app: FastifyInstance, adminOnly: boolean): void {
  const folder = pageFolder();
  if (folder === undefined) return;
  const files = readPage(folder);
  const served = adminOnly ? partsOf("/admin.html", files) : files;
  for (const [path, built] of served) {
    const headers = {
      "content-type": contentTypes[extname(path)] ?? "application/octet-stream",
      "content-security-policy": pagePolicy,
      "cache-control": path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache",
    };
    for (const url of [...(addresses[path] ?? []), path]) {
      const bytes = url === path ? built : atDepth(built, foldersIn(url));
      const content = prepareContent(bytes, headers["content-type"] === packedFont ? "none" : "thorough");
      app.get(url, { config: { access: adminOnly ? "open" : "read" } }, async (request, reply) => {
        // The page's addresses are relative to its folder.
        if (url === "/" && !/\/(\?|$)/.test(request.url)) return reply.redirect(`${app.prefix}/`, 308);
        reply.headers(headers);
        return content.send(request, reply);
      });
    }
  }
}

/** How many folders an address lies below that of the page. */
function foldersIn(address: string): number {
  return Array.from(address.matchAll(/\//g)).length - 1;
}

/** A page for an address so many folders below its own. */
function atDepth(page: Buffer, folders: number): Buffer {
  const at = folders === 0 ? -1 : page.indexOf(builtBase);
  if (at < 0) return page;
  const base = `<base href="${"../".repeat(folders)}" />`;
  return Buffer.concat([page.subarray(0, at), Buffer.from(base), page.subarray(at + builtBase.length)]);
}

/** The files of a folder by their paths. */
function readPage(folder: string): ReadonlyMap<string, Buffer> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const files = names.filter((name) => statSync(join(folder, name)).isFile());
  return new Map(files.map((name) => [`/${name.replaceAll(sep, "/")}`, readFileSync(join(folder, name))]));
}

/** A file and those that it names, by their last names, and so on. */
function partsOf(first: string, files: ReadonlyMap<string, Buffer>): ReadonlyMap<string, Buffer> {
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
