/** How models stand under a metric, by the tests of an evaluation. */
import type { Evaluation } from "./evaluation.ts";

/** level: no worse than chance would have it. */
export type Standing = "best" | "level" | "behind";

/** What counts as proven: the share of such findings among models that do not differ. */
const significance = 0.05;

/**
 * Who is best under a metric, and who cannot be told from the best. Empty where neither way is better, or where there is one model
 * alone; only the best, by the mean, where no test was made.
 */
export function standingsOf(
  { models, versus = [] }: Evaluation,
  { name: metric, better }: Evaluation["metrics"][number],
): ReadonlyMap<string, Standing> {
  const having = models.filter(({ metrics }) => metric in metrics);
  if (better === undefined || having.length < 2) return new Map();
  const up = better === "higher" ? 1 : -1;
  const tests = versus.filter((test) => test.metric === metric);
  const first = having.reduce((a, b) => (up * (b.metrics[metric].mean - a.metrics[metric].mean) > 0 ? b : a));
  const standings = new Map<string, Standing>([[tests[0]?.best ?? first.name, "best"]]);
  for (const { name, adjusted } of tests) {
    if (!standings.has(name)) standings.set(name, adjusted >= significance ? "level" : "behind");
  }
  return standings;
}
