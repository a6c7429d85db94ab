/** What an evaluation finds: plain data, as `--json` prints it and a report shows it. */
import type { Json } from "../models/model.ts";

/** A metric's value. */
export interface Estimate {
  /** Over the people that the metric averages; of all lists together for metrics of lists. */
  readonly mean: number;
  /** Standard error, people being the sample. Absent for metrics of lists and of a single person. */
  readonly se?: number;
  /** Bootstrap interval of 95 %, people resampled. Absent likewise. */
  readonly low?: number;
  readonly high?: number;
  /** How many people are averaged. */
  readonly n: number;
}

/** Root mean squared error among people of like activity, or films of like popularity. */
export interface Slice {
  /** Number of training ratings, both included; the last class has no upper end. */
  readonly from: number;
  readonly to?: number;
  /** Held-out ratings in the slice. */
  readonly n: number;
  readonly rmse: number;
}

/** One model under one split. */
export interface ModelResult {
  /** Tells it from the others: the model's name, or "als factors=32". */
  readonly name: string;
  readonly model: string;
  readonly config: Readonly<Record<string, Json>>;
  readonly seed: number;
  readonly seconds: { readonly fit: number; readonly answer: number };
  /** By name: "ndcg@10". */
  readonly metrics: Readonly<Record<string, Estimate>>;
  /** Metrics that the model has no answer to, and why. */
  readonly missing: Readonly<Record<string, string>>;
  /** Where the model predicts ratings. */
  readonly slices?: { readonly activity: readonly Slice[]; readonly popularity: readonly Slice[] };
}

/** A model against the best under one metric: a paired test over people. */
export interface PairedTest {
  readonly metric: string;
  readonly best: string;
  readonly name: string;
  /** Of the means: the best's less this one's. */
  readonly difference: number;
  readonly p: number;
  /** By Holm, over all models under this metric. */
  readonly adjusted: number;
}

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
    /** Of several parts (k-fold), one each. */
    readonly fingerprints: readonly string[];
    readonly train: number;
    readonly test: number;
    /** People with held-out ratings. */
    readonly people: number;
  };
  /** Held-out films rated at least so are relevant. */
  readonly relevant: number;
  /** As asked for, in order. */
  readonly metrics: readonly {
    readonly name: string;
    readonly summary: string;
    readonly better?: "higher" | "lower";
  }[];
  readonly models: readonly ModelResult[];
  /** Absent of a single model. */
  readonly versus?: readonly PairedTest[];
}
