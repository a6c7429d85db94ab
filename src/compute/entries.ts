/** Ratings in 32 bits each: the column << shift | level, level × unit being the value; or, with a shift of 0, the column, and the value beside it. */
import { type Levels, levelsOf } from "./levels.ts";

/** How column and value share 32 bits; a shift of 0 where they find no room. */
export interface EntryPacking {
  readonly shift: number;
  readonly unit: number;
}

/** Ratings that are packed so: `values` is empty unless the shift is 0. */
export interface PackedEntries extends EntryPacking {
  readonly entries: Int32Array | Uint32Array;
  readonly values: Float32Array;
}

/** Whole numbers up to here are exact in single precision. */
const mostLevels = 2 ** 24;

/** The levels of values that may share an entry with their column; undefined where they have none. */
export function entryLevels(values: Float32Array): Levels | undefined {
  return levelsOf(values, mostLevels);
}

export function packingOf(levels: Levels | undefined, columns: number): EntryPacking {
  const shift = Math.clz32(Math.max(1, columns - 1));
  return levels && levels.levels < 2 ** shift ? { shift, unit: levels.unit } : { shift: 0, unit: 1 };
}

/** Returns what puts a rating in its place. */
export function entryWriter({
  entries,
  values,
  shift,
  unit,
}: PackedEntries): (at: number, column: number, value: number) => void {
  if (shift > 0) {
    return (at, column, value) => {
      entries[at] = (column << shift) | (value / unit);
    };
  }
  return (at, column, value) => {
    entries[at] = column;
    values[at] = value;
  };
}

/** Returns what tells the value of an entry. Its column is `entry >>> shift`. */
export function valueReader({ entries, values, shift, unit }: PackedEntries): (at: number) => number {
  if (shift === 0) return (at) => values[at];
  const levels = 2 ** shift - 1;
  return (at) => unit * (entries[at] & levels);
}
