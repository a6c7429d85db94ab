import assert from "node:assert/strict";
import { test } from "node:test";
import type { Film } from "../src/client.ts";
import { changeProfile, emptyProfile, isExcluded, type ProfileAction, ratingOf } from "./profile.ts";

const heat: Film = { id: 6, title: "Heat (1995)", year: 1995, genres: ["Crime"], ratings: 102 };
const fargo: Film = { id: 608, title: "Fargo (1996)", year: 1996, genres: ["Crime"], ratings: 181 };

function after(...actions: readonly ProfileAction[]) {
  return actions.reduce(changeProfile, emptyProfile);
}

test("rating again changes the rating and keeps the place", () => {
  const profile = after(
    { type: "rate", film: heat, rating: 4 },
    { type: "rate", film: fargo, rating: 5 },
    { type: "rate", film: heat, rating: 2.5 },
  );
  assert.deepEqual(
    profile.ratings.map((rated) => [rated.film.id, rated.rating]),
    [
      [6, 2.5],
      [608, 5],
    ],
  );
});

test("a rating can be taken back", () => {
  const profile = after({ type: "rate", film: heat, rating: 4 }, { type: "clear", id: 6 });
  assert.equal(ratingOf(profile, 6), undefined);
});

test("a film is excluded once, and included again", () => {
  const excluded = after({ type: "exclude", film: heat }, { type: "exclude", film: heat });
  assert.equal(excluded.excluded.length, 1);
  assert.equal(isExcluded(excluded, 6), true);
  assert.equal(isExcluded(changeProfile(excluded, { type: "include", id: 6 }), 6), false);
  assert.deepEqual(changeProfile(excluded, { type: "include-all" }), emptyProfile);
});

test("who rates an excluded film wants it after all", () => {
  const profile = after({ type: "exclude", film: heat }, { type: "rate", film: heat, rating: 4 });
  assert.equal(isExcluded(profile, 6), false);
});

test("starting over forgets everything", () => {
  const profile = after(
    { type: "rate", film: heat, rating: 4 },
    { type: "exclude", film: fargo },
    { type: "start-over" },
  );
  assert.deepEqual(profile, emptyProfile);
});
