/** The served OpenAPI document, held against the routes and their responses as they are. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, it, mock } from "node:test";
import { Validator } from "@seriousme/openapi-schema-validator";
import type { FastifyInstance, InjectOptions } from "fastify";
import Schema from "typebox/schema";
import { temporaryFolder } from "../../test/helpers/command.ts";
import { dataFolder, needsData } from "../../test/helpers/data.ts";
import { filmDataset } from "../../test/helpers/films.ts";
import type { Dataset } from "../data/dataset.ts";
import { readRatings } from "../data/read.ts";
import { configure } from "../models/configure.ts";
import { fit } from "../models/fit.ts";
import { openRecommender } from "../recommend/recommender.ts";
import { openStore } from "../store/open-store.ts";
import type { Store } from "../store/store.ts";
import { type AppOptions, createApp } from "./app.ts";
import { modelOperations } from "./model-operations.ts";
import type { Example, Operation } from "./operation.ts";
import { operations } from "./operations.ts";
import { readRecommendationId } from "./recommendation-id.ts";
import { shapes } from "./shapes.ts";
import { statusOperations } from "./status-operations.ts";
import { storeOperations } from "./store-operations.ts";

type Json = { [key: string]: Json };

async function appWith(
  data: Dataset,
  model: string,
  set: Record<string, string | number> = {},
  options: AppOptions = {},
) {
  return createApp(await openRecommender(await fit(data, configure(model, set)), { data }), options);
}

/** A schema in which no object has a key that is not described. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== "object" || schema === null) return schema;
  const entries = Object.entries(schema).map(([key, value]) => [key, closed(value)]);
  return { ...("properties" in schema && { additionalProperties: false }), ...Object.fromEntries(entries) };
}

const checks = new Map<string, ReturnType<typeof compile>>();

function compile(document: Json, schema: unknown) {
  const { schemas } = document.components;
  const named = Object.fromEntries(Object.entries(schemas).map(([name, shape]) => [name, closed(shape)]));
  return Schema.Compile({ allOf: [closed(schema)], components: { schemas: named } } as object);
}

function assertFits(document: Json, schema: unknown, value: unknown, what: string): void {
  const key = JSON.stringify([document.components, schema]);
  const check = checks.get(key) ?? compile(document, schema);
  checks.set(key, check);
  assert.ok(check.Check(value), `${what}: ${JSON.stringify(check.Errors(value)[1].slice(0, 5))}`);
}

const ratings = [{ id: 10, rating: 5 }];
const posted = (payload: unknown): InjectOptions => ({
  method: "POST",
  url: "/api/v1/recommendations",
  payload: payload as object,
});

const asking = (payload: object): InjectOptions => ({ method: "POST", url: "/api/v1/questions", payload });

const alike = (payload: object): InjectOptions => ({ method: "POST", url: "/api/v1/neighbourhood", payload });

function together(payload: object): InjectOptions {
  return { method: "POST", url: "/api/v1/recommendations/together", payload };
}

function asked(method: Operation["method"], { path, body }: Example): InjectOptions {
  return { method, url: path, ...(body === undefined ? {} : { payload: body as object }) };
}

/** Requests of every operation. */
const requests: Readonly<Record<string, readonly (string | InjectOptions)[]>> = {
  getHealth: ["/healthz"],
  getReadiness: ["/readyz"],
  getOpenApi: ["/api/v1/openapi.json"],
  listModels: ["/api/v1/models"],
  // Without a folder; src/server/models/ has those with one.
  uploadModel: [
    { method: "PUT", url: "/api/v1/models/one" },
    { method: "PUT", url: "/api/v1/models/One" },
  ],
  deleteModel: [{ method: "DELETE", url: "/api/v1/models/one" }],
  activateModel: [{ method: "POST", url: "/api/v1/models/one/activate" }],
  rollBackModel: [{ method: "POST", url: "/api/v1/models/rollback" }],
  startTrial: [
    { method: "PUT", url: "/api/v1/models/trial", payload: { model: "one", share: 0.5 } },
    { method: "PUT", url: "/api/v1/models/trial", payload: { model: "one", share: 1 } },
  ],
  endTrial: [{ method: "DELETE", url: "/api/v1/models/trial" }],
  getTrialResult: ["/api/v1/models/trial/result"],
  startShadow: [{ method: "PUT", url: "/api/v1/models/shadow", payload: { model: "one" } }],
  endShadow: [{ method: "DELETE", url: "/api/v1/models/shadow" }],
  getStatus: ["/api/v1/status"],
  listTitles: ["/api/v1/titles", "/api/v1/titles?wrong=1"],
  listFilms: ["/api/v1/items", "/api/v1/items?query=star&limit=1", "/api/v1/items?limit=0"],
  getFilm: ["/api/v1/items/10", "/api/v1/items/999", "/api/v1/items/%E0%A4%A"],
  getItemDetails: ["/api/v1/items/10/details", "/api/v1/items/80/details", "/api/v1/items/999/details"],
  listSimilarFilms: [
    "/api/v1/items/30/similar",
    "/api/v1/items/999/similar",
    "/api/v1/items/30/similar?k=0",
    "/api/v1/items/30/similar?content=0.5",
    "/api/v1/items/30/similar?content=2",
  ],
  recommend: [
    posted({ ratings, explain: true }),
    posted({ ratings: [] }),
    posted({ ratings, k: "5" }),
    posted({ ratings: [{ id: 10, rating: 9 }] }),
    posted({ ratings, genres: ["Nope"] }),
    posted({ ratings, exclude: [999] }),
    posted({ ratings: "x".repeat(1_100_000) }),
    posted({ ratings, pin: [{ id: 40, position: 1 }], popularity: 0.5, k: 2 }),
    posted({ ratings, filter: { not: { or: [{ field: "year", to: 1990 }, { and: [] }] } } }),
    posted({ session: [10], diversity: 0.5 }),
    posted({ ratings, content: 0.5, explain: true }),
    posted({ ratings, content: -1 }),
    posted({ filter: { field: "nope", is: 1 } }),
    posted({ next: "nope" }),
    { ...posted("ratings"), headers: { "content-type": "text/plain" } },
  ],
  recommendBatch: [
    { ...posted({ requests: [{ ratings }, { k: 0 }, 1, { session: [30] }] }), url: "/api/v1/recommendations/batch" },
    { ...posted({ requests: [] }), url: "/api/v1/recommendations/batch" },
  ],
  listQuestions: [
    asking({ ratings, unseen: [30], k: 2 }),
    asking({}),
    asking({ seen: [999], exclude: ["10"] }),
    asking({ ratings: [{ id: 10, rating: 9 }] }),
    asking({ k: 0 }),
    asking({ haveSeen: [10] }),
  ],
  describeNeighbourhood: [
    alike({ ratings }),
    alike({ ratings, k: 2, exclude: [999], filter: { field: "year", from: 1985 } }),
    alike({}),
    alike({ ratings: [{ id: 10, rating: 9 }] }),
    alike({ ratings, filter: { field: "nope", is: 1 } }),
  ],
  recommendTogether: [
    together({ profiles: [{ ratings }, { ratings: [{ id: 50, rating: 4 }], exclude: [60, 999] }], rule: "average" }),
    together({ profiles: [{ ratings }, { ratings: [] }], k: 2, filter: { field: "year", from: 1985 } }),
    together({ profiles: [{ ratings }] }),
    together({ profiles: [{ ratings }, { ratings: [{ id: 10, rating: 9 }] }] }),
    together({ profiles: [{ ratings }, { ratings }], filter: { field: "nope", is: 1 } }),
  ],
  getLabNumbers: ["/api/v1/lab", "/api/v1/lab?wrong=1"],
  compareFilms: [
    { method: "POST", url: "/api/v1/lab/similarities", payload: { items: [10, 20, 80] } },
    { method: "POST", url: "/api/v1/lab/similarities", payload: { items: [10, 20], content: 0.5 } },
    { method: "POST", url: "/api/v1/lab/similarities", payload: { items: [10, 999] } },
    { method: "POST", url: "/api/v1/lab/similarities", payload: { items: [10, 10] } },
    { method: "POST", url: "/api/v1/lab/similarities", payload: { items: Array.from({ length: 31 }, (_, n) => n) } },
  ],
  listFilmTerms: [
    { method: "POST", url: "/api/v1/lab/terms", payload: { items: [10, 80] } },
    { method: "POST", url: "/api/v1/lab/terms", payload: { items: [] } },
    { method: "POST", url: "/api/v1/lab/terms", payload: { items: ["nope"] } },
  ],
  listRelatedFilms: [
    "/api/v1/items/30/related-for/1",
    "/api/v1/items/30/related-for/77",
    "/api/v1/items/999/related-for/1",
    "/api/v1/items/30/related-for/1?k=0",
  ],
  listUserRatings: ["/api/v1/users/2/ratings", "/api/v1/users/7/ratings", "/api/v1/users/2/ratings?k=1"],
  recommendToUser: ["/api/v1/users/6/recommendations", "/api/v1/users/6/recommendations?explain=true&k=8"],
  predictRating: [
    "/api/v1/users/6/predictions/40",
    "/api/v1/users/6/predictions/10",
    "/api/v1/users/6/predictions/999",
  ],
  listNeighbours: ["/api/v1/users/1/neighbours", "/api/v1/users/7/neighbours", "/api/v1/users/1/neighbours?k=0"],
  ...Object.fromEntries(
    Object.entries<Operation>(storeOperations).map(([operationId, { method, example }]) => [
      operationId,
      [asked(method, example!), { method, url: `${example!.path}${example!.path.includes("?") ? "&" : "?"}wrong=1` }],
    ]),
  ),
};

/** Models that between them give every kind of reason, and lack every capability. */
const models: [name: string, set: Record<string, string | number>, gives: RegExp][] = [
  ["popular", {}, /CAPABILITY_MISSING/],
  ["bias", {}, /"kind":"global mean"/],
  ["item-knn", {}, /"because"/],
  ["user-knn", { minOverlap: 1, minNeighbours: 1 }, /"meanRating".*"kind":"neighbour".*"liked"/],
  ["pagerank", {}, /"through"/],
  ["genre-overlap", {}, /"likedGenres".*"kind":"genre"/],
  ["hybrid", { models: "tfidf,item-knn" }, /"kind":"normalisation"/],
];

describe("the OpenAPI document", () => {
  let document: Json;
  before(async () => {
    const app = await appWith(filmDataset(), "popular");
    document = (await app.inject("/api/v1/openapi.json")).json();
    await app.close();
  });

  it("is one of OpenAPI 3.1", async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate(structuredClone(document));
    assert.ok(valid, JSON.stringify(errors));
    assert.equal(validator.version, "3.1");
  });

  it("has the routes of the server, each once", async () => {
    const app = await appWith(filmDataset(), "popular");
    const described = Object.values<Operation>(operations);
    assert.equal(new Set(described.map(({ method, path }) => `${method} ${path}`)).size, described.length);
    const found = routesOf(app).filter((route) => /^\S+ \/(api|healthz|readyz)/.test(route));
    assert.deepEqual(found, described.map(({ method, path }) => `${method} ${path}`).sort());
    await app.close();
  });

  it("is held against requests of every operation", () => {
    assert.deepEqual(Object.keys(requests).sort(), Object.keys(operations).sort());
  });

  for (const [name, set, gives] of models) {
    it(`describes every response of ${name}`, async () => {
      const app = await appWith(filmDataset(), name, set);
      let all = "";
      for (const [operationId, list] of Object.entries(requests)) {
        const { method, path } = operations[operationId as keyof typeof operations];
        const { responses } = document.paths[path][method.toLowerCase()];
        for (const request of list) {
          const response = await app.inject(request);
          const what = `${typeof request === "string" ? request : JSON.stringify(request).slice(0, 200)} of ${name}`;
          const content = responses[response.statusCode]?.content;
          assert.ok(content, `${what}: ${response.statusCode} is not described`);
          const [type] = String(response.headers["content-type"]).split(";");
          assertFits(document, content[type]?.schema ?? false, response.json(), what);
          if (operationId !== "getOpenApi") all += response.body;
        }
      }
      assert.match(all, gives);
      await app.close();
    });
  }

  it("gives examples of its own schemas", () => {
    const { listModels: _, ...ofFolders } = modelOperations;
    // What an example of these answers is another time each time.
    const without: readonly Operation[] = [operations.getReadiness, ...Object.values(ofFolders)];
    for (const operation of Object.values<Operation>(operations)) {
      if (without.includes(operation)) continue;
      const { path, method, example, response, body } = operation;
      const { responses, requestBody } = document.paths[path][method.toLowerCase()];
      if (response === shapes.OpenApiDocument) continue;
      assert.ok(example, path);
      assertFits(document, responses[200].content["application/json"].schema, example.response, path);
      if (body) assertFits(document, requestBody.content["application/json"].schema, example.body, path);
    }
  });

  describe("gives examples that are so", needsData("ml-latest-small"), () => {
    let data: Dataset;
    const apps = new Map<string, FastifyInstance>();
    let store: Store;
    before(async () => {
      data = await readRatings(dataFolder("ml-latest-small"));
      store = await openStore(join(temporaryFolder(), "store.sqlite"));
      mock.timers.enable({ apis: ["Date"], now: 1_796_000_000_000 });
    });
    after(async () => {
      mock.timers.reset();
      for (const app of apps.values()) await app.close();
      await store[Symbol.asyncDispose]();
    });

    for (const [operationId, { method, example }] of Object.entries<Operation>(operations)) {
      if (!example || operationId in statusOperations) continue; // whose numbers are of the moment
      it(operationId, async () => {
        const stored = operationId in storeOperations;
        const name = `${example.model}, ${stored}`;
        const app = apps.get(name) ?? (await appWith(data, example.model, {}, stored ? { store } : {}));
        apps.set(name, app);
        const response = await app.inject(asked(method, example));
        assertStartsAs(response.json(), example.response, operationId);
      });
    }
  });
});

/** Holds a response to an example, which has the start of each list and whose numbers are near. */
function assertStartsAs(actual: unknown, expected: unknown, where: string): void {
  if (typeof expected === "number" && typeof actual === "number") {
    assert.ok(Math.abs(actual - expected) <= 1e-6 * Math.abs(expected), `${where}: ${actual}, expected ${expected}`);
  } else if (typeof expected === "object" && expected !== null) {
    assert.ok(typeof actual === "object" && actual !== null, where);
    if (!Array.isArray(expected)) assert.deepEqual(Object.keys(actual), Object.keys(expected), where);
    for (const [key, value] of Object.entries(expected)) {
      if (key === "recommendationId") {
        const [own, other]: object[] = [value, (actual as Json)[key]].map((id) => readRecommendationId(String(id)));
        assert.deepEqual(other, own, where);
      } else assertStartsAs((actual as Json)[key], value, `${where}.${key}`);
    }
  } else {
    assert.equal(actual, expected, where);
  }
}

/** Every route of an app as "GET /api/v1/items/{id}", sorted, without those of HEAD. */
function routesOf(app: FastifyInstance): string[] {
  const routes: string[] = [];
  const path: string[] = [];
  for (const line of app.printRoutes({ commonPrefix: false }).split("\n")) {
    const [, indent, piece, methods] = /^(.*?)[├└]── (\S+)(?: \((.*)\))?$/.exec(line) ?? [];
    if (piece === undefined) continue;
    path.splice(indent.length / 4, Number.POSITIVE_INFINITY, piece);
    for (const method of methods?.split(", ") ?? []) {
      if (method !== "HEAD") routes.push(`${method} ${path.join("").replace(/:(\w+)/g, "{$1}")}`);
    }
  }
  return routes.sort();
}
