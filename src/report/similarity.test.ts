import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { toyDataset } from "../../test/helpers/toy.ts";
import { modelSimilarities, ratingSimilarities } from "./similarity.ts";

describe("the similarity of some films", () => {
  it("is the model's, except of a film to itself, and unknown where the model finds none", () => {
    const similarItems = (item: number, out: Float64Array) => {
      for (let other = 0; other < out.length; other++) out[other] = Math.abs(item - other) > 1 ? -Infinity : 0.5;
    };
    const found = modelSimilarities(similarItems, [2, 1, 4], 5);
    assert.deepEqual(Array.from(found), [1, 0.5, NaN, 0.5, 1, NaN, NaN, NaN, 1]);
  });

  it("is the cosine of the ratings, unrated as zero", () => {
    const { byItem } = toyDataset(3, 3, [
      [0, 0, 3],
      [1, 0, 4],
      [1, 1, 5],
      [2, 2, 2],
    ]);
    assert.deepEqual(Array.from(ratingSimilarities(byItem, [1, 0, 2])), [1, 0.8, 0, 0.8, 1, 0, 0, 0, 1]);
  });
});
