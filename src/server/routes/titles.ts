import type { FastifyInstance } from "fastify";
import type { DatasetInfo } from "../../data/dataset.ts";
import { titlesOf } from "../../recommend/titles.ts";
import { noFilms } from "../catalog.ts";
import { operations } from "../operations.ts";
import { type PreparedContent, prepareContent } from "../responses.ts";
import type { RouteContext } from "./route.ts";

/** The titles of each model's films and of those that came later, which are large and the same for all who ask. */
export function titleRoutes(app: FastifyInstance, { models, laterFilms, catalog }: RouteContext): void {
  const prepared = new WeakMap<DatasetInfo, PreparedContent>();
  const { path, access, query } = operations.listTitles;
  const options = { config: { access }, exposeHeadRoute: false, schema: { querystring: query } };
  app.get(path, options, async (request, reply) => {
    const now = await catalog.read().catch(() => noFilms);
    using held = models.hold({});
    const { info } = laterFilms.addTo(held, now).opened;
    const content = prepared.get(info) ?? prepareContent(Buffer.from(JSON.stringify(titlesOf(info))), "quick");
    prepared.set(info, content);
    reply.headers({ "content-type": "application/json; charset=utf-8", "cache-control": "private, no-cache" });
    return content.send(request, reply);
  });
}
