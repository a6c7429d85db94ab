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
  /** Seconds since 1970 of each entry, where known. */
  readonly times?: Float64Array;
}

/** Entries in any order: rowOf[n], columnOf[n], values[n], times[n]. */
export interface Triplets {
  readonly rowOf: Int32Array;
  readonly columnOf: Int32Array;
  readonly values: Float32Array;
  readonly times?: Float64Array;
}

/**
 * Sorts triplets into rows, columns ascending, by two stable counting sorts: O(entries + rows + columns).
 * Where (row, column) repeats, the entry with the latest time stays; without times, or at equal times, the one that
 * came last. Returns the matrix and how many entries were dropped as repeats.
 */
export function csrFromTriplets(rows: number, columns: number, triplets: Triplets): { csr: Csr; repeats: number } {
  const byColumn = countingOrder(triplets.columnOf, columns);
  const { order, offsets } = countingOrder(triplets.rowOf, rows, byColumn.order);
  const n = order.length;
  const indices = new Int32Array(n);
  const values = new Float32Array(n);
  const times = triplets.times ? new Float64Array(n) : undefined;
  const kept = new Int32Array(rows + 1);
  let at = 0;
  for (let row = 0; row < rows; row++) {
    const start = at;
    for (let position = offsets[row]; position < offsets[row + 1]; position++) {
      const entry = order[position];
      const column = triplets.columnOf[entry];
      const repeat = at > start && indices[at - 1] === column;
      if (repeat && times && triplets.times![entry] < times[at - 1]) continue;
      if (!repeat) at++;
      indices[at - 1] = column;
      values[at - 1] = triplets.values[entry];
      if (times) times[at - 1] = triplets.times![entry];
    }
    kept[row + 1] = at;
  }
  const csr: Csr = {
    rows,
    columns,
    offsets: kept,
    indices: at === n ? indices : indices.slice(0, at),
    values: at === n ? values : values.slice(0, at),
    ...(times ? { times: at === n ? times : times.slice(0, at) } : {}),
  };
  return { csr, repeats: n - at };
}

/** The same entries by column: rows and columns change places. Times are left behind. */
export function transpose(csr: Csr): Csr {
  const { rows, columns, offsets, indices, values } = csr;
  const outOffsets = new Int32Array(columns + 1);
  for (const column of indices) outOffsets[column + 1]++;
  for (let column = 0; column < columns; column++) outOffsets[column + 1] += outOffsets[column];
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

/** A stable order of `keys` (each in 0 .. size − 1), starting from the order given, and where each key's run starts. */
function countingOrder(keys: Int32Array, size: number, from?: Int32Array): { order: Int32Array; offsets: Int32Array } {
  const offsets = new Int32Array(size + 1);
  for (const key of keys) offsets[key + 1]++;
  for (let key = 0; key < size; key++) offsets[key + 1] += offsets[key];
  const next = offsets.slice(0, size);
  const order = new Int32Array(keys.length);
  for (let n = 0; n < keys.length; n++) {
    const entry = from ? from[n] : n;
    order[next[keys[entry]]++] = entry;
  }
  return { order, offsets };
}

/** Mean of each row's values; 0 for an empty row. */
export function means({ rows, offsets, values }: Csr): Float64Array {
  const mean = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const count = offsets[row + 1] - offsets[row];
    let sum = 0;
    for (let n = offsets[row]; n < offsets[row + 1]; n++) sum += values[n];
    mean[row] = count === 0 ? 0 : sum / count;
  }
  return mean;
}

/** Some rows of a matrix, in the order given. Times are left behind. */
export function pickedRows({ columns, offsets, indices, values }: Csr, rows: Int32Array): Csr {
  const starts = new Int32Array(rows.length + 1);
  rows.forEach((row, n) => {
    starts[n + 1] = starts[n] + offsets[row + 1] - offsets[row];
  });
  const entries = starts[rows.length];
  const picked = { indices: new Int32Array(entries), values: new Float32Array(entries) };
  rows.forEach((row, n) => {
    picked.indices.set(indices.subarray(offsets[row], offsets[row + 1]), starts[n]);
    picked.values.set(values.subarray(offsets[row], offsets[row + 1]), starts[n]);
  });
  return { rows: rows.length, columns, offsets: starts, ...picked };
}
