/** The item neighbours of the second study, on all ratings of ml-latest-small. */

import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { localEngine } from "../../src/compute/engine.ts";
import { prepareNeighbours } from "../../src/compute/neighbours.ts";
import type { Dataset } from "../../src/data/dataset.ts";
import { readRatings } from "../../src/data/read.ts";
import { rowsAt } from "../../src/matrix/csr.ts";
import { configure } from "../../src/models/configure.ts";
import { fit } from "../../src/models/fit.ts";
import { type OpenModel, openModel } from "../../src/recommend/open-model.ts";
import { similar } from "../../src/recommend/similar.ts";
import { dataFolder, golden, needsData } from "../helpers/data.ts";

interface Golden {
  movies: number;
  users: number;
  k: number;
  entries: {
    movieId: number;
    ratings: number;
    neighbours: number[];
    similarities: number[];
    ties: number[][];
    borderTies: number[];
    borderTieCount: number;
  }[];
  rowExample: { movieId: number; distances: number[]; movieIds: number[] };
  pairs: [number, number, number][];
}
const tolerance = 1e-9;

describe("item-knn gives the study's neighbours", needsData("ml-latest-small"), () => {
  let data: Dataset;
  let recommender: OpenModel;
  let expected: Golden;
  before(async () => {
    expected = golden("itemcf/neighbours.json");
    data = await readRatings(dataFolder("ml-latest-small"));
    recommender = openModel(await fit(data, configure("item-knn", { k: 10 })));
  });

  it("on the same data", () => {
    assert.equal(data.users.size, expected.users);
    assert.equal(data.counts.filter((count) => count > 0).length, expected.movies);
  });

  it("for all 203 films: similarities in place, ids outside ties", () => {
    assert.equal(expected.entries.length, 203);
    for (const entry of expected.entries) {
      const item = data.items.index(entry.movieId);
      assert.equal(data.counts[item], entry.ratings);
      const list = similar(recommender, item, expected.k);
      assert.equal(list.length, entry.neighbours.length);
      list.forEach(({ id, score }, n) => {
        assert.ok(Math.abs(score - entry.similarities[n]) <= tolerance, `${entry.movieId}: ${score} at ${n}`);
        const alike = entry.similarities.filter((value) => Math.abs(value - entry.similarities[n]) <= tolerance).length;
        const atBorder =
          Math.abs(entry.similarities.at(-1)! - entry.similarities[n]) <= tolerance && entry.borderTieCount > 0;
        if (alike === 1 && !atBorder) assert.equal(id, entry.neighbours[n], `${entry.movieId}: place ${n}`);
        else if (!atBorder) assert.ok(entry.neighbours.includes(id as number), `${entry.movieId}: ${id} in a tie`);
        else if (entry.borderTies.length > 0) {
          assert.ok(
            [...entry.neighbours, ...entry.borderTies].includes(id as number),
            `${entry.movieId}: ${id} at the border`,
          );
        }
      });
    }
  });

  it("for the published films exactly", () => {
    for (const movieId of [260, 1407, 4993]) {
      const entry = expected.entries.find((candidate) => candidate.movieId === movieId)!;
      const list = similar(recommender, data.items.index(movieId), 10);
      assert.deepEqual(
        list.map(({ id }) => id),
        entry.neighbours,
      );
    }
  });

  it("and the cosine of any pair, and of the study's row example", async () => {
    const { byItem } = data;
    using prepared = prepareNeighbours(localEngine(), byItem, { similarity: "cosine", shrinkage: 0 });
    const cosine = async (a: number, b: number) => {
      const row = rowsAt(byItem, Int32Array.of(data.items.index(a)));
      const { indices, similarities } = await prepared.neighboursOf(row, byItem.rows);
      return similarities[indices.indexOf(data.items.index(b))] ?? 0;
    };
    assert.equal(expected.pairs.length, 60);
    for (const [a, b, value] of expected.pairs)
      assert.ok(Math.abs((await cosine(a, b)) - value) <= tolerance, `${a}, ${b}`);
    const { movieId, movieIds, distances } = expected.rowExample;
    for (const [n, other] of movieIds.entries()) {
      assert.ok(Math.abs(1 - (await cosine(movieId, other)) - distances[n]) <= tolerance);
    }
  });
});
