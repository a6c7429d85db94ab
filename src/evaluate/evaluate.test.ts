import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { letterEmbedder } from "../../test/helpers/embedder.ts";
import { createEngine } from "../compute/pool.ts";
import type { OpenEmbedder } from "../content/embedder.ts";
import { labelsOf } from "../data/catalog.ts";
import { type Dataset, datasetFromCsr, fingerprint, likedFrom } from "../data/dataset.ts";
import { syntheticRatings } from "../data/synthetic/synthetic-ratings.ts";
import { configure } from "../models/configure.ts";
import { fit } from "../models/fit.ts";
import type { Model, Query } from "../models/model.ts";
import { profileOf } from "../models/shared/profiles.ts";
import { present } from "../present.ts";
import type { Lists } from "../recommend/lists.ts";
import { openModel } from "../recommend/open-model.ts";
import { queryOfUser } from "../recommend/query.ts";
import { recommend } from "../recommend/recommend.ts";
import { listAll } from "../recommend/recommend-all.ts";
import { openRecommender } from "../recommend/recommender.ts";
import type { Reranker } from "../recommend/reranking/rerank.ts";
import { type Split, type Splits, splitOf } from "../split/split.ts";
import { parseSplitter, splitRatings } from "../split/splits.ts";
import { type Contender, contender, customContender, trainedContender, withReranker } from "./contender.ts";
import { evaluate } from "./evaluate.ts";
import type { Measurements } from "./measure.ts";
import { describeRelevance } from "./relevant-items.ts";
import { standingsOf } from "./standings.ts";

const whole = await syntheticRatings({ users: 80, items: 120, ratings: 3000, seed: 2 });
const usual = splitRatings(whole, parseSplitter("per-user:0.8"), 1);

/** A scorer of items by their index. */
function byIndex(items: number, score: (item: number) => number = (item) => item): Model {
  return {
    items,
    ask: () => ({
      score(out) {
        for (let item = 0; item < items; item++) out[item] = score(item);
      },
    }),
    [Symbol.dispose]() {},
  };
}
const honest = customContender("by index", (train) => byIndex(train.items.size));

async function withRoles(change: (roles: Uint8Array) => void, splits: Splits = usual): Promise<Splits> {
  const { roles, name } = await splits.split(0);
  change(roles);
  return { ...splits, split: () => splitOf(whole, name, roles) };
}

/** Splits with parts that were tampered with. */
function tampered(change: (split: Split) => Partial<Split>, splits: Splits = usual): Splits {
  return {
    ...splits,
    async split(n) {
      const split = await splits.split(n);
      return { ...split, ...change(split) };
    },
  };
}

const metrics = ["rmse", "precision@5", "recall@5", "ndcg@5", "auc", "catalogue-coverage@5"];

describe("evaluating", () => {
  it("gives the same digits for any number of threads, and for models and metrics evaluated together", async () => {
    const contenders = () => [
      contender(configure("popular")),
      contender(configure("bias")),
      contender(configure("item-knn")),
      contender(configure("als", { factors: 8 })),
    ];
    const seen = new Set<string>();
    for (const threads of [1, 2, 3]) {
      using engine = await createEngine({ threads });
      const { evaluation } = await evaluate(whole, contenders(), splitRatings(whole, parseSplitter("kfold:3")), {
        metrics,
        engine,
        seed: 5,
      });
      const { models, ...rest } = evaluation;
      seen.add(JSON.stringify([rest, models.map(({ seconds: _, ...rest }) => rest)]));
      assert.equal(evaluation.split.fingerprints.length, 3);
      assert.equal(evaluation.split.test, 1000);
      assert.deepEqual(Object.keys(models[0].metrics), metrics.slice(1));
      assert.match(models[0].missing.rmse, /popular predicts no ratings/);
      const { activity, popularity } = models[1].slices!;
      for (const slices of [activity, popularity])
        assert.equal(
          slices.reduce((sum, { n }) => sum + n, 0),
          3000,
        );
      const squares = activity.reduce((sum, { n, rmse }) => sum + n * rmse ** 2, 0);
      assert.ok(Math.abs(Math.sqrt(squares / 3000) - models[1].metrics.rmse.mean) < 1e-12);
    }
    assert.equal(seen.size, 1);
  });

  it("asks with the times of ratings, and in next with those after training too, as new users", async () => {
    for (const name of ["latest:0.8", "next:0.8"]) {
      const splits = splitRatings(whole, parseSplitter(name));
      const { profiles, test } = await splits.split(0);
      const asked: Query[] = [];
      const watching = customContender("watching", ({ items }) => {
        const { ask, ...model } = byIndex(items.size);
        const noting = (query: Query) => {
          asked.push(query);
          return ask(query);
        };
        return { ...model, ask: noting };
      });
      await evaluate(whole, [watching], splits, { metrics: ["ndcg@10"] });
      const users = Array.from({ length: 80 }, (_, user) => user).filter(
        (user) => test.offsets[user + 1] > test.offsets[user],
      );
      assert.equal(asked.length, users.length);
      for (const [n, user] of users.entries()) {
        assert.deepEqual(asked[n].profile, profileOf(profiles, user));
        assert.ok(asked[n].profile.times);
        assert.equal(asked[n].user, name === "next:0.8" ? undefined : user);
      }
    }
  });

  it("judges the lists that recommend makes, and the model's own, from one run", async () => {
    const time = splitRatings(whole, parseSplitter("time:0.8"));
    const { train, profiles, test } = await time.split(0);
    const judged = Array.from({ length: test.rows }, (_, user) => user).filter(
      (user) => test.offsets[user + 1] > test.offsets[user],
    );
    const historyOf = (user: number) => profiles.offsets[user + 1] - profiles.offsets[user];
    const withoutHistory = judged.filter((user) => historyOf(user) === 0).length;
    assert.ok(withoutHistory > 0 && withoutHistory < judged.length);
    let fits = 0;
    let asked = 0;
    const knn = contender(configure("item-knn", { k: "2" }));
    const counted: Contender = {
      ...knn,
      async fit(...args) {
        fits++;
        const fitted = await knn.fit(...args);
        const ask: Model["ask"] = (query) => {
          asked++;
          return fitted.model.ask(query);
        };
        const { askAll: _, ...model } = fitted.model;
        return { ...fitted, model: { ...model, ask } };
      },
    };
    const metrics = ["precision@5", "hit-rate@5", "catalogue-coverage@5", "novelty@5"];
    const { evaluation, people } = await evaluate(whole, [counted], time, { metrics });
    assert.deepEqual([fits, asked], [1, judged.length]);
    assert.deepEqual([evaluation.view, evaluation.listLength], ["shipped", 5]);
    assert.equal(evaluation.withoutHistory, withoutHistory);

    using opened = openModel(await fit(train, configure("item-knn", { k: "2" })));
    let [own, shipped, unfilled, averaged] = [0, 0, 0, 0];
    const [ownFilms, films] = [new Set<number>(), new Set<number>()];
    for (const user of judged) {
      const list = await recommend(opened, queryOfUser(train, train.users.id(user)), { k: 5 });
      assert.equal(list.length, 5);
      const relevant = new Set(
        Array.from(test.indices.subarray(test.offsets[user], test.offsets[user + 1])).filter(
          (_, n) => test.values[test.offsets[user] + n] >= 4,
        ),
      );
      const items = list.map(({ id }) => train.items.index(id)!);
      const models = items.filter((_, n) => list[n].source === "item-knn");
      unfilled += Number(models.length < 5);
      for (const item of items) films.add(item);
      for (const item of models) ownFilms.add(item);
      if (relevant.size === 0) continue;
      averaged++;
      shipped += items.filter((item) => relevant.has(item)).length / 5;
      own += models.filter((item) => relevant.has(item)).length / 5;
      assert.equal(
        people.get("item-knn k=2")!["precision@5"].sums[user],
        items.filter((item) => relevant.has(item)).length / 5,
      );
    }
    const [{ metrics: first, otherView, ...result }] = evaluation.models;
    assert.ok(own < shipped && unfilled >= withoutHistory && unfilled < judged.length);
    assert.equal(result.unfilled, unfilled);
    assert.ok(Math.abs(first["precision@5"].mean - shipped / averaged) < 1e-12);
    assert.ok(Math.abs(otherView["precision@5"].mean - own / averaged) < 1e-12);
    assert.equal(first["catalogue-coverage@5"].mean, films.size / train.items.size);
    assert.equal(otherView["catalogue-coverage@5"].mean, ownFilms.size / train.items.size);
    assert.ok(first["novelty@5"].n === judged.length && otherView["novelty@5"].n < judged.length);

    const alone = await evaluate(whole, [knn], time, { metrics, view: "model" });
    assert.deepEqual(alone.evaluation.models[0].metrics, otherView);
    assert.deepEqual(alone.evaluation.models[0].otherView, first);
    assert.equal(
      alone.people.get("item-knn k=2")!["precision@5"].sums.reduce((sum, one) => sum + one, 0),
      own,
    );
  });

  it("tests and ranks models by the view that is asked for, and predictions alike in both", async () => {
    const time = splitRatings(whole, parseSplitter("time:0.8"));
    const contenders = [contender(configure("popular")), contender(configure("item-knn", { k: "2" }))];
    const run = async (view: "shipped" | "model") =>
      (await evaluate(whole, contenders, time, { metrics: ["rmse", "ndcg@5"], view })).evaluation;
    const [shipped, alone] = [await run("shipped"), await run("model")];
    for (const { view, models, versus } of [shipped, alone]) {
      const [popular, knn] = models.map((model) => model.metrics["ndcg@5"].mean);
      const test = versus!.find(({ metric }) => metric === "ndcg@5")!;
      assert.ok(Math.abs(test.difference - Math.abs(popular - knn)) < 1e-12, view);
      assert.deepEqual(models[1].metrics.rmse, models[1].otherView.rmse);
      assert.equal(models[0].unfilled, 0);
      assert.deepEqual(models[0].metrics, models[0].otherView);
    }
    assert.notEqual(shipped.versus![0].difference, alone.versus![0].difference);
    const predicted = await evaluate(whole, [contenders[1]], time, { metrics: ["rmse"] });
    assert.ok(!("unfilled" in predicted.evaluation.models[0]) && !("listLength" in predicted.evaluation));
    await assert.rejects(evaluate(whole, contenders, time, { view: "both" as "model" }), {
      code: "USAGE",
      message: /view is "both"/,
    });
  });

  it("fills lists of new films with new films, as far as the split ranks any", async () => {
    const splits = splitRatings(whole, parseSplitter("new-items:0.8"), 3);
    const { candidates } = await splits.split(0);
    const first = candidates!.indexOf(1);
    const one = customContender("one film", ({ items }) =>
      byIndex(items.size, (item) => (item === first ? 1 : -Infinity)),
    );
    const { evaluation } = await evaluate(whole, [one], splits, { metrics: ["catalogue-coverage@500", "recall@500"] });
    const films = candidates!.reduce((sum, own) => sum + own, 0);
    const [{ metrics, otherView, unfilled }] = evaluation.models;
    assert.equal(metrics["catalogue-coverage@500"].mean, films / whole.items.size);
    assert.equal(otherView["catalogue-coverage@500"].mean, 1 / whole.items.size);
    assert.equal(metrics["recall@500"].mean, 1);
    assert.equal(unfilled, evaluation.split.people);
  });

  it("asks with the profiles of new users in strong generalisation", async () => {
    const strong = splitRatings(whole, parseSplitter("strong:0.8"), 3);
    const split = await strong.split(0);
    const asked: (readonly [number | undefined, number])[] = [];
    const watching = customContender("watching", ({ items }) => ({
      ...byIndex(items.size),
      ask(query) {
        asked.push([query.user, query.profile.items.length]);
        return byIndex(items.size).ask(query);
      },
    }));
    const { evaluation } = await evaluate(whole, [watching], strong, { metrics: ["ndcg@5"] });
    assert.equal(asked.length, 16);
    assert.equal(evaluation.split.people, 16);
    const known = asked.reduce((sum, [user, length]) => {
      assert.equal(user, undefined);
      return sum + length;
    }, 0);
    assert.equal(known, split.profiles.values.length);
  });

  it("ranks new films among themselves", async () => {
    const splits = splitRatings(whole, parseSplitter("new-items:0.8"), 3);
    const { candidates } = await splits.split(0);
    const films = candidates!.reduce((sum, own) => sum + own, 0);
    const only = contender(configure("popular"));
    const { evaluation } = await evaluate(whole, [honest, only], splits, {
      metrics: ["auc", "catalogue-coverage@100"],
    });
    assert.equal(evaluation.models[0].metrics["catalogue-coverage@100"].mean, films / whole.items.size);
    assert.deepEqual([evaluation.models[0].unfilled, evaluation.listLength], [0, 100]);
  });

  it("gives a reranker new films only, and the whole model that proposes them", async () => {
    const splits = splitRatings(whole, parseSplitter("new-items:0.8"), 3);
    const { candidates } = await splits.split(0);
    const first = customContender("by index", ({ items }) => ({ ...byIndex(items.size), similarItems() {} }));
    const proposed = new Set<number>();
    const second: Reranker = {
      name: "watching",
      async rerank(_subject, pool, { model }) {
        assert.ok(model.similarItems);
        for (const { item } of pool) proposed.add(item);
        return { order: [] };
      },
    };
    await evaluate(whole, [withReranker(first, second)], splits, { metrics: ["auc"] });
    const films = [...candidates!.keys()].filter((item) => candidates![item]);
    assert.deepEqual(
      [...proposed].sort((a, b) => a - b),
      films,
    );
  });

  it("evaluates the lists of a reranker, which can only reorder the model's pool", async () => {
    const first = contender(configure("item-knn"));
    const backwards: Reranker = {
      name: "backwards",
      rerank: async (_subject, candidates) => ({ order: candidates.toReversed() }),
    };
    const metrics = ["hit-rate@5", "mrr@5"];
    const run = async (who: Contender) => (await evaluate(whole, [who], usual, { metrics })).evaluation.models[0];
    const [one, same, turned] = [
      await run(first),
      await run(withReranker(first, backwards, 5)),
      await run(withReranker(first, backwards, 60)),
    ];
    assert.equal(same.name, "item-knn + backwards");
    assert.equal(same.metrics["hit-rate@5"].mean, one.metrics["hit-rate@5"].mean);
    assert.notEqual(same.metrics["mrr@5"].mean, one.metrics["mrr@5"].mean);
    assert.notEqual(turned.metrics["hit-rate@5"].mean, one.metrics["hit-rate@5"].mean);
  });

  it("marks a reranker that fails for everybody as failed, and does not judge the plain lists in its name", async () => {
    const first = contender(configure("popular"));
    const fails = (whom: (asked: number) => boolean): Reranker => {
      let asked = 0;
      return {
        name: "failing",
        rerank: async (_subject, pool) => (whom(asked++) ? { order: [], failure: "no server" } : { order: [...pool] }),
      };
    };
    const judge = async (reranker: Reranker) => {
      const { evaluation } = await evaluate(whole, [first, withReranker(first, reranker)], usual, {
        metrics: ["mrr@5"],
      });
      return evaluation.models[1];
    };
    const { failed } = await judge(fails(() => true));
    assert.deepEqual([failed?.code, failed?.message], ["LIST_INVALID", "failing ranked no list: no server"]);
    assert.equal((await judge(fails((asked) => asked === 0))).failed, undefined);
  });

  it("counts ties of scores half in auc, but none where a reranker made the order", async () => {
    const level = customContender("level", (train) => byIndex(train.items.size, () => 1));
    const keeping: Reranker = { name: "keeping", rerank: async (_subject, pool) => ({ order: [...pool] }) };
    const { evaluation } = await evaluate(whole, [level, withReranker(level, keeping, whole.items.size)], usual, {
      metrics: ["auc"],
    });
    const [one, other] = evaluation.models.map((model) => model.metrics.auc);
    assert.deepEqual([one.mean, one.se], [0.5, 0]);
    assert.notEqual(other.mean, 0.5);
  });

  it("counts ties of the films that the fallback filled in among themselves, not with those of the model", async () => {
    const half = whole.items.size / 2;
    // with the score that the first film of the fallback has
    const level = customContender("level", ({ items, counts }) => {
      const most = Math.max(...counts.subarray(half));
      return byIndex(items.size, (item) => (item < half ? most : Number.NEGATIVE_INFINITY));
    });
    const first = customContender("first", ({ items, counts }) => {
      const most = Math.max(...counts);
      assert.equal(counts.filter((count) => count === most).length, 1);
      return byIndex(items.size, (item) => (counts[item] === most ? 1 : Number.NEGATIVE_INFINITY));
    });
    const contenders = [level, first, contender(configure("popular"))];
    const { evaluation } = await evaluate(whole, contenders, usual, { metrics: ["auc"] });
    assert.deepEqual(evaluation.models[1].metrics, evaluation.models[2].metrics); // the same lists
    const { test, profiles, train } = await usual.split(0);
    const counts = train.counts.subarray(half);
    assert.ok(new Set(counts).size < counts.length);
    const rank = (item: number, filled: boolean) => (item < half ? 0 : filled ? 1e6 - train.counts[item] : 1);
    const expected = { shipped: 0, model: 0 };
    let averaged = 0;
    for (let user = 0; user < whole.users.size; user++) {
      const of = ({ offsets }: typeof test) => [offsets[user], offsets[user + 1]] as const;
      const profile = new Set(profiles.indices.subarray(...of(profiles)));
      const values = test.values.subarray(...of(test));
      const relevant = new Set(test.indices.subarray(...of(test)).filter((_, n) => values[n] >= 4));
      const others = Array.from({ length: whole.items.size }, (_, item) => item).filter(
        (item) => !profile.has(item) && !relevant.has(item),
      );
      if (relevant.size === 0) continue;
      averaged++;
      for (const view of ["shipped", "model"] as const) {
        let wins = 0;
        for (const one of relevant) {
          for (const other of others) {
            wins += (1 + Math.sign(rank(other, view === "shipped") - rank(one, view === "shipped"))) / 2;
          }
        }
        expected[view] += wins / (relevant.size * others.length);
      }
    }
    const [{ metrics, otherView }] = evaluation.models;
    assert.ok(Math.abs(metrics.auc.mean - expected.shipped / averaged) < 1e-12);
    assert.ok(Math.abs(otherView.auc.mean - expected.model / averaged) < 1e-12);
  });

  it("uses what a journal kept, but only for the same model, split, metrics and seed", async () => {
    const kept = new Map<string, Measurements>();
    let fits = 0;
    const counted = (set: object): Contender => {
      const { fit: make, ...own } = contender(configure("item-knn", { ...set }));
      return {
        ...own,
        fit: (...args) => {
          fits++;
          return make(...args);
        },
      };
    };
    const journal = {
      read: async (key: string) => kept.get(key),
      write: async (key: string, measurements: Measurements) => void kept.set(key, measurements),
    };
    const run = (who: Contender, splits = usual, more: object = {}) =>
      evaluate(whole, [who], splits, { metrics: ["ndcg@5"], journal, ...more });
    const first = await run(counted({}));
    const again = await run(counted({}));
    assert.equal(fits, 1);
    const [{ kept: since, ...same }] = again.evaluation.models;
    assert.deepEqual({ ...again.evaluation, models: [same] }, first.evaluation);
    assert.ok(Math.abs(Date.parse(since!) - Date.now()) < 60_000);
    await run(counted({ k: 5 }));
    await run(counted({}), splitRatings(whole, parseSplitter("per-user:0.8"), 2));
    await run(counted({}), usual, { seed: 1 });
    await run(counted({}), usual, { relevant: 3 });
    assert.equal(fits, 5);
    const { key: _, ...keyless } = counted({});
    await run(keyless);
    assert.equal(fits, 6);
    const split = await usual.split(0);
    const only = async (change: object) => ({ ...usual, split: async () => ({ ...split, ...change }) });
    await run(counted({}), await only({ candidates: new Uint8Array(whole.items.size).fill(1) }));
    await run(
      counted({}),
      await only({ train: { ...split.train, catalog: { ...split.train.catalog, titles: ["other"] } } }),
    );
    assert.equal(fits, 8);
  });

  it("uses what a journal kept only for the embedder that it was made with", async () => {
    const kept = new Map<string, Measurements>();
    const journal = {
      read: async (key: string) => kept.get(key),
      write: async (key: string, measurements: Measurements) => void kept.set(key, measurements),
    };
    const embedderOf = (fingerprint: string | undefined, turned: number): OpenEmbedder => {
      return async (...args) => {
        const { length, embed } = await letterEmbedder(...args);
        const turn = (vectors: Float32Array) => vectors.map((value, n) => (n % length < turned ? value : 0));
        return { length, embed: async (...asked) => turn(await embed(...asked)), ...present({ fingerprint }) };
      };
    };
    const text = contender(configure("text"));
    const run = async (embedder: OpenEmbedder) => {
      const { evaluation } = await evaluate(whole, [text], usual, { metrics: ["ndcg@5"], journal, embedder });
      const [{ metrics, kept }] = evaluation.models;
      return { value: metrics["ndcg@5"].mean, kept: kept !== undefined };
    };
    const [one, other] = [embedderOf("one", 24), embedderOf("other", 2)];
    const first = await run(one);
    assert.deepEqual(first, { value: first.value, kept: false });
    assert.deepEqual(await run(one), { value: first.value, kept: true });
    const second = await run(other);
    assert.equal(second.kept, false);
    assert.notEqual(second.value, first.value);
    assert.deepEqual(await run(other), { value: second.value, kept: true });
    const nameless = embedderOf(undefined, 2);
    assert.deepEqual(await run(nameless), second);
    assert.deepEqual(await run(nameless), second);
  });

  for (const [min, max, step, from] of [
    [1, 5, 1, 4],
    [0.5, 5, 0.5, 4],
    [1, 10, 1, 8],
    [1, 10, 0.5, 8],
    [-10, 10, 1, 5],
    [0, 100, 1, 75],
    [0, 1, 0, 0.75],
  ]) {
    it(`has films from ${from} as relevant on a scale from ${min} to ${max} by ${step}`, () => {
      const info = { scale: { min, max, step }, feedback: "ratings" } as const;
      assert.equal(likedFrom(info), from);
      assert.equal(describeRelevance(info, from), `rated ${from} or higher, the upper quarter of the scale`);
      assert.equal(describeRelevance(info, max), `rated ${max} or higher`);
      assert.equal(describeRelevance(info, min), "every held-out rating");
    });
  }

  it("has every event as relevant", async () => {
    const info = { scale: { min: 1, max: 168, step: 1 }, feedback: "events" } as const;
    assert.equal(describeRelevance(info, likedFrom(info)), "every held-out event");
    assert.equal(describeRelevance(info, 3), "held-out events of 3 or more");
    const events = { ...whole, feedback: "events" } as const;
    const { evaluation } = await evaluate(events, [honest], splitRatings(events, parseSplitter("per-user:0.8"), 1), {
      metrics: ["recall@120"],
    });
    assert.equal(evaluation.models[0].metrics["recall@120"].mean, 1);
    assert.equal(evaluation.models[0].metrics["recall@120"].n, evaluation.split.people);
    assert.equal(evaluation.relevance, "every held-out event");
  });
});

describe("caught by name:", () => {
  const rejects = (who: Contender, splits: Splits, code: string, message: RegExp, names = ["ndcg@5"]) =>
    assert.rejects(evaluate(whole, [who], splits, { metrics: names }), { code, message });

  it("a held-out rating in the training ratings, or in a profile", async () => {
    const all = tampered(() => ({ train: whole, profiles: whole.byUser }));
    await rejects(honest, all, "LEAK", /held-out rating of film .* by user .* is in the training ratings/);
    const inProfile = tampered(() => ({ profiles: whole.byUser }));
    await rejects(honest, inProfile, "LEAK", /is in what people tell/);
  });

  it("training ratings later than the test, in a split by time", async () => {
    const time = splitRatings(whole, parseSplitter("time:0.8"));
    await evaluate(whole, [honest], time, { metrics: ["auc"] });
    const later = { ...(await withRoles((roles) => roles.reverse(), time)) };
    await rejects(
      honest,
      tampered(() => ({ chronological: true }), later),
      "LEAK",
      /a training rating is of \d{4}-.*, a held-out one of \d{4}-/,
    );
  });

  it("a rating in a profile that is later than the user's held-out ones, where those are to be the latest; and says what ties chose", async () => {
    const latest = splitRatings(whole, parseSplitter("latest:0.8"));
    const { evaluation } = await evaluate(whole, [honest], latest, { metrics: ["auc"] });
    assert.equal(evaluation.split.tied, 0);
    const { byUser, report, ...space } = whole;
    const coarse = datasetFromCsr(
      space,
      { ...byUser, times: byUser.times!.map((time) => Math.floor(time / 1e7)) },
      report,
    );
    const drawn = splitRatings(coarse, parseSplitter("loo:last-drawn"));
    const tied = (await evaluate(coarse, [honest], drawn, { metrics: ["auc"] })).evaluation.split.tied!;
    assert.equal(tied, (await drawn.split(0)).tied);
    assert.ok(tied > 0);
    const earlier = await withRoles((roles) => roles.reverse(), latest);
    await rejects(
      honest,
      tampered(() => ({ tied: 0 }), earlier),
      "LEAK",
      /user .* is asked about \d{4}-.* with a rating of \d{4}-/,
    );
  });

  it("a tag of the catalog that was given after the split, in a split by time", async () => {
    const time = splitRatings(whole, parseSplitter("time:0.8"));
    const tagTimes = new Float64Array(whole.catalog.tags.indices.length).fill(4e9);
    const later = tampered(({ train }) => ({ train: { ...train, catalog: { ...train.catalog, tagTimes } } }), time);
    await rejects(honest, later, "LEAK", /the catalog has a tag of 2096-.*, and a held-out rating is of \d{4}-/);
  });

  it("a model trained on all ratings, as fitted or as saved, and one that keeps held-out ratings", async () => {
    const greedy = {
      ...honest,
      fit: async (train: Dataset) => ({
        model: byIndex(train.items.size),
        data: await fingerprint(whole),
        counts: train.counts,
      }),
    };
    await rejects(greedy, usual, "LEAK", /by index was trained on other ratings/);
    await rejects(
      trainedContender(await fit(whole, configure("item-knn"))),
      usual,
      "LEAK",
      /item-knn was trained on other ratings/,
    );
    const { train } = await usual.split(0);
    await evaluate(whole, [trainedContender(await fit(train, configure("item-knn")))], usual, { metrics: ["ndcg@5"] });
    const factors = configure("als", { factors: 8, iterations: 1 });
    const onAll = await fit(whole, factors);
    await rejects(
      trainedContender(await fit(whole, factors, { from: onAll })),
      usual,
      "LEAK",
      /als was trained on other ratings/,
    );
    const onPart = await fit(train, factors);
    // films that only held-out ratings have are no films that it learnt from
    const stages = { ...onPart, record: { ...onPart.record, earlier: [{ ...onAll.record, epochs: 1 }] } };
    await rejects(trainedContender(stages), usual, "LEAK", /als was trained on other ratings/);
    const again = await fit(train, factors, { from: onPart });
    await evaluate(whole, [trainedContender(again)], usual, { metrics: ["ndcg@5"] });
    using recommender = await openRecommender(await fit(train, configure("tfidf")));
    using later = await recommender.withItems([{ id: 0, genres: [labelsOf(train.catalog.genres, 0)[0]] }]);
    const more = `tfidf scores ${train.items.size + 1} films, and the data have ${train.items.size}`;
    await rejects(trainedContender(later), usual, "USAGE", new RegExp(more));
    await rejects(
      customContender("hoarder", () => ({ ...byIndex(whole.items.size), ratings: whole.byUser })),
      usual,
      "LEAK",
      /hoarder keeps the held-out rating/,
    );
    const popular = {
      ...honest,
      fit: async (train: Dataset) => ({
        model: byIndex(train.items.size),
        data: await fingerprint(train),
        counts: whole.counts,
      }),
    };
    await rejects(popular, usual, "LEAK", /counts ratings of films that the training part does not have/);
  });

  const listing = (name: string, change: (lists: Lists) => void): Contender => ({
    ...honest,
    name,
    async fit(train, options) {
      const fitted = await honest.fit(train, options);
      return {
        ...fitted,
        async lists(ranking, profiles, listOptions) {
          const lists = await listAll(ranking, profiles, listOptions);
          change(lists);
          return lists;
        },
      };
    },
  });

  it("a list with a film of the profile, a film twice, a film that is not ranked, or one without a score", async () => {
    const { profiles, test } = await usual.split(0);
    const user = Array.from(test.offsets.subarray(1)).findIndex((end) => end > 0);
    const seen = profiles.indices[profiles.offsets[user]];
    await rejects(
      listing("seen", ({ items }) => items.fill(seen, 1, 2)),
      usual,
      "LIST_INVALID",
      /seen lists film \d+ for user \d+, who has told of it/,
    );
    await rejects(
      listing("twice", ({ items }) => items.copyWithin(2, 0, 1)),
      usual,
      "LIST_INVALID",
      /twice lists film \d+ for user \d+, more than once/,
    );
    const splits = splitRatings(whole, parseSplitter("new-items:0.8"), 3);
    const part = await splits.split(0);
    const reader = Array.from(part.test.offsets.subarray(1)).findIndex((end) => end > 0);
    const profile = part.profiles.indices.subarray(part.profiles.offsets[reader], part.profiles.offsets[reader + 1]);
    const old = part.candidates!.findIndex((own, item) => own === 0 && !profile.includes(item));
    await rejects(
      listing("old", ({ items }) => items.fill(old, 0, 1)),
      splits,
      "LIST_INVALID",
      /old lists film \d+ for user \d+, which this split does not rank/,
    );
    await rejects(
      listing("nan", ({ scores }) => scores.fill(Number.NaN, 3, 4)),
      usual,
      "LIST_INVALID",
      /by a score of NaN/,
    );
  });

  it("a metric of empty lists, or with no user to average", async () => {
    await rejects(
      customContender("mute", () => byIndex(whole.items.size, () => -Infinity)),
      usual,
      "METRIC_EMPTY",
      /mute lists nothing for anybody/,
    );
    const counts = { ...whole, scale: { min: 1, max: 168, step: 1 } };
    await assert.rejects(evaluate(counts, [honest], splitRatings(counts, parseSplitter("per-user:0.8"))), {
      code: "METRIC_EMPTY",
      fix: /--feedback events/,
    });
    const unfitted = customContender("unfitted", () => assert.fail("it is fitted"));
    for (const splits of [usual, splitRatings(whole, parseSplitter("kfold:3"))]) {
      for (const name of ["ndcg@5", "precision-all@5", "auc"]) {
        await assert.rejects(evaluate(whole, [unfitted], splits, { metrics: ["rmse", name], relevant: 6 }), {
          code: "METRIC_EMPTY",
          message: new RegExp(`${name} has nobody to average: the highest of \\d+ held-out ratings is 5, and relevant`),
        });
      }
    }
    await evaluate(whole, [contender(configure("bias"))], usual, { metrics: ["rmse", "novelty@5"], relevant: 6 });
  });

  it("a table in which every value is 0; and nothing is the best where all are 0", async () => {
    const { test, train } = await usual.split(0);
    const unliked = Array.from(train.counts.keys()).filter((item) => !test.indices.includes(item));
    // only films that nobody has in the test are ranked
    const splits = tampered(() => ({
      candidates: Uint8Array.from(train.counts, (_, item) => Number(unliked.includes(item))),
    }));
    assert.ok(unliked.length > 0);
    await rejects(honest, splits, "METRIC_EMPTY", /^precision@5, ndcg@5: every value is 0/, ["precision@5", "ndcg@5"]);
    const two = [contender(configure("bias")), contender(configure("item-knn"))];
    const { evaluation } = await evaluate(whole, two, splits, { metrics: ["rmse", "ndcg@5"] });
    const [rmse, ndcg] = evaluation.metrics;
    assert.equal(standingsOf(evaluation, rmse).size, 2);
    assert.equal(standingsOf(evaluation, ndcg).size, 0);
  });

  it("predictions, scores and metrics that are not finite", async () => {
    const asking = (name: string, number: number, score: number) =>
      customContender(name, (train) => ({
        ...byIndex(train.items.size),
        ask: () => ({ score: (out) => out.fill(score, 1), predict: (_, out) => out.fill(number) }),
      }));
    await rejects(asking("stars", Number.NaN, 1), usual, "NOT_FINITE", /predicts a rating of NaN/, ["rmse"]);
    await rejects(asking("scores", 3, Number.NaN), usual, "NOT_FINITE", /score of film number 2 is NaN/);
    const journal = {
      async read(): Promise<Measurements> {
        const sums = new Float64Array(whole.users.size).fill(Number.NaN);
        const view = { people: { rmse: { sums, weights: sums.map(() => 1) } }, lists: {} };
        return { seconds: { fit: 0, answer: 0 }, views: { model: view, shipped: view }, missing: {} };
      },
      async write() {},
    };
    const bias = contender(configure("bias"));
    await assert.rejects(evaluate(whole, [bias], usual, { metrics: ["rmse"], journal }), {
      code: "NOT_FINITE",
      message: "bias has rmse of NaN",
    });
  });

  it("no models, one twice, and unknown metrics, before anything is fitted", async () => {
    const never = customContender("never", () => assert.fail("fitted"));
    await assert.rejects(evaluate(whole, [], usual), { code: "USAGE" });
    await assert.rejects(evaluate(whole, [never, never], usual), { code: "USAGE", message: /never takes part twice/ });
    await rejects(never, usual, "METRIC_UNKNOWN", /no metric has the name "ngdc"/, ["ngdc@5"]);
  });
});
