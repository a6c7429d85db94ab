/** Personal exports in JSON: of Trakt, and Matinee's own. */
import { isObject } from "../../artifact/json.ts";
import type { RatingScale } from "../../data/dataset.ts";
import { filmName, withoutYear, yearOf } from "../../data/film-title.ts";
import type { Id } from "../../data/ids.ts";
import { MatineeError } from "../../errors.ts";
import { present } from "../../present.ts";
import type { RatingOfFilm } from "../request.ts";
import { type ExportedFilm, type FilmMark, parseExternalId, parseYear } from "./exported-film.ts";
import { toStars } from "./star-scale.ts";

/**
 * The films of Matinee's own form, `{"ratings": [{"id": 260, "rating": 5}, …]}`. It may have more: each film its `title`, films by what is said of
 * them in `marks`, and the `scale` of the ratings, which otherwise is that of the data. undefined for anything else.
 */
export function filmsOfRatings(content: unknown): ExportedFilm[] | undefined {
  const ratings = isObject(content) ? content.ratings : undefined;
  if (!Array.isArray(ratings) || !ratings.every(isRatingOfFilm)) return undefined;
  const marks = isObject(content) && isObject(content.marks) ? content.marks : {};
  const marked = filmMarks.flatMap((mark) => {
    const films = marks[mark];
    return Array.isArray(films) ? films.filter(isNamedFilm).map((film) => ({ ...ownFilm(film), mark })) : [];
  });
  const scale = isObject(content) && isScale(content.scale) ? content.scale : undefined;
  const rated = ratings.map((film) => {
    const { rating } = film;
    return { ...ownFilm(film), ...(scale ? { rating: toStars(rating, scale), highest: 5 } : { rating }) };
  });
  return [...rated, ...marked];
}

const filmMarks: readonly FilmMark[] = ["seen", "watchlist", "not-interested", "unseen"];

function ownFilm({ id, title = "" }: NamedFilm): ExportedFilm {
  const names = title === "" ? [] : [...new Set([title, withoutYear(title), filmName(title)])];
  return { key: String(id), names, year: yearOf(title), imdb: 0, tmdb: 0, id, highest: 0 };
}

/** Kinds of things in a list of Trakt, a part before what it is a part of. */
const kinds = ["movie", "episode", "season", "show", "person", "list"] as const;

/**
 * The films of a list of Trakt, in ten stars: ratings, or films that were watched. In other lists, such as a watchlist, nothing is
 * seen.
 *
 * @returns undefined for anything else
 * @throws DATA_ROW
 */
export function filmsOfTrakt(content: unknown, file: string): ExportedFilm[] | undefined {
  if (!Array.isArray(content) || content.length === 0) return undefined;
  const films: ExportedFilm[] = [];
  for (const [n, entry] of content.entries()) {
    const kind = isObject(entry) ? kinds.find((name) => isObject(entry[name])) : undefined;
    if (!isObject(entry) || kind === undefined) return undefined;
    const thing = entry[kind] as Record<string, unknown>;
    const ids = isObject(thing.ids) ? thing.ids : {};
    const rating = readRating(entry.rating, `${file} entry ${n + 1}`);
    const seen = ["watched_at", "last_watched_at", "rated_at"].some((name) => name in entry);
    const show = isObject(entry.show) && kind !== "show" ? [entry.show.title, kind] : [];
    const title = [...show, thing.title].filter((name) => typeof name === "string").join(", ");
    const year = parseYear(thing.year);
    const film = kind === "movie";
    const imdb = parseExternalId(ids.imdb);
    const tmdb = film ? parseExternalId(ids.tmdb) : 0; // TMDB counts series apart from films
    films.push({
      key: `${kind} ${ids.trakt ?? ids.imdb ?? ids.tmdb ?? `${title} ${year}`}`,
      names: [title],
      year,
      imdb,
      tmdb,
      ...present({ rating, otherKind: film ? undefined : kind, mark: seen ? ("seen" as const) : undefined }),
      highest: 10,
    });
  }
  return films;
}

function readRating(rating: unknown, place: string): number | undefined {
  if (rating === undefined || rating === null || rating === 0) return undefined;
  if (typeof rating === "number" && rating > 0 && rating <= 10) return rating;
  throw new MatineeError("DATA_ROW", `${place}: rating ${JSON.stringify(rating)} is not a number up to 10`, {
    fix: "correct it, or export the file again",
  });
}

/** A film in a file of Matinee. */
interface NamedFilm {
  readonly id: Id;
  readonly title?: string;
}

function isRatingOfFilm(value: unknown): value is NamedFilm & RatingOfFilm {
  return isNamedFilm(value) && "rating" in value && typeof value.rating === "number";
}

function isScale(value: unknown): value is RatingScale {
  if (!isObject(value)) return false;
  const { min, max, step } = value;
  return [min, max, step].every(Number.isFinite) && Number(min) < Number(max) && Number(step) >= 0;
}

function isNamedFilm(value: unknown): value is NamedFilm {
  if (!isObject(value) || !["string", "undefined"].includes(typeof value.title)) return false;
  return typeof value.id === "number" || typeof value.id === "string";
}
