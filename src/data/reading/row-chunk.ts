import type { ProgressOptions } from "../progress.ts";

/** Some rows of a table, by the position of a column among those that are read. */
export interface RowChunk {
  readonly rowCount: number;
  /** Numbers, ids or times: NaN stands for a missing value, ±Infinity for one that is no such number. */
  numbers(position: number): Float64Array;
  /** Values as written; null where missing. */
  texts(position: number): readonly (string | null)[];
  /** The position of a row in the file, for messages: "ratings.csv row 81 (line 82)". */
  place(row: number): string;
}

export interface ScanOptions extends ProgressOptions {
  /** Skip rows with a wrong number of fields instead of failing. */
  readonly lenient?: boolean;
}
