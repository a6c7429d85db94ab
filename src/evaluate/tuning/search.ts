/**
 * Trials one after the other, bad ones stopped early: successive halving (K. Jamieson, A. Talwalkar, AISTATS 2016) without rounds,
 * as in L. Li et al., "A system for massively parallel hyperparameter tuning" (ASHA), MLSys 2020. Everything begins at the
 * smallest budget; whatever is among the best quarter there goes on at the next.
 */
import { type Propose, proposer } from "./proposals.ts";
import type { Run, Trial, TuningResult } from "./result.ts";
import type { Dimension, Values } from "./search-space.ts";

export interface Search {
  readonly space: readonly Dimension[];
  /** Only a search by a model stops early. */
  readonly method: TuningResult["method"];
  /** The most that are tried. */
  readonly trials: number;
  readonly seed: number;
  readonly better: "higher" | "lower";
  /** Rising to 1. */
  readonly budgets: readonly number[];
}

/** One in so many goes on to the next budget, which is as many times larger. */
export const reduction = 4;

/** Measures settings; text: why they cannot be measured. */
export type Measure = (values: Values, budget: number, trial: number) => Promise<Run | string>;

interface Open extends Trial {
  readonly runs: Run[];
  failed?: string;
}

/** @throws USAGE where a grid has more points than trials, and what `measure` throws */
export async function search(options: Search, measure: Measure): Promise<readonly Trial[]> {
  const { space, method, seed, better } = options;
  const budgets = method === "model" ? options.budgets : [1];
  const trials: Open[] = [];
  const score = ({ runs }: Open, rung: number) => (better === "higher" ? runs[rung].value : -runs[rung].value);
  const run = async (trial: Open) => {
    const measured = await measure(trial.values, budgets[trial.runs.length], trials.indexOf(trial));
    if (typeof measured === "string") trial.failed = measured;
    else trial.runs.push(measured);
  };
  const measuredAt = (rung: number) =>
    trials.filter(({ runs }) => runs.length > rung).sort((a, b) => score(b, rung) - score(a, rung));
  const ready = ({ runs, failed }: Open, rung: number) => runs.length === rung + 1 && failed === undefined;
  const promoted = () => {
    for (let rung = budgets.length - 2; rung >= 0; rung--) {
      const all = measuredAt(rung);
      const next = all.slice(0, Math.floor(all.length / reduction)).find((trial) => ready(trial, rung));
      if (next) return next;
    }
    return undefined;
  };
  const propose: Propose = proposer(method, space, options.trials, seed);
  // those that came further before those that did not, which were worse at the same budget; what failed last
  const ranked = () => {
    const rungs = budgets.map((_, rung) => measuredAt(rung).filter(({ runs }) => runs.length === rung + 1));
    return [...rungs.reverse().flat(), ...trials.filter(({ runs }) => runs.length === 0)];
  };
  const proposed = () => {
    const values = trials.length < options.trials ? propose(ranked().map(({ values }) => values)) : undefined;
    if (values) trials.push({ values, runs: [] });
    return values && trials.at(-1);
  };
  // the best of those at the largest budget that any has come to
  const furthest = () => {
    for (let rung = budgets.length - 2; rung >= 0; rung--) {
      const next = measuredAt(rung).find((trial) => ready(trial, rung));
      if (next) return next;
    }
    return undefined;
  };
  for (;;) {
    // in the end somebody must have seen everything
    const trial = promoted() ?? proposed() ?? (measuredAt(budgets.length - 1).length > 0 ? undefined : furthest());
    if (!trial) return trials;
    await run(trial);
  }
}
