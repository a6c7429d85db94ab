/** Terms and content neighbours of the hybrid study: the thousand most rated films of ml-latest-small. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, describe, it } from "node:test";
import { catalogDocuments } from "../../src/content/catalog-vectors.ts";
import { englishStopWords } from "../../src/content/stop-words.ts";
import { fitTfidf, type Tfidf, tfidfWeights } from "../../src/content/tfidf.ts";
import type { Dataset } from "../../src/data/dataset.ts";
import { topK } from "../../src/matrix/topk.ts";
import { configure } from "../../src/models/configure.ts";
import { fit } from "../../src/models/fit.ts";
import { type OpenModel, openModel } from "../../src/recommend/open-model.ts";
import { dataFolder, golden, needsData } from "../helpers/data.ts";
import { top1000Half } from "../helpers/top-1000-films.ts";

interface Row {
  movieId: number;
  indices: number[];
  values: number[];
}
interface Golden {
  documents: number;
  vocabulary: string[];
  idf: number[];
  nonZeros: number;
  starWars: Row[];
  rows: Row[];
  starWarsTopTerms: { movieId: number; terms: string[]; weights: number[]; borderTie: boolean; ties: number[][] }[];
  limited: {
    maxFeatures: number;
    vocabulary: string[];
    idf: number[];
    nonZeros: number;
    rows: Row[];
  };
}
interface Neighbours {
  k: number;
  entries: { movieId: number; neighbours: number[]; similarities: number[]; ties: number[][] }[];
}

const tolerance = 1e-8;

describe("tf-idf gives the study's terms and neighbours", needsData("ml-latest-small"), () => {
  let data: Dataset;
  let expected: Golden;
  let recommender: OpenModel;
  before(async () => {
    expected = golden("tfidf/tfidf.json");
    data = await top1000Half();
    recommender = openModel(await fit(data, configure("tfidf")));
  });

  it("leaves out the same stop words", () => {
    assert.deepEqual(
      [...englishStopWords].join("\n"),
      readFileSync(dataFolder("../golden/tfidf/english-stop-words.txt"), "utf8").trim(),
    );
  });

  it("has the terms, their idf and the films' rows", () => {
    const all = fitTfidf(catalogDocuments(data.catalog));
    assert.equal(all.counts.rows, expected.documents);
    checkTerms(all, expected);
    checkRows(all, [...expected.rows, ...expected.starWars]);
  });

  it("has them of the most frequent terms alone", () => {
    const limited = fitTfidf(catalogDocuments(data.catalog), expected.limited.maxFeatures);
    checkTerms(limited, expected.limited);
    checkRows(limited, expected.limited.rows);
  });

  it("names the terms that mark the Star Wars films", () => {
    for (const { movieId, terms, weights } of expected.starWarsTopTerms) {
      const top = recommender.model.topTerms!(data.items.index(movieId), terms.length);
      assert.deepEqual(
        top.map(({ term }) => term),
        terms,
      );
      for (const [n, { weight }] of top.entries()) near(weight, weights[n], `${movieId}, ${terms[n]}`);
    }
  });

  it("names the films of like content", () => {
    const { k, entries } = golden<Neighbours>("tfidf/content-neighbours.json");
    const out = new Float64Array(data.items.size);
    for (const { movieId, similarities } of entries) {
      recommender.model.similarItems!(data.items.index(movieId), out);
      const list = topK(out, k);
      for (const [n, similarity] of similarities.entries()) near(out[list[n]], similarity, `${movieId}, place ${n}`);
    }
  });

  function checkTerms(
    { terms, idf, counts }: Tfidf,
    { vocabulary, idf: expectedIdf, nonZeros }: Pick<Golden, "vocabulary" | "idf" | "nonZeros">,
  ) {
    assert.deepEqual(terms, vocabulary);
    assert.equal(counts.indices.length, nonZeros);
    for (const [n, value] of expectedIdf.entries()) near(idf[n], value, `idf of ${vocabulary[n]}`);
  }

  function checkRows(terms: Tfidf, rows: readonly Row[]) {
    const weights = tfidfWeights(terms);
    const { offsets, indices } = terms.counts;
    for (const { movieId, indices: columns, values } of rows) {
      const film = data.items.index(movieId);
      assert.deepEqual([...indices.subarray(offsets[film], offsets[film + 1])], columns);
      for (const [n, value] of values.entries()) near(weights[offsets[film] + n], value, `${movieId}, entry ${n}`);
    }
  }
});

function near(actual: number, expected: number, what: string): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${what}: ${actual}, expected ${expected}`);
}
