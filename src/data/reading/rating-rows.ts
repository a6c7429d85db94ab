import { basename } from "node:path";
import { MatineeError } from "../../errors.ts";
import { present } from "../../present.ts";
import { checkCancelled, type ProgressOptions } from "../progress.ts";
import { badRowError } from "./bad-row.ts";
import type { RatingsTable } from "./layout.ts";
import { type IdNumbering, numericIdNumbering, textIdNumbering } from "./numbering.ts";
import { type NumericRowsOptions, readNumericRows } from "./numeric-rows.ts";
import { createRatingList, type RatingArrays, type SortedRatings } from "./rating-list.ts";
import type { RowChunk } from "./row-chunk.ts";
import { scanTable } from "./scan-table.ts";
import type { Column } from "./table.ts";

/** Every valid rating of a table, its users and items as numbers of the two numberings. */
export type RatingRows = (RatingArrays | SortedRatings) & {
  readonly users: IdNumbering;
  readonly items: IdNumbering;
  /** Rows in the table, those skipped included. */
  readonly rows: number;
  readonly skipped: number;
};

/** Thrown and caught in this file: a column that was read as numbers holds other ids. */
class TextIds {
  readonly which: "user" | "item";
  constructor(which: "user" | "item") {
    this.which = which;
  }
}

/** Reads and checks every row. @throws DATA_ROW, DATA_EMPTY, and what `scanTable` throws */
export async function readRatingRows(
  ratings: RatingsTable,
  lenient: boolean,
  { threads, pieces, ...progress }: NumericRowsOptions,
): Promise<RatingRows> {
  const rows = await readNumericRows(ratings, present({ threads, pieces, ...progress }));
  if (rows) return { ...rows, rows: rows.values.length, skipped: 0 };
  const textColumns = new Set<"user" | "item">();
  for (;;) {
    try {
      return await readAnyRows(ratings, textColumns, lenient, progress);
    } catch (error) {
      if (!(error instanceof TextIds)) throw error;
      textColumns.add(error.which);
    }
  }
}

/** The rows of a table of any kind; the ids of `textColumns` are read as text. */
async function readAnyRows(
  ratings: RatingsTable,
  textColumns: ReadonlySet<"user" | "item">,
  lenient: boolean,
  progress: ProgressOptions,
): Promise<RatingRows> {
  const { table, rating, time } = ratings;
  const userColumn: Column = textColumns.has("user") ? { ...ratings.user, as: "text id" } : ratings.user;
  const itemColumn: Column = textColumns.has("item") ? { ...ratings.item, as: "text id" } : ratings.item;
  const columns = [userColumn, itemColumn, rating, ...(time ? [time] : [])];
  const users = createIdReader(userColumn, 0);
  const items = createIdReader(itemColumn, 1);
  const list = createRatingList(ratings);
  let rows = 0;
  let skipped = 0;

  const broken = await scanTable(table, columns, { lenient, ...progress }, (chunk) => {
    rows += chunk.rowCount;
    users.open(chunk);
    items.open(chunk);
    const values = chunk.numbers(2);
    const times = time ? chunk.numbers(3) : undefined;
    for (let n = 0; n < chunk.rowCount; n++) {
      // A row that is refused leaves no trace: neither its ids nor their kind count.
      const seconds = times ? times[n] : 0;
      if (list.accepts(values[n], seconds)) {
        const [user, item] = [users.check(n), items.check(n)];
        if (user !== "missing" && item !== "missing") {
          if (!ratings.numericIds && user === "text") throw new TextIds("user");
          if (!ratings.numericIds && item === "text") throw new TextIds("item");
          if (user === "id" && item === "id") {
            list.add(users.numberAt(n), items.numberAt(n), values[n], seconds);
            continue;
          }
        }
      }
      skipped++;
      if (!lenient) throw badRowError(ratings, columns, chunk, n);
      if (spansLines(columns, chunk, n)) throw unknownLossError(chunk.place(n));
    }
  });
  if (list.length === 0) {
    const why = rows + broken === 0 ? "holds no ratings" : `holds no readable rating in its ${rows + broken} rows`;
    throw new MatineeError("DATA_EMPTY", `${basename(table.path)} ${why}`);
  }
  checkCancelled(progress.signal, `reading ${basename(table.path)}`);
  return {
    users: users.numbering,
    items: items.numbering,
    ...list.finish(),
    rows: rows + broken,
    skipped: skipped + broken,
  };
}

/** Whether a value that is read holds a line break: what looks like one row may be several with a quote too many. */
function spansLines(columns: readonly Column[], chunk: RowChunk, row: number): boolean {
  return columns.some((_, position) => /[\r\n]/.test(chunk.texts(position)[row] ?? ""));
}

function unknownLossError(place: string): MatineeError {
  return new MatineeError(
    "DATA_ROW",
    `${place}: a value holds several lines, and how many rows they are is not known`,
    {
      fix: "correct the quotes of this row",
    },
  );
}

/** Numbers the ids in one column of a chunk. */
interface IdReader {
  readonly numbering: IdNumbering;
  open(chunk: RowChunk): void;
  /** What a row holds: an id of the column's kind, none, or text in a column of numbers. */
  check(row: number): "id" | "missing" | "text";
  /** The number of the id in a row that holds one. */
  numberAt(row: number): number;
}

function createIdReader(column: Column, position: number): IdReader {
  if (column.as === "text id") {
    const numbering = textIdNumbering();
    let ids: readonly (string | null)[] = [];
    return {
      numbering,
      open(chunk) {
        ids = chunk.texts(position);
      },
      check: (row) => (ids[row] === null ? "missing" : "id"),
      numberAt: (row) => numbering.numberOf(ids[row]!),
    };
  }
  const numbering = numericIdNumbering();
  let ids: Float64Array = new Float64Array(0);
  return {
    numbering,
    open(chunk) {
      ids = chunk.numbers(position);
    },
    check: (row) => (Number.isSafeInteger(ids[row]) ? "id" : Number.isNaN(ids[row]) ? "missing" : "text"),
    numberAt: (row) => numbering.numberOf(ids[row]),
  };
}
