// A network over two embeddings (src/models/neural/neural.ts): its gradients in three passes over a batch of B ratings.
//
//   a = relu(x) · mask / (1 − p) for the user's and the item's embedding, e units each; mask: 0 with probability p, else 1
//   z = c1 + Σ_k W_k a_k over the units of both, h = relu(z), r̂ = w2 · h + c2, L = 1/B Σ (r̂ − r)²        (h numbers each)
//
// Each side adds to z on its own, so no pass needs both embeddings. What a row adds is found once, Σ_k C_k with C_k = W_k a_k,
// and each of its ratings takes away the C_k of the units that it drops. Backwards likewise: with d = ∂L/∂z of each rating,
//
//   G_k = Σ_ratings d − Σ_{those that drop k} d,   ∂L/∂x_k = W_k · G_k / (1 − p) where x_k > 0,   ∂L/∂W_k += a_k G_k
//
// A rating so costs some 4 e p h flops instead of 12 e h, and a row of a batch 9 e h. Masks are made again where they are
// needed, from the seed of the step and the place of the rating. h is a multiple of 4; W: float32 [e × h], a row for each
// unit; ratings are sorted by the rows of the pass, rowOf int32.

import { putColumns } from "./scores";
import { firstOf } from "./sorted";
import { lanes, madd } from "./vector";

/** hidden float32 [B × h] ← Σ_k W_k a_k of the users, for the ratings from .. to. Scratch: 4 (e h + h + e) bytes. */
export function neuralForward(
  begin: i32,
  end: i32,
  scratch: usize,
  rowOf: usize,
  from: i32,
  to: i32,
  embeddings: usize,
  weights: usize,
  hidden: usize,
  e: i32,
  h: i32,
  keep: f32,
  threshold: i32,
  seed: u32,
): void {
  const bytes = <usize>h << 2;
  const parts = scratch;
  const total = parts + <usize>e * bytes;
  const dropped = total + bytes;
  let n = firstOf(rowOf, from, to, begin);
  while (n < to) {
    const row = load<i32>(rowOf + (<usize>n << 2));
    if (row >= end) break;
    addRow(embeddings + ((<usize>row * <usize>e) << 2), weights, parts, total, e, bytes, keep);
    for (; n < to && load<i32>(rowOf + (<usize>n << 2)) == row; n++) {
      const count = drop(dropped, n, e, threshold, seed);
      const out = hidden + <usize>(n - from) * bytes;
      for (let j: usize = 0; j < bytes; j += 16) {
        let z = v128.load(total + j);
        for (let k = 0; k < count; k++) {
          const unit = <usize>load<i32>(dropped + (<usize>k << 2));
          z = f32x4.sub(z, v128.load(parts + unit * bytes + j));
        }
        v128.store(out + j, z);
      }
    }
  }
}

/**
 * The rest of the way for ratings by their items, and back as far as the items: hidden ← ∂L/∂z, gradients of the rows begin ..
 * end (float32 [rows × e]), and sums for this block of blockRows rows in partials, float32 [blocks × (e h + 2 h + 4)]: of
 * ∂L/∂W of the items, ∂L/∂c1, ∂L/∂w2 and ∂L/∂c2.
 *
 * byItem int32 [ratings]: where each rating stands by user, from .. to as well; output float32 [2 h + 4]: c1, w2, c2; losses
 * float64 [rows] = Σ (r̂ − r)²; scale = 2 / B. Scratch: 4 (2 e h + 2 h + e) bytes.
 */
export function neuralLoss(
  begin: i32,
  end: i32,
  scratch: usize,
  rowOf: usize,
  byItem: usize,
  values: usize,
  from: i32,
  to: i32,
  embeddings: usize,
  weights: usize,
  output: usize,
  hidden: usize,
  gradients: usize,
  partials: usize,
  losses: usize,
  blockRows: i32,
  e: i32,
  h: i32,
  scale: f32,
  keep: f32,
  threshold: i32,
  seed: u32,
): void {
  const bytes = <usize>h << 2;
  const size = <usize>e * bytes;
  const parts = scratch;
  const lost = parts + size;
  const total = lost + size;
  const sum = total + bytes;
  const dropped = sum + bytes;
  const partial = partials + <usize>(begin / blockRows) * (size + 2 * bytes + 16);
  const first = partial + size;
  const second = first + bytes;
  memory.fill(partial, 0, size + 2 * bytes + 16);
  memory.fill(gradients + ((<usize>begin * <usize>e) << 2), 0, (<usize>(end - begin) * <usize>e) << 2);
  memory.fill(losses + (<usize>begin << 3), 0, <usize>(end - begin) << 3);
  const c2 = load<f32>(output + 2 * bytes);
  let constant: f32 = 0;
  let n = firstOf(rowOf, from, to, begin);
  while (n < to) {
    const row = load<i32>(rowOf + (<usize>n << 2));
    if (row >= end) break;
    const x = embeddings + ((<usize>row * <usize>e) << 2);
    addRow(x, weights, parts, total, e, bytes, keep);
    memory.fill(lost, 0, size);
    memory.fill(sum, 0, bytes);
    let loss: f64 = 0;
    for (; n < to && load<i32>(rowOf + (<usize>n << 2)) == row; n++) {
      const count = drop(dropped, n, e, threshold, seed);
      const z = hidden + <usize>(load<i32>(byItem + (<usize>n << 2)) - from) * bytes;
      let products = f32x4.splat(0);
      for (let j: usize = 0; j < bytes; j += 16) {
        let s = f32x4.add(f32x4.add(v128.load(z + j), v128.load(total + j)), v128.load(output + j));
        for (let k = 0; k < count; k++) {
          const unit = <usize>load<i32>(dropped + (<usize>k << 2));
          s = f32x4.sub(s, v128.load(parts + unit * bytes + j));
        }
        s = f32x4.max(s, f32x4.splat(0));
        v128.store(z + j, s);
        products = madd(s, v128.load(output + bytes + j), products);
      }
      const error = lanes(products) + c2 - load<f32>(values + (<usize>n << 2));
      loss += <f64>error * <f64>error;
      const slope = scale * error;
      constant += slope;
      const slopes = f32x4.splat(slope);
      for (let j: usize = 0; j < bytes; j += 16) {
        const s = v128.load(z + j);
        v128.store(second + j, madd(slopes, s, v128.load(second + j)));
        const on = f32x4.gt(s, f32x4.splat(0));
        const d = v128.and(on, f32x4.mul(slopes, v128.load(output + bytes + j)));
        v128.store(z + j, d);
        v128.store(sum + j, f32x4.add(d, v128.load(sum + j)));
      }
      addLost(dropped, count, z, lost, bytes);
    }
    for (let j: usize = 0; j < bytes; j += 16) {
      v128.store(first + j, f32x4.add(v128.load(first + j), v128.load(sum + j)));
    }
    backRow(x, weights, lost, sum, gradients + ((<usize>row * <usize>e) << 2), partial, e, bytes, keep);
    store<f64>(losses + (<usize>row << 3), loss);
  }
  store<f32>(second + bytes, constant);
}

/**
 * The rest of the way back: gradients of the users' rows begin .. end (float32 [rows × e]), hidden being ∂L/∂z, and ∂L/∂W of
 * the users for this block of blockRows rows in partials, float32 [blocks × e h]. Scratch: 4 (e h + h + e) bytes.
 */
export function neuralBackward(
  begin: i32,
  end: i32,
  scratch: usize,
  rowOf: usize,
  from: i32,
  to: i32,
  embeddings: usize,
  weights: usize,
  hidden: usize,
  gradients: usize,
  partials: usize,
  blockRows: i32,
  e: i32,
  h: i32,
  keep: f32,
  threshold: i32,
  seed: u32,
): void {
  const bytes = <usize>h << 2;
  const size = <usize>e * bytes;
  const lost = scratch;
  const sum = lost + size;
  const dropped = sum + bytes;
  const partial = partials + <usize>(begin / blockRows) * size;
  memory.fill(partial, 0, size);
  memory.fill(gradients + ((<usize>begin * <usize>e) << 2), 0, (<usize>(end - begin) * <usize>e) << 2);
  let n = firstOf(rowOf, from, to, begin);
  while (n < to) {
    const row = load<i32>(rowOf + (<usize>n << 2));
    if (row >= end) break;
    memory.fill(lost, 0, size);
    memory.fill(sum, 0, bytes);
    for (; n < to && load<i32>(rowOf + (<usize>n << 2)) == row; n++) {
      const d = hidden + <usize>(n - from) * bytes;
      for (let j: usize = 0; j < bytes; j += 16) {
        v128.store(sum + j, f32x4.add(v128.load(d + j), v128.load(sum + j)));
      }
      addLost(dropped, drop(dropped, n, e, threshold, seed), d, lost, bytes);
    }
    const at = (<usize>row * <usize>e) << 2;
    backRow(embeddings + at, weights, lost, sum, gradients + at, partial, e, bytes, keep);
  }
}

/** parts ← C_k = W_k keep relu(x_k), total ← their sum. */
function addRow(x: usize, weights: usize, parts: usize, total: usize, e: i32, bytes: usize, keep: f32): void {
  memory.fill(total, 0, bytes);
  for (let k: usize = 0; k < <usize>e; k++) {
    const a = f32x4.splat(keep * max<f32>(load<f32>(x + (k << 2)), 0));
    for (let j: usize = 0; j < bytes; j += 16) {
      const part = f32x4.mul(a, v128.load(weights + k * bytes + j));
      v128.store(parts + k * bytes + j, part);
      v128.store(total + j, f32x4.add(part, v128.load(total + j)));
    }
  }
}

/** lost_k += d for every unit that the rating drops. */
function addLost(dropped: usize, count: i32, d: usize, lost: usize, bytes: usize): void {
  for (let k = 0; k < count; k++) {
    const row = lost + <usize>load<i32>(dropped + (<usize>k << 2)) * bytes;
    for (let j: usize = 0; j < bytes; j += 16) {
      v128.store(row + j, f32x4.add(v128.load(d + j), v128.load(row + j)));
    }
  }
}

/** gradient ← keep W_k · G_k where x_k > 0, partial_k += keep relu(x_k) G_k, with G_k = sum − lost_k. */
function backRow(
  x: usize,
  weights: usize,
  lost: usize,
  sum: usize,
  gradient: usize,
  partial: usize,
  e: i32,
  bytes: usize,
  keep: f32,
): void {
  for (let k: usize = 0; k < <usize>e; k++) {
    const value = load<f32>(x + (k << 2));
    if (!(value > 0)) continue;
    const a = f32x4.splat(keep * value);
    let products = f32x4.splat(0);
    for (let j: usize = 0; j < bytes; j += 16) {
      const at = k * bytes + j;
      const g = f32x4.sub(v128.load(sum + j), v128.load(lost + at));
      products = madd(g, v128.load(weights + at), products);
      v128.store(partial + at, madd(a, g, v128.load(partial + at)));
    }
    store<f32>(gradient + (k << 2), keep * lanes(products));
  }
}

/**
 * Which of the e units a rating drops, into a list of int32; returns how many. Each with probability threshold / 65536: two
 * units a lane of four xorshift generators (G. Marsaglia, "Xorshift RNGs", 2003), seeded by hashes of the seed and the place.
 */
function drop(dropped: usize, place: i32, e: i32, threshold: i32, seed: u32): i32 {
  if (threshold == 0) return 0;
  const hash = mix(<u32>place ^ seed);
  let state = i32x4(
    mix(hash + 0x9e3779b9) | 1,
    mix(hash + 0x3c6ef372) | 1,
    mix(hash + 0xdaa66d2b) | 1,
    mix(hash + 0x78dde6e4) | 1,
  );
  const limit = i16x8.splat(<i16>threshold);
  let count = 0;
  for (let unit = 0; unit < e; unit += 8) {
    state = v128.xor(state, i32x4.shl(state, 13));
    state = v128.xor(state, i32x4.shr_u(state, 17));
    state = v128.xor(state, i32x4.shl(state, 5));
    let bits = i16x8.bitmask(i16x8.lt_u(state, limit));
    if (unit + 8 > e) bits &= (1 << (e - unit)) - 1;
    for (; bits != 0; bits &= bits - 1) {
      store<i32>(dropped + (<usize>count << 2), unit + ctz<i32>(bits));
      count++;
    }
  }
  return count;
}

/** The 32-bit finaliser of MurmurHash3. */
@inline
function mix(value: u32): u32 {
  value = (value ^ (value >> 16)) * 0x85ebca6b;
  value = (value ^ (value >> 13)) * 0xc2b2ae35;
  return value ^ (value >> 16);
}

/**
 * Embeddings of users by `steps` steps of Adam over their ratings, everything else fixed, and their halves of the hidden layer: rows
 * begin .. end. src/models/neural/fold-in.ts does the same for one user, in the same order. offsets int32 [rows + 1], indices int32 and values
 * float32 [ratings]; weights float64 [e × h], newcomer float64 [e], weightsOut float64 [h], films float64 [items × h]; halves float64
 * [rows × h] receives Σ_k relu(x_k) W_k. 4 e h + 6 n h flops a step. Scratch: 8 (3 e + h) bytes.
 */
export function neuralFoldIn(
  begin: i32,
  end: i32,
  scratch: usize,
  offsets: usize,
  indices: usize,
  values: usize,
  weights: usize,
  newcomer: usize,
  weightsOut: usize,
  films: usize,
  halves: usize,
  e: i32,
  h: i32,
  constant: f64,
  decay: f64,
  steps: i32,
  rate: f64,
): void {
  const wide = <usize>e << 3;
  const long = <usize>h << 3;
  const x = scratch;
  const first = x + wide;
  const second = first + wide;
  const slopes = second + wide;
  for (let row = begin; row < end; row++) {
    const from = <usize>load<i32>(offsets + (<usize>row << 2)) << 2;
    const to = <usize>load<i32>(offsets + (<usize>row << 2), 4) << 2;
    const half = halves + <usize>row * long;
    const ratings = <f64>((to - from) >> 2);
    memory.copy(x, newcomer, wide);
    memory.fill(first, 0, 2 * wide);
    let power1: f64 = 1;
    let power2: f64 = 1;
    for (let step = 1; step <= steps && from < to; step++) {
      addUnits(x, weights, half, wide, long);
      memory.fill(slopes, 0, long);
      for (let n = from; n < to; n += 4) {
        const film = films + <usize>load<i32>(indices + n) * long;
        let error = constant - <f64>load<f32>(values + n);
        for (let j: usize = 0; j < long; j += 8) {
          error += load<f64>(weightsOut + j) * max<f64>(0, load<f64>(half + j) + load<f64>(film + j));
        }
        for (let j: usize = 0; j < long; j += 8) {
          if (load<f64>(half + j) + load<f64>(film + j) > 0) {
            store<f64>(slopes + j, load<f64>(slopes + j) + error * load<f64>(weightsOut + j));
          }
        }
      }
      power1 *= 0.9;
      power2 *= 0.999;
      const scale = 2 / ratings;
      for (let k: usize = 0, w = weights; k < wide; k += 8, w += long) {
        const value = load<f64>(x + k);
        let g = (decay / ratings) * value;
        if (value > 0) for (let j: usize = 0; j < long; j += 8) g += scale * load<f64>(slopes + j) * load<f64>(w + j);
        const m = 0.9 * load<f64>(first + k) + 0.1 * g;
        const v = 0.999 * load<f64>(second + k) + 0.001 * g * g;
        store<f64>(first + k, m);
        store<f64>(second + k, v);
        store<f64>(x + k, value - (rate * (m / (1 - power1))) / (sqrt(v / (1 - power2)) + 1e-8));
      }
    }
    addUnits(x, weights, half, wide, long);
  }
}

/** half = Σ_k relu(x_k) W_k */
@inline
function addUnits(x: usize, weights: usize, half: usize, wide: usize, long: usize): void {
  memory.fill(half, 0, long);
  for (let k: usize = 0, w = weights; k < wide; k += 8, w += long) {
    const value = load<f64>(x + k);
    if (value <= 0) continue;
    for (let j: usize = 0; j < long; j += 8) store<f64>(half + j, load<f64>(half + j) + value * load<f64>(w + j));
  }
}

/**
 * Scores of every film for rows begin .. end: constant + Σ_j w_j relu(A_uj + B_ij). halves float32 [rows × h]; panels float32
 * [⌈columns / 8⌉ × h × 8]: B in stripes of 8 films; weightsOut float32 [h]; out float32 [rows × columns]. 4 h flops a number. Scratch:
 * 32 bytes.
 */
export function neuralScores(
  begin: i32,
  end: i32,
  scratch: usize,
  halves: usize,
  panels: usize,
  weightsOut: usize,
  out: usize,
  h: i32,
  columns: i32,
  constant: f32,
): void {
  const size = <usize>h << 2;
  const zero = f32x4.splat(0);
  for (let row = begin; row < end; row++) {
    const half = halves + <usize>row * size;
    for (let column = 0, panel = panels; column < columns; column += 8, panel += size * 8) {
      let left = f32x4.splat(constant);
      let right = left;
      for (let j: usize = 0; j < size; j += 4) {
        const own = v128.load32_splat(half + j);
        const weight = v128.load32_splat(weightsOut + j);
        left = madd(weight, f32x4.max(zero, f32x4.add(own, v128.load(panel + (j << 3)))), left);
        right = madd(weight, f32x4.max(zero, f32x4.add(own, v128.load(panel + (j << 3), 16))), right);
      }
      putColumns(out + ((<usize>row * <usize>columns + <usize>column) << 2), left, right, min(8, columns - column), scratch);
    }
  }
}
