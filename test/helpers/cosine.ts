/** The plain twin of src/compute/neighbours.ts: one row of cosines at a time, in double precision. */
import type { Csr } from "../../src/matrix/csr.ts";

/** Rows to be compared by cosine: `values` replace those of the matrix (centred or not), `norms` are squared lengths. */
export interface CosineRows {
  readonly rows: Csr;
  /** The same entries by column: transpose of `rows`. */
  readonly columns: Csr;
  /** One per entry of `rows`. */
  readonly values: Float64Array;
  /** One per entry of `columns`. */
  readonly columnValues: Float64Array;
  /** Squared Euclidean length of each row. */
  readonly norms: Float64Array;
}

/**
 * Prepares rows for comparison. `centre`: what to subtract from the entry in (row, column), for example the row's mean;
 * 0 for raw cosine.
 */
export function cosineRows(rows: Csr, columns: Csr, centre: (row: number, column: number) => number): CosineRows {
  const values = new Float64Array(rows.values.length);
  const norms = new Float64Array(rows.rows);
  for (let row = 0; row < rows.rows; row++) {
    for (let n = rows.offsets[row]; n < rows.offsets[row + 1]; n++) {
      values[n] = rows.values[n] - centre(row, rows.indices[n]);
      norms[row] += values[n] * values[n];
    }
  }
  const columnValues = new Float64Array(columns.values.length);
  for (let column = 0; column < columns.rows; column++) {
    for (let n = columns.offsets[column]; n < columns.offsets[column + 1]; n++) {
      columnValues[n] = columns.values[n] - centre(columns.indices[n], column);
    }
  }
  return { rows, columns, values, columnValues, norms };
}

/** Reusable room for one row of similarities. */
export interface CosineScratch {
  /** Cosine with every row; only entries named in `touched` are meaningful. */
  readonly similarity: Float64Array;
  /** Number of columns that both rows have. */
  readonly overlap: Int32Array;
  /** The rows that share a column with the one asked for, in the order met; `count` of them. */
  readonly touched: Int32Array;
  count: number;
}

export function cosineScratch(rows: number): CosineScratch {
  return {
    similarity: new Float64Array(rows),
    overlap: new Int32Array(rows),
    touched: new Int32Array(rows),
    count: 0,
  };
}

/**
 * Cosine of one row with every row that shares a column with it, itself included:
 * cos(a, b) = Σ_c x_ac x_bc / √(Σ x_a² · Σ x_b²). A row of length zero is similar to none (0).
 * Work: the entries of all columns of the row, 2 flops each.
 */
export function cosineRow(prepared: CosineRows, row: number, scratch: CosineScratch): void {
  const { rows, columns, values, columnValues, norms } = prepared;
  const { similarity, overlap, touched } = scratch;
  for (let n = 0; n < scratch.count; n++) overlap[touched[n]] = 0;
  let count = 0;
  for (let n = rows.offsets[row]; n < rows.offsets[row + 1]; n++) {
    const column = rows.indices[n];
    const value = values[n];
    for (let m = columns.offsets[column]; m < columns.offsets[column + 1]; m++) {
      const other = columns.indices[m];
      if (overlap[other]++ === 0) {
        touched[count++] = other;
        similarity[other] = 0;
      }
      similarity[other] += value * columnValues[m];
    }
  }
  for (let n = 0; n < count; n++) {
    const other = touched[n];
    const length = norms[row] * norms[other];
    similarity[other] = length > 0 ? similarity[other] / Math.sqrt(length) : 0;
  }
  scratch.count = count;
}
