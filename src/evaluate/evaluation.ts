/** The result of an evaluation: plain data, as `--json` prints it and a report shows it. */
import type { ErrorCode } from "../errors.ts";
import type { Json } from "../models/model.ts";

/**
 * Which lists are judged: "shipped", those that `recommend` returns, where the fallback fills what a model cannot; or "model", the
 * model's own, where places that it leaves empty are misses.
 */
export type View = "shipped" | "model";

/** A metric's value. */
export interface Estimate {
  /** Over the users that the metric averages; for metrics of lists, over the folds. */
  readonly mean: number;
  /** Standard error, with users as the sample. Absent for metrics of lists, and where one user is averaged. */
  readonly se?: number;
  /** Bootstrap interval of 95 %, over resampled users. Absent where `se` is. */
  readonly low?: number;
  readonly high?: number;
  /** How many users (for metrics of lists, folds) are averaged. */
  readonly n: number;
}

/** Root mean squared error among users of similar activity, or films of similar popularity. */
export interface Slice {
  /** Training ratings of the user or film, both ends included; the last class has no upper end. */
  readonly from: number;
  readonly to?: number;
  /** Held-out ratings in the slice. */
  readonly n: number;
  readonly rmse: number;
}

/** One model on one split. */
export interface ModelResult {
  /** Unique among the models: "als", "als factors=32". */
  readonly name: string;
  readonly model: string;
  readonly config: Readonly<Record<string, Json>>;
  readonly seed: number;
  readonly seconds: { readonly fit: number; readonly answer: number };
  /**
   * Where a journal had kept measurements, wholly or for some folds: when the oldest of them was made, as an ISO date and time. The
   * seconds are of then. Absent where everything was measured in this run.
   */
  readonly kept?: string;
  /** By name: "ndcg@10". In the view that the evaluation names. */
  readonly metrics: Readonly<Record<string, Estimate>>;
  /** The same in the other view. A metric is absent where it has nobody to average. */
  readonly otherView: Readonly<Record<string, Estimate>>;
  /** How many lists of `Evaluation.listLength` items the model could not fill: a mean over the parts of the split. Absent where that is. */
  readonly unfilled?: number;
  /** Why the model has no value of a metric, by the metric's name. */
  readonly missing: Readonly<Record<string, string>>;
  /** The error that ended its measurement. Its seconds are 0, and it has no value of any metric. Absent where all went well. */
  readonly failed?: Failure;
  /** Absent where the model predicts no ratings. */
  readonly slices?: { readonly activity: readonly Slice[]; readonly popularity: readonly Slice[] };
}

/** Why a contender has no values. */
export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly fix: string;
  /** Whether it was not begun: there is too little memory for it, or the run was cancelled before. */
  readonly leftOut?: true;
}

/** A paired test over users: one model against the best one under a metric. */
export interface PairedTest {
  readonly metric: string;
  readonly best: string;
  readonly name: string;
  /** The mean of the best minus the mean of this one. */
  readonly difference: number;
  readonly p: number;
  /** p, adjusted by Holm over all tests of this metric. */
  readonly adjusted: number;
}

/** A comparison of models as plain data: what `matinee compare --json` prints. */
export interface Evaluation {
  readonly version: string;
  readonly data: {
    readonly name: string;
    readonly fingerprint: string;
    readonly users: number;
    readonly items: number;
    readonly ratings: number;
  };
  readonly split: {
    readonly name: string;
    readonly seed: number;
    /** One for each part of the splits (one, or as many as there are folds). */
    readonly fingerprints: readonly string[];
    readonly train: number;
    readonly test: number;
    /** Users with held-out ratings. `train`, `test` and `people` are means over the parts. */
    readonly people: number;
    /**
     * How many of `test` are of the same moment as a rating that their user is known by, so that a tie in time was broken to hold them out.
     * Of splits that hold out each user's latest ratings; a mean over the parts.
     */
    readonly tied?: number;
  };
  /** Whose lists `ModelResult.metrics`, the tests and the standings judge. */
  readonly view: View;
  /** How many of the people judged had no profile to be asked with: a mean over the parts of the split. */
  readonly withoutHistory: number;
  /** Length of the lists that `ModelResult.unfilled` counts. Absent where no metric looks at lists. */
  readonly listLength?: number;
  /** The lowest rating that makes a held-out film relevant. */
  readonly relevant: number;
  /** The same in words: "rated 4 or higher, the upper quarter of the scale", "every held-out event". */
  readonly relevance: string;
  /** In the order in which they were asked for. */
  readonly metrics: readonly {
    readonly name: string;
    readonly summary: string;
    readonly better?: "higher" | "lower";
  }[];
  readonly models: readonly ModelResult[];
  /** Absent where there is one model. */
  readonly versus?: readonly PairedTest[];
}
