// Half-steps of implicit ALS: Y. Hu, Y. Koren, C. Volinsky, "Collaborative filtering for implicit feedback datasets", ICDM
// 2008. For each row u of the sparse matrix, with the factors Y of the other side fixed,
//
//   A = YᵀY + λ_u I + Σ_i (c_ui − 1) y_i y_iᵀ,   b = Σ_i c_ui y_i,   c_ui = base + alpha · r_ui
//
// alsConjugate takes a few steps of conjugate gradient on A x = b from the row's last x: G. Takács, I. Pilászy, D. Tikk,
// RecSys 2011. alsCholesky solves it. Both leave the row's loss, λ_u|x|² included, without another pass over the ratings: with
// r = b − A x it is Σ_i c_ui − x·b − x·r, and a step of conjugate gradient of length t lowers it by t |r|².
//
// Both take: offsets int32 [rows + 1], indices int32 and values float32 [entries], fixed float32 [columns × f], gram float32
// [f × f] = YᵀY, out float32 [rows × f], losses float64 [rows], weights float32 [rows] = λ_u; f a multiple of 8.

import { factorise, solve } from "./cholesky";
import { addGram } from "./gram";
import { axpy, dot, lanes, lanesOfFour, madd } from "./vector";

/**
 * The rows of a block step together. Y is passed in tiles of `tile` of its rows, each tile for all rows of the block before the
 * next: a tile stays in the cache, where the ratings of one popular film alone would fetch most of Y from memory every time.
 *
 * Scratch: (3 f + 3) floats a row. 4 f flops per rating and pass, 2 f² per row and pass, steps + 1 passes.
 */
export function alsConjugate(
  begin: i32,
  end: i32,
  scratch: usize,
  offsets: usize,
  indices: usize,
  values: usize,
  fixed: usize,
  gram: usize,
  out: usize,
  losses: usize,
  weights: usize,
  f: i32,
  base: f32,
  alpha: f32,
  steps: i32,
  columns: i32,
  tile: i32,
): void {
  const size = <usize>f << 2;
  const block = <usize>(end - begin) * size;
  const r = scratch;
  const p = r + block;
  const ap = p + block;
  const lengths = ap + block; // |r|² of each row; 0 where it is done
  const cursors = lengths + (<usize>(end - begin) << 2);

  // r = b − A x = Σ (c − (c − 1)(x · y)) y − (YᵀY + λI) x, and the loss at x
  for (let row = begin; row < end; row++) {
    const k = <usize>(row - begin);
    const x = out + <usize>row * size;
    const from = load<i32>(offsets + (<usize>row << 2));
    const empty = from == load<i32>(offsets + (<usize>row << 2), 4);
    if (empty) memory.fill(x, 0, size);
    times(gram, x, r + k * size, size, load<f32>(weights + (<usize>row << 2)));
    negate(r + k * size, size);
    store<f64>(losses + (<usize>row << 3), 0);
    store<i32>(cursors + (k << 2), from);
  }
  for (let bound = tile; ; bound += tile) {
    for (let row = begin; row < end; row++) {
      const k = <usize>(row - begin);
      const to = load<i32>(offsets + (<usize>row << 2), 4);
      const x = out + <usize>row * size;
      let n = load<i32>(cursors + (k << 2));
      let loss: f64 = 0;
      while (n + 3 < to && load<i32>(indices + (<usize>n << 2), 12) < bound) {
        loss += addFour(true, n, x, r + k * size, size, indices, values, fixed, base, alpha);
        n += 4;
      }
      while (n < to && load<i32>(indices + (<usize>n << 2)) < bound) {
        loss += addOne(true, n, x, r + k * size, size, indices, values, fixed, base, alpha);
        n++;
      }
      store<i32>(cursors + (k << 2), n);
      store<f64>(losses + (<usize>row << 3), load<f64>(losses + (<usize>row << 3)) + loss);
    }
    if (bound >= columns) break;
  }
  memory.copy(p, r, block);
  for (let row = begin; row < end; row++) {
    const k = <usize>(row - begin);
    const rk = r + k * size;
    store<f32>(lengths + (k << 2), dot(rk, rk, size));
    const at = losses + (<usize>row << 3);
    store<f64>(at, load<f64>(at) - <f64>dot(out + <usize>row * size, rk, size));
  }

  for (let step = 0; step < steps; step++) {
    for (let row = begin; row < end; row++) {
      const k = <usize>(row - begin);
      times(gram, p + k * size, ap + k * size, size, load<f32>(weights + (<usize>row << 2)));
      store<i32>(cursors + (k << 2), load<i32>(offsets + (<usize>row << 2)));
    }
    for (let bound = tile; ; bound += tile) {
      for (let row = begin; row < end; row++) {
        const k = <usize>(row - begin);
        const to = load<i32>(offsets + (<usize>row << 2), 4);
        let n = load<i32>(cursors + (k << 2));
        while (n + 3 < to && load<i32>(indices + (<usize>n << 2), 12) < bound) {
          addFour(false, n, p + k * size, ap + k * size, size, indices, values, fixed, base, alpha);
          n += 4;
        }
        while (n < to && load<i32>(indices + (<usize>n << 2)) < bound) {
          addOne(false, n, p + k * size, ap + k * size, size, indices, values, fixed, base, alpha);
          n++;
        }
        store<i32>(cursors + (k << 2), n);
      }
      if (bound >= columns) break;
    }
    for (let row = begin; row < end; row++) {
      const k = <usize>(row - begin);
      const rr = load<f32>(lengths + (k << 2));
      if (rr <= 1e-20) continue;
      const rk = r + k * size;
      const pk = p + k * size;
      const along = rr / dot(pk, ap + k * size, size);
      axpy(along, pk, out + <usize>row * size, size);
      axpy(-along, ap + k * size, rk, size);
      const next = dot(rk, rk, size);
      turn(next / rr, pk, rk, size);
      store<f32>(lengths + (k << 2), next);
      const at = losses + (<usize>row << 3);
      store<f64>(at, load<f64>(at) - <f64>along * <f64>rr);
    }
  }
}

/** Ratings that are gathered before their products are added. */
const chunk = 32;

/** Scratch: f² + f + 64 f floats. f² flops per rating (one triangle), f³/3 per row. */
export function alsCholesky(
  begin: i32,
  end: i32,
  scratch: usize,
  offsets: usize,
  indices: usize,
  values: usize,
  fixed: usize,
  gram: usize,
  out: usize,
  losses: usize,
  weights: usize,
  f: i32,
  base: f32,
  alpha: f32,
): void {
  const size = <usize>f << 2;
  const a = scratch;
  const b = a + size * <usize>f;
  const gathered = b + size;
  const shift = <usize>chunk * size;
  for (let row = begin; row < end; row++) {
    const from = load<i32>(offsets + (<usize>row << 2));
    const to = load<i32>(offsets + (<usize>row << 2), 4);
    const x = out + <usize>row * size;
    memory.fill(x, 0, size);
    store<f64>(losses + (<usize>row << 3), 0);
    if (from == to) continue;

    memory.copy(a, gram, size * <usize>f);
    memory.fill(b, 0, size);
    const weight = load<f32>(weights + (<usize>row << 2));
    for (let i: usize = 0; i < <usize>f; i++) {
      const at = a + i * size + (i << 2);
      store<f32>(at, load<f32>(at) + weight);
    }
    let total: f64 = 0;
    for (let n = from; n < to; ) {
      let y = gathered;
      for (const last = min(to, n + chunk); n < last; n++, y += size) {
        const c = base + alpha * load<f32>(values + (<usize>n << 2));
        total += c;
        memory.copy(y, fixed + <usize>load<i32>(indices + (<usize>n << 2)) * size, size);
        axpy(c, y, b, size);
        scale(c - 1, y, y + shift, size);
      }
      addGram(gathered, y, shift, a, f);
    }
    factorise(a, f);
    memory.copy(x, b, size);
    solve(a, x, f);
    store<f64>(losses + (<usize>row << 3), total - <f64>dot(x, b, size));
  }
}

/**
 * The four ratings from n on, so that each chunk of v and of `sum` is loaded once for four rows of Y. Without `first`,
 * sum += Σ (c − 1)(y · v) y; with it, sum += Σ (c − (c − 1)(y · v)) y, and the return is Σ c − c (y · v).
 */
@inline
function addFour(
  first: bool,
  n: i32,
  v: usize,
  sum: usize,
  size: usize,
  indices: usize,
  values: usize,
  fixed: usize,
  base: f32,
  alpha: f32,
): f64 {
  const at = indices + (<usize>n << 2);
  const y0 = fixed + <usize>load<i32>(at) * size;
  const y1 = fixed + <usize>load<i32>(at, 4) * size;
  const y2 = fixed + <usize>load<i32>(at, 8) * size;
  const y3 = fixed + <usize>load<i32>(at, 12) * size;
  let s0 = f32x4.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  for (let j: usize = 0; j < size; j += 16) {
    const chunk = v128.load(v + j);
    s0 = madd(chunk, v128.load(y0 + j), s0);
    s1 = madd(chunk, v128.load(y1 + j), s1);
    s2 = madd(chunk, v128.load(y2 + j), s2);
    s3 = madd(chunk, v128.load(y3 + j), s3);
  }
  const s = lanesOfFour(s0, s1, s2, s3);
  const c = madd(f32x4.splat(alpha), v128.load(values + (<usize>n << 2)), f32x4.splat(base));
  const e = first ? f32x4.sub(c, f32x4.mul(f32x4.sub(c, f32x4.splat(1)), s)) : f32x4.mul(f32x4.sub(c, f32x4.splat(1)), s);
  const e0 = v128.shuffle<f32>(e, e, 0, 0, 0, 0);
  const e1 = v128.shuffle<f32>(e, e, 1, 1, 1, 1);
  const e2 = v128.shuffle<f32>(e, e, 2, 2, 2, 2);
  const e3 = v128.shuffle<f32>(e, e, 3, 3, 3, 3);
  for (let j: usize = 0; j < size; j += 16) {
    let chunk = v128.load(sum + j);
    chunk = madd(e0, v128.load(y0 + j), chunk);
    chunk = madd(e1, v128.load(y1 + j), chunk);
    chunk = madd(e2, v128.load(y2 + j), chunk);
    chunk = madd(e3, v128.load(y3 + j), chunk);
    v128.store(sum + j, chunk);
  }
  return first ? <f64>lanes(f32x4.sub(c, f32x4.mul(c, s))) : 0;
}

/** The same for the rating n alone. */
@inline
function addOne(
  first: bool,
  n: i32,
  v: usize,
  sum: usize,
  size: usize,
  indices: usize,
  values: usize,
  fixed: usize,
  base: f32,
  alpha: f32,
): f64 {
  const y = fixed + <usize>load<i32>(indices + (<usize>n << 2)) * size;
  const c = base + alpha * load<f32>(values + (<usize>n << 2));
  const s = dot(v, y, size);
  axpy(first ? c - (c - 1) * s : (c - 1) * s, y, sum, size);
  return first ? <f64>(c - c * s) : 0;
}
/** out = (G + weight I) v for a symmetric matrix G, four of its rows at a time. */
function times(gram: usize, v: usize, out: usize, size: usize, weight: f32): void {
  const w = f32x4.splat(weight);
  for (let j: usize = 0; j < size; j += 16) v128.store(out + j, f32x4.mul(w, v128.load(v + j)));
  let row = gram;
  for (let i: usize = 0; i < size; i += 16, row += 4 * size) {
    const v0 = v128.load32_splat(v + i);
    const v1 = v128.load32_splat(v + i, 4);
    const v2 = v128.load32_splat(v + i, 8);
    const v3 = v128.load32_splat(v + i, 12);
    for (let j: usize = 0; j < size; j += 16) {
      let sum = v128.load(out + j);
      sum = madd(v0, v128.load(row + j), sum);
      sum = madd(v1, v128.load(row + size + j), sum);
      sum = madd(v2, v128.load(row + 2 * size + j), sum);
      sum = madd(v3, v128.load(row + 3 * size + j), sum);
      v128.store(out + j, sum);
    }
  }
}

/** v = −v */
@inline
function negate(v: usize, size: usize): void {
  for (let j: usize = 0; j < size; j += 16) v128.store(v + j, f32x4.neg(v128.load(v + j)));
}

/** p = r + factor · p */
@inline
function turn(factor: f32, p: usize, r: usize, size: usize): void {
  const v = f32x4.splat(factor);
  for (let j: usize = 0; j < size; j += 16) v128.store(p + j, madd(v, v128.load(p + j), v128.load(r + j)));
}

/** out = factor · y */
@inline
function scale(factor: f32, y: usize, out: usize, size: usize): void {
  const v = f32x4.splat(factor);
  for (let j: usize = 0; j < size; j += 16) v128.store(out + j, f32x4.mul(v, v128.load(y + j)));
}
