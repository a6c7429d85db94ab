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

/** Lists of users one after another: the first is that of user `from`. */
export interface PartOfLists {
  readonly from: number;
  readonly lists: Lists;
}

/** Lists of no films. */
export function emptyLists(users: number, k: number): Lists {
  return {
    users,
    k,
    items: new Int32Array(users * k).fill(-1),
    scores: new Float32Array(users * k).fill(-Infinity),
    chosen: new Int32Array(users),
  };
}

/** Copies the list in row `from` of one into row `to` of the other. Both have lists of the same length. */
export function copyList(lists: Lists, from: number, to: Lists, row: number): void {
  const { k } = lists;
  to.items.set(lists.items.subarray(from * k, (from + 1) * k), row * k);
  to.scores.set(lists.scores.subarray(from * k, (from + 1) * k), row * k);
  to.chosen[row] = lists.chosen[from];
}

/** How many films there are in lists, and how many of them the model chose. */
export function countFilms({ items, chosen }: Lists): { readonly rows: number; readonly chosen: number } {
  return {
    rows: items.reduce((sum, item) => sum + (item < 0 ? 0 : 1), 0),
    chosen: chosen.reduce((sum, own) => sum + own, 0),
  };
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
