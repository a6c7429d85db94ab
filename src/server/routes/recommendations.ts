import type { FastifyInstance } from "fastify";
import type { Id } from "../../data/ids.ts";
import { MatineeError } from "../../errors.ts";
import { present } from "../../present.ts";
import { reweight } from "../../recommend/blend.ts";
import { optionsOfRequest, queryOfRequest } from "../../recommend/request.ts";
import { filmsBefore, nextPageAfter } from "../next-page.ts";
import { operations } from "../operations.ts";
import { problemOf } from "../problem.ts";
import { type ShapeOf, shapes } from "../shapes.ts";
import { checkListSizes, type ListSize, listFor } from "./list.ts";
import { addRoute, type Caller, compileCheck, type RouteContext } from "./route.ts";

type ListRequestShape = ShapeOf<"RecommendationRequest">;

export async function recommendationRoutes(app: FastifyInstance, context: RouteContext): Promise<void> {
  const checkRequest = compileCheck(shapes.RecommendationRequest, "body");

  addRoute(app, context, operations.recommend, ({ body }, caller) => answerRequest(context, caller, body));

  addRoute(app, context, operations.recommendBatch, async ({ body: { requests } }, caller) => {
    checkListSizes(context.limits, requests.map(sizeOf));
    const answers: ShapeOf<"BatchRecommendations">["answers"][number][] = [];
    for (const [n, request] of requests.entries()) {
      try {
        const checked = checkRequest(request);
        if ("error" in checked) {
          const [{ instancePath, message }] = checked.error;
          throw new MatineeError("REQUEST_INVALID", `requests/${n}${instancePath} ${message}`);
        }
        answers.push(await answerRequest(context, caller, request));
      } catch (error) {
        caller.signal.throwIfAborted();
        const problem = problemOf(error);
        if (problem.code === "INTERNAL") throw error; // is logged
        answers.push(problem);
      }
    }
    return { answers };
  });
}

/** The size of a request that may be of any shape. */
function sizeOf(request: unknown): ListSize {
  const { ratings, k, explain } = (request ?? {}) as Readonly<Record<string, unknown>>;
  return {
    ratings: Array.isArray(ratings) ? ratings.length : 0,
    ...present({ k: typeof k === "number" && k > 0 ? k : undefined, explain: explain === true }),
  };
}

async function answerRequest(
  context: RouteContext,
  caller: Caller,
  { ratings = [], blend, next, exclude = [], pin = [], ...options }: ListRequestShape,
): Promise<ShapeOf<"NewUserRecommendations">> {
  const unknown: Id[] = [];
  const before = next === undefined ? [] : filmsBefore(next);
  const weights = blend && Object.fromEntries(blend.map(({ model, weight }) => [model, weight]));
  const opened = weights ? reweight(caller.opened, weights) : caller.opened;
  const size = { ...options, ratings: ratings.length };
  const { items, more } = await listFor(context, { ...caller, opened }, size, () => {
    const query = queryOfRequest(opened, undefined, { ratings }, unknown);
    // Pinned films are on the first page. Films of earlier pages may be none of this model's.
    const wanted = optionsOfRequest(opened, { ...options, exclude, pin: next === undefined ? pin : [] }, unknown);
    const listed = before.map((id) => opened.info.items.index(id)).filter((item) => item >= 0);
    return { query, options: { ...wanted, exclude: [...(wanted.exclude ?? []), ...listed] } };
  });
  const following = more ? nextPageAfter([...before, ...items.map(({ id }) => id)]) : undefined;
  return { model: opened.name, items, unknown: [...new Set(unknown)], ...present({ next: following }) };
}
