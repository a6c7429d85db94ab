/** Lists over the five folds of MovieLens 100K, pooled: every user's differences of all folds count as one. */
import assert from "node:assert/strict";
import { it } from "node:test";
import { createEngine } from "../../src/compute/pool.ts";
import { readRatings } from "../../src/data/read.ts";
import { contender } from "../../src/evaluate/contender.ts";
import { evaluate } from "../../src/evaluate/evaluate.ts";
import { configure } from "../../src/models/configure.ts";
import { splitRatings, splits } from "../../src/split/splits.ts";
import { dataFolder, needsData } from "../helpers/data.ts";

it("ease with dropout and genres makes better lists than ease, by all five folds", needsData("ml-100k"), async () => {
  using engine = await createEngine();
  const whole = await readRatings(dataFolder("ml-100k"));
  const contenders = [
    contender(configure("ease"), "ease"),
    // P@5 and NDCG@10 are those that numpy gives for the same formula
    contender(configure("ease", { dropout: 0.5, neutral: 0.06 }), "with dropout"),
    contender(configure("ease", { dropout: 0.5, neutral: 0.0625, features: "genres" }), "with dropout and genres"),
  ];
  const metrics = ["precision@5", "ndcg@10"];
  const folds = splitRatings(whole, splits.movieLens("u1-u5"));
  const { evaluation } = await evaluate(whole, contenders, folds, { metrics, engine, view: "model" });
  assert.deepEqual(
    evaluation.models.map((model) => metrics.map((name) => model.metrics[name].mean.toFixed(4))),
    [
      ["0.3672", "0.4094"],
      ["0.3702", "0.4119"],
      ["0.3722", "0.4145"],
    ],
  );
  // of 943 people, one likes nothing; the others are one each, though most are held out in several folds
  assert.equal(evaluation.models[0].metrics["ndcg@10"].n, 942);
  for (const { name, p } of evaluation.versus!) if (name === "ease") assert.ok(p < 0.01, `${p}`);
});
