// The k best unseen items of each row of people, for scores that are inner products x_u · y_i: a product in tiles of 4 people ×
// 8 items, compared with each person's k-th best so far while it is still in registers, so that no score is ever stored but
// those of candidates.
//
// Items come by falling length |y|. As x · y ≤ |x||y|, a person is done once |x| times the greatest length to come is below
// their k-th best; the order and the bound are those of LEMP: C. Teflioudi, R. Gemulla, O. Mykytiuk, SIGMOD 2015. The vectors of
// people who are not done move together, so that tiles stay full.
//
// Where nobody is done early: users · items · 2 f flops. From memory come 4 f bytes a person and the items once per 64 people;
// from the first cache 96 bytes per 64 flops: 64 items (256 f bytes) and 64 people take turns in it.

import { madd } from "./vector";

/** Items of a block: as many as a mask has bits, and 8 panels. */
const blockItems = 64;

/**
 * For rows begin .. end (at most 64), the k highest scores among the items that have a place and that the row does not hold:
 * highest first, equal scores by ascending index. Where there are fewer, −1 and −Infinity; so everywhere for a row of zeros.
 *
 * users: float32 [rows × f]; panels: float32 [⌈count / 8⌉ × f × 8], items of a panel side by side, in the order of places;
 * order int32 [count]: the item at each place; places int32 [items]: the place of each item, −1: none; lengths float64
 * [⌈count / 64⌉]: the greatest length of a vector from each block of 64 places on; offsets int32 [rows + 1] and indices int32:
 * the rows' items; outItems int32 and outScores float32 [rows × k]. f a multiple of 4, k from 1.
 * Scratch: 256 f + 512 ⌈count / 64⌉ + 1056 bytes.
 */
export function topk(
  begin: i32,
  end: i32,
  scratch: usize,
  users: usize,
  panels: usize,
  order: usize,
  places: usize,
  lengths: usize,
  offsets: usize,
  indices: usize,
  outItems: usize,
  outScores: usize,
  count: i32,
  f: i32,
  k: i32,
): void {
  const tile = scratch;
  const lanes = tile + 32; // of whoever is not done: the row, from `begin`; its k-th best score; |x|
  const worst = lanes + 64 * 4;
  const reaches = worst + 64 * 4;
  const packed = reaches + 64 * 8;
  const masks = packed + (<usize>f << 8);
  const panelBytes = <usize>f << 5;
  const outStep = <usize>k << 2;
  const listed = outItems + <usize>begin * outStep;
  const scored = outScores + <usize>begin * outStep;

  for (let n: usize = 0; n < <usize>(end - begin) * outStep; n += 4) {
    store<i32>(listed + n, -1);
    store<f32>(scored + n, -Infinity);
  }
  let active = pack(begin, end, users, f, lanes, worst, reaches, packed);
  mark(begin, end, offsets, indices, places, count, masks);

  for (let first = 0; first < count; first += blockItems) {
    active = retire(active, load<f64>(lengths + (<usize>first >> 3)), f, lanes, worst, reaches, packed);
    if (active == 0) return;
    const length = min(blockItems, count - first);
    const block = panels + (<usize>first >> 3) * panelBytes;
    const out = masks + (<usize>first << 3);
    for (let n: usize = 0; n < <usize>active; n += 4) {
      const x = packed + n * (<usize>f << 2);
      for (let m = 0; m < length; m += 8) {
        const y = block + <usize>(m >> 3) * panelBytes;
        const at = order + (<usize>(first + m) << 2);
        scoreTile(x, y, f, n << 2, lanes, worst, k, at, out + <usize>(m >> 3), tile, listed, scored);
      }
    }
  }
}

/**
 * Rows that are not zeros, fours of them side by side: float32 [⌈rows / 4⌉ × f × 4], and their lanes; how many they are. Lanes
 * without a row let no score pass.
 */
function pack(
  begin: i32,
  end: i32,
  users: usize,
  f: i32,
  lanes: usize,
  worst: usize,
  reaches: usize,
  packed: usize,
): i32 {
  // rounding takes a computed score past |x||y| by less than f · 2⁻²³ of it
  const slack = 1 + <f64>f * 2.4e-7;
  let active = 0;
  for (let row = begin; row < end; row++) {
    const from = users + ((<usize>row * <usize>f) << 2);
    const to = laneOf(packed, active, f);
    let squares: f64 = 0;
    for (let j: usize = 0; j < <usize>f; j++) {
      const value = load<f32>(from + (j << 2));
      store<f32>(to + (j << 4), value);
      squares += <f64>value * <f64>value;
    }
    if (!(squares > 0)) continue;
    store<i32>(lanes + (<usize>active << 2), row - begin);
    store<f32>(worst + (<usize>active << 2), -Infinity);
    store<f64>(reaches + (<usize>active << 3), sqrt<f64>(squares) * slack);
    active++;
  }
  for (let n = active; n < ((active + 3) & ~3); n++) {
    const to = laneOf(packed, n, f);
    for (let j: usize = 0; j < <usize>f; j++) store<f32>(to + (j << 4), 0);
    store<f32>(worst + (<usize>n << 2), Infinity);
  }
  return active;
}

@inline
function laneOf(packed: usize, n: i32, f: i32): usize {
  return packed + <usize>(n >> 2) * (<usize>f << 4) + (<usize>(n & 3) << 2);
}

/** One bit for each place, in words of 64 [blocks × 64 rows]: set for what a row holds, and after the last place. */
function mark(begin: i32, end: i32, offsets: usize, indices: usize, places: usize, count: i32, masks: usize): void {
  const blocks = (<usize>count + 63) >> 6;
  memory.fill(masks, 0, blocks << 9);
  for (let row = begin; row < end; row++) {
    const own = masks + (<usize>(row - begin) << 3);
    const to = load<i32>(offsets + (<usize>row << 2), 4);
    for (let n = load<i32>(offsets + (<usize>row << 2)); n < to; n++) {
      const place = load<i32>(places + (<usize>load<i32>(indices + (<usize>n << 2)) << 2));
      if (place < 0) continue;
      const at = own + (<usize>(place >> 6) << 9);
      store<u64>(at, load<u64>(at) | (<u64>1 << <u64>(place & 63)));
    }
    if ((count & 63) == 0) continue;
    const at = own + ((blocks - 1) << 9);
    store<u64>(at, load<u64>(at) | (<u64>-1 << <u64>(count & 63)));
  }
}

/** Takes out whoever no vector up to this length can interest, the last lane in their place; how many are left. */
function retire(
  active: i32,
  length: f64,
  f: i32,
  lanes: usize,
  worst: usize,
  reaches: usize,
  packed: usize,
): i32 {
  let left = active;
  for (let n = 0; n < left; ) {
    const reach = load<f64>(reaches + (<usize>n << 3)) * length + 1e-38; // the least normal number: below, sums lose digits
    if (reach >= <f64>load<f32>(worst + (<usize>n << 2))) {
      n++;
      continue;
    }
    left--;
    store<i32>(lanes + (<usize>n << 2), load<i32>(lanes + (<usize>left << 2)));
    store<f32>(worst + (<usize>n << 2), load<f32>(worst + (<usize>left << 2)));
    store<f64>(reaches + (<usize>n << 3), load<f64>(reaches + (<usize>left << 3)));
    store<f32>(worst + (<usize>left << 2), Infinity);
    const from = laneOf(packed, left, f);
    const to = laneOf(packed, n, f);
    for (let j: usize = 0; j < <usize>f; j++) store<f32>(to + (j << 4), load<f32>(from + (j << 4)));
  }
  return left;
}

/** Scores 4 people for 8 items and offers those that reach each one's k-th best so far. `lane` counts bytes. */
@inline
function scoreTile(
  people: usize,
  panel: usize,
  f: i32,
  lane: usize,
  lanes: usize,
  worst: usize,
  k: i32,
  order: usize,
  masks: usize,
  tile: usize,
  listed: usize,
  scored: usize,
): void {
  let a0 = f32x4.splat(0), a1 = a0, b0 = a0, b1 = a0, c0 = a0, c1 = a0, d0 = a0, d1 = a0;
  let x = people;
  let y = panel;
  for (const until = people + (<usize>f << 4); x < until; x += 64, y += 128) {
    for (let j = 0; j < 4; j++) {
      const at = x + (<usize>j << 4);
      const left = v128.load(y + (<usize>j << 5));
      const right = v128.load(y + (<usize>j << 5), 16);
      const a = v128.load32_splat(at);
      a0 = madd(a, left, a0);
      a1 = madd(a, right, a1);
      const b = v128.load32_splat(at, 4);
      b0 = madd(b, left, b0);
      b1 = madd(b, right, b1);
      const c = v128.load32_splat(at, 8);
      c0 = madd(c, left, c0);
      c1 = madd(c, right, c1);
      const d = v128.load32_splat(at, 12);
      d0 = madd(d, left, d0);
      d1 = madd(d, right, d1);
    }
  }
  const at = worst + lane;
  const ta = v128.load32_splat(at);
  const tb = v128.load32_splat(at, 4);
  const tc = v128.load32_splat(at, 8);
  const td = v128.load32_splat(at, 12);
  const any = v128.or(
    v128.or(v128.or(f32x4.ge(a0, ta), f32x4.ge(a1, ta)), v128.or(f32x4.ge(b0, tb), f32x4.ge(b1, tb))),
    v128.or(v128.or(f32x4.ge(c0, tc), f32x4.ge(c1, tc)), v128.or(f32x4.ge(d0, td), f32x4.ge(d1, td))),
  );
  if (!v128.any_true(any)) return;
  offer(a0, a1, ta, lanes + lane, at, k, order, masks, tile, listed, scored);
  offer(b0, b1, tb, lanes + lane + 4, at + 4, k, order, masks, tile, listed, scored);
  offer(c0, c1, tc, lanes + lane + 8, at + 8, k, order, masks, tile, listed, scored);
  offer(d0, d1, td, lanes + lane + 12, at + 12, k, order, masks, tile, listed, scored);
}

/** Offers one person's scores of 8 items, but those whose bit is set. */
@inline
function offer(
  left: v128,
  right: v128,
  least: v128,
  lane: usize,
  worst: usize,
  k: i32,
  order: usize,
  masks: usize,
  tile: usize,
  listed: usize,
  scored: usize,
): void {
  const above = i32x4.bitmask(f32x4.ge(left, least)) | (i32x4.bitmask(f32x4.ge(right, least)) << 4);
  if (above == 0) return;
  const row = <usize>load<i32>(lane);
  const candidates = above & ~(<i32>load<u8>(masks + (row << 3)));
  if (candidates == 0) return;
  v128.store(tile, left);
  v128.store(tile, right, 16);
  const at = (row * <usize>k) << 2;
  enter(candidates, order, tile, k, listed + at, scored + at);
  store<f32>(worst, load<f32>(scored + at + (<usize>(k - 1) << 2)));
}

/** Enters candidates into a list of k; of equal scores the lower index comes first. */
function enter(candidates: i32, order: usize, tile: usize, k: i32, items: usize, scores: usize): void {
  const last = <usize>(k - 1) << 2;
  for (let rest = candidates; rest != 0; rest &= rest - 1) {
    const n = <usize>ctz(rest) << 2;
    const score = load<f32>(tile + n);
    const item = load<i32>(order + n);
    if (!comesBefore(score, item, scores + last, items + last)) continue;
    let place = last;
    for (; place > 0 && comesBefore(score, item, scores + place - 4, items + place - 4); place -= 4) {
      store<f32>(scores + place, load<f32>(scores + place - 4));
      store<i32>(items + place, load<i32>(items + place - 4));
    }
    store<f32>(scores + place, score);
    store<i32>(items + place, item);
  }
}

@inline
function comesBefore(score: f32, item: i32, scores: usize, items: usize): bool {
  const other = load<f32>(scores);
  return score > other || (score == other && item < load<i32>(items));
}
