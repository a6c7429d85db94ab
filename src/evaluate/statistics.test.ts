import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { near } from "../../test/helpers/numbers.ts";
import { toyDataset } from "../../test/helpers/toy.ts";
import { random } from "../random.ts";
import type { UserMetric } from "./metric.ts";
import { metricsNamed } from "./metrics.ts";
import { estimate, holmAdjusted, permutationTest } from "./statistics.ts";

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
    const { mean, se, n } = estimate(metric("ndcg@10"), parts, 1);
    assert.deepEqual([mean, n], [3, 4]);
    near(se!, Math.sqrt(14 / 3) / 2, 1e-12);
  });

  it("of ratings takes the root after the mean, and carries the error through it", () => {
    // 12 / 3 = 4: residuals 2 − 4, 10 − 8
    const parts = { sums: Float64Array.of(2, 10), weights: Float64Array.of(1, 2) };
    const { mean, se } = estimate(metric("rmse"), parts, 1);
    assert.equal(mean, 2);
    near(se!, Math.sqrt(2 * (4 + 4)) / 3 / (2 * 2), 1e-9);
    near(estimate(metric("mae"), parts, 1).se!, Math.sqrt(2 * (4 + 4)) / 3, 1e-9);
    const perfect = estimate(metric("rmse"), { sums: new Float64Array(2), weights: ones(2) }, 1);
    assert.deepEqual(perfect, { mean: 0, se: 0, low: 0, high: 0, n: 2 });
  });

  it("of one user has no error", () => {
    const parts = { sums: Float64Array.of(0.5, 0), weights: Float64Array.of(1, 0) };
    assert.deepEqual(estimate(metric("ndcg@10"), parts, 1), { mean: 0.5, n: 1 });
  });

  it("of no user is refused, with a message that says which users it averages", () => {
    const parts = { sums: new Float64Array(3), weights: new Float64Array(3) };
    assert.throws(() => estimate(metric("ndcg@10"), parts, 1), {
      code: "METRIC_EMPTY",
      message: "ndcg@10 has nobody to average: it takes people with a relevant film held out, there are none among 3",
    });
  });

  it("has the interval of resampled users, the same for the same seed", () => {
    // two users: means 0, ½ and 1 in a quarter, half and quarter of the samples
    const parts = { sums: Float64Array.of(0, 1), weights: ones(2) };
    const { low, high } = estimate(metric("ndcg@10"), parts, 1);
    assert.deepEqual([low, high], [0, 1]);
    const many = { sums: Float64Array.from({ length: 50 }, (_, n) => n), weights: ones(50) };
    assert.deepEqual(estimate(metric("ndcg@10"), many, 1), estimate(metric("ndcg@10"), many, 1));
    assert.notDeepEqual(estimate(metric("ndcg@10"), many, 1), estimate(metric("ndcg@10"), many, 2));
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
      const { mean, se, low, high } = estimate(metric("rmse"), { sums, weights }, trial);
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
    const { mean, se, low, high, n } = estimate(metric("ndcg@10"), { sums, weights: ones(30_000) }, 1);
    assert.equal(n, 30_000);
    near((high! - low!) / (2 * 1.96 * se!), 1, 0.06);
    near((high! + low!) / 2, mean, 0.3 * se!);
  });
});

describe("permutationTest", () => {
  for (const [differences, p] of [
    // ±1 ±2 ±3 reaches 6 by two of eight
    [[1, 2, 3], 2 / 8],
    // 6, 4, 2 and 0 either way: 4 is reached by four of eight
    [[3, 0, -1, 2], 4 / 8],
    [[0, 0, 0], 1],
    [[], 1],
    [[-5], 1],
    // a sum of 0 but for rounding
    [[0.1, 0.2, -0.3], 1],
    // 4, 2 and 0 tenths: 2 is reached by ten of sixteen, by some only but for rounding
    [[0.1, 0.1, 0.1, -0.1], 10 / 16],
    [Array(13).fill(1), 2 / 2 ** 13],
    [[1, 1, 1, 1, 1, 1, 1, 1, 1, -1], (2 * (1 + 10)) / 1024],
  ] as const) {
    it(`of ${differences.join(" ")} tries all signs`, () => {
      assert.equal(permutationTest(Float64Array.from(differences), 1), p);
    });
  }

  it("of more users draws signs at random, and agrees with trying all", () => {
    const { normal } = random(5);
    const differences = Float64Array.from({ length: 18 }, () => normal() + 0.4);
    const sum = differences.reduce((all, value) => all + value);
    let large = 0;
    for (let signs = 0; signs < 2 ** 18; signs++) {
      let flipped = 0;
      for (let n = 0; n < 18; n++) if ((signs >>> n) & 1) flipped += differences[n];
      if (Math.abs(sum - 2 * flipped) >= Math.abs(sum) - 1e-12) large++;
    }
    const exact = large / 2 ** 18;
    assert.ok(exact > 0.01 && exact < 0.5, `${exact}`);
    near(permutationTest(differences, 1), exact, 4 * Math.sqrt((exact * (1 - exact)) / 9999));
    assert.equal(permutationTest(differences, 1), permutationTest(differences, 1));
    assert.notEqual(permutationTest(differences, 1), permutationTest(differences, 2));
  });

  it("is never less than one in 10,000", () => {
    assert.equal(permutationTest(new Float64Array(100).fill(1), 1), 1 / 10_000);
  });

  it("of very many users flips groups, and agrees with the normal distribution", () => {
    const { normal } = random(6);
    // differences sorted by size, a shift of about one and a half standard errors
    const differences = Float64Array.from({ length: 12_000 }, () => normal() + 0.014).sort();
    const sum = differences.reduce((all, value) => all + value);
    const z = Math.abs(sum) / Math.sqrt(differences.reduce((all, value) => all + value * value));
    near(permutationTest(differences, 1), upperTail(z), 0.02);
  });
});

/** P(|Z| ≥ z) of a standard normal Z, by the trapezium rule. */
function upperTail(z: number): number {
  let inside = 0;
  for (let n = 0; n < 1000; n++) {
    const density = (at: number) => Math.exp((-at * at) / 2) / Math.sqrt(2 * Math.PI);
    inside += ((density((n * z) / 1000) + density(((n + 1) * z) / 1000)) * z) / 1000;
  }
  return 1 - inside;
}

describe("holmAdjusted", () => {
  it("multiplies by the number of tests left, and never falls below a smaller p", () => {
    holmAdjusted([0.01, 0.04, 0.03, 0.005]).forEach((p, n) => {
      near(p, [0.03, 0.06, 0.06, 0.02][n], 1e-15);
    });
    assert.deepEqual(holmAdjusted([0.5, 0.6]), [1, 1]);
    assert.deepEqual(holmAdjusted([]), []);
  });
});
