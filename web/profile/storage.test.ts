import assert from "node:assert/strict";
import { test } from "node:test";
import type { Film, ModelData } from "../../src/client.ts";
import { emptyProfile, type Profile } from "./profile.ts";
import { type KeyValueStore, loadProfile, saveProfile, storageKey } from "./storage.ts";

const data: ModelData = {
  name: "small",
  users: 2,
  items: 2,
  ratings: 3,
  scale: { min: 0.5, max: 5, step: 0.5 },
  feedback: "ratings",
  madeUp: false,
};
const heat: Film = { id: 6, title: "Heat (1995)", year: 1995, genres: ["Crime"], ratings: 102 };
const fargo: Film = { id: 608, title: "Fargo (1996)", year: 1996, genres: ["Crime"], ratings: 181 };
const profile: Profile = {
  ratings: [{ film: heat, rating: 4.5 }],
  marks: { ...emptyProfile.marks, "not-interested": [fargo] },
  wishes: { neverGenres: ["Horror"] },
};

function memory(content?: string): KeyValueStore {
  const kept = new Map<string, string>(content === undefined ? [] : [[storageKey, content]]);
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) };
}

test("a profile comes back as it was kept", () => {
  const store = memory();
  assert.equal(saveProfile(store, data, profile), true);
  assert.deepEqual(loadProfile(store, data), profile);
});

test("each data set has its own profile, whatever its name", () => {
  const store = memory();
  const odd = { ...data, name: "__proto__" };
  saveProfile(store, data, profile);
  saveProfile(store, odd, { ...profile, marks: emptyProfile.marks });
  assert.deepEqual(loadProfile(store, data), profile);
  assert.deepEqual(loadProfile(store, odd), { ...profile, marks: emptyProfile.marks });
  assert.deepEqual(loadProfile(store, { ...data, name: "other" }), emptyProfile);
});

for (const broken of ["", "{", "null", "7", '{"small":{}}', '[["small",null]]', '[["small",{"ratings":7}]]', "[[]]"]) {
  test(`broken content ${JSON.stringify(broken)} is an empty profile, and can be written over`, () => {
    const store = memory(broken);
    assert.deepEqual(loadProfile(store, data), emptyProfile);
    saveProfile(store, data, profile);
    assert.deepEqual(loadProfile(store, data), profile);
  });
}

test("of a partly broken profile the sound part is kept", () => {
  const ratings = [
    { film: heat, rating: 4.5 },
    { film: heat, rating: 4.5 },
    { film: fargo, rating: 7 },
    { film: { id: 1 }, rating: 4 },
    null,
  ];
  const marks = { "not-interested": [fargo, { ...fargo, genres: [3] }], seen: "all", other: [heat] };
  const store = memory(JSON.stringify([["small", { ratings, marks, wishes: { neverGenres: ["Horror", 3] } }]]));
  assert.deepEqual(loadProfile(store, data), profile);
});

test("ratings off the scale of the data are left out", () => {
  const store = memory();
  saveProfile(store, data, profile);
  const wholeStars = { ...data, scale: { min: 1, max: 5, step: 1 } };
  assert.deepEqual(loadProfile(store, wholeStars).ratings, []);
});

test("without storage the page starts empty and goes on", () => {
  const refusing: KeyValueStore = {
    getItem: () => {
      throw new Error("SecurityError");
    },
    setItem: () => {
      throw new Error("QuotaExceededError");
    },
  };
  for (const store of [undefined, refusing]) {
    assert.deepEqual(loadProfile(store, data), emptyProfile);
    assert.equal(saveProfile(store, data, profile), false);
  }
});
