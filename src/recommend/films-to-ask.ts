/** Which films a new user is asked about. */
import { labelsOf } from "../data/catalog.ts";
import type { DatasetInfo, ItemIndex } from "../data/dataset.ts";
import { mostRated } from "./onboarding.ts";

/** How many films of every decade, and of every genre, count as shown before the first. */
const shownBefore = 3;

/**
 * Films that many people have rated, of many decades and genres: the first that a new user is shown. They are chosen one after another,
 * each time the film of the highest
 *
 *   ratings / ((3 + films of its decade chosen so far) · (3 + films of its genre chosen so far)),
 *
 * where its genre is that of its own of which fewest are chosen; ties by item index. Films without a year count as a decade of their own, and films
 * without genres as a genre.
 *
 * @returns n films; fewer where fewer are rated
 * @example
 * import { filmOf, variedFilms } from "matinee/core";
 * variedFilms(data, 48).map((item) => filmOf(data, item).title);
 */
export function variedFilms({ counts, catalog }: Pick<DatasetInfo, "counts" | "catalog">, n: number): ItemIndex[] {
  const open = mostRated({ counts }, counts.length);
  const decades = new Map<number, number>();
  const genres = new Map<string, number>();
  const chosen: ItemIndex[] = [];
  while (chosen.length < n && open.length > 0) {
    let [best, most] = [0, 0];
    for (const [at, item] of open.entries()) {
      if (counts[item] / shownBefore ** 2 <= most) break; // as many ratings as those that follow have
      const ofDecade = decades.get(decadeOf(item)) ?? 0;
      const ofGenre = Math.min(...genresOf(item).map((genre) => genres.get(genre) ?? 0));
      const worth = counts[item] / ((shownBefore + ofDecade) * (shownBefore + ofGenre));
      if (worth > most) [best, most] = [at, worth];
    }
    const [item] = open.splice(best, 1);
    chosen.push(item);
    decades.set(decadeOf(item), (decades.get(decadeOf(item)) ?? 0) + 1);
    for (const genre of genresOf(item)) genres.set(genre, (genres.get(genre) ?? 0) + 1);
  }
  return chosen;

  function decadeOf(item: ItemIndex): number {
    return Math.floor(catalog.years[item] / 10);
  }

  function genresOf(item: ItemIndex): readonly string[] {
    const own = labelsOf(catalog.genres, item);
    return own.length > 0 ? own : [""];
  }
}
