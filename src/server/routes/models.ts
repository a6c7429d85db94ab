import type { FastifyInstance } from "fastify";
import { isMadeUp } from "../../data/synthetic/synthetic-ratings.ts";
import { present } from "../../present.ts";
import type { OpenModel } from "../../recommend/open-model.ts";
import { operations } from "../operations.ts";
import type { ShapeOf } from "../shapes.ts";
import { addRoute, type RouteContext } from "./route.ts";

export async function modelRoutes(app: FastifyInstance, context: RouteContext): Promise<void> {
  addRoute(app, context, operations.listModels, (_request, { opened }) => ({ models: [activeModel(opened)] }));
}

function activeModel({ name, summary, predictor, info }: OpenModel): ShapeOf<"ModelInfo"> {
  const ratings = info.counts.reduce((sum, count) => sum + count, 0);
  const { name: data, users, items, scale, feedback } = info;
  return {
    name,
    summary,
    ...present({ predictor }),
    active: true,
    data: { name: data, users: users.size, items: items.size, ratings, scale, feedback, madeUp: isMadeUp(info) },
  };
}
