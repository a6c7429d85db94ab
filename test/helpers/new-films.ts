import assert from "node:assert/strict";
import type { Dataset } from "../../src/data/dataset.ts";
import type { EvaluationResult } from "../../src/evaluate/evaluate.ts";
import { metricsNamed } from "../../src/evaluate/metrics.ts";
import { testAgainstBest } from "../../src/evaluate/paired-comparison.ts";

/** What films that nobody has rated are judged by. */
export const newFilmMetrics = ["recall@10", "ndcg@10"];

/** One model is better than another by both, p < .01 (a test of this pair alone). */
export function assertBefore(data: Dataset, { people }: EvaluationResult, better: string, worse: string): void {
  const pair = [better, worse].map((name) => ({ name, terms: people.get(name)! }));
  for (const { metric, best, difference, p } of testAgainstBest(metricsNamed(newFilmMetrics, data), pair, 0)) {
    assert.ok(best === better && difference > 0 && p < 0.01, `${metric}: ${best} by ${difference}, p = ${p}`);
  }
}

/** Recall and NDCG of every model, within .005. */
export function assertFound(
  { evaluation }: EvaluationResult,
  expected: readonly (readonly [name: string, recall: number, ndcg: number])[],
): void {
  for (const [n, [name, ...values]] of expected.entries()) {
    const { name: own, metrics } = evaluation.models[n];
    assert.equal(own, name);
    for (const [m, value] of values.entries()) {
      const { mean } = metrics[newFilmMetrics[m]];
      assert.ok(Math.abs(mean - value) < 0.005, `${name}: ${newFilmMetrics[m]} ${mean}, expected ${value}`);
    }
  }
}
