import type { DatasetInfo } from "../data/dataset.ts";
import type { Json, State } from "./model.ts";

/** How a model came about: enough to fit it again. */
export interface TrainingRecord {
  /** Every setting, defaults filled in. */
  readonly config: Readonly<Record<string, Json>>;
  readonly seed: number;
  /** How sums were rounded: strict gives the same bytes on every machine, relaxed on one. */
  readonly arithmetic: "strict" | "relaxed";
  /** Fingerprint of the data it was fitted on. */
  readonly data: string;
}

/** A fitted model with all it needs to answer by outside ids: what `fit` returns and an artifact holds. */
export interface Trained {
  readonly info: DatasetInfo;
  readonly state: State;
  readonly record: TrainingRecord;
}
