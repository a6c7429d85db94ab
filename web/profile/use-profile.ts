import { useEffect, useLayoutEffect, useReducer, useState } from "preact/hooks";
import type { ModelData } from "../../src/client.ts";
import { changeProfile, type Profile, type ProfileAction } from "./profile.ts";
import { loadProfile, saveProfile, storageKey } from "./storage.ts";

export interface StoredProfile {
  readonly profile: Profile;
  readonly change: (action: ProfileAction) => void;
  /** False where the browser stores nothing: the profile is lost at the next reload. */
  readonly stored: boolean;
}

/** The user's profile, stored in this browser and shared by all its tabs. */
export function useProfile(data: ModelData): StoredProfile {
  const [store] = useState(browserStore);
  const [stored, setStored] = useState(true);
  const [profile, change] = useReducer<Profile, ProfileAction, ModelData>(changeProfile, data, (set) =>
    loadProfile(store, set),
  );

  useLayoutEffect(() => setStored(saveProfile(store, data, profile)), [store, data, profile]);

  useEffect(() => {
    const adopt = (event: StorageEvent) => {
      if (event.key === storageKey) change({ type: "replace", profile: loadProfile(store, data) });
    };
    addEventListener("storage", adopt);
    return () => removeEventListener("storage", adopt);
  }, [store, data, change]);

  return { profile, change, stored };
}

/** Merely naming localStorage throws where the browser forbids it. */
function browserStore(): Storage | undefined {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}
