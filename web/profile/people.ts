/** Those who watch with the user: their names, and their profiles, each stored apart from the user's own. */
import type { ModelData } from "../../src/client.ts";
import type { Person } from "../session.ts";
import { asArray, isRecord, isText, type KeyValueStore, readJson, storageKey } from "./storage.ts";

/** A list is for at most eight, and one of them is the user. */
export const mostOthers = 7;

/** A person who was removed, with all that is needed to bring them back. */
export interface RemovedPerson {
  readonly person: Person;
  /** Their place among the others. */
  readonly place: number;
  /** Their stored profile. */
  readonly stored: string | null;
}

export function peopleKey({ name }: Pick<ModelData, "name">): string {
  return `matinee.people.1 ${name}`;
}

/** Those that are stored for this data set, without entries that are broken. */
export function loadPeople(store: KeyValueStore | undefined, data: ModelData): readonly Person[] {
  const people = asArray(readJson(store, peopleKey(data))).filter(isPerson);
  return [...new Map(people.map(({ id, name }) => [id, { id, name }])).values()].slice(0, mostOthers);
}

/** Stores who they are, where the browser stores anything. */
export function savePeople(
  store: KeyValueStore | undefined,
  data: ModelData,
  people: readonly Person[],
): readonly Person[] {
  tryTo(() => store?.setItem(peopleKey(data), JSON.stringify(people)));
  return people;
}

/** Takes a person's profile out of the browser. */
export function removeProfile(store: KeyValueStore | undefined, data: ModelData, { id }: Person): string | null {
  return (
    tryTo(() => {
      const stored = store?.getItem(storageKey(data, id)) ?? null;
      store?.removeItem(storageKey(data, id));
      return stored;
    }) ?? null
  );
}

export function restoreProfile(store: KeyValueStore | undefined, data: ModelData, removed: RemovedPerson): void {
  const { person, stored } = removed;
  if (stored !== null) tryTo(() => store?.setItem(storageKey(data, person.id), stored));
}

/** "Friend", and where that is taken "Friend 2", "Friend 3". */
export function freeName(people: readonly Person[]): string {
  const names = Array.from({ length: people.length + 1 }, (_, n) => (n === 0 ? "Friend" : `Friend ${n + 1}`));
  return names.find((name) => people.every((person) => person.name !== name)) ?? names[0];
}

/** Storage throws where it is full, and in some private modes. */
function tryTo<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

function isPerson(value: unknown): value is Person {
  return isRecord(value) && isText(value.id) && isText(value.name);
}
