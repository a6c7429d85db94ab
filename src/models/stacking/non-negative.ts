/** Linear least squares with weights that are not below 0. */

/** constant + Σ weights_n columns_n */
export interface LinearSum {
  readonly weights: Float64Array;
  readonly constant: number;
}

/** Sweeps at most; a few hundred are enough where columns correlate by .99. */
const mostSweeps = 100_000;
/** Weights that move less than this in a sweep have been found. */
const precision = 1e-12;

/**
 * Finds the constant and the weights, none below 0, of the least Σ_i (target_i − constant − Σ_n weights_n columns_n,i)², by coordinate
 * descent: V. Franc, V. Hlaváč, M. Navara, "Sequential coordinate-wise algorithm for the non-negative least squares problem", CAIP 2005.
 * A column that never changes gets weight 0. Where no column helps, all of them get equal weights whose sum is one.
 *
 * @param columns of the length of `target`
 */
export function nonNegativeSum(columns: readonly Float32Array[], target: Float32Array): LinearSum {
  const size = columns.length;
  const means = columns.map(meanOf);
  const mean = meanOf(target);
  const products = columns.map((left, n) => {
    return columns.map((right, m) => (m < n ? 0 : product(left, means[n], right, means[m])));
  });
  const gram = (n: number, m: number) => products[Math.min(n, m)][Math.max(n, m)];
  const along = columns.map((column, n) => product(column, means[n], target, mean));
  const weights = new Float64Array(size);
  for (let sweep = 0; sweep < mostSweeps; sweep++) {
    let moved = 0;
    for (let n = 0; n < size; n++) {
      if (gram(n, n) === 0) continue;
      let left = along[n];
      for (let m = 0; m < size; m++) left -= gram(n, m) * weights[m];
      const next = Math.max(0, weights[n] + left / gram(n, n));
      moved = Math.max(moved, Math.abs(next - weights[n]));
      weights[n] = next;
    }
    if (moved < precision) break;
  }
  if (weights.every((weight) => weight === 0)) weights.fill(1 / size);
  return { weights, constant: weights.reduce((rest, weight, n) => rest - weight * means[n], mean) };
}

function meanOf(values: Float32Array): number {
  let sum = 0;
  for (let n = 0; n < values.length; n++) sum += values[n];
  return sum / values.length;
}

/** Σ (a_i − their mean) (b_i − their mean) */
function product(a: Float32Array, meanOfA: number, b: Float32Array, meanOfB: number): number {
  let sum = 0;
  for (let n = 0; n < a.length; n++) sum += (a[n] - meanOfA) * (b[n] - meanOfB);
  return sum;
}
