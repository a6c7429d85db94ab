/** Where films stand in the place: none of them twice. */
import type { Id, RatingScale, Recommendation } from "../../../src/client.ts";
import type { FilmRating } from "../../profile/profile.ts";
import type { Held } from "./held-film.ts";
import type { FilmList } from "./requests.ts";

/**
 * Lists without the films of those before them. The held film stands where it stood.
 *
 * @param most how many films a list has at most
 */
export function withoutRepeats(
  lists: readonly FilmList[],
  most: (key: string) => number,
  held: Held | undefined,
): readonly FilmList[] {
  const placed = new Set<Id>();
  const own = held && lists.some(({ key }) => key === held.list) ? held : undefined;
  if (own) placed.add(own.film.id);
  return lists.map(({ key, films }) => {
    const here = own?.list === key;
    const free = films.filter(({ id }) => !placed.has(id)).slice(0, most(key) - (here ? 1 : 0));
    for (const { id } of free) placed.add(id);
    return { key, films: here ? insertHeld(free, films, own) : free };
  });
}

function insertHeld(free: readonly Recommendation[], asked: readonly Recommendation[], { film, index }: Held) {
  return free.toSpliced(index, 0, asked.find(({ id }) => id === film.id) ?? film);
}

/** Two thirds up the scale. */
const promise = 2 / 3;

/** The films that promise a good evening first, each group in its order: those without a prediction, and those of which many stars are expected. */
export function promisingFirst(films: readonly Recommendation[], { min, max }: RatingScale): Recommendation[] {
  const isPromising = ({ predicted = max }: Recommendation) => predicted >= min + promise * (max - min);
  return [...films.filter(isPromising), ...films.filter((film) => !isPromising(film))];
}

/** How far a film moved: up by so many places, down where it is below 0; "new" where it was not in the list. */
export type Move = number | "new";

/** The films that stand elsewhere than before; none when there was no list. */
export function movesOf(before: readonly Recommendation[], after: readonly Recommendation[]): ReadonlyMap<Id, Move> {
  if (before.length === 0) return new Map();
  const places = new Map(before.map(({ id }, place) => [id, place]));
  const moves = after.map(({ id }, place): [Id, Move] => {
    const was = places.get(id);
    return [id, was === undefined ? "new" : was - place];
  });
  return new Map(moves.filter(([, move]) => move !== 0));
}

/** The one rating that differs between two profiles, as it is now; undefined where none or several do. */
export function ratingBetween(before: readonly FilmRating[], after: readonly FilmRating[]): FilmRating | undefined {
  const known = new Map(before.map(({ film, rating }) => [film.id, rating]));
  const changed = after.filter(({ film, rating }) => known.get(film.id) !== rating);
  return changed.length === 1 && Math.abs(after.length - before.length) <= 1 ? changed[0] : undefined;
}

/** The films that were in a list, and are no longer. */
export function filmsGone(before: readonly Recommendation[], after: readonly Recommendation[]): Recommendation[] {
  const left = new Set(after.map(({ id }) => id));
  return before.filter(({ id }) => !left.has(id));
}
