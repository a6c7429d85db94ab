// Half-steps of implicit ALS: Y. Hu, Y. Koren, C. Volinsky, "Collaborative filtering for implicit feedback datasets", ICDM
// 2008. For each row u of the sparse matrix, with the factors Y of the other side fixed,
//
//   A = YᵀY + λ_u I + Σ_i (c_ui − 1) y_i y_iᵀ,   b = Σ_i c_ui y_i,   c_ui = base + alpha · r_ui
//
// alsConjugate takes a few steps of conjugate gradient on A x = b from the row's last x: G. Takács, I. Pilászy, D. Tikk,
// RecSys 2011. alsCholesky solves it. Both leave the row's loss, λ_u|x|² included, without another pass over the ratings:
// with r = b − A x it is Σ_i c_ui − x·b − x·r.
//
// Both take: offsets int32 [rows + 1], indices int32 and values float32 [entries], fixed float32 [columns × f], gram float32
// [f × f] = YᵀY, out float32 [rows × f], losses float64 [rows], weights float32 [rows] = λ_u; f a multiple of 8.

import { factorise, solve } from "./cholesky";
import { axpy, dot, lanes, madd } from "./vector";

/** Scratch: 4 f floats. 4 f flops per rating and pass, 2 f² per row and pass, steps + 1 passes. */
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
): void {
  const size = <usize>f << 2;
  const r = scratch;
  const p = r + size;
  const ap = p + size;
  const b = ap + size;
  for (let row = begin; row < end; row++) {
    const from = load<i32>(offsets + (<usize>row << 2));
    const to = load<i32>(offsets + (<usize>row << 2), 4);
    const x = out + <usize>row * size;
    if (from == to) {
      memory.fill(x, 0, size);
      store<f64>(losses + (<usize>row << 3), 0);
      continue;
    }
    const weight = load<f32>(weights + (<usize>row << 2));

    // r = b − A x = Σ c y − (YᵀY + λI) x − Σ (c − 1)(x · y) y
    times(gram, x, ap, size, weight);
    memory.fill(b, 0, size);
    let total: f64 = 0;
    for (let n = from; n < to; n++) {
      const y = fixed + <usize>load<i32>(indices + (<usize>n << 2)) * size;
      const c = base + alpha * load<f32>(values + (<usize>n << 2));
      total += c;
      both(c, b, (c - 1) * dot(x, y, size), ap, y, size);
    }
    subtract(b, ap, r, size);
    memory.copy(p, r, size);
    let rr = dot(r, r, size);

    for (let step = 0; step < steps && rr > 1e-20; step++) {
      times(gram, p, ap, size, weight);
      let n = from;
      for (; n + 3 < to; n += 4) addFour(n, p, ap, size, indices, values, fixed, base - 1, alpha);
      for (; n < to; n++) {
        const y = fixed + <usize>load<i32>(indices + (<usize>n << 2)) * size;
        axpy((base - 1 + alpha * load<f32>(values + (<usize>n << 2))) * dot(p, y, size), y, ap, size);
      }
      const along = rr / dot(p, ap, size);
      axpy(along, p, x, size);
      axpy(-along, ap, r, size);
      const next = dot(r, r, size);
      turn(next / rr, p, r, size);
      rr = next;
    }
    store<f64>(losses + (<usize>row << 3), total - <f64>dot(x, b, size) - <f64>dot(x, r, size));
  }
}

/** Scratch: f² + f floats. f² flops per rating (one triangle), f³/3 per row. */
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
    for (let n = from; n < to; n++) {
      const y = fixed + <usize>load<i32>(indices + (<usize>n << 2)) * size;
      const c = base + alpha * load<f32>(values + (<usize>n << 2));
      total += c;
      axpy(c, y, b, size);
      addOuter(c - 1, y, a, f);
    }
    factorise(a, f);
    memory.copy(x, b, size);
    solve(a, x, f);
    store<f64>(losses + (<usize>row << 3), total - <f64>dot(x, b, size));
  }
}

/** ap += Σ excess_k (y_k · p) y_k for the four ratings from n on: each chunk of p and of ap is loaded once for four rows. */
// @ts-ignore: decorator
@inline
function addFour(
  n: i32,
  p: usize,
  ap: usize,
  size: usize,
  indices: usize,
  values: usize,
  fixed: usize,
  base: f32,
  alpha: f32,
): void {
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
    const chunk = v128.load(p + j);
    s0 = madd(chunk, v128.load(y0 + j), s0);
    s1 = madd(chunk, v128.load(y1 + j), s1);
    s2 = madd(chunk, v128.load(y2 + j), s2);
    s3 = madd(chunk, v128.load(y3 + j), s3);
  }
  const v = values + (<usize>n << 2);
  const e0 = f32x4.splat((base + alpha * load<f32>(v)) * lanes(s0));
  const e1 = f32x4.splat((base + alpha * load<f32>(v, 4)) * lanes(s1));
  const e2 = f32x4.splat((base + alpha * load<f32>(v, 8)) * lanes(s2));
  const e3 = f32x4.splat((base + alpha * load<f32>(v, 12)) * lanes(s3));
  for (let j: usize = 0; j < size; j += 16) {
    let sum = v128.load(ap + j);
    sum = madd(e0, v128.load(y0 + j), sum);
    sum = madd(e1, v128.load(y1 + j), sum);
    sum = madd(e2, v128.load(y2 + j), sum);
    sum = madd(e3, v128.load(y3 + j), sum);
    v128.store(ap + j, sum);
  }
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

/** a += ca · y and b += cb · y */
// @ts-ignore: decorator
@inline
function both(ca: f32, a: usize, cb: f32, b: usize, y: usize, size: usize): void {
  const va = f32x4.splat(ca);
  const vb = f32x4.splat(cb);
  for (let j: usize = 0; j < size; j += 16) {
    const chunk = v128.load(y + j);
    v128.store(a + j, madd(va, chunk, v128.load(a + j)));
    v128.store(b + j, madd(vb, chunk, v128.load(b + j)));
  }
}

/** out = a − b */
// @ts-ignore: decorator
@inline
function subtract(a: usize, b: usize, out: usize, size: usize): void {
  for (let j: usize = 0; j < size; j += 16) v128.store(out + j, f32x4.sub(v128.load(a + j), v128.load(b + j)));
}

/** p = r + factor · p */
// @ts-ignore: decorator
@inline
function turn(factor: f32, p: usize, r: usize, size: usize): void {
  const v = f32x4.splat(factor);
  for (let j: usize = 0; j < size; j += 16) v128.store(p + j, madd(v, v128.load(p + j), v128.load(r + j)));
}

/** Lower triangle of A (and up to three entries beside it) += factor · y yᵀ. */
// @ts-ignore: decorator
@inline
function addOuter(factor: f32, y: usize, a: usize, f: i32): void {
  const size = <usize>f << 2;
  for (let i: usize = 0; i < <usize>f; i++) {
    const v = f32x4.splat(factor * load<f32>(y + (i << 2)));
    const row = a + i * size;
    for (let j: usize = 0; j <= i << 2; j += 16) v128.store(row + j, madd(v, v128.load(y + j), v128.load(row + j)));
  }
}
