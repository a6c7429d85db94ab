// The k highest similarities of every row, gathered panel by panel. A row's list is a heap whose root is the weakest entry:
// names int32 and similarities f64 [rows × k], sizes int32 [rows]. Of equal similarities that of the lower name ranks higher, so
// that lists do not depend on the order in which entries come. Only similarities above 0 enter a list.

/** Enters each query's row of a panel in the query's list. Of a symmetric panel only the targets before the query are read. */
export function nearestOfRows(
  begin: i32,
  end: i32,
  _scratch: usize,
  panel: usize, // f64 [queries × stride]
  stride: i32,
  first: i32, // position of the first target among the queries
  count: i32,
  symmetric: i32,
  names: usize, // int32 [count]: of the panel's targets
  selves: usize, // int32 [queries]: a name to be left out, or −1
  k: i32,
  sizes: usize,
  heapNames: usize,
  heap: usize,
): void {
  for (let query = begin; query < end; query++) {
    const room = symmetric ? min(count, query - first) : count;
    const row = panel + ((<usize>query * <usize>stride) << 3);
    const self = load<i32>(selves + (<usize>query << 2));
    const size = sizes + (<usize>query << 2);
    const ids = heapNames + ((<usize>query * <usize>k) << 2);
    const values = heap + ((<usize>query * <usize>k) << 3);
    let least = weakest(size, values, k);
    for (let j = 0; j < room; j++) {
      const limits = f64x2.splat(least);
      while (j + 8 <= room && !reaches(row + (<usize>j << 3), limits, limits, limits, limits)) j += 8;
      if (j >= room) break;
      const value = load<f64>(row + (<usize>j << 3));
      if (value < least) continue;
      const name = load<i32>(names + (<usize>j << 2));
      if (name == self) continue;
      enter(value, name, size, ids, values, k);
      least = weakest(size, values, k);
    }
  }
}

/** Enters each target's column of a symmetric panel in the target's list. Rows are groups of 8 targets. Scratch: 8 doubles. */
export function nearestOfColumns(
  begin: i32,
  end: i32,
  scratch: usize,
  panel: usize,
  stride: i32,
  first: i32,
  count: i32,
  queries: i32,
  allNames: usize, // int32 [queries]
  k: i32,
  sizes: usize,
  heapNames: usize,
  heap: usize,
): void {
  for (let group = begin; group < end; group++) {
    const from = group * 8;
    const to = min(count, from + 8);
    for (let j = from; j < to; j++) {
      const own = <usize>(first + j);
      store<f64>(scratch + (<usize>(j - from) << 3), weakest(sizes + (own << 2), heap + ((own * <usize>k) << 3), k));
    }
    for (let query = first + from + 1; query < queries; query++) {
      const row = panel + ((<usize>query * <usize>stride) << 3);
      const stop = min(to, query - first);
      if (stop - from == 8) {
        const l0 = v128.load(scratch), l1 = v128.load(scratch, 16), l2 = v128.load(scratch, 32);
        if (!reaches(row + (<usize>from << 3), l0, l1, l2, v128.load(scratch, 48))) continue;
      }
      for (let j = from; j < stop; j++) {
        const value = load<f64>(row + (<usize>j << 3));
        const limit = scratch + (<usize>(j - from) << 3);
        if (value < load<f64>(limit)) continue;
        const own = <usize>(first + j);
        const size = sizes + (own << 2);
        const values = heap + ((own * <usize>k) << 3);
        const name = load<i32>(allNames + (<usize>query << 2));
        enter(value, name, size, heapNames + ((own * <usize>k) << 2), values, k);
        store<f64>(limit, weakest(size, values, k));
      }
    }
  }
}

/** Sorts every list, highest first. */
export function nearestInOrder(
  begin: i32,
  end: i32,
  _scratch: usize,
  k: i32,
  sizes: usize,
  heapNames: usize,
  heap: usize,
): void {
  for (let row = <usize>begin; row < <usize>end; row++) {
    const ids = heapNames + ((row * <usize>k) << 2);
    const values = heap + ((row * <usize>k) << 3);
    for (let size = load<i32>(sizes + (row << 2)) - 1; size > 0; size--) {
      const value = load<f64>(values);
      const name = load<i32>(ids);
      const last = <usize>size;
      sink(load<f64>(values + (last << 3)), load<i32>(ids + (last << 2)), ids, values, size);
      store<f64>(values + (last << 3), value);
      store<i32>(ids + (last << 2), name);
    }
  }
}

/** Whether any of eight doubles is at least its limit. */
@inline
function reaches(at: usize, l0: v128, l1: v128, l2: v128, l3: v128): bool {
  const low = v128.or(f64x2.ge(v128.load(at), l0), f64x2.ge(v128.load(at, 16), l1));
  const high = v128.or(f64x2.ge(v128.load(at, 32), l2), f64x2.ge(v128.load(at, 48), l3));
  return v128.any_true(v128.or(low, high));
}

/** The least value that enters a list: above 0, and once the list is full the root's. */
@inline
function weakest(size: usize, values: usize, k: i32): f64 {
  return load<i32>(size) < k ? f64.MIN_VALUE : load<f64>(values);
}

@inline
function weaker(a: f64, aName: i32, b: f64, bName: i32): bool {
  return a < b || (a == b && aName > bName);
}

/** Enters a value into a list, in place of the weakest entry where the list is full. */
function enter(value: f64, name: i32, sizeAt: usize, ids: usize, values: usize, k: i32): void {
  const size = load<i32>(sizeAt);
  if (size == k) {
    if (weaker(load<f64>(values), load<i32>(ids), value, name)) sink(value, name, ids, values, k);
    return;
  }
  store<i32>(sizeAt, size + 1);
  let at = <usize>size;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const other = load<f64>(values + (parent << 3));
    const otherName = load<i32>(ids + (parent << 2));
    if (!weaker(value, name, other, otherName)) break;
    store<f64>(values + (at << 3), other);
    store<i32>(ids + (at << 2), otherName);
    at = parent;
  }
  store<f64>(values + (at << 3), value);
  store<i32>(ids + (at << 2), name);
}

/** Replaces the root of a heap by an entry, and sinks it to its place. */
function sink(value: f64, name: i32, ids: usize, values: usize, size: i32): void {
  let at: usize = 0;
  for (;;) {
    let child: usize = 2 * at + 1;
    if (child >= <usize>size) break;
    if (child + 1 < <usize>size) {
      const next = child + 1;
      const left = load<f64>(values + (child << 3));
      if (weaker(load<f64>(values + (next << 3)), load<i32>(ids + (next << 2)), left, load<i32>(ids + (child << 2)))) {
        child = next;
      }
    }
    const other = load<f64>(values + (child << 3));
    const otherName = load<i32>(ids + (child << 2));
    if (!weaker(other, otherName, value, name)) break;
    store<f64>(values + (at << 3), other);
    store<i32>(ids + (at << 2), otherName);
    at = child;
  }
  store<f64>(values + (at << 3), value);
  store<i32>(ids + (at << 2), name);
}
