import assert from "node:assert/strict";
import { test } from "node:test";
import { madeUpFilm } from "../../../test/helpers/page-data.ts";
import { changeWords } from "./change-words.ts";

const films = (...ids: number[]) => ids.map((id) => madeUpFilm(id));
const saw = { film: madeUpFilm(9), rating: 1 };

test("what a rating did to the list is said in a sentence", () => {
  const words = (before: number[], after: number[]) => changeWords(saw, films(...before), films(...after));
  assert.equal(words([1, 2], [1, 3]), "Since you rated Film 9 1: Film 2 is gone, 1 film is new.");
  assert.equal(
    words([1, 2, 3, 4], [5, 6, 7, 4]),
    "Since you rated Film 9 1: Film 1, Film 2 and 1 other are gone, 3 films are new.",
  );
  assert.equal(words([1, 2], [2, 1]), "Since you rated Film 9 1: your list stays as it is.");
  assert.equal(words([9, 1], [1, 2]), "Since you rated Film 9 1: 1 film is new.");
});
