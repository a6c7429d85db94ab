/** How models stand under a metric, by the paired tests of an evaluation. */
import { metricDecimal } from "../numbers.ts";
import type { Evaluation, PairedTest } from "./evaluation.ts";

/** "level": not distinguishable from the best. */
export type Standing = "best" | "level" | "behind";

/** The level of the tests: how often models that do not differ are found to differ. */
const significance = 0.05;

/** Whether the best model of a test is better by more than chance, and by more than nothing in the decimals that are shown. */
export function isDifferent({ difference, adjusted }: PairedTest): boolean {
  return adjusted < significance && !isShownAsNothing(difference);
}

function isShownAsNothing(difference: number): boolean {
  return Number(metricDecimal(difference)) === 0;
}

/** What a test says, in words: "als is better than popular by 0.0123, p = 0.0010". */
export function describeTest(test: PairedTest): string {
  const { best, name, difference, adjusted } = test;
  const p = `p = ${adjusted.toFixed(4)}`;
  if (isShownAsNothing(difference)) return `No difference between ${best} and ${name}, ${p}`;
  const size = metricDecimal(Math.abs(difference));
  if (isDifferent(test)) return `${best} is better than ${name} by ${size}, ${p}`;
  return `${best} and ${name} are not distinguishable: a difference of ${size}, ${p}`;
}

/**
 * The standing of each model under a metric. Empty where the metric has no better direction, where only one model has a value, and
 * where all have the worst, 0; where no test was made, only the model with the best mean has a standing.
 *
 * @example
 * import { compare, ease, popular, splits, standingsOf } from "matinee";
 * const { evaluation } = await compare(data, [popular(), ease()], splits.perUser(0.8), { metrics: ["ndcg@10"] });
 * console.log(standingsOf(evaluation, evaluation.metrics[0]).get("ease"));
 */
export function standingsOf(
  { models, versus = [] }: Evaluation,
  { name: metric, better }: Evaluation["metrics"][number],
): ReadonlyMap<string, Standing> {
  const having = models.filter(({ metrics }) => metric in metrics);
  if (better === undefined || having.length < 2) return new Map();
  if (better === "higher" && having.every(({ metrics }) => metrics[metric].mean === 0)) return new Map();
  const up = better === "higher" ? 1 : -1;
  const tests = versus.filter((test) => test.metric === metric);
  const leader = having.reduce((a, b) => (up * (b.metrics[metric].mean - a.metrics[metric].mean) > 0 ? b : a));
  const standings = new Map<string, Standing>([[tests[0]?.best ?? leader.name, "best"]]);
  for (const test of tests) {
    if (!standings.has(test.name)) standings.set(test.name, isDifferent(test) ? "behind" : "level");
  }
  return standings;
}
