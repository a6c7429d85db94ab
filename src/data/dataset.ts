import { PIECE, sha256, sha256OfPieces } from "../hash.ts";
import { type Csr, countsOfColumns, csrFromTriplets, type Times, transpose } from "../matrix/csr.ts";
import { present } from "../present.ts";
import type { Catalog } from "./catalog.ts";
import { type CoRatings, countCoRatings } from "./co-ratings.ts";
import type { Ids } from "./ids.ts";

declare const space: unique symbol;

/** Position of a user in the index space of a data set: from `users.index(id)`. */
export type UserIndex = number & { readonly [space]: "user" };
/** Position of an item in the index space of a data set: from `items.index(id)`, or `asItemIndex` for a number known to be one. */
export type ItemIndex = number & { readonly [space]: "item" };

/**
 * A number as an item's index, for one that comes from an array of indices. An id is none: `items.index(id)` finds the index.
 * @example
 * import { asItemIndex, filmOf } from "matinee/core";
 * filmOf(data, asItemIndex(0)).title;
 */
export function asItemIndex(position: number): ItemIndex {
  return position as ItemIndex;
}

/**
 * What the numbers of a data set are: ratings, where a low one speaks against an item, or amounts of events (plays, purchases,
 * seconds watched), where any amount speaks for it.
 */
export type Feedback = "ratings" | "events";

/** The lowest and highest rating, and the step between two neighbouring ones (0: any value between is possible). */
export interface RatingScale {
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

/** Steps of a scale are looked for up to this many; ratings of more values may have any. */
const mostSteps = 100;

/**
 * The scale of some ratings: their lowest and highest, and the longest step whose multiples above the lowest are all of them. Ratings
 * times a constant, or with a constant added, have the step times that constant, however they are rounded to single precision.
 *
 * @param range what the lowest and the highest possible rating are known to be; those of the ratings unless given
 */
export function ratingScaleOf(
  values: Float32Array,
  range?: { readonly min: number; readonly max: number },
): RatingScale {
  const { distinct, min, max } = distinctValues(values);
  const lowest = range?.min ?? fewestDigits(min);
  const highest = range?.max ?? fewestDigits(max);
  const length = highest - lowest;
  if (distinct.size > mostSteps + 1 || !(length > 0)) return { min: lowest, max: highest, step: 0 };
  const rounding = 2 ** -22 * (1 + Math.max(Math.abs(lowest), Math.abs(highest)) / length);
  const places = Array.from(distinct, (value) => (value - lowest) / length);
  for (let steps = 1; steps <= mostSteps; steps++) {
    const onStep = (place: number) => Math.abs(place - Math.round(place * steps) / steps) <= rounding;
    if (places.every(onStep)) return { min: lowest, max: highest, step: Number((length / steps).toPrecision(12)) };
  }
  return { min: lowest, max: highest, step: 0 };
}

/** The different values, up to one more than a scale of steps has, and the range of all. */
function distinctValues(values: Float32Array): { distinct: Set<number>; min: number; max: number } {
  const distinct = new Set<number>();
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  // The value last met in each place of a table: a set takes ten times as long to ask as that.
  const met = new Float32Array(4096).fill(Number.NaN);
  for (let n = 0; n < values.length; n++) {
    const value = values[n];
    const place = (value * 64) & 4095;
    if (met[place] === value) continue;
    met[place] = value;
    if (value < min) min = value;
    if (value > max) max = value;
    if (distinct.size <= mostSteps + 1) distinct.add(value);
  }
  return { distinct, min, max };
}

/** A number in single precision by the fewest digits that tell it from others: 0.2, not 0.20000000298. */
function fewestDigits(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}

/**
 * The rating from which a film counts as liked: three quarters up the scale, on its next step: 4 of 1–5, and of 0.5–5. Any amount of
 * events says that a film is liked.
 */
export function likedFrom({ scale, feedback }: Pick<DatasetInfo, "scale" | "feedback">): number {
  const { min, max, step } = scale;
  if (feedback === "events") return min;
  const from = min + 0.75 * (max - min);
  if (step === 0) return from;
  return Number((min + step * Math.ceil((from - min) / step - 1e-6)).toPrecision(12));
}

/** The rating in the middle of the scale, from which one speaks for a film rather than against it; of events, any amount does. */
export function middleRating({ scale: { min, max }, feedback }: Pick<DatasetInfo, "scale" | "feedback">): number {
  return feedback === "events" ? min : (min + max) / 2;
}

/** A threshold that ratings reach whose single precision makes them a little less: 3.9999998, where it is 4. */
export function leniently(threshold: number): number {
  return threshold - 2 ** -22 * Math.abs(threshold);
}

/**
 * A data set without its ratings: the ids that indices stand for, the catalog, the scale. Items are all that were rated and all
 * that the catalog names, so a film without ratings has an index too.
 */
export interface DatasetInfo {
  /** Name of the data, for messages: "ml-latest-small". */
  readonly name: string;
  readonly users: Ids<UserIndex>;
  readonly items: Ids<ItemIndex>;
  readonly catalog: Catalog;
  readonly scale: RatingScale;
  readonly feedback: Feedback;
  /** Number of ratings of each item. */
  readonly counts: Int32Array;
  /** How many of them are likes (`likedFrom`). Absent for events, which all are, and from models that earlier versions saved. */
  readonly likes?: Int32Array;
  /** How many users rated both of two films, of the most rated ones. Absent from models that earlier versions saved. */
  readonly coRatings?: CoRatings;
}

/** Ratings in memory, by user and by item, in one index space. */
export interface Dataset extends DatasetInfo {
  /** users × items. */
  readonly byUser: Csr;
  /** items × users: the same ratings; built at the first access. */
  readonly byItem: Csr;
  readonly report: ReadReport;
}

/** What happened to the rows of the source. */
export interface ReadReport {
  /** Rows in the source. */
  readonly rows: number;
  /** Rows that became one with another of the same user and item: of ratings the latest stays, amounts of events are added. */
  readonly repeats: number;
  /** Rows skipped as unreadable; always 0 unless reading was lenient. */
  readonly skipped: number;
  /** Rows left out as the options of reading say: unrated, too low, of a type of event without a weight. */
  readonly leftOut: number;
  /** Ratings removed by filters. */
  readonly filtered: number;
  /** What was recognised of files, in one line. */
  readonly recognised?: string;
}

/** The parts of a data set. `ratings` refers to the index spaces `users` and `items`. */
export interface DatasetParts {
  readonly name: string;
  readonly users: Ids;
  readonly items: Ids;
  readonly catalog: Catalog;
  readonly scale: RatingScale;
  /** Default: ratings. */
  readonly feedback?: Feedback;
  readonly ratings: {
    readonly userOf: Int32Array;
    readonly itemOf: Int32Array;
    readonly values: Float32Array;
    readonly times?: Times;
  };
  readonly report?: Partial<ReadReport>;
}

/** Numbers of users, items and ratings. */
export interface Shape {
  readonly users: number;
  readonly items: number;
  readonly ratings: number;
}

/**
 * The numbers of users, items and ratings of a data set.
 *
 * @example
 * import { shapeOf } from "matinee";
 * console.log(shapeOf(data).ratings);
 */
export function shapeOf({ users, items, byUser }: Dataset): Shape {
  return { users: users.size, items: items.size, ratings: byUser.values.length };
}

/** Builds a data set from ratings in any order; of repeated (user, item) ratings the latest stays. */
export function datasetFrom(parts: DatasetParts): Dataset {
  const { users, items, ratings, report } = parts;
  const { csr, repeats } = csrFromTriplets(users.size, items.size, {
    rowOf: ratings.userOf.slice(),
    columnOf: ratings.itemOf.slice(),
    values: ratings.values.slice(),
    ...present({ times: ratings.times?.slice() }),
  });
  const read: ReadReport = { rows: ratings.values.length, skipped: 0, leftOut: 0, filtered: 0, ...report, repeats };
  return datasetFromCsr(parts, csr, read);
}

/** Builds a data set from a matrix of users × items. */
export function datasetFromCsr(
  { name, users, items, catalog, scale, feedback = "ratings" }: Omit<DatasetParts, "ratings" | "report">,
  byUser: Csr,
  report: ReadReport,
): Dataset {
  const counts = countsOfColumns(byUser);
  let [byItem, likes, coRatings]: [Csr?, Int32Array?, CoRatings?] = [];
  // Properties by name: a spread of a data set would build its ratings by item.
  return {
    name,
    users: users as Ids<UserIndex>,
    items: items as Ids<ItemIndex>,
    catalog,
    scale,
    feedback,
    counts,
    byUser,
    get likes() {
      if (feedback === "ratings") likes ??= countLikes(byUser, leniently(likedFrom({ scale, feedback })));
      return likes;
    },
    get coRatings() {
      coRatings ??= countCoRatings(byUser, counts);
      return coRatings;
    },
    get byItem() {
      byItem ??= transpose(byUser, counts);
      return byItem;
    },
    report,
  } as Dataset;
}

function countLikes({ columns, indices, values }: Csr, from: number): Int32Array {
  const likes = new Int32Array(columns);
  for (let entry = 0; entry < indices.length; entry++) if (values[entry] >= from) likes[indices[entry]]++;
  return likes;
}

/**
 * SHA-256, in hex, over ids, ratings and times: two data sets with the same fingerprint hold the same ratings. The order of
 * rows in the source does not matter; titles and the scale are not part of it.
 */
export function fingerprint(dataset: Dataset): Promise<string> {
  const known = fingerprints.get(dataset) ?? digestOf(dataset);
  fingerprints.set(dataset, known);
  return known;
}

/** Fingerprints computed so far: models, splits and checks ask for them again and again. */
const fingerprints = new WeakMap<Dataset, Promise<string>>();

async function digestOf(dataset: Dataset): Promise<string> {
  const { users, items, byUser } = dataset;
  const arrays = [bytesOfIds(users), bytesOfIds(items), byUser.offsets, byUser.indices, byUser.values];
  const digests: string[] = [];
  for (const { buffer, byteOffset, byteLength } of arrays) {
    const pieces = await sha256OfPieces([new Uint8Array(buffer, byteOffset, byteLength)]);
    digests.push(pieces.join(" "));
  }
  if (byUser.times) digests.push(await digestOfTimes(byUser.times));
  return sha256(new TextEncoder().encode(digests.join("\n")));
}

/** The digest of times in double precision, in which they need not be stored. */
async function digestOfTimes(times: Times): Promise<string> {
  const piece = new Float64Array(Math.min(PIECE / 8, times.length));
  const digests: string[] = [];
  for (let at = 0; at < times.length; at += piece.length) {
    const part = times.subarray(at, at + piece.length);
    piece.set(part);
    digests.push(await sha256(piece.subarray(0, part.length)));
  }
  return digests.join(" ");
}

function bytesOfIds(ids: Ids): ArrayBufferView {
  return ids.values instanceof Float64Array ? ids.values : new TextEncoder().encode(ids.values.join("\n"));
}
