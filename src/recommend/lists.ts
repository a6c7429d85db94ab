import type { ProgressOptions } from "../data/progress.ts";

/** A list for every user of a data set, in the order of their indices. */
export interface Lists {
  readonly users: number;
  readonly k: number;
  /** int32 [users × k]: best first; −1 where there are fewer. */
  readonly items: Int32Array;
  /** float32 [users × k]: on the scale of whichever model chose the film; −Infinity where there is none. */
  readonly scores: Float32Array;
  /** int32 [users]: how many of the list the model chose; the fallback chose what comes after. */
  readonly chosen: Int32Array;
}

/** The columns that a table of lists may have; what `recommend` alone knows comes from `predicted` on. */
export const listColumns = [
  "user",
  "rank",
  "item",
  "title",
  "year",
  "genres",
  "ratings",
  "score",
  "source",
  "predicted",
  "rule",
  "confidence",
  "neighbours",
  "reason",
] as const;

/** A column of a table of lists. */
export type ListColumn = (typeof listColumns)[number];

/** Options of the table that lists are written to. */
export interface WriteListsOptions extends ProgressOptions {
  /** In this order; user, rank, item, score and source unless given. */
  readonly columns?: readonly ListColumn[];
}
