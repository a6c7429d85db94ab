import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { artifactBytes } from "../../../test/helpers/artifact.ts";
import { randomDataset } from "../../../test/helpers/toy.ts";
import { localEngine } from "../../compute/engine.ts";
import { type Dataset, datasetFromCsr } from "../../data/dataset.ts";
import { syntheticRatings } from "../../data/synthetic/synthetic-ratings.ts";
import { openModel } from "../../recommend/open-model.ts";
import type { Split } from "../../split/split.ts";
import { splitRatings, splits } from "../../split/splits.ts";
import { configure } from "../configure.ts";
import { fit } from "../fit.ts";
import { type Model, predictionRules } from "../model.ts";
import { predictAll } from "../shared/answers.ts";
import { profileOf } from "../shared/profiles.ts";
import { nonNegativeSum } from "./non-negative.ts";
import { stackModels } from "./stacked-model.ts";

interface OutOfFold {
  sum: number;
  parts: Record<string, number>;
}

describe("a linear sum without weights below 0", () => {
  it("finds weights and a constant that fit exactly, however alike the columns are", () => {
    const first = Float32Array.of(1, 2, 3, 4, 5, 5);
    const second = first.map((value, n) => value + [0.1, 0, 0, -0.1, 0, 0.2][n]);
    const target = first.map((value, n) => 0.5 + 0.25 * value + 0.5 * second[n]);
    const { weights, constant } = nonNegativeSum([first, second], target);
    for (const [found, expected] of [
      [weights[0], 0.25],
      [weights[1], 0.5],
      [constant, 0.5],
    ]) {
      assert.ok(Math.abs(found - expected) < 1e-6, `${weights}, ${constant}`);
    }
  });

  it("gives a column that would count against weight 0, by hand", () => {
    // Without a bound: 1 and −1. With it, the first column alone: Σ x y / Σ x² about the means = 1.5 / 2.
    const { weights, constant } = nonNegativeSum(
      [Float32Array.of(1, 2, 3), Float32Array.of(0, 0.5, 0.5)],
      Float32Array.of(1, 1.5, 2.5),
    );
    assert.deepEqual([weights[0].toFixed(9), weights[1]], ["0.750000000", 0]);
    assert.ok(Math.abs(constant - (5 / 3 - 1.5)) < 1e-9);
  });

  it("is a mean about the target's where no column ever changes", () => {
    const { weights, constant } = nonNegativeSum([Float32Array.of(3, 3), Float32Array.of(1, 1)], Float32Array.of(2, 5));
    assert.deepEqual([[...weights], constant], [[0.5, 0.5], 1.5]);
  });
});

describe("a sum of models", () => {
  /** A model that always predicts the same, and says why. */
  const saying = (ratings: number[], rules: number[], unclipped = ratings): Model => ({
    items: ratings.length,
    ask: () => ({
      score: (out) => out.set(unclipped),
      predict(items, out, of) {
        out.set(Array.from(items, (item) => ratings[item]));
        of?.set(Array.from(items, (item) => rules[item]));
      },
      explain: (item) => ({
        parts: [
          { kind: "global mean", value: 1 },
          { kind: "rating", item: 7, rating: 4, value: unclipped[item] - 1 },
        ],
      }),
    }),
    [Symbol.dispose]() {},
  });
  const [itemMean, userMean] = [predictionRules.indexOf("item mean"), predictionRules.indexOf("user mean")];
  const parts = [
    { model: saying([5, 2, 3], [0, itemMean, userMean], [6, 2, 3]), weight: 0.5 },
    { model: saying([4, 4, 3], [0, 0, itemMean]), weight: 0.75 },
  ];
  const stacked = stackModels({ parts, constant: -0.5, min: 1, max: 5 });
  const answer = stacked.ask({ profile: { items: new Int32Array(0), values: new Float32Array(0) } });

  it("adds weighted predictions, and scores what some model predicted", () => {
    const [scores, predicted, rules] = [new Float32Array(3), new Float32Array(3), new Uint8Array(3)];
    answer.score(scores);
    answer.predict!(Int32Array.of(0, 1, 2), predicted, rules);
    assert.deepEqual([...scores], [5, 3.5, -Infinity]);
    assert.deepEqual([...predicted], [5, 3.5, 3.25]);
    assert.deepEqual([...rules], [0, 0, itemMean]);
  });

  it("explains a sum by its models' parts, with the constant and what clipping took off", () => {
    assert.deepEqual(answer.explain!(0).parts, [
      { kind: "global mean", value: 1.25 },
      { kind: "rating", item: 7, rating: 4, value: 4.75 },
      { kind: "normalisation", value: -1 },
    ]);
    assert.deepEqual(answer.explain!(2).parts, [{ kind: "item mean", value: 3.25 }]);
  });
});

describe("stacking", () => {
  const quick = { models: "bias,item-knn,mf", settings: "mf.factors=8,mf.epochs=10" };
  let data: Dataset;
  let split: Split;
  before(async () => {
    data = await syntheticRatings({
      users: 150,
      items: 120,
      ratings: 6000,
      seed: 5,
      scale: { min: 1, max: 5, step: 1 },
    });
    split = await splitRatings(data, splits.perUser(0.8)).split(0);
  });

  it("sees no rating that is held out: with others there, its file has the same bytes", async () => {
    const held = new Set<string>();
    for (let user = 0; user < split.test.rows; user++) {
      for (const item of profileOf(split.test, user).items) held.add(`${user} ${item}`);
    }
    const values = data.byUser.values.slice();
    let changed = 0;
    for (let user = 0; user < data.byUser.rows; user++) {
      for (let n = data.byUser.offsets[user]; n < data.byUser.offsets[user + 1]; n++) {
        if (!held.has(`${user} ${data.byUser.indices[n]}`)) continue;
        values[n] = 6 - values[n];
        changed++;
      }
    }
    assert.equal(changed, split.test.values.length);
    const other = datasetFromCsr(data, { ...data.byUser, values }, data.report);
    const otherSplit = await splitRatings(other, splits.perUser(0.8)).split(0);
    assert.notDeepEqual(otherSplit.test.values, split.test.values);
    const spec = configure("stacking", quick);
    const bytes = async (train: Dataset) => artifactBytes(await fit(train, spec, { seed: 3 }));
    assert.deepEqual(await bytes(otherSplit.train), await bytes(split.train));
  });

  it("errs no more on held-out ratings than each of its models, and knows by how much about", async () => {
    const rmse = async (name: string, set: object = {}) => {
      const trained = await fit(split.train, configure(name, set), { seed: 3 });
      using opened = openModel(trained);
      const users = Int32Array.from({ length: data.users.size }, (_, user) => user);
      const { ratings } = (await predictAll(opened.model, split.train.byUser, split.test, users))!;
      const sum = ratings.reduce((total, rating, n) => total + (rating - split.test.values[n]) ** 2, 0);
      return { error: Math.sqrt(sum / ratings.length), facts: trained.state.facts };
    };
    const { error, facts } = await rmse("stacking", quick);
    for (const [name, set] of [["bias"], ["item-knn"], ["mf", { factors: 8, epochs: 10 }]] as const) {
      const alone = await rmse(name, set);
      assert.ok(error < alone.error + 0.001, `${name}: ${alone.error}, ${error}`);
    }
    const { sum, parts: own } = facts.outOfFold as unknown as OutOfFold;
    assert.ok(Math.abs(sum - error) < 0.03, `${sum}, ${error}`);
    assert.deepEqual(Object.keys(own), ["bias", "item-knn", "mf"]);
    assert.ok(Object.values(own).every((other) => other >= sum));
  });

  it("predicts each rating out of fold: a model that knows them by heart gets no weight for that", async () => {
    // Hardly regularised, 60 factors fit the ratings of training nearly exactly, and say little of others.
    const set = { models: "bias,mf", settings: "mf.factors=60,mf.regularisation=0.000001,mf.epochs=200" };
    const { state } = await fit(split.train, configure("stacking", set), { seed: 3 });
    const weights = Object.fromEntries(
      (state.facts.models as string[]).map((name, n) => [name, state.tensors.weights.data[n]]),
    );
    assert.ok(weights.bias > 0.8 && (weights.mf ?? 0) < 0.2, JSON.stringify(weights));
    const { parts } = state.facts.outOfFold as unknown as OutOfFold;
    assert.ok(parts.mf > parts.bias, JSON.stringify(parts));
  });

  it("fits a model twice, by another name, and leaves out one of weight 0", async () => {
    const set = { models: "mf,deep:mf,again:mf", settings: "mf.factors=2,deep.factors=16,again.factors=2" };
    const { state } = await fit(split.train, configure("stacking", set), { seed: 3 });
    const kept = state.facts.models as string[];
    assert.deepEqual(Object.keys(state.parts!), kept);
    assert.ok(kept.includes("deep") && state.parts!.deep.tensors.items.shape[1] === 16, `${kept}`);
    for (const weight of state.tensors.weights.data) assert.ok(weight > 0);
  });

  it("gives its default models settings of their own, beside which others can be given", async () => {
    const set = { settings: "bayesian-mf.factors=3,bayesian-mf.samples=20,adjusted.k=30" };
    const { state } = await fit(split.train, configure("stacking", set), { seed: 3 });
    const { "item-knn": plain, adjusted } = state.parts!;
    assert.deepEqual([plain.facts.k, plain.facts.prediction], [100, "baseline"]);
    assert.deepEqual([adjusted.facts.k, adjusted.facts.prediction], [30, "baseline"]);
  });

  it("is made of one rating, too", async () => {
    const one = randomDataset(1, 1, 1, 2);
    using opened = openModel(await fit(one, configure("stacking", { models: "bias,mf", settings: "mf.factors=2" })));
    const out = new Float32Array(1);
    opened.model.ask({ profile: profileOf(one.byUser, 0) }).predict!(Int32Array.of(0), out);
    assert.ok(Math.abs(out[0] - one.byUser.values[0]) < 1e-3, `${out}`);
  });

  for (const [what, set, fix] of [
    ["a model that predicts no ratings", { models: "mf,ease" }, /models that do/],
    ["itself", { models: "mf,again:stacking" }, /other models/],
    ["a name twice", { models: "mf,mf" }, /wide:als/],
    ["settings of another model", { settings: "ease.lambda=1" }, /of the models bayesian-mf, item-knn, adjusted/],
  ] as const) {
    it(`refuses ${what} before anything is read`, () => {
      assert.throws(() => configure("stacking", set), { code: "CONFIG_INVALID", fix });
    });
  }

  it("refuses parts in a file that do not fit together", async () => {
    const { state } = await fit(data, configure("stacking", quick), { seed: 3 });
    const open = async (other: object) => {
      const trained = await fit(data, configure("stacking", quick), { seed: 3 });
      openModel({ ...trained, state: { ...state, ...other } }, localEngine());
    };
    const { weights } = state.tensors;
    const below = { ...weights, data: Float64Array.from(weights.data, () => -1) };
    for (const other of [
      { parts: {} },
      { tensors: { weights: below } },
      { facts: { ...state.facts, models: ["mf", "mf", "bias"] } },
      { parts: { ...state.parts, mf: (await fit(data, configure("popular"))).state } },
      { parts: { ...state.parts, mf: (await fit(randomDataset(9, 7, 0.5, 1), configure("mf"))).state } },
    ]) {
      await assert.rejects(open(other), { code: "ARTIFACT_CONTENT" });
    }
  });
});
