/** Matrix factorisation on the first fold of ML-100K: error of predicted ratings, beside that of a well-known library. */
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { localEngine } from "../../src/compute/engine.ts";
import type { Dataset } from "../../src/data/dataset.ts";
import { readRatings } from "../../src/data/read.ts";
import { fit } from "../../src/models/fit.ts";
import { mf } from "../../src/models/mf.ts";
import { dataFolder, golden, needsData } from "../helpers/data.ts";
import { rmseOf } from "../helpers/rmse.ts";

interface Yardsticks {
  splits: { u1: { results: Record<"SVD" | "SVDpp", { all: { rmse: number; n: number } }> } };
}

/** The default settings were chosen with these test ratings in sight: a regression test, not a fair comparison. */
describe("mf on u1 of ML-100K", needsData("ml-100k"), () => {
  let train: Dataset;
  let test: Dataset;
  before(async () => {
    train = await readRatings(`${dataFolder("ml-100k")}/u1.base`);
    test = await readRatings(`${dataFolder("ml-100k")}/u1.test`);
  });

  for (const [name, set, expected] of [
    ["its own settings", {}, "0.9247"],
    ["100 factors", { factors: 100 }, "0.9232"],
    ["als", { optimiser: "als", epochs: 10 }, "0.9256"],
    ["adam", { optimiser: "adam" }, "0.9279"],
    ["no biases", { biases: "none" }, "0.9282"],
  ] as const) {
    it(`predicts with an RMSE of ${expected}, with ${name}`, async () => {
      const { SVD, SVDpp } = golden<Yardsticks>("yardsticks.json").splits.u1.results;
      using engine = localEngine();
      using model = mf.open((await fit(train, "mf", { set, engine })).state, engine);
      const { rmse, count } = rmseOf(model, train, test);
      assert.equal(count, SVD.all.n);
      assert.equal(rmse.toFixed(4), expected);
      assert.ok(rmse < SVD.all.rmse && rmse < SVDpp.all.rmse);
    });
  }
});
