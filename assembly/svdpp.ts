// SVD++ by stochastic gradient descent: Y. Koren, "Factorization meets the neighborhood", KDD 2008, equation 15 and the steps after it.

import { dot, madd } from "./vector";

/**
 * The steps of equation 15 for every rating of some users: order[first + begin .. first + end], one user after another, and a user's
 * ratings as they lie. For a rating, with s = n_u^(−½), z = s Σ_{rated j} y_j, e = r − mean − b_u − b_i − q_i · (p_u + z):
 *
 *   b ← b + γ (e − λ b),   q_i ← q_i + γ (e (p_u + z) − λ q_i),   p_u ← p_u + γ (e q_i − λ p_u)        (old p, q, z on the right)
 *   y_j ← y_j + γ (e s q_i − λ y_j) for every film j that the user rated
 *
 * All y_j of a user move alike, so that s Σ y_j moves by γ (e q_i − λ z), as p_u does, and what a user's n ratings add to each y_j is s
 * times what they add to p_u. So x = p_u + z is made once, moves twice as far as p_u, and tells at the end what p_u and all y_j have
 * become: O(n_u) in place of O(n_u²) operations, and the same steps.
 *
 * offsets int32 [users + 1], indices int32 and values float32 [ratings]; order int32 [users]; users float32 [users × f] = p, items
 * float32 [items × f] = q, implicit float32 [items × f] = y, userBias and itemBias float32 [rows]; losses float64 [users]: Σ e² of each
 * user, e before its step; f a multiple of 4. Scratch: 2 f floats. 12 f flops a rating: per four factors 8 loads, 3 stores.
 */
export function svdppSgd(
  begin: i32,
  end: i32,
  scratch: usize,
  offsets: usize,
  indices: usize,
  values: usize,
  order: usize,
  first: i32,
  users: usize,
  items: usize,
  implicit: usize,
  userBias: usize,
  itemBias: usize,
  losses: usize,
  f: i32,
  mean: f32,
  rate: f32,
  regularisation: f32,
): void {
  const size = <usize>f << 2;
  const x = scratch;
  const start = scratch + size;
  const keep: f32 = 1 - rate * regularisation;
  const k = f32x4.splat(keep);
  for (let place = first + begin; place < first + end; place++) {
    const user = <usize>load<i32>(order + (<usize>place << 2));
    const from = <usize>load<i32>(offsets + (user << 2)) << 2;
    const to = <usize>load<i32>(offsets + (user << 2), 4) << 2;
    if (from == to) continue;
    const p = users + user * size;
    const s: f32 = 1 / sqrt<f32>(<f32>((to - from) >> 2));
    memory.fill(start, 0, size);
    for (let n = from; n < to; n += 4) add(implicit + <usize>load<i32>(indices + n) * size, start, size);
    for (let j: usize = 0; j < size; j += 16) {
      const sum = madd(f32x4.splat(s), v128.load(start + j), v128.load(p + j));
      v128.store(start + j, sum);
      v128.store(x + j, sum);
    }
    let bu = load<f32>(userBias + (user << 2));
    let kept: f32 = 1;
    let loss: f64 = 0;
    for (let n = from; n < to; n += 4) {
      const item = <usize>load<i32>(indices + n);
      const q = items + item * size;
      const bi = load<f32>(itemBias + (item << 2));
      const e = load<f32>(values + n) - mean - bu - bi - dot(q, x, size);
      loss += <f64>e * <f64>e;
      const step = rate * e;
      bu = keep * bu + step;
      store<f32>(itemBias + (item << 2), keep * bi + step);
      const once = f32x4.splat(step);
      const twice = f32x4.splat(2 * step);
      for (let j: usize = 0; j < size; j += 16) {
        const own = v128.load(x + j);
        const other = v128.load(q + j);
        v128.store(x + j, madd(twice, other, f32x4.mul(k, own)));
        v128.store(q + j, madd(once, own, f32x4.mul(k, other)));
      }
      kept *= keep;
    }
    // what the ratings added to p: half of what they added to x
    const all = f32x4.splat(kept);
    const half = f32x4.splat(0.5);
    for (let j: usize = 0; j < size; j += 16) {
      const added = f32x4.mul(half, f32x4.sub(v128.load(x + j), f32x4.mul(all, v128.load(start + j))));
      v128.store(p + j, f32x4.add(f32x4.mul(all, v128.load(p + j)), added));
      v128.store(x + j, f32x4.mul(f32x4.splat(s), added));
    }
    for (let n = from; n < to; n += 4) {
      const y = implicit + <usize>load<i32>(indices + n) * size;
      for (let j: usize = 0; j < size; j += 16) {
        v128.store(y + j, madd(all, v128.load(y + j), v128.load(x + j)));
      }
    }
    store<f32>(userBias + (user << 2), bu);
    store<f64>(losses + (user << 3), loss);
  }
}

/** y_j += x_j */
@inline
function add(x: usize, y: usize, bytes: usize): void {
  for (let j: usize = 0; j < bytes; j += 16) v128.store(y + j, f32x4.add(v128.load(x + j), v128.load(y + j)));
}
