import type { Id, Recommendation } from "../../../src/client.ts";
import { hiddenFilms, type Profile } from "../../profile/profile.ts";

/** A film that was just rated or excluded in the list. It keeps its place until the next change, so that the user can undo. */
export interface Pin {
  readonly film: Recommendation;
  readonly index: number;
  /** The rest of the profile at that time, without this film. */
  readonly others: string;
}

export function pinFilm(film: Recommendation, index: number, profile: Profile): Pin {
  return { film, index, others: describeOthers(film.id, profile) };
}

/** Whether nothing but the pinned film has changed since. */
export function isCurrent(pin: Pin, profile: Profile): boolean {
  return pin.others === describeOthers(pin.film.id, profile);
}

/** The profile without one film, for comparison. */
function describeOthers(id: Id, profile: Profile): string {
  return JSON.stringify([
    profile.ratings.filter(({ film }) => film.id !== id).map(({ film, rating }) => [film.id, rating]),
    hiddenFilms(profile)
      .filter((film) => film.id !== id)
      .map((film) => film.id),
  ]);
}

/** Puts the pinned film in its place among the recommendations. */
export function insertPinned(list: readonly Recommendation[], pin: Pin | undefined): readonly Recommendation[] {
  if (!pin) return list;
  const rest = list.filter((film) => film.id !== pin.film.id);
  const film = list.find((each) => each.id === pin.film.id) ?? pin.film;
  return rest.toSpliced(pin.index, 0, film);
}

/** The films that were not in the list before; none when there was no list. */
export function newFilms(before: readonly Recommendation[], after: readonly Recommendation[]): ReadonlySet<Id> {
  if (before.length === 0) return new Set();
  const known = new Set(before.map((film) => film.id));
  return new Set(after.map((film) => film.id).filter((id) => !known.has(id)));
}

/** The text that a screen reader speaks when the list has changed. */
export function announcement(count: number, fresh: number): string {
  const films = count === 1 ? "1 film for you" : `${count} films for you`;
  return fresh === 0 ? films : `${films}, ${fresh} new`;
}
