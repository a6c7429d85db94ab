import type { FastifyInstance } from "fastify";
import type { Id } from "../../data/ids.ts";
import { reweight } from "../../recommend/blend.ts";
import { recommend } from "../../recommend/recommend.ts";
import { knownItems, queryOfRequest } from "../../recommend/request.ts";
import { operations } from "../operations.ts";
import { addRoute, type RouteContext } from "./route.ts";

export async function recommendationRoutes(app: FastifyInstance, { recommender }: RouteContext): Promise<void> {
  addRoute(app, operations.recommend, async ({ body: { ratings, exclude = [], blend, ...options } }) => {
    const unknown: Id[] = [];
    const query = queryOfRequest(recommender, undefined, { ratings }, unknown);
    const excluded = knownItems(recommender, exclude, unknown);
    const weights = blend && Object.fromEntries(blend.map(({ model, weight }) => [model, weight]));
    const asked = weights ? reweight(recommender, weights) : recommender;
    const items = await recommend(asked, query, { ...options, exclude: excluded });
    return { model: recommender.name, items, unknown: [...new Set(unknown)] };
  });
}
