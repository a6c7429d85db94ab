import type { FastifyInstance } from "fastify";
import { isMadeUp } from "../../data/synthetic/synthetic-ratings.ts";
import { present } from "../../present.ts";
import { operations } from "../operations.ts";
import { addRoute, type RouteContext } from "./route.ts";

export async function modelRoutes(app: FastifyInstance, context: RouteContext): Promise<void> {
  const { name, summary, predictor, info } = context.recommender;
  const ratings = info.counts.reduce((sum, count) => sum + count, 0);
  const { name: data, users, items, scale, feedback } = info;
  const active = {
    name,
    summary,
    ...present({ predictor }),
    active: true,
    data: { name: data, users: users.size, items: items.size, ratings, scale, feedback, madeUp: isMadeUp(info) },
  };
  addRoute(app, context, operations.listModels, () => ({ models: [active] }));
}
