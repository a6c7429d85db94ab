// Half-steps of implicit ALS: Y. Hu, Y. Koren, C. Volinsky, "Collaborative filtering for implicit feedback datasets", ICDM
// 2008. For each row u of the sparse matrix, with the factors Y of the other side fixed,
//
//   A = YᵀY + λ_u I + Σ_i (c_ui − 1) y_i y_iᵀ,   b = Σ_i c_ui y_i,   c_ui = base + alpha · r_ui
//
// alsConjugate takes a few steps of conjugate gradient on A x = b from the row's last x: G. Takács, I. Pilászy, D. Tikk,
// RecSys 2011. alsCholesky solves it. Both leave the row's loss, λ_u|x|² included, without another pass over the ratings: with
// r = b − A x it is Σ_i c_ui − x·b − x·r, and a step of conjugate gradient of length t lowers it by t |r|². Where rows have
// priors m, λ_u|x − m_u|² takes the place of λ_u|x|²: b becomes Σ_i c_ui y_i + λ_u m_u, and λ_u|m_u|² is added to the loss.
//
// Both take: where the ratings of rows begin, entries uint32 and values float32 [ratings], shift and unit, fixed float32
// [columns × f], gram float32 [f × f] = YᵀY, factors float32 [rows × f], losses float64 [rows], weights float32 [rows] = λ_u; f a
// multiple of 8; priors float32 [rows × f] = m, zeros for rows without ratings, or 0 where there are none. An entry is
// column << shift | level, and r = level × unit; where shift is 0, r is in `values`.

import { factorise, solve } from "./cholesky";
import { addGram } from "./gram";
import { axpy, dot, lanes, lanesOfFour, madd, scale } from "./vector";

/** The ratings of a half-step, the vectors that they point to, and c = base + alpha · r. */
@unmanaged
class Ratings {
  entries: usize;
  values: usize;
  shift: u32;
  unit: f32;
  fixed: usize;
  /** Bytes of a vector. */
  size: usize;
  base: f32;
  alpha: f32;
}

/**
 * The rows of a block step together. Either a block is one tile, with so few rows that the vectors of Y that they rated stay in
 * the cache from the first pass to the last; or, where one row alone rated more of Y than a cache holds, Y is passed in tiles of
 * its rows, each tile for all rows of the block before the next. The ratings lie in the order in which they are read: by block,
 * by tile, by row; block b has the rows row .. row′ and the visits visit .. visit′, rows × tiles, where
 * (row, visit) = blocks[b] and (row′, visit′) = blocks[b + 1], and visit q the ratings visits[q] .. visits[q + 1].
 *
 * begin is the block, and one at a time; blocks: int32 [blocks + 1][2], visits: int32. Scratch: (3 f + 1) floats a row of the
 * largest block, and 8. 4 f flops per rating and pass, 2 f² per row and pass, steps + 1 passes.
 */
export function alsConjugate(
  begin: i32,
  _end: i32,
  scratch: usize,
  visits: usize,
  entries: usize,
  values: usize,
  shift: u32,
  unit: f32,
  fixed: usize,
  gram: usize,
  factors: usize,
  losses: usize,
  weights: usize,
  f: i32,
  base: f32,
  alpha: f32,
  priors: usize,
  steps: i32,
  blocks: usize,
): void {
  const size = <usize>f << 2;
  const block = blocks + (<usize>begin << 3);
  const row = <usize>load<i32>(block);
  const rows = <usize>load<i32>(block, 8) - row;
  const first = visits + (<usize>load<i32>(block, 4) << 2);
  const last = visits + (<usize>load<i32>(block, 12) << 2);
  const x = factors + row * size;
  const r = scratch;
  const p = r + rows * size;
  const ap = p + rows * size;
  const lengths = ap + rows * size; // |r|² of each row; 0 where it is done
  const loss = losses + (row << 3);
  const weight = weights + (row << 2);
  const ratings = changetype<Ratings>(lengths + (rows << 2));
  ratings.entries = entries;
  ratings.values = values;
  ratings.shift = shift;
  ratings.unit = unit;
  ratings.fixed = fixed;
  ratings.size = size;
  ratings.base = base;
  ratings.alpha = alpha;

  // r = b − A x = Σ (c − (c − 1)(x · y)) y − (YᵀY + λI) x, and the loss at x
  for (let k: usize = 0; k < rows; k++) {
    if (isEmpty(first + (k << 2), last, rows)) memory.fill(x + k * size, 0, size);
    store<f64>(loss + (k << 3), 0);
  }
  timesAll(gram, x, r, rows, size, weight);
  negate(r, rows * size);
  if (priors) {
    for (let k: usize = 0; k < rows; k++) {
      const at = loss + (k << 3);
      store<f64>(at, addPrior(priors + (row + k) * size, x + k * size, r + k * size, size, load<f32>(weight + (k << 2))));
    }
  }
  for (let visit = first; visit < last; ) {
    for (let k: usize = 0; k < rows; k++, visit += 4) {
      const n = load<i32>(visit), to = load<i32>(visit, 4);
      const part = addRatings(true, n, to, x + k * size, r + k * size, ratings);
      store<f64>(loss + (k << 3), load<f64>(loss + (k << 3)) + part);
    }
  }
  memory.copy(p, r, rows * size);
  for (let k: usize = 0; k < rows; k++) {
    const rk = r + k * size;
    store<f32>(lengths + (k << 2), dot(rk, rk, size));
    const at = loss + (k << 3);
    store<f64>(at, load<f64>(at) - <f64>dot(x + k * size, rk, size));
  }

  for (let step = 0; step < steps; step++) {
    timesAll(gram, p, ap, rows, size, weight);
    for (let visit = first; visit < last; ) {
      for (let k: usize = 0; k < rows; k++, visit += 4) {
        const n = load<i32>(visit), to = load<i32>(visit, 4);
        addRatings(false, n, to, p + k * size, ap + k * size, ratings);
      }
    }
    for (let k: usize = 0; k < rows; k++) {
      const rr = load<f32>(lengths + (k << 2));
      if (rr <= 1e-20) continue;
      const rk = r + k * size;
      const pk = p + k * size;
      const along = rr / dot(pk, ap + k * size, size);
      axpy(along, pk, x + k * size, size);
      axpy(-along, ap + k * size, rk, size);
      const next = dot(rk, rk, size);
      turn(next / rr, pk, rk, size);
      store<f32>(lengths + (k << 2), next);
      const at = loss + (k << 3);
      store<f64>(at, load<f64>(at) - <f64>along * <f64>rr);
    }
  }
}

/** b += λ m, for the prior m of a row; returns λ (|m|² − x · m), which is what m adds to the loss beside x · b and x · r. */
@inline
function addPrior(m: usize, x: usize, b: usize, size: usize, weight: f32): f64 {
  axpy(weight, m, b, size);
  return <f64>weight * (<f64>dot(m, m, size) - <f64>dot(x, m, size));
}

/** Whether a row has no rating in any of its visits, `rows` apart. */
@inline
function isEmpty(visit: usize, last: usize, rows: usize): bool {
  for (; visit < last; visit += rows << 2) {
    if (load<i32>(visit) != load<i32>(visit, 4)) return false;
  }
  return true;
}

/** Ratings that are gathered before their products are added. */
const chunk = 32;

/** Scratch: f² + f + 64 f floats. f² flops per rating (one triangle), f³/3 per row. */
export function alsCholesky(
  begin: i32,
  end: i32,
  scratch: usize,
  offsets: usize,
  entries: usize,
  values: usize,
  shift: u32,
  unit: f32,
  fixed: usize,
  gram: usize,
  factors: usize,
  losses: usize,
  weights: usize,
  f: i32,
  base: f32,
  alpha: f32,
  priors: usize,
): void {
  const size = <usize>f << 2;
  const a = scratch;
  const b = a + size * <usize>f;
  const gathered = b + size;
  const apart = <usize>chunk * size;
  for (let row = begin; row < end; row++) {
    const from = load<i32>(offsets + (<usize>row << 2));
    const to = load<i32>(offsets + (<usize>row << 2), 4);
    const x = factors + <usize>row * size;
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
        const entry = load<u32>(entries + (<usize>n << 2));
        const r: f32 = shift == 0 ? load<f32>(values + (<usize>n << 2)) : <f32>(entry & levelsOf(shift)) * unit;
        const c = base + alpha * r;
        total += c;
        memory.copy(y, fixed + <usize>(entry >> shift) * size, size);
        axpy(c, y, b, size);
        scale(c - 1, y, y + apart, size);
      }
      addGram(gathered, y, apart, a, f, 0);
    }
    if (priors) total += addPrior(priors + <usize>row * size, x, b, size, weight); // x is 0 yet
    factorise(a, f, gathered);
    memory.copy(x, b, size);
    solve(a, x, f);
    store<f64>(losses + (<usize>row << 3), total - <f64>dot(x, b, size));
  }
}

/**
 * Ratings n .. to of one row: without `first`, sum += Σ (c − 1)(y · v) y; with it, sum += Σ (c − (c − 1)(y · v)) y, and the
 * return is Σ c − c (y · v). Eight at a time, so that each part of v and of `sum` is loaded once for eight rows of Y.
 */
@inline
function addRatings(first: bool, n: i32, to: i32, v: usize, sum: usize, ratings: Ratings): f64 {
  const entries = ratings.entries, values = ratings.values, fixed = ratings.fixed, size = ratings.size;
  const shift = ratings.shift, unit = ratings.unit, base = ratings.base, alpha = ratings.alpha;
  let loss: f64 = 0;
  for (; n + 7 < to; n += 8) {
    const at = entries + (<usize>n << 2);
    const y0 = fixed + <usize>(load<u32>(at) >> shift) * size, y1 = fixed + <usize>(load<u32>(at, 4) >> shift) * size;
    const y2 = fixed + <usize>(load<u32>(at, 8) >> shift) * size, y3 = fixed + <usize>(load<u32>(at, 12) >> shift) * size;
    const y4 = fixed + <usize>(load<u32>(at, 16) >> shift) * size, y5 = fixed + <usize>(load<u32>(at, 20) >> shift) * size;
    const y6 = fixed + <usize>(load<u32>(at, 24) >> shift) * size, y7 = fixed + <usize>(load<u32>(at, 28) >> shift) * size;
    let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
    for (let j: usize = 0; j < size; j += 16) {
      const part = v128.load(v + j);
      s0 = madd(part, v128.load(y0 + j), s0);
      s1 = madd(part, v128.load(y1 + j), s1);
      s2 = madd(part, v128.load(y2 + j), s2);
      s3 = madd(part, v128.load(y3 + j), s3);
      s4 = madd(part, v128.load(y4 + j), s4);
      s5 = madd(part, v128.load(y5 + j), s5);
      s6 = madd(part, v128.load(y6 + j), s6);
      s7 = madd(part, v128.load(y7 + j), s7);
    }
    const s = lanesOfFour(s0, s1, s2, s3);
    const t = lanesOfFour(s4, s5, s6, s7);
    let low: v128, high: v128;
    if (shift == 0) {
      low = v128.load(values + (<usize>n << 2));
      high = v128.load(values + (<usize>n << 2), 16);
    } else {
      low = ratingsOf(v128.load(at), shift, unit);
      high = ratingsOf(v128.load(at, 16), shift, unit);
    }
    const c = madd(f32x4.splat(alpha), low, f32x4.splat(base));
    const d = madd(f32x4.splat(alpha), high, f32x4.splat(base));
    if (first) loss += <f64>lanes(f32x4.add(f32x4.sub(c, f32x4.mul(c, s)), f32x4.sub(d, f32x4.mul(d, t))));
    const e = factorsOf(first, c, s);
    const g = factorsOf(first, d, t);
    const e0 = v128.shuffle<f32>(e, e, 0, 0, 0, 0), e1 = v128.shuffle<f32>(e, e, 1, 1, 1, 1);
    const e2 = v128.shuffle<f32>(e, e, 2, 2, 2, 2), e3 = v128.shuffle<f32>(e, e, 3, 3, 3, 3);
    const e4 = v128.shuffle<f32>(g, g, 0, 0, 0, 0), e5 = v128.shuffle<f32>(g, g, 1, 1, 1, 1);
    const e6 = v128.shuffle<f32>(g, g, 2, 2, 2, 2), e7 = v128.shuffle<f32>(g, g, 3, 3, 3, 3);
    for (let j: usize = 0; j < size; j += 16) {
      let part = v128.load(sum + j);
      part = madd(e0, v128.load(y0 + j), part);
      part = madd(e1, v128.load(y1 + j), part);
      part = madd(e2, v128.load(y2 + j), part);
      part = madd(e3, v128.load(y3 + j), part);
      part = madd(e4, v128.load(y4 + j), part);
      part = madd(e5, v128.load(y5 + j), part);
      part = madd(e6, v128.load(y6 + j), part);
      part = madd(e7, v128.load(y7 + j), part);
      v128.store(sum + j, part);
    }
  }
  for (; n < to; n += 4) {
    // Up to three lanes stand for no rating: they take the last one's place, with a factor of 0.
    const n1 = min(n + 1, to - 1), n2 = min(n + 2, to - 1), n3 = min(n + 3, to - 1);
    let e = v128.load32_splat(entries + (<usize>n << 2));
    e = i32x4.replace_lane(e, 1, load<i32>(entries + (<usize>n1 << 2)));
    e = i32x4.replace_lane(e, 2, load<i32>(entries + (<usize>n2 << 2)));
    e = i32x4.replace_lane(e, 3, load<i32>(entries + (<usize>n3 << 2)));
    const columns = i32x4.shr_u(e, shift);
    const y0 = fixed + <usize>i32x4.extract_lane(columns, 0) * size;
    const y1 = fixed + <usize>i32x4.extract_lane(columns, 1) * size;
    const y2 = fixed + <usize>i32x4.extract_lane(columns, 2) * size;
    const y3 = fixed + <usize>i32x4.extract_lane(columns, 3) * size;
    let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
    for (let j: usize = 0; j < size; j += 16) {
      const part = v128.load(v + j);
      s0 = madd(part, v128.load(y0 + j), s0);
      s1 = madd(part, v128.load(y1 + j), s1);
      s2 = madd(part, v128.load(y2 + j), s2);
      s3 = madd(part, v128.load(y3 + j), s3);
    }
    const s = lanesOfFour(s0, s1, s2, s3);
    let r = ratingsOf(e, shift, unit);
    if (shift == 0) {
      r = v128.load32_splat(values + (<usize>n << 2));
      r = f32x4.replace_lane(r, 1, load<f32>(values + (<usize>n1 << 2)));
      r = f32x4.replace_lane(r, 2, load<f32>(values + (<usize>n2 << 2)));
      r = f32x4.replace_lane(r, 3, load<f32>(values + (<usize>n3 << 2)));
    }
    const c = madd(f32x4.splat(alpha), r, f32x4.splat(base));
    const real = i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(to - n));
    if (first) loss += <f64>lanes(v128.and(real, f32x4.sub(c, f32x4.mul(c, s))));
    const g = v128.and(real, factorsOf(first, c, s));
    const e0 = v128.shuffle<f32>(g, g, 0, 0, 0, 0), e1 = v128.shuffle<f32>(g, g, 1, 1, 1, 1);
    const e2 = v128.shuffle<f32>(g, g, 2, 2, 2, 2), e3 = v128.shuffle<f32>(g, g, 3, 3, 3, 3);
    for (let j: usize = 0; j < size; j += 16) {
      let part = v128.load(sum + j);
      part = madd(e0, v128.load(y0 + j), part);
      part = madd(e1, v128.load(y1 + j), part);
      part = madd(e2, v128.load(y2 + j), part);
      part = madd(e3, v128.load(y3 + j), part);
      v128.store(sum + j, part);
    }
  }
  return loss;
}

/** The bits of an entry that hold its level. */
@inline
function levelsOf(shift: u32): u32 {
  return (1 << shift) - 1;
}

/** The ratings of four entries, where shift is not 0. */
@inline
function ratingsOf(entries: v128, shift: u32, unit: f32): v128 {
  return f32x4.mul(f32x4.convert_i32x4_u(v128.and(entries, i32x4.splat(levelsOf(shift)))), f32x4.splat(unit));
}

/** What four rows y with confidences c and products s = y · v are multiplied by. */
@inline
function factorsOf(first: bool, c: v128, s: v128): v128 {
  const product = f32x4.mul(f32x4.sub(c, f32x4.splat(1)), s);
  return first ? f32x4.sub(c, product) : product;
}

/** out_k = (G + weights[k] I) v_k for a symmetric matrix G and the vectors of `rows` rows: tiles of 4 × 8, then the rows left. */
function timesAll(gram: usize, v: usize, out: usize, rows: usize, size: usize, weights: usize): void {
  const v1 = size, v2 = v1 + v1, v3 = v2 + v1;
  let k: usize = 0;
  for (; k + 4 <= rows; k += 4) {
    const from = v + k * size;
    for (let j: usize = 0; j < size; j += 32) {
      let a0 = f32x4.splat(0), a1 = a0, b0 = a0, b1 = a0, c0 = a0, c1 = a0, d0 = a0, d1 = a0;
      let row = gram + j;
      for (let at = from; at < from + size; at += 4, row += size) {
        const left = v128.load(row);
        const right = v128.load(row, 16);
        const a = v128.load32_splat(at);
        const b = v128.load32_splat(at + v1);
        const c = v128.load32_splat(at + v2);
        const d = v128.load32_splat(at + v3);
        a0 = madd(a, left, a0);
        a1 = madd(a, right, a1);
        b0 = madd(b, left, b0);
        b1 = madd(b, right, b1);
        c0 = madd(c, left, c0);
        c1 = madd(c, right, c1);
        d0 = madd(d, left, d0);
        d1 = madd(d, right, d1);
      }
      const weight = weights + (k << 2);
      const to = out + k * size + j;
      addScaled(weight, from + j, a0, a1, to);
      addScaled(weight + 4, from + v1 + j, b0, b1, to + v1);
      addScaled(weight + 8, from + v2 + j, c0, c1, to + v2);
      addScaled(weight + 12, from + v3 + j, d0, d1, to + v3);
    }
  }
  for (; k < rows; k++) {
    const from = v + k * size;
    for (let j: usize = 0; j < size; j += 32) {
      let a0 = f32x4.splat(0), a1 = a0;
      let row = gram + j;
      for (let at = from; at < from + size; at += 4, row += size) {
        const a = v128.load32_splat(at);
        a0 = madd(a, v128.load(row), a0);
        a1 = madd(a, v128.load(row, 16), a1);
      }
      addScaled(weights + (k << 2), from + j, a0, a1, out + k * size + j);
    }
  }
}

/** out = sum + weight · v, eight numbers. */
@inline
function addScaled(weight: usize, v: usize, sum0: v128, sum1: v128, out: usize): void {
  const w = v128.load32_splat(weight);
  v128.store(out, madd(w, v128.load(v), sum0));
  v128.store(out, madd(w, v128.load(v, 16), sum1), 16);
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
