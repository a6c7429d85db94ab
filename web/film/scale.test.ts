import assert from "node:assert/strict";
import { test } from "node:test";
import { formatRating, isOnScale, ratingsOn, reachOf, starCount, starsLabel } from "./scale.ts";

const halfStars = { min: 0.5, max: 5, step: 0.5 };
const wholeStars = { min: 1, max: 5, step: 1 };

test("a scale lists its ratings", () => {
  assert.deepEqual(ratingsOn(halfStars), [0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5]);
  assert.deepEqual(ratingsOn(wholeStars), [1, 2, 3, 4, 5]);
  assert.deepEqual(ratingsOn({ min: 0.1, max: 0.4, step: 0.1 }), [0.1, 0.2, 0.3, 0.4]);
  assert.deepEqual(ratingsOn({ min: 0, max: 1, step: 0 }), [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]);
});

test("a rating between the steps or outside is not on the scale", () => {
  assert.equal(isOnScale(4.5, halfStars), true);
  assert.equal(isOnScale(4.5, wholeStars), false);
  assert.equal(isOnScale(5.5, halfStars), false);
  assert.equal(isOnScale(Number.NaN, halfStars), false);
});

test("ratings are written shortly and read well", () => {
  assert.equal(formatRating(4.3333), "4.3");
  assert.equal(formatRating(5), "5");
  assert.equal(starsLabel(1), "1 star");
  assert.equal(starsLabel(0.5), "0.5 stars");
});

test("the highest rating decides how many stars are drawn", () => {
  assert.equal(starCount(halfStars), 5);
  assert.equal(starCount({ min: 1, max: 10, step: 1 }), 10);
});

test("a rating reaches to the end of its stars, and the highest to the end of the row", () => {
  assert.deepEqual(
    ratingsOn(halfStars).map((rating) => reachOf(rating, halfStars)),
    [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1],
  );
  assert.deepEqual(
    ratingsOn({ min: 1, max: 5, step: 0.5 })
      .map((rating) => reachOf(rating, halfStars))
      .slice(0, 3),
    [0.2, 0.3, 0.4],
  );
  assert.deepEqual(
    ratingsOn(wholeStars).map((rating) => reachOf(rating, wholeStars)),
    [0.2, 0.4, 0.6, 0.8, 1],
  );
});

test("ratings of a scale down to 0 or below share the row", () => {
  const scale = { min: -1, max: 2, step: 1 };
  assert.deepEqual(
    ratingsOn(scale).map((rating) => reachOf(rating, scale)),
    [0.25, 0.5, 0.75, 1],
  );
});
