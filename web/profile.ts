import type { Film, Id } from "../src/client.ts";

export interface FilmRating {
  readonly film: Film;
  readonly rating: number;
}

/** The user's ratings, in the order in which films were first rated, and the films that the user excluded. */
export interface Profile {
  readonly ratings: readonly FilmRating[];
  readonly excluded: readonly Film[];
}

export type ProfileAction =
  | { readonly type: "rate"; readonly film: Film; readonly rating: number }
  | { readonly type: "clear"; readonly id: Id }
  | { readonly type: "exclude"; readonly film: Film }
  | { readonly type: "include"; readonly id: Id }
  | { readonly type: "include-all" }
  | { readonly type: "start-over" }
  | { readonly type: "replace"; readonly profile: Profile };

export const emptyProfile: Profile = { ratings: [], excluded: [] };

export function changeProfile(profile: Profile, action: ProfileAction): Profile {
  switch (action.type) {
    case "rate":
      return { ratings: setRating(profile.ratings, action), excluded: removeFilm(profile.excluded, action.film.id) };
    case "clear":
      return { ...profile, ratings: profile.ratings.filter((rated) => rated.film.id !== action.id) };
    case "exclude":
      return { ...profile, excluded: [...removeFilm(profile.excluded, action.film.id), action.film] };
    case "include":
      return { ...profile, excluded: removeFilm(profile.excluded, action.id) };
    case "include-all":
      return { ...profile, excluded: [] };
    case "start-over":
      return emptyProfile;
    case "replace":
      return action.profile;
  }
}

export function ratingOf(profile: Profile, id: Id): number | undefined {
  return profile.ratings.find((rated) => rated.film.id === id)?.rating;
}

export function isExcluded(profile: Profile, id: Id): boolean {
  return profile.excluded.some((film) => film.id === id);
}

function setRating(ratings: readonly FilmRating[], { film, rating }: FilmRating): readonly FilmRating[] {
  const known = ratings.some((rated) => rated.film.id === film.id);
  if (!known) return [...ratings, { film, rating }];
  return ratings.map((rated) => (rated.film.id === film.id ? { film, rating } : rated));
}

function removeFilm(films: readonly Film[], id: Id): readonly Film[] {
  return films.filter((film) => film.id !== id);
}
