import assert from "node:assert/strict";
import { test } from "node:test";
import { filmLabel, spokenTitle } from "./film-title.ts";

const cases: readonly [title: string, name: string, also?: string][] = [
  ["Heat (1995)", "Heat"],
  ["Shawshank Redemption, The (1994)", "The Shawshank Redemption"],
  ["American in Paris, An (1951)", "An American in Paris"],
  ["Good, the Bad and the Ugly, The (1966)", "The Good, the Bad and the Ugly"],
  ["Avventura, L' (Adventure, The) (1960)", "L'Avventura", "The Adventure"],
  ["Amelie (Fabuleux destin d'Amélie Poulain, Le) (2001)", "Amelie", "Le Fabuleux destin d'Amélie Poulain"],
  ["Seven (a.k.a. Se7en) (1995)", "Seven", "Se7en"],
  [
    "Léon: The Professional (a.k.a. The Professional) (Léon) (1994)",
    "Léon: The Professional",
    "The Professional · Léon",
  ],
  ["I, Robot (2004)", "I, Robot"],
  ["Paris, Texas (1984)", "Paris, Texas"],
  ["Babylon 5", "Babylon 5"],
  ["Assembly (Ji jie hao) (2007) ", "Assembly", "Ji jie hao"],
  ["Fawlty Towers (1975-1979)", "Fawlty Towers"],
  ["2001: A Space Odyssey (1968)", "2001: A Space Odyssey"],
  ["(1984)", "(1984)"],
  ["", ""],
];

for (const [title, name, also] of cases) {
  test(`"${title}" is shown as "${name}"`, () => {
    assert.deepEqual(spokenTitle(title), also === undefined ? { name } : { name, also });
  });
}

test("a label carries the year only where it is known", () => {
  assert.equal(filmLabel({ title: "Matrix, The (1999)", year: 1999 }), "The Matrix (1999)");
  assert.equal(filmLabel({ title: "Babylon 5", year: 0 }), "Babylon 5");
});
