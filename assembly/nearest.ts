// The k highest similarities of every row, gathered panel by panel. A row's list is a heap whose root is the weakest entry:
// names int32 and similarities f64 [rows × k], sizes int32 [rows]. Of equal similarities the lower name is the higher; so
// lists do not depend on the order in which entries were met. Only similarities above 0 are entered.

/** Enters each asker's row of a panel in its own list. Of a symmetric panel only targets before the asker, the rest is void. */
export function nearestOfRows(
  begin: i32,
  end: i32,
  _scratch: usize,
  panel: usize, // f64 [askers × stride]
  stride: i32,
  first: i32, // position of the first target among the askers
  count: i32,
  symmetric: i32,
  names: usize, // int32 [count]: of the panel's targets
  selves: usize, // int32 [askers]: a name to be left out, or −1
  k: i32,
  sizes: usize,
  heapNames: usize,
  heap: usize,
): void {
  for (let asker = begin; asker < end; asker++) {
    const room = symmetric ? min(count, asker - first) : count;
    const row = panel + ((<usize>asker * <usize>stride) << 3);
    const self = load<i32>(selves + (<usize>asker << 2));
    const size = sizes + (<usize>asker << 2);
    const ids = heapNames + ((<usize>asker * <usize>k) << 2);
    const values = heap + ((<usize>asker * <usize>k) << 3);
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

/** Enters each target's column of a symmetric panel in the target's list: rows are groups of 8 targets. Scratch: 8 doubles. */
export function nearestOfColumns(
  begin: i32,
  end: i32,
  scratch: usize,
  panel: usize,
  stride: i32,
  first: i32,
  count: i32,
  askers: i32,
  allNames: usize, // int32 [askers]
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
    for (let asker = first + from + 1; asker < askers; asker++) {
      const row = panel + ((<usize>asker * <usize>stride) << 3);
      const stop = min(to, asker - first);
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
        const name = load<i32>(allNames + (<usize>asker << 2));
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

/** What an entry must reach: above 0, and the root's value once the list is full. */
@inline
function weakest(size: usize, values: usize, k: i32): f64 {
  return load<i32>(size) < k ? f64.MIN_VALUE : load<f64>(values);
}

@inline
function weaker(a: f64, aName: i32, b: f64, bName: i32): bool {
  return a < b || (a == b && aName > bName);
}

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

/** Puts an entry at the root of a heap of some size, in place of what is there, and lets it sink. */
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
