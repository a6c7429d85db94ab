import assert from "node:assert/strict";
import { test } from "node:test";
import { madeUpFilm as film } from "../../../test/helpers/page-data.ts";
import { emptyProfile } from "../../profile/profile.ts";
import { holdFilm } from "./held-film.ts";
import { filmsGone, movesOf, promisingFirst, ratingBetween, withoutRepeats } from "./layout.ts";

function list(key: string, ...ids: number[]) {
  return { key, films: ids.map((id) => film(id)) };
}

function ids(lists: ReturnType<typeof withoutRepeats>) {
  return lists.map(({ films }) => films.map(({ id }) => id));
}

const lists = [list("pick", 1), list("list", 1, 2, 3), list("old", 3, 4, 2, 5)];

test("a film stands in the first list that has it, and nowhere else", () => {
  assert.deepEqual(ids(withoutRepeats(lists, () => 9, undefined)), [[1], [2, 3], [4, 5]]);
  assert.deepEqual(ids(withoutRepeats(lists, (key) => (key === "old" ? 1 : 9), undefined)), [[1], [2, 3], [4]]);
});

test("a held film keeps its place among new films, and leaves every other list", () => {
  const held = (id: number, key: string, index: number) => holdFilm(film(id), key, index, emptyProfile);
  assert.deepEqual(ids(withoutRepeats(lists, () => 9, held(9, "list", 1))), [[1], [2, 9, 3], [4, 5]]);
  assert.deepEqual(ids(withoutRepeats(lists, () => 9, held(2, "old", 0))), [[1], [3], [2, 4, 5]]);
  assert.deepEqual(ids(withoutRepeats(lists, (key) => (key === "pick" ? 1 : 9), held(9, "pick", 0))), [
    [9],
    [1, 2, 3],
    [4, 5],
  ]);
});

test("a held film of a list that is gone is let go", () => {
  const held = holdFilm(film(3), "because 7", 0, emptyProfile);
  assert.deepEqual(ids(withoutRepeats(lists, () => 9, held)), [[1], [2, 3], [4, 5]]);
});

test("a held film that is still listed has what is said of it now", () => {
  const again = [{ key: "list", films: [film(1), film(2, { score: 7 })] }];
  const [{ films }] = withoutRepeats(again, () => 9, holdFilm(film(2), "list", 0, emptyProfile));
  assert.deepEqual(
    films.map(({ id, score }) => [id, score]),
    [
      [2, 7],
      [1, 1],
    ],
  );
});

test("films of which few stars are expected stand at the end of a shelf", () => {
  const films = [film(1, { predicted: 3 }), film(2, { predicted: 4 }), film(3), film(4, { predicted: 2.9 })];
  const ordered = promisingFirst(films, { min: 0.5, max: 5, step: 0.5 });
  assert.deepEqual(
    ordered.map(({ id }) => id),
    [2, 3, 1, 4],
  );
});

test("a list tells what moved, what is new and what is gone", () => {
  const [before, after] = [list("list", 1, 2, 3, 4).films, list("list", 3, 1, 5, 4).films];
  assert.deepEqual(
    [...movesOf(before, after)],
    [
      [3, 2],
      [1, -1],
      [5, "new"],
    ],
  );
  assert.deepEqual(
    filmsGone(before, after).map(({ id }) => id),
    [2],
  );
  assert.equal(movesOf([], after).size, 0);
});

test("one changed rating is found between two profiles; several are not one", () => {
  const rated = (id: number, rating: number) => ({ film: film(id), rating });
  const [heat, fargo] = [rated(1, 4), rated(2, 5)];
  assert.deepEqual(ratingBetween([heat], [heat, fargo]), fargo);
  assert.deepEqual(ratingBetween([heat], [rated(1, 2)]), rated(1, 2));
  assert.equal(ratingBetween([], [heat, fargo]), undefined);
  assert.equal(ratingBetween([heat, fargo], [heat]), undefined);
});
