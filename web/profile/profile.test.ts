import assert from "node:assert/strict";
import { test } from "node:test";
import { fargo, heat } from "../../test/helpers/page-data.ts";
import { changeProfile, emptyProfile, isMarked, type ProfileAction, ratingOf } from "./profile.ts";

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

test("a film is marked once, and the mark is taken back", () => {
  const marked = after(
    { type: "mark", kind: "not-interested", film: heat },
    { type: "mark", kind: "not-interested", film: heat },
  );
  assert.equal(marked.marks["not-interested"].length, 1);
  assert.equal(isMarked(marked, "not-interested", 6), true);
  assert.deepEqual(changeProfile(marked, { type: "unmark", kind: "not-interested", id: 6 }), emptyProfile);
});

test("a new mark takes the place of the one before, but what one has not seen may be on the watchlist", () => {
  const seen = after({ type: "mark", kind: "watchlist", film: heat }, { type: "mark", kind: "seen", film: heat });
  assert.deepEqual([isMarked(seen, "watchlist", 6), isMarked(seen, "seen", 6)], [false, true]);
  const wanted = after({ type: "mark", kind: "unseen", film: heat }, { type: "mark", kind: "watchlist", film: heat });
  assert.deepEqual([isMarked(wanted, "watchlist", 6), isMarked(wanted, "unseen", 6)], [true, true]);
});

test("an import adds ratings, marks of films that are not rated, and wishes", () => {
  const profile = after(
    { type: "rate", film: heat, rating: 4 },
    { type: "wish", wishes: { neverGenres: ["Horror"] } },
    {
      type: "add",
      ratings: [{ film: heat, rating: 3 }],
      marks: { watchlist: [heat, fargo], seen: [heat] },
      neverGenres: ["War", "Horror"],
    },
  );
  assert.deepEqual(profile.ratings, [{ film: heat, rating: 3 }]);
  assert.deepEqual(profile.marks, { ...emptyProfile.marks, watchlist: [fargo] });
  assert.deepEqual(profile.wishes, { neverGenres: ["Horror", "War"] });
});

test("an import does not rate a film twice, and its marks leave rated films alone", () => {
  const profile = after(
    { type: "rate", film: heat, rating: 4 },
    { type: "add", ratings: [], marks: { seen: [heat], "not-interested": [heat] } },
  );
  assert.deepEqual([profile.ratings, profile.marks], [[{ film: heat, rating: 4 }], emptyProfile.marks]);
});

test("a rating takes the place of every mark", () => {
  const profile = after({ type: "mark", kind: "not-interested", film: heat }, { type: "rate", film: heat, rating: 4 });
  assert.equal(isMarked(profile, "not-interested", 6), false);
});

test("starting over forgets everything", () => {
  const profile = after(
    { type: "rate", film: heat, rating: 4 },
    { type: "mark", kind: "seen", film: fargo },
    { type: "start-over" },
  );
  assert.deepEqual(profile, emptyProfile);
});
