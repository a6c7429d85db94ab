/** The users and the items of implicit ALS as its kernels take them: rows sorted, their ratings in the order they are met. */
import type { Arena } from "../compute/engine.ts";
import type { Csr } from "../matrix/csr.ts";

/** Rows of a half-step that one thread takes at a time, and rows of a partial sum of YᵀY. */
export const blockRows = 128;
export const gramRows = 1024;
/** Bytes of the fixed side's factors that stay in a core's cache beside a block's own vectors. */
const tileBytes = 2 ** 18;
/** Ratings that a row has on average in a tile, at least: with fewer, the fixed side is one tile. */
const tileRatings = 4;

/** One side, in the engine's memory. Row r is the one with the r-th most ratings, of this side and of the other. */
export interface Side {
  readonly rows: number;
  /** Which row of the data each row is. */
  readonly order: Int32Array;
  /** int32 [blocks + 1] and [visits + 1]: see alsConjugate in assembly/als.ts. */
  readonly blocks: Int32Array;
  readonly visits: Int32Array;
  readonly indices: Int32Array;
  readonly values: Float32Array;
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
 * The side of the rows of `byRow`; `byColumn` holds the same ratings by the other side.
 *
 * @param tiles whether blocks with many ratings go through the other side in tiles
 * @param weigh λ of a row by its ratings
 */
export function sideOf(
  arena: Arena,
  byRow: Csr,
  byColumn: Csr,
  f: number,
  tiles: boolean,
  weigh: (values: Float32Array) => number,
): Side {
  const { rows, columns } = byRow;
  const order = heaviestFirst(byRow);
  const width = tiles ? Math.max(1, Math.floor(tileBytes / (4 * f))) : columns;
  const cuts = Math.ceil(columns / width);
  const blocks = arena.int32(Math.ceil(rows / blockRows) + 1);
  for (let block = 0; block < blocks.length - 1; block++) {
    const own = order.subarray(block * blockRows, (block + 1) * blockRows);
    const ratings = own.reduce((sum, row) => sum + countOf(byRow, row), 0);
    blocks[block + 1] = blocks[block] + own.length * (ratings < tileRatings * own.length * cuts ? 1 : cuts);
  }
  const ratings = byRow.values.length;
  const visits = arena.int32(blocks[blocks.length - 1] + 1);
  const [indices, values, weights] = [arena.int32(ratings), arena.float32(ratings), arena.float32(rows)];
  arrange(byRow, byColumn, width, { order, blocks, visits, indices, values });
  order.forEach((row, n) => {
    weights[n] = weigh(byRow.values.subarray(byRow.offsets[row], byRow.offsets[row + 1]));
  });
  return {
    rows,
    order,
    blocks,
    visits,
    indices,
    values,
    factors: arena.float32(rows * f),
    weights,
    losses: arena.float64(rows),
    gram: arena.float32(f * f),
    partials: arena.float32(Math.ceil(rows / gramRows) * f * f),
  };
}

/** Puts the ratings into the order of visits, the columns of a visit ascending, so that factors are met as they lie. */
function arrange(
  byRow: Csr,
  byColumn: Csr,
  width: number,
  { order, blocks, visits, indices, values }: Pick<Side, "order" | "blocks" | "visits" | "indices" | "values">,
): void {
  const rowPlaces = placesOf(order);
  const columns = heaviestFirst(byColumn);
  const columnPlaces = placesOf(columns);
  const visitOf = (row: number, column: number) => {
    const block = Math.floor(row / blockRows);
    const rows = Math.min(blockRows, order.length - block * blockRows);
    const cut = blocks[block + 1] - blocks[block] > rows;
    return blocks[block] + (row % blockRows) + (cut ? Math.floor(column / width) * rows : 0);
  };
  order.forEach((row, place) => {
    for (let n = byRow.offsets[row]; n < byRow.offsets[row + 1]; n++) {
      visits[visitOf(place, columnPlaces[byRow.indices[n]]) + 1]++;
    }
  });
  for (let visit = 1; visit < visits.length; visit++) visits[visit] += visits[visit - 1];
  const next = visits.slice();
  columns.forEach((column, place) => {
    for (let n = byColumn.offsets[column]; n < byColumn.offsets[column + 1]; n++) {
      const at = next[visitOf(rowPlaces[byColumn.indices[n]], place)]++;
      indices[at] = place;
      values[at] = byColumn.values[n];
    }
  });
}

/** Where each row of the data lies. */
export function placesOf(order: Int32Array): Int32Array {
  const places = new Int32Array(order.length);
  order.forEach((row, place) => {
    places[row] = place;
  });
  return places;
}

function heaviestFirst(csr: Csr): Int32Array {
  return Int32Array.from({ length: csr.rows }, (_, row) => row).sort((a, b) => countOf(csr, b) - countOf(csr, a));
}

function countOf({ offsets }: Csr, row: number): number {
  return offsets[row + 1] - offsets[row];
}
