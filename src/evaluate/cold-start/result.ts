/** What a cold start finds: plain data, as `--json` prints it. */
import type { Estimate, Evaluation, ModelResult } from "../evaluation.ts";

/** Accuracy over the number of answers, for one way to ask. */
export interface Curve {
  readonly way: string;
  readonly points: readonly { readonly answers: number; readonly metrics: Readonly<Record<string, Estimate>> }[];
}

export interface LearningModel extends Pick<ModelResult, "name" | "model" | "config" | "seed" | "seconds" | "missing"> {
  /** One for every way to ask. */
  readonly curves: readonly Curve[];
}

export interface ColdStartResult extends Pick<Evaluation, "version" | "data" | "relevant" | "metrics"> {
  readonly split: {
    readonly name: string;
    readonly seed: number;
    readonly fingerprint: string;
    /** Training ratings, and ratings that judge. */
    readonly train: number;
    readonly test: number;
    /** People held out and asked; others have too few ratings. */
    readonly people: number;
    readonly left: number;
  };
  readonly answers: readonly number[];
  readonly ways: readonly { readonly name: string; readonly summary: string }[];
  readonly models: readonly LearningModel[];
}
