import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { toyDataset } from "../../test/helpers/toy.ts";
import { syntheticRatings } from "../data/synthetic/synthetic-ratings.ts";
import { fit } from "../models/fit.ts";
import { als, itemKnn, mf, popular } from "../models/specs.ts";
import { splitRatings, splits } from "../split/splits.ts";
import { coldStart } from "./cold-start/cold-start.ts";
import { compare } from "./compare.ts";
import { type Contender, contender, customContender, trainedContender } from "./contender.ts";
import { evaluate } from "./evaluate.ts";
import type { Measurements } from "./measure.ts";
import type { MetricName } from "./metrics.ts";
import { metricKinds } from "./metrics.ts";
import { readSearchSpace } from "./tuning/search-space.ts";
import { type TuneCandidateOptions, tune, tuneCandidate } from "./tuning/tune.ts";

const whole = await syntheticRatings({ users: 80, items: 90, ratings: 3000, seed: 4 });
const random = customContender("random", ({ items }) => ({
  items: items.size,
  ask: () => ({ score: (out) => out.set(out.map((_, item) => (item * 7919) % 101)) }),
  [Symbol.dispose]() {},
}));
const models = [popular(), contender(itemKnn({ k: 20 }), "knn"), random];
const metrics = ["rmse", "ndcg@5", "novelty@5"] as const;

function withoutSeconds(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, inner: unknown) => (key === "seconds" ? undefined : inner)));
}

describe("compare", async () => {
  const result = await compare(whole, models, splits.perUser(0.8), { metrics, seed: 3, threads: 2 });

  it("evaluates specifications and contenders as evaluate does, whatever the threads", async () => {
    const given = splitRatings(whole, splits.perUser(0.8), 3);
    const contenders = [contender(popular()), ...models.slice(1)].map((one) => ("fit" in one ? one : contender(one)));
    const { evaluation } = await evaluate(whole, contenders, given, { metrics, seed: 3 });
    assert.deepEqual(withoutSeconds(result.evaluation), withoutSeconds(evaluation));
    assert.deepEqual([...result.people.keys()], ["popular", "knn", "random"]);
    const again = await compare(whole, models, given, { metrics, seed: 3, arithmetic: "strict" });
    assert.deepEqual(again.table("ndcg@5"), result.table("ndcg@5"));
  });

  it("has a table for each metric", () => {
    const { models: measured, versus = [] } = result.evaluation;
    const table = result.table("ndcg@5");
    assert.deepEqual(
      table.map(({ name, mean, se, low, high, n }) => [name, { mean, se, low, high, n }]),
      measured.map(({ name, metrics }) => [name, metrics["ndcg@5"]]),
    );
    assert.deepEqual(Object.keys(table[2]), [
      "name",
      "mean",
      "se",
      "low",
      "high",
      "n",
      "otherView",
      "unfilled",
      "p",
      "standing",
    ]);
    const best = table.find(({ standing }) => standing === "best")!;
    assert.equal(best.mean, Math.max(...table.map(({ mean }) => mean!)));
    for (const { name, p, standing } of table) {
      assert.equal(p, versus.find((test) => test.metric === "ndcg@5" && test.name === name)?.adjusted);
      if (p !== undefined) assert.equal(standing, p < 0.05 ? "behind" : "level");
    }
    assert.equal(table[2].standing, "behind");
    const [none, known] = result.table("rmse");
    assert.deepEqual(Object.keys(none), ["name", "unfilled", "missing"]);
    assert.match(none.missing!, /popular predicts no ratings/);
    assert.ok(known.mean! > 0 && known.p === undefined && known.standing === undefined);
    assert.ok(result.table("novelty@5").every(({ standing, p }) => standing === undefined && p === undefined));
    assert.throws(() => result.table("ndcg@10"), { code: "METRIC_UNKNOWN", message: /did not measure ndcg@10/ });
  });

  it("finishes the others where a contender fails, and marks it", async () => {
    const folds = splits.kFold(2);
    let fitted = 0;
    const second = customContender("second", (train) => {
      if (++fitted === 2) throw new TypeError("not\nthis time");
      return { items: train.items.size, ask: () => ({ score: (out) => out.fill(1) }), [Symbol.dispose]() {} };
    });
    const failing = [mf({ rate: 1, factors: 64 }), popular(), second, contender(itemKnn({ k: 20 }), "knn")];
    const { evaluation, people, table } = await compare(whole, failing, folds, { metrics, seed: 3 });
    const sound = await compare(whole, [popular(), models[1]], folds, { metrics, seed: 3 });
    const [diverged, first, broken, knn] = evaluation.models;
    assert.deepEqual(withoutSeconds({ ...evaluation, models: [first, knn] }), withoutSeconds(sound.evaluation));
    assert.deepEqual([...people.keys()], ["popular", "knn"]);
    assert.equal(diverged.failed?.code, "NOT_FINITE");
    assert.match(diverged.failed!.fix, /lower rate than 1/);
    assert.deepEqual([broken.failed?.code, broken.failed?.message], ["INTERNAL", "TypeError: not this time"]);
    assert.deepEqual(broken.metrics, {});
    assert.equal(fitted, 2);
    assert.deepEqual(table("ndcg@5")[2], { name: "second", missing: "second failed: TypeError: not this time" });
    assert.equal("failed" in first, false);
  });

  it("ends where all contenders fail, for a leak, and when it is cancelled", async () => {
    const one = splits.perUser(0.8);
    const failing = customContender("failing", () => assert.fail("as it should"));
    await assert.rejects(compare(whole, [failing], one, { metrics }), { message: "as it should" });
    const diverging = mf({ rate: 1, factors: 64 });
    await assert.rejects(compare(whole, [diverging, failing], one, { metrics }), { code: "NOT_FINITE" });
    const leaking = trainedContender(await fit(whole, popular()));
    await assert.rejects(compare(whole, [models[1], leaking], one, { metrics }), { code: "LEAK" });
    const stopping = customContender("stopping", () => {
      stop.abort();
      throw new Error("stopped");
    });
    const stop = new AbortController();
    await assert.rejects(compare(whole, [models[1], stopping], one, { metrics, signal: stop.signal }), {
      message: "stopped",
    });
  });

  it("leaves out what does not fit in memory before anything is fitted, unless a journal has it", async () => {
    const fitted: string[] = [];
    const watch = (base: Contender): Contender => ({
      ...base,
      fit: (...args) => {
        fitted.push(base.name);
        return base.fit(...args);
      },
    });
    const large = watch(contender(als({ factors: 512 })));
    const contenders = [watch(contender(popular())), large];
    const one = splits.perUser(0.8);
    const { evaluation, table } = await compare(whole, contenders, one, { metrics, memory: 147e6 });
    assert.deepEqual(fitted, ["popular"]);
    const { failed, missing } = evaluation.models[1];
    assert.deepEqual([failed?.code, failed?.leftOut], ["MEMORY", true]);
    assert.match(missing["ndcg@5"], /^als factors=512 is left out: als would take about/);
    assert.match(table("ndcg@5")[1].missing!, /is left out/);
    await assert.rejects(compare(whole, [large], one, { metrics, memory: 147e6 }), { code: "MEMORY" });
    assert.deepEqual(fitted, ["popular"]);
    const kept = new Map<string, Measurements>();
    const journal = {
      read: async (key: string) => kept.get(key),
      write: async (key: string, measurements: Measurements) => void kept.set(key, measurements),
    };
    await compare(whole, contenders, one, { metrics, journal });
    const again = await compare(whole, contenders, one, { metrics, memory: 147e6, journal });
    assert.equal(again.evaluation.models[1].failed, undefined);
  });

  it("keeps what is measured where it is cancelled, if that is asked for and there is anything", async () => {
    const stop = new AbortController();
    const stopping = customContender("stopping", () => {
      stop.abort();
      throw new Error("stopped");
    });
    const options = { metrics, signal: stop.signal, partial: true };
    const last = customContender("last", () => assert.fail("it is not begun"));
    const { evaluation } = await compare(whole, [models[1], stopping, last], splits.perUser(0.8), options);
    assert.deepEqual(
      evaluation.models.map(({ failed }) => failed?.code),
      [undefined, "CANCELLED", "CANCELLED"],
    );
    assert.ok("ndcg@5" in evaluation.models[0].metrics);
    await assert.rejects(compare(whole, [stopping, models[1]], splits.perUser(0.8), options), { message: "stopped" });
  });

  it("refuses unknown options, splitters as text and models by name", async () => {
    const perUser = splits.perUser(0.8);
    const refuses = (run: Promise<unknown>, message: RegExp) => assert.rejects(run, { code: "USAGE", message });
    // @ts-expect-error: no such option
    await refuses(compare(whole, models, perUser, { metric: ["ndcg@5"] }), /compare has no option "metric"/);
    // @ts-expect-error: no such option
    await refuses(tune(whole, als(), { trial: 3 }), /tune has no option "trial"/);
    // @ts-expect-error: no such option
    await refuses(coldStart(whole, models, { journal: undefined }), /coldStart has no option "journal"/);
    // @ts-expect-error: text is for parseSplitter
    await refuses(compare(whole, models, "per-user:0.8"), /"per-user:0.8" is no splitter/);
    // @ts-expect-error: a name is no specification
    await refuses(compare(whole, ["als"], perUser), /"als" is not a model with its settings/);
    // @ts-expect-error: no such metric
    await assert.rejects(compare(whole, models, perUser, { metrics: ["ngdc@5"] }), { code: "METRIC_UNKNOWN" });
  });

  it("has types for the names of metrics", () => {
    const names: MetricName[] = ["rmse", "mae", "ndcg@10", "auc", "catalogue-coverage@5"];
    // @ts-expect-error: it looks at no list
    names.push("rmse@10");
    // @ts-expect-error: it needs a length of lists
    names.push("ndcg");
    const kinds = new Set(metricKinds.map(({ name }) => name));
    assert.ok(names.every((name) => kinds.has(name.split("@")[0])));
  });
});

describe("tune", () => {
  it("searches a space with types, and returns the best specification", async () => {
    const space = { factors: [8, 16], regularisation: { from: 0.01, to: 10, scale: "log" } } as const;
    const options = { trials: 4, space, metric: "ndcg@5", seed: 2 } as const;
    const { spec, trials, best, final, ...result } = await tune(whole, als({ factors: 8, iterations: 3 }), options);
    assert.deepEqual(result.space, { factors: "8,16", regularisation: "0.01~10" });
    assert.ok(trials.every(({ values }) => [8, 16].includes(Number(values.factors))));
    assert.equal(spec.model, "als");
    assert.deepEqual(spec.settings, best.config);
    assert.equal(spec.settings.iterations, 3);
    assert.equal(final.models[0].name, spec.name);
    assert.equal(final.models.at(-1)!.name, "als factors=8 iterations=3");
    assert.equal(final.split.name, "per-user:0.8");
    const grid = { trials: 2, space: { k: [5, 20] }, method: "grid", metric: "ndcg@5" } as const;
    const strong = await tune(whole, itemKnn(), { ...grid, splitter: splits.strong(0.7) });
    assert.deepEqual([strong.final.split.name, strong.trials.length], ["strong:0.7", 2]);
  });

  it("keeps the settings that are not at their defaults", async () => {
    const { space, trials } = await tune(whole, als({ factors: 8, iterations: 2 }), { trials: 1, metric: "ndcg@5" });
    assert.deepEqual(Object.keys(space), ["alpha", "regularisation"]);
    assert.equal(trials.length, 1);
  });

  it("ends before the trials where there is nothing relevant, or all is 0", async () => {
    // films 0 to 9 are rated, and the model lists films 15 to 19
    const ratings = Array.from({ length: 200 }, (_, n) => [Math.floor(n / 10), n % 10, 5] as const);
    const data = toyDataset(20, 20, ratings);
    let fits = 0;
    const last = (values: object = {}) =>
      customContender(`last ${JSON.stringify(values)}`, ({ items }) => {
        fits++;
        return {
          items: items.size,
          ask: () => ({ score: (out) => out.set(Float32Array.from(out.keys())) }),
          [Symbol.dispose]() {},
        };
      });
    const candidate = { model: "last", space: readSearchSpace("item-knn", "k=1,2,3"), contender: last };
    const search = (options: TuneCandidateOptions) =>
      tuneCandidate(data, candidate, splitRatings(data, splits.perUser(0.8)), { metric: "ndcg@5", ...options });
    await assert.rejects(search({ relevant: 6 }), { code: "METRIC_EMPTY", message: /ndcg@5 has nobody to average/ });
    assert.equal(fits, 0);
    await assert.rejects(search({}), { code: "METRIC_EMPTY", message: /^ndcg@5: every value is 0/ });
    assert.equal(fits, 1);
  });

  it("takes the shipped view unless told", async () => {
    const options = {
      trials: 1,
      space: { k: [1] },
      method: "grid",
      metric: "ndcg@5",
      splitter: splits.time(0.8),
    } as const;
    const shipped = await tune(whole, itemKnn({ k: 2 }), options);
    const alone = await tune(whole, itemKnn({ k: 2 }), { ...options, view: "model" });
    assert.deepEqual([shipped.final.view, alone.final.view], ["shipped", "model"]);
    assert.ok(shipped.final.withoutHistory > 0);
    assert.ok(shipped.usual.value > alone.usual.value);
    const [first, second] = [shipped, alone].map(
      ({ final }) => final.models.find(({ name }) => name === "item-knn k=2")!,
    );
    assert.deepEqual(first.metrics, second.otherView);
    const { evaluation, table } = await compare(whole, [itemKnn({ k: 2 })], splits.time(0.8), { metrics: ["ndcg@5"] });
    const [{ mean, otherView, unfilled }] = table("ndcg@5");
    assert.deepEqual(
      [mean, otherView],
      [first, second].map(({ metrics }) => metrics["ndcg@5"].mean),
    );
    assert.ok(unfilled! >= evaluation.withoutHistory && evaluation.withoutHistory === shipped.final.withoutHistory);
  });

  it("refuses what is no search space", async () => {
    const refuses = (space: object, code: string, message: RegExp) =>
      assert.rejects(tune(whole, als(), { space: space as never }), { code, message });
    await refuses({ factors: [] }, "USAGE", /space: factors has neither values nor a range/);
    await refuses({ factors: { from: 4 } }, "USAGE", /space: factors has neither values nor a range/);
    await refuses({ factors: { from: 4, to: 8, scale: "logarithmic" } }, "USAGE", /neither values nor a range/);
    await refuses({ factors: { from: 64, to: 8 } }, "USAGE", /space: factors=64:8 is no range/);
    await refuses({ factors: [0] }, "CONFIG_INVALID", /factors is 0/);
    await refuses({ factor: [8] }, "CONFIG_INVALID", /als has no setting "factor"/);
    await refuses({}, "USAGE", /nothing of als is there to tune/);
  });
});

describe("coldStart", () => {
  it("takes specifications and holds users out", async () => {
    const { split, models: measured } = await coldStart(whole, [popular(), random], {
      metrics: ["ndcg@5"],
      threads: 2,
    });
    assert.equal(split.name, "strong:0.8");
    assert.deepEqual(
      measured.map(({ name, curves }) => [name, curves.length]),
      [
        ["popular", 5],
        ["random", 5],
      ],
    );
  });
});
