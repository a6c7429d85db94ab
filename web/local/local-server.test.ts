import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { FastifyInstance } from "fastify";
import { configure, fit, openRecommender, type Recommender } from "../../src/core.ts";
import { createApp } from "../../src/server/app.ts";
import { filmDataset } from "../../test/helpers/films.ts";
import { ofFirstTaste, twoTastes } from "../../test/helpers/two-tastes.ts";
import { type LocalRequest, type LocalServer, localServer } from "./local-server.ts";

const { signal } = new AbortController();
const list = "/api/v1/recommendations";
const post = (address: string, body: unknown): LocalRequest => ({
  method: "POST",
  address,
  body: JSON.stringify(body),
});
const get = (address: string): LocalRequest => ({ method: "GET", address });

describe("a page that answers by itself", () => {
  let recommender: Recommender;
  let app: FastifyInstance;
  let ask: LocalServer;

  before(async () => {
    recommender = await openRecommender(await fit(filmDataset(), configure("item-knn")));
    app = await createApp(recommender);
    ask = localServer(recommender.opened);
  });
  after(async () => {
    await app.close();
    recommender[Symbol.dispose]();
  });

  /** What a server answers, without what is new in each answer. */
  async function both({ method, address, body }: LocalRequest) {
    const headers = body === undefined ? {} : { "content-type": "application/json" };
    const { statusCode, payload } = await app.inject({
      method: method as "GET",
      url: address,
      headers,
      ...(body !== undefined && { payload: body }),
    });
    const local = await ask({ method, address, ...(body !== undefined && { body }) }, signal);
    return [
      { status: statusCode, body: lasting(payload) },
      { status: local.status, body: lasting(local.body) },
    ];
  }

  function lasting(text: string): unknown {
    return JSON.parse(text, (key, value) => (key === "recommendationId" || key === "next" ? typeof value : value));
  }

  it("answers as a server does", async () => {
    for (const request of [
      get("/api/v1/models"),
      get("/api/v1/items?limit=3"),
      get("/api/v1/items?query=unsen%20film"),
      get("/api/v1/items/10"),
      get("/api/v1/items/10/similar?k=2"),
      get("/api/v1/items/10/similar?k=2&content=0.5"),
      get("/api/v1/items/10/details"),
      get("/api/v1/titles"),
      get("/api/v1/lab"),
      post("/api/v1/lab/similarities", { items: [10, 20, 30], content: 0.5 }),
      post("/api/v1/lab/terms", { items: [10, 20] }),
      post("/api/v1/questions", { ratings: [{ id: 10, rating: 5 }] }),
      post("/api/v1/neighbourhood", { ratings: [{ id: 10, rating: 5 }] }),
      post(`${list}/together`, {
        profiles: [{ ratings: [{ id: 10, rating: 5 }] }, { ratings: [{ id: 20, rating: 5 }] }],
        k: 3,
      }),
      post(list, {}),
      post(list, { ratings: [{ id: 10, rating: 5 }], k: 3, explain: true }),
      post(list, {
        ratings: [
          { id: 10, rating: 5 },
          { id: 77_777, rating: 1 },
        ],
        diversity: 0.5,
        exclude: [20],
      }),
      post(`${list}/batch`, { requests: [{ session: [10], k: 2 }, { ratings: [{ id: 10, rating: 99 }] }] }),
    ]) {
      const [server, page] = await both(request);
      assert.equal(server.status, 200, JSON.stringify(server.body));
      assert.deepEqual(page, server, request.address);
    }
  });

  it("tells of people who rate alike where the model keeps ratings", async () => {
    using keeping = await openRecommender(await fit(twoTastes(), configure("ease")));
    const request = post("/api/v1/neighbourhood", { ratings: ofFirstTaste });
    const { body } = await localServer(keeping.opened)(request, signal);
    await using server = await createApp(keeping);
    const { payload } = await server.inject({
      method: "POST",
      url: request.address,
      payload: { ratings: ofFirstTaste },
    });
    assert.deepEqual([JSON.parse(body).neighbours, JSON.parse(body)], [12, JSON.parse(payload)]);
  });

  it("refuses what a server refuses, by the same code", async () => {
    for (const request of [
      get("/api/v1/items/77777"),
      get("/api/v1/items?limit=many"),
      get("/api/v1/items?colour=red"),
      post(list, { ratings: [{ id: 10, rating: "5" }] }),
      post(list, { ratings: [{ id: 10, rating: 99 }] }),
      post(list, { scenario: "home" }),
      post(list, { user: 1 }),
      post(list, { next: "abc" }),
    ]) {
      const [server, page] = await both(request);
      const { code, status } = server.body as { code: string; status: number };
      assert.ok(status >= 400);
      assert.deepEqual([page.status, (page.body as { code: string }).code], [server.status, code], request.address);
    }
  });

  it("goes on with a list, and repeats no film", async () => {
    const shown: unknown[] = [];
    for (let next: string | undefined, page = 0; page < 3; page++) {
      const { body } = await ask(post(list, { ratings: [{ id: 10, rating: 5 }], k: 2, ...(next && { next }) }), signal);
      const answer = JSON.parse(body);
      shown.push(...answer.items.map(({ id }: { id: unknown }) => id));
      next = answer.next;
      if (next === undefined) break;
    }
    assert.ok(shown.length > 2);
    assert.equal(new Set(shown).size, shown.length);
  });

  it("says of what it cannot do that a page cannot", async () => {
    for (const request of [get("/api/v1/users/1/ratings"), get("/api/v1/status"), post("/api/v1/events", {})]) {
      const { status, body } = await ask(request, signal);
      assert.deepEqual([status, JSON.parse(body).code], [409, "CAPABILITY_MISSING"]);
    }
  });
});
