import type { Film, ModelData } from "../../src/client.ts";
import { isOnScale } from "../film/scale.ts";
import { emptyProfile, type FilmRating, markKinds, type Profile } from "./profile.ts";

/** The key under which the browser stores profiles. A new layout gets a new number; older ones are not read. */
export const storageKey = "matinee.profiles.2";

/** The part of Storage that is used here; its methods throw in some private modes. */
export type KeyValueStore = Pick<Storage, "getItem" | "setItem">;

/** The stored profile for this data set, without entries that are broken or off its scale. */
export function loadProfile(store: KeyValueStore | undefined, data: ModelData): Profile {
  return readProfile(readProfiles(store).get(data.name), data);
}

/** Stores the profile for this data set beside those for others. Returns whether that was possible. */
export function saveProfile(store: KeyValueStore | undefined, data: ModelData, profile: Profile): boolean {
  const profiles = readProfiles(store).set(data.name, profile);
  try {
    store?.setItem(storageKey, JSON.stringify([...profiles]));
    return store !== undefined;
  } catch {
    return false;
  }
}

/** Pairs rather than an object: a data set may be called "__proto__". */
function readProfiles(store: KeyValueStore | undefined): Map<string, unknown> {
  const profiles = new Map<string, unknown>();
  for (const pair of asArray(readJson(store))) {
    if (Array.isArray(pair) && typeof pair[0] === "string") profiles.set(pair[0], pair[1]);
  }
  return profiles;
}

function readJson(store: KeyValueStore | undefined): unknown {
  try {
    return JSON.parse(store?.getItem(storageKey) ?? "[]");
  } catch {
    return [];
  }
}

function readProfile(value: unknown, data: ModelData): Profile {
  if (!isRecord(value)) return emptyProfile;
  const ratings = asArray(value.ratings).filter((each) => isFilmRating(each, data));
  const stored = isRecord(value.marks) ? value.marks : {};
  const marks = { ...emptyProfile.marks };
  for (const kind of markKinds) marks[kind] = uniqueBy(asArray(stored[kind]).filter(isFilm), (film) => film.id);
  const neverGenres = asArray(isRecord(value.wishes) ? value.wishes.neverGenres : []).filter(isText);
  return { ratings: uniqueBy(ratings, (rated) => rated.film.id), marks, wishes: { neverGenres } };
}

function isFilmRating(value: unknown, data: ModelData): value is FilmRating {
  if (!isRecord(value) || !isFilm(value.film)) return false;
  return typeof value.rating === "number" && isOnScale(value.rating, data.scale);
}

function isFilm(value: unknown): value is Film {
  if (!isRecord(value)) return false;
  const { id, title, year, genres, ratings } = value;
  return (
    (typeof id === "number" || typeof id === "string") &&
    typeof title === "string" &&
    typeof year === "number" &&
    typeof ratings === "number" &&
    Array.isArray(genres) &&
    genres.every(isText)
  );
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function uniqueBy<T>(values: readonly T[], key: (value: T) => unknown): readonly T[] {
  return [...new Map(values.map((value) => [key(value), value])).values()];
}
