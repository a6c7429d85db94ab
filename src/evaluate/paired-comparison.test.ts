import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { toyDataset } from "../../test/helpers/toy.ts";
import { metricsNamed } from "./metrics.ts";
import { testAgainstBest } from "./paired-comparison.ts";

const metrics = metricsNamed(["gini@5", "ndcg@5", "rmse", "novelty@5"], toyDataset(1, 1, [[0, 0, 3]]));
const ratings = Float64Array.of(1, 2, 1, 2, 0);
const squares = (...sums: number[]) => ({ sums: Float64Array.from(sums), weights: ratings });
const gains = (...sums: number[]) => ({ sums: Float64Array.from(sums), weights: Float64Array.of(1, 1, 1, 1, 0) });
const models = [
  {
    name: "a",
    terms: { "ndcg@5": gains(0, 0, 1, 0, 9), rmse: squares(1, 2, 1, 2, 9), "novelty@5": gains(4, 3, 2, 2, 0) },
  },
  { name: "b", terms: { "ndcg@5": gains(1, 1, 1, 1, 0), rmse: squares(4, 8, 4, 8, 0) } },
  { name: "c", terms: { "ndcg@5": gains(1, 1, 1, 1, 0), "novelty@5": gains(1, 2, 3, 4, 0) } },
];

describe("testAgainstBest", () => {
  it("tests the others against the best, under metrics with a better direction", () => {
    assert.deepEqual(testAgainstBest(metrics, models, 1), [
      // three users differ, all in one direction: two of eight; Holm doubles it
      { metric: "ndcg@5", best: "b", name: "a", difference: 0.75, p: 0.25, adjusted: 0.5 },
      { metric: "ndcg@5", best: "b", name: "c", difference: 0, p: 1, adjusted: 1 },
      // roots: 1 against 2; four users differ in one direction, two of sixteen
      { metric: "rmse", best: "a", name: "b", difference: -1, p: 0.125, adjusted: 0.125 },
    ]);
  });

  it("makes no test of one model", () => {
    assert.deepEqual(testAgainstBest(metrics, models.slice(0, 1), 1), []);
  });

  it("refuses models that average different users", () => {
    const other = { name: "d", terms: { rmse: { sums: new Float64Array(5), weights: new Float64Array(5).fill(1) } } };
    assert.throws(() => testAgainstBest(metrics, [models[0], other], 1), {
      code: "INTERNAL",
      message: "rmse averages other people of d than of a",
    });
  });
});
