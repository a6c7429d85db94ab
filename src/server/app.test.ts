import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { FastifyInstance } from "fastify";
import { filmDataset } from "../../test/helpers/films.ts";
import { withTimes } from "../../test/helpers/toy.ts";
import { configure } from "../models/configure.ts";
import { fit } from "../models/fit.ts";
import { openRecommender } from "../recommend/recommender.ts";
import { createApp } from "./app.ts";

describe("the server", () => {
  let app: FastifyInstance;
  before(async () => {
    app = await createApp(await openRecommender(await fit(filmDataset(), configure("item-knn"))));
  });
  after(() => app.close());

  const get = async (url: string) => {
    const response = await app.inject(url);
    return { status: response.statusCode, type: response.headers["content-type"], body: response.json() };
  };
  const post = async (payload: unknown) => {
    const response = await app.inject({ method: "POST", url: "/api/v1/recommendations", payload: payload as object });
    return { status: response.statusCode, type: response.headers["content-type"], body: response.json() };
  };
  const ids = (body: { items: { id: number }[] }) => body.items.map(({ id }) => id);

  it("blends a hybrid by the weights of a request, and refuses those that make no sense", async () => {
    const spec = configure("hybrid", { models: "item-knn,tfidf", weights: "1,1" });
    const blended = await createApp(await openRecommender(await fit(filmDataset(), spec)));
    const ask = async (blend?: unknown) => {
      const payload = { ratings: [{ id: 10, rating: 5 }], k: 1, blend };
      const response = await blended.inject({ method: "POST", url: "/api/v1/recommendations", payload });
      return { status: response.statusCode, body: response.json() };
    };
    const weights = (knn: number, tfidf: number) => [
      { model: "item-knn", weight: knn },
      { model: "tfidf", weight: tfidf },
    ];
    const [own, byContent, byRatings] = await Promise.all([ask(), ask(weights(0, 1)), ask(weights(1, 0))]);
    assert.equal(byContent.body.items[0].title, "Unseen (2019)");
    assert.ok(byRatings.body.items[0].ratings > 0);
    assert.deepEqual((await ask(weights(1, 1))).body.items, own.body.items);
    assert.equal((await ask(weights(0, 1).slice(1))).body.code, "USAGE");
    assert.equal((await ask(weights(-1, 1))).body.code, "REQUEST_INVALID");
    await blended.close();
    assert.equal((await post({ ratings: [], blend: weights(1, 1) })).body.code, "CAPABILITY_MISSING");
  });

  it("says that it lives, and with which model and data", async () => {
    assert.deepEqual((await get("/healthz")).body, { status: "ok" });
    const { models } = (await get("/api/v1/models")).body;
    assert.equal(models[0].name, "item-knn");
    assert.deepEqual(models[0].data, {
      name: "films",
      users: 6,
      items: 8,
      ratings: 16,
      scale: { min: 0.5, max: 5, step: 0.5 },
      feedback: "ratings",
      madeUp: false,
    });
  });

  it("serves the page's files and no others, and says where they have not changed", async () => {
    const page = await app.inject("/");
    assert.deepEqual([page.statusCode, page.headers["content-type"]], [200, "text/html; charset=utf-8"]);
    assert.equal((await app.inject("/index.html")).body, page.body);
    assert.equal(page.headers.link, "<./api/v1/models>; rel=preload; as=fetch; crossorigin");
    assert.match(String((await app.inject("/film/10")).headers.link), /^<\.\.\/api\/v1\/models>/);
    const [, script] = /src="\.?(\/assets\/[^"]+\.js)"/.exec(page.body)!;
    const { statusCode, headers, rawPayload } = await app.inject(script);
    assert.deepEqual([statusCode, headers["content-type"]], [200, "text/javascript; charset=utf-8"]);
    assert.equal(Number(headers["content-length"]), rawPayload.length);
    assert.equal(headers.link, undefined);
    const again = await app.inject({ url: script, headers: { "if-none-match": String(headers.etag) } });
    assert.deepEqual([again.statusCode, again.body], [304, ""]);
    assert.deepEqual((await app.inject({ method: "HEAD", url: "/" })).statusCode, 200);
    for (const url of ["/assets", "/assets/../../index.js", "/%2e%2e/index.js", "/none.html"]) {
      assert.equal((await get(url)).body.code, "NOT_FOUND", url);
    }
  });

  it("lists the most rated films, and finds films by misspelt title", async () => {
    assert.deepEqual(ids((await get("/api/v1/items?limit=2")).body), [10, 30]);
    const { body } = await get("/api/v1/items?query=nigth%20harbour");
    assert.deepEqual(body.items[0], {
      id: 10,
      title: "Night Harbour (1991)",
      year: 1991,
      genres: ["Crime", "Drama"],
      ratings: 4,
    });
  });

  it("shows one film and similar ones", async () => {
    assert.equal((await get("/api/v1/items/30")).body.title, "Star Voyager (1982)");
    const { body } = await get("/api/v1/items/30/similar?k=1");
    assert.deepEqual([body.model, ids(body)], ["item-knn", [40]]);
  });

  it("recommends for a posted profile, with reasons", async () => {
    const { status, body } = await post({ ratings: [{ id: 10, rating: 5 }], k: 3, explain: true });
    assert.equal(status, 200);
    assert.equal(body.model, "item-knn");
    assert.equal(body.items.length, 3);
    assert.equal(body.items[0].id, 20);
    assert.equal(body.items[0].because[0].title, "Night Harbour (1991)");
    assert.ok(body.items[0].parts.length > 0);
  });

  it("recommends for nobody in particular, within filters", async () => {
    assert.equal((await post({ ratings: [] })).body.items[0].source, "popular");
    const filtered = await post({ ratings: [], genres: ["Sci-Fi"], years: { to: 1984 }, exclude: [40] });
    assert.deepEqual(ids(filtered.body), [30]);
  });

  it("leaves ids aside that the model does not know, and lists them", async () => {
    const known = await post({ ratings: [{ id: 10, rating: 5 }], exclude: [20] });
    const more = await post({
      ratings: [
        { id: 10, rating: 5 },
        { id: 11, rating: 3 },
      ],
      exclude: [20, "nope", 11],
    });
    assert.deepEqual([known.body.unknown, more.body.unknown], [[], [11, "nope"]]);
    assert.deepEqual(more.body.items, known.body.items);
  });

  it("refuses parameters that a route does not have", async () => {
    for (const url of ["/healthz?x=1", "/api/v1/models?x=1", "/api/v1/items/10?x=1", "/api/v1/users/1/ratings?x=1"]) {
      assert.equal((await app.inject(url)).statusCode, 400, url);
    }
  });

  it("answers every wrong request with a problem that names cause and way out", async () => {
    const wrong: [unknown, number, string, RegExp][] = [
      [{ ratings: 5 }, 400, "REQUEST_INVALID", /ratings/],
      [{ ratings: [{ id: 10, rating: 9 }] }, 400, "RATING_INVALID", /rating 9 of film 10 is outside 0.5–5/],
      [{ ratings: [{ id: 10, rating: "5" }] }, 400, "REQUEST_INVALID", /rating/],
      [{ ratings: [{ id: null, rating: 5 }] }, 400, "REQUEST_INVALID", /id/],
      [{ ratings: [{ id: 10, rating: true }] }, 400, "REQUEST_INVALID", /rating/],
      [{ ratings: [], k: 0 }, 400, "REQUEST_INVALID", /k must be >= 1/],
      [{ ratings: [], k: 101 }, 400, "REQUEST_INVALID", /k must be <= 100/],
      [{ ratings: [], wrong: 1 }, 400, "REQUEST_INVALID", /additional/],
      [{ ratings: [], genres: ["Nope"] }, 400, "USAGE", /Nope/],
    ];
    for (const [payload, status, code, detail] of wrong) {
      const answer = await post(payload);
      assert.equal(answer.status, status, JSON.stringify(payload));
      assert.equal(answer.type, "application/problem+json; charset=utf-8");
      assert.equal(answer.body.code, code);
      assert.match(answer.body.detail, detail);
      assert.ok(answer.body.fix.length > 0);
    }
    const broken = await app.inject({
      method: "POST",
      url: "/api/v1/recommendations",
      headers: { "content-type": "application/json" },
      payload: '{"ratings": [',
    });
    assert.equal(broken.statusCode, 400);
    assert.equal(broken.json().code, "REQUEST_INVALID");
  });

  it("says how an address is to be asked, before it reads a body", async () => {
    for (const [method, url, allow] of [
      ["DELETE", "/api/v1/items/10/similar", "GET"],
      ["TRACE", "/api/v1/recommendations?k=1", "POST"],
      ["QUERY", "/healthz", "GET"],
    ] as const) {
      const answer = await app.inject({ method: method as "DELETE", url, payload: "{" });
      assert.deepEqual([answer.statusCode, answer.headers.allow], [405, allow], url);
      assert.equal(answer.json().code, "METHOD_NOT_ALLOWED");
    }
  });

  it("answers an unknown address, film or query with a problem", async () => {
    for (const [url, status, code] of [
      ["/api/v1/nothing", 404, "NOT_FOUND"],
      ["/api/v1/items/999", 404, "ITEM_UNKNOWN"],
      ["/api/v1/items?limit=0", 400, "REQUEST_INVALID"],
      ["/api/v1/items?limit=101", 400, "REQUEST_INVALID"],
      ["/api/v1/items/%E0%A4%A", 400, "REQUEST_INVALID"],
      ["/api/v1/items?q=heat", 400, "REQUEST_INVALID"],
      [`/api/v1/items?query=${"x".repeat(300)}`, 400, "REQUEST_INVALID"],
    ] as const) {
      const { body, ...answer } = await get(url);
      assert.deepEqual([answer.status, body.status, body.code], [status, status, code], url);
    }
  });

  it("says which model cannot compare films", async () => {
    const popular = await createApp(await openRecommender(await fit(filmDataset(), configure("popular"))));
    const response = await popular.inject("/api/v1/items/10/similar");
    assert.deepEqual([response.statusCode, response.json().code], [409, "CAPABILITY_MISSING"]);
    await popular.close();
  });

  describe("for users of the data", () => {
    let knn: FastifyInstance;
    const of = async (url: string) => {
      const response = await knn.inject(`/api/v1/users/${url}`);
      return { status: response.statusCode, body: response.json() };
    };
    before(async () => {
      knn = await createApp(
        await openRecommender(await fit(filmDataset(), configure("user-knn", { minOverlap: 1, minNeighbours: 1 }))),
      );
    });
    after(() => knn.close());

    it("lists what they rated, from the ratings that the model keeps or that it is given", async () => {
      const { body } = await of("2/ratings");
      assert.deepEqual(
        body.items.map(({ id, rating }: { id: number; rating: number }) => [id, rating]),
        [
          [20, 5],
          [10, 4],
          [50, 3],
        ],
      );
      assert.equal(body.user, 2);
      const given = await createApp(
        await openRecommender(await fit(filmDataset(), configure("ease")), { data: filmDataset() }),
      );
      assert.deepEqual((await given.inject("/api/v1/users/2/ratings")).json(), body);
      await given.close();
    });

    it("recommends, predicts, and names people of like taste", async () => {
      const list = (await of("6/recommendations?k=2&explain=true")).body;
      assert.deepEqual([list.model, list.user, list.items.length], ["user-knn", 6, 2]);
      assert.ok(list.items[0].parts.length > 1);
      assert.equal((await of("6/recommendations?k=1")).body.items[0].parts, undefined);
      const prediction = (await of("6/predictions/40")).body;
      assert.deepEqual([prediction.user, prediction.id, prediction.rule, prediction.parts.length], [6, 40, "model", 3]);
      assert.equal((await of("6/predictions/10")).body.rated, 4.5);
      const { neighbours } = (await of("1/neighbours?k=1")).body;
      assert.deepEqual([neighbours.length, neighbours[0].user, neighbours[0].liked[0].id], [1, 2, 20]);
    });

    it("predicts for the time that is asked", async () => {
      const data = withTimes(filmDataset());
      const recommender = await openRecommender(await fit(data, configure("time-bias")), { data });
      const timed = await createApp(recommender);
      const { times, offsets } = data.byUser;
      const [time] = times!.subarray(offsets[5]);
      for (const at of [time, time + 1e7]) {
        const { predicted } = (await timed.inject(`/api/v1/users/6/predictions/40?time=${at}`)).json();
        assert.equal(predicted, recommender.predict({ user: 6, items: [40], time: at })[0].predicted);
        assert.notEqual(predicted, recommender.predict({ user: 6, items: [40] })[0].predicted);
      }
      assert.equal((await timed.inject("/api/v1/users/6/predictions/40?time=now")).statusCode, 400);
      assert.throws(() => recommender.predict({ user: 6, items: [40], time: Number.NaN }), { code: "USAGE" });
      await timed.close();
    });

    it("ranks by one model and predicts by another", async () => {
      const recommender = await openRecommender(await fit(filmDataset()), { data: filmDataset() });
      const both = await createApp(recommender);
      const body = async (url: string) => (await both.inject(`/api/v1/${url}`)).json();
      const [{ name, predictor }] = (await body("models")).models;
      assert.deepEqual([name, predictor], ["ease", "mf"]);
      const { model, items } = await body("users/6/recommendations?k=1");
      const prediction = await body(`users/6/predictions/${items[0].id}`);
      assert.deepEqual([model, prediction.model], ["ease", "mf"]);
      assert.equal(items[0].predicted, prediction.predicted);
      assert.equal(prediction.parts[0].kind, "global mean");
      await both.close();
      recommender[Symbol.dispose]();
    });

    it("answers what cannot be with a problem", async () => {
      for (const [url, status, code, detail] of [
        ["7/ratings", 404, "USER_UNKNOWN", /no user has the id "7" in films/],
        ["7/neighbours", 404, "USER_UNKNOWN", /"7"/],
        ["1/predictions/999", 404, "ITEM_UNKNOWN", /999/],
        ["1/neighbours?k=0", 400, "REQUEST_INVALID", /k must be >= 1/],
        ["1/recommendations?k=101", 400, "REQUEST_INVALID", /k must be <= 100/],
        ["1/ratings?sort=up", 400, "REQUEST_INVALID", /additional/],
        ["1", 405, "METHOD_NOT_ALLOWED", /GET is no method/],
        ["1/nothing", 404, "NOT_FOUND", /nothing answers/],
      ] as const) {
        const { status: found, body } = await of(url);
        assert.deepEqual([found, body.status, body.code], [status, status, code], url);
        assert.match(body.detail, detail);
      }
      for (const [url, status, code, fix] of [
        ["1/ratings", 404, "USER_UNKNOWN", /--data beside --artifact/],
        ["1/recommendations", 404, "USER_UNKNOWN", /post the person's ratings/],
      ] as const) {
        const response = await app.inject(`/api/v1/users/${url}`);
        assert.deepEqual([response.statusCode, response.json().code], [status, code]);
        assert.match(response.json().fix, fix);
      }
      const popular = await createApp(
        await openRecommender(await fit(filmDataset(), configure("popular")), { data: filmDataset() }),
      );
      for (const url of ["1/neighbours", "1/predictions/10"]) {
        const response = await popular.inject(`/api/v1/users/${url}`);
        assert.deepEqual([response.statusCode, response.json().code], [409, "CAPABILITY_MISSING"]);
      }
      await popular.close();
    });
  });

  it("keeps what went wrong inside to itself", async () => {
    const recommender = await openRecommender(await fit(filmDataset(), configure("popular")));
    const failing = {
      opened: { ...recommender.opened, model: { ...recommender.opened.model, ask: () => assert.fail("a secret") } },
    };
    const told: string[] = [];
    const broken = await createApp(failing, { log: { write: (line) => told.push(line) } });
    const response = await broken.inject({ method: "POST", url: "/api/v1/recommendations", payload: { ratings: [] } });
    assert.equal(response.statusCode, 500);
    assert.ok(!response.body.includes("secret"));
    assert.match(told.join(), /a secret/);
    await broken.close();
  });
});
