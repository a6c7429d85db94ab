import { isGenre } from "../../film/genres.ts";
import type { FilmRating } from "../../profile/profile.ts";

/** Films of a genre or a decade among those rated. */
export interface Share {
  readonly name: string;
  readonly count: number;
  /** Of their ratings. */
  readonly mean: number;
}

const mostGenres = 8;

/** What ratings say of a taste: the genres rated most often, and the decades in their order. @param ratings at least one */
export function tasteOf(ratings: readonly FilmRating[]): {
  readonly mean: number;
  readonly genres: readonly Share[];
  readonly decades: readonly Share[];
} {
  const genres = sharesOf(ratings, ({ film }) => film.genres.filter(isGenre));
  const decades = sharesOf(ratings, ({ film }) => (film.year > 0 ? [`${film.year - (film.year % 10)}s`] : []));
  return {
    mean: meanOf(ratings),
    genres: genres.toSorted((a, b) => b.count - a.count || b.mean - a.mean).slice(0, mostGenres),
    decades: decades.toSorted((a, b) => a.name.localeCompare(b.name)),
  };
}

function sharesOf(ratings: readonly FilmRating[], namesOf: (rated: FilmRating) => readonly string[]): readonly Share[] {
  const groups = new Map<string, FilmRating[]>();
  for (const rated of ratings) {
    for (const name of namesOf(rated)) groups.set(name, [...(groups.get(name) ?? []), rated]);
  }
  return [...groups].map(([name, group]) => ({ name, count: group.length, mean: meanOf(group) }));
}

function meanOf(ratings: readonly FilmRating[]): number {
  return ratings.reduce((sum, { rating }) => sum + rating, 0) / ratings.length;
}
