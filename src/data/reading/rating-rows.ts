import { basename } from "node:path";
import { didYouMean } from "../../did-you-mean.ts";
import { MatineeError } from "../../errors.ts";
import { present } from "../../present.ts";
import { checkCancelled, type ProgressOptions } from "../progress.ts";
import { badRowError } from "./bad-row.ts";
import type { Encoding } from "./encoding.ts";
import type { RatingsTable } from "./layout.ts";
import { type IdNumbering, numericIdNumbering, textIdNumbering } from "./numbering.ts";
import { type NumericRowsOptions, readNumericRows, readWideRows } from "./numeric-rows.ts";
import { acceptedBy, createRatingList, type RatingArrays, type RatingSink, type SortedRatings } from "./rating-list.ts";
import type { RowChunk } from "./row-chunk.ts";
import { scanTable } from "./scan-table.ts";
import { type Column, withEncoding } from "./table.ts";
import { splitLabels } from "./values.ts";

/** Every valid rating of a table, its users and items as numbers of the two numberings. */
export type RatingRows = (RatingArrays | SortedRatings) & RowsRead;

/** What is known of a table's rows once they have been read. */
export interface RowsRead {
  readonly users: IdNumbering;
  readonly items: IdNumbering;
  /** Rows in the table, those skipped included. */
  readonly rows: number;
  readonly skipped: number;
  /** Rows left out as the mapping says: unrated, below the minimum, of a type without a weight. */
  readonly leftOut: number;
  /** Titles and genres in the table itself, by the number of the item. */
  readonly films: Map<number, { readonly title: string; readonly genres: readonly string[] }>;
  /** Of a text file that was read as text. */
  readonly encoding?: Encoding;
}

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
  options: NumericRowsOptions,
): Promise<RatingRows> {
  const rows = isPlain(ratings) ? await readNumericRows(ratings, options) : undefined;
  if (rows) return { ...rows, ...allRead(rows.values.length) };
  return readRows(ratings, lenient, options, () => createRatingList(ratings));
}

/** The same, without a rating in memory: each is given to a sink, of which a new one is made where the table is read again. */
export async function passRatingRows<Result>(
  ratings: RatingsTable,
  lenient: boolean,
  options: NumericRowsOptions,
  createSink: () => RatingSink<Result>,
): Promise<Result & RowsRead> {
  if (isPlain(ratings)) {
    const sink = createSink();
    const rows = await readWideRows(ratings, options, sink);
    checkCancelled(options.signal, `reading ${basename(ratings.table.path)}`);
    if (rows) return { ...rows, ...allRead(sink.length) };
  }
  return readRows(ratings, lenient, options, createSink);
}

/** Of a table whose rows are all ratings. */
function allRead(rows: number): Pick<RowsRead, "films" | "rows" | "skipped" | "leftOut"> {
  return { films: new Map(), rows, skipped: 0, leftOut: 0 };
}

async function readRows<Result>(
  ratings: RatingsTable,
  lenient: boolean,
  { signal, onProgress }: ProgressOptions,
  createSink: () => RatingSink<Result>,
): Promise<Result & RowsRead> {
  const known = { ...ratings, table: await withEncoding(ratings.table) };
  const textColumns = new Set<"user" | "item">();
  for (;;) {
    try {
      return await readAnyRows(known, textColumns, lenient, present({ signal, onProgress }), createSink());
    } catch (error) {
      if (!(error instanceof TextIds)) throw error;
      textColumns.add(error.which);
    }
  }
}

/** Whether every row of a table is a rating as it stands. */
function isPlain({ feedback, rating, title, unrated, minRating }: RatingsTable): boolean {
  return feedback === "ratings" && rating !== undefined && !title && unrated === undefined && minRating === undefined;
}

/** The rows of a table of any kind; the ids of `textColumns` are read as text. */
async function readAnyRows<Result>(
  ratings: RatingsTable,
  textColumns: ReadonlySet<"user" | "item">,
  lenient: boolean,
  progress: ProgressOptions,
  list: RatingSink<Result>,
): Promise<Result & RowsRead> {
  const { table, rating, time, event, title, genres } = ratings;
  const userColumn: Column = textColumns.has("user") ? { ...ratings.user, as: "text id" } : ratings.user;
  const itemColumn: Column = textColumns.has("item") ? { ...ratings.item, as: "text id" } : ratings.item;
  const columns = [userColumn, itemColumn];
  const place = (column: Column | undefined) => (column === undefined ? -1 : columns.push(column) - 1);
  const at = {
    rating: place(rating),
    time: place(time),
    event: place(event),
    title: place(title),
    genres: place(genres),
  };
  const users = createIdReader(userColumn, 0);
  const items = createIdReader(itemColumn, 1);
  const amounts = createAmounts(ratings);
  const films: RatingRows["films"] = new Map();
  let rows = 0;
  let skipped = 0;

  const { broken, encoding } = await scanTable(table, columns, { lenient, ...progress }, (chunk) => {
    rows += chunk.rowCount;
    users.open(chunk);
    items.open(chunk);
    const values = at.rating < 0 ? undefined : chunk.numbers(at.rating);
    const times = at.time < 0 ? undefined : chunk.numbers(at.time);
    const events = at.event < 0 ? undefined : chunk.texts(at.event);
    const titles = at.title < 0 ? undefined : chunk.texts(at.title);
    const labels = at.genres < 0 ? undefined : chunk.texts(at.genres);
    for (let n = 0; n < chunk.rowCount; n++) {
      const amount = amounts.of(values ? values[n] : 1, events?.[n]);
      if (amount === undefined) continue;
      // A row that is refused leaves no trace: neither its ids nor their kind count.
      const seconds = times ? times[n] : 0;
      if (list.accepts(amount, seconds)) {
        const [user, item] = [users.check(n), items.check(n)];
        if (user !== "missing" && item !== "missing") {
          if (user === "text") throw new TextIds("user");
          if (item === "text") throw new TextIds("item");
          const itemNumber = items.numberAt(n);
          list.add(users.numberAt(n), itemNumber, amount, seconds);
          const name = titles?.[n];
          if (name && !films.has(itemNumber)) films.set(itemNumber, { title: name, genres: splitLabels(labels?.[n]) });
          continue;
        }
      }
      skipped++;
      if (!lenient) throw badRowError(ratings, columns, chunk, n);
      if (chunk.source?.(n).spansLines) throw unknownLossError(chunk.place(n));
    }
  });
  const leftOut = amounts.finish();
  if (list.length === 0) {
    const why =
      rows + broken === 0
        ? "holds no ratings"
        : leftOut > 0
          ? `holds no rating that is not left out, in its ${rows + broken} rows`
          : `holds no readable rating in its ${rows + broken} rows`;
    throw new MatineeError("DATA_EMPTY", `${basename(table.path)} ${why}`);
  }
  checkCancelled(progress.signal, `reading ${basename(table.path)}`);
  return {
    users: users.numbering,
    items: items.numbering,
    films,
    ...list.finish(),
    rows: rows + broken,
    skipped: skipped + broken,
    leftOut,
    ...present({ encoding }),
  };
}

/** A row as it is understood. */
export interface UnderstoodRow {
  readonly user?: string;
  readonly item?: string;
  /** The rating, or the amount of the event by its weight. */
  readonly rating?: number;
  readonly event?: string;
  /** Seconds since 1970, or in the finer unit of the file. */
  readonly time?: number;
  /** Whether it is left out, as the mapping says. */
  readonly isLeftOut: boolean;
  /** Why it cannot be read. */
  readonly problem?: string;
}

/** Thrown and caught in this file: enough has been read. */
class Enough {}

/** The first rows of a table, those that cannot be read or are left out too. @throws DATA_LAYOUT, DATA_ENCODING */
export async function readFirstRows(
  ratings: RatingsTable,
  limit: number,
): Promise<{ rows: UnderstoodRow[]; encoding?: Encoding }> {
  const { table, time, event } = ratings;
  const columns = [ratings.user, ratings.item].map((column): Column => ({ ...column, as: "text id" }));
  const place = (column: Column | undefined) => (column === undefined ? -1 : columns.push(column) - 1);
  const at = { rating: place(ratings.rating), time: place(time), event: place(event) };
  const accepts = acceptedBy(ratings);
  const amounts = createAmounts(ratings);
  const rows: UnderstoodRow[] = [];
  let encoding: Encoding | undefined;
  try {
    ({ encoding } = await scanTable(table, columns, {}, (chunk) => {
      const values = at.rating < 0 ? undefined : chunk.numbers(at.rating);
      const times = at.time < 0 ? undefined : chunk.numbers(at.time);
      for (let n = 0; n < chunk.rowCount; n++) {
        if (rows.length === limit) throw new Enough();
        const [user, item] = [chunk.texts(0)[n] ?? undefined, chunk.texts(1)[n] ?? undefined];
        const type = (at.event < 0 ? undefined : chunk.texts(at.event)[n]) ?? undefined;
        const rating = amounts.of(values ? values[n] : 1, type);
        const isLeftOut = rating === undefined;
        const isGood = isLeftOut || (user !== undefined && item !== undefined && accepts(rating, times?.[n] ?? 0));
        if (!isGood) {
          rows.push({
            isLeftOut,
            problem: badRowError(ratings, columns, chunk, n).message,
            ...present({ user, item }),
          });
        } else {
          rows.push({ isLeftOut, ...present({ user, item, rating, event: type, time: times?.[n] }) });
        }
      }
    }));
  } catch (error) {
    if (error instanceof MatineeError && error.code === "DATA_ROW") {
      rows.push({ isLeftOut: false, problem: error.message });
    } else if (!(error instanceof Enough)) throw error;
  }
  return { rows, ...present({ encoding }) };
}

/** What the rows of a table count, and which are left out. */
interface Amounts {
  /** A row's rating or amount; undefined where it is left out, not finite where it is wrong. */
  of(value: number, event: string | null | undefined): number | undefined;
  /** The number of rows left out. @throws DATA_COLUMN where a type that has a weight does not occur */
  finish(): number;
}

function createAmounts({ table, event, feedback, weights, unrated, minRating }: RatingsTable): Amounts {
  const seen = new Set<string>();
  let leftOut = 0;
  function amountOf(value: number, type: string | null | undefined): number | undefined {
    if (value === unrated || (Number.isNaN(value) && Number.isNaN(unrated))) return undefined;
    // An event without an amount is one event.
    const one = feedback === "events" && Number.isNaN(value) ? 1 : value;
    if (minRating !== undefined && one < minRating) return undefined;
    if (feedback === "ratings") return one;
    if (type) seen.add(type);
    const weight = weights === undefined ? 1 : weights.get(type ?? "");
    // What single precision does not tell from 0 is no event.
    if (weight === undefined || Math.fround(one * weight) === 0) return undefined;
    return one < 0 ? Number.NEGATIVE_INFINITY : one * weight;
  }
  return {
    of(value, type) {
      const amount = amountOf(value, type);
      if (amount === undefined) leftOut++;
      return amount;
    },
    finish() {
      for (const type of weights?.keys() ?? []) {
        if (seen.has(type)) continue;
        throw new MatineeError("DATA_COLUMN", `${basename(table.path)}: no ${event!.name} is ${JSON.stringify(type)}`, {
          fix: `${didYouMean(type, [...seen])}its types are ${[...seen].slice(0, 10).join(", ")}`,
        });
      }
      return leftOut;
    },
  };
}

/** What looks like one row may be several with a quote too many. */
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
