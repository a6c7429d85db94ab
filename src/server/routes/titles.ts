import type { FastifyInstance } from "fastify";
import type { DatasetInfo } from "../../data/dataset.ts";
import { titlesOf } from "../../recommend/titles.ts";
import { operations } from "../operations.ts";
import { type PreparedContent, prepareContent } from "../responses.ts";
import type { RouteContext } from "./route.ts";

/** The titles of each model's films, which are large and the same for all who ask. */
export async function titleRoutes(app: FastifyInstance, { models }: RouteContext): Promise<void> {
  const prepared = new WeakMap<DatasetInfo, PreparedContent>();
  const { path, access, query } = operations.listTitles;
  app.get(path, { config: { access }, exposeHeadRoute: false, schema: { querystring: query } }, (request, reply) => {
    using held = models.hold({});
    const { info } = held.opened;
    const content = prepared.get(info) ?? prepareContent(Buffer.from(JSON.stringify(titlesOf(info))), "quick");
    prepared.set(info, content);
    reply.headers({ "content-type": "application/json; charset=utf-8", "cache-control": "private, no-cache" });
    return content.send(request, reply);
  });
}
