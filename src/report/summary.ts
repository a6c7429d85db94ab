/** A data set in numbers. */
import {
  asItemIndex,
  type Dataset,
  type Feedback,
  fingerprint,
  type RatingScale,
  type ReadReport,
  type Shape,
  shapeOf,
} from "../data/dataset.ts";
import type { Id, Ids } from "../data/ids.ts";
import { rowLengths } from "../matrix/csr.ts";
import { topK } from "../matrix/topk.ts";
import { median } from "../numbers.ts";
import { present } from "../present.ts";
import { countsOf, histogramOf } from "../recommend/film-summary.ts";
import { type Film, filmOf } from "../recommend/films.ts";

export interface DatasetSummary extends Shape {
  readonly name: string;
  /** How many items have a rating. */
  readonly rated: number;
  readonly scale: RatingScale;
  readonly feedback: Feedback;
  readonly mean: number;
  /** The share of all pairs of a user and an item that have no rating. */
  readonly sparsity: number;
  /** How often each rating was given, by ascending rating. */
  readonly histogram: readonly { readonly rating: number; readonly count: number }[];
  /** How many films each genre has, the most first. */
  readonly genres: readonly { readonly genre: string; readonly films: number }[];
  /** The ten most rated films. */
  readonly mostRated: readonly Film[];
  readonly report: ReadReport;
  readonly fingerprint: string;
  /** The first ratings, users and films in the order of their ids. */
  readonly first: readonly FirstRating[];
  /** What ids are: whole numbers or texts. */
  readonly ids: { readonly users: "number" | "text"; readonly items: "number" | "text" };
  /** Bytes that the ratings and their index by film take in memory. */
  readonly bytes: number;
  /** Tags of all films, repeats counted, and how many differ. */
  readonly tags: { readonly count: number; readonly different: number };
  /** How many films have a number at IMDb, and at TMDB. */
  readonly links: { readonly imdb: number; readonly tmdb: number };
  /** Seconds since 1970 of the first and the last rating; absent without times. */
  readonly times?: { readonly from: number; readonly to: number };
  /** The median number of ratings of a user, and of a film that has any. */
  readonly medians: { readonly perUser: number; readonly perItem: number };
}

/** A rating as it was understood. */
export interface FirstRating {
  readonly user: Id;
  readonly item: Id;
  readonly title: string;
  readonly rating: number;
  /** Seconds since 1970. */
  readonly time?: number;
}

const firstRatings = 5;

/** What is in a data set, as plain data. */
export async function summariseDataset(dataset: Dataset): Promise<DatasetSummary> {
  const { name, scale, feedback, report, counts, byUser, users, items } = dataset;
  const shape = shapeOf(dataset);
  const total = byUser.values.reduce((sum, value) => sum + value, 0);
  return {
    name,
    ...shape,
    rated: counts.reduce((rated, n) => rated + (n > 0 ? 1 : 0), 0),
    scale,
    feedback,
    mean: total / shape.ratings,
    sparsity: 1 - shape.ratings / (users.size * items.size),
    histogram: histogramOf(byUser.values),
    genres: genreCounts(dataset),
    mostRated: Array.from(topK(Float64Array.from(counts), 10), (item) => filmOf(dataset, asItemIndex(item))),
    report,
    fingerprint: await fingerprint(dataset),
    first: firstOf(dataset),
    ids: { users: kindOf(users), items: kindOf(items) },
    bytes: bytesOf(dataset),
    tags: tagCounts(dataset),
    links: { imdb: filledIn(dataset.catalog.imdb), tmdb: filledIn(dataset.catalog.tmdb) },
    ...present({ times: timeRange(dataset) }),
    medians: {
      perUser: median(rowLengths(byUser).sort()),
      perItem: median(counts.filter((n) => n > 0).sort()),
    },
  };
}

function firstOf({ byUser, users, items, catalog }: Dataset): FirstRating[] {
  const { offsets, indices, values, times } = byUser;
  const rows: FirstRating[] = [];
  for (let user = 0; user < byUser.rows && rows.length < firstRatings; user++) {
    for (let n = offsets[user]; n < offsets[user + 1] && rows.length < firstRatings; n++) {
      const item = indices[n];
      const rating = { title: catalog.titles[item], rating: values[n], ...present({ time: times?.[n] }) };
      rows.push({ user: users.id(user), item: items.id(item), ...rating });
    }
  }
  return rows;
}

function kindOf({ values }: Ids): "number" | "text" {
  return values instanceof Float64Array ? "number" : "text";
}

function bytesOf({ byUser, byItem }: Dataset): number {
  return [byUser, byItem].reduce((sum, { offsets, indices, values, times }) => {
    return sum + offsets.byteLength + indices.byteLength + values.byteLength + (times?.byteLength ?? 0);
  }, 0);
}

function tagCounts({ catalog: { tags } }: Dataset) {
  return { count: tags.indices.length, different: new Set(tags.indices).size };
}

function filledIn(links: Int32Array): number {
  return links.reduce((sum, link) => sum + (link > 0 ? 1 : 0), 0);
}

function timeRange({ byUser: { times } }: Dataset): { from: number; to: number } | undefined {
  if (!times || times.length === 0) return undefined;
  let [from, to] = [times[0], times[0]];
  for (const time of times) {
    if (time < from) from = time;
    if (time > to) to = time;
  }
  return { from, to };
}

function genreCounts({ catalog: { genres } }: Dataset): { genre: string; films: number }[] {
  return countsOf(genres.indices)
    .sort(([, a], [, b]) => b - a)
    .map(([genre, films]) => ({ genre: genres.names[genre], films }));
}
