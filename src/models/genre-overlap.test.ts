import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { dataFolder, needsData } from "../../test/helpers/data.ts";
import { filmDataset } from "../../test/helpers/films.ts";
import { near } from "../../test/helpers/numbers.ts";
import { localEngine } from "../compute/engine.ts";
import { shapeOf } from "../data/dataset.ts";
import { readRatings } from "../data/read.ts";
import { configure } from "./configure.ts";
import { fit } from "./fit.ts";
import { genreOverlapAlgorithm } from "./genre-overlap.ts";
import type { Profile, State } from "./model.ts";
import { tasteGraphAlgorithm } from "./taste-graph.ts";

function scoresOf(model: ReturnType<typeof genreOverlapAlgorithm.open>, profile: Profile): number[] {
  const scores = new Float32Array(model.items);
  model.ask({ profile }).score(scores);
  return [...scores];
}

describe("genre-overlap", () => {
  it("counts liked genres, and orders by numbers of ratings among equals", async () => {
    const model = genreOverlapAlgorithm.open(
      (await fit(filmDataset(), configure("genre-overlap"))).state,
      localEngine(),
    );
    // Numbers of ratings 4 2 3 2 2 1 2 0; likes Sci-Fi and Action, and Romance and Comedy, but not Crime and Drama.
    const profile = { items: Int32Array.of(0, 2, 5), values: Float32Array.of(3.5, 4, 5) };
    const expected = [0.8, 0.4, 2.6, 2.4, 1.4, 2.2, 1.4, 0].map(Math.fround);
    assert.deepEqual(scoresOf(model, profile), expected);
    assert.deepEqual(model.ask({ profile }).explain!(4).parts, [
      { kind: "genre", genre: 4, value: 1 },
      { kind: "number of ratings", value: 0.4 },
    ]);
    const nothing = { items: Int32Array.of(0), values: Float32Array.of(3.5) };
    assert.deepEqual(scoresOf(model, nothing), [0.8, 0.4, 0.6, 0.4, 0.4, 0.2, 0.4, 0].map(Math.fround));
    const lower = genreOverlapAlgorithm.open(
      (await fit(filmDataset(), configure("genre-overlap", { liked: 0.6 }))).state,
      localEngine(),
    );
    assert.equal(scoresOf(lower, nothing)[0], Math.fround(2.8));
  });

  it("keeps its order in single precision, up to 31 genres and 2¹⁹ − 1 ratings of a film", () => {
    const films = 4;
    const genres = 31;
    const most = 2 ** 19 - 1;
    // Films of 30, 30, 31 and 31 liked genres, of which the first of each pair is rated once less.
    const lengths = [30, 30, 31, 31];
    const offsets = Int32Array.from([0, 30, 60, 91, 122]);
    const nodes = Int32Array.from(lengths.flatMap((length) => Array.from({ length }, (_, genre) => genre)));
    const state: State = {
      algorithm: "genre-overlap",
      facts: { likedFrom: 4 },
      tensors: {
        genreOffsets: { shape: [films + 1], data: offsets },
        genreNodes: { shape: [nodes.length], data: nodes },
        genreWeights: { shape: [nodes.length], data: new Float32Array(nodes.length).fill(1) },
        counts: { shape: [films], data: Int32Array.of(most - 1, most, 0, 1) },
      },
    };
    const model = genreOverlapAlgorithm.open(state, localEngine());
    const scores = scoresOf(model, { items: Int32Array.of(3), values: Float32Array.of(5) });
    assert.equal(genres, lengths[3]);
    for (let n = 1; n < films; n++) assert.ok(scores[n] > scores[n - 1], `${scores}`);
  });

  it("estimates its memory within 15 %, as taste-graph does", needsData("ml-100k", "ml-latest-small"), async () => {
    for (const name of ["ml-100k", "ml-latest-small"]) {
      const data = await readRatings(dataFolder(name));
      for (const algorithm of [genreOverlapAlgorithm, tasteGraphAlgorithm]) {
        const { state, record } = await fit(data, configure(algorithm.name));
        const tensors = Object.values(state.tensors).reduce((sum, tensor) => sum + tensor.data.byteLength, 0);
        const turned = state.tensors.genreNodes.data.byteLength * 2;
        near(algorithm.estimate(shapeOf(data), record.config as never).bytes / (tensors + turned), 1, 0.15);
      }
    }
  });
});

describe("taste-graph", () => {
  it("adds up how often genres occur in what somebody rated highest", async () => {
    const model = tasteGraphAlgorithm.open((await fit(filmDataset(), configure("taste-graph"))).state, localEngine());
    // Highest: Crime and Drama, Crime; the 4.5 for Sci-Fi and Action is liked, but not as high as any.
    const profile = { items: Int32Array.of(0, 1, 2), values: Float32Array.of(5, 5, 4.5) };
    const none = -Infinity;
    const expected = [3.004, 2.002, none, none, none, none, none, 1].map(Math.fround);
    assert.deepEqual(scoresOf(model, profile), expected);
    assert.deepEqual(model.ask({ profile }).explain!(0).parts, [
      { kind: "genre", genre: 0, value: 2 },
      { kind: "genre", genre: 1, value: 1 },
      { kind: "number of ratings", value: 0.004 },
    ]);
    const low = { items: Int32Array.of(0), values: Float32Array.of(3.5) };
    assert.deepEqual(scoresOf(model, low), new Array(8).fill(none));
  });
});
