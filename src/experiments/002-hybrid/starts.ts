/** Starts of factors that use no random numbers, and how many dimensions they have. */

/** sin(1 + n), where n runs over the whole array: row n ÷ columns, column n mod columns. */
export function runningStart(rows: number, columns: number): Float64Array {
  return Float64Array.from({ length: rows * columns }, (_, n) => Math.sin(1 + n));
}

/** sin((row + 1)(column + 1)). */
export function productStart(rows: number, columns: number): Float64Array {
  return Float64Array.from({ length: rows * columns }, (_, n) =>
    Math.sin((Math.floor(n / columns) + 1) * ((n % columns) + 1)),
  );
}

/** What a column has left when it is the sum of others: rounding. */
const vanished = 1e-8;

/** The rank of a matrix, rows × columns: how many of its columns, from the left, are no sum of those before, by Gram and Schmidt. */
export function rankOf(matrix: Float64Array, rows: number, columns: number): number {
  const basis: Float64Array[] = [];
  for (let k = 0; k < columns; k++) {
    const column = Float64Array.from({ length: rows }, (_, row) => matrix[row * columns + k]);
    const whole = lengthOf(column);
    for (const unit of basis) {
      const along = product(unit, column);
      for (let row = 0; row < rows; row++) column[row] -= along * unit[row];
    }
    const left = lengthOf(column);
    if (left > vanished * whole) basis.push(column.map((value) => value / left));
  }
  return basis.length;
}

function product(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, n) => sum + value * b[n], 0);
}

function lengthOf(a: Float64Array): number {
  return Math.sqrt(product(a, a));
}
