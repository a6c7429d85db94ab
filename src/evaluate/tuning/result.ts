/** What tuning finds: plain data, as `--json` prints it. */
import type { Json } from "../../models/model.ts";
import type { Evaluation } from "../evaluation.ts";

/** What settings were measured at. */
export interface Run {
  /** Share of the people of the validation part, both to train on and to judge by. */
  readonly budget: number;
  /** Of the metric, over these people. */
  readonly value: number;
  readonly se?: number;
  /** To fit and to answer. */
  readonly seconds: number;
}

/** One choice of settings. */
export interface Trial {
  /** Of the settings that are searched. */
  readonly values: Readonly<Record<string, Json>>;
  /** By rising budget; those after the last were saved by stopping early. */
  readonly runs: readonly Run[];
  /** Why there are no more runs, where the settings could not be measured. */
  readonly failed?: string;
}

export interface TuningResult {
  readonly version: string;
  readonly model: string;
  readonly metric: string;
  readonly better: "higher" | "lower";
  readonly method: "grid" | "random" | "model";
  readonly seed: number;
  /** What was searched, by setting: "10~500". */
  readonly space: Readonly<Record<string, string>>;
  /** How the training part was divided again: all that the search saw. */
  readonly validation: {
    readonly name: string;
    readonly seed: number;
    readonly fingerprint: string;
    readonly train: number;
    readonly test: number;
    readonly people: number;
  };
  /** Shares of the people, rising to 1. */
  readonly budgets: readonly number[];
  /** The settings as they were, on all of the validation part. */
  readonly usual: Run;
  /** In the order in which they were chosen. */
  readonly trials: readonly Trial[];
  readonly best: {
    /** Values of the settings searched; none where no trial was better than the settings as they were. */
    readonly values: Readonly<Record<string, Json>>;
    /** Every setting. */
    readonly config: Readonly<Record<string, Json>>;
    readonly run: Run;
  };
  /** The best settings and those as they were, trained on the whole training part and judged once by the test part. */
  readonly final: Evaluation;
}
