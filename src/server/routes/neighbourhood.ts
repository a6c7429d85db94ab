import type { Id } from "../../data/ids.ts";
import { present } from "../../present.ts";
import { neighbourhood } from "../../recommend/neighbourhood.ts";
import { optionsOfRequest, queryOfRequest } from "../../recommend/request.ts";
import { operations } from "../operations.ts";
import { checkListSizes, turnFor } from "./list.ts";
import { type App, addRoute, type RouteContext } from "./route.ts";

export function neighbourhoodRoutes(app: App, context: RouteContext): void {
  const { limits, turns } = context;
  addRoute(app, context, operations.describeNeighbourhood, async ({ body }, { opened, users, signal, catalog }) => {
    const { ratings, ...options } = body;
    const size = { ...options, ratings: ratings.length };
    checkListSizes(limits, [size]);
    const now = await catalog;
    return turnFor(turns, size)(signal, async (step) => {
      const unknown: Id[] = [];
      const query = queryOfRequest(opened, undefined, { ratings }, unknown);
      const { attributes } = now;
      const wanted = optionsOfRequest(opened, { ...options, ...present({ attributes }) }, unknown);
      const exclude = [...(wanted.exclude ?? []), ...now.missing(opened.info)];
      const found = await neighbourhood(opened, users, query, { ...wanted, exclude, step });
      return { ...found, unknown: [...new Set(unknown)] };
    });
  });
}
