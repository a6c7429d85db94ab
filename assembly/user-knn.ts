// Scores of user-knn for many users whose neighbours were found: src/models/user-knn/user-knn.ts has the formulas. Each number is summed
// in double precision in the order of the neighbours, as one answer is.

/** Bytes of scratch for an item: Σ w (r − centre) and Σ w as float64, and the number of raters as int32. A mark of a byte follows them. */
const sumsBytes: usize = 16;
const countBytes: usize = 4;

/**
 * Scores for rows begin .. end: of all items, out float32 [rows × columns], or, unless wantedOffsets is 0, of each row's wantedItems, out
 * float32 alike. −Infinity where fewer than minNeighbours rated the item. The ratings of those who may be neighbours: offsets int32
 * [users + 1], items int32 and values float32, less centres float64 [users]. Of each row: rated int32, the items of its ratings;
 * neighbours int32 with similarities float64; bases float64 [rows], added to the weighted mean. Lists of row n lie at xOffsets[n] ..
 * xOffsets[n + 1]. Weighting by 0 nothing, 1 similarity, 2 similarity and overlap. 4 flops a rating of a neighbour.
 * Scratch: 21 · columns bytes.
 */
export function userKnnScores(
  begin: i32,
  end: i32,
  scratch: usize,
  offsets: usize,
  items: usize,
  values: usize,
  centres: usize,
  ratedOffsets: usize,
  rated: usize,
  nearOffsets: usize,
  neighbours: usize,
  similarities: usize,
  bases: usize,
  out: usize,
  columns: i32,
  weighting: i32,
  minOverlap: i32,
  minNeighbours: i32,
  wantedOffsets: usize,
  wantedItems: usize,
): void {
  const counts = scratch + <usize>columns * sumsBytes;
  const marks = counts + <usize>columns * countBytes;
  const most = weighting == 2 ? i32.MAX_VALUE : minOverlap; // nobody asks by how much others are above it
  memory.fill(marks, 0, columns);
  for (let row = begin; row < end; row++) {
    const own = <usize>row << 2;
    memory.fill(scratch, 0, marks - scratch);
    const first = rated + (<usize>load<i32>(ratedOffsets + own) << 2);
    const last = rated + (<usize>load<i32>(ratedOffsets + own, 4) << 2);
    for (let n = first; n < last; n += 4) store<u8>(marks + load<u32>(n), 1);
    const stop = load<i32>(nearOffsets + own, 4);
    for (let n = load<i32>(nearOffsets + own); n < stop; n++) {
      const user = <usize>load<i32>(neighbours + (<usize>n << 2));
      const from = <usize>load<i32>(offsets + (user << 2)) << 2;
      const until = <usize>load<i32>(offsets + (user << 2), 4) << 2;
      let overlap = 0;
      for (let m = from; m < until && overlap < most; m += 4) overlap += <i32>load<u8>(marks + load<u32>(items + m));
      if (overlap < minOverlap) continue;
      let weight = weighting == 0 ? 1 : load<f64>(similarities + (<usize>n << 3));
      if (weighting == 2) weight *= <f64>overlap / <f64>((last - first) >> 2);
      const weights = f64x2.splat(weight);
      const centre = load<f64>(centres + (user << 3));
      for (let m = from; m < until; m += 4) {
        const item = <usize>load<u32>(items + m);
        const at = scratch + (item << 4);
        const deviation = f64x2.replace_lane(f64x2.splat(1), 0, <f64>load<f32>(values + m) - centre);
        v128.store(at, f64x2.add(v128.load(at), f64x2.mul(weights, deviation)));
        const count = counts + (item << 2);
        store<i32>(count, load<i32>(count) + 1);
      }
    }
    for (let n = first; n < last; n += 4) store<u8>(marks + load<u32>(n), 0);
    const base = load<f64>(bases + (<usize>row << 3));
    if (!wantedOffsets) {
      scoreAll(scratch, counts, base, minNeighbours, out + own * <usize>columns, columns);
      continue;
    }
    const to = <usize>load<i32>(wantedOffsets + own, 4) << 2;
    for (let n = <usize>load<i32>(wantedOffsets + own) << 2; n < to; n += 4) {
      store<f32>(out + n, scoreOf(load<u32>(wantedItems + n), scratch, counts, base, minNeighbours));
    }
  }
}

function scoreAll(sums: usize, counts: usize, base: f64, minNeighbours: i32, out: usize, columns: usize): void {
  const bases = f64x2.splat(base);
  const least = i32x4.splat(minNeighbours);
  const missing = f32x4.splat(-Infinity);
  let item: usize = 0;
  for (; item + 4 <= columns; item += 4) {
    const at = sums + (item << 4);
    const low = f64x2.add(bases, quotients(v128.load(at), v128.load(at, 16)));
    const high = f64x2.add(bases, quotients(v128.load(at, 32), v128.load(at, 48)));
    const scores = v128.shuffle<i32>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5);
    const enough = i32x4.ge_s(v128.load(counts + (item << 2)), least);
    v128.store(out + (item << 2), v128.bitselect(scores, missing, enough));
  }
  for (; item < columns; item++) store<f32>(out + (item << 2), scoreOf(item, sums, counts, base, minNeighbours));
}

/** The sums by the weights of two items. */
@inline
function quotients(a: v128, b: v128): v128 {
  return f64x2.div(v128.shuffle<i64>(a, b, 0, 2), v128.shuffle<i64>(a, b, 1, 3));
}

@inline
function scoreOf(item: usize, sums: usize, counts: usize, base: f64, minNeighbours: i32): f32 {
  const at = sums + (item << 4);
  const enough = load<i32>(counts + (item << 2)) >= minNeighbours;
  return enough ? <f32>(base + load<f64>(at) / load<f64>(at, 8)) : -Infinity;
}
