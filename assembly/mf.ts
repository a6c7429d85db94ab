// Explicit matrix factorisation with biases, r̂_ui = mean + b_u + b_i + p_u · q_i, in the objective of src/models/mf/mf.ts.
//
// mfSgd takes one step a rating, in the blocks of a diagonal: R. Gemulla, P. J. Haas, E. Nijkamp, Y. Sismanis, "Large-scale
// matrix factorization with distributed stochastic gradient descent", KDD 2011. Blocks of a diagonal share no user and no
// item, so no other thread reads or writes what a block touches. mfCholesky solves for the rows of one side with the other fixed.
// mfGradient finds the gradients of the rows of one side, for steps over both sides at once (adam.ts).

import { factorise, solve } from "./cholesky";
import { addGram } from "./gram";
import { firstOf } from "./sorted";
import { axpy, dot, lanes, lanesOfFour, madd } from "./vector";

/** Ratings whose vectors are gathered at a time; src/compute/kernels/mf.ts makes room for them. */
const chunk = 32;

/**
 * One step for each rating of the blocks (part, (part + diagonal) mod parts), part = begin .. end. With
 * e = r − r̂, γ = rate, o = 1 (0 without biases), and the weights w of a rating's user and item
 *
 *   b ← (1 − γ w) b + γ o e,   p ← (1 − γ w_u) p + γ e q,   q ← (1 − γ w_i) q + γ e p        (old p and q on the right)
 *
 * offsets int32 [parts² + 1]: where a block's ratings begin, blocks by user part and then item part; userOf, itemOf int32 and
 * values float32 [ratings]; users, items float32 [rows × f], their biases and weights float32 [rows]; losses float64
 * [parts²]: Σ e² of each block, e before the step; f a multiple of 4. Where priors is not 0, float32 [items × apart] = (m, its
 * bias, …), γ w_i m is added to q, and likewise to b. 8 f + some 20 flops a rating; per four factors 4 loads, 2 stores, 5
 * operations.
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
  one: f32,
  priors: usize,
  apart: i32,
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
      store<f32>(userBias + user, keepUser * bu + one * step);
      store<f32>(itemBias + item, keepItem * bi + one * step);
      const s = f32x4.splat(step);
      const ku = f32x4.splat(keepUser);
      const ki = f32x4.splat(keepItem);
      for (let j: usize = 0; j < size; j += 16) {
        const x = v128.load(p + j);
        const y = v128.load(q + j);
        v128.store(p + j, madd(s, y, f32x4.mul(ku, x)));
        v128.store(q + j, madd(s, x, f32x4.mul(ki, y)));
      }
      if (priors) {
        const m = priors + item * <usize>apart;
        const pull = rate * load<f32>(itemWeights + item);
        axpy(pull, m, q, size);
        store<f32>(itemBias + item, load<f32>(itemBias + item) + pull * load<f32>(m + size));
      }
    }
    store<f64>(losses + (<usize>block << 3), loss);
  }
}

/**
 * For each row, with y = (factors of a rated column, o), o = 1 (0 without biases), and t = r − mean − the column's bias,
 *
 *   A = Σ y yᵀ + w I,   b = Σ t y,   (x, bias) = A⁻¹ b
 *
 * offsets int32 [rows + 1], indices int32 and values float32 [entries]; fixed float32 [columns × f] and fixedBias float32
 * [columns], factors and bias for the rows; weights float32 [rows] = w > 0; losses float64 [rows] = Σ (t − x · y)² + w |x|² (the
 * bias in both); priors float32 [rows × n] = m, or 0: with them b is Σ t y + w m and w |x − m|² takes the place of w |x|².
 * f a multiple of 4; n: f + 1 and then up to a multiple of 8. Scratch: n² + (chunk + 9) n floats. n² flops a
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
  factors: usize,
  bias: usize,
  weights: usize,
  losses: usize,
  f: i32,
  n: i32,
  mean: f32,
  one: f32,
  priors: usize,
): void {
  const size = <usize>f << 2;
  const full = <usize>n << 2;
  const a = scratch;
  const x = a + full * <usize>n;
  const gathered = x + full;
  memory.fill(gathered, 0, full * <usize>chunk);
  for (let k = 0; k < chunk; k++) store<f32>(gathered + <usize>k * full + size, one);
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
        addGram(gathered, y, 0, a, n, 0);
      }
      if (priors) {
        const m = priors + <usize>row * full;
        axpy(weight, m, x, full);
        loss += <f64>weight * <f64>dot(m, m, full);
      }
      // Σ (t − x·y)² + w |x − m|² = Σ t² + w |m|² − x·b; the first gathered row keeps b meanwhile
      factorise(a, n, gathered + <usize>chunk * full);
      memory.copy(gathered, x, full);
      solve(a, x, n);
      loss -= <f64>dot(x, gathered, full);
      memory.fill(gathered + size, 0, full - size);
      store<f32>(gathered + size, one);
    }
    memory.copy(factors + <usize>row * size, x, size);
    store<f32>(bias + (<usize>row << 2), load<f32>(x + size));
    store<f64>(losses + (<usize>row << 3), loss);
  }
}

/**
 * Gradients of the rows begin .. end of one side, over the ratings from .. to, which are sorted by these rows:
 *
 *   g = decay w x − scale Σ e y,   the bias' decay w b − scale o Σ e            e = r − r̂, y: the column's factors
 *
 * with o = 1 (0 without biases). rowOf, columnOf int32 and values float32 [ratings]; own float32 [rows × f], other float32
 * [columns × f], and their biases; gradients [rows × f] and biasGradients; weights float32 [rows] = w; losses float64 [rows] = Σ e²,
 * penalties float64 [rows] = w (|x|² + b²); f a multiple of 4.
 * 4 f flops a rating, four ratings at a time: per four factors of one of them 2.5 loads, ¼ store, 2 multiply-adds.
 */
export function mfGradient(
  begin: i32,
  end: i32,
  _scratch: usize,
  rowOf: usize,
  columnOf: usize,
  values: usize,
  from: i32,
  to: i32,
  own: usize,
  ownBias: usize,
  other: usize,
  otherBias: usize,
  gradients: usize,
  biasGradients: usize,
  weights: usize,
  losses: usize,
  penalties: usize,
  f: i32,
  mean: f32,
  scale: f32,
  decay: f32,
  one: f32,
): void {
  const size = <usize>f << 2;
  const last = rowOf + (<usize>to << 2);
  let at = rowOf + (<usize>firstOf(rowOf, from, to, begin) << 2);
  for (let row = begin; row < end; row++) {
    const x = own + <usize>row * size;
    const g = gradients + <usize>row * size;
    const bias = load<f32>(ownBias + (<usize>row << 2));
    const weight = load<f32>(weights + (<usize>row << 2));
    const w = f32x4.splat(decay * weight);
    for (let j: usize = 0; j < size; j += 16) v128.store(g + j, f32x4.mul(w, v128.load(x + j)));
    const t = mean + bias;
    let loss: f64 = 0;
    let sum: f32 = 0;
    for (; at + 12 < last && load<i32>(at, 12) == row; at += 16) {
      const columns = v128.load(columnOf + (at - rowOf));
      const c0 = <usize>i32x4.extract_lane(columns, 0), c1 = <usize>i32x4.extract_lane(columns, 1);
      const c2 = <usize>i32x4.extract_lane(columns, 2), c3 = <usize>i32x4.extract_lane(columns, 3);
      const y0 = other + c0 * size, y1 = other + c1 * size, y2 = other + c2 * size, y3 = other + c3 * size;
      let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
      for (let j: usize = 0; j < size; j += 16) {
        const chunk = v128.load(x + j);
        s0 = madd(chunk, v128.load(y0 + j), s0);
        s1 = madd(chunk, v128.load(y1 + j), s1);
        s2 = madd(chunk, v128.load(y2 + j), s2);
        s3 = madd(chunk, v128.load(y3 + j), s3);
      }
      const biases = f32x4(
        load<f32>(otherBias + (c0 << 2)),
        load<f32>(otherBias + (c1 << 2)),
        load<f32>(otherBias + (c2 << 2)),
        load<f32>(otherBias + (c3 << 2)),
      );
      const predicted = f32x4.add(f32x4.add(f32x4.splat(t), biases), lanesOfFour(s0, s1, s2, s3));
      const errors = f32x4.sub(v128.load(values + (at - rowOf)), predicted);
      const squares = f32x4.mul(errors, errors);
      loss += <f64>lanes(squares);
      sum += lanes(errors);
      const steps = f32x4.mul(f32x4.splat(-scale), errors);
      const e0 = v128.shuffle<f32>(steps, steps, 0, 0, 0, 0), e1 = v128.shuffle<f32>(steps, steps, 1, 1, 1, 1);
      const e2 = v128.shuffle<f32>(steps, steps, 2, 2, 2, 2), e3 = v128.shuffle<f32>(steps, steps, 3, 3, 3, 3);
      for (let j: usize = 0; j < size; j += 16) {
        const ab = madd(e1, v128.load(y1 + j), madd(e0, v128.load(y0 + j), v128.load(g + j)));
        v128.store(g + j, madd(e3, v128.load(y3 + j), madd(e2, v128.load(y2 + j), ab)));
      }
    }
    for (; at < last && load<i32>(at) == row; at += 4) {
      const column = <usize>load<i32>(columnOf + (at - rowOf));
      const y = other + column * size;
      const e = load<f32>(values + (at - rowOf)) - (t + load<f32>(otherBias + (column << 2)) + dot4(x, y, size));
      loss += <f64>e * <f64>e;
      sum += e;
      axpy(-scale * e, y, g, size);
    }
    store<f32>(biasGradients + (<usize>row << 2), one * (decay * weight * bias - scale * sum));
    store<f64>(losses + (<usize>row << 3), loss);
    store<f64>(penalties + (<usize>row << 3), <f64>weight * (<f64>dot(x, x, size) + <f64>bias * <f64>bias));
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
