/** Users and items of implicit ALS as its kernels take them: rows sorted by number of ratings, ratings in the order of use. */
import type { Arena } from "../../compute/engine.ts";
import { entryLevels, entryWriter, type PackedEntries, packingOf, valueReader } from "../../compute/entries.ts";
import { gramPartials } from "../../compute/gram.ts";
import { alsBlockRows as blockRows } from "../../compute/kernels/als.ts";
import type { Csr } from "../../matrix/csr.ts";
import { inverseOrder, mostRatedFirst } from "../../matrix/order.ts";

/** Bytes of the fixed side's factors that stay in a core's cache beside a block's own vectors, through all passes. */
const cacheBytes = 3 * 2 ** 18;
/** Bytes of a tile of these factors, which each row of a block passes in turn. */
const tileBytes = 2 ** 18;
/** Least mean number of a row's ratings in a tile: with fewer, tiles are not worth their visits. */
const tileRatings = 4;

/** λ of a row by the number of its ratings and their sum. */
export type RowRegularisation = (count: number, total: number) => number;

/** Rows of one side in the engine's memory, as the kernels take them. */
export interface AlsRows extends PackedEntries {
  readonly rows: number;
  /** int32 [visits + 1] and [blocks + 1][2]: see alsConjugate in assembly/als.ts. Untiled, a row is a visit. */
  readonly visits: Int32Array;
  readonly blocks: Int32Array;
  readonly entries: Int32Array;
  /** float32 [rows × f] */
  readonly factors: Float32Array;
  /** λ of each row. */
  readonly weights: Float32Array;
  /** Loss of each row after its half-step. */
  readonly losses: Float64Array;
}

/** All of one side. Rows, and the columns they refer to, are numbered by descending number of ratings. */
export interface AlsSide extends AlsRows {
  /** The row of the data that each row is. */
  readonly order: Int32Array;
  /** Room for YᵀY of these factors, and for its partial sums. */
  readonly gram: Float32Array;
  readonly partials: Float32Array;
}

/**
 * Makes both sides of the ratings.
 *
 * @param tiles whether rows with many ratings go through the other side in tiles
 * @param weigh for users and for items
 */
export function createAlsSides(
  arena: Arena,
  byUser: Csr,
  f: number,
  tiles: boolean,
  weigh: { readonly users: RowRegularisation; readonly items: RowRegularisation },
): { users: AlsSide; items: AlsSide } {
  const { rows, columns, offsets, indices, values } = byUser;
  const count = { users: new Int32Array(rows), items: new Int32Array(columns) };
  const total = { users: new Float64Array(rows), items: new Float64Array(columns) };
  for (let user = 0; user < rows; user++) {
    count.users[user] = offsets[user + 1] - offsets[user];
    for (let n = offsets[user]; n < offsets[user + 1]; n++) {
      count.items[indices[n]]++;
      total.users[user] += values[n];
      total.items[indices[n]] += values[n];
    }
  }
  const levels = entryLevels(values);
  const most = mostMet(f);
  const sideOf = (name: "users" | "items", columns: number): SideLayout => {
    const order = mostRatedFirst(count[name]);
    const { length } = order;
    const { tiled, width, cuts } = tilePlan(
      order.map((row) => count[name][row]),
      columns,
      f,
      tiles,
    );
    const weights = arena.float32(length);
    order.forEach((row, at) => {
      weights[at] = weigh[name](count[name][row], total[name][row]);
    });
    const { shift, unit } = packingOf(levels, columns);
    return {
      rows: length,
      order,
      tiled,
      width,
      cuts,
      visits: arena.int32(tiled * cuts + length - tiled + 1),
      entries: arena.int32(values.length),
      values: arena.float32(shift === 0 ? values.length : 0),
      shift,
      unit,
      factors: arena.float32(length * f),
      weights,
      losses: arena.float64(length),
      gram: arena.float32(f * f),
      partials: arena.float32(gramPartials(length, f)),
    };
  };
  const users = sideOf("users", columns);
  const items = sideOf("items", rows);
  placeRatings(byUser, users, items);
  return {
    users: { ...users, blocks: arena.place(blockStarts(users, columns, most)) },
    items: { ...items, blocks: arena.place(blockStarts(items, rows, most)) },
  };
}

/** Vectors of the fixed side that stay in a core's cache. */
export function mostMet(f: number): number {
  return cacheBytes / (4 * f);
}

/**
 * Which rows go through the other side in tiles.
 *
 * @param counts the number of ratings of each row, descending
 */
export function tilePlan(counts: Int32Array, columns: number, f: number, tiles: boolean): Plan {
  const width = Math.max(1, Math.floor(tileBytes / (4 * f)));
  const cuts = Math.ceil(columns / width);
  const least = tiles && cuts > 1 ? Math.max(mostMet(f), tileRatings * cuts) : Infinity;
  const light = counts.findIndex((count) => count < least);
  return { tiled: light < 0 ? counts.length : light, width, cuts };
}

/** The first `tiled` rows pass `width` columns after `width` columns, in blocks of `blockRows`; the others all at once. */
export interface Plan {
  readonly tiled: number;
  readonly width: number;
  readonly cuts: number;
}
type SideLayout = Omit<AlsSide, "blocks"> & Plan;

/** The number of the visit in which a row meets a column. */
function visitOf({ tiled, width, cuts }: Plan, row: number, column: number): number {
  if (row >= tiled) return row + tiled * (cuts - 1);
  const within = row % blockRows;
  const first = row - within;
  return first * cuts + Math.floor(column / width) * Math.min(blockRows, tiled - first) + within;
}

/**
 * Where each block begins, as the row and the visit. Rows that are not tiled come together as long as all the columns that
 * they meet, `most` at most, stay in the cache from pass to pass; a row that meets more is a block of its own.
 */
function blockStarts(side: SideLayout, columns: number, most: number): Int32Array {
  const { rows, tiled, visits, entries, shift } = side;
  const begins: number[] = [];
  for (let row = 0; row < tiled; row += blockRows) begins.push(row);
  const metBy = new Int32Array(columns).fill(-1); // the last row that met each column
  let [first, met] = [tiled, 0];
  for (let row = tiled; row < rows; row++) {
    const visit = visitOf(side, row, 0);
    let fresh = 0;
    for (let n = visits[visit]; n < visits[visit + 1]; n++) {
      const column = entries[n] >>> shift;
      if (metBy[column] < first) fresh++;
      metBy[column] = row;
    }
    if (row > tiled && row - first < blockRows && met + fresh <= most) {
      met += fresh;
    } else {
      begins.push(row);
      [first, met] = [row, visits[visit + 1] - visits[visit]];
    }
  }
  begins.push(rows);
  return Int32Array.from(begins.flatMap((row) => [row, visitOf(side, row, 0)]));
}

/**
 * Puts the ratings into the order of visits, the columns of a visit ascending, so that factors are met as they lie: those of
 * items as users come, and those of users as items come, from the side just made.
 */
function placeRatings({ offsets, indices, values }: Csr, users: SideLayout, items: SideLayout): void {
  const places = inverseOrder(items.order);
  for (let user = 0; user < users.rows; user++) {
    const row = users.order[user];
    for (let n = offsets[row]; n < offsets[row + 1]; n++) {
      const item = places[indices[n]];
      users.visits[visitOf(users, user, item) + 1]++;
      items.visits[visitOf(items, item, user) + 1]++;
    }
  }
  const [nextOfUsers, nextOfItems] = [users, items].map(({ visits }) => {
    for (let visit = 1; visit < visits.length; visit++) visits[visit] += visits[visit - 1];
    return visits.slice();
  });
  const putItem = entryWriter(items);
  for (let user = 0; user < users.rows; user++) {
    const row = users.order[user];
    for (let n = offsets[row]; n < offsets[row + 1]; n++) {
      const item = places[indices[n]];
      putItem(nextOfItems[visitOf(items, item, user)]++, user, values[n]);
    }
  }
  const putUser = entryWriter(users);
  const { visits, entries, shift } = items;
  const valueAt = valueReader(items);
  for (let item = 0; item < items.rows; item++) {
    for (let cut = 0; cut < (item < items.tiled ? items.cuts : 1); cut++) {
      const visit = visitOf(items, item, cut * items.width);
      for (let n = visits[visit]; n < visits[visit + 1]; n++) {
        const user = entries[n] >>> shift;
        putUser(nextOfUsers[visitOf(users, user, item)]++, item, valueAt(n));
      }
    }
  }
}
