import type { FastifyInstance } from "fastify";
import { queryFromRatings } from "../../recommend/query.ts";
import { recommend } from "../../recommend/recommend.ts";
import { operations } from "../operations.ts";
import { addRoute, type RouteContext } from "./route.ts";

export async function recommendationRoutes(app: FastifyInstance, { recommender }: RouteContext): Promise<void> {
  const { name: model, info, search } = recommender;
  addRoute(app, operations.recommend, async ({ body: { ratings, exclude = [], ...options } }) => {
    const query = queryFromRatings(
      info,
      ratings.map(({ id, rating }) => [search.byId(id), rating] as const),
    );
    const excluded = exclude.map((id) => search.byId(id));
    return { model, items: await recommend(recommender, query, { ...options, exclude: excluded }) };
  });
}
