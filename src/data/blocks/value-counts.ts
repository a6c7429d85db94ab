/** How many ratings there are of each value. */
import { entryLevels } from "../../compute/entries.ts";
import type { Levels } from "../../compute/levels.ts";
import type { ValueCount } from "./rating-blocks.ts";

/** Halves from 1 to this are counted in an array, which is what nearly all ratings are. */
const halves = 2 ** 12;
/** Other values are counted up to this many different ones. */
const mostValues = 2 ** 14;

export interface ValueCounter {
  add(value: number): void;
  /** Values ascending; undefined where there are too many different ones. */
  finish(): readonly ValueCount[] | undefined;
}

export function createValueCounter(): ValueCounter {
  const counts = new Float64Array(halves);
  const others = new Map<number, number>();
  return {
    add(value) {
      const place = value * 2;
      if (place >= 0 && place < halves && (place | 0) === place) counts[place]++;
      else if (others.size <= mostValues) others.set(value, (others.get(value) ?? 0) + 1);
    },
    finish() {
      if (others.size > mostValues) return undefined;
      const found = [...others].map(([value, count]): ValueCount => ({ value, count }));
      counts.forEach((count, place) => {
        if (count > 0) found.push({ value: place / 2, count });
      });
      return found.sort((a, b) => a.value - b.value);
    },
  };
}

/** The levels of the values that were counted; undefined where they have none. */
export function levelsOfCounts(counts: readonly ValueCount[] | undefined): Levels | undefined {
  return counts && entryLevels(Float32Array.from(counts, ({ value }) => value));
}
