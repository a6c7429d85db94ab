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

/** Rows of f numbers each, one after the other. */
export interface DenseRows {
  readonly y: Float32Array;
  readonly f: number;
}

/**
 * The product of a vector with each row, as `dot` makes it, of four rows at a time, so that no sum waits for itself.
 *
 * @param rows the rows to multiply, of which `out` receives one product each; all of them unless given
 */
export function multiplyRows({ y, f }: DenseRows, x: Float64Array, out: Float64Array, rows?: Int32Array): void {
  const count = rows?.length ?? y.length / f;
  const at = (n: number) => f * (rows ? rows[n] : n);
  let n = 0;
  for (; n + 3 < count; n += 4) {
    const [at0, at1, at2, at3] = [at(n), at(n + 1), at(n + 2), at(n + 3)];
    let [s0, s1, s2, s3] = [0, 0, 0, 0];
    for (let k = 0; k < f; k++) {
      const value = x[k];
      s0 += value * y[at0 + k];
      s1 += value * y[at1 + k];
      s2 += value * y[at2 + k];
      s3 += value * y[at3 + k];
    }
    out[n] = s0;
    out[n + 1] = s1;
    out[n + 2] = s2;
    out[n + 3] = s3;
  }
  for (; n < count; n++) out[n] = dot(x, 0, y, at(n), f);
}

export function sum(values: Float32Array | Float64Array | Int32Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** YᵀY of a matrix with f columns: f × f. */
export function gramOf(y: Float32Array | Float64Array, f: number): Float64Array {
  const gram = new Float64Array(f * f);
  for (let at = 0; at < y.length; at += f) {
    for (let i = 0; i < f; i++) for (let j = 0; j <= i; j++) gram[i * f + j] += y[at + i] * y[at + j];
  }
  for (let i = 0; i < f; i++) for (let j = 0; j < i; j++) gram[j * f + i] = gram[i * f + j];
  return gram;
}

/**
 * Adds Σ_r weights_r y_r y_rᵀ to the lower triangle of a matrix with rows of n numbers; y_r: row rows_r of `y`, f ≤ n numbers each. Four rows
 * a pass.
 */
export function addOuterProducts(
  a: Float64Array,
  n: number,
  { y, f, rows, weights }: DenseRows & { readonly rows: Int32Array; readonly weights: Float64Array },
): void {
  let r = 0;
  for (; r + 3 < rows.length; r += 4) {
    const [at0, at1, at2, at3] = [rows[r] * f, rows[r + 1] * f, rows[r + 2] * f, rows[r + 3] * f];
    for (let k = 0; k < f; k++) {
      const w0 = weights[r] * y[at0 + k];
      const w1 = weights[r + 1] * y[at1 + k];
      const w2 = weights[r + 2] * y[at2 + k];
      const w3 = weights[r + 3] * y[at3 + k];
      for (let l = 0; l <= k; l++)
        a[k * n + l] += w0 * y[at0 + l] + w1 * y[at1 + l] + (w2 * y[at2 + l] + w3 * y[at3 + l]);
    }
  }
  for (; r < rows.length; r++) {
    const at = rows[r] * f;
    for (let k = 0; k < f; k++) {
      const w = weights[r] * y[at + k];
      for (let l = 0; l <= k; l++) a[k * n + l] += w * y[at + l];
    }
  }
}

/** A row of numbers from `at` on, and what it counts in a sum of rows. */
export interface ScaledRow {
  readonly values: Float32Array;
  readonly at: number;
  readonly factor: number;
}

/** out_j = Σ_r factor_r · values_r[at_r + j], eight or four rows a pass. The sums depend on the rows and on their order alone. */
export function sumOfRows(rows: readonly ScaledRow[], out: Float64Array): void {
  out.fill(0);
  const numbersOf = ({ values, at }: ScaledRow) => values.subarray(at, at + out.length);
  let r = 0;
  for (; r + 7 < rows.length; r += 8) {
    const [a, b, c, d, e, f, g, h] = rows.slice(r, r + 8);
    const [va, vb, vc, vd] = [numbersOf(a), numbersOf(b), numbersOf(c), numbersOf(d)];
    const [ve, vf, vg, vh] = [numbersOf(e), numbersOf(f), numbersOf(g), numbersOf(h)];
    const [fa, fb, fc, fd] = [a.factor, b.factor, c.factor, d.factor];
    const [fe, ff, fg, fh] = [e.factor, f.factor, g.factor, h.factor];
    for (let j = 0; j < out.length; j++) {
      out[j] +=
        fa * va[j] + fb * vb[j] + (fc * vc[j] + fd * vd[j]) + (fe * ve[j] + ff * vf[j] + (fg * vg[j] + fh * vh[j]));
    }
  }
  for (; r + 3 < rows.length; r += 4) {
    const [a, b, c, d] = [rows[r], rows[r + 1], rows[r + 2], rows[r + 3]];
    const [va, vb, vc, vd] = [numbersOf(a), numbersOf(b), numbersOf(c), numbersOf(d)];
    const [fa, fb, fc, fd] = [a.factor, b.factor, c.factor, d.factor];
    for (let j = 0; j < out.length; j++) out[j] += fa * va[j] + fb * vb[j] + (fc * vc[j] + fd * vd[j]);
  }
  for (; r < rows.length; r++) {
    const [values, { factor }] = [numbersOf(rows[r]), rows[r]];
    for (let j = 0; j < out.length; j++) out[j] += factor * values[j];
  }
}

/**
 * The Cholesky factor L of a symmetric positive definite matrix, A = L Lᵀ, in place: of `a` (n × n, row-major) the lower triangle is read
 * and overwritten. n³/6 multiply-adds; for small n.
 */
export function factorCholesky(a: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let even = 0;
      let odd = 0;
      let k = 0;
      for (; k + 1 < j; k += 2) {
        even += a[i * n + k] * a[j * n + k];
        odd += a[i * n + k + 1] * a[j * n + k + 1];
      }
      if (k < j) even += a[i * n + k] * a[j * n + k];
      const rest = a[i * n + j] - (even + odd);
      a[i * n + j] = i === j ? Math.sqrt(rest) : rest / a[j * n + j];
    }
  }
}

/** Solves A x = b in place, `b` becoming x, with the factor of A that `factorCholesky` leaves: n² multiply-adds. */
export function solveByFactor(l: Float64Array, n: number, b: Float64Array): void {
  for (let i = 0; i < n; i++) {
    let rest = b[i];
    for (let k = 0; k < i; k++) rest -= l[i * n + k] * b[k];
    b[i] = rest / l[i * n + i];
  }
  for (let i = n - 1; i >= 0; i--) {
    const value = b[i] / l[i * n + i];
    for (let k = 0; k < i; k++) b[k] -= l[i * n + k] * value;
    b[i] = value;
  }
}

/** Solves A x = b for a symmetric positive definite A, in place: the lower triangle of `a` becomes its Cholesky factor, `b` becomes x. */
export function solvePositiveDefinite(a: Float64Array, n: number, b: Float64Array): void {
  factorCholesky(a, n);
  solveByFactor(a, n, b);
}
