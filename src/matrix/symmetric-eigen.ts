/** Eigenvalues and eigenvectors of a small symmetric matrix. */

/** The most sweeps over all entries; five to ten are usual. */
const mostSweeps = 60;
/** Squares of entries outside the diagonal whose sum, over that of all squares, counts as 0. */
const negligible = 1e-30;

/** Eigenvalues and eigenvectors of an n × n matrix. */
export interface Eigen {
  /** Greatest first: float64 [n]. */
  readonly values: Float64Array;
  /** As columns: float64 [n × n], row-major. */
  readonly vectors: Float64Array;
}

/**
 * Eigenvalues, greatest first, and the eigenvectors as the columns of V: A = V Λ Vᵀ, by cyclic Jacobi rotations (G. Golub, C. Van Loan,
 * "Matrix computations", section 8.5). In each column the entry of greatest magnitude, the first of equal ones, is above 0.
 *
 * @param matrix float64 [n × n], row-major
 */
export function symmetricEigen(matrix: Float64Array, n: number): Eigen {
  const a = matrix.slice();
  const v = new Float64Array(n * n); // of Vᵀ, so that a rotation works on whole rows
  for (let k = 0; k < n; k++) v[k * n + k] = 1;
  const all = a.reduce((sum, value) => sum + value * value, 0);
  for (let sweep = 0; sweep < mostSweeps; sweep++) {
    let outside = 0;
    for (let p = 0; p < n; p++) for (let q = 0; q < p; q++) outside += 2 * a[p * n + q] ** 2;
    if (outside <= negligible * all) break;
    for (let p = 0; p < n - 1; p++) for (let q = p + 1; q < n; q++) rotate(a, v, n, p, q);
  }
  const order = Array.from({ length: n }, (_, k) => k).sort((i, j) => a[j * n + j] - a[i * n + i] || i - j);
  const vectors = new Float64Array(n * n);
  for (const [column, k] of order.entries()) {
    const own = v.subarray(k * n, (k + 1) * n);
    const greatest = own.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
    for (let row = 0; row < n; row++) vectors[row * n + column] = greatest < 0 ? -own[row] : own[row];
  }
  return { values: Float64Array.from(order, (k) => a[k * n + k]), vectors };
}

/** Makes a_pq = 0 by a rotation of rows and columns p and q, and rotates the rows of Vᵀ likewise. */
function rotate(a: Float64Array, v: Float64Array, n: number, p: number, q: number): void {
  const off = a[p * n + q];
  if (off === 0) return;
  const theta = (a[q * n + q] - a[p * n + p]) / (2 * off);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  for (let k = 0; k < n; k++) {
    const [x, y] = [a[k * n + p], a[k * n + q]];
    a[k * n + p] = c * x - s * y;
    a[k * n + q] = s * x + c * y;
  }
  for (const rows of [a, v]) {
    for (let k = 0; k < n; k++) {
      const [x, y] = [rows[p * n + k], rows[q * n + k]];
      rows[p * n + k] = c * x - s * y;
      rows[q * n + k] = s * x + c * y;
    }
  }
}
