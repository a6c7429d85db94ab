/** How a model stands under a metric, by the tests of an evaluation. */
import type { Evaluation } from "./evaluation.ts";

/** Differences of larger p, adjusted for their number, may be luck. */
export const significance = 0.05;

/** "alike": not distinguishable from the best; "none": nothing was tested. */
export function standingOf({ versus }: Evaluation, name: string, metric: string): "best" | "alike" | "worse" | "none" {
  const tests = (versus ?? []).filter((test) => test.metric === metric);
  if (tests.some(({ best }) => best === name)) return "best";
  const own = tests.find((test) => test.name === name);
  if (!own) return "none";
  return own.adjusted >= significance ? "alike" : "worse";
}
