/** A person's own export as the profile of a user. Nothing of Node. */
import type { DatasetInfo, ItemIndex } from "../../data/dataset.ts";
import type { Id } from "../../data/ids.ts";
import { MatineeError } from "../../errors.ts";
import { present } from "../../present.ts";
import type { RatingOfFilm } from "../request.ts";
import type { FilmSearch } from "../search.ts";
import type { ExportedFilm } from "./exported-film.ts";
import { matchFilms } from "./match-films.ts";
import { readExport, writtenForms } from "./read-export.ts";
import { toScale } from "./star-scale.ts";
import type { FileInMemory } from "./unpack-export.ts";

/** A film of an export that was not matched. */
export interface UnmatchedFilm {
  /** As the export has it; the id in Matinee's own files, which have no titles. */
  readonly title: string;
  /** 0 where unknown. */
  readonly year: number;
  /** On the scale of the export; absent where the film is not rated. */
  readonly rating?: number;
  readonly why: string;
}

/** A film of an export that may be one of some films of the data. */
export interface DoubtfulFilm extends UnmatchedFilm {
  readonly candidates: readonly { readonly id: Id; readonly title: string }[];
}

/** What became of the films of an export: each is matched, doubtful or unmatched. */
export interface ImportReport {
  /** What the file is: "Letterboxd export". */
  readonly form: string;
  /** Films that were rated, matched or not. */
  readonly rated: number;
  readonly matched: number;
  readonly doubtful: readonly DoubtfulFilm[];
  readonly unmatched: readonly UnmatchedFilm[];
}

/** One person's ratings and what else they have seen, by the ids of the data. */
export interface ImportedProfile {
  /** On the scale of the data. */
  readonly ratings: readonly RatingOfFilm[];
  /**
   * Films without a rating here that lists should leave out: films that were seen and not rated or, in a file of Matinee, not wanted, every
   * candidate of a doubtful film, and further entries of a matched film that the data have more than once.
   */
  readonly seen: readonly Id[];
  readonly import: ImportReport;
}

/**
 * Reads the ratings of one person from the files of an export, and finds their films in the data.
 *
 * - Forms are told apart by their content: Letterboxd's ratings, diary and watched films, and its files for import; the ratings of
 *   IMDb, movielens.org and Trakt; and Matinee's own. Other files are left aside where there are several.
 * - A film is matched by its id of IMDb or TMDB, or else by its title and year, which may be off by one. Where signs disagree, or several
 *   films fit, it is doubtful and names its candidates.
 * - Ratings keep their share of the highest rating: 8 of 10 stars is 4 of 5. A rating of 0 is none. Matinee's own are taken as they are.
 * - For data of events, films that were given at least half of the stars count as one event each, and the others as seen.
 *
 * @param files the file, or those of an archive
 * @param name of the file or the archive, for messages
 * @throws DATA_LAYOUT, DATA_ROW; DATA_EMPTY where no film is rated or seen; ITEM_UNKNOWN where no film is matched
 * @example
 * import { importProfile } from "matinee/core";
 * const bytes = new TextEncoder().encode('Date,Name,Year,Letterboxd URI,Rating\n2024-01-01,Toy Story,1995,https://boxd.it/1,4.5\n');
 * const { ratings } = importProfile([{ name: "ratings.csv", bytes }], "ratings.csv", recommender.opened);
 * await recommender.recommend({ ratings });
 */
export function importProfile(
  files: readonly FileInMemory[],
  name: string,
  { info, search }: { readonly info: DatasetInfo; readonly search: FilmSearch },
): ImportedProfile {
  const { form, films: all } = readExport(files, name);
  const films = all.filter(({ rating, mark }) => rating !== undefined || mark === "seen" || mark === "not-interested");
  if (films.length === 0 && !writtenForms.includes(form)) {
    throw new MatineeError("DATA_EMPTY", `${name}: no film in it is rated or seen`, {
      fix: "a watchlist alone says nothing; give the ratings, or the whole export",
    });
  }
  const matches = matchFilms(films, { info, search });
  const ratings: RatingOfFilm[] = [];
  const seen = new Set<ItemIndex>();
  const doubtful: DoubtfulFilm[] = [];
  const unmatched: UnmatchedFilm[] = [];
  for (const match of matches) {
    if (match.item !== undefined) {
      const rating = ratingOn(info, match.film);
      if (rating === undefined) seen.add(match.item);
      else ratings.push({ id: info.items.id(match.item), rating });
      for (const copy of match.copies) seen.add(copy);
      continue;
    }
    const { film, why, candidates } = match;
    const [title = String(film.id)] = film.names;
    const entry = { title, year: film.year, ...present({ rating: film.rating }), why };
    for (const item of candidates) seen.add(item);
    if (candidates.length === 0) unmatched.push(entry);
    else doubtful.push({ ...entry, candidates: candidates.map(candidateOf) });
  }
  const rated = films.filter(({ rating }) => rating !== undefined).length;
  const matched = films.length - doubtful.length - unmatched.length;
  if (matched === 0 && films.length > 0) throw nothingMatched(name, info, [...doubtful, ...unmatched]);
  const own = new Set(ratings.map(({ id }) => id));
  const left = Array.from(seen, (item) => info.items.id(item)).filter((id) => !own.has(id));
  return { ratings, seen: left, import: { form, rated, matched, doubtful, unmatched } };

  function candidateOf(item: ItemIndex) {
    return { id: info.items.id(item), title: info.catalog.titles[item] };
  }
}

/** The rating of a film on the scale of the data; undefined where it only counts as seen. */
export function ratingOn({ scale, feedback }: DatasetInfo, { rating, highest }: ExportedFilm): number | undefined {
  if (rating === undefined || highest === 0) return rating;
  if (feedback === "ratings") return toScale(rating, highest, scale);
  return rating >= highest / 2 ? Math.min(scale.max, Math.max(scale.min, 1)) : undefined;
}

function nothingMatched(name: string, info: DatasetInfo, films: readonly UnmatchedFilm[]): MatineeError {
  const [{ title, year, why }] = films;
  const example = `"${title}${year > 0 ? ` (${year})` : ""}": ${why}`;
  const message = `${name}: none of its films is matched in ${info.name}, such as ${example}`;
  const { titles, imdb, tmdb } = info.catalog;
  const named = titles.some((text) => text !== "") || [imdb, tmdb].some((ids) => ids.some((id) => id > 0));
  return new MatineeError("ITEM_UNKNOWN", message, {
    fix: named
      ? "give data with films of the same kind, or rate films with --rate or matinee rate"
      : "the data have no titles: give data with a catalog, such as movies.csv beside ratings.csv",
  });
}
