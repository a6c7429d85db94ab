/** Values that are whole multiples of a unit: 1 .. `levels` of it. */
export interface Levels {
  readonly unit: number;
  readonly levels: number;
}

/**
 * Finds the unit, a half or a whole, of which all values are 1 .. `most` multiples; undefined where there is none. With at most
 * 15 levels a value and a target within its block share 16 bits, and a byte holds the sum of at least 17 values.
 */
export function levelsOf(values: Float32Array, most = 15): Levels | undefined {
  for (const unit of [0.5, 1]) {
    const levels = highest(values, unit);
    if (levels <= most) return { unit, levels };
  }
  return undefined;
}

/** The highest level, at least 1; Infinity where a value is no multiple of the unit. */
function highest(values: Float32Array, unit: number): number {
  const perUnit = 1 / unit;
  let levels = 1;
  for (const value of values) {
    const level = (value * perUnit) | 0;
    if (level * unit !== value || level < 1) return Number.POSITIVE_INFINITY;
    if (level > levels) levels = level;
  }
  return levels;
}

/** Whether the values are among the levels. */
export function onLevels(values: Float32Array, { unit, levels }: Levels): boolean {
  return values.every((value) => Number.isInteger(value / unit) && value >= unit && value <= unit * levels);
}
