/** What a personal export says, in the films of the page. */
import type { Film, RatingScale } from "../../src/client.ts";
import type { DatasetInfo, ItemIndex } from "../../src/data/dataset.ts";
import { filmOf } from "../../src/recommend/films.ts";
import { ratingOn } from "../../src/recommend/profile/import-profile.ts";
import { type FilmMatch, matchFilms } from "../../src/recommend/profile/match-films.ts";
import { readExport } from "../../src/recommend/profile/read-export.ts";
import { type FileInMemory, unpackExport } from "../../src/recommend/profile/unpack-export.ts";
import type { FilmSearch } from "../../src/recommend/search.ts";
import { ratingsOn } from "../film/scale.ts";
import type { MarkKind } from "../profile/profile.ts";

/** A film of an export. */
export interface BroughtFilm {
  /** As the export has it. */
  readonly title: string;
  /** 0 where unknown. */
  readonly year: number;
  /** On the scale of the page; absent where the film is marked and not rated. */
  readonly rating?: number;
  readonly mark?: MarkKind;
  /** The film that it is. */
  readonly film?: Film;
  /** The films that it may be, where it is not certain. */
  readonly candidates: readonly Film[];
  /** Why it is not certain. */
  readonly why?: string;
}

export interface Brought {
  /** What the file is: "Letterboxd export". */
  readonly form: string;
  readonly films: readonly BroughtFilm[];
  /** Further entries of films that the data have more than once. */
  readonly copies: readonly Film[];
  readonly neverGenres: readonly string[];
}

export interface SearchableFilms {
  readonly info: DatasetInfo;
  readonly search: FilmSearch;
}

/**
 * Reads the files of an export.
 * @throws MatineeError: DATA_LAYOUT, DATA_ROW; DATA_EMPTY where no film is rated or marked
 */
export async function readBrought(given: readonly FileInMemory[], films: SearchableFilms): Promise<Brought> {
  const files = (await Promise.all(given.map(unpackExport))).flat();
  const { info } = films;
  const { form, films: said } = readExport(files, given.map(({ name }) => name).join(", "));
  const matches = matchFilms(said, films);
  const film = (item: ItemIndex) => filmOf(info, item);
  return {
    form,
    films: matches.map((match) => broughtFilm(match, info)),
    copies: matches.flatMap((match) => (match.item === undefined ? [] : match.copies.map(film))),
    neverGenres: files.flatMap(neverGenresIn),
  };
}

function broughtFilm(match: FilmMatch, info: DatasetInfo): BroughtFilm {
  const { film } = match;
  const [title = `The film with the number ${film.id}`] = film.names;
  const rating = ratingOn(info, film);
  return {
    title,
    year: film.year,
    ...(rating === undefined ? { mark: film.mark ?? "seen" } : { rating: nearestRating(rating, info.scale) }),
    ...(match.item === undefined
      ? { candidates: match.candidates.map((item) => filmOf(info, item)), why: match.why }
      : { film: filmOf(info, match.item), candidates: [] }),
  };
}

/** Half a star more where only whole ones can be given: 3.5 becomes 4. */
function nearestRating(rating: number, scale: RatingScale): number {
  const away = (other: number) => Math.abs(other - rating);
  return ratingsOn(scale).reduce((best, other) => (away(other) <= away(best) ? other : best));
}

/** The wishes in a file that the page saved. */
function neverGenresIn({ name, bytes }: FileInMemory): string[] {
  if (!/\.json$/i.test(name)) return [];
  const { wishes } = JSON.parse(new TextDecoder().decode(bytes));
  const genres: unknown = wishes?.neverGenres;
  return Array.isArray(genres) ? genres.filter((genre) => typeof genre === "string") : [];
}
