import type { Csr } from "../../src/matrix/csr.ts";
import { dot, gramOf, solvePositiveDefinite } from "../../src/matrix/dense.ts";

/** The half-steps of assembly/als.ts in plain TypeScript and double precision. */
export interface HalfStep {
  readonly f: number;
  readonly base: number;
  readonly alpha: number;
  /** λ of each row. */
  readonly weights: ArrayLike<number>;
  /** rows × f: what λ draws each row to, instead of 0. */
  readonly priors?: Float64Array;
  /** Steps of conjugate gradient; the exact solution without. */
  readonly steps?: number;
}

/** Finds `out` (rows × f) for `fixed` (columns × f); returns each row's loss, λ|x − m|² included. */
export function alsHalfStep(csr: Csr, fixed: Float64Array, out: Float64Array, half: HalfStep): Float64Array {
  const { f, base, alpha, weights, priors, steps } = half;
  const gram = gramOf(fixed, f);
  const losses = new Float64Array(csr.rows);
  for (let row = 0; row < csr.rows; row++) {
    const x = out.subarray(row * f, (row + 1) * f);
    if (csr.offsets[row] === csr.offsets[row + 1]) {
      x.fill(0);
      continue;
    }
    const a = gram.slice();
    const b = new Float64Array(f);
    let total = 0;
    for (let k = 0; k < f; k++) a[k * f + k] += weights[row];
    for (let n = csr.offsets[row]; n < csr.offsets[row + 1]; n++) {
      const y = fixed.subarray(csr.indices[n] * f, (csr.indices[n] + 1) * f);
      const c = base + alpha * csr.values[n];
      total += c;
      for (let k = 0; k < f; k++) {
        b[k] += c * y[k];
        const factor = (c - 1) * y[k];
        for (let l = 0; l <= k; l++) a[k * f + l] += factor * y[l];
      }
    }
    for (let k = 0; k < f && priors; k++) {
      const m = priors[row * f + k];
      b[k] += weights[row] * m;
      total += weights[row] * m * m;
    }
    for (let k = 0; k < f; k++) for (let l = 0; l < k; l++) a[l * f + k] = a[k * f + l];
    if (steps === undefined) {
      x.set(b);
      solvePositiveDefinite(a.slice(), f, x);
    } else conjugateGradient(a, f, b, x, steps);
    const r = residual(a, f, b, x);
    losses[row] = total - inner(x, b) - inner(x, r);
  }
  return losses;
}

function conjugateGradient(a: Float64Array, f: number, b: Float64Array, x: Float64Array, steps: number): void {
  const r = residual(a, f, b, x);
  const p = r.slice();
  let rr = inner(r, r);
  for (let step = 0; step < steps && rr > 1e-20; step++) {
    const ap = residual(a, f, new Float64Array(f), p).map((value) => -value);
    const along = rr / inner(p, ap);
    for (let k = 0; k < f; k++) {
      x[k] += along * p[k];
      r[k] -= along * ap[k];
    }
    const next = inner(r, r);
    for (let k = 0; k < f; k++) p[k] = r[k] + (next / rr) * p[k];
    rr = next;
  }
}

/** b − A x */
function residual(a: Float64Array, f: number, b: Float64Array, x: Float64Array): Float64Array {
  return b.map((value, k) => value - dot(a, k * f, x, 0, f));
}

function inner(a: Float64Array, b: Float64Array): number {
  return dot(a, 0, b, 0, a.length);
}
