/** Tests of each model against the best one, paired over users. */
import { MatineeError } from "../errors.ts";
import type { UserTerms } from "./estimate.ts";
import type { PairedTest } from "./evaluation.ts";
import type { Metric, UserMetric } from "./metric.ts";
import { holmAdjusted, permutationTest } from "./permutation-test.ts";

/** A model, and its users' terms by the metric's name. Users are in the same order for every model. */
export interface TestedModel {
  readonly name: string;
  readonly terms: Readonly<Record<string, UserTerms>>;
}

/**
 * Takes every metric over users that has a better direction, finds the model with the best mean (the first, among equals), and
 * tests every other model that has the metric against it. The test compares Σ sum: weights are equal, so differences of means,
 * and of any rising function of them, have the same p.
 *
 * @throws INTERNAL where two models average different users, or with different weights
 */
export function testAgainstBest(
  metrics: readonly Metric[],
  models: readonly TestedModel[],
  seed: number,
): PairedTest[] {
  return metrics.flatMap((metric) => {
    if (metric.over === "lists" || !metric.better) return [];
    const { name } = metric;
    const having = models
      .filter(({ terms }) => name in terms)
      .map((model) => ({ ...model, mean: modelMean(metric, model) }));
    if (having.length < 2) return [];
    const sign = metric.better === "higher" ? 1 : -1;
    const best = having.reduce((one, other) => (sign * (other.mean - one.mean) > 0 ? other : one));
    const others = having.filter((model) => model !== best);
    const ps = others.map((model) => permutationTest(pairedDifferences(name, best, model), seed));
    const adjusted = holmAdjusted(ps);
    return others.map((other, n) => ({
      metric: name,
      best: best.name,
      name: other.name,
      difference: best.mean - other.mean,
      p: ps[n],
      adjusted: adjusted[n],
    }));
  });
}

function modelMean({ name, finish }: UserMetric, { terms }: TestedModel): number {
  let [sum, weight] = [0, 0];
  terms[name].weights.forEach((own, user) => {
    if (own > 0) sum += terms[name].sums[user];
    weight += own;
  });
  return finish ? finish(sum / weight) : sum / weight;
}

function pairedDifferences(metric: string, best: TestedModel, other: TestedModel): Float64Array {
  const [a, b] = [best.terms[metric], other.terms[metric]];
  if (a.weights.length !== b.weights.length || a.weights.some((weight, user) => weight !== b.weights[user])) {
    throw new MatineeError("INTERNAL", `${metric} averages other people of ${best.name} than of ${other.name}`);
  }
  return a.sums.map((sum, user) => (a.weights[user] > 0 ? sum - b.sums[user] : 0));
}
