/** What models err that predict ratings, alone and together, on MovieLens 100K, first fold. */
import assert from "node:assert/strict";
import { it } from "node:test";
import { readRatings } from "../../src/data/read.ts";
import { compare } from "../../src/evaluate/compare.ts";
import { contender } from "../../src/evaluate/contender.ts";
import { configure } from "../../src/models/configure.ts";
import { splits } from "../../src/split/splits.ts";
import { dataFolder, needsData } from "../helpers/data.ts";

it("svdpp errs less than mf, and stacking less than each of its models", needsData("ml-100k"), async () => {
  const specs = {
    mf: configure("mf"),
    svdpp: configure("svdpp"),
    "item-knn": configure("item-knn", { prediction: "baseline", k: 100 }),
    stacking: configure("stacking", {
      models: "mf,svdpp,item-knn",
      settings: "item-knn.prediction=baseline,item-knn.k=100",
    }),
  };
  const contenders = Object.entries(specs).map(([name, spec]) => contender(spec, name));
  const data = await readRatings(dataFolder("ml-100k"));
  const { evaluation } = await compare(data, contenders, splits.movieLens("u1"), { metrics: ["rmse"] });
  const errors = Object.fromEntries(evaluation.models.map(({ name, metrics }) => [name, metrics.rmse.mean]));
  const { stacking, ...parts } = errors;
  assert.ok(parts.svdpp < parts.mf && Object.values(parts).every((error) => stacking < error), JSON.stringify(errors));
  assert.deepEqual(
    Object.values(errors).map((error) => error.toFixed(3)),
    ["0.924", "0.920", "0.942", "0.910"],
  );
});
