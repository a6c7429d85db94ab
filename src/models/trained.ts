import type { DatasetInfo } from "../data/dataset.ts";
import type { Json, State } from "./model.ts";

/** One of several trainings, each from where the one before it ended. */
export interface TrainingStage {
  /** Every setting, defaults filled in. */
  readonly config: Readonly<Record<string, Json>>;
  readonly seed: number;
  /** How sums were rounded: strict gives the same bytes on every machine, relaxed on one. */
  readonly arithmetic: "strict" | "relaxed";
  /** Fingerprint of the data it was fitted on. */
  readonly data: string;
  /** The version of Matinee that fitted it; absent from files written before it was kept. */
  readonly version?: string;
}

/** An earlier training of a model. */
export interface EarlierStage extends TrainingStage {
  /** How many of the model's losses are its own. */
  readonly epochs: number;
}

/** How a model was trained out of core. By the same plan, the same data and settings give the same bytes. */
export interface OutOfCoreRecord {
  /** Bytes that were read from disk at a time, about. */
  readonly segmentBytes: number;
  /** Segments of each side, where there were any. */
  readonly userSegments?: number;
  readonly itemSegments?: number;
}

/** How a model came about: enough to fit it again. */
export interface TrainingRecord extends TrainingStage {
  /** Absent where training was in memory. */
  readonly outOfCore?: OutOfCoreRecord;
  /** The trainings that this one went on from, the first one first; absent where it started anew. */
  readonly earlier?: readonly EarlierStage[];
  /** What was measured of models with the same settings. */
  readonly evaluation?: RecordedEvaluation;
}

/** What an evaluation found: models of the same settings, fitted to training parts of the same data, judged by what was held out. */
export interface RecordedEvaluation {
  /** The version of Matinee that measured. */
  readonly version: string;
  /** The name of the split: "per-user:0.8". */
  readonly split: string;
  readonly seed: number;
  /** How many ratings were trained on and how many held out, of how many users: means over the parts of the split. */
  readonly train: number;
  readonly test: number;
  readonly people: number;
  /**
   * Whose lists were judged: those that `recommend` returns ("shipped"), or the model's own ("model"). Absent from files of versions that
   * knew the model's own only.
   */
  readonly view?: "shipped" | "model";
  /** The lowest rating that makes a held-out item relevant. */
  readonly relevant: number;
  readonly metrics: readonly {
    readonly name: string;
    readonly mean: number;
    /** Interval of 95 %, where there is one. */
    readonly low?: number;
    readonly high?: number;
    /** How many users (for metrics of lists, folds) are averaged. */
    readonly n: number;
  }[];
}

/** A fitted model that predicts ratings for another, which ranks. */
export interface TrainedPredictor {
  readonly state: State;
  /** Every setting, defaults filled in. */
  readonly config: Readonly<Record<string, Json>>;
}

/** A fitted model with all it needs to answer by outside ids: what `fit` returns and an artifact holds. */
export interface Trained {
  readonly info: DatasetInfo;
  readonly state: State;
  readonly record: TrainingRecord;
  /** What predicts ratings, where it is not the model itself: fitted to the same data, with the same seed. */
  readonly predictor?: TrainedPredictor;
}
