import assert from "node:assert/strict";
import { test } from "node:test";
import type { Recommendation } from "../../src/client.ts";
import { genreSentence, isMostlyGuesses, neighbourSentence, reasonSentence } from "./reason.ts";

const heat = { id: 6, title: "Heat (1995)", rating: 4.5, value: 0.4 };
const fargo = { id: 608, title: "Fargo (1996)", rating: 5, value: 0.3 };
const matrix = { id: 2571, title: "Matrix, The (1999)", rating: 4, value: 0.2 };
const alien = { id: 1214, title: "Alien (1979)", rating: 4, value: 0.1 };

/** A title and its rating are never torn apart at the end of a line. */
function spoken(because: Parameters<typeof reasonSentence>[0]) {
  return reasonSentence(because, "ratings")?.replaceAll("\u00a0", " ");
}

test("a reason names the films that spoke for it, three at most", () => {
  assert.equal(spoken([heat]), "Because you rated Heat 4.5");
  assert.equal(spoken([heat, fargo]), "Because you rated Heat 4.5 and Fargo 5");
  assert.equal(spoken([heat, fargo, matrix, alien]), "Because you rated Heat 4.5, Fargo 5 and The Matrix 4");
});

test("a reason says what the path from a film leads through", () => {
  assert.equal(spoken([{ ...heat, through: "Crime" }, fargo]), "Because you rated Heat 4.5 → Crime and Fargo 5");
});

test("the reasons of events are films, not ratings", () => {
  assert.equal(reasonSentence([{ ...heat, rating: 127 }, fargo], "events"), "Because of Heat and Fargo");
});

test("more than half of a list makes it mostly guesses", () => {
  const listed = (level: Recommendation["confidence"]["level"]) =>
    ({ confidence: { level, probability: 0.5 } }) as Recommendation;
  assert.equal(isMostlyGuesses([listed("guess"), listed("likely")]), false);
  assert.equal(isMostlyGuesses([listed("guess"), listed("guess"), listed("possible")]), true);
});

test("where nothing spoke for a film there is no reason", () => {
  assert.equal(reasonSentence([], "ratings"), undefined);
  assert.equal(reasonSentence(undefined, "ratings"), undefined);
});

test("similar users are counted, with the mean of their ratings", () => {
  const sentence = (count: number, meanRating: number) => {
    return neighbourSentence({ count, meanRating })?.replaceAll("\u00a0", " ");
  };
  assert.equal(sentence(3, 4.52), "3 people with your taste gave it 4.5 on average");
  assert.equal(sentence(1, 5), "Somebody with your taste gave it 5");
  assert.equal(neighbourSentence(undefined), undefined);
});

test("liked genres are named, three at most", () => {
  assert.equal(genreSentence(["Crime", "Drama", "War", "Western"]), "Because you like Crime, Drama and War");
  assert.equal(genreSentence(undefined), undefined);
});
