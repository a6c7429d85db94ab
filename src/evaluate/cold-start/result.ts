/** The result of a cold-start evaluation: plain data, as `--json` prints it. */
import type { Estimate, Evaluation, ModelResult, PairedTest } from "../evaluation.ts";
import type { QuestionWay } from "./question-ways.ts";

/** Metrics over the number of questions, for one way to ask. */
export interface LearningCurve {
  readonly way: string;
  readonly points: readonly {
    readonly questions: number;
    /** How many of them were about films that the user knows: the mean over users. */
    readonly answers: number;
    readonly metrics: Readonly<Record<string, Estimate>>;
  }[];
}

/** What one model does for new users. */
export interface ColdStartModel
  extends Pick<ModelResult, "name" | "model" | "config" | "seed" | "seconds" | "missing" | "failed"> {
  /** One for each way to ask; none where it failed. */
  readonly curves: readonly LearningCurve[];
  /** After each number of questions: the ways that ask about any films, tested against the best of them, whose names they go by. */
  readonly versus: readonly (PairedTest & { readonly questions: number })[];
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
  readonly questions: readonly number[];
  readonly ways: readonly Pick<QuestionWay, "name" | "summary" | "anyFilm">[];
  readonly models: readonly ColdStartModel[];
}
