import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore, refusingStore } from "../../test/helpers/browser-stores.ts";
import { pageData as data, fargo, heat } from "../../test/helpers/page-data.ts";
import { changeKept, type KeptProfile, keptOf, nothingKept } from "./kept-profile.ts";
import { emptyProfile, type Profile } from "./profile.ts";
import { loadProfile, saveProfile, storageKey } from "./storage.ts";

const profile: Profile = {
  ratings: [{ film: heat, rating: 4.5 }],
  marks: { ...emptyProfile.marks, "not-interested": [fargo] },
  wishes: { neverGenres: ["Horror"] },
};

const kept: KeptProfile = {
  profile,
  times: new Map([
    [6, 1000.5],
    [608, 2000],
  ]),
  wishesTime: 3000,
  erased: 500,
};

test("a profile comes back as it was kept", () => {
  const store = memoryStore();
  assert.equal(saveProfile(store, data, kept), true);
  assert.deepEqual(loadProfile(store, data), kept);
});

test("each data set has its own profile, whatever its name", () => {
  const store = memoryStore();
  const odd = { ...data, name: "__proto__" };
  saveProfile(store, data, kept);
  saveProfile(store, odd, nothingKept);
  assert.deepEqual(loadProfile(store, data), kept);
  assert.deepEqual(loadProfile(store, odd), nothingKept);
  assert.deepEqual(loadProfile(store, { ...data, name: "other" }), nothingKept);
});

test("profiles of the earlier layout are brought over, and then kept once", () => {
  const earlier = [
    ["other", { ratings: [], excluded: [heat] }],
    ["small", { ratings: [{ film: heat, rating: 4.5 }], excluded: [fargo] }],
  ];
  const store = memoryStore({ "matinee.profiles.1": JSON.stringify(earlier) });
  const marks = { ...emptyProfile.marks, "not-interested": [fargo] };
  const brought = keptOf({ ...emptyProfile, ratings: [{ film: heat, rating: 4.5 }], marks });
  assert.deepEqual(loadProfile(store, data), brought);
  saveProfile(store, data, changeKept(brought, { type: "start-over" }, 9));
  assert.deepEqual(loadProfile(store, data).profile, emptyProfile);
  assert.deepEqual(JSON.parse(store.content.get("matinee.profiles.1") ?? ""), earlier.slice(0, 1));
});

test("that a rating was taken back is remembered for a month", () => {
  const store = memoryStore();
  const day = 24 * 60 * 60 * 1000;
  const cleared = (now: number) =>
    [{ type: "rate", film: heat, rating: 4 } as const, { type: "clear", id: 6 } as const].reduce(
      (before, action) => changeKept(before, action, now),
      nothingKept,
    );
  const rated = (at: number, now: number) => changeKept(cleared(at), { type: "rate", film: fargo, rating: 4 }, now);
  saveProfile(store, data, rated(0, 29 * day));
  assert.deepEqual([...loadProfile(store, data).times.keys()].sort(), [6, 608]);
  saveProfile(store, data, rated(0, 31 * day));
  assert.deepEqual([...loadProfile(store, data).times.keys()], [608]);
});

for (const broken of [
  "",
  "{",
  "null",
  "7",
  "[]",
  '{"profile":7}',
  '{"profile":{"ratings":7},"times":[[6]],"erased":"x"}',
]) {
  test(`broken content ${JSON.stringify(broken)} is an empty profile, and can be written over`, () => {
    const store = memoryStore({ [storageKey(data)]: broken });
    assert.deepEqual(loadProfile(store, data), nothingKept);
    saveProfile(store, data, kept);
    assert.deepEqual(loadProfile(store, data), kept);
  });
}

for (const broken of ["{", "7", "[[]]", '[["small",null]]', '[["small",{"ratings":7}]]']) {
  test(`broken content ${JSON.stringify(broken)} of the earlier layout is an empty profile`, () => {
    assert.deepEqual(loadProfile(memoryStore({ "matinee.profiles.1": broken }), data), nothingKept);
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
  const stored = { ratings, marks, wishes: { neverGenres: ["Horror", 3] } };
  const store = memoryStore({ [storageKey(data)]: JSON.stringify({ profile: stored, times: [[6, "x"], null] }) });
  assert.deepEqual(loadProfile(store, data), keptOf(profile));
});

test("ratings off the scale of the data are left out", () => {
  const store = memoryStore();
  saveProfile(store, data, kept);
  const wholeStars = { ...data, scale: { min: 1, max: 5, step: 1 } };
  assert.deepEqual(loadProfile(store, wholeStars).profile.ratings, []);
});

test("without storage the page starts empty and goes on", () => {
  for (const store of [undefined, refusingStore]) {
    assert.deepEqual(loadProfile(store, data), nothingKept);
    assert.equal(saveProfile(store, data, kept), false);
  }
});
