// Similarities of sparse rows ("askers") with many rows ("targets") of a matrix over the same columns, into a panel of f64
// [askers × stride], one target a place. src/compute/neighbours.ts has the formulas; kinds: 0 cosine, 1 cosine of rows centred
// by their means, 2 Pearson over the columns that both rows have.
//
// neighbourBytes is for values 1 .. levels (ratings in half stars): targets lie dense as bytes, in blocks of 128 targets
// [blocks × columns × 128], and an asker's columns are grouped by its own value r, so that
//
//   Σ_c r_c x_cj = Σ_r r · Σ_{c: r_c = r} x_cj
//
// and the inner sum is a byte addition, 16 targets an instruction, with no multiplication, until a byte could overflow.
// neighbourSums is for any values: it scatters products over inverted lists.

import { products, statistics, width } from "./bytes";

/** Scratch: 6 × 128 words and 128 halves. Rows are blocks. An asker before its block's first target is left out if `symmetric`. */
export function neighbourBytes(
  begin: i32,
  end: i32,
  scratch: usize,
  bytes: usize,
  columns: i32,
  starts: usize, // int32 [askers × (levels + 1)]: where each value's columns begin in lists
  lists: usize, // int32: columns of every asker, by value
  levels: i32,
  askers: i32,
  first: i32, // position of the first target among the askers
  symmetric: i32,
  panel: usize,
  stride: i32,
  kind: i32,
  shrinkage: f64,
  askerFacts: usize, // f64 [askers × 3]: entries, Σ x, squared length
  targetFacts: usize, // f64 [blocks × 128 × 3]
): void {
    const plain = kind == 0 && shrinkage == 0;
  for (let block = begin; block < end; block++) {
    const tile = bytes + <usize>block * <usize>columns * width;
    const facts = targetFacts + <usize>block * (width * 24);
    for (let asker = symmetric ? first + block * <i32>width : 0; asker < askers; asker++) {
      const own = starts + <usize>asker * <usize>((levels + 1) << 2);
      const out = panel + ((<usize>asker * <usize>stride + <usize>block * width) << 3);
      const fact = askerFacts + <usize>asker * 24;
      if (plain) {
        products(tile, own, lists, levels, scratch);
        cosines(scratch, fact, facts, out);
        continue;
      }
      statistics(tile, own, lists, levels, scratch, kind == 2);
      for (let j: usize = 0; j < width; j++) {
        const at = scratch + (j << 2);
        const value = similarity(
          kind,
          shrinkage,
          <f64>load<u32>(at),
          <f64>load<u32>(at, 512),
          <f64>load<u32>(at, 1024),
          <f64>load<u32>(at, 1536),
          <f64>load<u32>(at, 2048),
          <f64>load<u32>(at, 2560),
          fact,
          facts + j * 24,
        );
        store<f64>(out + (j << 3), value);
      }
    }
  }
}

/** Scratch: 6 × count doubles. Rows are askers; of each only targets before itself if `symmetric`. */
export function neighbourSums(
  begin: i32,
  end: i32,
  scratch: usize,
  offsets: usize, // int32 [askers + 1]
  indices: usize, // int32: columns of the askers, ascending
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
  askerFacts: usize,
  targetFacts: usize,
): void {
  const size = <usize>count << 3;
  for (let asker = begin; asker < end; asker++) {
    const room = symmetric ? min(count, asker - first) : count;
    if (room <= 0) continue;
    memory.fill(scratch, 0, size * 6);
    const to = load<i32>(offsets + (<usize>asker << 2), 4);
    for (let n = load<i32>(offsets + (<usize>asker << 2)); n < to; n++) {
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
    const out = panel + ((<usize>asker * <usize>stride) << 3);
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
        askerFacts + <usize>asker * 24,
        targetFacts + j * 24,
      );
      store<f64>(out + (j << 3), value);
    }
  }
}

// @ts-ignore: decorator
@inline
function add(at: usize, value: f64): void {
  store<f64>(at, load<f64>(at) + value);
}

/** n Σx² − (Σx)², and 0 where that is nothing but rounding. */
// @ts-ignore: decorator
@inline
function spread(squares: f64, square: f64): f64 {
  return squares - square > 1e-12 * squares ? squares - square : 0;
}

/** From Σxy, Σx, Σy, n, Σx², Σy² over the columns that both have. Whole numbers stay exact up to the root and division. */
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

/** out_j = sums_j / √(length · length_j), 0 where either row is empty. */
function cosines(sums: usize, fact: usize, facts: usize, out: usize): void {
  const own = load<f64>(fact, 16);
  for (let j: usize = 0; j < width; j++) {
    const length = own * load<f64>(facts + j * 24, 16);
    const sum = load<u32>(sums + (j << 2));
    store<f64>(out + (j << 3), sum ? <f64>sum / sqrt<f64>(length) : 0);
  }
}
