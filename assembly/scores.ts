// Scores of every item for many users at once, in tiles of users × items, and the best of them. A tile's numbers are float32
// [rows × columns]: a row for each user, a column for each item. Each is summed in one order, whatever the number of threads.

import { madd } from "./vector";

/** Columns of a panel of denseScores, and of sparseScores. */
const narrow: i32 = 8;
const wide: i32 = 32;

/**
 * Rows begin .. end of the product of two dense matrices. left float32 [rows × depth]; panels float32 [⌈columns / 8⌉ × depth × 8]:
 * the right one in stripes of 8 columns; out float32 [rows × columns]. 2 · depth flops a number. Register tiles are 6 × 8: 12 sums,
 * 2 vectors of the panel and one number of the left are 15 of 16 registers. Scratch: 32 bytes.
 */
export function denseScores(
  begin: i32,
  end: i32,
  scratch: usize,
  left: usize,
  panels: usize,
  out: usize,
  depth: i32,
  columns: i32,
): void {
  const size = <usize>depth << 2;
  for (let first = 0, panel = panels; first < columns; first += narrow, panel += size * narrow) {
    const width = min(narrow, columns - first);
    let row = begin;
    for (; row + 6 <= end; row += 6) sixRows(left + <usize>row * size, panel, size, address(out, row, columns, first), columns, width, scratch);
    for (; row < end; row++) oneRow(left + <usize>row * size, panel, size, address(out, row, columns, first), width, scratch);
  }
}

@inline
function address(out: usize, row: i32, columns: i32, column: i32): usize {
  return out + ((<usize>row * <usize>columns + <usize>column) << 2);
}

function sixRows(left: usize, panel: usize, size: usize, out: usize, columns: i32, width: i32, scratch: usize): void {
  const to1 = left + size, to2 = to1 + size, to3 = to2 + size, to4 = to3 + size, to5 = to4 + size;
  let a0 = f32x4.splat(0), a1 = a0, b0 = a0, b1 = a0, c0 = a0, c1 = a0;
  let d0 = a0, d1 = a0, e0 = a0, e1 = a0, f0 = a0, f1 = a0;
  for (let k: usize = 0, at = panel; k < size; k += 4, at += 32) {
    const x = v128.load(at);
    const y = v128.load(at, 16);
    let v = v128.load32_splat(left + k);
    a0 = madd(v, x, a0);
    a1 = madd(v, y, a1);
    v = v128.load32_splat(to1 + k);
    b0 = madd(v, x, b0);
    b1 = madd(v, y, b1);
    v = v128.load32_splat(to2 + k);
    c0 = madd(v, x, c0);
    c1 = madd(v, y, c1);
    v = v128.load32_splat(to3 + k);
    d0 = madd(v, x, d0);
    d1 = madd(v, y, d1);
    v = v128.load32_splat(to4 + k);
    e0 = madd(v, x, e0);
    e1 = madd(v, y, e1);
    v = v128.load32_splat(to5 + k);
    f0 = madd(v, x, f0);
    f1 = madd(v, y, f1);
  }
  const step = <usize>columns << 2;
  putColumns(out, a0, a1, width, scratch);
  putColumns(out + step, b0, b1, width, scratch);
  putColumns(out + 2 * step, c0, c1, width, scratch);
  putColumns(out + 3 * step, d0, d1, width, scratch);
  putColumns(out + 4 * step, e0, e1, width, scratch);
  putColumns(out + 5 * step, f0, f1, width, scratch);
}

function oneRow(left: usize, panel: usize, size: usize, out: usize, width: i32, scratch: usize): void {
  let a0 = f32x4.splat(0), a1 = a0;
  for (let k: usize = 0, at = panel; k < size; k += 4, at += 32) {
    const v = v128.load32_splat(left + k);
    a0 = madd(v, v128.load(at), a0);
    a1 = madd(v, v128.load(at, 16), a1);
  }
  putColumns(out, a0, a1, width, scratch);
}

/** Stores the first `width` of eight numbers. Scratch: 32 bytes. */
@inline
export function putColumns(to: usize, x: v128, y: v128, width: i32, scratch: usize): void {
  if (width == narrow) {
    v128.store(to, x);
    v128.store(to, y, 16);
    return;
  }
  v128.store(scratch, x);
  v128.store(scratch, y, 16);
  memory.copy(to, scratch, <usize>width << 2);
}

/**
 * Panels begin .. end of the product of a sparse matrix and a dense one, for all of its rows. offsets int32 [rows + 1], indices int32
 * and values float32 [entries]; panels float32 [panels × depth × 32]: the dense one in stripes of 32 columns, of which the first
 * stands for column `first` of out, float32 [rows × columns]. 64 flops an entry and panel, whose sums stay in 8 registers; a panel
 * of some thousand rows stays in the cache. Scratch: 128 bytes.
 */
export function sparseScores(
  begin: i32,
  end: i32,
  scratch: usize,
  offsets: usize,
  indices: usize,
  values: usize,
  panels: usize,
  out: usize,
  rows: i32,
  depth: i32,
  columns: i32,
  first: i32,
): void {
  for (let panel = begin; panel < end; panel++) {
    const from = panels + ((<usize>panel * <usize>depth * <usize>wide) << 2);
    const column = first + panel * wide;
    const width = min(wide, columns - column);
    let n = <usize>load<i32>(offsets) << 2;
    for (let row = 0; row < rows; row++) {
      const to = <usize>load<i32>(offsets + (<usize>row << 2), 4) << 2;
      let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
      for (; n < to; n += 4) {
        const x = v128.load32_splat(values + n);
        const at = from + (<usize>load<i32>(indices + n) << 7);
        s0 = madd(x, v128.load(at), s0);
        s1 = madd(x, v128.load(at, 16), s1);
        s2 = madd(x, v128.load(at, 32), s2);
        s3 = madd(x, v128.load(at, 48), s3);
        s4 = madd(x, v128.load(at, 64), s4);
        s5 = madd(x, v128.load(at, 80), s5);
        s6 = madd(x, v128.load(at, 96), s6);
        s7 = madd(x, v128.load(at, 112), s7);
      }
      const own = address(out, row, columns, column);
      const stored = width == wide ? own : scratch;
      v128.store(stored, s0);
      v128.store(stored, s1, 16);
      v128.store(stored, s2, 32);
      v128.store(stored, s3, 48);
      v128.store(stored, s4, 64);
      v128.store(stored, s5, 80);
      v128.store(stored, s6, 96);
      v128.store(stored, s7, 112);
      if (width < wide) memory.copy(own, scratch, <usize>width << 2);
    }
  }
}

/**
 * Rows begin .. end of the product of two sparse matrices, summed in double precision. offsets int32 [rows + 1], indices int32 and
 * values float32 [entries]: the left one. lists int32 [its columns + 1], targets int32 and weights float64: the right one by row.
 * out float32 [rows × columns], `missing` where no entry of the right one adds anything. 2 flops each such entry. Scratch: 9 · columns
 * bytes, and up to the next multiple of 8.
 */
export function scatterScores(
  begin: i32,
  end: i32,
  scratch: usize,
  offsets: usize,
  indices: usize,
  values: usize,
  lists: usize,
  targets: usize,
  weights: usize,
  out: usize,
  columns: i32,
  missing: f32,
): void {
  const sums = scratch;
  const marks = scratch + (<usize>columns << 3);
  for (let row = begin; row < end; row++) {
    memory.fill(scratch, 0, <usize>columns * 9);
    const to = <usize>load<i32>(offsets + (<usize>row << 2), 4) << 2;
    for (let n = <usize>load<i32>(offsets + (<usize>row << 2)) << 2; n < to; n += 4) {
      const x = <f64>load<f32>(values + n);
      const list = lists + (<usize>load<i32>(indices + n) << 2);
      const last = <usize>load<i32>(list, 4);
      for (let m = <usize>load<i32>(list); m < last; m++) {
        const target = <usize>load<i32>(targets + (m << 2));
        const sum = sums + (target << 3);
        store<f64>(sum, load<f64>(sum) + load<f64>(weights + (m << 3)) * x);
        store<u8>(marks + target, 1);
      }
    }
    const own = address(out, row, columns, 0);
    for (let column: usize = 0; column < <usize>columns; column++) {
      const sum = <f32>load<f64>(sums + (column << 3));
      store<f32>(own + (column << 2), load<u8>(marks + column) ? sum : missing);
    }
  }
}

/**
 * For rows begin .. end, the k highest scores, highest first, equal ones by ascending column. Where there are fewer, −1 and −Infinity.
 * scores float32 [rows × columns]: those of the columns that a row is not to be given (offsets int32 [rows + 1], indices int32) become
 * −Infinity, and −Infinity is never chosen. items int32 and best float32 [rows × k]; wrong int32 [rows]: the first column of each
 * row whose score is NaN or +Infinity, else −1.
 */
export function bestScores(
  begin: i32,
  end: i32,
  _scratch: usize,
  scores: usize,
  offsets: usize,
  indices: usize,
  items: usize,
  best: usize,
  wrong: usize,
  columns: i32,
  k: i32,
): void {
  const infinite = f32x4.splat(Infinity);
  const size = <usize>k << 2;
  for (let row = begin; row < end; row++) {
    const own = address(scores, row, columns, 0);
    const listed = items + <usize>row * size;
    const found = best + <usize>row * size;
    for (let n: usize = 0; n < size; n += 4) {
      store<i32>(listed + n, -1);
      store<f32>(found + n, -Infinity);
    }
    const to = load<i32>(offsets + (<usize>row << 2), 4);
    for (let n = load<i32>(offsets + (<usize>row << 2)); n < to; n++) {
      const at = own + (<usize>load<i32>(indices + (<usize>n << 2)) << 2);
      if (load<f32>(at) < Infinity) store<f32>(at, -Infinity);
    }
    let bad = -1;
    let kth: f32 = -Infinity;
    let column = 0;
    for (; column + 16 <= columns; column += 16) {
      const at = own + (<usize>column << 2);
      const a = v128.load(at), b = v128.load(at, 16), c = v128.load(at, 32), d = v128.load(at, 48);
      const least = f32x4.splat(kth);
      const above = v128.or(v128.or(f32x4.gt(a, least), f32x4.gt(b, least)), v128.or(f32x4.gt(c, least), f32x4.gt(d, least)));
      const finite = v128.and(
        v128.and(f32x4.lt(a, infinite), f32x4.lt(b, infinite)),
        v128.and(f32x4.lt(c, infinite), f32x4.lt(d, infinite)),
      );
      if (bad < 0 && !i32x4.all_true(finite)) bad = firstWrong(own, column, column + 16);
      if (!v128.any_true(above)) continue;
      for (let n = column; n < column + 16; n++) kth = enter(load<f32>(own + (<usize>n << 2)), n, kth, listed, found, size - 4);
    }
    if (bad < 0) bad = firstWrong(own, column, columns);
    for (; column < columns; column++) kth = enter(load<f32>(own + (<usize>column << 2)), column, kth, listed, found, size - 4);
    store<i32>(wrong + (<usize>row << 2), bad);
  }
}

/** The first column from .. to whose score is no number below +Infinity; −1: none. */
function firstWrong(own: usize, from: i32, to: i32): i32 {
  for (let column = from; column < to; column++) {
    if (!(load<f32>(own + (<usize>column << 2)) < Infinity)) return column;
  }
  return -1;
}

/** Enters a column into a list if its score is above the k-th best, and returns that. `last`: where the k-th stands, in bytes. */
@inline
function enter(score: f32, column: i32, kth: f32, listed: usize, found: usize, last: usize): f32 {
  if (!(score > kth)) return kth;
  let place = last;
  for (; place > 0 && load<f32>(found + place - 4) < score; place -= 4) {
    store<f32>(found + place, load<f32>(found + place - 4));
    store<i32>(listed + place, load<i32>(listed + place - 4));
  }
  store<f32>(found + place, score);
  store<i32>(listed + place, column);
  return load<f32>(found + last);
}
