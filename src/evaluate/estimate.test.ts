import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { near } from "../../test/helpers/numbers.ts";
import { toyDataset } from "../../test/helpers/toy.ts";
import { random } from "../random.ts";
import { createEstimator } from "./estimate.ts";
import type { UserMetric } from "./metric.ts";
import { metricsNamed } from "./metrics.ts";

function metric(name: string): UserMetric {
  const [found] = metricsNamed([name], toyDataset(1, 1, [[0, 0, 3]]));
  assert.ok(found.over === "users");
  return found;
}
const ones = (length: number) => new Float64Array(length).fill(1);

describe("an estimate", () => {
  it("of equal weights has the standard error sd / √n", () => {
    // of 1 2 3 6: mean 3, squares 4 + 1 + 0 + 9
    const parts = { sums: Float64Array.of(1, 2, 77, 3, 6), weights: Float64Array.of(1, 1, 0, 1, 1) };
    const { mean, se, n } = createEstimator(1).estimate(metric("ndcg@10"), parts);
    assert.deepEqual([mean, n], [3, 4]);
    near(se!, Math.sqrt(14 / 3) / 2, 1e-12);
  });

  it("of ratings takes the root after the mean, and carries the error through it", () => {
    // 12 / 3 = 4: residuals 2 − 4, 10 − 8
    const parts = { sums: Float64Array.of(2, 10), weights: Float64Array.of(1, 2) };
    const { mean, se } = createEstimator(1).estimate(metric("rmse"), parts);
    assert.equal(mean, 2);
    near(se!, Math.sqrt(2 * (4 + 4)) / 3 / (2 * 2), 1e-9);
    near(createEstimator(1).estimate(metric("mae"), parts).se!, Math.sqrt(2 * (4 + 4)) / 3, 1e-9);
    const perfect = createEstimator(1).estimate(metric("rmse"), { sums: new Float64Array(2), weights: ones(2) });
    assert.deepEqual(perfect, { mean: 0, se: 0, low: 0, high: 0, n: 2 });
  });

  it("of one user has no error", () => {
    const parts = { sums: Float64Array.of(0.5, 0), weights: Float64Array.of(1, 0) };
    assert.deepEqual(createEstimator(1).estimate(metric("ndcg@10"), parts), { mean: 0.5, n: 1 });
  });

  it("of no user is refused, with a message that says which users it averages", () => {
    const parts = { sums: new Float64Array(3), weights: new Float64Array(3) };
    assert.throws(() => createEstimator(1).estimate(metric("ndcg@10"), parts), {
      code: "METRIC_EMPTY",
      message: "ndcg@10 has nobody to average: it takes people with a relevant film held out, there are none among 3",
    });
  });

  it("has the interval of resampled users, the same for the same seed", () => {
    // two users: means 0, ½ and 1 in a quarter, half and quarter of the samples
    const parts = { sums: Float64Array.of(0, 1), weights: ones(2) };
    const { low, high } = createEstimator(1).estimate(metric("ndcg@10"), parts);
    assert.deepEqual([low, high], [0, 1]);
    const many = { sums: Float64Array.from({ length: 50 }, (_, n) => n), weights: ones(50) };
    assert.deepEqual(
      createEstimator(1).estimate(metric("ndcg@10"), many),
      createEstimator(1).estimate(metric("ndcg@10"), many),
    );
    assert.notDeepEqual(
      createEstimator(1).estimate(metric("ndcg@10"), many),
      createEstimator(2).estimate(metric("ndcg@10"), many),
    );
  });

  it("is that of a new estimator, whatever an estimator estimated before", () => {
    const { estimate } = createEstimator(1);
    for (const users of [50, 20, 5000, 50, 5000]) {
      const parts = { sums: Float64Array.from({ length: users }, (_, n) => (n * 7) % 13), weights: ones(users) };
      assert.deepEqual(estimate(metric("ndcg@10"), parts), createEstimator(1).estimate(metric("ndcg@10"), parts));
    }
  });

  it("has an interval and an error that cover the truth at their level", () => {
    const { float, int } = random(3);
    const error = () => 2 * float() - 1;
    const truth = Math.sqrt(2 / 3);
    const trials = 300;
    const covered = { interval: 0, error: 0 };
    for (let trial = 0; trial < trials; trial++) {
      // users with one to six ratings, whose errors have a part in common: variance 1/3 + 1/3
      const weights = Float64Array.from({ length: 60 }, () => 1 + int(6));
      const sums = weights.map((ratings) => {
        const own = error();
        let sum = 0;
        for (let rating = 0; rating < ratings; rating++) sum += (own + error()) ** 2;
        return sum;
      });
      const { mean, se, low, high } = createEstimator(trial).estimate(metric("rmse"), { sums, weights });
      if (low! <= truth && truth <= high!) covered.interval++;
      if (Math.abs(mean - truth) <= 1.96 * se!) covered.error++;
    }
    for (const [what, times] of Object.entries(covered)) {
      assert.ok(times >= 0.92 * trials && times <= 0.98 * trials, `${what}: ${times} of ${trials}`);
    }
  });

  it("of very many users resamples groups, with an interval as wide", () => {
    const { float } = random(4);
    // sorted, so that neighbours are alike: groups of neighbours would be too different
    const sums = Float64Array.from({ length: 30_000 }, () => float() ** 4).sort();
    const { mean, se, low, high, n } = createEstimator(1).estimate(metric("ndcg@10"), { sums, weights: ones(30_000) });
    assert.equal(n, 30_000);
    near((high! - low!) / (2 * 1.96 * se!), 1, 0.06);
    near((high! + low!) / 2, mean, 0.3 * se!);
  });
});
