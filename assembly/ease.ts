// What EASE needs beside the inverse (src/models/ease/ease.ts): the Gram matrix of a sparse X, W = K X over users, and the regressions
// that a sparse factor of the inverse is made of.

import { factorise, solve } from "./cholesky";
import { panelBytes, row, side, slot, tileRows } from "./inverse";
import { dot } from "./vector";

/**
 * Upper triangle of XXᵀ + λI in the tiles of assembly/inverse.ts, for the rows begin .. end; identity beyond n. X by rows:
 * offsets int32 [n + 1], indices int32, values float32; and by columns likewise. Each entry of a row meets the entries of its
 * column from the last back to the row itself. Scratch: float64 [192 · tile rows]. Flops: 2 for each pair of entries in a
 * column.
 */
export function sparseGram(
  begin: i32,
  end: i32,
  scratch: usize,
  offsets: usize,
  indices: usize,
  values: usize,
  columnOffsets: usize,
  columnIndices: usize,
  columnValues: usize,
  tiles: usize,
  n: i32,
  lambda: f64,
  double: i32,
): void {
  const count = tileRows(n);
  for (let a = begin; a < end; a++) {
    const i = a / side;
    const sums = scratch + (<usize>(i * side) << 3);
    memory.fill(sums, 0, (<usize>((count - i) * side)) << 3);
    if (a < n) {
      const to = load<i32>(offsets + (<usize>a << 2), 4);
      for (let e = load<i32>(offsets + (<usize>a << 2)); e < to; e++) {
        const column = <usize>load<i32>(indices + (<usize>e << 2)) << 2;
        const value = <f64>load<f32>(values + (<usize>e << 2));
        const first = load<i32>(columnOffsets + column);
        for (let f = load<i32>(columnOffsets + column, 4) - 1; f >= first; f--) {
          const b = load<i32>(columnIndices + (<usize>f << 2));
          if (b < a) break;
          const at = scratch + (<usize>b << 3);
          store<f64>(at, load<f64>(at) + value * <f64>load<f32>(columnValues + (<usize>f << 2)));
        }
      }
    }
    const diagonal = scratch + (<usize>a << 3);
    store<f64>(diagonal, a < n ? load<f64>(diagonal) + lambda : 1);
    for (let j = i; j < count; j++) {
      const at = scratch + (<usize>(j * side) << 3);
      if (double) scatter<f64>(at, slot<f64>(tiles, i, j) + <usize>(a - i * side) * row);
      else scatter<f32>(at, slot<f32>(tiles, i, j) + <usize>(a - i * side) * row);
    }
  }
}

/** Writes float64 numbers as a row of a tile: a part to each panel. */
@inline
function scatter<T>(from: usize, to: usize): void {
  for (const end = from + (side << 3); from < end; to += panelBytes) {
    if (sizeof<T>() == 8) {
      memory.copy(to, from, row);
      from += row;
    } else {
      for (let n: usize = 0; n < row; n += 8, from += 16) {
        v128.store64_lane(to + n, f32x4.demote_f64x2_zero(v128.load(from)), 0);
      }
    }
  }
}

/**
 * W = K X for the items first + begin .. first + end: w float32 [users × width], column `item − first`; and
 * slack float64 [items], d_j = 1 − Σ_u x_uj w_uj. K symmetric float32 or float64 [users × stride], stride a multiple of 4 and
 * zero beyond users; X by item. Scratch: 8 rows of `stride` numbers. Flops: 2 · users for each rating.
 */
export function easeWeights(
  begin: i32,
  end: i32,
  scratch: usize,
  k: usize,
  offsets: usize,
  raters: usize,
  values: usize,
  w: usize,
  slack: usize,
  users: i32,
  stride: i32,
  first: i32,
  width: i32,
  double: i32,
): void {
  const row = <usize>stride << (double ? 3 : 2);
  for (let item = begin; item < end; item++) {
    const own = scratch + <usize>(item - begin) * row;
    const at = offsets + (<usize>(first + item) << 2);
    const from = load<i32>(at), to = load<i32>(at, 4);
    const rest = double
      ? columnOf<f64>(own, row, k, raters, values, from, to)
      : columnOf<f32>(own, row, k, raters, values, from, to);
    store<f64>(slack + (<usize>(first + item) << 3), rest);
  }
  const out = w + (<usize>begin << 2);
  if (double) turn<f64>(scratch, row, end - begin, users, out, width);
  else turn<f32>(scratch, row, end - begin, users, out, width);
}

/** own ← Σ x_u K_u over the ratings from .. to of an item; returns 1 − Σ x_u own_u. */
function columnOf<T>(own: usize, row: usize, k: usize, raters: usize, values: usize, from: i32, to: i32): f64 {
  memory.fill(own, 0, row);
  for (let e = from; e < to; e++) {
    const x = v128.splat<T>(<T>load<f32>(values + (<usize>e << 2)));
    const other = k + <usize>load<i32>(raters + (<usize>e << 2)) * row;
    for (let n: usize = 0; n < row; n += 16) {
      v128.store(own + n, v128.add<T>(v128.load(own + n), v128.mul<T>(x, v128.load(other + n))));
    }
  }
  let rest: f64 = 1;
  for (let e = from; e < to; e++) {
    const at = own + <usize>load<i32>(raters + (<usize>e << 2)) * sizeof<T>();
    rest -= <f64>load<f32>(values + (<usize>e << 2)) * <f64>load<T>(at);
  }
  return rest;
}

/** Writes `items` rows of `row` bytes as columns of out [users × width]: by users, so that a cache line is written once. */
function turn<T>(rows: usize, row: usize, items: i32, users: i32, out: usize, width: i32): void {
  for (let u = 0; u < users; u++) {
    const to = out + (<usize>(u * width) << 2);
    for (let item = 0; item < items; item++) {
      const at = rows + <usize>item * row + <usize>u * sizeof<T>();
      store<f32>(to + (<usize>item << 2), <f32>load<T>(at));
    }
  }
}

/**
 * Solves A_SS y = A_Si for the rows i = begin .. end, S being a set for each. a float32 [n × n], symmetric and positive definite;
 * sets int32 [rows × f], f a multiple of 8: indices into a, −1 after the last; products float32 [rows × f] = A_Si, zeros after the last, become y;
 * rest float64 [rows] = A_ii becomes A_ii − A_iS y. Scratch: f² + 9 f floats. Flops for a set of c: c³ / 3 + 2 c².
 */
export function regressions(
  begin: i32,
  end: i32,
  scratch: usize,
  a: usize,
  n: i32,
  sets: usize,
  products: usize,
  rest: usize,
  f: i32,
): void {
  const x = scratch;
  const other = x + (<usize>f << 2);
  const system = other + (<usize>f << 5);
  for (let row = begin; row < end; row++) {
    const set = sets + ((<usize>row * <usize>f) << 2);
    const b = products + ((<usize>row * <usize>f) << 2);
    let c = 0;
    while (c < f && load<i32>(set + (<usize>c << 2)) >= 0) c++;
    const padded = (c + 7) & ~7;
    const size = <usize>padded << 2;
    if (padded == 0) continue;
    for (let i = 0; i < padded; i++) {
      const to = system + <usize>i * size;
      const last = (i | 7) + 1;
      memory.fill(to, 0, <usize>last << 2);
      if (i >= c) {
        store<f32>(to + (<usize>i << 2), 1);
        continue;
      }
      const from = a + ((<usize>load<i32>(set + (<usize>i << 2)) * <usize>n) << 2);
      for (let j = 0; j < min(last, c); j++) {
        store<f32>(to + (<usize>j << 2), load<f32>(from + (<usize>load<i32>(set + (<usize>j << 2)) << 2)));
      }
    }
    factorise(system, padded, other);
    memory.copy(x, b, size);
    solve(system, x, padded);
    const at = rest + (<usize>row << 3);
    store<f64>(at, load<f64>(at) - <f64>dot(b, x, size));
    memory.copy(b, x, size);
  }
}
