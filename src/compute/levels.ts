/** Values are 1 .. levels times the unit. */
export interface Levels {
  readonly unit: number;
  readonly levels: number;
}

/** A value and a target within its block share 16 bits, and a byte holds the sum of at least 17 values. */
const most = 15;

/** The unit of which all values are 1 .. 15, if there is one: a half or a whole. */
export function levelsOf(values: Float32Array): Levels | undefined {
  for (const unit of [0.5, 1]) {
    let levels = 0;
    for (let n = 0; n < values.length && levels <= most; n++) {
      const level = (values[n] / unit) | 0;
      if (level * unit !== values[n] || level < 1) levels = most + 1;
      else if (level > levels) levels = level;
    }
    if (levels <= most) return { unit, levels: Math.max(1, levels) };
  }
  return undefined;
}

/** Whether the values are among the levels. */
export function onLevels(values: Float32Array, { unit, levels }: Levels): boolean {
  return values.every((value) => Number.isInteger(value / unit) && value >= unit && value <= unit * levels);
}
