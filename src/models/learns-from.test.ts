/** What each algorithm declares to learn from is what makes a difference to it. */

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { letterEmbedder as embedder } from "../../test/helpers/embedder.ts";
import { filmDataset } from "../../test/helpers/films.ts";
import { localEngine } from "../compute/engine.ts";
import { emptyCatalog } from "../data/catalog.ts";
import { type Dataset, datasetFromCsr } from "../data/dataset.ts";
import { entriesWhere } from "../matrix/csr.ts";
import { configure } from "./configure.ts";
import { fit } from "./fit.ts";
import { algorithms } from "./registry.ts";

const films = filmDataset();
const settings: Record<string, Record<string, unknown>> = {
  hybrid: { models: "item-knn,tfidf", weights: "equal" },
  als: { factors: 8 },
  "bayesian-mf": { factors: 5, samples: 8, burnIn: 4, kept: 4 },
  sequence: { minRatings: 1 },
  stacking: { models: "bias,item-knn", folds: 2 },
};

describe("an algorithm learns from what it declares", () => {
  for (const { name, learnsFrom } of algorithms) {
    it(`${name}: ${learnsFrom}`, async () => {
      const stateOf = async (data: Dataset) => {
        const engine = localEngine(2 ** 26);
        return (await fit(data, configure(name, settings[name] ?? {}), { embedder, engine })).state;
      };
      const whole = await stateOf(films);
      const changes = async (data: Dataset) => {
        try {
          assert.deepEqual(await stateOf(data), whole);
          return false;
        } catch {
          return true;
        }
      };
      const fewer = datasetFromCsr(
        films,
        entriesWhere(films.byUser, (entry) => entry % 3 > 0),
        films.report,
      );
      const bare = { ...films, catalog: emptyCatalog(films.items.size) };
      assert.deepEqual(
        { ratings: await changes(fewer), content: await changes(bare) },
        { ratings: learnsFrom !== "content", content: learnsFrom !== "ratings" },
      );
    });
  }
});
