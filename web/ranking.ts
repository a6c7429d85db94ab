import type { FilmId, Recommendation } from "./film.ts";
import type { Profile } from "./profile.ts";

/** The card someone has just rated or set aside stays where it was until their next change, so that it can be undone. */
export interface Pin {
  readonly film: Recommendation;
  readonly index: number;
  /** What else the person had said when they touched the card. */
  readonly others: string;
}

export function pinned(film: Recommendation, index: number, profile: Profile): Pin {
  return { film, index, others: othersThan(film.id, profile) };
}

/** Whether nothing but the pinned film itself has changed since. */
export function isLatest(pin: Pin, profile: Profile): boolean {
  return pin.others === othersThan(pin.film.id, profile);
}

function othersThan(id: FilmId, { ratings, excluded }: Profile): string {
  return JSON.stringify([
    ratings.filter(({ film }) => film.id !== id).map(({ film, rating }) => [film.id, rating]),
    excluded.filter((film) => film.id !== id).map((film) => film.id),
  ]);
}

export function withPin(answer: readonly Recommendation[], pin: Pin | undefined): readonly Recommendation[] {
  if (!pin) return answer;
  const rest = answer.filter((film) => film.id !== pin.film.id);
  const film = answer.find((each) => each.id === pin.film.id) ?? pin.film;
  return rest.toSpliced(pin.index, 0, film);
}

/** The films that were not in the list before; none when there was no list. */
export function newcomers(before: readonly Recommendation[], after: readonly Recommendation[]): ReadonlySet<FilmId> {
  if (before.length === 0) return new Set();
  const known = new Set(before.map((film) => film.id));
  return new Set(after.map((film) => film.id).filter((id) => !known.has(id)));
}

/** What is said aloud when the list has changed. */
export function announcement(count: number, fresh: number): string {
  const films = count === 1 ? "1 film for you" : `${count} films for you`;
  return fresh === 0 ? films : `${films}, ${fresh} new`;
}
