import { useEffect, useLayoutEffect, useReducer, useState } from "preact/hooks";
import type { DataSet } from "./film.ts";
import { changeProfile, type Profile, type ProfileAction } from "./profile.ts";
import { loadProfile, saveProfile, storageKey } from "./storage.ts";

export interface KeptProfile {
  readonly profile: Profile;
  readonly change: (action: ProfileAction) => void;
  /** False where the browser keeps nothing: all is gone with the next reload. */
  readonly kept: boolean;
}

/** The person's profile, kept in this browser and the same in all its tabs. */
export function useProfile(data: DataSet): KeptProfile {
  const [store] = useState(browserStore);
  const [kept, setKept] = useState(true);
  const [profile, change] = useReducer<Profile, ProfileAction, DataSet>(changeProfile, data, (set) =>
    loadProfile(store, set),
  );

  useLayoutEffect(() => setKept(saveProfile(store, data, profile)), [store, data, profile]);

  useEffect(() => {
    const adopt = (event: StorageEvent) => {
      if (event.key === storageKey) change({ type: "replace", profile: loadProfile(store, data) });
    };
    addEventListener("storage", adopt);
    return () => removeEventListener("storage", adopt);
  }, [store, data, change]);

  return { profile, change, kept };
}

/** Merely naming localStorage throws where the browser forbids it. */
function browserStore(): Storage | undefined {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}
