import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { emptyCatalog, labelsFrom } from "../data/catalog.ts";
import { catalogDocuments, genreVectors } from "./catalog-vectors.ts";
import { fitTfidf, type Tfidf, tfidfWeights } from "./tfidf.ts";

const documents = labelsFrom([["space opera", "space"], ["the opera"], ["of"], ["space", "Sci-Fi", "sci-fi"]]);

/** Each document's terms and numbers of them. */
function counted({ terms, counts: { offsets, indices, values } }: Tfidf): Record<string, number>[] {
  return Array.from(offsets.subarray(1), (end, row) => {
    const entries = Array.from({ length: end - offsets[row] }, (_, n) => offsets[row] + n);
    return Object.fromEntries(entries.map((n) => [terms[indices[n]], values[n]]));
  });
}

describe("tf-idf", () => {
  it("counts terms over all that a document carries, without stop words", () => {
    const all = fitTfidf(documents);
    assert.deepEqual(all.terms, ["fi", "opera", "sci", "space"]);
    assert.deepEqual(counted(all), [{ opera: 1, space: 2 }, { opera: 1 }, {}, { fi: 2, sci: 2, space: 1 }]);
  });

  it("weighs them by hand", () => {
    const all = fitTfidf(documents);
    const [two, one] = [Math.log(5 / 3) + 1, Math.log(5 / 2) + 1];
    assert.deepEqual([...all.idf], [one, two, one, two]);
    const [first, second] = [Math.sqrt(5) * two, Math.sqrt(8 * one * one + two * two)];
    const expected = [two / first, (2 * two) / first, 1, (2 * one) / second, (2 * one) / second, two / second];
    for (const [n, weight] of tfidfWeights(all).entries()) assert.ok(Math.abs(weight - expected[n]) < 1e-15);
  });

  it("keeps the most frequent terms, of equally frequent ones the first", () => {
    assert.deepEqual(fitTfidf(documents, 1).terms, ["space"]);
    assert.deepEqual(fitTfidf(documents, 2).terms, ["fi", "space"]);
    assert.deepEqual(counted(fitTfidf(documents, 2)), [{ space: 2 }, {}, {}, { fi: 2, space: 1 }]);
    assert.deepEqual(fitTfidf(documents, 3).terms, ["fi", "opera", "space"]);
    assert.deepEqual(fitTfidf(documents, 4).terms, fitTfidf(documents).terms);
  });

  it("leaves out texts that no document carries", () => {
    const { offsets, indices } = labelsFrom([["heat"], ["heat"]], ["unused", "heat"]);
    assert.deepEqual(fitTfidf({ names: ["unused", "heat"], offsets, indices }).terms, ["heat"]);
  });

  it("takes no documents, and none with words", () => {
    assert.deepEqual(fitTfidf(labelsFrom([])).terms, []);
    assert.deepEqual(tfidfWeights(fitTfidf(labelsFrom([[], ["a"]]))), new Float64Array(0));
  });
});

describe("what a catalog says", () => {
  const catalog = {
    ...emptyCatalog(3),
    titles: ["Heat (1995)", "", "Emma"],
    genres: labelsFrom([["Crime", "Action"], [], ["Romance"]], ["Action", "Crime", "Romance"]),
    tags: labelsFrom([["cops", "cops"], ["slow"], []]),
  };

  it("is title, genres, and tags as often as given", () => {
    assert.deepEqual(counted(fitTfidf(catalogDocuments(catalog))), [
      { "1995": 1, action: 1, cops: 2, crime: 1, heat: 1 },
      { slow: 1 },
      { emma: 1, romance: 1 },
    ]);
  });

  it("is genres, as rows of length 1", () => {
    const { offsets, indices, values, columns } = genreVectors(catalog);
    const half = Math.fround(Math.SQRT1_2);
    assert.deepEqual([columns, [...offsets], [...indices], [...values]], [3, [0, 2, 2, 3], [0, 1, 2], [half, half, 1]]);
  });
});
