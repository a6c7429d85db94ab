import type { FastifyInstance } from "fastify";
import type { Id } from "../../data/ids.ts";
import { reweight } from "../../recommend/blend.ts";
import { knownItems, queryOfRequest } from "../../recommend/request.ts";
import { operations } from "../operations.ts";
import { listFor } from "./list.ts";
import { addRoute, type RouteContext } from "./route.ts";

export async function recommendationRoutes(app: FastifyInstance, context: RouteContext): Promise<void> {
  addRoute(
    app,
    context,
    operations.recommend,
    async ({ body: { ratings, exclude = [], blend, ...options } }, caller) => {
      const unknown: Id[] = [];
      const weights = blend && Object.fromEntries(blend.map(({ model, weight }) => [model, weight]));
      const opened = weights ? reweight(caller.opened, weights) : caller.opened;
      const size = { ...options, ratings: ratings.length };
      const items = await listFor(context, { ...caller, opened }, size, () => {
        const query = queryOfRequest(opened, undefined, { ratings }, unknown);
        return { query, options: { ...options, exclude: knownItems(opened, exclude, unknown) } };
      });
      return { model: opened.name, items, unknown: [...new Set(unknown)] };
    },
  );
}
