/**
 * The decimal of the fewest digits that is this number in single precision: 3.299999952316284 → 3.3. Rounding to seven digits
 * finds any of fewer; nine are always enough.
 */
export function shortestSingle(value: number): number {
  if (Math.abs(value) < 1e5 && Number.isInteger(value * 4)) return value; // nearly all ratings, at once
  for (let digits = 7; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(9));
}
