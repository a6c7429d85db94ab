/** The names of all films at once, for programs that look for films themselves. */
import type { DatasetInfo } from "../data/dataset.ts";
import type { Id } from "../data/ids.ts";

/** What names the films of a data set, in columns: entry n of each list is of the same film. */
export interface Titles {
  /** Ascending. */
  readonly ids: readonly Id[];
  /** As the data write them; "" where unknown. */
  readonly titles: readonly string[];
  /** 0 where unknown. */
  readonly years: readonly number[];
  /** By how many users each was rated. */
  readonly ratings: readonly number[];
  readonly genreNames: readonly string[];
  /** Places in `genreNames`. */
  readonly genres: readonly (readonly number[])[];
  /** The numbers of IMDb; 0 where unknown. */
  readonly imdb: readonly number[];
  /** The numbers of TMDB; 0 where unknown. */
  readonly tmdb: readonly number[];
}

/** The titles of a data set. */
export function titlesOf({ items, catalog, counts }: DatasetInfo): Titles {
  const { titles, years, genres, imdb, tmdb } = catalog;
  return {
    ids: [...items.values],
    titles,
    years: [...years],
    ratings: [...counts],
    genreNames: genres.names,
    genres: Array.from(titles, (_, item) => [
      ...genres.indices.subarray(genres.offsets[item], genres.offsets[item + 1]),
    ]),
    imdb: [...imdb],
    tmdb: [...tmdb],
  };
}
