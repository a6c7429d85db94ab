import type { Film, Id, ModelData } from "../../src/client.ts";
import { isOnScale } from "../film/scale.ts";
import { filmStates } from "./film-states.ts";
import { type KeptProfile, keptOf, latestTime, nothingKept } from "./kept-profile.ts";
import { emptyProfile, type FilmRating, markKinds, type Profile } from "./profile.ts";

/**
 * The key under which the browser stores a profile for a data set. A new layout gets a new number.
 *
 * @param person the id of whose profile it is, where it is not the user's own
 */
export function storageKey({ name }: Pick<ModelData, "name">, person?: string): string {
  return person === undefined ? `matinee.profile.2 ${name}` : `matinee.person.1 ${person} ${name}`;
}

/** Profiles of all data sets, as the page kept them before: pairs of a data set and its profile. */
const earlierKey = "matinee.profiles.1";

/** That a film is no longer rated or marked is remembered so long, in milliseconds: for tabs that slept meanwhile. */
const memory = 30 * 24 * 60 * 60 * 1000;

/** The part of Storage that is used here; its methods throw in some private modes. */
export type KeyValueStore = Pick<Storage, "getItem" | "setItem" | "removeItem">;

/** Merely naming localStorage throws where the browser forbids it. */
export function browserStore(): Storage | undefined {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}

/** The stored profile for this data set, without entries that are broken or off its scale. @param person as of `storageKey` */
export function loadProfile(store: KeyValueStore | undefined, data: ModelData, person?: string): KeptProfile {
  const stored = readJson(store, storageKey(data, person));
  if (!isRecord(stored)) {
    return person === undefined ? keptOf(readProfile(earlierProfile(store, data), data)) : nothingKept;
  }
  const profile = readProfile(stored.profile, data);
  const known = filmStates(profile);
  const times = new Map<Id, number>([...known.keys()].map((id) => [id, 1]));
  for (const pair of asArray(stored.times)) {
    if (Array.isArray(pair) && isId(pair[0]) && isTime(pair[1])) times.set(pair[0], pair[1]);
  }
  return {
    profile,
    times,
    wishesTime: isTime(stored.wishesTime) ? stored.wishesTime : 0,
    erased: isTime(stored.erased) ? stored.erased : 0,
  };
}

/**
 * Stores the profile for this data set, in place of an earlier version's. Returns whether that was possible.
 *
 * @param person as of `storageKey`
 */
export function saveProfile(
  store: KeyValueStore | undefined,
  data: ModelData,
  kept: KeptProfile,
  person?: string,
): boolean {
  const { profile, times, wishesTime, erased } = kept;
  const known = filmStates(profile);
  const latest = latestTime(kept);
  const worthKeeping = [...times].filter(([id, time]) => known.has(id) || time > latest - memory);
  try {
    store?.setItem(storageKey(data, person), JSON.stringify({ profile, times: worthKeeping, wishesTime, erased }));
    if (person !== undefined) return store !== undefined;
    const earlier = asArray(readJson(store, earlierKey));
    const others = earlier.filter((pair) => asArray(pair)[0] !== data.name);
    if (others.length < earlier.length) store?.setItem(earlierKey, JSON.stringify(others));
    return store !== undefined;
  } catch {
    return false;
  }
}

function earlierProfile(store: KeyValueStore | undefined, data: ModelData): unknown {
  const pair = asArray(readJson(store, earlierKey)).find((each) => asArray(each)[0] === data.name);
  const earlier = asArray(pair)[1];
  return isRecord(earlier) ? { ratings: earlier.ratings, marks: { "not-interested": earlier.excluded } } : undefined;
}

export function readJson(store: KeyValueStore | undefined, key: string): unknown {
  try {
    return JSON.parse(store?.getItem(key) ?? "null");
  } catch {
    return undefined;
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
    isId(id) &&
    typeof title === "string" &&
    typeof year === "number" &&
    typeof ratings === "number" &&
    Array.isArray(genres) &&
    genres.every(isText)
  );
}

function isId(value: unknown): value is Id {
  return typeof value === "number" || typeof value === "string";
}

function isTime(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

export function isText(value: unknown): value is string {
  return typeof value === "string";
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function uniqueBy<T>(values: readonly T[], key: (value: T) => unknown): readonly T[] {
  return [...new Map(values.map((value) => [key(value), value])).values()];
}
