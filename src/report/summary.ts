/** A data set in numbers. */
import { labelsOf } from "../data/catalog.ts";
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
import { topK } from "../matrix/topk.ts";
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
}

/** What is in a data set, as plain data. */
export async function summariseDataset(dataset: Dataset): Promise<DatasetSummary> {
  const { name, scale, feedback, report, counts, byUser, users, items } = dataset;
  const shape = shapeOf(dataset);
  const histogram = new Map<number, number>();
  let total = 0;
  for (const value of byUser.values) {
    total += value;
    histogram.set(value, (histogram.get(value) ?? 0) + 1);
  }
  return {
    name,
    ...shape,
    rated: counts.reduce((rated, n) => rated + (n > 0 ? 1 : 0), 0),
    scale,
    feedback,
    mean: total / shape.ratings,
    sparsity: 1 - shape.ratings / (users.size * items.size),
    histogram: [...histogram].sort(([a], [b]) => a - b).map(([rating, times]) => ({ rating, count: times })),
    genres: genreCounts(dataset),
    mostRated: Array.from(topK(Float64Array.from(counts), 10), (item) => filmOf(dataset, asItemIndex(item))),
    report,
    fingerprint: await fingerprint(dataset),
  };
}

function genreCounts({ catalog, items }: Dataset): { genre: string; films: number }[] {
  const films = new Map<string, number>();
  for (let item = 0; item < items.size; item++) {
    for (const genre of labelsOf(catalog.genres, item)) films.set(genre, (films.get(genre) ?? 0) + 1);
  }
  return [...films].sort(([, a], [, b]) => b - a).map(([genre, number]) => ({ genre, films: number }));
}
