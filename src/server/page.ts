/** The routes of the built page's files: few and small, so they are packed once for all who ask. */
import { extname } from "node:path";
import type { FastifyInstance } from "fastify";
import { addresses, folderOf, pageAt, partsOf, readPage, siteFolder } from "./built-page.ts";
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

/** What the page asks first, wherever it is opened: asked for along with its script, it is there when the script is. */
const firstAsked = "api/v1/models";

/**
 * Adds a route for each file, / for index.html and /admin for admin.html. The names of files in assets/ change with their content, so browsers
 * keep them; of the others they ask whether they have changed.
 *
 * @param adminOnly only the page of admin.html and what it is made of, for everybody: a browser has no key to load a page with, and this one
 *   asks for it
 */
export function addPageRoutes(app: FastifyInstance, adminOnly: boolean): void {
  const files = readPage();
  if (!files) return;
  const served = adminOnly ? partsOf("/admin.html", files) : files;
  for (const [path, built] of served) {
    if (path.startsWith(siteFolder)) continue;
    const headers = {
      "content-type": contentTypes[extname(path)] ?? "application/octet-stream",
      "content-security-policy": pagePolicy,
      "cache-control": path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache",
    };
    for (const url of [...(addresses[path] ?? []), path]) {
      const bytes = url === path ? built : pageAt(url, built);
      const content = prepareContent(bytes, headers["content-type"] === packedFont ? "none" : "thorough");
      const asks = path === "/index.html" && {
        link: `<${folderOf(url)}${firstAsked}>; rel=preload; as=fetch; crossorigin`,
      };
      app.get(url, { config: { access: adminOnly ? "open" : "read" } }, async (request, reply) => {
        // The page's addresses are relative to its folder.
        if (url === "/" && !/\/(\?|$)/.test(request.url)) return reply.redirect(`${app.prefix}/`, 308);
        reply.headers({ ...headers, ...asks });
        return content.send(request, reply);
      });
    }
  }
}
