/** Row-major matrices in double precision, for small matrices or single computations. */

/** Σ_k a[atA + k] · b[atB + k] over n numbers. */
export function dot(
  a: Float32Array | Float64Array,
  atA: number,
  b: Float32Array | Float64Array,
  atB: number,
  n: number,
): number {
  let sum = 0;
  for (let k = 0; k < n; k++) sum += a[atA + k] * b[atB + k];
  return sum;
}

export function sum(values: Float32Array | Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** YᵀY of a rows × columns matrix: columns × columns. */
export function gramOf(y: Float32Array | Float64Array, rows: number, columns: number): Float64Array {
  const gram = new Float64Array(columns * columns);
  for (let row = 0; row < rows; row++) {
    const at = row * columns;
    for (let i = 0; i < columns; i++) {
      const value = y[at + i];
      for (let j = 0; j <= i; j++) gram[i * columns + j] += value * y[at + j];
    }
  }
  for (let i = 0; i < columns; i++) for (let j = 0; j < i; j++) gram[j * columns + i] = gram[i * columns + j];
  return gram;
}

/**
 * Solves A x = b for a symmetric positive definite A, by its Cholesky factor, in place: of `a` (n × n, row-major) the lower
 * triangle is read and overwritten, `b` becomes x. n³/3 + 2 n² multiply-adds; for small n.
 */
export function solvePositiveDefinite(a: Float64Array, n: number, b: Float64Array): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j];
      for (let k = 0; k < j; k++) sum -= a[i * n + k] * a[j * n + k];
      a[i * n + j] = i === j ? Math.sqrt(sum) : sum / a[j * n + j];
    }
    let sum = b[i];
    for (let k = 0; k < i; k++) sum -= a[i * n + k] * b[k];
    b[i] = sum / a[i * n + i];
  }
  for (let i = n - 1; i >= 0; i--) {
    b[i] /= a[i * n + i];
    for (let k = 0; k < i; k++) b[k] -= a[i * n + k] * b[i];
  }
}
