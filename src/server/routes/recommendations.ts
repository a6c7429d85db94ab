import type { Id } from "../../data/ids.ts";
import { MatineeError } from "../../errors.ts";
import { present } from "../../present.ts";
import { reweight } from "../../recommend/blend.ts";
import { withRatings } from "../../recommend/query.ts";
import { optionsOfRequest, queryOfRequest } from "../../recommend/request.ts";
import { groupRules, recommendTogether } from "../../recommend/together.ts";
import { compileCheck } from "../check-request.ts";
import { idsBefore, tokenAfter } from "../next-page.ts";
import { operations } from "../operations.ts";
import { problemOf } from "../problem.ts";
import { recommendationIdOf } from "../recommendation-id.ts";
import { includesScope } from "../scopes.ts";
import { type ShapeOf, shapes } from "../shapes.ts";
import { byContent, checkListSizes, type ListSize, listFor, turnFor } from "./list.ts";
import { type App, addRoute, type Caller, oneself, type RouteContext } from "./route.ts";

type ListRequestShape = ShapeOf<"RecommendationRequest">;

export function recommendationRoutes(app: App, context: RouteContext): void {
  const checkRequest = compileCheck(shapes.RecommendationRequest, "body");

  addRoute(app, context, operations.recommend, ({ body }, caller) => answerRequest(context, caller, body));

  addRoute(app, context, operations.recommendTogether, ({ body }, caller) => answerTogether(context, caller, body));

  addRoute(app, context, operations.recommendBatch, async ({ body: { requests } }, caller) => {
    checkListSizes(context.limits, requests.map(sizeOf));
    const taken: ListSize[] = [];
    const answers: ShapeOf<"BatchRecommendations">["answers"][number][] = [];
    for (const [n, request] of requests.entries()) {
      try {
        const checked = checkRequest(request);
        if ("error" in checked) {
          const [{ instancePath, message }] = checked.error;
          throw new MatineeError("REQUEST_INVALID", `requests/${n}${instancePath} ${message}`);
        }
        answers.push(await answerRequest(context, caller, request, taken));
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

/** A list for several people. */
async function answerTogether(
  { limits, turns }: RouteContext,
  { opened, name, group, signal, catalog }: Caller,
  { profiles, rule = groupRules[0], ...options }: ShapeOf<"TogetherRequest">,
): Promise<ShapeOf<"GroupRecommendations">> {
  const size = { ...options, ratings: profiles.reduce((sum, { ratings }) => sum + ratings.length, 0) };
  checkListSizes(limits, [size]);
  const now = await catalog;
  const unknown: Id[] = [];
  const items = await turnFor(turns, size)(signal, (step) => {
    const queries = profiles.map(({ ratings }) => queryOfRequest(opened, undefined, { ratings }, unknown));
    const excluded = profiles.flatMap(({ exclude = [] }) => exclude);
    const { attributes } = now;
    const wanted = optionsOfRequest(opened, { ...options, exclude: excluded, ...present({ attributes }) }, unknown);
    const exclude = [...(wanted.exclude ?? []), ...now.missing(opened.info)];
    return recommendTogether(opened, queries, { ...wanted, exclude, rule, step });
  });
  const recommendationId = recommendationIdOf({ model: name, group });
  return { model: opened.name, recommendationId, rule, items, unknown: [...new Set(unknown)] };
}

/** The size of a request that may be of any shape. */
function sizeOf(request: unknown): ListSize {
  const { ratings, k, explain } = (request ?? {}) as Readonly<Record<string, unknown>>;
  return {
    ratings: Array.isArray(ratings) ? ratings.length : 0,
    ...present({ k: typeof k === "number" && k > 0 ? k : undefined, explain: explain === true }),
  };
}

/** @param taken sizes of the lists before, of one batch; this one's is added. Their sums are bounded as those of one list */
async function answerRequest(
  context: RouteContext,
  caller: Caller,
  request: ListRequestShape,
  taken: ListSize[] = [],
): Promise<ShapeOf<"NewUserRecommendations">> {
  const {
    scenario,
    user,
    ratings = [],
    blend,
    next,
    exclude = [],
    pin = [],
    content,
    ...options
  } = withScenario(context, request);
  const unknown: Id[] = [];
  const before = next === undefined ? [] : idsBefore(next);
  const weights = blend && Object.fromEntries(blend.map(({ model, weight }) => [model, weight]));
  const opened = await byContent(context, weights ? reweight(caller.opened, weights) : caller.opened, content);
  const known = user === undefined ? undefined : await userOf(context, { ...caller, opened }, user, options.rotation);
  const size = { ...options, ratings: ratings.length + (known?.query.profile.items.length ?? 0) };
  checkListSizes(context.limits, [...taken, size]);
  taken.push(size);
  const { items, more } = await listFor(context, { ...caller, opened }, size, ({ attributes }) => {
    const given = queryOfRequest(opened, undefined, { ratings }, unknown);
    const query = known ? withRatings(known.query, given.profile) : given;
    // Pinned films are on the first page. Films of earlier pages may be none of this model's.
    const wanted = optionsOfRequest(
      opened,
      {
        ...options,
        exclude,
        pin: next === undefined ? pin : [],
        shown: [...(options.shown ?? []), ...(known?.shown ?? [])],
        ...present({ attributes }),
      },
      unknown,
    );
    const listed = before.map((id) => opened.info.items.index(id)).filter((item) => item >= 0);
    const asked = { query, options: { ...wanted, exclude: [...(wanted.exclude ?? []), ...listed] } };
    return { ...asked, unwanted: known?.unwanted ?? [] };
  });
  const following = more ? tokenAfter([...before, ...items.map(({ id }) => id)]) : undefined;
  return {
    model: opened.name,
    recommendationId: recommendationIdOf({ model: caller.name, group: caller.group, ...present({ scenario }) }),
    items,
    unknown: [...new Set(unknown)],
    ...present({ next: following }),
  };
}

/** A request with what its scenario says where it says nothing. @throws REQUEST_INVALID for a scenario that is not configured */
function withScenario({ scenarios }: RouteContext, request: ListRequestShape): ListRequestShape {
  const { scenario } = request;
  if (scenario === undefined) return request;
  if (Object.hasOwn(scenarios, scenario)) return { ...scenarios[scenario], ...request };
  throw new MatineeError("REQUEST_INVALID", `there is no scenario "${scenario}"`, {
    fix: "name one of the server's configuration, or leave it out",
  });
}

/** What is known of the user of a request. @throws SCOPE_MISSING */
async function userOf(context: RouteContext, caller: Caller, id: Id, rotation = 0) {
  if (id !== oneself && !includesScope(caller.scope, "write")) {
    throw new MatineeError("SCOPE_MISSING", `lists for another user than ${oneself} take a key of the scope write`);
  }
  return context.profiles.queryOf(caller, await caller.userOf(id), rotation > 0);
}
