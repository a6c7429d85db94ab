/** What a list may be asked with over HTTP, and many lists at once. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { FastifyInstance } from "fastify";
import { temporaryFolder } from "../../test/helpers/command.ts";
import { filmDataset } from "../../test/helpers/films.ts";
import { randomDataset } from "../../test/helpers/toy.ts";
import type { Dataset } from "../data/dataset.ts";
import type { Id } from "../data/ids.ts";
import { configure } from "../models/configure.ts";
import { fit } from "../models/fit.ts";
import { openRecommender } from "../recommend/recommender.ts";
import { openStore } from "../store/open-store.ts";
import { createApp } from "./app.ts";
import type { ServerLimits } from "./limits.ts";
import { idsBefore, tokenAfter } from "./next-page.ts";

async function appWith(data: Dataset, model: string, set = {}, limits: ServerLimits = {}): Promise<FastifyInstance> {
  return createApp(await openRecommender(await fit(data, configure(model, set)), { data }), { limits });
}

async function post(app: FastifyInstance, payload: unknown, path = "") {
  const url = `/api/v1/recommendations${path}`;
  const response = await app.inject({ method: "POST", url, payload: payload as object });
  return { status: response.statusCode, body: response.json() };
}

const ids = ({ items }: { items: { id: number }[] }) => items.map(({ id }) => id);
const ratings = [{ id: 10, rating: 5 }];

/** A list without its own id, which no other has. */
function withoutId({ recommendationId, ...list }: { readonly recommendationId?: string }): object {
  assert.match(String(recommendationId), /^[\w-]+$/);
  return list;
}

describe("lists over HTTP", () => {
  let app: FastifyInstance;
  before(async () => {
    app = await appWith(filmDataset(), "item-knn");
  });
  after(() => app.close());

  it("are for nobody in particular where nothing is given", async () => {
    const [nothing, nobody] = [await post(app, {}), await post(app, { ratings: [] })];
    assert.equal(nothing.status, 200);
    assert.deepEqual(withoutId(nothing.body), withoutId(nobody.body));
    assert.equal(nothing.body.items[0].source, "popular");
  });

  it("go by content as much as is asked, with all else that a list may be asked with", async () => {
    const [none, without, half] = [
      await post(app, { ratings, content: 0, k: 8 }),
      await post(app, { ratings, k: 8 }),
      await post(app, { ratings, content: 0.5, k: 8, explain: true, filter: { field: "genre", is: "Drama" } }),
    ];
    assert.deepEqual(withoutId(none.body), withoutId(without.body));
    assert.equal(without.body.items.find(({ id }: { id: Id }) => id === 80)?.source, "popular");
    const [unseen] = half.body.items;
    assert.deepEqual([half.body.model, unseen.id, unseen.source], ["item-knn+tfidf", 80, "item-knn+tfidf"]);
    assert.deepEqual(
      unseen.because.map(({ id }: { id: Id }) => id),
      [10],
    );
    const { body } = await post(
      app,
      {
        requests: [
          { ratings, content: 1, k: 1 },
          { ratings, content: 2 },
        ],
      },
      "/batch",
    );
    assert.deepEqual([body.answers[0].model, body.answers[1].code], ["tfidf", "REQUEST_INVALID"]);
  });

  it("of similar films go by content as much as is asked", async () => {
    const similarTo = async (query: string) => (await app.inject(`/api/v1/items/80/similar?k=3${query}`)).json();
    assert.deepEqual(await similarTo("&content=0"), await similarTo(""));
    assert.deepEqual((await similarTo("")).items, []);
    const { model, items } = await similarTo("&content=0.25");
    assert.deepEqual([model, ids({ items })], ["item-knn+tfidf", [10]]);
    assert.equal((await similarTo("&content=1.5")).code, "REQUEST_INVALID");
    assert.equal((await similarTo("&content=half")).code, "REQUEST_INVALID");
    const popular = await appWith(filmDataset(), "popular");
    const compared = async (content: number) =>
      (await popular.inject(`/api/v1/items/30/similar?content=${content}`)).json();
    assert.equal((await compared(0)).code, "CAPABILITY_MISSING");
    assert.equal((await compared(0.1)).items[0].id, 40);
    await popular.close();
  });

  it("are for several people together", async () => {
    const profiles = [{ ratings }, { ratings: [{ id: 50, rating: 4 }], exclude: [60, 999] }];
    const { status, body } = await post(app, { profiles, k: 3 }, "/together");
    assert.deepEqual([status, body.model, body.rule, body.unknown], [200, "item-knn", "least-misery", [999]]);
    assert.ok(ids(body).length > 0 && ids(body).every((id) => ![10, 50, 60].includes(id)));
    for (const { score, people } of body.items) {
      const shares = people.map(({ share }: { share: number }) => share);
      assert.deepEqual([shares.length, score], [2, Math.min(...shares)]);
    }
    const average = await post(
      app,
      { profiles, rule: "average", filter: { field: "genre", is: "Sci-Fi" } },
      "/together",
    );
    assert.deepEqual([average.body.rule, ids(average.body).toSorted()], ["average", [30, 40]]);
    const one = await post(app, { profiles: profiles.slice(1) }, "/together");
    assert.deepEqual([one.status, one.body.code], [400, "REQUEST_INVALID"]);
    const small = await appWith(filmDataset(), "item-knn", {}, { ratings: 1 });
    assert.equal((await post(small, { profiles }, "/together")).body.code, "REQUEST_INVALID");
    await small.close();
  });

  it("hold films that fit a filter, however it is written", async () => {
    const filter = { and: [{ field: "genre", in: ["sci-fi", "Romance"] }, { not: { field: "year", from: 1996 } }] };
    assert.deepEqual(ids((await post(app, { filter })).body), [30, 40]);
    const nested = (depth: number): unknown => (depth === 0 ? { field: "year", is: 1 } : { not: nested(depth - 1) });
    const deep = `{"filter":${'{"not":'.repeat(100_000)}{}${"}".repeat(100_000)}}`;
    const headers = { "content-type": "application/json" };
    const bomb = await app.inject({ method: "POST", url: "/api/v1/recommendations", payload: deep, headers });
    assert.deepEqual([bomb.statusCode, bomb.json().code], [400, "USAGE"]);
    for (const [wrong, code, detail] of [
      [nested(8), "USAGE", /more than 8 filters/],
      [{ or: Array(101).fill({ field: "year", is: 1 }) }, "USAGE", /more than 100 parts/],
      [{ field: "price", to: 3 }, "USAGE", /filter names the field "price"/],
      [{ field: "attributes.price", to: 3 }, "USAGE", /filter names the field "attributes.price"/],
      [[], "USAGE", /filter is a list/],
    ] as const) {
      const { status, body } = await post(app, { filter: wrong });
      assert.deepEqual([status, body.code], [400, code]);
      assert.match(body.detail, detail);
    }
  });

  it("put boosted films higher, and say how far", async () => {
    const plain = ids((await post(app, {})).body);
    assert.deepEqual(plain.slice(0, 2), [10, 30]);
    const boost = [{ filter: { field: "id", is: 80 }, factor: 10 }];
    const { items } = (await post(app, { boost })).body;
    assert.deepEqual([items[0].id, items[1].id, items[0].adjusted], [80, 10, { from: 8, factor: 10 }]);
    const shown = [
      { id: 10, times: 1 },
      { id: 7, times: 3 },
    ];
    const rotated = await post(app, { rotation: 0.8, shown });
    assert.deepEqual([ids(rotated.body).indexOf(10), rotated.body.unknown], [4, [7]]);
    const popular = (await post(app, { popularity: 1, k: 2 })).body;
    assert.deepEqual(ids(popular), [10, 30]);
    for (const wrong of [
      { boost: [{ filter: {}, factor: 11 }] },
      { popularity: 2 },
      { rotation: -1 },
      { diversity: "1" },
    ]) {
      assert.equal((await post(app, wrong)).body.code, "REQUEST_INVALID", JSON.stringify(wrong));
    }
  });

  it("have pinned films at their places", async () => {
    const pin = [
      { id: 10, position: 2 },
      { id: 99, position: 1 },
    ];
    const { body } = await post(app, { ratings, pin, k: 3 });
    assert.deepEqual([body.items[1].id, body.items[1].pinned, body.items.length, body.unknown], [10, true, 3, [99]]);
    assert.match((await post(app, { pin, k: 1 })).body.detail, /position is 2/);
    assert.match((await post(app, { pin, exclude: [10] })).body.detail, /film 10 is pinned and excluded/);
  });

  it("differ by diversity, and say where a film was before", async () => {
    const { items } = (await post(app, { diversity: 1, k: 4 })).body;
    assert.deepEqual([items[0].id, items[0].reranked.by, items[0].reranked.from], [10, "mmr", 1]);
    assert.notDeepEqual(ids({ items }), ids((await post(app, { k: 4 })).body));
  });

  it("follow a session, without its films and those that it does not know", async () => {
    const { body } = await post(app, { session: [10, 999, 30], k: 2 });
    assert.deepEqual([ids(body)[0], body.unknown], [40, [999]]);
    const both = await post(app, { session: [30], ratings, k: 8 });
    assert.ok(![10, 30].some((id) => ids(both.body).includes(id)));
    const popular = await appWith(filmDataset(), "popular");
    const refused = await post(popular, { session: [10] });
    assert.deepEqual([refused.status, refused.body.code], [409, "CAPABILITY_MISSING"]);
    await popular.close();
  });

  it("list films related to one for a user, without those that the user rated", async () => {
    const related = async (path: string) => (await app.inject(`/api/v1/items/${path}`)).json();
    const { model, user, items } = await related("40/related-for/1");
    assert.deepEqual([model, user, items[0].id], ["item-knn", 1, 30]);
    assert.ok(![10, 20, 70, 40].some((id) => ids({ items }).includes(id)));
    assert.equal((await related("999/related-for/1")).code, "ITEM_UNKNOWN");
    assert.equal((await related("40/related-for/9")).code, "USER_UNKNOWN");
  });
});

describe("pages of a list", () => {
  const data = randomDataset(30, 200, 0.1, 4);

  it("hold every film once until the catalog ends, also where another model goes on", async () => {
    const apps = [
      await appWith(data, "ease", { lambda: 1 }),
      await appWith(randomDataset(20, 150, 0.1, 9), "item-knn"),
    ];
    const request = { ratings: [{ id: 3, rating: 4 }], k: 12, diversity: 0.3, pin: [{ id: 150, position: 2 }] };
    for (const exchanged of [false, true]) {
      const shown: number[] = [];
      let next: string | undefined;
      let page = 0;
      do {
        const answering = apps[exchanged && page > 3 ? 1 : 0];
        const { status, body } = await post(answering, { ...request, next });
        assert.equal(status, 200, JSON.stringify(body));
        if (page === 0) assert.equal(body.items[1].id, 150);
        assert.ok(page === 0 || body.items.every(({ pinned }: { pinned?: true }) => !pinned));
        assert.ok(body.items.length === 12 || body.next === undefined);
        assert.deepEqual(body.unknown, []);
        shown.push(...ids(body));
        next = body.next;
        page++;
      } while (next !== undefined && page < 30);
      assert.equal(new Set(shown).size, shown.length);
      if (!exchanged) assert.equal(shown.length, 199);
    }
    await Promise.all(apps.map((app) => app.close()));
  });

  it("end at a thousand films", () => {
    const some = (count: number) => Array.from({ length: count }, (_, n): Id => (n % 2 ? n : `tt${n}`));
    assert.deepEqual(idsBefore(tokenAfter(some(999))!), some(999));
    assert.equal(tokenAfter(some(1000)), undefined);
    const long = Array.from(
      { length: 900 },
      (_, n) =>
        `${n}${Buffer.from(String(n * n * 7919))
          .toString("hex")
          .repeat(30)}${Math.sin(n)}`,
    );
    const token = tokenAfter(long);
    assert.ok(token === undefined || token.length <= 65_536);
  });

  it("refuse what is no token", () => {
    const packed = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
    for (const token of [
      "",
      "!",
      "abc",
      packed(null),
      packed([2, []]),
      packed([1, [null]]),
      packed([1]),
      packed([1, Array(1000).fill(1)]),
    ]) {
      assert.throws(() => idsBefore(token), { code: "REQUEST_INVALID" }, token.slice(0, 40));
    }
  });
});

describe("many lists at once", () => {
  it("are answered in order, each by a list or a problem, as each alone", async () => {
    const app = await appWith(filmDataset(), "item-knn");
    const requests = [
      { ratings, k: 2 },
      { k: 0 },
      null,
      7,
      { nope: 1 },
      { next: "x" },
      { ratings: [{ id: 10, rating: 9 }] },
      {},
    ];
    const { status, body } = await post(app, { requests }, "/batch");
    assert.equal(status, 200);
    for (const [n, request] of requests.entries()) {
      const alone = await post(app, request);
      if (alone.status === 200) assert.deepEqual(withoutId(body.answers[n]), withoutId(alone.body));
      else assert.deepEqual([body.answers[n].code, body.answers[n].status], [alone.body.code, alone.status], `${n}`);
    }
    assert.match(body.answers[1].detail, /requests\/1\/k must be >= 1/);
    assert.equal((await post(app, { requests: [] }, "/batch")).status, 400);
    assert.equal((await post(app, { requests: Array(101).fill({}) }, "/batch")).status, 400);
    await app.close();
  });

  it("have no more ratings and parts together than one list may have", async () => {
    const app = await appWith(filmDataset(), "item-knn", {}, { ratings: 3, parts: 10 });
    const code = async (requests: unknown) => (await post(app, { requests }, "/batch")).body.code;
    assert.equal(await code(Array(3).fill({ ratings })), undefined);
    assert.equal(await code(Array(4).fill({ ratings })), "REQUEST_INVALID");
    assert.equal(await code(Array(2).fill({ ratings, explain: true, k: 5 })), undefined);
    assert.equal(await code(Array(2).fill({ ratings, explain: true, k: 6 })), "REQUEST_INVALID");
    await app.close();
  });

  it("count the ratings of stored users as those of the request", async () => {
    await using store = await openStore(join(temporaryFolder(), "store.sqlite"));
    const recommender = await openRecommender(await fit(filmDataset(), configure("item-knn")));
    const app = await createApp(recommender, { store, limits: { ratings: 3 } });
    for (const item of [10, 20]) {
      const url = `/api/v1/users/ann/ratings/${item}`;
      assert.equal((await app.inject({ method: "PUT", url, payload: { rating: 5 } })).statusCode, 200);
    }
    const { answers } = (await post(app, { requests: [{ user: "ann" }, { user: "ann" }, {}] }, "/batch")).body;
    assert.deepEqual(
      answers.map(({ code }: { code?: string }) => code),
      [undefined, "REQUEST_INVALID", undefined],
    );
    await app.close();
  });

  it("let others pass in between", async () => {
    const app = await appWith(randomDataset(60, 400, 0.1, 4), "item-knn");
    const order: string[] = [];
    const many = post(app, { requests: Array(100).fill({ session: [1, 2, 3], k: 50 }) }, "/batch");
    await Promise.all([
      many.then(({ body }) => order.push(`many: ${body.answers.length}`)),
      post(app, {}).then(() => order.push("one")),
    ]);
    assert.deepEqual(order, ["one", "many: 100"]);
    await app.close();
  });

  it("fail whole, and say no more, where the server fails", async () => {
    const recommender = await openRecommender(await fit(filmDataset(), configure("popular")));
    const ask = () => assert.fail("a secret");
    const broken = await createApp({ opened: { ...recommender.opened, model: { ...recommender.opened.model, ask } } });
    const { status, body } = await post(broken, { requests: [{}] }, "/batch");
    assert.deepEqual([status, body.code], [500, "INTERNAL"]);
    await broken.close();
  });
});

describe("lists over a store's catalog", () => {
  it("are filtered by its attributes, and hold what it has", async () => {
    await using store = await openStore(join(temporaryFolder(), "store.sqlite"));
    const recommender = await openRecommender(await fit(filmDataset(), configure("item-knn")));
    const app = await createApp(recommender, { store });
    for (const [id, price] of [
      [10, 4],
      [20, 12],
      [30, 8],
    ]) {
      const payload = { title: `Film ${id}`, attributes: { price } };
      assert.equal((await app.inject({ method: "PUT", url: `/api/v1/items/${id}`, payload })).statusCode, 200);
    }
    const cheap = { field: "attributes.price", to: 8 };
    assert.deepEqual(ids((await post(app, { filter: cheap })).body), [10, 30]);
    const profiles = [{ ratings }, { ratings: [] }];
    assert.deepEqual(ids((await post(app, { profiles }, "/together")).body).toSorted(), [20, 30]);
    assert.deepEqual(ids((await post(app, { profiles, filter: cheap }, "/together")).body), [30]);
    const boost = [{ filter: { not: cheap }, factor: 10 }];
    assert.deepEqual(ids((await post(app, { boost, pin: [{ id: 40, position: 1 }] })).body), [20, 10, 30]);
    const url = "/api/v1/users/ann/marks/not-interested/30";
    assert.equal((await app.inject({ method: "PUT", url })).statusCode, 200);
    const pin = [{ id: 30, position: 1 }];
    assert.deepEqual(
      [ids((await post(app, { pin })).body), ids((await post(app, { pin, user: "ann" })).body)],
      [
        [30, 10, 20],
        [10, 20],
      ],
    );
    await app.close();
  });
});
