/** What a data set knows of one film. */
import { descriptionOf } from "../content/description.ts";
import { labelsOf } from "../data/catalog.ts";
import type { Dataset, ItemIndex } from "../data/dataset.ts";
import { present } from "../present.ts";
import { type Film, filmOf } from "./films.ts";

export interface FilmSummary extends Film {
  /** Absent without ratings. */
  readonly mean?: number;
  /** How often each rating was given, by ascending rating. */
  readonly histogram: readonly { readonly rating: number; readonly count: number }[];
  /** Its tags, the most frequent first. */
  readonly tags: readonly { readonly tag: string; readonly count: number }[];
  /** The text that models of texts read of it: title and genres. */
  readonly text: string;
  /** Its numbers at IMDb and TMDB, where known. */
  readonly imdb?: number;
  readonly tmdb?: number;
}

export function summariseFilm(dataset: Dataset, item: ItemIndex): FilmSummary {
  const { byItem, catalog } = dataset;
  const values = byItem.values.subarray(byItem.offsets[item], byItem.offsets[item + 1]);
  const sum = values.reduce((total, value) => total + value, 0);
  return {
    ...filmOf(dataset, item),
    ...present({ mean: values.length > 0 ? sum / values.length : undefined }),
    histogram: histogramOf(values),
    tags: countsOf(labelsOf(catalog.tags, item))
      .sort(([, a], [, b]) => b - a)
      .map(([tag, count]) => ({ tag, count })),
    text: descriptionOf(catalog, item),
    ...present({ imdb: catalog.imdb[item] || undefined, tmdb: catalog.tmdb[item] || undefined }),
  };
}

/** How often each rating was given, by ascending rating. */
export function histogramOf(ratings: Float32Array): { readonly rating: number; readonly count: number }[] {
  return countsOf(ratings)
    .sort(([a], [b]) => a - b)
    .map(([rating, count]) => ({ rating, count }));
}

/** Every value and how often it occurs, in the order of their first occurrence. */
export function countsOf<T>(values: Iterable<T>): [value: T, count: number][] {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts];
}
