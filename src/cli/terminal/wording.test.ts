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
  confidence: { level: "likely", probability: 0.8 } as const,
  source: "pagerank",
};
const ratings = { feedback: "ratings" } as const;
const heat = { id: 6, title: "Heat (1995)", rating: 5, value: 1 };
const alien = { id: 1214, title: "Alien (1979)", rating: 4, value: 0.5 };

it("reasons say what a rating and the film have in common, and which genres are liked", () => {
  const because = [{ ...heat, through: "Crime" }, alien];
  assert.deepEqual(listLines("pagerank", [{ ...film, because }], ratings).slice(1), [
    "      because you rated Heat (1995) 5 → Crime and Alien (1979) 4",
  ]);
  assert.deepEqual(
    listLines("pagerank", [{ ...film, likedGenres: ["Crime", "Drama", "War", "Western"] }], {
      ...ratings,
      who: "user 7",
    }).slice(1),
    ["      because user 7 likes Crime, Drama, War"],
  );
});

it("parts of a score name ratings and genres", () => {
  const parts = [
    { kind: "rating" as const, ...heat, through: "12 people" },
    { kind: "genre" as const, genre: "Crime", value: 0.5 },
  ];
  assert.deepEqual(listLines("pagerank", [{ ...film, parts }], ratings).slice(1), [
    "          1.0000  you rated Heat (1995) 5 → 12 people",
    "          0.5000  you like Crime",
    "          1.5000  score",
  ]);
});

it("a film without a title goes by its id, if that is in words", () => {
  const lines = (id: string | number) => listLines("ease", [{ ...film, id, title: "", source: "ease" }], ratings);
  assert.deepEqual(
    [lines("Dota 2"), lines(7)],
    [[" 1  Dota 2  likely  Crime"], [" 1  (no title)  likely  [7]  Crime"]],
  );
});

it("the reasons of events are films, not ratings", () => {
  const events = { feedback: "events" } as const;
  const parts = [{ kind: "rating" as const, ...heat }];
  assert.deepEqual(listLines("pagerank", [{ ...film, because: [heat, alien] }], events), [
    " 1  Fargo (1996)  likely  [608]  Crime",
    "      because of Heat (1995) and Alien (1979)",
  ]);
  assert.equal(listLines("pagerank", [{ ...film, parts }], events)[1], "          1.0000  Heat (1995)");
});

it("where most of a list is guesses, it says what would help", () => {
  const guess = { ...film, predicted: 5, confidence: { level: "guess", probability: 0.4 } as const };
  assert.deepEqual(listLines("pagerank", [guess, film, guess], ratings), [
    " 1  Fargo (1996)  5.0 stars  guess  [608]  Crime",
    " 2  Fargo (1996)  likely  [608]  Crime",
    " 3  Fargo (1996)  5.0 stars  guess  [608]  Crime",
    "Mostly guesses: a few more films that you like, well-known ones above all, would help.",
  ]);
  assert.equal(listLines("pagerank", [guess, film], ratings).length, 2);
  const alike = listLines("pagerank", [guess], { ...ratings, who: "user 7" }).at(-1);
  assert.equal(alike, "Mostly guesses: a few more films that user 7 likes, well-known ones above all, would help.");
  assert.equal(listLines("bias", [guess], ratings).at(-1), "Guesses: bias lists the same films for everybody.");
});
