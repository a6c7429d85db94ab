import { present } from "../../present.ts";
import type { ProgressOptions } from "../progress.ts";
import type { Encoding } from "./encoding.ts";
import type { Column } from "./table.ts";
import { valuesAs } from "./values.ts";

/** Some rows of a table, by the position of a column among those that are read. */
export interface RowChunk {
  readonly rowCount: number;
  /** Numbers, ids or times: NaN stands for a missing value, ±Infinity for one that is no such number. */
  numbers(position: number): Float64Array;
  /** Values as written; null where missing. */
  texts(position: number): readonly (string | null)[];
  /** The position of a row in the file, for messages: "ratings.csv row 81 (line 82)". */
  place(row: number): string;
  /** Of a text file: the number of a row in it, and whether one of the values that are read holds a line break. */
  source?(row: number): RowSource;
}

export interface RowSource {
  readonly row: number;
  readonly spansLines: boolean;
}

export interface ScanOptions extends ProgressOptions {
  /** Skip rows with a wrong number of fields instead of failing. */
  readonly lenient?: boolean;
}

/** What is known of a table once all of it has been read. */
export interface ScanResult {
  /** Broken rows that were skipped; 0 unless lenient. */
  readonly broken: number;
  /** Of a text file. */
  readonly encoding?: Encoding;
}

/** Rows by the texts of their columns. */
export function textChunk(
  columns: readonly Column[],
  texts: readonly (readonly (string | null)[])[],
  decimalComma: boolean,
  place: (row: number) => string,
  source?: (row: number) => RowSource,
): RowChunk {
  return {
    rowCount: texts[0]?.length ?? 0,
    numbers: (position) => valuesAs(columns[position].as, texts[position], decimalComma),
    texts: (position) => texts[position],
    place,
    ...present({ source }),
  };
}
