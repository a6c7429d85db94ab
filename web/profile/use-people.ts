import { useEffect, useMemo, useState } from "preact/hooks";
import type { ModelData } from "../../src/client.ts";
import type { Person } from "../session.ts";
import {
  freeName,
  loadPeople,
  peopleKey,
  type RemovedPerson,
  removeProfile,
  restoreProfile,
  savePeople,
} from "./people.ts";
import { browserStore } from "./storage.ts";

export interface People {
  readonly people: readonly Person[];
  /** The one who was removed last, until they are back. */
  readonly removed: RemovedPerson | undefined;
  readonly add: () => Person;
  readonly rename: (id: string, name: string) => void;
  readonly remove: (person: Person) => void;
  readonly bringBack: () => void;
}

/** Those who watch with the user, stored in this browser and shared by all its tabs. */
export function usePeople(data: ModelData): People {
  const store = useMemo(browserStore, []);
  const [people, setPeople] = useState(() => loadPeople(store, data));
  const [removed, setRemoved] = useState<RemovedPerson>();

  useEffect(() => {
    const onStorage = (event: StorageEvent) => {
      if (event.key === peopleKey(data)) setPeople(loadPeople(store, data));
    };
    addEventListener("storage", onStorage);
    return () => removeEventListener("storage", onStorage);
  }, [store, data]);

  const change = (next: readonly Person[]) => setPeople(savePeople(store, data, next));
  return {
    people,
    removed,
    add() {
      const person = { id: `${Date.now().toString(36)}${Math.random().toString(36).slice(2)}`, name: freeName(people) };
      change([...people, person]);
      return person;
    },
    rename: (id, name) => change(people.map((person) => (person.id === id ? { id, name } : person))),
    remove(person) {
      // Who they are goes first: other tabs then store nothing more of them.
      change(people.filter(({ id }) => id !== person.id));
      const place = people.indexOf(person);
      setRemoved({ person, place, stored: removeProfile(store, data, person) });
    },
    bringBack() {
      if (!removed) return;
      restoreProfile(store, data, removed);
      change(people.toSpliced(removed.place, 0, removed.person));
      setRemoved(undefined);
    },
  };
}
