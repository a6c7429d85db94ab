/**
 * Coverage as a constraint of tuning: settings under which a model leaves hard ratings to means can have the lower error for it, without
 * predicting anything better (docs/adr/0047-tuning-keeps-coverage.md).
 */
import type { TrialRun } from "./result.ts";

/** The metric that measures coverage. */
export const coverageMetric = "prediction-coverage";

/** By default, the share of what the settings as they were predict that a trial must predict too. */
const keptShare = 0.99;

/**
 * The least coverage that a trial needs. Fewer users to train on cover less, so at a smaller budget it is less in proportion to what
 * the settings as they were cover there.
 *
 * @param usual runs of the settings as they were, at `budget` and at 1
 * @param given the least at the full budget, where the caller says so
 */
export function leastCoverageAt(usual: { readonly here: number; readonly whole: number }, given?: number): number {
  if (given === undefined) return keptShare * usual.here;
  return usual.whole > 0 ? given * Math.min(1, usual.here / usual.whole) : given;
}

/** Orders two runs of one budget: negative where the first is better, 0 where neither is. */
export type CompareRuns = (a: TrialRun, b: TrialRun) => number;

/**
 * Runs that cover enough come first, the best value first; then the others, by how much they cover.
 *
 * @param least the least coverage at a budget; undefined where there is no constraint
 */
export function compareRuns(
  better: "higher" | "lower",
  least: (budget: number) => number | undefined = () => undefined,
): CompareRuns {
  const sign = better === "higher" ? 1 : -1;
  return (a, b) => {
    const [one, other] = [a, b].map((run) => covers(run, least(run.budget)));
    if (one !== other) return Number(other) - Number(one);
    if (!one) return b.coverage! - a.coverage!;
    return sign * (b.value - a.value);
  };
}

/** Whether a run predicts as many ratings itself as it must. */
export function covers({ coverage }: TrialRun, least: number | undefined): boolean {
  return least === undefined || coverage === undefined || coverage >= least;
}
