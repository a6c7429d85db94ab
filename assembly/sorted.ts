// Entries sorted by their rows.

/** The first of the entries from .. to whose row is at least `row`; `to` where there is none. rowOf: int32, ascending. */
export function firstOf(rowOf: usize, from: i32, to: i32, row: i32): i32 {
  while (from < to) {
    const middle = from + ((to - from) >> 1);
    if (load<i32>(rowOf + (<usize>middle << 2)) < row) from = middle + 1;
    else to = middle;
  }
  return from;
}
