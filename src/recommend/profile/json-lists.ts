/** Personal exports in JSON: of Trakt, and Matinee's own. */
import { isObject } from "../../artifact/json.ts";
import { MatineeError } from "../../errors.ts";
import { present } from "../../present.ts";
import type { RatingOfFilm } from "../request.ts";
import { type ExportedFilm, parseExternalId, parseYear } from "./exported-film.ts";

/** The films of Matinee's own form, `{"ratings": [{"id": 260, "rating": 5}, …]}`; undefined for anything else. */
export function filmsOfRatings(content: unknown): ExportedFilm[] | undefined {
  const ratings = isObject(content) ? content.ratings : undefined;
  if (!Array.isArray(ratings) || !ratings.every(isRatingOfFilm)) return undefined;
  return ratings.map(({ id, rating }) => ({
    ...{ key: String(id), names: [], year: 0, imdb: 0, tmdb: 0, id, rating, highest: 0, seen: true },
  }));
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
    const seen = rating !== undefined || ["watched_at", "last_watched_at", "rated_at"].some((name) => name in entry);
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
      ...present({ rating, otherKind: film ? undefined : kind }),
      highest: 10,
      seen,
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

function isRatingOfFilm(value: unknown): value is RatingOfFilm {
  if (!isObject(value)) return false;
  return (typeof value.id === "number" || typeof value.id === "string") && typeof value.rating === "number";
}
