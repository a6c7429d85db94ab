/** The result of tuning: plain data, as `--json` prints it. */
import type { Json } from "../../models/model.ts";
import type { Evaluation } from "../evaluation.ts";

/** One measurement of one choice of settings. */
export interface TrialRun {
  /** Share of the users of the validation part, for training and for testing. */
  readonly budget: number;
  /** The mean of the metric over these users. */
  readonly value: number;
  readonly se?: number;
  /** Share of the ratings that the model predicted itself, without a mean. Absent where the metric judges no predictions. */
  readonly coverage?: number;
  /** Fitting and answering. */
  readonly seconds: number;
  /** When it was measured, as an ISO date and time, where a journal had kept it. */
  readonly kept?: string;
}

/** One choice of settings. */
export interface Trial {
  /** Values of the settings that are searched. */
  readonly values: Readonly<Record<string, Json>>;
  /** By rising budget; there are none for later budgets where the trial was stopped early. */
  readonly runs: readonly TrialRun[];
  /** Why there are no more runs, where the settings could not be measured. */
  readonly failed?: string;
}

/** What `tune` found: every trial, and the test of the best. */
export interface TuningResult {
  readonly version: string;
  readonly model: string;
  readonly metric: string;
  readonly better: "higher" | "lower";
  readonly method: "grid" | "random" | "model";
  readonly seed: number;
  /** The range or the values of each setting that is searched: "10~500". */
  readonly space: Readonly<Record<string, string>>;
  /** How the training part was split again; the search sees nothing else. */
  readonly validation: {
    readonly name: string;
    readonly seed: number;
    readonly fingerprint: string;
    readonly train: number;
    readonly test: number;
    readonly people: number;
  };
  /** Shares of the users, rising to 1. */
  readonly budgets: readonly number[];
  /** The settings as they were before tuning, on all of the validation part. */
  readonly usual: TrialRun;
  /**
   * The least coverage of `best`: what was asked for or, otherwise, 99 % of what `usual` covers. Where no trial has it, `best` is the
   * settings as they were. Absent where the metric judges no predictions.
   */
  readonly leastCoverage?: number;
  /** In the order in which they were started. */
  readonly trials: readonly Trial[];
  readonly best: {
    /** Values of the settings searched; empty where no trial was better than the settings as they were. */
    readonly values: Readonly<Record<string, Json>>;
    /** Every setting. */
    readonly config: Readonly<Record<string, Json>>;
    readonly run: TrialRun;
  };
  /**
   * The settings to train with: the best ones if they are better on the test part than those as they were by more than chance (p < .05),
   * else those as they were. In the form of `best`; the name is that of the model in `final`.
   */
  readonly advised: {
    readonly name: string;
    readonly values: Readonly<Record<string, Json>>;
    readonly config: Readonly<Record<string, Json>>;
  };
  /** The best settings and those as they were, trained on the whole training part and evaluated once on the test part. */
  readonly final: Evaluation;
}
