/** The built page's files: few and small, so they are read once. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { extname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { FastifyInstance } from "fastify";

const contentTypes: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** Adds a route for each file, and / for index.html. Browsers ask whether a file that they keep has changed. */
export function addPageRoutes(app: FastifyInstance): void {
  const folder = pageFolder();
  if (folder === undefined) return;
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!statSync(join(folder, name)).isFile()) continue;
    const bytes = readFileSync(join(folder, name));
    const tag = `"${createHash("sha256").update(bytes).digest("base64url")}"`;
    const type = contentTypes[extname(name)] ?? "application/octet-stream";
    const path = `/${name.replaceAll(sep, "/")}`;
    for (const url of path === "/index.html" ? ["/", path] : [path]) {
      app.get(url, (request, reply) => {
        reply.headers({ "content-type": type, "cache-control": "no-cache", etag: tag });
        return request.headers["if-none-match"] === tag ? reply.code(304).send() : reply.send(bytes);
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
