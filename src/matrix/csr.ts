import { present } from "../present.ts";

/** Seconds since 1970: in 32 bits where all of them are whole numbers from 0, as they nearly always are. */
export type Times = Uint32Array | Float64Array;

/** An array for `length` times, of the same kind as `times`. */
export function timesLike(times: Times, length: number): Times {
  return times instanceof Uint32Array ? new Uint32Array(length) : new Float64Array(length);
}

/**
 * Compressed sparse rows. Row r holds entries `offsets[r] .. offsets[r + 1]` of the parallel arrays; the column indices
 * of a row ascend and do not repeat.
 */
export interface Csr {
  readonly rows: number;
  readonly columns: number;
  /** rows + 1 entries. */
  readonly offsets: Int32Array;
  /** Column index of each entry. */
  readonly indices: Int32Array;
  readonly values: Float32Array;
  /** Time of each entry, where known. */
  readonly times?: Times;
}

/** Entries in any order: entry n is in row rowOf[n] and column columnOf[n], with values[n] and times[n]. */
export interface Triplets {
  readonly rowOf: Int32Array;
  readonly columnOf: Int32Array;
  readonly values: Float32Array;
  readonly times?: Times;
}

/**
 * Sorts triplets into rows, columns ascending. Where (row, column) repeats, the entry with the latest time stays; without
 * times, or at equal times, the one that came last.
 *
 * The triplets are consumed: they are sorted in place, and the matrix takes over their arrays.
 *
 * @returns the matrix, and the number of entries that were dropped as repeats
 */
export function csrFromTriplets(rows: number, columns: number, triplets: Triplets): { csr: Csr; repeats: number } {
  const { columnOf: indices, values, times } = triplets;
  const starts = groupByRow(rows, triplets);
  const offsets = new Int32Array(rows + 1);
  const sortRow = rowSorter(triplets);
  let at = 0;
  for (let row = 0; row < rows; row++) {
    const begin = at;
    sortRow(starts[row], starts[row + 1]);
    for (let entry = starts[row]; entry < starts[row + 1]; entry++) {
      const repeat = at > begin && indices[at - 1] === indices[entry];
      if (repeat && times && times[entry] < times[at - 1]) continue;
      if (!repeat) at++;
      indices[at - 1] = indices[entry];
      values[at - 1] = values[entry];
      if (times) times[at - 1] = times[entry];
    }
    offsets[row + 1] = at;
  }
  const repeats = indices.length - at;
  const csr: Csr = {
    rows,
    columns,
    offsets,
    indices: indices.subarray(0, at),
    values: values.subarray(0, at),
    ...present({ times: times?.subarray(0, at) }),
  };
  return { csr, repeats };
}

/** Groups the entries by row, in their order, and returns the first entry of each row. Overwrites `rowOf`. */
function groupByRow(rows: number, { rowOf, columnOf, values, times }: Triplets): Int32Array {
  const starts = new Int32Array(rows + 1);
  let sorted = true;
  for (let n = 0; n < rowOf.length; n++) {
    starts[rowOf[n] + 1]++;
    if (n > 0 && rowOf[n] < rowOf[n - 1]) sorted = false;
  }
  for (let row = 0; row < rows; row++) starts[row + 1] += starts[row];
  if (sorted) return starts;
  const next = starts.slice();
  const target = rowOf;
  for (let n = 0; n < target.length; n++) target[n] = next[rowOf[n]]++;
  scatter(columnOf, target);
  scatter(values, target);
  if (times) scatter(times, target);
  return starts;
}

/** Moves each entry to its target. A copy is faster than to follow the cycles in place, where every step waits for memory. */
function scatter(array: Int32Array | Float32Array | Times, target: Int32Array): void {
  const before = array.slice();
  for (let n = 0; n < target.length; n++) array[target[n]] = before[n];
}

/** A function that sorts entries begin .. end by column; entries of one column keep their order. */
function rowSorter({ columnOf, values, times }: Triplets): (begin: number, end: number) => void {
  let keys = new Float64Array(0);
  return (begin, end) => {
    let sorted = true;
    for (let n = begin + 1; n < end; n++) if (columnOf[n] < columnOf[n - 1]) sorted = false;
    if (sorted) return;
    const length = end - begin;
    if (keys.length < length) keys = new Float64Array(2 * length);
    // Column and position as one number, exact below 2⁵³: sorting numbers is faster than sorting by a comparator.
    const positions = 2 ** Math.ceil(Math.log2(length));
    const order = keys.subarray(0, length);
    for (let n = 0; n < length; n++) order[n] = columnOf[begin + n] * positions + n;
    order.sort();
    const rowValues = values.slice(begin, end);
    const rowTimes = times?.slice(begin, end);
    for (let n = 0; n < length; n++) {
      const column = Math.floor(order[n] / positions);
      const from = order[n] - column * positions;
      columnOf[begin + n] = column;
      values[begin + n] = rowValues[from];
      if (times && rowTimes) times[begin + n] = rowTimes[from];
    }
  };
}

/** The number of entries of each column. */
export function countsOfColumns({ columns, indices }: Pick<Csr, "columns" | "indices">): Int32Array {
  const counts = new Int32Array(columns);
  for (let entry = 0; entry < indices.length; entry++) counts[indices[entry]]++;
  return counts;
}

/**
 * Exchanges rows and columns. Times are dropped.
 *
 * @param counts the number of entries of each column, where they are known
 */
export function transpose(csr: Csr, counts = countsOfColumns(csr)): Csr {
  const { rows, columns, offsets, indices, values } = csr;
  const outOffsets = new Int32Array(columns + 1);
  for (let column = 0; column < columns; column++) outOffsets[column + 1] = outOffsets[column] + counts[column];
  const next = outOffsets.slice(0, columns);
  const outIndices = new Int32Array(indices.length);
  const outValues = new Float32Array(indices.length);
  for (let row = 0; row < rows; row++) {
    for (let entry = offsets[row]; entry < offsets[row + 1]; entry++) {
      const at = next[indices[entry]]++;
      outIndices[at] = row;
      outValues[at] = values[entry];
    }
  }
  return { rows: columns, columns: rows, offsets: outOffsets, indices: outIndices, values: outValues };
}

/** The stable ascending order of `keys`, each in 0 .. size − 1, by counting. */
export function countingOrder(keys: Int32Array, size: number): Int32Array {
  const next = new Int32Array(size + 1);
  for (const key of keys) next[key + 1]++;
  for (let key = 0; key < size; key++) next[key + 1] += next[key];
  const order = new Int32Array(keys.length);
  for (let n = 0; n < keys.length; n++) order[next[keys[n]]++] = n;
  return order;
}

/** The rows from .. to, without a copy of their entries. */
export function rowsBetween({ columns, offsets, indices, values, times }: Csr, from: number, to: number): Csr {
  const [first, last] = [offsets[from], offsets[to]];
  return {
    rows: to - from,
    columns,
    offsets: offsets.slice(from, to + 1).map((offset) => offset - first),
    indices: indices.subarray(first, last),
    values: values.subarray(first, last),
    ...present({ times: times?.subarray(first, last) }),
  };
}

/** The rows of one matrix, and below them those of another. Times are dropped. */
export function concatenateRows(above: Csr, below: Csr): Csr {
  const last = above.offsets[above.rows];
  const offsets = new Int32Array(above.rows + below.rows + 1);
  offsets.set(above.offsets);
  for (let row = 1; row <= below.rows; row++) offsets[above.rows + row] = last + below.offsets[row];
  const indices = new Int32Array(last + below.indices.length);
  indices.set(above.indices);
  indices.set(below.indices, last);
  const values = new Float32Array(indices.length);
  values.set(above.values);
  values.set(below.values, last);
  return { rows: above.rows + below.rows, columns: Math.max(above.columns, below.columns), offsets, indices, values };
}

/** The given rows, in the order given, copied. */
export function rowsAt({ columns, offsets, indices, values, times }: Csr, rows: Int32Array): Csr {
  const starts = new Int32Array(rows.length + 1);
  for (const [n, row] of rows.entries()) starts[n + 1] = starts[n] + offsets[row + 1] - offsets[row];
  const kept = starts[rows.length];
  const entries = {
    indices: new Int32Array(kept),
    values: new Float32Array(kept),
    ...present({ times: times && timesLike(times, kept) }),
  };
  for (const [n, row] of rows.entries()) {
    entries.indices.set(indices.subarray(offsets[row], offsets[row + 1]), starts[n]);
    entries.values.set(values.subarray(offsets[row], offsets[row + 1]), starts[n]);
    if (times) entries.times!.set(times.subarray(offsets[row], offsets[row + 1]), starts[n]);
  }
  return { rows: rows.length, columns, offsets: starts, ...entries };
}

/** The entries that satisfy a condition, with their times; rows and columns keep their numbers. */
export function entriesWhere(csr: Csr, wanted: (entry: number) => boolean): Csr {
  const offsets = new Int32Array(csr.rows + 1);
  let kept = 0;
  for (let row = 0; row < csr.rows; row++) {
    for (let entry = csr.offsets[row]; entry < csr.offsets[row + 1]; entry++) if (wanted(entry)) kept++;
    offsets[row + 1] = kept;
  }
  const indices = new Int32Array(kept);
  const values = new Float32Array(kept);
  const times = csr.times && timesLike(csr.times, kept);
  let at = 0;
  for (let entry = 0; entry < csr.indices.length; entry++) {
    if (!wanted(entry)) continue;
    indices[at] = csr.indices[entry];
    values[at] = csr.values[entry];
    if (times) times[at] = csr.times![entry];
    at++;
  }
  return { rows: csr.rows, columns: csr.columns, offsets, indices, values, ...present({ times }) };
}

/** The row of each entry. */
export function rowsOfEntries(offsets: Int32Array): Int32Array<ArrayBuffer> {
  const rowOf = new Int32Array(offsets.at(-1)!);
  for (let row = 0; row + 1 < offsets.length; row++) rowOf.fill(row, offsets[row], offsets[row + 1]);
  return rowOf;
}

/** The entry of a row in a column, or −1 where there is none. O(log entries of the row). */
export function entryAt({ offsets, indices }: Csr, row: number, column: number): number {
  let [from, to] = [offsets[row], offsets[row + 1]];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (indices[middle] < column) from = middle + 1;
    else to = middle;
  }
  return from < offsets[row + 1] && indices[from] === column ? from : -1;
}

/** The number of entries of each row. */
export function rowLengths({ rows, offsets }: Pick<Csr, "rows" | "offsets">): Int32Array {
  return Int32Array.from({ length: rows }, (_, row) => offsets[row + 1] - offsets[row]);
}

/** The sum of each row's values. */
export function sumsOfRows({ rows, offsets, values }: Pick<Csr, "rows" | "offsets" | "values">): Float64Array {
  const sums = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    for (let n = offsets[row]; n < offsets[row + 1]; n++) sums[row] += values[n];
  }
  return sums;
}

/** The mean of each row's values; for a row without entries `empty`, or NaN where that is not given. */
export function meansOfRows({ rows, offsets, values }: Pick<Csr, "rows" | "offsets" | "values">, empty?: number) {
  const means = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const count = offsets[row + 1] - offsets[row];
    let sum = 0;
    for (let n = offsets[row]; n < offsets[row + 1]; n++) sum += values[n];
    means[row] = count === 0 && empty !== undefined ? empty : sum / count;
  }
  return means;
}

/** The mean of each column's values, NaN for a column without entries: `meansOfRows` of the transpose, bit for bit, without making it. */
export function meansOfColumns({ columns, indices, values }: Pick<Csr, "columns" | "indices" | "values">) {
  const means = new Float64Array(columns);
  for (let n = 0; n < indices.length; n++) means[indices[n]] += values[n];
  const counts = countsOfColumns({ columns, indices });
  for (let column = 0; column < columns; column++) means[column] /= counts[column];
  return means;
}
