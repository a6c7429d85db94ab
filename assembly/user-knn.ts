// Answers of user-knn to many users whose neighbours were found: src/models/user-knn/user-knn.ts has the formulas. Ratings of the
// population: offsets int32 [users + 1], items int32 and values float32 [ratings]. Of each row that asks: what it rated, rated int32 at
// ratedOffsets[row] .. ratedOffsets[row + 1]; and its neighbours, int32 with similarities float64 at nearOffsets[row] .. nearOffsets[row + 1].
// centres: float64 [users], subtracted from a neighbour's ratings; bases: float64 [rows], added to a row's mean of what is left. Weighting
// by 0 nothing, 1 similarity, 2 similarity and overlap. Each number is summed in double precision in the order of the neighbours, as one
// answer is.

/** Bytes of scratch for each item: Σ w (r − centre) and Σ w as float64, the number of raters as int32, and a mark. */
const sumsBytes: usize = 16;
const countBytes: usize = 4;

/**
 * Scores for rows begin .. end: of all items, out float32 [rows × columns], or, unless wantedOffsets is 0, of the wantedItems int32 of
 * each row at wantedOffsets[row] .. wantedOffsets[row + 1], out float32 alike. −Infinity where fewer than minNeighbours rated the item.
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
  memory.fill(counts + <usize>columns * countBytes, 0, columns);
  for (let row = begin; row < end; row++) {
    combine(row, scratch, offsets, items, values, centres, ratedOffsets, rated, nearOffsets, neighbours, similarities, columns, weighting, minOverlap);
    const base = load<f64>(bases + (<usize>row << 3));
    if (!wantedOffsets) {
      scoreAll(scratch, counts, base, minNeighbours, out + ((<usize>row * <usize>columns) << 2), columns);
      continue;
    }
    const to = <usize>load<i32>(wantedOffsets + (<usize>row << 2), 4) << 2;
    for (let n = <usize>load<i32>(wantedOffsets + (<usize>row << 2)) << 2; n < to; n += 4) {
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

/** Sums what the neighbours of a row rated. Sums, weights and counts become those of this row; marks are zeros before and after. */
function combine(
  row: i32,
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
  columns: i32,
  weighting: i32,
  minOverlap: i32,
): void {
  const counts = scratch + <usize>columns * sumsBytes;
  const marks = counts + <usize>columns * countBytes;
  memory.fill(scratch, 0, <usize>columns * (sumsBytes + countBytes));
  const first = rated + (<usize>load<i32>(ratedOffsets + (<usize>row << 2)) << 2);
  const last = rated + (<usize>load<i32>(ratedOffsets + (<usize>row << 2), 4) << 2);
  const own = <f64>((last - first) >> 2);
  for (let n = first; n < last; n += 4) store<u8>(marks + load<u32>(n), 1);
  const most = weighting == 2 ? i32.MAX_VALUE : minOverlap; // nobody asks by how much others are above it
  const to = load<i32>(nearOffsets + (<usize>row << 2), 4);
  for (let n = load<i32>(nearOffsets + (<usize>row << 2)); n < to; n++) {
    const user = <usize>load<i32>(neighbours + (<usize>n << 2));
    const from = <usize>load<i32>(offsets + (user << 2)) << 2;
    const until = <usize>load<i32>(offsets + (user << 2), 4) << 2;
    let overlap = 0;
    for (let m = from; m < until && overlap < most; m += 4) overlap += <i32>load<u8>(marks + load<u32>(items + m));
    if (overlap < minOverlap) continue;
    let weight: f64 = 1;
    if (weighting > 0) weight = load<f64>(similarities + (<usize>n << 3));
    if (weighting == 2) weight *= <f64>overlap / own;
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
}
