import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore, refusingStore } from "../../test/helpers/browser-stores.ts";
import { pageData as data, heat } from "../../test/helpers/page-data.ts";
import { keptOf, nothingKept } from "./kept-profile.ts";
import { freeName, loadPeople, peopleKey, removeProfile, restoreProfile, savePeople } from "./people.ts";
import { emptyProfile } from "./profile.ts";
import { loadProfile, saveProfile } from "./storage.ts";

const anna = { id: "a1", name: "Anna" };
const theirs = keptOf({ ...emptyProfile, ratings: [{ film: heat, rating: 2 }] });

test("people come back as they were kept, for their data set alone, and without broken entries", () => {
  const store = memoryStore();
  savePeople(store, data, [anna, { id: "b2", name: "Ben" }]);
  assert.deepEqual(loadPeople(store, data), [anna, { id: "b2", name: "Ben" }]);
  assert.deepEqual(loadPeople(store, { ...data, name: "other" }), []);
  const broken = JSON.stringify([{ id: 3, name: "Cara" }, "Dora", { ...anna, more: 1 }, anna]);
  assert.deepEqual(loadPeople(memoryStore({ [peopleKey(data)]: broken }), data), [anna]);
});

test("another person's profile is apart from the user's own, which has what an earlier version kept", () => {
  const earlier = JSON.stringify([["small", { ratings: [{ film: heat, rating: 5 }], excluded: [] }]]);
  const store = memoryStore({ "matinee.profiles.1": earlier });
  assert.deepEqual(loadProfile(store, data, anna.id), nothingKept);
  saveProfile(store, data, theirs, anna.id);
  assert.deepEqual(loadProfile(store, data, anna.id), theirs);
  assert.equal(loadProfile(store, data).profile.ratings[0]?.rating, 5);
});

test("who is removed leaves nothing in the browser, and comes back whole", () => {
  const store = memoryStore();
  saveProfile(store, data, theirs, anna.id);
  const stored = removeProfile(store, data, anna);
  assert.equal(store.content.size, 0);
  restoreProfile(store, data, { person: anna, place: 0, stored });
  assert.deepEqual(loadProfile(store, data, anna.id), theirs);
});

test("a new person has a name that nobody has", () => {
  const named = (...names: readonly string[]) => names.map((name) => ({ id: name, name }));
  assert.equal(freeName([]), "Friend");
  assert.equal(freeName(named("Friend", "Anna")), "Friend 2");
  assert.equal(freeName(named("Friend 2", "Friend")), "Friend 3");
});

test("without storage there are people until the page is left", () => {
  for (const store of [undefined, refusingStore]) {
    assert.deepEqual(savePeople(store, data, [anna]), [anna]);
    assert.deepEqual(loadPeople(store, data), []);
    assert.equal(removeProfile(store, data, anna), null);
  }
});
