import { PIECE, sha256, sha256OfPieces } from "../hash.ts";
import { type Csr, csrFromTriplets, type Times, transpose } from "../matrix/csr.ts";
import { present } from "../present.ts";
import type { Catalog } from "./catalog.ts";
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

/** The rating from which a film counts as liked: three quarters up the scale, on its next step: 4 of 1–5, and of 0.5–5. */
export function likedFrom({ min, max, step }: RatingScale): number {
  const from = min + 0.75 * (max - min);
  return step > 0 ? min + step * Math.ceil((from - min) / step - 1e-9) : from;
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
  const counts = new Int32Array(byUser.columns);
  for (const item of byUser.indices) counts[item]++;
  let byItem: Csr | undefined;
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
    get byItem() {
      byItem ??= transpose(byUser);
      return byItem;
    },
    report,
  };
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
