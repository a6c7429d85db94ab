/**
 * A profile with the time of each change, so that tabs that write at the same time lose nothing: of each film, what was said last holds
 * (a map of registers of which the last write wins; Shapiro et al. 2011, "A comprehensive study of convergent and commutative replicated data
 * types", specification 8). Any two copies brought together, in either order and however often, say the same.
 */
import type { Id } from "../../src/client.ts";
import { type FilmState, filmStates, statesChanged, withStates } from "./film-states.ts";
import { changeProfile, emptyProfile, type Profile, type ProfileAction } from "./profile.ts";

export interface KeptProfile {
  readonly profile: Profile;
  /** When each film was last rated or marked, or that taken back; in milliseconds since 1970. */
  readonly times: ReadonlyMap<Id, number>;
  readonly wishesTime: number;
  /** All that was said earlier is forgotten. */
  readonly erased: number;
}

export const nothingKept: KeptProfile = { profile: emptyProfile, times: new Map(), wishesTime: 0, erased: 0 };

/** @param now later changes of one tab need later times; two tabs never have the same one, if a random fraction is in it */
export function changeKept(kept: KeptProfile, action: ProfileAction, now: number): KeptProfile {
  const profile = changeProfile(kept.profile, action);
  if (action.type === "start-over") return { profile, times: new Map(), wishesTime: now, erased: now };
  const times = new Map(kept.times);
  for (const { id } of statesChanged(kept.profile, profile)) times.set(id, now);
  const wished = JSON.stringify(profile.wishes) !== JSON.stringify(kept.profile.wishes);
  return { ...kept, profile, times, wishesTime: wished ? now : kept.wishesTime };
}

/** Both brought together. */
export function mergeKept(mine: KeptProfile, theirs: KeptProfile): KeptProfile {
  const erased = Math.max(mine.erased, theirs.erased);
  const [my, other] = [filmStates(mine.profile), filmStates(theirs.profile)];
  const ids = new Set([...mine.times.keys(), ...theirs.times.keys(), ...my.keys(), ...other.keys()]);
  const times = new Map<Id, number>();
  const states = [...ids].map((id): FilmState => {
    const [a, b] = [timeOf(mine, id), timeOf(theirs, id)];
    const time = Math.max(a, b);
    const holds = time > erased;
    if (holds) times.set(id, time);
    const state = holds ? (a > b ? my.get(id) : other.get(id)) : undefined;
    return state ?? { id, marks: [] };
  });
  // What only one copy has comes last, in its order there.
  const ordered = states.toSorted((a, b) => (a.place ?? 0) - (b.place ?? 0)).map(({ place: _place, ...said }) => said);
  const wishes = mine.wishesTime > theirs.wishesTime ? mine : theirs;
  const profile = { ...withStates(theirs.profile, ordered), wishes: wishes.profile.wishes };
  return { profile, times, wishesTime: wishes.wishesTime, erased };
}

/** Whether `mine` says something that is newer than what `theirs` says. */
export function hasNews(mine: KeptProfile, theirs: KeptProfile): boolean {
  if (mine.wishesTime > theirs.wishesTime || mine.erased > theirs.erased) return true;
  return [...mine.times].some(([id, time]) => time > timeOf(theirs, id) && time > theirs.erased);
}

/** A profile without times, as earlier versions kept it, is older than any change. */
export function keptOf(profile: Profile): KeptProfile {
  return { ...nothingKept, profile, times: new Map([...filmStates(profile).keys()].map((id) => [id, 1])) };
}

/** When anything was last said. */
export function latestTime({ times, wishesTime, erased }: KeptProfile): number {
  return [...times.values()].reduce((latest, time) => Math.max(latest, time), Math.max(wishesTime, erased));
}

function timeOf({ times }: KeptProfile, id: Id): number {
  return times.get(id) ?? 0;
}
