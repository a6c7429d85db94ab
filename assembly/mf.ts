// Explicit matrix factorisation with biases, r̂_ui = mean + b_u + b_i + p_u · q_i, in the objective of src/models/mf.ts.
//
// mfSgd takes one step a rating, in the blocks of a diagonal: R. Gemulla, P. J. Haas, E. Nijkamp, Y. Sismanis, "Large-scale
// matrix factorization with distributed stochastic gradient descent", KDD 2011. Blocks of a diagonal share no user and no
// item, so nobody else reads or writes what a block touches. mfCholesky solves for the rows of one side with the other fixed.

import { factorise, solve } from "./cholesky";
import { addGram } from "./gram";
import { axpy, dot, lanes, madd } from "./vector";

/** Ratings whose vectors are gathered at a time; src/models/mf-train.ts makes room for them. */
const chunk = 32;

/**
 * One step for each rating of the blocks (part, (part + diagonal) mod parts), part = begin .. end. With
 * e = r − r̂, γ = rate, and the weights w of a rating's user and item
 *
 *   b ← (1 − γ w) b + γ e,   p ← (1 − γ w_u) p + γ e q,   q ← (1 − γ w_i) q + γ e p        (old p and q on the right)
 *
 * offsets int32 [parts² + 1]: where a block's ratings begin, blocks by user part and then item part; userOf, itemOf int32 and
 * values float32 [ratings]; users, items float32 [rows × f], their biases and weights float32 [rows]; losses float64
 * [parts²]: Σ e² of each block, e before the step; f a multiple of 4. 8 f + some 20 flops a rating; per four factors 4 loads,
 * 2 stores, 5 operations.
 */
export function mfSgd(
  begin: i32,
  end: i32,
  _scratch: usize,
  offsets: usize,
  userOf: usize,
  itemOf: usize,
  values: usize,
  users: usize,
  items: usize,
  userBias: usize,
  itemBias: usize,
  userWeights: usize,
  itemWeights: usize,
  losses: usize,
  parts: i32,
  diagonal: i32,
  f: i32,
  mean: f32,
  rate: f32,
): void {
  const size = <usize>f << 2;
  for (let part = begin; part < end; part++) {
    const block = part * parts + ((part + diagonal) % parts);
    const from = <usize>load<i32>(offsets + (<usize>block << 2)) << 2;
    const to = <usize>load<i32>(offsets + (<usize>block << 2), 4) << 2;
    let loss: f64 = 0;
    for (let n = from; n < to; n += 4) {
      const user = <usize>load<i32>(userOf + n) << 2;
      const item = <usize>load<i32>(itemOf + n) << 2;
      const bu = load<f32>(userBias + user);
      const bi = load<f32>(itemBias + item);
      const p = users + user * <usize>f;
      const q = items + item * <usize>f;
      const e = load<f32>(values + n) - mean - bu - bi - dot4(p, q, size);
      loss += <f64>e * <f64>e;
      const keepUser: f32 = 1 - rate * load<f32>(userWeights + user);
      const keepItem: f32 = 1 - rate * load<f32>(itemWeights + item);
      const step = rate * e;
      store<f32>(userBias + user, keepUser * bu + step);
      store<f32>(itemBias + item, keepItem * bi + step);
      const s = f32x4.splat(step);
      const ku = f32x4.splat(keepUser);
      const ki = f32x4.splat(keepItem);
      for (let j: usize = 0; j < size; j += 16) {
        const x = v128.load(p + j);
        const y = v128.load(q + j);
        v128.store(p + j, madd(s, y, f32x4.mul(ku, x)));
        v128.store(q + j, madd(s, x, f32x4.mul(ki, y)));
      }
    }
    store<f64>(losses + (<usize>block << 3), loss);
  }
}

/**
 * For each row, with y = (factors of a rated column, 1) and t = r − mean − the column's bias,
 *
 *   A = Σ y yᵀ + w I,   b = Σ t y,   (x, bias) = A⁻¹ b
 *
 * offsets int32 [rows + 1], indices int32 and values float32 [entries]; fixed float32 [columns × f] and fixedBias float32
 * [columns], out and outBias for the rows; weights float32 [rows] = w > 0; losses float64 [rows] = Σ (t − x · y)² + w |x|² (the
 * bias in both). f a multiple of 4; n: f + 1 and then up to a multiple of 8. Scratch: n² + (chunk + 1) n floats. n² flops a
 * rating (one triangle), n³/3 a row. Ratings' vectors are gathered by chunks, so that a tile of A is read and written once a
 * chunk.
 */
export function mfCholesky(
  begin: i32,
  end: i32,
  scratch: usize,
  offsets: usize,
  indices: usize,
  values: usize,
  fixed: usize,
  fixedBias: usize,
  out: usize,
  outBias: usize,
  weights: usize,
  losses: usize,
  f: i32,
  n: i32,
  mean: f32,
): void {
  const size = <usize>f << 2;
  const full = <usize>n << 2;
  const a = scratch;
  const x = a + full * <usize>n;
  const gathered = x + full;
  memory.fill(gathered, 0, full * <usize>chunk);
  for (let k = 0; k < chunk; k++) store<f32>(gathered + <usize>k * full + size, 1);
  for (let row = begin; row < end; row++) {
    const from = load<i32>(offsets + (<usize>row << 2));
    const to = load<i32>(offsets + (<usize>row << 2), 4);
    memory.fill(x, 0, full);
    let loss: f64 = 0;
    if (from < to) {
      memory.fill(a, 0, full * <usize>n);
      const weight = load<f32>(weights + (<usize>row << 2));
      for (let i: usize = 0; i < <usize>n; i++) store<f32>(a + i * full + (i << 2), weight);
      for (let entry = from; entry < to; ) {
        let y = gathered;
        for (const last = min(to, entry + chunk); entry < last; entry++, y += full) {
          const column = <usize>load<i32>(indices + (<usize>entry << 2));
          const t = load<f32>(values + (<usize>entry << 2)) - mean - load<f32>(fixedBias + (column << 2));
          memory.copy(y, fixed + column * size, size);
          axpy(t, y, x, full);
          loss += <f64>t * <f64>t;
        }
        addGram(gathered, y, 0, a, n);
      }
      // Σ (t − x·y)² + w |x|² = Σ t² − x·b; the first gathered row keeps b meanwhile
      factorise(a, n);
      memory.copy(gathered, x, full);
      solve(a, x, n);
      loss -= <f64>dot(x, gathered, full);
      memory.fill(gathered + size, 0, full - size);
      store<f32>(gathered + size, 1);
    }
    memory.copy(out + <usize>row * size, x, size);
    store<f32>(outBias + (<usize>row << 2), load<f32>(x + size));
    store<f64>(losses + (<usize>row << 3), loss);
  }
}

/** Σ a_j b_j by four sums. */
@inline
function dot4(a: usize, b: usize, bytes: usize): f32 {
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
  let j: usize = 0;
  for (; j + 48 < bytes; j += 64) {
    s0 = madd(v128.load(a + j), v128.load(b + j), s0);
    s1 = madd(v128.load(a + j, 16), v128.load(b + j, 16), s1);
    s2 = madd(v128.load(a + j, 32), v128.load(b + j, 32), s2);
    s3 = madd(v128.load(a + j, 48), v128.load(b + j, 48), s3);
  }
  for (; j < bytes; j += 16) s0 = madd(v128.load(a + j), v128.load(b + j), s0);
  return lanes(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)));
}
