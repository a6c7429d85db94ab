/**
 * Models on the first fold of MovieLens 100K, beside what well-known libraries reach. The default settings were chosen with these test
 * ratings in sight: a regression test, not a fair comparison.
 */

import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { createEngine } from "../../src/compute/pool.ts";
import { readRatings } from "../../src/data/read.ts";
import { contender } from "../../src/evaluate/contender.ts";
import { evaluate } from "../../src/evaluate/evaluate.ts";
import type { ModelResult } from "../../src/evaluate/evaluation.ts";

import { configure } from "../../src/models/configure.ts";
import { splitRatings, splits } from "../../src/split/splits.ts";
import { dataFolder, golden, needsData } from "../helpers/data.ts";

type Library = "KNNBasic" | "KNNWithMeans" | "KNNBaseline" | "SVD" | "SVDpp";
interface Yardsticks {
  splits: { u1: { results: Record<Library, { all: { rmse: number; n: number } }> } };
}

/** Model, settings, RMSE, and the libraries whose errors are smaller, and larger. */
const rmses: readonly [string, Record<string, unknown>, string, Library[], Library[]][] = [
  ["bias", {}, "0.9709", [], []],
  ["user-knn", {}, "0.9720", ["KNNWithMeans"], ["KNNBasic"]],
  ["item-knn", {}, "0.9486", ["KNNBaseline"], ["KNNWithMeans"]],
  ["neural", {}, "0.9330", [], []],
  ["mf", {}, "0.9240", [], ["SVD", "SVDpp"]],
  ["mf", { factors: 100 }, "0.9231", [], ["SVD", "SVDpp"]],
  ["mf", { optimiser: "als", epochs: 10 }, "0.9245", [], ["SVD", "SVDpp"]],
  ["mf", { optimiser: "adam" }, "0.9268", [], ["SVD", "SVDpp"]],
  ["mf", { biases: "none" }, "0.9282", [], ["SVD", "SVDpp"]],
  ["bayesian-mf", {}, "0.8879", [], ["SVD", "SVDpp"]],
];

/** Settings, P@5 and NDCG@10. */
const lists = [
  // the ratings as they are, as numpy gives it for the same formula
  [{ lambda: 3000, values: "ratings", beta: 0, dislike: 0, scale: "data" }, ["0.4715", "0.4812"]],
  // every rating being evidence, as before decision 35
  [{ beta: 0, dislike: 0 }, ["0.4820", "0.4835"]],
  // no score lowered for the film's number of ratings, as before decision 57
  [{ beta: 0 }, ["0.4798", "0.4849"]],
  [{}, ["0.4833", "0.4833"]],
] as const;

describe("u1 of MovieLens 100K", needsData("ml-100k"), () => {
  const yardsticks = golden<Yardsticks>("yardsticks.json").splits.u1.results;
  const results = new Map<string, ModelResult>();
  before(async () => {
    using engine = await createEngine();
    const folder = dataFolder("ml-100k");
    const whole = await readRatings(folder);
    const u1 = splitRatings(whole, splits.movieLens("u1"));
    const predicting = rmses.map(([model, set]) => contender(configure(model, set)));
    const listing = lists.map(([set]) => contender(configure("ease", set)));
    for (const [contenders, metrics] of [
      [predicting, ["rmse", "prediction-coverage"]],
      [listing, ["precision@5", "ndcg@10"]],
    ] as const) {
      const { evaluation } = await evaluate(whole, contenders, u1, { metrics, engine, view: "model" });
      for (const model of evaluation.models) results.set(model.name, model);
    }
  });

  for (const [model, set, expected, smaller, larger] of rmses) {
    const { name } = contender(configure(model, set));
    it(`${name} predicts with an RMSE of ${expected}`, () => {
      const { mean, n } = results.get(name)!.metrics.rmse;
      assert.deepEqual([mean.toFixed(4), n], [expected, 459]);
      for (const library of smaller) assert.ok(mean > yardsticks[library].all.rmse, library);
      for (const library of larger) assert.ok(mean < yardsticks[library].all.rmse, library);
    });
  }

  for (const [set, expected] of lists) {
    const { name } = contender(configure("ease", set));
    it(`${name} reaches P@5 and NDCG@10 of ${expected} over 456 people`, () => {
      const { "precision@5": precision, "ndcg@10": ndcg } = results.get(name)!.metrics;
      assert.deepEqual([precision.n, precision.mean.toFixed(4), ndcg.mean.toFixed(4)], [456, ...expected]);
    });
  }
});
