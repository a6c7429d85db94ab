import assert from "node:assert/strict";
import { test } from "node:test";
import { tasteOf } from "./taste-of.ts";

const rated = (year: number, rating: number, ...genres: readonly string[]) => ({
  film: { id: year, title: `Film (${year})`, year, genres, ratings: 1 },
  rating,
});

test("a taste is the genres rated most often, each with its mean, and the decades in their order", () => {
  const taste = tasteOf([
    rated(1999, 5, "Crime", "Drama"),
    rated(1954, 4, "Drama"),
    rated(1990, 3, "Comedy"),
    rated(0, 2, "(no genres listed)"),
  ]);
  assert.equal(taste.mean, 3.5);
  assert.deepEqual(taste.genres, [
    { name: "Drama", count: 2, mean: 4.5 },
    { name: "Crime", count: 1, mean: 5 },
    { name: "Comedy", count: 1, mean: 3 },
  ]);
  assert.deepEqual(taste.decades, [
    { name: "1950s", count: 1, mean: 4 },
    { name: "1990s", count: 2, mean: 4 },
  ]);
});
