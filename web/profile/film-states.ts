/** What a profile says of single films: to take changes back, and to bring two copies of a profile together. */
import type { Film, Id } from "../../src/client.ts";
import { type FilmRating, type MarkKind, markKinds, type Profile } from "./profile.ts";

/** All that a profile says of one film; neither rating nor marks where it says nothing. */
export interface FilmState {
  readonly id: Id;
  readonly rating?: FilmRating;
  /** Where the rating stands among the others. */
  readonly place?: number;
  readonly marks: readonly { readonly kind: MarkKind; readonly film: Film }[];
}

/** What is said of each film of a profile. */
export function filmStates({ ratings, marks }: Profile): ReadonlyMap<Id, FilmState> {
  const states = new Map<Id, FilmState>();
  for (const [place, rating] of ratings.entries()) {
    states.set(rating.film.id, { id: rating.film.id, rating, place, marks: [] });
  }
  for (const kind of markKinds) {
    for (const film of marks[kind]) {
      const state = states.get(film.id) ?? { id: film.id, marks: [] };
      states.set(film.id, { ...state, marks: [...state.marks, { kind, film }] });
    }
  }
  return states;
}

/** What `before` said of the films of which `after` says something else. */
export function statesChanged(before: Profile, after: Profile): readonly FilmState[] {
  const [old, changed] = [filmStates(before), filmStates(after)];
  const ids = new Set([...old.keys(), ...changed.keys()]);
  return [...ids]
    .filter((id) => judgement(old.get(id)) !== judgement(changed.get(id)))
    .map((id) => old.get(id) ?? { id, marks: [] });
}

/** The profile with these states in place of what it says of their films. */
export function withStates(profile: Profile, states: readonly FilmState[]): Profile {
  const given = new Map(states.map((state) => [state.id, state]));
  const ratings = profile.ratings.flatMap((rated) => {
    const state = given.get(rated.film.id);
    if (!state) return [rated];
    return state.rating ? [state.rating] : [];
  });
  const known = new Set(ratings.map(({ film }) => film.id));
  const added = states.filter(({ id, rating }) => rating && !known.has(id));
  for (const { rating, place } of added.toSorted((a, b) => (a.place ?? 0) - (b.place ?? 0))) {
    if (rating) ratings.splice(place ?? ratings.length, 0, rating);
  }
  const marks = { ...profile.marks };
  for (const kind of markKinds) {
    const others = marks[kind].filter(({ id }) => !given.has(id));
    const marked = states.flatMap((state) => state.marks.filter((mark) => mark.kind === kind));
    marks[kind] = [...others, ...marked.map(({ film }) => film)];
  }
  return { ...profile, ratings, marks };
}

/** For comparison: what is said of a film, whatever its place, and whatever is known of the film itself. */
function judgement(state: FilmState | undefined): string {
  return JSON.stringify([state?.rating?.rating ?? null, state?.marks.map(({ kind }) => kind) ?? []]);
}
