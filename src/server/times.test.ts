/** Times of ratings over HTTP: models that go by them answer as the library does. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import type { FastifyInstance, InjectOptions } from "fastify";
import { temporaryFolder } from "../../test/helpers/command.ts";
import { randomDataset, withTimes } from "../../test/helpers/toy.ts";
import { createClient } from "../client.ts";
import { asItemIndex } from "../data/dataset.ts";
import { configure } from "../models/configure.ts";
import { fit } from "../models/fit.ts";
import { profileOf } from "../models/shared/profiles.ts";
import { openRecommender, type Recommender } from "../recommend/recommender.ts";
import { importRatings } from "../store/import.ts";
import { openStore } from "../store/open-store.ts";
import type { Store } from "../store/store.ts";
import { createApp } from "./app.ts";

// biome-ignore lint/suspicious/noExplicitAny: JSON of any answer
type Body = { [key: string]: any };

const data = withTimes(randomDataset(20, 12, 0.5, 3));
const fewSamples = { samples: 8, burnIn: 2, kept: 4, factors: 3 };
const dated = { ...fewSamples, dates: true };

/** Ratings of a user of the data as a request has them. */
const ratingsOf = (user: number) => {
  const { items, values, times } = profileOf(data.byUser, user);
  return Array.from(items, (item, n) => ({ id: data.items.id(asItemIndex(item)), rating: values[n], time: times![n] }));
};
const timed = ratingsOf(4);
const untimed = timed.map(({ id, rating }) => ({ id, rating }));
const latest = Math.max(...timed.map(({ time }) => time));

async function ask(app: FastifyInstance, method: string, path: string, payload?: object): Promise<Body> {
  const request = { method, url: `/api/v1${path}`, ...(payload && { payload }) } as InjectOptions;
  return (await app.inject(request)).json();
}
/** As JSON has it. */
const plain = (value: unknown) => JSON.parse(JSON.stringify(value));

const models: [name: string, settings: Record<string, unknown>][] = [
  ["bayesian-mf", dated],
  ["time-bias", {}],
  ["markov", {}],
  ["sequence", {}],
  [
    "stacking",
    {
      models: "time-bias,bayesian-mf",
      settings: "bayesian-mf.dates=true,bayesian-mf.samples=8,bayesian-mf.burnIn=2,bayesian-mf.kept=4",
      folds: 2,
    },
  ],
  ["hybrid", { models: "markov,bias", weights: "1,1" }],
];

describe("times of ratings", () => {
  for (const [name, settings] of models) {
    describe(`reach ${name}`, () => {
      let recommender: Recommender;
      let store: Store;
      let [app, kept]: FastifyInstance[] = [];
      before(async () => {
        recommender = await openRecommender(await fit(data, configure(name, settings as never)), { data });
        store = await openStore(join(temporaryFolder(), "store.sqlite"));
        await importRatings(store, data);
        app = await createApp(recommender);
        kept = await createApp(recommender, { store });
      });
      after(async () => {
        await Promise.all([app.close(), kept.close()]);
        await store[Symbol.asyncDispose]();
        recommender[Symbol.dispose]();
      });
      const k = 12;
      const list = async (ratings: object[]) =>
        (await ask(app, "POST", "/recommendations", { ratings, k, explain: true })).items;

      it("with the ratings of a request, in any order of them", async () => {
        const own = plain([...(await recommender.recommend({ ratings: timed, k, explain: true }))]);
        assert.deepEqual(await list(timed), own);
        assert.deepEqual(await list(timed.toReversed()), own);
        assert.notDeepEqual(await list(untimed), own);
        assert.deepEqual(await list(untimed), await list(untimed.toReversed()));
        const [batch] = (await ask(app, "POST", "/recommendations/batch", { requests: [{ ratings: timed, k }] }))
          .answers;
        assert.deepEqual(batch.items, plain([...(await recommender.recommend({ ratings: timed, k }))]));
        const profiles = [{ ratings: timed.slice(0, 3) }, { ratings: timed.slice(3) }];
        const together = await ask(app, "POST", "/recommendations/together", { profiles, k });
        assert.deepEqual(together.items, plain([...(await recommender.recommendTogether({ profiles, k }))]));
      });

      it("with those of a user of the data, or of the store", async () => {
        const own = plain([...(await recommender.recommend({ ratings: timed, k }))]);
        assert.deepEqual(plain([...(await recommender.recommend({ user: 5, k }))]), own);
        for (const server of [app, kept]) {
          assert.deepEqual((await ask(server, "GET", `/users/5/recommendations?k=${k}`)).items, own);
        }
        assert.deepEqual((await ask(kept, "POST", "/recommendations", { user: 5, k })).items, own);
        for (const { id, rating, time } of timed) {
          await ask(kept, "PUT", `/users/ann/ratings/${id}`, { rating, time });
        }
        assert.deepEqual((await ask(kept, "GET", `/users/ann/recommendations?k=${k}`)).items, own);
        const [unseen] = own;
        if (!("predicted" in unseen)) return;
        for (const time of [latest, latest + 1e7]) {
          const [{ predicted, parts }] = recommender.predict({ ratings: timed, items: [unseen.id], time });
          for (const user of ["5", "ann"]) {
            const answer = await ask(kept, "GET", `/users/${user}/predictions/${unseen.id}?time=${time}`);
            assert.deepEqual([answer.predicted, answer.parts], [predicted, plain(parts)], user);
          }
        }
      });
    });
  }

  it("reach a model with films that came after training, and so does the time of asking", async () => {
    using recommender = await openRecommender(await fit(data, configure("time-bias")), { data });
    await using store = await openStore(join(temporaryFolder(), "store.sqlite"));
    await importRatings(store, data);
    await using app = await createApp(recommender, { store });
    await ask(app, "PUT", "/items/900", { title: "Square film", genres: ["Square"] });
    for (let n = 0; n < 100 && (await ask(app, "GET", "/items/900")).code !== undefined; n++) await wait(50);
    const item = [1, 2, 3, 4, 5, 6].find((id) => !timed.some((rated) => rated.id === id))!;
    const time = latest;
    assert.equal((await ask(app, "GET", "/items/900")).id, 900);
    const { predicted } = await ask(app, "GET", `/users/5/predictions/${item}?time=${time}`);
    assert.equal(predicted, recommender.predict({ user: 5, items: [item], time })[0].predicted);
    assert.notEqual(predicted, recommender.predict({ user: 5, items: [item] })[0].predicted);
  });

  it("go with the client, with a rating that is kept too", async () => {
    using recommender = await openRecommender(await fit(data, configure("markov")), { data });
    await using store = await openStore(join(temporaryFolder(), "store.sqlite"));
    await using app = await createApp(recommender, { store });
    const client = createClient("http://127.0.0.1", {
      fetch: async (url, init = {}) => {
        const { method = "GET", body, headers } = init;
        const sent = { method, url: String(url), payload: body, headers } as InjectOptions;
        const { body: text, statusCode } = await app.inject(sent);
        return new Response(text, { status: statusCode });
      },
    });
    const { items } = await client.recommend({ ratings: timed, k: 3 });
    assert.deepEqual(items, plain([...(await recommender.recommend({ ratings: timed, k: 3 }))]));
    const kept = await client.users.rate("ann", 1, 4, { time: 1_600_000_000.5 });
    assert.deepEqual(kept, { item: "1", rating: 4, time: 1_600_000_000.5 });
    assert.deepEqual((await client.users.export("ann")).ratings, [kept]);
  });

  it("that are none are refused", async () => {
    using recommender = await openRecommender(await fit(data, configure("time-bias")), { data });
    await using store = await openStore(join(temporaryFolder(), "store.sqlite"));
    await using app = await createApp(recommender, { store });
    const wrong: [time: unknown, said: RegExp, fix: RegExp][] = [
      [-1, /film 3 is -1$/, /seconds since 1970/],
      [1_700_000_000_000, /film 3 is 1700000000000$/, /not milliseconds: 1700000000$/],
      [9e9, /film 3 is 9000000000$/, /seconds since 1970/],
    ];
    for (const [time, said, fix] of wrong) {
      const ratings = [{ id: 3, rating: 4, time }];
      for (const [path, body] of [
        ["/recommendations", { ratings }],
        ["/recommendations/together", { profiles: [{ ratings }, { ratings: [] }] }],
        ["/questions", { ratings }],
        ["/neighbourhood", { ratings }],
      ] as const) {
        const answer = await ask(app, "POST", path, body);
        assert.deepEqual([answer.status, answer.code], [400, "USAGE"], path);
        assert.match(answer.detail, said);
        assert.match(answer.fix, fix);
      }
      const answer = await ask(app, "PUT", "/users/ann/ratings/3", { rating: 4, time });
      assert.deepEqual([answer.status, answer.code], [400, "REQUEST_INVALID"]);
      assert.match(answer.detail, time === -1 ? /before 1970/ : /yet to come/);
      assert.equal((await ask(app, "GET", `/users/5/predictions/3?time=${time}`)).code, "USAGE");
    }
    for (const time of ["1700000000", null]) {
      const answer = await ask(app, "POST", "/recommendations", { ratings: [{ id: 3, rating: 4, time }] });
      assert.equal(answer.code, "REQUEST_INVALID");
    }
    for (const time of [Number.NaN, Infinity, "2020", new Date(0)] as never[]) {
      await assert.rejects(recommender.recommend({ ratings: [{ id: 3, rating: 4, time }] }), {
        code: "USAGE",
        message: /the time of the rating of film 3 is/,
      });
    }
    assert.deepEqual((await store.counts()).ratings, 0);
  });
});
