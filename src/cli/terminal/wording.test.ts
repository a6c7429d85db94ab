import assert from "node:assert/strict";
import { it } from "node:test";
import { listLines } from "./wording.ts";

const film = {
  id: 608,
  title: "Fargo (1996)",
  year: 1996,
  genres: ["Crime"],
  ratings: 9,
  score: 1.5,
  source: "pagerank",
};
const heat = { id: 6, title: "Heat (1995)", rating: 5, value: 1 };
const alien = { id: 1214, title: "Alien (1979)", rating: 4, value: 0.5 };

it("reasons say what a rating and the film have in common, and which genres are liked", () => {
  const because = [{ ...heat, through: "Crime" }, alien];
  assert.deepEqual(listLines("pagerank", [{ ...film, because }]).slice(1), [
    "      because you rated Heat (1995) 5 → Crime and Alien (1979) 4",
  ]);
  assert.deepEqual(
    listLines("pagerank", [{ ...film, likedGenres: ["Crime", "Drama", "War", "Western"] }], "user 7").slice(1),
    ["      because user 7 likes Crime, Drama, War"],
  );
});

it("parts of a score name ratings and genres", () => {
  const parts = [
    { kind: "rating" as const, ...heat, through: "12 people" },
    { kind: "genre" as const, genre: "Crime", value: 0.5 },
  ];
  assert.deepEqual(listLines("pagerank", [{ ...film, parts }]).slice(1), [
    "          1.0000  you rated Heat (1995) 5 → 12 people",
    "          0.5000  you like Crime",
    "          1.5000  score",
  ]);
});

it("a film without a title goes by its id, if that is in words", () => {
  const lines = (id: string | number) => listLines("ease", [{ ...film, id, title: "", source: "ease" }]);
  assert.deepEqual([lines("Dota 2"), lines(7)], [[" 1  Dota 2"], [" 1  (no title)  [7]"]]);
});
