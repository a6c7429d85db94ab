import assert from "node:assert/strict";
import { test } from "node:test";
import type { Recommendation } from "../../../src/client.ts";
import { changeProfile, emptyProfile } from "../../profile/profile.ts";
import { announcement, insertPinned, isCurrent, newFilms, pinFilm } from "./pinned-film.ts";

function film(id: number, score = 1): Recommendation {
  return {
    id,
    title: `Film ${id}`,
    year: 1990,
    genres: [],
    ratings: 1,
    score,
    confidence: { level: "likely", probability: 0.8 },
    source: "ease",
  };
}

function ids(films: readonly Recommendation[]) {
  return films.map((each) => each.id);
}

test("a pinned film keeps its place among the new films", () => {
  assert.deepEqual(ids(insertPinned([film(1), film(2), film(3)], pinFilm(film(9), 1, emptyProfile))), [1, 9, 2, 3]);
  assert.deepEqual(ids(insertPinned([film(1)], pinFilm(film(9), 5, emptyProfile))), [1, 9]);
  assert.deepEqual(ids(insertPinned([film(1), film(2)], undefined)), [1, 2]);
});

test("a pinned film that is recommended again is shown once, with its new score", () => {
  const films = insertPinned([film(1), film(2), film(9, 7)], pinFilm(film(9, 3), 0, emptyProfile));
  assert.deepEqual(ids(films), [9, 1, 2]);
  assert.equal(films[0].score, 7);
});

test("newcomers are the films that were not there before", () => {
  assert.deepEqual([...newFilms([film(1), film(2)], [film(2), film(3)])], [3]);
  assert.deepEqual([...newFilms([], [film(2), film(3)])], []);
});

test("the change is put in words", () => {
  assert.equal(announcement(10, 3), "10 films for you, 3 new");
  assert.equal(announcement(1, 0), "1 film for you");
});

test("a pin holds while only its own film changes", () => {
  const pin = pinFilm(film(9), 1, emptyProfile);
  const rated = changeProfile(emptyProfile, { type: "rate", film: film(9), rating: 4 });
  const excluded = changeProfile(rated, { type: "mark", kind: "not-interested", film: film(9) });
  assert.equal(isCurrent(pin, rated), true);
  assert.equal(isCurrent(pin, excluded), true);
  assert.equal(isCurrent(pin, changeProfile(rated, { type: "rate", film: film(1), rating: 4 })), false);
  assert.equal(isCurrent(pin, changeProfile(rated, { type: "mark", kind: "not-interested", film: film(1) })), false);
});
