import assert from "node:assert/strict";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import type { FastifyInstance, InjectOptions } from "fastify";
import { temporaryFolder } from "../../test/helpers/command.ts";
import { filmDataset } from "../../test/helpers/films.ts";
import { configure } from "../models/configure.ts";
import { fit } from "../models/fit.ts";
import { openRecommender, type Recommender } from "../recommend/recommender.ts";
import { importRatings } from "../store/import.ts";
import { openStore } from "../store/open-store.ts";
import type { Store } from "../store/store.ts";
import { type AppOptions, createApp } from "./app.ts";
import { makeApiKey } from "./keys.ts";
import type { Operation } from "./operation.ts";
import { operations } from "./operations.ts";
import { readRecommendationId, recommendationIdOf } from "./recommendation-id.ts";

// biome-ignore lint/suspicious/noExplicitAny: JSON of any answer
type Body = { [key: string]: any };

describe("routes of the store", () => {
  let recommender: Recommender;
  let store: Store;
  let app: FastifyInstance;
  before(async () => {
    recommender = await openRecommender(await fit(filmDataset(), configure("item-knn")));
  });
  after(() => recommender[Symbol.dispose]());
  beforeEach(async () => {
    store = await openStore(join(temporaryFolder(), "store.sqlite"));
    app = await createApp(recommender, { store });
  });
  afterEach(async () => {
    await app.close();
    await store[Symbol.asyncDispose]();
  });

  async function ask(method: string, path: string, payload?: object, headers: Record<string, string> = {}) {
    const request = { method, url: `/api/v1${path}`, headers, ...(payload && { payload }) } as InjectOptions;
    const response = await app.inject(request);
    const body: Body = response.json();
    return { status: response.statusCode, body, headers: response.headers };
  }
  const cookieOf = (answer: { headers: Record<string, unknown> }) => String(answer.headers["set-cookie"]).split(";")[0];
  const ids = ({ body }: { body: Body }) => body.items.map(({ id }: { id: number }) => id);

  it("keep ratings, which count in the next list", async () => {
    const before = ids(await ask("GET", "/users/ann/recommendations?k=100"));
    const kept = await ask("PUT", "/users/ann/ratings/10", { rating: 5 });
    assert.deepEqual([kept.status, kept.body.item, kept.body.rating], [200, "10", 5]);
    const { body } = await ask("GET", "/users/ann/ratings");
    assert.deepEqual(
      body.items.map(({ id, rating, time }: Body) => [id, rating, time]),
      [[10, 5, kept.body.time]],
    );
    const now = await ask("GET", "/users/ann/recommendations?k=100");
    assert.ok(before.includes(10) && !ids(now).includes(10));
    assert.ok(now.body.items.some(({ because }: Body) => because?.[0].id === 10));
    assert.equal((await ask("PUT", "/users/ann/ratings/10", { rating: 9 })).body.code, "RATING_INVALID");
    assert.deepEqual((await ask("DELETE", "/users/ann/ratings/10")).body, { deleted: true });
    assert.deepEqual((await ask("DELETE", "/users/ann/ratings/10")).body, { deleted: false });
    assert.deepEqual(ids(await ask("GET", "/users/ann/recommendations?k=100")), before);
  });

  it("leave films out of lists that do not interest a user", async () => {
    const [first] = ids(await ask("GET", "/users/ann/recommendations?k=1"));
    await ask("PUT", `/users/ann/marks/not-interested/${first}`);
    await ask("PUT", "/users/ann/marks/watchlist/20");
    const all = ids(await ask("GET", "/users/ann/recommendations?k=100"));
    assert.ok(!all.includes(first) && all.includes(20));
    const marks = (await ask("GET", "/users/ann/marks")).body.items;
    assert.deepEqual(
      new Set(marks.map(({ item, kind }: Body) => `${kind} ${item}`)),
      new Set([`not-interested ${first}`, "watchlist 20"]),
    );
    await ask("DELETE", `/users/ann/marks/not-interested/${first}`);
    assert.ok(ids(await ask("GET", "/users/ann/recommendations?k=100")).includes(first));
    assert.equal((await ask("PUT", "/users/ann/marks/loved/20")).body.code, "REQUEST_INVALID");
  });

  it("carry a request out once for each Idempotency-Key", async () => {
    const key = { "idempotency-key": "one" };
    const events = {
      events: [
        { type: "view", user: "ann", item: 10 },
        { type: "view", user: "ann", item: 999 },
      ],
    };
    const first = await ask("POST", "/events", events, key);
    assert.deepEqual(first.body, { added: 2, unknown: [999] });
    assert.equal(first.headers["idempotency-replayed"], undefined);
    const again = await ask("POST", "/events", events, key);
    assert.deepEqual([again.body, again.headers["idempotency-replayed"]], [first.body, "true"]);
    assert.equal((await store.counts()).events, 2);
    const other = await ask("POST", "/events", { events: events.events.slice(1) }, key);
    assert.deepEqual([other.status, other.body.code], [422, "IDEMPOTENCY_CONFLICT"]);
    assert.equal(
      (await ask("POST", "/events", events, { "idempotency-key": "x".repeat(201) })).body.code,
      "REQUEST_INVALID",
    );
    await ask("POST", "/events", events, { "idempotency-key": "two" });
    assert.equal((await store.counts()).events, 4);
  });

  it("take events whole, with what made the list that they come from", async () => {
    const recommendationId = recommendationIdOf({ model: "item-knn", scenario: "home", group: "b" });
    const event = { type: "click", user: "ann", item: 10, value: 2, time: 1000, recommendationId, position: 3 };
    await ask("POST", "/events", { events: [event] });
    const { events } = (await ask("GET", "/users/ann/export")).body;
    const origin = { model: "item-knn", scenario: "home", group: "b", position: 3, recommendation: recommendationId };
    assert.deepEqual(events, [{ type: "click", item: "10", value: 2, time: 1000, ...origin }]);
    for (const wrong of [
      { ...event, recommendationId: "nonsense" },
      { ...event, time: Date.now() / 1000 + 3600 },
      { ...event, type: "" },
      { ...event, position: 0 },
      { ...event, item: "a\0b" },
    ]) {
      const { status, body } = await ask("POST", "/events", { events: [event, wrong] });
      assert.deepEqual([status, body.code], [400, "REQUEST_INVALID"], JSON.stringify(wrong));
    }
    assert.equal((await store.counts()).events, 1);
  });

  it("take events of clients whose clock is right where the server's is set back", async (test) => {
    const time = Date.now() / 1000;
    test.mock.timers.enable({ apis: ["Date"], now: Date.now() - 3_600_000 });
    const sent = (at: number) =>
      ask("POST", "/events", { events: [{ type: "view", user: "ann", item: 10, time: at }] });
    assert.equal((await sent(time)).status, 200);
    assert.equal((await sent(time + 3600)).body.code, "REQUEST_INVALID");
  });

  it("give everything of one user to another, out, and erase it", async () => {
    await ask("PUT", "/users/visitor:1/ratings/10", { rating: 5 });
    await ask("PUT", "/users/visitor:1/marks/watchlist/20");
    await ask("POST", "/events", { events: [{ type: "view", user: "visitor:1", item: 30 }] });
    const merged = await ask("POST", "/users/ann/merge", { from: "visitor:1" });
    assert.deepEqual(merged.body, { ratings: 1, marks: 1, events: 1 });
    const { user, ratings, marks, events } = (await ask("GET", "/users/ann/export")).body;
    assert.deepEqual([user, ratings.length, marks.length, events.length], ["ann", 1, 1, 1]);
    assert.deepEqual((await ask("DELETE", "/users/ann")).body, { ratings: 1, marks: 1, events: 1 });
    assert.equal(await store.hasUser("ann"), false);
    assert.equal((await ask("POST", "/users/ann/merge", { from: "ann" })).body.code, "REQUEST_INVALID");
  });

  it("keep a catalog, without which no film is listed once there is one", async () => {
    await importRatings(store, filmDataset());
    const all = ids(await ask("GET", "/users/new/recommendations?k=100"));
    assert.equal(all.length, filmDataset().items.size);
    assert.deepEqual((await ask("DELETE", `/items/${all[0]}`)).body, { deleted: true });
    assert.deepEqual(ids(await ask("GET", "/users/new/recommendations?k=100")), all.slice(1));
    await store.write(async (writer) => void (await writer.deleteItem(`${all[1]}`))); // by a program, not by a request
    assert.deepEqual(ids(await ask("GET", "/users/new/recommendations?k=100")), all.slice(2));
    await importRatings(store, filmDataset());
    assert.deepEqual(ids(await ask("GET", "/users/new/recommendations?k=100")), all);
    await ask("DELETE", `/items/${all[0]}`);
    const film = { title: "Harbour (2026)", genres: ["Drama"], attributes: { price: 3 } };
    assert.equal((await ask("PUT", `/items/${all[0]}`, film)).status, 200);
    assert.deepEqual(ids(await ask("GET", "/users/new/recommendations?k=100")), all);
    const changed = await ask("PATCH", `/items/${all[0]}`, { year: 2026 });
    assert.deepEqual(changed.body, { id: `${all[0]}`, tags: [], ...film, year: 2026 });
    assert.equal((await ask("PATCH", "/items/nothing", { year: 2026 })).body.code, "ITEM_UNKNOWN");
    const large = { title: "Large", attributes: { text: "x".repeat(20_000) } };
    assert.equal((await ask("PUT", "/items/1", large)).body.code, "REQUEST_INVALID");
    const found: string[] = [];
    for (let next: string | undefined = ""; next !== undefined; ) {
      const { body } = await ask("GET", `/catalog?limit=2${next && `&after=${encodeURIComponent(next)}`}`);
      found.push(...body.items.map(({ id }: Body) => id));
      next = body.next;
    }
    assert.deepEqual(
      found.map(Number).sort((a, b) => a - b),
      all.toSorted((a: number, b: number) => a - b),
    );
  });

  it("recommend a film that the model was not trained on, as soon as the catalog has it", async () => {
    await importRatings(store, filmDataset());
    await ask("PUT", "/users/ann/ratings/30", { rating: 5 });
    assert.equal((await ask("GET", "/items/35")).body.code, "ITEM_UNKNOWN");
    const film = { title: "Star Voyager III (1990)", genres: ["Sci-Fi", "Action"] };
    await ask("PUT", "/items/35", film);
    await ask("PUT", "/items/text", { title: "Star Voyager IV (1993)" }); // which ids of this model's films cannot be
    const list = async () => (await ask("GET", "/users/ann/recommendations?k=100&explain=true")).body.items as Body[];
    const until = async (listed: boolean) => {
      for (let n = 0; n < 100; n++) {
        const items = await list();
        if (items.some(({ id }) => id === 35) === listed) return items;
        await wait(50);
      }
      throw new Error(`film 35 is ${listed ? "not " : ""}listed`);
    };
    const [first] = (await until(true)).filter(({ id }) => id === 35);
    assert.deepEqual([first.source, first.because[0].id], ["item-knn", 30]);
    const sum = first.parts.reduce((total: number, { value }: Body) => total + value, 0);
    assert.ok(Math.abs(sum - first.score) < 1e-5);
    assert.equal((await ask("GET", "/items/35")).body.title, film.title);
    assert.ok(ids(await ask("GET", "/items/35/similar?k=3")).includes(40));
    assert.deepEqual(ids(await ask("GET", "/items?query=star+voyager+iii&limit=1")), [35]);
    const body = { ratings: [{ id: 35, rating: 5 }], k: 100 };
    const answer = await ask("POST", "/recommendations", body);
    assert.deepEqual([answer.body.unknown, ids(answer).includes(35)], [[], false]);
    await ask("DELETE", "/items/35");
    await until(false);
  });

  it("list for a user of the store, in a scenario, by attributes of the catalog and by what was shown", async () => {
    await importRatings(store, filmDataset());
    const scenarios = { home: { k: 3, filter: { field: "attributes.price", to: 5 } } };
    await using shop = await createApp(recommender, { store, scenarios });
    const post = async (payload: object) =>
      (await shop.inject({ method: "POST", url: "/api/v1/recommendations", payload })).json();
    await ask("PUT", "/users/ann/ratings/10", { rating: 5 });
    const own = await post({ user: "ann", k: 100 });
    assert.deepEqual(ids({ body: own }), ids(await ask("GET", "/users/ann/recommendations?k=100")));
    const [first, second] = ids({ body: own });
    await ask("PATCH", `/items/${second}`, { attributes: { price: 4 } });
    const home = await post({ user: "ann", scenario: "home" });
    assert.deepEqual([ids({ body: home }), readRecommendationId(home.recommendationId).scenario], [[second], "home"]);
    assert.equal((await post({ scenario: "home", k: 1, filter: { field: "year", from: 0 } })).items.length, 1);
    assert.equal((await post({ scenario: "away" })).code, "REQUEST_INVALID");
    const shown = { type: "impression", user: "ann", item: first, recommendationId: own.recommendationId, position: 1 };
    await ask("POST", "/events", { events: Array.from({ length: 9 }, () => shown) });
    assert.notEqual(ids({ body: await post({ user: "ann", k: 100, rotation: 1 }) })[0], first);
    await ask("POST", "/events", { events: [{ ...shown, type: "click" }] });
    const [counts] = await store.clickCounts(0);
    assert.deepEqual([counts.model, counts.position, counts.impressions, counts.clicks], ["item-knn", 1, 9, 1]);
    for (const wrong of [{ home: { k: 0 } }, { home: { user: "ann" } }, { home: { wrong: 1 } }]) {
      await assert.rejects(createApp(recommender, { store, scenarios: wrong as never }), { code: "USAGE" });
    }
  });

  it("know visitors by a signed cookie, and show each their own alone", async () => {
    const first = await ask("PUT", "/users/me/ratings/10", { rating: 5 });
    assert.match(
      String(first.headers["set-cookie"]),
      /^matinee_visitor=[0-9a-f-]{36}\.[\w-]{43}; Path=\/; Max-Age=31536000; HttpOnly; SameSite=Lax$/,
    );
    const cookie = cookieOf(first);
    const own = await ask("GET", "/users/me/ratings", undefined, { cookie });
    assert.deepEqual([ids(own), own.headers["set-cookie"]], [[10], undefined]);
    const again = await ask("PUT", "/users/me/ratings/20", { rating: 5 }, { cookie });
    assert.equal(again.headers["set-cookie"], undefined);
    const id = cookie.slice("matinee_visitor=".length, -44);
    const others = [
      "",
      "matinee_visitor=x",
      cookie.slice(0, -1) + (cookie.endsWith("A") ? "B" : "A"),
      `matinee_visitor=${id}`,
    ];
    for (const other of others) {
      const answer = await ask("GET", "/users/me/ratings", undefined, { cookie: other });
      assert.deepEqual([answer.status, ids(answer)], [200, []], other);
    }
    await using replica = await createApp(recommender, { store });
    const there = await replica.inject({ url: "/api/v1/users/me/ratings", headers: { cookie } });
    assert.equal(there.json().items.length, 2);
  });

  it("take all events of one request as those of one visitor", async () => {
    const view = { type: "view", user: "me" };
    const { body, headers } = await ask("POST", "/events", { events: [10, 20, 30].map((item) => ({ ...view, item })) });
    assert.deepEqual([body.added, [headers["set-cookie"]].flat().length], [3, 1]);
    const { events } = (await ask("GET", "/users/me/export", undefined, { cookie: cookieOf({ headers }) })).body;
    assert.equal(events.length, 3);
    assert.equal((await store.counts()).users, 1);
  });

  it("take what the scope of a key, or being oneself, allows: each operation asked by everybody", async () => {
    const keys = (["read", "write", "admin"] as const).map((scope) => ({ scope, ...makeApiKey(scope, scope) }));
    const options: AppOptions = {
      store,
      access: "public",
      keys: keys.map(({ apiKey }) => apiKey),
      limits: { perMinute: 10_000 },
    };
    await using open = await createApp(recommender, options);
    const made = await open.inject({ method: "PUT", url: "/api/v1/users/me/ratings/10", payload: { rating: 5 } });
    const cookie = cookieOf(made as never);
    const id = `visitor:${cookie.slice("matinee_visitor=".length, -44)}`;
    const order = ["read", "write", "admin"];
    let asked = 0;
    for (const [name, operation] of Object.entries<Operation>(operations)) {
      const { method, path, access, ofOneself, example } = operation;
      if (access === "open" || !example) continue;
      const payload = name === "addEvents" ? { events: [{ type: "view", user: id, item: 10 }] } : example.body;
      const at = (user: string, headers: Record<string, string>) =>
        open.inject({
          method,
          url: example.path.replace(/(\/users\/|\/related-for\/)[^/?]+/, `$1${encodeURIComponent(user)}`),
          headers,
          ...(payload ? { payload } : {}),
        });
      const needed = name === "addEvents" ? "write" : access;
      for (const { scope, secret } of keys) {
        const { statusCode } = await at(id, { authorization: `Bearer ${secret}` });
        const allowed = order.indexOf(scope) >= order.indexOf(needed);
        assert.equal(statusCode === 403, !allowed, `${name} by a key of ${scope}: ${statusCode}`);
        asked++;
      }
      for (const headers of [{}, { cookie }, { cookie: "matinee_visitor=0" }] as Record<string, string>[]) {
        // By its id, a visitor's own is anybody else's.
        const { statusCode } = await at(id, headers);
        assert.equal(
          statusCode === 401 || statusCode === 403,
          needed !== "read",
          `${name} by ${JSON.stringify(headers)}: ${statusCode}`,
        );
        if (!path.includes("{user}") || access === "read") continue;
        const own = await at("me", headers);
        assert.equal(own.statusCode === 401, !ofOneself, `${name} of oneself: ${own.statusCode}`);
        asked++;
      }
    }
    assert.ok(asked > 60);
  });

  it("say that there is no store, or no visitors", async () => {
    await using bare = await createApp(recommender);
    const put = { method: "PUT", url: "/api/v1/users/ann/ratings/10", payload: { rating: 5 } } as const;
    assert.equal((await bare.inject(put)).json().code, "CAPABILITY_MISSING");
    await using trusted = await createApp(recommender, { store, access: "trusted" });
    const own = await trusted.inject({ ...put, url: "/api/v1/users/me/ratings/10" });
    assert.equal(own.json().code, "CAPABILITY_MISSING");
  });

  it("make profiles of events for models of events, as training does", async () => {
    const data = { ...filmDataset(), feedback: "events" as const };
    using ofEvents = await openRecommender(await fit(data, configure("item-knn")));
    await using other = await createApp(ofEvents, { store, events: { weights: { buy: 3 } } });
    const events = [
      { type: "buy", user: "ann", item: 10 },
      { type: "view", user: "ann", item: 20 },
    ];
    await other.inject({ method: "POST", url: "/api/v1/events", payload: { events } });
    const { items } = (await other.inject("/api/v1/users/ann/ratings")).json();
    assert.deepEqual(
      items.map(({ id, rating }: Body) => [id, rating]),
      [[10, 3]],
    );
  });
});
