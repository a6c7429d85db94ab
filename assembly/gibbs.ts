// Steps of a Gibbs sampler for a factorisation of ratings, in the coordinates in which vectors lie about their priors with
// deviations of 1 (src/models/bayesian-mf/chain.ts): R. Salakhutdinov, A. Mnih, "Bayesian probabilistic matrix factorization using
// Markov chain Monte Carlo", ICML 2008 (equations 11 to 13), and J. Simm et al., "Macau", 2015, for the priors of vectors.
// Random numbers are given: standard normal, one for each number that is drawn.

import { factorise, solveTransposed, solveUpper } from "./cholesky";
import { addGram } from "./gram";
import { axpy, dot, madd } from "./vector";

/** Ratings whose vectors are gathered at a time; src/compute/kernels/gibbs.ts makes room for them. */
const chunk = 32;

/**
 * Draws the vectors of rows, given those of the columns that they rated. With a vector y for each rated column and
 * t = unit · (r − mean − the column's bias)
 *
 *   A = I + Σ y yᵀ = RᵀR,   b = m + Σ t y,   x = A⁻¹ b + R⁻¹ z
 *
 * offsets int32 [rows + 1], indices int32 and values float32 [entries]; fixed float32 [columns × n] and fixedBias float32 [columns];
 * priors float32 [rows × n] = m; noise float32 [rows × n] = z, or 0 for none; factors float32 [rows × n] receives x, of rows without
 * ratings m; losses float64 [rows] receives Σ (t − x · y)². n is a multiple of 8.
 * Scratch: n² + (chunk + 10) n floats. n² flops a rating (one triangle), n³/3 a row; 4 n bytes a rating are gathered, and the rest
 * stays in the first level of cache.
 */
export function gibbsRows(
  begin: i32,
  end: i32,
  scratch: usize,
  offsets: usize,
  indices: usize,
  values: usize,
  fixed: usize,
  fixedBias: usize,
  priors: usize,
  noise: usize,
  factors: usize,
  losses: usize,
  n: i32,
  mean: f32,
  unit: f32,
): void {
  const size = <usize>n << 2;
  const a = scratch;
  const b = a + size * <usize>n; // without m
  const gathered = b + size;
  for (let row = begin; row < end; row++) {
    const from = load<i32>(offsets + (<usize>row << 2));
    const to = load<i32>(offsets + (<usize>row << 2), 4);
    const m = priors + <usize>row * size;
    const x = factors + <usize>row * size;
    memory.copy(x, m, size);
    store<f64>(losses + (<usize>row << 3), 0);
    if (from == to) continue;

    memory.fill(a, 0, size * <usize>n);
    for (let k: usize = 0; k < <usize>n; k++) store<f32>(a + k * (size + 4), 1);
    memory.fill(b, 0, size);
    let loss: f64 = 0;
    for (let entry = from; entry < to; ) {
      let y = gathered;
      for (const last = min(to, entry + chunk); entry < last; entry++, y += size) {
        const column = <usize>load<i32>(indices + (<usize>entry << 2));
        const t = unit * (load<f32>(values + (<usize>entry << 2)) - mean - load<f32>(fixedBias + (column << 2)));
        memory.copy(y, fixed + column * size, size);
        axpy(t, y, b, size);
        loss += <f64>t * <f64>t;
      }
      addGram(gathered, y, 0, a, n, 0);
    }
    factorise(a, n, gathered);
    axpy(1, b, x, size);
    solveTransposed(a, x, n);
    if (noise) axpy(1, noise + <usize>row * size, x, size);
    // Σ (t − x·y)² = Σ t² − 2 x·Σ t y + |Rx|² − |x|², and x is Rx yet
    loss += <f64>dot(x, x, size);
    solveUpper(a, x, n);
    store<f64>(losses + (<usize>row << 3), loss - <f64>dot(x, x, size) - 2 * <f64>dot(x, b, size));
  }
}

/**
 * Draws the weights W of features, one after the other, given vectors P = C W + noise of deviation 1, where row u of C has the number
 * c_u, or the entry's own, in each of its features. For every feature j, with the residuals e = P − C W as they are by then
 *
 *   w_j ← (Σ_u c_uj (e_u + c_uj w_j)) / (Σ_u c_uj² + λ) + z_j / √(Σ_u c_uj² + λ),   e ← P − C W
 *
 * Without noise nothing is drawn, and C W is taken off the residuals.
 *
 * The numbers of a vector are independent of each other, and four of them are a block: begin .. end. offsets int32 [features + 1]
 * and indices int32 [entries]: the rows of each feature; entries float32 [entries], or 0; scales float32 [rows] = c_u, used where
 * entries is 0; squares float32 [features] = Σ_u c_uj²; residuals float32 [n / 4][rows][4]; weights and noise float32
 * [features × n]. A feature without rows keeps its weight. 4 flops for each number of an entry, 48 bytes for four: a block's
 * residuals are to stay in the cache.
 */
export function gibbsWeights(
  begin: i32,
  end: i32,
  _scratch: usize,
  offsets: usize,
  indices: usize,
  entries: usize,
  scales: usize,
  squares: usize,
  residuals: usize,
  weights: usize,
  noise: usize,
  rows: i32,
  features: i32,
  n: i32,
  lambda: f32,
): void {
  for (let block = begin; block < end; block++) {
    const e = residuals + ((<usize>block * <usize>rows) << 4);
    for (let j = 0; j < features; j++) {
      const from = <usize>load<i32>(offsets + (<usize>j << 2)) << 2;
      const to = <usize>load<i32>(offsets + (<usize>j << 2), 4) << 2;
      if (from == to) continue;
      const at = ((<usize>j * <usize>n) << 2) + (<usize>block << 4);
      let change = v128.load(weights + at);
      if (noise) {
        let sum = f32x4.splat(0);
        for (let entry = from; entry < to; entry += 4) {
          const row = <usize>load<i32>(indices + entry);
          sum = madd(f32x4.splat(numberOf(entries, entry, scales, row)), v128.load(e + (row << 4)), sum);
        }
        const square = load<f32>(squares + (<usize>j << 2));
        const variance: f32 = 1 / (square + lambda);
        const mean = f32x4.mul(f32x4.splat(variance), madd(f32x4.splat(square), change, sum));
        const drawn = madd(f32x4.splat(sqrt<f32>(variance)), v128.load(noise + at), mean);
        v128.store(weights + at, drawn);
        change = f32x4.sub(drawn, change);
      }
      change = f32x4.neg(change);
      for (let entry = from; entry < to; entry += 4) {
        const row = <usize>load<i32>(indices + entry);
        const place = e + (row << 4);
        v128.store(place, madd(f32x4.splat(numberOf(entries, entry, scales, row)), change, v128.load(place)));
      }
    }
  }
}

/** What a row has in a feature. */
@inline
function numberOf(entries: usize, entry: usize, scales: usize, row: usize): f32 {
  return entries ? load<f32>(entries + entry) : load<f32>(scales + (row << 2));
}
