/** The built page's files: few and small, so they are read once, and packed once for all who ask. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { extname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { FastifyInstance } from "fastify";
import { leastToPack, pack, packingFor, pagePolicy, tagAnswer, tagOf, varyBy } from "./responses.ts";

const contentTypes: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

/**
 * Adds a route for each file, and / for index.html. The names of files in assets/ change with their content, so browsers keep them; of the
 * others they ask whether they have changed.
 */
export function addPageRoutes(app: FastifyInstance): void {
  const folder = pageFolder();
  if (folder === undefined) return;
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!statSync(join(folder, name)).isFile()) continue;
    const bytes = readFileSync(join(folder, name));
    const path = `/${name.replaceAll(sep, "/")}`;
    const packed = new Map<string, Promise<Buffer>>();
    const tag = tagOf(bytes);
    const headers = {
      "content-type": contentTypes[extname(name)] ?? "application/octet-stream",
      "content-security-policy": pagePolicy,
      "cache-control": path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache",
    };
    for (const url of path === "/index.html" ? ["/", path] : [path]) {
      app.get(url, async (request, reply) => {
        // The page's addresses are relative to its folder.
        if (url === "/" && !/\/(\?|$)/.test(request.url)) return reply.redirect(`${app.prefix}/`, 308);
        reply.headers(headers);
        if (tagAnswer(request, reply, tag)) return reply.code(304).send();
        if (bytes.length < leastToPack) return reply.send(bytes);
        varyBy(reply, "Accept-Encoding");
        const packing = packingFor(request);
        if (!packing) return reply.send(bytes);
        const content = packed.get(packing) ?? pack(bytes, packing, true);
        packed.set(packing, content);
        return reply.header("content-encoding", packing).send(await content);
      });
    }
  }
}

/** Where the built page lies: beside the built server in the package, under dist/ when the sources run. */
function pageFolder(): string | undefined {
  return ["../web/", "../../dist/web/"]
    .map((path) => fileURLToPath(new URL(path, import.meta.url)))
    .find((folder) => existsSync(join(folder, "index.html")));
}
