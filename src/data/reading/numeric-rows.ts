import { basename } from "node:path";
import type { NumberRows } from "../../compute/kernels/numbers.ts";
import { present } from "../../present.ts";
import { ratingScaleOf } from "../dataset.ts";
import { checkCancelled, type ProgressOptions } from "../progress.ts";
import type { RatingsTable } from "./layout.ts";
import { type Numbering, numericIdNumbering } from "./numbering.ts";
import { createRatingList, type RatingArrays, type RatingSink, type SortedRatings } from "./rating-list.ts";
import { type ScanNumbersOptions, type SeenIds, scanNumbers } from "./scan-numbers.ts";

/** The ratings of a table of numbers, in the order of its rows. */
export type NumericRows = (RatingArrays | SortedRatings) & {
  readonly users: Numbering<number>;
  readonly items: Numbering<number>;
};

export interface NumericRowsOptions extends ProgressOptions, Pick<ScanNumbersOptions, "threads" | "pieces"> {}

/** The rows of a table that holds numbers alone, all of them valid ratings; undefined for any other table. @throws CANCELLED */
export async function readNumericRows(
  ratings: RatingsTable,
  options: NumericRowsOptions,
): Promise<NumericRows | undefined> {
  const narrow = await readNarrowRows(ratings, options);
  const rows = narrow === "too wide" ? await readWideRows(ratings, options, createRatingList(ratings)) : narrow;
  checkCancelled(options.signal, `reading ${basename(ratings.table.path)}`);
  return rows;
}

function positionsOf({ user, item, rating, time }: RatingsTable): ScanNumbersOptions["columns"] {
  return { user: user.at, item: item.at, ...present({ rating: rating?.at, time: time?.at }) };
}

/** Rows with ids and times that fit in 32 bits, as those of MovieLens do. */
async function readNarrowRows(
  ratings: RatingsTable,
  options: NumericRowsOptions,
): Promise<NumericRows | "too wide" | undefined> {
  const columns = createNarrowColumns(ratings);
  const seen = await scanNumbers(
    ratings.table,
    { columns: positionsOf(ratings), width: "narrow", ...options },
    columns.append,
  );
  if (seen === "too wide") return "too wide";
  return seen === "other" || columns.length === 0 ? undefined : columns.finish(seen);
}

/** Columns that grow. As long as users and their items ascend, as they do in MovieLens, each user is kept once. */
function createNarrowColumns({ table, time, scale }: RatingsTable) {
  // Memory that is not written to costs nothing, so the first capacity is generous: too little would cost a copy.
  let capacity = Math.ceil(1.1 * (table.rowsEstimate ?? 0)) + 1000;
  let userOf = new Int32Array(capacity);
  let itemOf = new Int32Array(capacity);
  let values = new Float32Array(capacity);
  let times = new Uint32Array(time ? capacity : 0);
  let length = 0;
  let ascends = true;
  /** While rows ascend: the number of users in `userOf`, and the first rating of each. */
  let users = 0;
  let starts = new Int32Array(capacity + 1);
  const range = scale ?? { min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY };

  return {
    get length() {
      return length;
    },
    /** Returns false, and appends nothing, where a rating is off the scale. */
    append(rows: NumberRows): boolean {
      if (rows.lowest < range.min || rows.highest > range.max) return false;
      if (length + rows.length > capacity) grow(length + rows.length);
      if (ascends && !continues(rows)) keepUsersByRow();
      if (ascends) appendUsers(rows);
      else userOf.set(rows.users, length);
      itemOf.set(rows.items, length);
      values.set(rows.ratings, length);
      if (time) times.set(rows.times, length);
      length += rows.length;
      return true;
    },
    finish(seen: SeenIds): NumericRows {
      const named = userOf.subarray(0, ascends ? users : length);
      if (ascends) starts[users] = length;
      return {
        users: numberByRank(seen.users, named),
        items: numberByRank(seen.items, itemOf.subarray(0, length)),
        ...(ascends ? { offsets: starts.slice(0, users + 1) } : { userOf: named }),
        itemOf: itemOf.subarray(0, length),
        values: values.subarray(0, length),
        ...present({ times: time && times.subarray(0, length) }),
        scale: scale && scale.step > 0 ? scale : ratingScaleOf(values.subarray(0, length), scale),
      };
    },
  };

  function continues(rows: NumberRows): boolean {
    if (!rows.ascends || users === 0) return rows.ascends;
    const [user, item] = [userOf[users - 1], itemOf[length - 1]];
    return rows.users[0] > user || (rows.users[0] === user && rows.items[0] > item);
  }

  function appendUsers(rows: NumberRows): void {
    let last = users === 0 ? -1 : userOf[users - 1];
    for (let n = 0; n < rows.length; n++) {
      if (rows.users[n] === last) continue;
      last = rows.users[n];
      starts[users] = length + n;
      userOf[users++] = last;
    }
  }

  function keepUsersByRow(): void {
    ascends = false;
    for (let user = users - 1, end = length; user >= 0; user--) {
      userOf.fill(userOf[user], starts[user], end);
      end = starts[user];
    }
    starts = new Int32Array(0);
  }

  function grow(needed: number): void {
    capacity = Math.max(needed, Math.ceil(1.5 * capacity));
    userOf = copyOf(userOf, new Int32Array(capacity));
    itemOf = copyOf(itemOf, new Int32Array(capacity));
    values = copyOf(values, new Float32Array(capacity));
    if (ascends) starts = copyOf(starts, new Int32Array(capacity + 1));
    if (time) times = copyOf(times, new Uint32Array(capacity));
  }
}

function copyOf<T extends Int32Array | Uint32Array | Float32Array>(source: T, target: T): T {
  target.set(source);
  return target;
}

/** Numbers the ids that occur in ascending order, and puts their numbers in the place of ids. */
function numberByRank(seen: Uint8Array, ids: Int32Array): Numbering<number> {
  const rank = new Int32Array(seen.length);
  const numbering = numericIdNumbering();
  for (let id = 0; id < seen.length; id++) if (seen[id] === 1) rank[id] = numbering.numberOf(id);
  for (let n = 0; n < ids.length; n++) ids[n] = rank[ids[n]];
  return numbering;
}

/** Rows with any numbers, given to a sink; undefined for any other table. @throws CANCELLED */
export async function readWideRows<Result>(
  ratings: RatingsTable,
  options: NumericRowsOptions,
  list: RatingSink<Result>,
): Promise<(Result & { readonly users: Numbering<number>; readonly items: Numbering<number> }) | undefined> {
  const users = numericIdNumbering();
  const items = numericIdNumbering();
  const hasTimes = ratings.time !== undefined;
  const seen = await scanNumbers(
    ratings.table,
    { columns: positionsOf(ratings), width: "wide", ...options },
    ({ length, users: userIds, items: itemIds, ratings: values, times }) => {
      for (let n = 0; n < length; n++) {
        const [userId, itemId] = [userIds[n], itemIds[n]];
        if (!Number.isInteger(userId) || !Number.isInteger(itemId)) return false;
        if (!list.add(users.numberOf(userId), items.numberOf(itemId), values[n], hasTimes ? times[n] : 0)) return false;
      }
      return true;
    },
  );
  return typeof seen === "string" || list.length === 0 ? undefined : { users, items, ...list.finish() };
}
