import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { syntheticRatings } from "../../data/synthetic/synthetic-ratings.ts";
import { predictionRules } from "../../models/model.ts";
import { splitRatings, splits } from "../../split/splits.ts";
import { customContender } from "../contender.ts";
import { compareRuns, leastCoverageAt } from "./coverage.ts";
import type { TrialRun } from "./result.ts";
import { readSearchSpace, type SettingValues } from "./search-space.ts";
import { type TuneCandidateOptions, type TuningCandidate, tuneCandidate, tuningCandidate } from "./tune.ts";

const [byModel, byMean] = [predictionRules.indexOf("model"), predictionRules.length - 1];
const run = (value: number, coverage: number, budget = 1): TrialRun => ({ budget, value, coverage, seconds: 0 });

describe("runs in order", () => {
  it("are by value where they cover enough, and then by coverage", () => {
    const runs = [run(0.7, 0.2), run(0.9, 0.8), run(0.6, 0.3), run(0.8, 0.9)];
    const order = (compare: ReturnType<typeof compareRuns>) => runs.toSorted(compare).map(({ value }) => value);
    assert.deepEqual(order(compareRuns("lower", () => 0.8)), [0.8, 0.9, 0.6, 0.7]);
    assert.deepEqual(order(compareRuns("higher", () => 0.8)), [0.9, 0.8, 0.6, 0.7]);
    assert.deepEqual(order(compareRuns("lower")), [0.6, 0.7, 0.8, 0.9]);
  });

  it("need less coverage where fewer users are trained on, in proportion", () => {
    assert.equal(leastCoverageAt({ here: 0.5, whole: 0.8 }), 0.495);
    assert.equal(leastCoverageAt({ here: 0.8, whole: 0.8 }, 0.9), 0.9);
    assert.equal(leastCoverageAt({ here: 0.4, whole: 0.8 }, 0.9), 0.45);
    assert.equal(leastCoverageAt({ here: 0, whole: 0 }, 0.9), 0.9);
  });
});

const data = await syntheticRatings({ users: 60, items: 40, ratings: 1200, seed: 5 });
const parts = splitRatings(data, splits.perUser(0.8), 1);

/** Predicts the mean; by the rule "model" for the first k films of ten, where it errs by 1 more up to k = 5, by 0.8 and 0.6 above. */
const silent: TuningCandidate = {
  model: "silent",
  space: readSearchSpace("item-knn", "k=1,2,4,5,6,7"),
  contender: ({ k = 5 }: SettingValues = {}) =>
    customContender(`k=${k}`, ({ items, byUser: { values } }) => {
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      return {
        items: items.size,
        ask: () => ({
          score: (out) => out.fill(0),
          predict: (asked, out, rules) =>
            asked.forEach((item, n) => {
              const speaks = item % 10 < Number(k);
              out[n] = mean + (speaks ? Math.min(1, 2 - 0.2 * Number(k)) : 0);
              if (rules) rules[n] = speaks ? byModel : byMean;
            }),
        }),
        [Symbol.dispose]() {},
      };
    }),
};
const tuned = (options: TuneCandidateOptions) =>
  tuneCandidate(data, silent, parts, { metric: "rmse", method: "grid", ...options });

describe("tuning by the error of predictions", () => {
  it("does not choose settings for leaving ratings to means", async () => {
    const free = await tuned({ leastCoverage: 0 });
    assert.deepEqual([free.leastCoverage, free.best.values], [0, { k: 1 }], "the one that is silent errs least");
    const { usual, best, trials, leastCoverage, final } = await tuned({});
    assert.equal(leastCoverage, 0.99 * usual.coverage!);
    assert.deepEqual(best.values, { k: 7 });
    assert.ok(best.run.coverage! > usual.coverage! && best.run.value > trials[0].runs[0].value);
    assert.deepEqual(
      final.metrics.map(({ name }) => name),
      ["rmse", "prediction-coverage"],
    );
  });

  it("takes a least coverage; what alone has it is advised, and where none has it the settings stay", async () => {
    const only = await tuned({ leastCoverage: 0.65 });
    assert.deepEqual([only.best.values, only.advised.values], [{ k: 7 }, { k: 7 }]);
    const none = await tuned({ leastCoverage: 0.99 });
    assert.deepEqual([none.best.values, none.advised.values, none.final.models.length], [{}, {}, 1]);
  });

  it("has no constraint by other metrics, and refuses one there", async () => {
    const { leastCoverage, usual } = await tuned({ metric: "prediction-coverage" });
    assert.deepEqual([leastCoverage, usual.coverage], [undefined, undefined]);
    await assert.rejects(tuned({ metric: "ndcg@5", leastCoverage: 0.5 }), { code: "USAGE", message: /judges lists/ });
    await assert.rejects(tuned({ leastCoverage: 90 }), { code: "USAGE", message: /leastCoverage is 90/ });
  });

  it("measures the settings as they are at every budget, so that a part of the users is judged by its own measure", async () => {
    const many = await syntheticRatings({ users: 500, items: 150, ratings: 12_000, seed: 2 });
    const { trials, budgets, best, leastCoverage } = await tuneCandidate(
      many,
      tuningCandidate("user-knn", "k=3,5,30,60"),
      splitRatings(many, splits.perUser(0.8), 1),
      { metric: "rmse", trials: 4 },
    );
    assert.deepEqual(budgets, [0.25, 1]);
    assert.ok(trials.every(({ runs }) => runs[0].coverage !== undefined));
    assert.ok(best.run.coverage! >= leastCoverage!);
  });
});
