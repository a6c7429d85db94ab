/** Rows of column blocks with their columns by index, ascending, as a matrix in memory has them: sums over a row then have its order. */
import type { Csr } from "../../matrix/csr.ts";
import type { BlockSide, RatingBlocks } from "./rating-blocks.ts";

/**
 * Rows one after another, some at a time.
 *
 * @param starts the first row of each part, ascending, and the row after the last; rows before are left out
 * @returns matrices whose row r is row `from` + r of the blocks
 */
export async function* rowsByIndex(
  blocks: RatingBlocks,
  side: BlockSide,
  starts: readonly number[],
): AsyncGenerator<{ readonly from: number; readonly csr: Csr }> {
  const index = blocks.order[side === "users" ? "items" : "users"];
  const counts = blocks.counts[side];
  let part = 0;
  let csr = emptyRows(counts, starts, part, index.length);
  for await (const { from, to, offsets, columns, values } of blocks.read(side)) {
    for (let row = Math.max(from, starts[0]); row < Math.min(to, starts[starts.length - 1]); row++) {
      const [first, last] = [offsets[row - from], offsets[row - from + 1]];
      const own = ratingsByIndex(columns.subarray(first, last), values.subarray(first, last), index);
      csr.indices.set(own.indices, csr.offsets[row - starts[part]]);
      csr.values.set(own.values, csr.offsets[row - starts[part]]);
      if (row + 1 < starts[part + 1]) continue;
      yield { from: starts[part++], csr };
      if (part + 1 < starts.length) csr = emptyRows(counts, starts, part, index.length);
    }
  }
}

/** The ratings of a row with their columns by index, ascending. */
export function ratingsByIndex(columns: Int32Array, values: Float32Array, index: Int32Array) {
  const { length } = columns;
  const places = 2 ** Math.ceil(Math.log2(Math.max(2, length)));
  // Index and place as one number, exact below 2⁵³. Loops, as these are all ratings that there are.
  const keys = new Float64Array(length);
  for (let n = 0; n < length; n++) keys[n] = index[columns[n]] * places + n;
  keys.sort();
  const sorted = { indices: new Int32Array(length), values: new Float32Array(length) };
  for (let n = 0; n < length; n++) {
    const column = Math.floor(keys[n] / places);
    sorted.indices[n] = column;
    sorted.values[n] = values[keys[n] - column * places];
  }
  return sorted;
}

/** Room for the rows of a part. */
function emptyRows(counts: Int32Array, starts: readonly number[], part: number, columns: number): Csr {
  const [from, to] = [starts[part], starts[part + 1]];
  const offsets = new Int32Array(to - from + 1);
  for (let row = from; row < to; row++) offsets[row - from + 1] = offsets[row - from] + counts[row];
  const ratings = offsets[to - from];
  const [indices, values] = [new Int32Array(ratings), new Float32Array(ratings)];
  return { rows: to - from, columns, offsets, indices, values };
}

/**
 * Cuts rows into parts that are not full, or are a single row.
 *
 * @param counts the number of ratings of each row
 * @param isFull whether so many rows with so many ratings are too many for a part
 * @returns the first row of each part, and the number of rows
 */
export function cutRows(counts: Int32Array, isFull: (rows: number, ratings: number) => boolean): number[] {
  const starts = [0];
  let ratings = 0;
  for (let row = 0; row < counts.length; row++) {
    const from = starts[starts.length - 1];
    if (row > from && isFull(row + 1 - from, ratings + counts[row])) {
      starts.push(row);
      ratings = 0;
    }
    ratings += counts[row];
  }
  return [...starts, counts.length];
}
