import type { Film, Id } from "../../src/client.ts";
import { type FilmState, withStates } from "./film-states.ts";

export interface FilmRating {
  readonly film: Film;
  readonly rating: number;
}

/**
 * What a user may say of a film besides a rating: that it is not for them, that they mean to watch it, that they have seen it (and do not rate
 * it), that they have not seen it (so they are not asked again).
 */
export type MarkKind = "not-interested" | "watchlist" | "seen" | "unseen";

export const markKinds: readonly MarkKind[] = ["not-interested", "watchlist", "seen", "unseen"];

/** What holds for every list: genres that never come up. */
export interface Wishes {
  readonly neverGenres: readonly string[];
}

/** The user's ratings, in the order in which films were first rated, the films that they marked, and their standing wishes. */
export interface Profile {
  readonly ratings: readonly FilmRating[];
  readonly marks: Readonly<Record<MarkKind, readonly Film[]>>;
  readonly wishes: Wishes;
}

export type ProfileAction =
  | { readonly type: "rate"; readonly film: Film; readonly rating: number }
  | { readonly type: "clear"; readonly id: Id }
  | { readonly type: "mark"; readonly kind: MarkKind; readonly film: Film }
  | { readonly type: "unmark"; readonly kind: MarkKind; readonly id: Id }
  | { readonly type: "wish"; readonly wishes: Wishes }
  /** Many ratings, marks and wishes at once, as an import brings them; films that are known keep their place, and rated ones their ratings. */
  | {
      readonly type: "add";
      readonly ratings: readonly FilmRating[];
      readonly marks: Partial<Profile["marks"]>;
      readonly neverGenres?: readonly string[];
    }
  | { readonly type: "start-over" }
  /** Says of these films again what was said of them before a change. */
  | { readonly type: "restore"; readonly films: readonly FilmState[]; readonly wishes?: Wishes }
  | { readonly type: "replace"; readonly profile: Profile };

export const emptyProfile: Profile = {
  ratings: [],
  marks: { "not-interested": [], watchlist: [], seen: [], unseen: [] },
  wishes: { neverGenres: [] },
};

export function changeProfile(profile: Profile, action: ProfileAction): Profile {
  switch (action.type) {
    case "rate":
      return rate(profile, action);
    case "clear":
      return { ...profile, ratings: profile.ratings.filter((rated) => rated.film.id !== action.id) };
    case "mark":
      return mark(profile, action.kind, action.film);
    case "unmark":
      return {
        ...profile,
        marks: { ...profile.marks, [action.kind]: removeFilm(profile.marks[action.kind], action.id) },
      };
    case "wish":
      return { ...profile, wishes: action.wishes };
    case "add":
      return add(profile, action);
    case "start-over":
      return emptyProfile;
    case "restore":
      return { ...withStates(profile, action.films), wishes: action.wishes ?? profile.wishes };
    case "replace":
      return action.profile;
  }
}

export function ratingOf(profile: Profile, id: Id): number | undefined {
  return profile.ratings.find((rated) => rated.film.id === id)?.rating;
}

export function isMarked(profile: Profile, kind: MarkKind, id: Id): boolean {
  return profile.marks[kind].some((film) => film.id === id);
}

/** Whether there is nothing in it that could be lost. */
export function isEmpty({ ratings, marks, wishes }: Profile): boolean {
  return ratings.length === 0 && markKinds.every((kind) => marks[kind].length === 0) && wishes.neverGenres.length === 0;
}

/** Films that no list shows: set aside, or seen. Rated films are left out by the models themselves. */
export function hiddenFilms({ marks }: Profile): readonly Film[] {
  return [...marks["not-interested"], ...marks.seen];
}

function add(profile: Profile, { ratings, marks, neverGenres = [] }: Extract<ProfileAction, { type: "add" }>): Profile {
  const rated = new Set(profile.ratings.map(({ film }) => film.id));
  const marked = markKinds.reduce(
    (all, kind) =>
      (marks[kind] ?? []).filter(({ id }) => !rated.has(id)).reduce((each, film) => mark(each, kind, film), all),
    profile,
  );
  const wishes = { neverGenres: [...new Set([...profile.wishes.neverGenres, ...neverGenres])] };
  return { ...ratings.reduce(rate, marked), wishes };
}

/** A rated film has been seen and is judged: every mark of it has had its use. */
function rate(profile: Profile, { film, rating }: FilmRating): Profile {
  const marks = mapMarks(profile, (films) => removeFilm(films, film.id));
  return { ...profile, ratings: setRating(profile.ratings, { film, rating }), marks };
}

/** Marks a film. Being on the watchlist excludes the other marks, and the others it. */
function mark(profile: Profile, kind: MarkKind, film: Film): Profile {
  const marks = mapMarks(profile, (films, other) => {
    if (other === kind) return [...removeFilm(films, film.id), film];
    const together = (kind === "unseen" && other === "watchlist") || (kind === "watchlist" && other === "unseen");
    return together ? films : removeFilm(films, film.id);
  });
  return { ...profile, marks };
}

function mapMarks(
  { marks }: Profile,
  change: (films: readonly Film[], kind: MarkKind) => readonly Film[],
): Profile["marks"] {
  const changed = { ...marks };
  for (const kind of markKinds) changed[kind] = change(marks[kind], kind);
  return changed;
}

function setRating(ratings: readonly FilmRating[], { film, rating }: FilmRating): readonly FilmRating[] {
  const known = ratings.some((rated) => rated.film.id === film.id);
  if (!known) return [...ratings, { film, rating }];
  return ratings.map((rated) => (rated.film.id === film.id ? { film, rating } : rated));
}

function removeFilm(films: readonly Film[], id: Id): readonly Film[] {
  return films.filter((film) => film.id !== id);
}
