import assert from "node:assert/strict";
import { test } from "node:test";
import type { Recommendation } from "../../src/client.ts";
import { guessWords, isMostlyGuesses, joint, reasonOf } from "./reason.ts";

const heat = { id: 6, title: "Heat (1995)", rating: 4.5, value: 0.4 };
const fargo = { id: 608, title: "Fargo (1996)", rating: 5, value: 0.3 };
const matrix = { id: 2571, title: "Matrix, The (1999)", rating: 4, value: 0.2 };
const alien = { id: 1214, title: "Alien (1979)", rating: 4, value: 0.1 };

const plain = { source: "ease", confidence: { level: "likely", probability: 0.8 } } as const;

/** A reason as it is read. A title and its rating are never torn apart at the end of a line. */
function spoken(film: Partial<Recommendation>, feedback: "ratings" | "events" = "ratings") {
  const { lead, films } = reasonOf({ ...plain, ...film }, feedback);
  const named = films.map(({ text }, n) => joint(n, films.length) + text).join("");
  return `${lead}${named && ` ${named}`}`.replaceAll("\u00a0", " ");
}

test("a reason names the films that spoke for it, three at most", () => {
  assert.equal(spoken({ because: [heat] }), "Because you rated Heat 4.5");
  assert.equal(spoken({ because: [heat, fargo] }), "Because you rated Heat 4.5 and Fargo 5");
  assert.equal(
    spoken({ because: [heat, fargo, matrix, alien] }),
    "Because you rated Heat 4.5, Fargo 5 and The Matrix 4",
  );
});

test("a reason says what the path from a film leads through", () => {
  assert.equal(
    spoken({ because: [{ ...heat, through: "Crime" }, fargo] }),
    "Because you rated Heat 4.5 → Crime and Fargo 5",
  );
});

test("the reasons of events are films, not ratings", () => {
  assert.equal(spoken({ because: [{ ...heat, rating: 127 }, fargo] }, "events"), "Because of Heat and Fargo");
});

test("similar users are counted, with the mean of their ratings", () => {
  assert.equal(
    spoken({ neighbours: { count: 3, meanRating: 4.52 } }),
    "3 people with your taste gave it 4.5 on average",
  );
  assert.equal(spoken({ neighbours: { count: 1, meanRating: 5 } }), "Somebody with your taste gave it 5");
});

test("liked genres are named, three at most", () => {
  assert.equal(spoken({ likedGenres: ["Crime", "Drama", "War", "Western"] }), "Because you like Crime, Drama and War");
});

test("where nothing is known to speak for a film, that is what is said", () => {
  assert.equal(spoken({ because: [] }), "Fits your ratings");
  assert.equal(
    spoken({ confidence: { level: "guess", probability: 0.4 } }),
    "Nothing that you liked speaks for it yet",
  );
  assert.equal(spoken({ source: "popular" }), "Popular with many people, not picked by your ratings");
});

test("a guess says what would help: more films you like, where the film itself is known", () => {
  assert.equal(guessWords({ ratings: 100 }, 1), "A guess: rate two more films you like");
  assert.equal(guessWords({ ratings: 100 }, 30), "A guess");
  assert.equal(guessWords({ ratings: 3 }, 1), "A guess: few people have rated it");
});

test("more than half of a list makes it mostly guesses", () => {
  const listed = (level: Recommendation["confidence"]["level"]) =>
    ({ confidence: { level, probability: 0.5 } }) as Recommendation;
  assert.equal(isMostlyGuesses([listed("guess"), listed("likely")]), false);
  assert.equal(isMostlyGuesses([listed("guess"), listed("guess"), listed("possible")]), true);
});
