import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { FastifyInstance } from "fastify";
import { temporaryFolder } from "../test/helpers/command.ts";
import { filmDataset } from "../test/helpers/films.ts";
import { type Client, createClient } from "./client.ts";
import { configure } from "./models/configure.ts";
import { fit } from "./models/fit.ts";
import { openRecommender } from "./recommend/recommender.ts";
import { createApp } from "./server/app.ts";
import { operations } from "./server/operations.ts";
import { openStore } from "./store/open-store.ts";

/** A client over a fetch that records requests and always responds the same. */
function respondWith(body: string, status = 200, base?: string) {
  const requests: { url: string; init: RequestInit | undefined }[] = [];
  const record: typeof fetch = async (input, init) => {
    requests.push({ url: String(input), init });
    return new Response(body, { status });
  };
  return { client: createClient(base, { fetch: record }), requests };
}

describe("the client", () => {
  it("asks at its address, or at the page's", async () => {
    const page = respondWith('{"items":[{"id":6}]}');
    assert.deepEqual(await page.client.items({ query: "heat & co", limit: 20 }), { items: [{ id: 6 }] });
    await page.client.items();
    await page.client.similar("a/b");
    const node = respondWith('{"models":[],"status":"ok"}', 200, "http://127.0.0.1:7070/");
    await node.client.models();
    await node.client.health();
    assert.deepEqual(
      [...page.requests, ...node.requests].map(({ url }) => url),
      [
        "/api/v1/items?query=heat+%26+co&limit=20",
        "/api/v1/items",
        "/api/v1/items/a%2Fb/similar",
        "http://127.0.0.1:7070/api/v1/models",
        "http://127.0.0.1:7070/healthz",
      ],
    );
  });

  it("posts ratings, and hands the signal to fetch alone", async () => {
    const { client, requests } = respondWith('{"model":"ease","items":[]}');
    const { signal } = new AbortController();
    await client.recommend({ ratings: [{ id: 6, rating: 4.5 }], exclude: [1], k: 10, signal });
    assert.equal(requests[0].init?.method, "POST");
    assert.equal(requests[0].init?.signal, signal);
    assert.deepEqual(JSON.parse(String(requests[0].init?.body)), {
      ratings: [{ id: 6, rating: 4.5 }],
      exclude: [1],
      k: 10,
    });
  });

  it("sends its key with every request", async () => {
    const headers: unknown[] = [];
    const record: typeof fetch = async (_, init) => {
      headers.push(init?.headers);
      return new Response('{"items":[],"models":[]}');
    };
    const client = createClient("", { fetch: record, key: "matinee_secret" });
    await client.models();
    await client.recommend({ ratings: [] });
    const authorization = "Bearer matinee_secret";
    assert.deepEqual(headers, [{ authorization }, { authorization, "content-type": "application/json" }]);
  });

  it("throws an error page of something in between as a problem with a fix", async () => {
    await assert.rejects(respondWith("<h1>Bad gateway</h1>", 502).client.models(), {
      name: "ProblemError",
      code: "NOT_MATINEE",
      status: 502,
      message: "It answered with status 502.",
      fix: "retry in a moment",
    });
  });

  for (const body of ["<!doctype html>", "null", "[]", '{"films":[]}']) {
    it(`does not understand the answer ${body}`, async () => {
      await assert.rejects(respondWith(body).client.models(), {
        name: "ProblemError",
        code: "NOT_MATINEE",
        title: "The answer is not understood",
      });
    });
  }

  it("says that nothing answers", async () => {
    const client = createClient("", {
      fetch: async () => {
        throw new TypeError("Failed to fetch");
      },
    });
    await assert.rejects(client.models(), { code: "UNREACHABLE", status: 0, title: "Matinee cannot be reached" });
  });

  describe("over HTTP", () => {
    let app: FastifyInstance;
    let client: Client;
    const paths = new Set<string>();
    const record: typeof fetch = (input, init) => {
      paths.add(`${init?.method ?? "GET"} ${new URL(String(input)).pathname}`);
      return fetch(input, init);
    };
    before(async () => {
      app = await createApp(
        await openRecommender(await fit(filmDataset(), configure("item-knn")), { data: filmDataset() }),
      );
      client = createClient(await app.listen({ host: "127.0.0.1", port: 0 }), { fetch: record });
    });
    after(() => app.close());

    it("calls every operation", async () => {
      const ratings = [{ id: 10, rating: 5 }];
      assert.deepEqual(await client.health(), { status: "ok" });
      assert.equal((await client.models()).models[0].name, "item-knn");
      assert.equal((await client.items({ query: "nigth harbour", limit: 1 })).items[0].id, 10);
      assert.equal((await client.item(30)).title, "Star Voyager (1982)");
      assert.deepEqual(
        (await client.itemDetails(10)).histogram?.map(({ count }) => count),
        [1, 0, 0, 0, 1, 1, 1],
      );
      assert.deepEqual(
        (await client.similar(30, { k: 1, content: 0.5 })).items.map(({ id }) => id),
        [40],
      );
      const { ids, titles } = await client.titles();
      assert.deepEqual([ids.length, titles.length, titles[ids.indexOf(10)]], [8, 8, (await client.item(10)).title]);
      const { model, items } = await client.recommend({ ratings, k: 3, genres: ["Crime"], explain: true });
      assert.deepEqual([model, items[0].id, items[0].because?.[0].id, items[0].parts?.length], ["item-knn", 20, 10, 1]);
      const group = await client.recommendTogether({
        profiles: [{ ratings }, { ratings: [{ id: 30, rating: 5 }] }],
        k: 1,
      });
      assert.deepEqual([group.rule, group.items.length, group.items[0].people.length], ["least-misery", 1, 2]);
      assert.equal((await client.users.ratings(2)).items[0].rating, 5);
      assert.equal((await client.users.recommendations(6, { k: 2, explain: true })).items.length, 2);
      assert.equal((await client.users.prediction(6, 10)).rated, 4.5);
      const { answers } = await client.recommendBatch([{ ratings, k: 1 }, { filter: { field: "nope", is: 1 } }]);
      assert.deepEqual(
        answers.map((answer) => ("items" in answer ? answer.items.length : answer.code)),
        [1, "USAGE"],
      );
      const asked = await client.questions({ ratings, unseen: [30], exclude: [999], k: 2 });
      assert.deepEqual([asked.items.length, asked.unknown], [2, [999]]);
      assert.equal((await client.questions()).items[0].id, 10);
      assert.deepEqual(await client.neighbourhood({ ratings: [...ratings, { id: 999, rating: 5 }] }), {
        compared: 6,
        neighbours: 0,
        needed: 4,
        agreed: [],
        disagreed: [],
        loved: [],
        unknown: [999],
      });
      assert.equal((await client.status()).model?.name, "item-knn");
      assert.equal((await client.lab.numbers()).ratings.perUser?.most, 3);
      const { model: both, similarities } = await client.lab.similarities([10, 20], { content: 0.5 });
      assert.deepEqual([both, similarities.length, similarities[1][1]], ["item-knn+tfidf", 2, 1]);
      assert.equal((await client.lab.similarities([10, 20])).model, "item-knn");
      assert.deepEqual(
        (await client.lab.terms([10, 30])).items.map(({ id }) => id),
        [10, 30],
      );
      assert.equal((await client.users.related(5, 40, { k: 1 })).items[0].id, 30);
      const neighbours = await (await withModel("user-knn")).users.neighbours(1, { k: 1 });
      assert.deepEqual(
        neighbours.neighbours.map(({ user }) => user),
        [2],
      );
      const kept = await withStore();
      assert.equal((await kept.users.rate("ann", 10, 5, { idempotencyKey: "one" })).item, "10");
      assert.equal((await kept.users.rate("ann", 10, 5, { idempotencyKey: "one" })).rating, 5);
      await assert.rejects(kept.users.rate("ann", 10, 4, { idempotencyKey: "one" }), { code: "IDEMPOTENCY_CONFLICT" });
      assert.equal((await kept.users.mark("ann", "watchlist", 20)).kind, "watchlist");
      assert.equal((await kept.users.marks("ann")).items.length, 1);
      assert.equal((await kept.addEvents([{ type: "view", user: "ann", item: 30 }])).added, 1);
      assert.deepEqual(await kept.users.merge("bob", "ann"), { ratings: 1, marks: 1, events: 1 });
      assert.equal((await kept.users.unmark("bob", "watchlist", 20)).deleted, true);
      assert.equal((await kept.users.unrate("bob", 10)).deleted, true);
      assert.equal((await kept.users.export("bob")).events[0].item, "30");
      assert.equal((await kept.users.erase("bob")).events, 1);
      assert.equal((await kept.catalog.set(10, { title: "Night Harbour (1991)" })).year, 0);
      assert.equal((await kept.catalog.change(10, { year: 1991 })).year, 1991);
      assert.equal((await kept.catalog.list({ limit: 5 })).items[0].id, "10");
      assert.equal((await kept.catalog.delete(10)).deleted, true);
      assert.equal((await client.readiness()).model, "item-knn");
      const { answering } = client;
      const changes = [
        () => answering.upload("one", new Blob(["no model"]), { signature: "AAAA" }),
        () => answering.delete("one"),
        () => answering.activate("one"),
        () => answering.rollBack(),
        () => answering.startTrial("one", 0.5),
        () => answering.endTrial(),
        () => answering.trialResult(),
        () => answering.startShadow("one"),
        () => answering.endShadow(),
      ];
      for (const change of changes) await assert.rejects(change(), { code: "CAPABILITY_MISSING", status: 409 });
      const { getOpenApi, ...called } = operations;
      for (const { method, path } of Object.values(called)) {
        const pattern = new RegExp(`^${method} ${path.replace(/\{\w+\}/g, "[^/]+")}$`);
        assert.ok(
          [...paths].some((asked) => pattern.test(asked)),
          `no method asks for ${path}`,
        );
      }
    });

    it("throws the server's problems", async () => {
      await assert.rejects(client.item(999), {
        name: "ProblemError",
        code: "ITEM_UNKNOWN",
        status: 404,
        title: "No such film in the data",
        message: /999/,
        detail: /999/,
        fix: /./,
      });
      await assert.rejects(client.items({ limit: 0 }), { code: "REQUEST_INVALID", status: 400 });
      await assert.rejects(client.users.neighbours(1), { code: "CAPABILITY_MISSING", status: 409 });
    });

    it("throws the reason of a signal", async () => {
      await assert.rejects(client.models({ signal: AbortSignal.abort() }), { name: "AbortError" });
      const own = new Error("no longer wanted");
      await assert.rejects(client.recommend({ ratings: [], signal: AbortSignal.abort(own) }), own);
    });

    async function withStore(): Promise<Client> {
      const store = await openStore(join(temporaryFolder(), "store.sqlite"));
      const other = await createApp(await openRecommender(await fit(filmDataset(), configure("item-knn"))), { store });
      after(async () => {
        await other.close();
        await store[Symbol.asyncDispose]();
      });
      return createClient(await other.listen({ host: "127.0.0.1", port: 0 }), { fetch: record });
    }

    async function withModel(name: string): Promise<Client> {
      const other = await createApp(
        await openRecommender(await fit(filmDataset(), configure(name, { minOverlap: 1 }))),
      );
      after(() => other.close());
      return createClient(await other.listen({ host: "127.0.0.1", port: 0 }), { fetch: record });
    }
  });
});
