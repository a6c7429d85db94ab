import type { FastifyInstance } from "fastify";
import type { Id } from "../../data/ids.ts";
import { reweight } from "../../recommend/blend.ts";
import { knownItems, queryOfRequest } from "../../recommend/request.ts";
import { operations } from "../operations.ts";
import { listFor } from "./list.ts";
import { addRoute, type RouteContext } from "./route.ts";

export async function recommendationRoutes(app: FastifyInstance, context: RouteContext): Promise<void> {
  const { recommender } = context;
  addRoute(
    app,
    context,
    operations.recommend,
    async ({ body: { ratings, exclude = [], blend, ...options } }, caller) => {
      const unknown: Id[] = [];
      const query = queryOfRequest(recommender, undefined, { ratings }, unknown);
      const excluded = knownItems(recommender, exclude, unknown);
      const weights = blend && Object.fromEntries(blend.map(({ model, weight }) => [model, weight]));
      const asked = weights ? reweight(recommender, weights) : recommender;
      const items = await listFor({ ...context, recommender: asked }, caller, query, { ...options, exclude: excluded });
      return { model: recommender.name, items, unknown: [...new Set(unknown)] };
    },
  );
}
