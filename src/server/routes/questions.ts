import type { FastifyInstance } from "fastify";
import type { Id } from "../../data/ids.ts";
import { questionsFor } from "../../recommend/questions.ts";
import { operations } from "../operations.ts";
import { checkListSizes } from "./list.ts";
import { addRoute, type RouteContext } from "./route.ts";

export async function questionRoutes(app: FastifyInstance, context: RouteContext): Promise<void> {
  addRoute(app, context, operations.listQuestions, ({ body }, { opened, signal }) => {
    checkListSizes(context.limits, [{ ratings: body.ratings?.length ?? 0 }]);
    return context.turns.short(signal, () => {
      const unknown: Id[] = [];
      const items = questionsFor(opened, undefined, body, unknown);
      return { items, unknown: [...new Set(unknown)] };
    });
  });
}
