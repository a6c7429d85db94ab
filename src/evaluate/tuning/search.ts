/**
 * Runs trials one after the other and stops bad ones early: successive halving (K. Jamieson, A. Talwalkar, AISTATS 2016) without
 * rounds, as in L. Li et al., "A system for massively parallel hyperparameter tuning" (ASHA), MLSys 2020. Every trial begins at
 * the smallest budget; the best quarter at each budget goes on to the next.
 */
import type { CompareRuns } from "./coverage.ts";
import { makeProposer, type Proposer } from "./proposer.ts";
import type { Trial, TrialRun, TuningResult } from "./result.ts";
import type { SearchDimension, SettingValues } from "./search-space.ts";

export interface SearchOptions {
  readonly space: readonly SearchDimension[];
  /** Trials are stopped early only by the method "model". */
  readonly method: TuningResult["method"];
  /** The most trials. */
  readonly trials: number;
  readonly seed: number;
  readonly compare: CompareRuns;
  /** Rising to 1. */
  readonly budgets: readonly number[];
}

/** One in `reduction` trials goes on to the next budget, which is `reduction` times larger. */
export const reduction = 4;

/** Measures settings, or returns the reason why they cannot be measured. */
export type MeasureTrial = (values: SettingValues, budget: number, trial: number) => Promise<TrialRun | string>;

interface RunningTrial extends Trial {
  readonly runs: TrialRun[];
  failed?: string;
}

/**
 * All trials, in the order in which they were started.
 *
 * @throws USAGE where a grid has more points than trials, and what `measure` throws
 */
export async function searchSettings(options: SearchOptions, measure: MeasureTrial): Promise<readonly Trial[]> {
  const { space, method, seed, compare } = options;
  const budgets = method === "model" ? options.budgets : [1];
  const trials: RunningTrial[] = [];
  const runTrial = async (trial: RunningTrial) => {
    const measured = await measure(trial.values, budgets[trial.runs.length], trials.indexOf(trial));
    if (typeof measured === "string") trial.failed = measured;
    else trial.runs.push(measured);
  };
  const measuredAt = (rung: number) =>
    trials.filter(({ runs }) => runs.length > rung).sort((a, b) => compare(a.runs[rung], b.runs[rung]));
  const isReady = ({ runs, failed }: RunningTrial, rung: number) => runs.length === rung + 1 && failed === undefined;
  const promote = () => {
    for (let rung = budgets.length - 2; rung >= 0; rung--) {
      const all = measuredAt(rung);
      const next = all.slice(0, Math.floor(all.length / reduction)).find((trial) => isReady(trial, rung));
      if (next) return next;
    }
    return undefined;
  };
  const propose: Proposer = makeProposer(method, space, options.trials, seed);
  // trials that reached larger budgets first, since the others were worse at the same budget; failed ones last
  const rankValues = () => {
    const rungs = budgets.map((_, rung) => measuredAt(rung).filter(({ runs }) => runs.length === rung + 1));
    return [...rungs.reverse().flat(), ...trials.filter(({ runs }) => runs.length === 0)];
  };
  const startTrial = () => {
    const values = trials.length < options.trials ? propose(rankValues().map(({ values }) => values)) : undefined;
    if (values) trials.push({ values, runs: [] });
    return values && trials.at(-1);
  };
  // the best trial at the largest budget that was reached
  const bestUnfinished = () => {
    for (let rung = budgets.length - 2; rung >= 0; rung--) {
      const next = measuredAt(rung).find((trial) => isReady(trial, rung));
      if (next) return next;
    }
    return undefined;
  };
  for (;;) {
    // in the end, one trial must have run at the full budget
    const trial =
      promote() ?? startTrial() ?? (measuredAt(budgets.length - 1).length > 0 ? undefined : bestUnfinished());
    if (!trial) return trials;
    await runTrial(trial);
  }
}
