// The k best unseen items of each row of people, for scores that are inner products x_u · y_i: a product in tiles of 4 people ×
// 8 items, compared with each person's k-th best so far while it is still in registers, so that no score is ever stored but
// those of candidates.
//
// users · items · 2 f flops. From memory come 4 f bytes a person and the items once per 64 people; from the first cache 96
// bytes per 64 flops: 64 items (256 f bytes) and 64 people take turns in it.
//
// Measured with 64 factors, 1,000 items, k = 10: 22 GFLOP/s, 49 % of what a plain loop of fused multiply-adds reaches on that
// processor (45). With nothing to enter it is 33 (73 %): entering some 56 candidates a person, each at a place that the
// processor cannot predict, takes the rest. Slower: entering without branches, by vectors (15.7 where this had 18.5). Faster by
// 8 %, with half as much code again: tiles of 6 × 8.

import { madd } from "./vector";

/** Items of a block: as many as a mask has bits, and 8 panels. */
const blockItems = 64;

/**
 * For rows begin .. end (at most 64), the k highest scores among the items that neither the row holds nor `barred` names:
 * highest first, equal scores by ascending index. Where there are fewer, −1 and −Infinity.
 *
 * users: float32 [rows × f]; panels: float32 [⌈items / 8⌉ × f × 8], items of a panel side by side; barred: one bit an item, in
 * uint8 [⌈items / 64⌉ × 8], set beyond the last item too; offsets int32 [rows + 1] and indices int32, ascending in a row: the
 * rows' items; outItems int32 and outScores float32 [rows × k]. f a multiple of 4, k from 1.
 * Scratch: 64 × (4 f + 12) + 32 bytes.
 */
export function topk(
  begin: i32,
  end: i32,
  scratch: usize,
  users: usize,
  panels: usize,
  barred: usize,
  offsets: usize,
  indices: usize,
  outItems: usize,
  outScores: usize,
  items: i32,
  f: i32,
  k: i32,
): void {
  const rows = end - begin;
  const masks = scratch;
  const tile = masks + 64 * 8;
  const cursors = tile + 32;
  const packed = cursors + 64 * 4;
  const panelBytes = <usize>f << 5;
  const groupBytes = <usize>f << 4;
  pack(users + ((<usize>begin * <usize>f) << 2), rows, f, packed);
  for (let n = begin * k; n < end * k; n++) {
    store<i32>(outItems + (<usize>n << 2), -1);
    store<f32>(outScores + (<usize>n << 2), -Infinity);
  }
  memory.copy(cursors, offsets + (<usize>begin << 2), <usize>rows << 2);
  memory.fill(masks, 255, 64 * 8); // people that are not there may have nothing

  for (let first = 0; first < items; first += blockItems) {
    const out = load<u64>(barred + (<usize>first >> 3));
    for (let n = 0; n < rows; n++) {
      const to = load<i32>(offsets + (<usize>(begin + n) << 2), 4);
      let cursor = load<i32>(cursors + (<usize>n << 2));
      let mask = out;
      for (; cursor < to; cursor++) {
        const bit = load<i32>(indices + (<usize>cursor << 2)) - first;
        if (bit >= blockItems) break;
        mask |= <u64>1 << <u64>bit;
      }
      store<i32>(cursors + (<usize>n << 2), cursor);
      store<u64>(masks + (<usize>n << 3), mask);
    }
    const count = min(blockItems, items - first);
    const panel = panels + (<usize>first >> 3) * panelBytes;
    for (let n = 0; n < rows; n += 4) {
      const at = packed + <usize>(n >> 2) * groupBytes;
      for (let m = 0; m < count; m += 8) {
        const y = panel + <usize>(m >> 3) * panelBytes;
        const mask = masks + (<usize>n << 3);
        scoreTile(at, y, f, begin + n, end - 1, k, first + m, mask, m, tile, outItems, outScores);
      }
    }
  }
}

/** Fours of rows side by side: float32 [⌈rows / 4⌉ × f × 4], zeros where no row is. */
function pack(users: usize, rows: i32, f: i32, packed: usize): void {
  for (let n = 0; n < ((rows + 3) & ~3); n++) {
    const from = users + ((<usize>n * <usize>f) << 2);
    const to = packed + <usize>(n >> 2) * (<usize>f << 4) + (<usize>(n & 3) << 2);
    for (let j: usize = 0; j < <usize>f; j++) {
      store<f32>(to + (j << 4), n < rows ? load<f32>(from + (j << 2)) : 0);
    }
  }
}

/** Scores 4 people for 8 items and offers those above each one's k-th best so far. */
@inline
function scoreTile(
  people: usize,
  panel: usize,
  f: i32,
  row: i32,
  lastRow: i32,
  k: i32,
  item: i32,
  masks: usize,
  shift: i32,
  tile: usize,
  outItems: usize,
  outScores: usize,
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
  const step = <usize>k << 2;
  const worst = outScores + (<usize>row + 1) * step - 4;
  const least = outScores + (<usize>lastRow + 1) * step - 4;
  const ta = v128.load32_splat(worst);
  const tb = v128.load32_splat(min(worst + step, least));
  const tc = v128.load32_splat(min(worst + 2 * step, least));
  const td = v128.load32_splat(min(worst + 3 * step, least));
  const any = v128.or(
    v128.or(v128.or(f32x4.gt(a0, ta), f32x4.gt(a1, ta)), v128.or(f32x4.gt(b0, tb), f32x4.gt(b1, tb))),
    v128.or(v128.or(f32x4.gt(c0, tc), f32x4.gt(c1, tc)), v128.or(f32x4.gt(d0, td), f32x4.gt(d1, td))),
  );
  if (!v128.any_true(any)) return;
  offer(a0, a1, ta, row, k, item, load<u8>(masks + (<usize>shift >> 3)), tile, outItems, outScores);
  offer(b0, b1, tb, row + 1, k, item, load<u8>(masks + (<usize>shift >> 3), 8), tile, outItems, outScores);
  offer(c0, c1, tc, row + 2, k, item, load<u8>(masks + (<usize>shift >> 3), 16), tile, outItems, outScores);
  offer(d0, d1, td, row + 3, k, item, load<u8>(masks + (<usize>shift >> 3), 24), tile, outItems, outScores);
}

/** Offers one person's scores of 8 items, but those whose bit is set. */
@inline
function offer(
  left: v128,
  right: v128,
  worst: v128,
  row: i32,
  k: i32,
  item: i32,
  out: i32,
  tile: usize,
  outItems: usize,
  outScores: usize,
): void {
  const above = i32x4.bitmask(f32x4.gt(left, worst)) | (i32x4.bitmask(f32x4.gt(right, worst)) << 4);
  const candidates = above & ~out;
  if (candidates == 0) return;
  v128.store(tile, left);
  v128.store(tile, right, 16);
  const at = <usize>row * <usize>k;
  enter(candidates, item, tile, k, outItems + (at << 2), outScores + (at << 2));
}

/** Enters candidates into a list of k, by ascending index: an equal score stays behind those that are there. */
function enter(candidates: i32, item: i32, tile: usize, k: i32, items: usize, scores: usize): void {
  const last = <usize>(k - 1) << 2;
  for (let rest = candidates; rest != 0; rest &= rest - 1) {
    const n = ctz(rest);
    const score = load<f32>(tile + (<usize>n << 2));
    if (score <= load<f32>(scores + last)) continue;
    let place = last;
    for (; place > 0; place -= 4) {
      const before = load<f32>(scores + place - 4);
      if (before >= score) break;
      store<f32>(scores + place, before);
      store<i32>(items + place, load<i32>(items + place - 4));
    }
    store<f32>(scores + place, score);
    store<i32>(items + place, item + n);
  }
}
