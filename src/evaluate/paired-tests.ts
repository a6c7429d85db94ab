/** Each model against the best. */
import { MatineeError } from "../errors.ts";
import type { PairedTest } from "./evaluation.ts";
import type { Metric, UserMetric } from "./metric.ts";
import { holm, permutationTest, type UserTerms } from "./statistics.ts";

/** A model and what its people add to each metric, by the metric's name; people in the same order for every model. */
export interface TestedModel {
  readonly name: string;
  readonly parts: Readonly<Record<string, UserTerms>>;
}

/**
 * For every metric over people with a better way: the model whose mean is best (of equals the first), and a test of every other
 * that has the metric against it. The test is of Σ sum: for equal weights the difference of means, and any rising function of
 * them, is as unlikely.
 *
 * @throws INTERNAL where two models average other people, or by other weights
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
      .filter(({ parts }) => name in parts)
      .map((model) => ({ ...model, mean: meanOf(metric, model) }));
    if (having.length < 2) return [];
    const sign = metric.better === "higher" ? 1 : -1;
    const best = having.reduce((one, other) => (sign * (other.mean - one.mean) > 0 ? other : one));
    const others = having.filter((model) => model !== best);
    const ps = others.map((model) => permutationTest(differencesOf(name, best, model), seed));
    const adjusted = holm(ps);
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

function meanOf({ name, finish }: UserMetric, { parts }: TestedModel): number {
  let [sum, weight] = [0, 0];
  parts[name].weights.forEach((own, person) => {
    if (own > 0) sum += parts[name].sums[person];
    weight += own;
  });
  return finish ? finish(sum / weight) : sum / weight;
}

function differencesOf(metric: string, best: TestedModel, other: TestedModel): Float64Array {
  const [a, b] = [best.parts[metric], other.parts[metric]];
  if (a.weights.length !== b.weights.length || a.weights.some((weight, person) => weight !== b.weights[person])) {
    throw new MatineeError("INTERNAL", `${metric} averages other people of ${best.name} than of ${other.name}`);
  }
  return a.sums.map((sum, person) => (a.weights[person] > 0 ? sum - b.sums[person] : 0));
}
