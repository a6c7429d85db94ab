import { basename } from "node:path";
import type { DuckDBDataChunk } from "@duckdb/node-api";
import { MatineeError } from "../errors.ts";
import { type Times, timesLike } from "../matrix/csr.ts";
import type { RatingScale } from "./dataset.ts";
import { numberValues, textValues } from "./duckdb.ts";
import { type IdNumbering, numericIdNumbering, textIdNumbering } from "./numbering.ts";
import { scanNumbers } from "./plain.ts";
import { checkCancelled, type ProgressOptions } from "./progress.ts";
import { type Column, readRawValue, scanTable } from "./scan.ts";
import { describePosition, type TableFile } from "./table.ts";

/** Which table holds the ratings and which of its columns mean what. */
export interface RatingsTable {
  readonly table: TableFile;
  readonly user: Column;
  readonly item: Column;
  readonly rating: Column;
  readonly time?: Column;
  /** Ratings outside are errors. Without it, the scale is that of the data. */
  readonly scale?: RatingScale;
  /** Ids must be whole numbers, as in MovieLens; otherwise a column with any other id is read as text. */
  readonly numericIds: boolean;
}

/** All rows of a ratings table, each list in memory of its own. `userOf` and `itemOf` hold numbers of the two numberings, not final indices. */
export interface RatingRows {
  readonly users: IdNumbering;
  readonly items: IdNumbering;
  readonly userOf: Int32Array<ArrayBuffer>;
  readonly itemOf: Int32Array;
  readonly values: Float32Array;
  readonly times?: Times;
  readonly scale: RatingScale;
  /** Rows in the source, those skipped included. */
  readonly rows: number;
  readonly skipped: number;
}

/** Thrown inside only: a column that was hoped to hold numbers holds other ids. */
class TextIds {
  readonly which: "user" | "item";
  constructor(which: "user" | "item") {
    this.which = which;
  }
}

/** Thrown inside only: the first row that cannot be read, from 0. */
class BadRow {
  readonly row: number;
  constructor(row: number) {
    this.row = row;
  }
}

/** Reads and checks every row. @throws DATA_ROW, DATA_EMPTY, and what `scan` throws. */
export async function readRatingRows(
  source: RatingsTable,
  lenient: boolean,
  watch: ProgressOptions,
): Promise<RatingRows> {
  const plain = await readPlainRows(source, watch);
  if (plain) return plain;
  const textual = new Set<"user" | "item">();
  for (;;) {
    try {
      return await readRows(source, textual, lenient, watch);
    } catch (error) {
      if (!(error instanceof TextIds)) throw error;
      textual.add(error.which);
    }
  }
}

/** All rows if every one is good and plainly written. */
async function readPlainRows(source: RatingsTable, watch: ProgressOptions): Promise<RatingRows | undefined> {
  const { table, user, item, rating, time } = source;
  const users = numericIdNumbering();
  const items = numericIdNumbering();
  const kept = keeper(source);
  const whole = await scanNumbers(table, watch, (fields) => {
    const userId = fields[user.at];
    const itemId = fields[item.at];
    if (!Number.isInteger(userId) || !Number.isInteger(itemId)) return false;
    return kept.keep(users.numberOf(userId), items.numberOf(itemId), fields[rating.at], time ? fields[time.at] : 0);
  });
  if (!whole || kept.length === 0) return undefined;
  checkCancelled(watch.signal, `reading ${basename(table.path)}`);
  return { users, items, ...kept.finish(), rows: kept.length, skipped: 0 };
}

/** Rows of a table of any kind. */
async function readRows(
  source: RatingsTable,
  textual: ReadonlySet<"user" | "item">,
  lenient: boolean,
  watch: ProgressOptions,
): Promise<RatingRows> {
  const { table, rating, time } = source;
  const userColumn: Column = textual.has("user") ? { ...source.user, as: "text" } : source.user;
  const itemColumn: Column = textual.has("item") ? { ...source.item, as: "text" } : source.item;
  const columns = [userColumn, itemColumn, rating, ...(time ? [time] : [])];
  const users = idReader(userColumn, 0);
  const items = idReader(itemColumn, 1);
  const kept = keeper(source);
  let rows = 0;
  let skipped = 0;

  const broken = await scanTable(table, columns, { lenient, ...watch }, (chunk, firstRow) => {
    rows = firstRow + chunk.rowCount;
    users.open(chunk);
    items.open(chunk);
    const ratings = numberValues(chunk, 2);
    const seconds = time ? numberValues(chunk, 3) : undefined;
    for (let n = 0; n < chunk.rowCount; n++) {
      const user = users.number(n);
      const item = items.number(n);
      if (!source.numericIds && user === notANumber) throw new TextIds("user");
      if (!source.numericIds && item === notANumber) throw new TextIds("item");
      if (kept.keep(user, item, ratings[n], seconds ? seconds[n] : 0)) continue;
      skipped++;
      if (!lenient) throw new BadRow(firstRow + n);
    }
  }).catch(async (error) => {
    throw error instanceof BadRow ? await badRow(source, columns, error.row) : error;
  });
  if (kept.length === 0) {
    const why = rows + broken === 0 ? "holds no ratings" : `holds no readable rating in its ${rows + broken} rows`;
    throw new MatineeError("DATA_EMPTY", `${basename(table.path)} ${why}`);
  }
  checkCancelled(watch.signal, `reading ${basename(table.path)}`);
  return {
    users: users.numbering,
    items: items.numbering,
    ...kept.finish(),
    rows: rows + broken,
    skipped: skipped + broken,
  };
}

/** Keeps the ratings that are good. */
function keeper({ table, time, scale }: RatingsTable) {
  // A first guess: memory that is not written to takes no room, so that too much costs nothing and too little a copy.
  let room = Math.ceil(1.1 * (table.rowsEstimate ?? 0)) + 1000;
  let userOf = new Int32Array(room);
  let itemOf = new Int32Array(room);
  let values = new Float32Array(room);
  let times: Times = new Uint32Array(time ? room : 0);
  let length = 0;
  const { min, max } = scale ?? { min: -largest, max: largest };
  const seen = { min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY, step: 1 };

  function grow(): void {
    room = Math.ceil(1.5 * room);
    userOf = copied(userOf, new Int32Array(room));
    itemOf = copied(itemOf, new Int32Array(room));
    values = copied(values, new Float32Array(room));
    if (time) times = copied(times, timesLike(times, room));
  }
  return {
    get length() {
      return length;
    },
    /** False for what is no rating: a negative number of user or item, a value off the scale, a time that is none. */
    keep(user: number, item: number, value: number, seconds: number): boolean {
      // Written so that NaN fails too.
      if (!(user >= 0 && item >= 0 && value >= min && value <= max && Number.isFinite(seconds))) return false;
      if (length === room) grow();
      userOf[length] = user;
      itemOf[length] = item;
      values[length] = value;
      if (time) {
        if (seconds !== seconds >>> 0 && times instanceof Uint32Array) {
          times = copied<Times>(times, new Float64Array(room));
        }
        times[length] = seconds;
      }
      length++;
      if (scale) return true;
      if (value < seen.min) seen.min = value;
      if (value > seen.max) seen.max = value;
      if (seen.step > 0 && value % seen.step !== 0) seen.step = value % 0.5 === 0 ? 0.5 : 0;
      return true;
    },
    finish() {
      return {
        userOf: userOf.subarray(0, length),
        itemOf: itemOf.subarray(0, length),
        values: values.subarray(0, length),
        ...(time ? { times: times.subarray(0, length) } : {}),
        scale: scale ?? seen,
      };
    },
  };
}

function copied<T extends Int32Array | Float32Array | Times>(from: T, to: T): T {
  to.set(from);
  return to;
}

/** Ratings are kept in single precision. */
const largest = 3.4e38;

const missing = -1;
const notANumber = -2;

/** Turns one id column of a chunk into numbers of a numbering; `missing` and `notANumber` where that cannot be. */
interface IdReader {
  readonly numbering: IdNumbering;
  open(chunk: DuckDBDataChunk): void;
  number(row: number): number;
}

function idReader(column: Column, position: number): IdReader {
  if (column.as === "text") {
    const numbering = textIdNumbering();
    let ids: (string | null)[] = [];
    return {
      numbering,
      open(chunk) {
        ids = textValues(chunk, position);
      },
      number(row) {
        const id = ids[row];
        return id === null ? missing : numbering.numberOf(id);
      },
    };
  }
  const numbering = numericIdNumbering();
  let ids: Float64Array = new Float64Array(0);
  return {
    numbering,
    open(chunk) {
      ids = numberValues(chunk, position);
    },
    number(row) {
      const id = ids[row];
      if (Number.isSafeInteger(id)) return numbering.numberOf(id);
      return Number.isNaN(id) ? missing : notANumber;
    },
  };
}

/** The error for the first bad row; `row` counts from 0. */
async function badRow(source: RatingsTable, columns: readonly Column[], row: number): Promise<MatineeError> {
  const place = await describePosition(source.table, { row: row + 1 });
  for (const column of columns) {
    const raw = await readRawValue(source.table, column, row);
    const what = raw === null ? "is missing" : complaint(source, column, raw);
    if (what === undefined) continue;
    const value = raw === null ? "" : ` ${JSON.stringify(raw)}`;
    const fix = what.includes("outside")
      ? { fix: "correct it, skip such rows with --lenient, or name another scale with --scale" }
      : {};
    return new MatineeError("DATA_ROW", `${place}: ${column.name}${value} ${what}`, fix);
  }
  return new MatineeError("DATA_ROW", `${place}: cannot be read`);
}

function complaint({ scale, user, item, rating }: RatingsTable, column: Column, raw: string): string | undefined {
  if (column.as === "text") return undefined;
  const value = raw.trim() === "" ? Number.NaN : Number(raw);
  if (column.at === user.at || column.at === item.at) {
    return Number.isSafeInteger(value) ? undefined : "is not a whole number";
  }
  if (column.at !== rating.at) {
    return Number.isFinite(value) || !Number.isNaN(Date.parse(raw)) ? undefined : "is not a time";
  }
  if (!Number.isFinite(value)) return "is not a number";
  if (Math.abs(value) > largest) return "is too large";
  return scale && (value < scale.min || value > scale.max) ? `is outside ${scale.min}–${scale.max}` : undefined;
}
