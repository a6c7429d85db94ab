/** The result of a cold-start evaluation: plain data, as `--json` prints it. */
import type { Estimate, Evaluation, ModelResult } from "../evaluation.ts";

/** Metrics over the number of answers, for one order of questions. */
export interface LearningCurve {
  readonly way: string;
  readonly points: readonly { readonly answers: number; readonly metrics: Readonly<Record<string, Estimate>> }[];
}

/** What one model does for new users. */
export interface ColdStartModel
  extends Pick<ModelResult, "name" | "model" | "config" | "seed" | "seconds" | "missing" | "failed"> {
  /** One for each order of questions; none where it failed. */
  readonly curves: readonly LearningCurve[];
}

/** What `coldStart` measured. */
export interface ColdStartResult
  extends Pick<Evaluation, "version" | "data" | "view" | "relevant" | "relevance" | "metrics"> {
  readonly split: {
    readonly name: string;
    readonly seed: number;
    readonly fingerprint: string;
    /** Training ratings, and test ratings of the users who are asked. */
    readonly train: number;
    readonly test: number;
    /** Users held out who are asked, and those left out because they have too few ratings. */
    readonly people: number;
    readonly left: number;
  };
  readonly answers: readonly number[];
  readonly ways: readonly { readonly name: string; readonly summary: string }[];
  readonly models: readonly ColdStartModel[];
}
