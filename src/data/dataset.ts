import { PIECE, sha256, sha256OfPieces } from "../hash.ts";
import { type Csr, csrFromTriplets, type Times, transpose } from "../matrix/csr.ts";
import type { Catalog } from "./catalog.ts";
import type { Ids } from "./ids.ts";

/** Position of a user or an item in its index space. */
export type UserIndex = number;
export type ItemIndex = number;

/** The lowest and highest rating, and the distance of two neighbouring ones (0: any value between). */
export interface RatingScale {
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

/** From this rating on a film counts as liked: three quarters up the scale, on its next step: 4 of 1–5, and of 0.5–5. */
export function likedFrom({ min, max, step }: RatingScale): number {
  const from = min + 0.75 * (max - min);
  return step > 0 ? min + step * Math.ceil((from - min) / step - 1e-9) : from;
}

/**
 * What gives indices their meaning: the ids behind them, what is known of the items, the scale of ratings. Items are all
 * that were rated and all that the catalog names, so a film without ratings has an index too.
 */
export interface DatasetInfo {
  /** Name of the data, for people: "ml-latest-small". */
  readonly name: string;
  readonly users: Ids;
  readonly items: Ids;
  readonly catalog: Catalog;
  readonly scale: RatingScale;
  /** Number of ratings of each item. */
  readonly counts: Int32Array;
}

/** Ratings in memory, by user and by item, in one index space. */
export interface Dataset extends DatasetInfo {
  /** users × items. */
  readonly byUser: Csr;
  /** items × users: the same ratings; made when it is first asked for. */
  readonly byItem: Csr;
  readonly report: ReadReport;
}

/** What reading met, for people to see. */
export interface ReadReport {
  /** Rows in the source. */
  readonly rows: number;
  /** Rows dropped because a later one rates the same item by the same user. */
  readonly repeats: number;
  /** Rows skipped as unreadable; always 0 unless reading was lenient. */
  readonly skipped: number;
  /** Ratings removed by filters. */
  readonly filtered: number;
}

/** Parts from which a data set is made. `users` and `items` are the index spaces that `ratings` refers to. */
export interface DatasetParts {
  readonly name: string;
  readonly users: Ids;
  readonly items: Ids;
  readonly catalog: Catalog;
  readonly scale: RatingScale;
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

export function shapeOf({ users, items, byUser }: Dataset): Shape {
  return { users: users.size, items: items.size, ratings: byUser.values.length };
}

/** Builds both matrices; of repeated (user, item) ratings the latest stays. */
export function datasetFrom({ name, users, items, catalog, scale, ratings, report }: DatasetParts): Dataset {
  const { csr, repeats } = csrFromTriplets(users.size, items.size, {
    rowOf: ratings.userOf.slice(),
    columnOf: ratings.itemOf.slice(),
    values: ratings.values.slice(),
    ...(ratings.times ? { times: ratings.times.slice() } : {}),
  });
  const read: ReadReport = { rows: ratings.values.length, skipped: 0, filtered: 0, ...report, repeats };
  return datasetFromCsr({ name, users, items, catalog, scale }, csr, read);
}

/** A data set over a matrix that is already sorted and free of repeats. */
export function datasetFromCsr(
  { name, users, items, catalog, scale }: Omit<DatasetInfo, "counts">,
  byUser: Csr,
  report: ReadReport,
): Dataset {
  const counts = new Int32Array(byUser.columns);
  for (const item of byUser.indices) counts[item]++;
  let byItem: Csr | undefined;
  // By name: to spread a whole data set would make its ratings by item.
  return {
    name,
    users,
    items,
    catalog,
    scale,
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

/** Of data sets that were asked for theirs: models, splits and checks ask again and again. */
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

/** In double precision whichever way they are kept. */
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
