import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { ModelData } from "../../src/client.ts";
import { statesChanged } from "./film-states.ts";
import { changeKept, hasNews, type KeptProfile, latestTime, mergeKept } from "./kept-profile.ts";
import type { Profile, ProfileAction } from "./profile.ts";
import { browserStore, loadProfile, saveProfile, storageKey } from "./storage.ts";
import { changeWords } from "./wording.ts";

/** What the last change did. */
export interface ChangeNotice {
  readonly text: string;
  readonly undoable: boolean;
}

export interface StoredProfile {
  readonly profile: Profile;
  /** @param words what the change did, if the usual sentence does not say it */
  readonly change: (action: ProfileAction, words?: string) => void;
  /** Takes the last change of this tab back, and then the one before; other changes stay. */
  readonly undo: () => void;
  /** Absent before the first change, and once it is read. */
  readonly notice: ChangeNotice | undefined;
  readonly dismissNotice: () => void;
  /** False where the browser stores nothing: the profile is lost at the next reload. */
  readonly stored: boolean;
}

type Undo = Extract<ProfileAction, { type: "restore" }>;

/** How many changes can be taken back. */
const undoLimit = 50;

/** A profile, stored in this browser and shared by all its tabs. @param person the id of whose it is, where it is not the user's own */
export function useProfile(data: ModelData, person?: string): StoredProfile {
  const store = useMemo(browserStore, []);
  const [kept, setKept] = useState(() => loadProfile(store, data, person));
  const [stored, setStored] = useState(() => saveProfile(store, data, kept, person));
  const [notice, setNotice] = useState<ChangeNotice>();
  // What holds now: two changes may come before the page is drawn again.
  const current = useRef(kept);
  const undos = useRef<readonly Undo[]>([]);

  const functions = useMemo(() => {
    const hold = (next: KeptProfile) => {
      current.current = next;
      setKept(next);
    };
    const apply = (action: ProfileAction) => {
      const before = mergeKept(current.current, loadProfile(store, data, person));
      const after = changeKept(before, action, timeAfter(before));
      hold(after);
      setStored(saveProfile(store, data, after, person));
      return { before: before.profile, after: after.profile };
    };
    return {
      change(action: ProfileAction, words?: string) {
        const { before, after } = apply(action);
        const films = statesChanged(before, after);
        const wished = JSON.stringify(before.wishes) !== JSON.stringify(after.wishes);
        if (films.length === 0 && !wished) return;
        const last: Undo = { type: "restore", films, ...(wished && { wishes: before.wishes }) };
        undos.current = [last, ...undos.current].slice(0, undoLimit);
        setNotice({ text: words ?? changeWords(action, before, data.feedback), undoable: true });
      },
      undo() {
        const [last, ...rest] = undos.current;
        if (!last) return;
        undos.current = rest;
        apply(last);
        setNotice({ text: "Undone.", undoable: false });
      },
      dismissNotice: () => setNotice(undefined),
      /** Takes over what other tabs stored, and stores again what one of them did not know of. */
      catchUp() {
        const theirs = loadProfile(store, data, person);
        if (hasNews(theirs, current.current)) hold(mergeKept(current.current, theirs));
        if (hasNews(current.current, theirs)) setStored(saveProfile(store, data, current.current, person));
      },
    };
  }, [store, data, person]);
  const { catchUp, ...given } = functions;

  useEffect(() => {
    const onStorage = (event: StorageEvent) => {
      // Of a person whom another tab removed, nothing is to be stored again.
      if (person !== undefined && event.newValue === null) return;
      if (event.key === storageKey(data, person) || event.key === null) catchUp();
    };
    const onShow = () => !document.hidden && catchUp();
    addEventListener("storage", onStorage);
    addEventListener("pageshow", onShow);
    document.addEventListener("visibilitychange", onShow);
    return () => {
      removeEventListener("storage", onStorage);
      removeEventListener("pageshow", onShow);
      document.removeEventListener("visibilitychange", onShow);
    };
  }, [catchUp, data, person]);

  return { profile: kept.profile, stored, notice, ...given };
}

/** Later than any change so far, also where the clock was set back, and with a random fraction: no other tab has the same time. */
function timeAfter(kept: KeptProfile): number {
  return Math.max(Date.now(), Math.floor(latestTime(kept)) + 1) + Math.random();
}
