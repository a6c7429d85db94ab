/** Values are 1 .. levels times the unit. */
export interface Levels {
  readonly unit: number;
  readonly levels: number;
}

/**
 * The unit of which all values are 1 .. `most`, if there is one: a half or a whole. With 15 a value and a target within its
 * block share 16 bits, and a byte holds the sum of at least 17 values.
 */
export function levelsOf(values: Float32Array, most = 15): Levels | undefined {
  for (const unit of [0.5, 1]) {
    const levels = highest(values, unit);
    if (levels <= most) return { unit, levels };
  }
  return undefined;
}

/** The highest level, at least 1; Infinity where a value is on none. */
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
