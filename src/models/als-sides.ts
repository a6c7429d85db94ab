/** The users and the items of implicit ALS as its kernels take them: rows sorted, their ratings in the order they are met. */
import type { Arena } from "../compute/engine.ts";
import { type Levels, levelsOf } from "../compute/levels.ts";
import type { Csr } from "../matrix/csr.ts";

/** Rows of a half-step that one thread takes at a time, and rows of a partial sum of YᵀY. */
export const blockRows = 128;
export const gramRows = 1024;
/** Bytes of the fixed side's factors that stay in a core's cache beside a block's own vectors. */
const tileBytes = 2 ** 18;
/** Ratings that a row has on average in a tile, at least: with fewer, the fixed side is one tile. */
const tileRatings = 4;

/** Whole numbers up to here are exact in single precision. */
const mostLevels = 2 ** 24;

/** λ of a row by the number of its ratings and their sum. */
export type Weigh = (count: number, total: number) => number;

/** One side, in the engine's memory. Row r is the one with the r-th most ratings, of this side and of the other. */
export interface Side {
  readonly rows: number;
  /** Which row of the data each row is. */
  readonly order: Int32Array;
  /** int32 [blocks + 1] and [visits + 1]: see alsConjugate in assembly/als.ts. */
  readonly blocks: Int32Array;
  readonly visits: Int32Array;
  /** Of each rating the column << shift | level, level × unit being its value; or, with a shift of 0, its value in `values`. */
  readonly entries: Int32Array;
  readonly values: Float32Array;
  readonly shift: number;
  readonly unit: number;
  /** float32 [rows × f] */
  readonly factors: Float32Array;
  /** λ of each row. */
  readonly weights: Float32Array;
  /** Loss of each row after its half-step. */
  readonly losses: Float64Array;
  /** Room for YᵀY of these factors, and for its partial sums. */
  readonly gram: Float32Array;
  readonly partials: Float32Array;
}

/**
 * Both sides of the same ratings.
 *
 * @param tiles whether blocks with many ratings go through the other side in tiles
 * @param weigh for users and for items
 */
export function sidesOf(
  arena: Arena,
  byUser: Csr,
  f: number,
  tiles: boolean,
  weigh: { readonly users: Weigh; readonly items: Weigh },
): { users: Side; items: Side } {
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
  const levels = levelsOf(values, mostLevels);
  const sideOf = (name: "users" | "items", columns: number): Laid => {
    const order = heaviestFirst(count[name]);
    const { length } = order;
    const width = tiles ? Math.max(1, Math.floor(tileBytes / (4 * f))) : columns;
    const plan = visitsOf(order, count[name], width, columns);
    const weights = arena.float32(length);
    order.forEach((row, at) => {
      weights[at] = weigh[name](count[name][row], total[name][row]);
    });
    const { shift, unit } = packing(levels, columns);
    return {
      rows: length,
      order,
      ...plan,
      blocks: arena.place(plan.blocks),
      visits: arena.int32(plan.blocks[plan.blocks.length - 1] + 1),
      entries: arena.int32(values.length),
      values: arena.float32(shift === 0 ? values.length : 0),
      shift,
      unit,
      factors: arena.float32(length * f),
      weights,
      losses: arena.float64(length),
      gram: arena.float32(f * f),
      partials: arena.float32(Math.ceil(length / gramRows) * f * f),
    };
  };
  const users = sideOf("users", columns);
  const items = sideOf("items", rows);
  arrange(byUser, users, items);
  return { users, items };
}

/** Where the visits of each row lie: that of a column is `first` + ⌊column / width⌋ × `apart`. */
interface Plan {
  readonly blocks: Int32Array;
  readonly width: number;
  readonly first: Int32Array;
  /** 0 where the other side is one tile. */
  readonly apart: Int32Array;
}
type Laid = Side & Plan;

function visitsOf(order: Int32Array, count: Int32Array, width: number, columns: number): Plan {
  const rows = order.length;
  const cuts = Math.ceil(columns / width);
  const blocks = new Int32Array(Math.ceil(rows / blockRows) + 1);
  const [first, apart] = [new Int32Array(rows), new Int32Array(rows)];
  for (let block = 0; block < blocks.length - 1; block++) {
    const from = block * blockRows;
    const own = order.subarray(from, from + blockRows);
    const ratings = own.reduce((sum, row) => sum + count[row], 0);
    const cut = cuts > 1 && ratings >= tileRatings * own.length * cuts;
    blocks[block + 1] = blocks[block] + own.length * (cut ? cuts : 1);
    own.forEach((_, n) => {
      first[from + n] = blocks[block] + n;
      apart[from + n] = cut ? own.length : 0;
    });
  }
  return { blocks, width, first, apart };
}

/** Column and level of a rating in 32 bits, where both find room; a shift of 0 where they do not. */
function packing(levels: Levels | undefined, columns: number): Pick<Side, "shift" | "unit"> {
  const shift = Math.clz32(Math.max(1, columns - 1));
  return levels && levels.levels < 2 ** shift ? { shift, unit: levels.unit } : { shift: 0, unit: 1 };
}

/**
 * Puts the ratings into the order of visits, the columns of a visit ascending, so that factors are met as they lie: those of
 * items as users come, and those of users as items come, from the side just made.
 */
function arrange({ offsets, indices, values }: Csr, users: Laid, items: Laid): void {
  const places = placesOf(items.order);
  const visitOfUser = visitFinder(users);
  const visitOfItem = visitFinder(items);
  for (let user = 0; user < users.rows; user++) {
    const row = users.order[user];
    for (let n = offsets[row]; n < offsets[row + 1]; n++) {
      const item = places[indices[n]];
      users.visits[visitOfUser(user, item) + 1]++;
      items.visits[visitOfItem(item, user) + 1]++;
    }
  }
  const [nextOfUsers, nextOfItems] = [users, items].map(({ visits }) => {
    for (let visit = 1; visit < visits.length; visit++) visits[visit] += visits[visit - 1];
    return visits.slice();
  });
  const putItem = writer(items);
  for (let user = 0; user < users.rows; user++) {
    const row = users.order[user];
    for (let n = offsets[row]; n < offsets[row + 1]; n++) {
      const item = places[indices[n]];
      putItem(nextOfItems[visitOfItem(item, user)]++, user, values[n]);
    }
  }
  const putUser = writer(users);
  const { visits, first, apart, entries, shift, unit } = items;
  const cuts = Math.ceil(users.rows / items.width);
  const levels = 2 ** shift - 1;
  for (let item = 0; item < items.rows; item++) {
    for (let cut = 0; cut < (apart[item] === 0 ? 1 : cuts); cut++) {
      const visit = first[item] + cut * apart[item];
      for (let n = visits[visit]; n < visits[visit + 1]; n++) {
        const user = entries[n] >>> shift;
        const value = shift === 0 ? items.values[n] : unit * (entries[n] & levels);
        putUser(nextOfUsers[visitOfUser(user, item)]++, item, value);
      }
    }
  }
}

function visitFinder({ first, apart, width }: Plan): (row: number, column: number) => number {
  return (row, column) => first[row] + Math.floor(column / width) * apart[row];
}

function writer({ entries, values, shift, unit }: Side): (at: number, column: number, value: number) => void {
  if (shift > 0) {
    return (at, column, value) => {
      entries[at] = (column << shift) | (value / unit);
    };
  }
  return (at, column, value) => {
    entries[at] = column;
    values[at] = value;
  };
}

/** Where each row of the data lies. */
export function placesOf(order: Int32Array): Int32Array {
  const places = new Int32Array(order.length);
  order.forEach((row, place) => {
    places[row] = place;
  });
  return places;
}

function heaviestFirst(count: Int32Array): Int32Array {
  return Int32Array.from(count, (_, row) => row).sort((a, b) => count[b] - count[a]);
}
