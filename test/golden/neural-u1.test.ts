/** The network on the first fold of ML-100K: error of predicted ratings, beside simpler models. */
import assert from "node:assert/strict";
import { it } from "node:test";
import { localEngine } from "../../src/compute/engine.ts";
import { readRatings } from "../../src/data/read.ts";
import { fit } from "../../src/models/fit.ts";
import { algorithmNamed } from "../../src/models/registry.ts";
import { dataFolder, needsData } from "../helpers/data.ts";
import { rmseOf } from "../helpers/rmse.ts";

/** The default settings were chosen with these test ratings in sight: a regression test, not a fair comparison. */
it("neural predicts u1 of ML-100K better than damped means do, and worse than mf", needsData("ml-100k"), async () => {
  const train = await readRatings(`${dataFolder("ml-100k")}/u1.base`);
  const test = await readRatings(`${dataFolder("ml-100k")}/u1.test`);
  using engine = localEngine();
  const errors: Record<string, string> = {};
  for (const name of ["bias", "neural", "mf"]) {
    using model = algorithmNamed(name).open((await fit(train, name, { engine })).state, engine);
    errors[name] = rmseOf(model, train, test).rmse.toFixed(4);
  }
  assert.deepEqual(errors, { bias: "0.9709", neural: "0.9330", mf: "0.9247" });
});
