/** Answers the operations of the HTTP API in the page itself, by the very routes of the server. */
import { Type } from "typebox";
import { MatineeError } from "../../src/errors.ts";
import { present } from "../../src/present.ts";
import type { OpenModel } from "../../src/recommend/open-model.ts";
import { keptUserRatings } from "../../src/recommend/query.ts";
import { titlesOf } from "../../src/recommend/titles.ts";
import { noCatalog } from "../../src/server/catalog.ts";
import { type Check, compileCheck } from "../../src/server/check-request.ts";
import { usualLimits } from "../../src/server/limits.ts";
import { describeOpened } from "../../src/server/models/describe-model.ts";
import type { HeldModel, Models } from "../../src/server/models/models.ts";
import type { Operation, RequestOf } from "../../src/server/operation.ts";
import { operations } from "../../src/server/operations.ts";
import { problemOf } from "../../src/server/problem.ts";
import { profilesOfData } from "../../src/server/profiles.ts";
import { itemRoutes } from "../../src/server/routes/items.ts";
import { labRoutes } from "../../src/server/routes/lab.ts";
import { modelRoutes } from "../../src/server/routes/models.ts";
import { neighbourhoodRoutes } from "../../src/server/routes/neighbourhood.ts";
import { questionRoutes } from "../../src/server/routes/questions.ts";
import { recommendationRoutes } from "../../src/server/routes/recommendations.ts";
import type { AnswerOf, App, Asker, RouteContext } from "../../src/server/routes/route.ts";
import { turnsOf } from "../../src/server/turns.ts";

/** A request as `fetch` would send it, and what would come back. */
export interface LocalRequest {
  readonly method: string;
  /** The path and the query, from `/api/v1/` on. */
  readonly address: string;
  readonly body?: string;
}
export interface LocalAnswer {
  readonly status: number;
  readonly body: string;
}

export type LocalServer = (request: LocalRequest, signal: AbortSignal) => Promise<LocalAnswer>;

interface Route {
  readonly method: string;
  readonly path: RegExp;
  readonly checks: readonly (readonly [part: "params" | "querystring" | "body", check: Check])[];
  readonly answer: AnswerOf<Operation, Asker>;
}

/** Lets messages come in. */
export const pause = () => new Promise((go) => setTimeout(go));

/** The groups of routes that need a model and nothing else. */
const groups = [modelRoutes, itemRoutes, recommendationRoutes, questionRoutes, neighbourhoodRoutes, labRoutes];

/** Makes what answers by a model. It keeps nothing of who asks. */
export function localServer(opened: OpenModel): LocalServer {
  const routes: Route[] = [];
  const app: App = { add: (operation, answer) => void routes.push(routeOf(operation, answer as Route["answer"])) };
  const context = contextOf(opened);
  for (const addRoutes of groups) addRoutes(app, context);
  app.add(operations.listTitles, () => titlesOf(opened.info));

  async function answer({ method, address, body }: LocalRequest, signal: AbortSignal): Promise<unknown> {
    const url = new URL(address, "http://localhost");
    const found = routes.find((route) => route.method === method && route.path.test(url.pathname));
    if (!found) {
      throw new MatineeError("CAPABILITY_MISSING", `a page without a server does not answer ${method} ${url.pathname}`);
    }
    const given = {
      params: paramsOf(found.path, url.pathname),
      querystring: Object.fromEntries(url.searchParams),
      body: body === undefined ? undefined : JSON.parse(body),
    };
    const checked: Record<string, unknown> = {};
    for (const [part, check] of found.checks) {
      const result = check(given[part]);
      if ("error" in result) {
        const [{ instancePath, message }] = result.error;
        throw new MatineeError("REQUEST_INVALID", `${part}${instancePath} ${message}`);
      }
      checked[part] = result.value;
    }
    const { params, querystring: query, body: content } = checked;
    const request = { params, query, body: content, headers: {} } as unknown as RequestOf<Operation>;
    return found.answer(request, { ...asker, signal });
  }

  return async (request, signal) => {
    try {
      return { status: 200, body: JSON.stringify(await answer(request, signal)) };
    } catch (error) {
      const problem = problemOf(error);
      if (problem.code === "INTERNAL") console.error(error);
      return { status: problem.status, body: JSON.stringify(problem) };
    }
  };
}

const asker: Omit<Asker, "signal"> = {
  scope: "admin", // whoever has the page has the model
  userOf: async (id) => String(id),
  async write() {
    throw new MatineeError("CAPABILITY_MISSING", "a page without a server keeps nothing of users and items");
  },
  header() {},
  afterwards() {},
};

const noQuery = Type.Object({}, { additionalProperties: false });

function routeOf({ method, path, params, query, body }: Operation, answer: Route["answer"]): Route {
  const schemas = { params, querystring: query ?? noQuery, body };
  const pattern = path.replaceAll(".", "\\.").replace(/\{(\w+)\}/g, "(?<$1>[^/]+)");
  return {
    method,
    path: new RegExp(`^${pattern}$`),
    checks: Object.entries(present(schemas)).map(([part, schema]) => [part as "body", compileCheck(schema, part)]),
    answer,
  };
}

function paramsOf(path: RegExp, pathname: string): Record<string, string> {
  const values = Object.entries(path.exec(pathname)?.groups ?? {});
  return Object.fromEntries(values.map(([name, value]) => [name, decodeURIComponent(value)]));
}

/** What the routes work with, of one model and no store. */
function contextOf(opened: OpenModel): RouteContext {
  const { name } = opened;
  const users = keptUserRatings(opened);
  const hold = (): HeldModel => ({ name, opened, ...present({ users }), group: "", [Symbol.dispose]() {} });
  const models: Models = {
    hold,
    holdShadow: () => undefined,
    status: () => ({ model: name }),
    list: async () => ({ models: [describeOpened(name, opened)], refused: [] }),
    refresh: async () => {},
  };
  const turn = turnsOf(Number.POSITIVE_INFINITY, pause);
  return {
    models,
    shadows: { giveWay() {}, compare() {}, counts: () => undefined },
    profiles: profilesOfData,
    catalog: noCatalog,
    laterFilms: { addTo: (served) => served },
    scenarios: {},
    limits: usualLimits,
    turns: { short: turn, long: turn },
    giveWay: pause,
  };
}
