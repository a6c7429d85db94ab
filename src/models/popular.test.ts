import assert from "node:assert/strict";
import { it } from "node:test";
import { filmDataset } from "../../test/helpers/films.ts";
import { localEngine } from "../compute/engine.ts";
import { configure } from "./configure.ts";
import { fit } from "./fit.ts";
import { popularAlgorithm } from "./popular.ts";

it("popular scores films by their numbers of ratings, 0 for one that nobody rated", async () => {
  const { state } = await fit(filmDataset(), configure("popular"));
  const scores = new Float32Array(8);
  popularAlgorithm
    .open(state, localEngine())
    .ask({ profile: { items: Int32Array.of(), values: Float32Array.of() } })
    .score(scores);
  assert.deepEqual([...scores], [4, 2, 3, 2, 2, 1, 2, 0]);
});
