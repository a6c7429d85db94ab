import type { Id, Recommendation } from "../../../src/client.ts";
import { hiddenFilms, type Profile } from "../../profile/profile.ts";

/** A film that was just rated or marked where it is listed. It keeps its place until the next change, so that the user can undo. */
export interface Held {
  readonly film: Recommendation;
  /** The key of the list that it is in, and its index there. */
  readonly list: string;
  readonly index: number;
  /** The rest of the profile at that time, without this film. */
  readonly others: string;
}

export function holdFilm(film: Recommendation, list: string, index: number, profile: Profile): Held {
  return { film, list, index, others: describeOthers(film.id, profile) };
}

/** Whether nothing but the held film has changed since. */
export function isCurrent(held: Held, profile: Profile): boolean {
  return held.others === describeOthers(held.film.id, profile);
}

/** The profile without one film, for comparison. */
function describeOthers(id: Id, profile: Profile): string {
  return JSON.stringify([
    profile.ratings.filter(({ film }) => film.id !== id).map(({ film, rating }) => [film.id, rating]),
    hiddenFilms(profile)
      .filter((film) => film.id !== id)
      .map((film) => film.id),
    profile.wishes,
  ]);
}
