// The k best unseen items of each user, for scores that are inner products x_u · y_i. A coarse product in tiles of 4 users × 8
// items bounds each score, and the bound is compared with each user's k-th best so far while it is still in registers. The exact
// product, f sums of single precision in order, is found for what the bound lets through.
//
// Items come in descending order of length |y|. As x · y ≤ |x||y|, a user is done once |x| times the greatest length to come is
// below their k-th best; the order and the bound are those of LEMP: C. Teflioudi, R. Gemulla, O. Mykytiuk, SIGMOD 2015. The vectors of
// users who are not done move together, so that tiles stay full.
//
// Coarse vectors are whole numbers times a scale: x̂ = s_x p with p from −63 to 63, ŷ = s_y q with q from −127 to 127 and one s_y
// for 8 items of a panel. Since x · y = x̂ · ŷ + (x − x̂) · y + x̂ · (y − ŷ), y can reach a user's k-th best t only if
//
//   p · q ≥ (t / s_x − |x − x̂| / s_x · |y| − |x̂| / s_x · |y − ŷ|) / s_y
//
// with the largest |y| and |y − ŷ| of the panel, and room for rounding in the second term. Eight-bit products are summed by
// fours in the relaxed build, sixteen-bit ones by twos in the others; both hold the same whole numbers. The relaxed product wants p
// from 0: p + 64 is stored, and sums begin at −64 Σ q.
//
// Where no user is done early: users · items · 2 f operations on bytes (words), and few exact products. From memory come 4 f
// bytes a user and the coarse items once per 64 users; 64 items and 64 users (64 f bytes, or 128 f) take turns in the first
// cache.

import { madd } from "./vector";

/** Items of a block: as many as a mask has bits, and 8 panels. */
const blockItems = 64;

/** Numbers of a coarse vector that lie in 32 bits. */
const grouped: i32 = ASC_FEATURE_RELAXED_SIMD ? 4 : 2;

/** A vector whose largest number is below it, or above its inverse, has a coarse vector of 0: a scale might lose digits. */
const least: f32 = 1e-30;

/** Bytes beside the numbers of a coarse panel: −64 Σ q of 8 items, 1 / s_y, and the largest |y| and |y − ŷ|. */
const boundBytes: usize = 48;

/**
 * Coarse vectors of the panels begin .. end.
 *
 * panels: float32 [panels × f × 8]; coarse: bytes [panels × f × 8], or twice as many where the build takes words; bounds:
 * 48 bytes a panel. f a multiple of 4.
 */
export function topkCoarse(begin: i32, end: i32, _scratch: usize, panels: usize, coarse: usize, bounds: usize, f: i32): void {
  for (let panel = <usize>begin; panel < <usize>end; panel++) {
    const from = panels + ((panel * <usize>f) << 5);
    const bound = bounds + panel * boundBytes;
    const s = scaleOf(from, f << 3, 127);
    let longest: f64 = 0, furthest: f64 = 0;
    for (let n: usize = 0; n < 8; n++) {
      const y = from + (n << 2);
      const to = coarse + panel * (<usize>(f / grouped) << 5) + (n << 2);
      let total = 0;
      let squares: f64 = 0, errors: f64 = 0;
      for (let j = 0; j < f; j++) {
        const value = load<f32>(y + (<usize>j << 5));
        const q = wholes(value, s);
        put(to, j, 32, <i32>q);
        total += <i32>q;
        squares += <f64>value * <f64>value;
        const error = <f64>value - <f64>s * <f64>q;
        errors += error * error;
      }
      store<i32>(bound + (n << 2), -64 * total);
      longest = max(longest, sqrt<f64>(squares));
      furthest = max(furthest, sqrt<f64>(errors));
    }
    store<f32>(bound, s > 0 ? 1 / s : f32.MAX_VALUE, 32);
    store<f32>(bound, upwards(longest), 36);
    store<f32>(bound, upwards(furthest), 40);
  }
}

/** The scale at which the largest of `count` numbers is `most`; 0 where none would do. */
@inline
function scaleOf(numbers: usize, count: i32, most: f32): f32 {
  let largest: f32 = 0;
  for (let j: usize = 0; j < <usize>count; j++) largest = max(largest, abs(load<f32>(numbers + (j << 2))));
  return largest > least && largest < 1 / least ? largest / most : 0;
}

@inline
function wholes(value: f32, scale: f32): f32 {
  return scale > 0 ? nearest(value / scale) : 0;
}

/** Stores number j of a coarse vector; its groups lie `apart` bytes. */
@inline
function put(to: usize, j: i32, apart: usize, value: i32): void {
  const at = to + <usize>(j / grouped) * apart;
  if (ASC_FEATURE_RELAXED_SIMD) store<i8>(at + <usize>(j % grouped), value);
  else store<i16>(at + (<usize>(j % grouped) << 1), value);
}

/** Rounds up to single precision, at most to its largest number. */
@inline
function upwards(value: f64): f32 {
  return <f32>min(value * (1 + 1e-6), <f64>f32.MAX_VALUE);
}

/** sum + the products of each lane's group. */
@inline
function dotAdd(items: v128, user: v128, sum: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return i32x4.relaxed_dot_i8x16_i7x16_add_s(items, user, sum);
  return i32x4.add(i32x4.dot_i16x8_s(items, user), sum);
}

// A lane holds what is known of a user who is not done: 64 numbers of 4 bytes each and 64 of 8, in this order from `lanes` on.
const worst: usize = 64 * 4; // after the row, from `begin`: the k-th best score
const inverse = worst + 64 * 4; // 1 / s_x
const bar = inverse + 64 * 4; // the k-th best score / s_x
const near = bar + 64 * 4; // |x − x̂| / s_x, and room for rounding
const far = near + 64 * 4; // |x̂| / s_x
const reaches = far + 64 * 4; // |x|
const lanesBytes = reaches + 64 * 8;

/** What scoreTile fills for a block of rows, and from what. */
@unmanaged
class Lists {
  /** Vectors of the rows, float32 [rows × f]. */
  users: usize;
  f: i32;
  k: i32;
  /** int32 and float32 [rows × k] */
  items: usize;
  scores: usize;
  /** Room for the scores of 8 items. */
  tile: usize;
}

/**
 * For rows begin .. end (at most 64), the k highest scores among the items that have a place and that the row does not hold:
 * highest first, equal scores by ascending index. Where there are fewer, −1 and −Infinity; so everywhere for a row of zeros.
 *
 * users: float32 [rows × f]; panels: float32 [⌈count / 8⌉ × f × 8], items of a panel side by side, in the order of places, and
 * coarse and bounds of topkCoarse; order int32 [count]: the item at each place; places int32 [items]: the place of each item,
 * −1: none; lengths float64 [⌈count / 64⌉]: the greatest length of a vector from each block of 64 places on; offsets int32
 * [rows + 1] and indices int32: the rows' items; outItems int32 and outScores float32 [rows × k]. f a multiple of 4, k from 1.
 * Scratch: 128 f + 512 ⌈count / 64⌉ + 2112 bytes.
 */
export function topk(
  begin: i32,
  end: i32,
  scratch: usize,
  users: usize,
  panels: usize,
  coarse: usize,
  bounds: usize,
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
  const lists = changetype<Lists>(scratch + 32);
  const lanes = scratch + 64;
  const packed = lanes + lanesBytes;
  const words = f / grouped;
  const masks = packed + (<usize>words << 8);
  const outStep = <usize>k << 2;
  const vectors = users + ((<usize>begin * <usize>f) << 2);
  lists.users = vectors;
  lists.f = f;
  lists.k = k;
  lists.items = outItems + <usize>begin * outStep;
  lists.scores = outScores + <usize>begin * outStep;
  lists.tile = scratch;

  for (let n: usize = 0; n < <usize>(end - begin) * outStep; n += 4) {
    store<i32>(lists.items + n, -1);
    store<f32>(lists.scores + n, -Infinity);
  }
  let active = pack(end - begin, vectors, f, lanes, packed);
  mark(begin, end, offsets, indices, places, count, masks);

  for (let first = 0; first < count; first += blockItems) {
    active = retire(active, load<f64>(lengths + (<usize>first >> 3)), words, lanes, packed);
    if (active == 0) return;
    const length = min(blockItems, count - first);
    const seen = masks + (<usize>first << 3);
    for (let n: usize = 0; n < <usize>active; n += 4) {
      const x = packed + n * (<usize>words << 2);
      const lane = lanes + (n << 2);
      for (let m = 0; m < length; m += 8) {
        const panel = <usize>(first + m) >> 3;
        const passed = screen(x, coarse + panel * (<usize>words << 5), words, bounds + panel * boundBytes, lane);
        if (passed == 0) continue;
        const wanted = passed & ~seenBy(seen + <usize>(m >> 3), lane);
        if (wanted == 0) continue;
        const at = order + (<usize>(first + m) << 2);
        scoreTile(wanted, panels + ((panel * <usize>f) << 5), at, lane, lists);
      }
    }
  }
}

/** Which of 8 items 4 users hold, 8 bits a user. */
@inline
function seenBy(masks: usize, lane: usize): i32 {
  let held: u32 = 0;
  for (let user = 0; user < 4; user++) {
    const row = <usize>load<i32>(lane + (<usize>user << 2));
    held |= <u32>load<u8>(masks + (row << 3)) << (user << 3);
  }
  return <i32>held;
}

/**
 * Makes coarse vectors of the rows that are not zeros, fours of them side by side: [⌈rows / 4⌉ × words × 4] of 32 bits, and their
 * lanes. Returns how many they are. Lanes without a row let no score pass.
 */
function pack(rows: i32, users: usize, f: i32, lanes: usize, packed: usize): i32 {
  // rounding takes a computed score past |x||y| by less than f · 2⁻²³ of it
  const slack = <f64>f * 2.4e-7;
  const words = f / grouped;
  let active = 0;
  for (let row = 0; row < rows; row++) {
    const from = users + ((<usize>row * <usize>f) << 2);
    const to = laneOf(packed, active, words);
    const s = scaleOf(from, f, 63);
    let squares: f64 = 0, kept: f64 = 0, errors: f64 = 0;
    for (let j = 0; j < f; j++) {
      const value = load<f32>(from + (<usize>j << 2));
      const p = wholes(value, s);
      put(to, j, 16, <i32>p + 64);
      squares += <f64>value * <f64>value;
      kept += <f64>p * <f64>p;
      const error = <f64>value - <f64>s * <f64>p;
      errors += error * error;
    }
    if (!(squares > 0)) continue;
    const lane = lanes + (<usize>active << 2);
    // the bound is a sum of numbers below 200 √f |y| / s_y, each rounded to 2⁻²⁴ of it
    const rounding = sqrt<f64>(f) * 1.3e-4 + (sqrt<f64>(squares) / <f64>s) * (slack + 1e-6);
    store<i32>(lane, row);
    store<f32>(lane, -Infinity, worst);
    store<f32>(lane, s > 0 ? 1 / s : 0, inverse);
    store<f32>(lane, -Infinity, bar);
    store<f32>(lane, upwards(sqrt<f64>(errors) / <f64>s + rounding), near);
    store<f32>(lane, upwards(sqrt<f64>(kept)), far);
    store<f64>(lanes + (<usize>active << 3), sqrt<f64>(squares) * (1 + slack), reaches);
    active++;
  }
  for (let n = active; n < ((active + 3) & ~3); n++) {
    const to = laneOf(packed, n, words);
    for (let j: usize = 0; j < <usize>words; j++) store<i32>(to + (j << 4), 0);
    const lane = lanes + (<usize>n << 2);
    store<i32>(lane, 0);
    store<f32>(lane, 0, far);
    close(lane);
  }
  return active;
}

/** Makes a lane let no score pass. */
@inline
function close(lane: usize): void {
  store<f32>(lane, Infinity, worst);
  store<f32>(lane, Infinity, bar);
  store<f32>(lane, 0, near);
}

@inline
function laneOf(packed: usize, n: i32, words: i32): usize {
  return packed + <usize>(n >> 2) * (<usize>words << 4) + (<usize>(n & 3) << 2);
}

/** Sets a bit for each place of an item that a row holds, and after the last place, in words of 64 [blocks × 64 rows]. */
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

/** Removes the users for whom no vector up to this length can score enough; the last lane takes their place. Returns how many are left. */
function retire(active: i32, length: f64, words: i32, lanes: usize, packed: usize): i32 {
  let left = active;
  for (let n = 0; n < left; ) {
    const lane = lanes + (<usize>n << 2);
    const reach = lanes + (<usize>n << 3);
    const most = load<f64>(reach, reaches) * length + 1e-38; // the least normal number: below, sums lose digits
    if (most >= <f64>load<f32>(lane, worst)) {
      n++;
      continue;
    }
    left--;
    const last = lanes + (<usize>left << 2);
    for (let at: usize = 0; at < reaches; at += 64 * 4) store<i32>(lane + at, load<i32>(last + at));
    store<f64>(reach, load<f64>(lanes + (<usize>left << 3), reaches), reaches);
    close(last);
    const from = laneOf(packed, left, words);
    const to = laneOf(packed, n, words);
    for (let j: usize = 0; j < <usize>words; j++) store<i32>(to + (j << 4), load<i32>(from + (j << 4)));
  }
  return left;
}

/** Which of 8 items the bound does not rule out for each of 4 users, 8 bits a user. */
@inline
function screen(coarseUsers: usize, panel: usize, words: i32, bound: usize, lane: usize): i32 {
  const start0 = v128.load(bound), start1 = v128.load(bound, 16);
  let a0 = start0, a1 = start1, b0 = start0, b1 = start1, c0 = start0, c1 = start1, d0 = start0, d1 = start1;
  let y = panel;
  for (let x = coarseUsers; x < coarseUsers + (<usize>words << 4); x += 16, y += 32) {
    const left = v128.load(y);
    const right = v128.load(y, 16);
    const a = v128.load32_splat(x);
    a0 = dotAdd(left, a, a0);
    a1 = dotAdd(right, a, a1);
    const b = v128.load32_splat(x, 4);
    b0 = dotAdd(left, b, b0);
    b1 = dotAdd(right, b, b1);
    const c = v128.load32_splat(x, 8);
    c0 = dotAdd(left, c, c0);
    c1 = dotAdd(right, c, c1);
    const d = v128.load32_splat(x, 12);
    d0 = dotAdd(left, d, d0);
    d1 = dotAdd(right, d, d1);
  }
  let t = f32x4.sub(v128.load(lane, bar), f32x4.mul(v128.load(lane, near), v128.load32_splat(bound, 36)));
  t = f32x4.sub(t, f32x4.mul(v128.load(lane, far), v128.load32_splat(bound, 40)));
  t = i32x4.trunc_sat_f32x4_s(f32x4.mul(t, v128.load32_splat(bound, 32)));
  const ta = v128.shuffle<i32>(t, t, 0, 0, 0, 0), tb = v128.shuffle<i32>(t, t, 1, 1, 1, 1);
  const tc = v128.shuffle<i32>(t, t, 2, 2, 2, 2), td = v128.shuffle<i32>(t, t, 3, 3, 3, 3);
  a0 = i32x4.ge_s(a0, ta);
  a1 = i32x4.ge_s(a1, ta);
  b0 = i32x4.ge_s(b0, tb);
  b1 = i32x4.ge_s(b1, tb);
  c0 = i32x4.ge_s(c0, tc);
  c1 = i32x4.ge_s(c1, tc);
  d0 = i32x4.ge_s(d0, td);
  d1 = i32x4.ge_s(d1, td);
  if (!v128.any_true(v128.or(v128.or(v128.or(a0, a1), v128.or(b0, b1)), v128.or(v128.or(c0, c1), v128.or(d0, d1))))) return 0;
  const ab = i32x4.bitmask(a0) | (i32x4.bitmask(a1) << 4) | (i32x4.bitmask(b0) << 8) | (i32x4.bitmask(b1) << 12);
  const cd = i32x4.bitmask(c0) | (i32x4.bitmask(c1) << 4) | (i32x4.bitmask(d0) << 8) | (i32x4.bitmask(d1) << 12);
  return ab | (cd << 16);
}

/** Scores 8 items for 4 users, all at once as each sum waits for its last one, and offers what is wanted. */
function scoreTile(wanted: i32, panel: usize, order: usize, lane: usize, lists: Lists): void {
  const users = lists.users;
  const size = <usize>lists.f << 2;
  const xa = users + <usize>load<i32>(lane) * size, xb = users + <usize>load<i32>(lane, 4) * size;
  const xc = users + <usize>load<i32>(lane, 8) * size, xd = users + <usize>load<i32>(lane, 12) * size;
  let a0 = f32x4.splat(0), a1 = a0, b0 = a0, b1 = a0, c0 = a0, c1 = a0, d0 = a0, d1 = a0;
  for (let j: usize = 0, y = panel; j < size; j += 4, y += 32) {
    const left = v128.load(y);
    const right = v128.load(y, 16);
    const a = v128.load32_splat(xa + j);
    a0 = madd(a, left, a0);
    a1 = madd(a, right, a1);
    const b = v128.load32_splat(xb + j);
    b0 = madd(b, left, b0);
    b1 = madd(b, right, b1);
    const c = v128.load32_splat(xc + j);
    c0 = madd(c, left, c0);
    c1 = madd(c, right, c1);
    const d = v128.load32_splat(xd + j);
    d0 = madd(d, left, d0);
    d1 = madd(d, right, d1);
  }
  offer(wanted & 255, a0, a1, order, lane, lists);
  offer((wanted >> 8) & 255, b0, b1, order, lane + 4, lists);
  offer((wanted >> 16) & 255, c0, c1, order, lane + 8, lists);
  offer((wanted >> 24) & 255, d0, d1, order, lane + 12, lists);
}

/** Enters those of one user's candidates that reach the k-th best so far. */
@inline
function offer(candidates: i32, left: v128, right: v128, order: usize, lane: usize, lists: Lists): void {
  if (candidates == 0) return;
  const reached = v128.load32_splat(lane, worst);
  const above = i32x4.bitmask(f32x4.ge(left, reached)) | (i32x4.bitmask(f32x4.ge(right, reached)) << 4);
  if ((above & candidates) == 0) return;
  v128.store(lists.tile, left);
  v128.store(lists.tile, right, 16);
  const at = (<usize>load<i32>(lane) * <usize>lists.k) << 2;
  const scores = lists.scores + at;
  enter(above & candidates, order, lists.tile, lists.k, lists.items + at, scores);
  const kth = load<f32>(scores + (<usize>(lists.k - 1) << 2));
  store<f32>(lane, kth, worst);
  store<f32>(lane, (kth - 1e-38) * load<f32>(lane, inverse), bar);
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
