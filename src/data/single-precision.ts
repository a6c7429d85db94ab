/** The decimal of the fewest digits that is this number in single precision: 3.299999952316284 → 3.3. */
export function shortestSingle(value: number): number {
  if (Number.isInteger(value * 4)) return value;
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(9));
}
