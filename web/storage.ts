import type { DataSet, Film, RatedFilm } from "./film.ts";
import { emptyProfile, type Profile } from "./profile.ts";
import { isOnScale } from "./scale.ts";

/** The one key the page keeps in the browser. A new layout gets a new number; what an older page left is not read. */
export const storageKey = "matinee.profiles.1";

/** What of the browser's Storage is used here; it throws in some private modes. */
export type KeyValueStore = Pick<Storage, "getItem" | "setItem">;

/** The profile kept for this data set; whatever in it is broken, or off the data set's scale, is left out. */
export function loadProfile(store: KeyValueStore | undefined, data: DataSet): Profile {
  return readProfile(readAll(store).get(data.name), data);
}

/** Profiles of other data sets are kept as they are. Returns whether it could be kept. */
export function saveProfile(store: KeyValueStore | undefined, data: DataSet, profile: Profile): boolean {
  const profiles = readAll(store).set(data.name, profile);
  try {
    store?.setItem(storageKey, JSON.stringify([...profiles]));
    return store !== undefined;
  } catch {
    return false;
  }
}

/** Pairs rather than an object: a data set may be called "__proto__". */
function readAll(store: KeyValueStore | undefined): Map<string, unknown> {
  const kept = new Map<string, unknown>();
  for (const pair of asArray(readJson(store))) {
    if (Array.isArray(pair) && typeof pair[0] === "string") kept.set(pair[0], pair[1]);
  }
  return kept;
}

function readJson(store: KeyValueStore | undefined): unknown {
  try {
    return JSON.parse(store?.getItem(storageKey) ?? "[]");
  } catch {
    return [];
  }
}

function readProfile(value: unknown, data: DataSet): Profile {
  if (!isRecord(value)) return emptyProfile;
  const ratings = asArray(value.ratings).filter((each) => isRatedFilm(each, data));
  const excluded = asArray(value.excluded).filter(isFilm);
  return { ratings: uniqueBy(ratings, (rated) => rated.film.id), excluded: uniqueBy(excluded, (film) => film.id) };
}

function isRatedFilm(value: unknown, data: DataSet): value is RatedFilm {
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
    genres.every((genre) => typeof genre === "string")
  );
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
