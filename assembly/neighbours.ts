// Similarities of sparse rows ("queries") with many rows ("targets") of a matrix over the same columns, into a panel of f64
// [queries × stride], one target a place. src/compute/similarity-forms.ts has the formulas. Kinds: 0 cosine, 1 cosine of rows
// centred by their means, 2 Pearson over the columns that both rows have.
//
// neighbourBytes is for values 1 .. levels (ratings in half stars). Targets lie dense as bytes, in blocks of `pitch` targets
// [blocks × columns × pitch], and a query's columns are grouped by its own value r, so that
//
//   Σ_c r_c x_cj = Σ_r r · Σ_{c: r_c = r} x_cj
//
// and the inner sum takes byte additions alone, 16 targets an instruction, until a byte could overflow. Columns that few targets
// have ("tails") may lie apart, as inverted lists for each block.
// neighbourSums is for any values: it scatters products over inverted lists.

import { products, statistics } from "./bytes";

/** Rows are blocks of targets. If `symmetric`, queries before a block's first target are left out. Scratch: pitch × 26 bytes. */
export function neighbourBytes(
  begin: i32,
  end: i32,
  scratch: usize,
  pitch: usize,
  bytes: usize,
  columns: i32,
  tails: i32,
  tailOffsets: usize, // int32 [blocks × tails + 1]: where a block's entries of each tail begin
  entries: usize, // uint16: target within the block · 16 + value
  levels: i32,
  queries: i32,
  starts: usize, // int32 [queries × (levels + 1)]: where each value's columns begin in lists
  lists: usize, // int32: columns of every query, grouped by value
  tailStarts: usize, // likewise for tails
  tailLists: usize,
  first: i32, // position of the first target among the queries
  symmetric: i32,
  panel: usize,
  stride: i32,
  kind: i32,
  shrinkage: f64,
  queryFacts: usize, // f64 [queries × 3]: entries, Σ x, squared length
  targetFacts: usize, // f64 [blocks × pitch × 3]
): void {
  const plain = kind == 0 && shrinkage == 0;
  const row = pitch << 2;
  for (let block = begin; block < end; block++) {
    const tile = bytes + <usize>block * <usize>columns * pitch;
    const facts = targetFacts + <usize>block * pitch * 24;
    const offsets = tailOffsets + (<usize>(block * tails) << 2);
    for (let query = symmetric ? first + block * <i32>pitch : 0; query < queries; query++) {
      const own = <usize>query * <usize>((levels + 1) << 2);
      const out = panel + ((<usize>query * <usize>stride + <usize>block * pitch) << 3);
      const fact = queryFacts + <usize>query * 24;
      if (plain && pitch == 128) products(tile, 128, starts + own, lists, levels, scratch);
      else if (plain) products(tile, pitch, starts + own, lists, levels, scratch);
      else statistics(tile, pitch, starts + own, lists, levels, scratch, kind == 2);
      if (tails) addTails(offsets, entries, tailStarts + own, tailLists, levels, scratch, plain ? 0 : row);
      if (plain) {
        cosines(scratch, pitch, fact, facts, out);
        continue;
      }
      for (let j: usize = 0; j < pitch; j++) {
        const at = scratch + (j << 2);
        const value = similarity(
          kind,
          shrinkage,
          <f64>load<u32>(at),
          <f64>load<u32>(at + row),
          <f64>load<u32>(at + 2 * row),
          <f64>load<u32>(at + 3 * row),
          <f64>load<u32>(at + 4 * row),
          <f64>load<u32>(at + 5 * row),
          fact,
          facts + j * 24,
        );
        store<f64>(out + (j << 3), value);
      }
    }
  }
}

/** Adds a query's tails to the sums of a block: to Σxy, and to the five sums `row` bytes apart behind it unless row is 0. */
function addTails(
  offsets: usize,
  entries: usize,
  starts: usize,
  lists: usize,
  levels: i32,
  sums: usize,
  row: usize,
): void {
  let n = load<i32>(starts);
  for (let x = 1; x <= levels; x++) {
    const stop = load<i32>(starts + (<usize>x << 2));
    for (; n < stop; n++) {
      const offset = offsets + (<usize>load<u32>(lists + (<usize>n << 2)) << 2);
      const to = entries + (<usize>load<u32>(offset, 4) << 1);
      for (let at = entries + (<usize>load<u32>(offset) << 1); at < to; at += 2) {
        const entry = <i32>load<u16>(at);
        const sum = sums + <usize>((entry >> 4) << 2);
        const y = entry & 15;
        count(sum, x * y);
        if (!row) continue;
        count(sum + row, x);
        count(sum + 2 * row, y);
        count(sum + 3 * row, 1);
        count(sum + 4 * row, x * x);
        count(sum + 5 * row, y * y);
      }
    }
  }
}

@inline
function count(at: usize, value: i32): void {
  store<i32>(at, load<i32>(at) + value);
}

/** Rows are queries. If `symmetric`, only the targets before a query are compared with it. Scratch: 6 × count doubles. */
export function neighbourSums(
  begin: i32,
  end: i32,
  scratch: usize,
  offsets: usize, // int32 [queries + 1]
  indices: usize, // int32: columns of the queries, ascending
  values: usize, // f64
  cursors: usize, // int32 [columns]: the first entry of each inverted list that belongs to this panel
  stops: usize, // int32 [columns]: where each list ends
  targets: usize, // int32: positions of the inverted lists, ascending
  targetValues: usize, // f64
  first: i32,
  count: i32,
  symmetric: i32,
  panel: usize,
  stride: i32,
  kind: i32,
  shrinkage: f64,
  queryFacts: usize,
  targetFacts: usize,
): void {
  const size = <usize>count << 3;
  for (let query = begin; query < end; query++) {
    const room = symmetric ? min(count, query - first) : count;
    if (room <= 0) continue;
    memory.fill(scratch, 0, size * 6);
    const to = load<i32>(offsets + (<usize>query << 2), 4);
    for (let n = load<i32>(offsets + (<usize>query << 2)); n < to; n++) {
      const column = <usize>load<i32>(indices + (<usize>n << 2)) << 2;
      const x = load<f64>(values + (<usize>n << 3));
      const stop = load<i32>(stops + column);
      for (let m = load<i32>(cursors + column); m < stop; m++) {
        const target = load<i32>(targets + (<usize>m << 2)) - first;
        if (target >= room) break;
        const at = scratch + (<usize>target << 3);
        const y = load<f64>(targetValues + (<usize>m << 3));
        add(at, x * y);
        add(at + 3 * size, 1);
        if (kind != 2) continue;
        add(at + size, x);
        add(at + 2 * size, y);
        add(at + 4 * size, x * x);
        add(at + 5 * size, y * y);
      }
    }
    const out = panel + ((<usize>query * <usize>stride) << 3);
    for (let j: usize = 0; j < <usize>room; j++) {
      const at = scratch + (j << 3);
      const value = similarity(
        kind,
        shrinkage,
        load<f64>(at),
        load<f64>(at + size),
        load<f64>(at + 2 * size),
        load<f64>(at + 3 * size),
        load<f64>(at + 4 * size),
        load<f64>(at + 5 * size),
        queryFacts + <usize>query * 24,
        targetFacts + j * 24,
      );
      store<f64>(out + (j << 3), value);
    }
  }
}

@inline
function add(at: usize, value: f64): void {
  store<f64>(at, load<f64>(at) + value);
}

/** n Σx² − (Σx)²; 0 where the difference is only rounding. */
@inline
function spread(squares: f64, square: f64): f64 {
  return squares - square > 1e-12 * squares ? squares - square : 0;
}

/**
 * A similarity from Σxy, Σx, Σy, n, Σx², Σy² over the columns that both rows have, and the facts a and b of the rows. Whole
 * numbers stay exact up to the root and the division.
 */
function similarity(
  kind: i32,
  shrinkage: f64,
  xy: f64,
  x: f64,
  y: f64,
  n: f64,
  xx: f64,
  yy: f64,
  a: usize,
  b: usize,
): f64 {
  if (n == 0) return 0;
  let length = load<f64>(a, 16) * load<f64>(b, 16);
  if (kind == 1) {
    const na = load<f64>(a);
    const nb = load<f64>(b);
    const sa = load<f64>(a, 8);
    const sb = load<f64>(b, 8);
    xy = na * nb * xy - nb * sa * y - na * sb * x + n * sa * sb;
  } else if (kind == 2) {
    xy = n * xy - x * y;
    length = spread(n * xx, x * x) * spread(n * yy, y * y);
  }
  return length > 0 ? (xy / sqrt<f64>(length)) * (n / (n + shrinkage)) : 0;
}

/** out_j = sums_j / √(length · length_j), 0 where either row is empty; two targets at a time. */
function cosines(sums: usize, pitch: usize, fact: usize, facts: usize, out: usize): void {
  const own = v128.load64_splat(fact, 16);
  for (let j: usize = 0; j < pitch; j += 2) {
    const sum = f64x2.convert_low_i32x4_u(v128.load64_zero(sums + (j << 2)));
    const squares = v128.load64_lane(facts + j * 24, v128.load64_splat(facts + j * 24, 16), 1, 40);
    const cosine = f64x2.div(sum, f64x2.sqrt(f64x2.mul(own, squares)));
    v128.store(out + (j << 3), v128.and(cosine, f64x2.gt(sum, f64x2.splat(0))));
  }
}
