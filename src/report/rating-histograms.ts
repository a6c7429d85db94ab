/** Histograms of ratings as plain data: how often each was given, and how many each user gave and each film got. */
import { finish } from "../in-steps.ts";
import { median } from "../numbers.ts";
import { present } from "../present.ts";

/** What the histograms are made of. */
export interface RatingNumbers {
  readonly users: number;
  readonly items: number;
  readonly scale: { readonly min: number; readonly max: number; readonly step: number };
  /** Every rating; absent where only their numbers are known. */
  readonly values?: Float32Array;
  /** Number of ratings of each user, where known, and of each film. */
  readonly perUser?: Int32Array;
  readonly perItem: Int32Array;
}

/** n values with from ≤ value < to; the last bin may include `to`. */
export interface HistogramBin {
  readonly from: number;
  readonly to: number;
  readonly n: number;
}

/** How many users gave, or films got, how many ratings, on a logarithmic scale. Who has none is left out. */
export interface RatingsEach {
  readonly least: number;
  readonly median: number;
  readonly most: number;
  readonly bins: readonly HistogramBin[];
}

/** What the picture of ratings shows. */
export interface RatingHistograms {
  /** How many there are. */
  readonly users: number;
  readonly items: number;
  readonly ratings: number;
  /** Films without ratings. */
  readonly unrated: number;
  /** The step of the rating scale; 0 where it has none. */
  readonly step: number;
  /** How often each rating was given; absent where that is not known. */
  readonly given?: readonly HistogramBin[];
  readonly perUser?: RatingsEach;
  /** Absent where no film has a rating. */
  readonly perItem?: RatingsEach;
}

/** Share of the cells of users × films that hold no rating. */
export function emptyShare({ users, items, ratings }: Pick<RatingHistograms, "users" | "items" | "ratings">): number {
  return 1 - ratings / (users * items);
}

/** Counts ratings. */
export function ratingHistograms(numbers: RatingNumbers): RatingHistograms {
  return finish(countRatings(numbers));
}

/** The same a part at a time, because there may be millions. */
export function* countRatings(numbers: RatingNumbers): Generator<undefined, RatingHistograms> {
  const { users, items, scale, values, perUser, perItem } = numbers;
  const given = values && (yield* ratingBins(values, scale));
  yield;
  const byUser = perUser && ratingsEach(perUser);
  yield;
  return {
    users,
    items,
    ratings: perItem.reduce((sum, n) => sum + n, 0),
    unrated: perItem.reduce((sum, n) => sum + (n === 0 ? 1 : 0), 0),
    step: scale.step,
    ...present({ given, perUser: byUser, perItem: ratingsEach(perItem) }),
  };
}

/** Values between two parts of the work. */
const atOnce = 2 ** 16;

/** One bin for each step of the scale; twenty where there are no steps, or too many; one where all values are the same. */
function* ratingBins(
  values: Float32Array,
  { min, max, step }: RatingNumbers["scale"],
): Generator<undefined, HistogramBin[]> {
  if (max <= min) return [{ from: tidy(min), to: tidy(min + 1), n: values.length }];
  const steps = step > 0 ? Math.round((max - min) / step) + 1 : Number.POSITIVE_INFINITY;
  const bins = steps <= 40 ? steps : 20;
  const width = steps <= 40 ? step : (max - min) / bins;
  const numbers = new Int32Array(bins);
  for (let n = 0; n < values.length; n++) {
    const place = (values[n] - min) / width;
    const at = steps <= 40 ? Math.round(place) : Math.floor(place);
    numbers[Math.min(bins - 1, Math.max(0, at))]++;
    if (n % atOnce === 0) yield;
  }
  return Array.from(numbers, (n, bin) => ({ from: tidy(min + bin * width), to: tidy(min + (bin + 1) * width), n }));
}

/** 0.1 + 0.2 → 0.3. */
function tidy(value: number): number {
  return Number(value.toPrecision(10));
}

/** The most bars of a histogram on a logarithmic scale. */
export const mostBins = 30;

/** Bins of whole numbers, from the lowest above 0 to the highest, as equally wide on a logarithmic scale as whole numbers can be. */
function ratingsEach(counts: Int32Array): RatingsEach | undefined {
  const rated = counts.filter((n) => n > 0).sort();
  if (rated.length === 0) return undefined;
  const [least, most] = [rated[0], rated[rated.length - 1]];
  const end = most + 1;
  const ends = Array.from({ length: mostBins + 1 }, (_, n) => Math.round(least * (end / least) ** (n / mostBins)));
  const edges = [...new Set(ends)];
  const numbers = new Int32Array(edges.length - 1);
  let bin = 0;
  for (const n of rated) {
    while (n >= edges[bin + 1]) bin++;
    numbers[bin]++;
  }
  return {
    least,
    median: median(rated),
    most,
    bins: Array.from(numbers, (n, at) => ({ from: edges[at], to: edges[at + 1], n })),
  };
}
