import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { filmDataset } from "../../../test/helpers/films.ts";
import { randomDataset } from "../../../test/helpers/toy.ts";
import { localEngine } from "../../compute/engine.ts";
import { createEngine } from "../../compute/pool.ts";
import { asItemIndex, shapeOf } from "../../data/dataset.ts";
import { syntheticRatings } from "../../data/synthetic/synthetic-ratings.ts";
import { openModel } from "../../recommend/open-model.ts";
import { queryFromRatings } from "../../recommend/query.ts";
import { recommend } from "../../recommend/recommend.ts";
import { configure } from "../configure.ts";
import { fit } from "../fit.ts";
import type { Model, Query } from "../model.ts";
import { algorithmNamed } from "../registry.ts";
import { completeSettings } from "../shared/settings.ts";
import { blendModels, measureSimilarityScale } from "./blended-model.ts";
import { normalised, scaleOf } from "./scale.ts";

const none = Number.NEGATIVE_INFINITY;
const noItems = new Int32Array(0);
const asker: Query = { profile: { items: noItems, values: new Float32Array(0) } };

/** A model that always says the same. */
function saying(scores: number[], similarities?: number[]): Model {
  return {
    items: scores.length,
    ask: () => ({
      score: (out) => out.set(scores),
      explain: (item) => ({ parts: [{ kind: "item mean", value: scores[item] }] }),
    }),
    ...(similarities ? { similarItems: (_: number, out: Float64Array) => out.set(similarities) } : {}),
    [Symbol.dispose]() {},
  };
}

function blendOf(models: readonly Model[], normalisation: "min-max" | "rank" | "z-score", weights: readonly number[]) {
  const similarityScale = { min: -1, max: 1, mean: 0.25, sd: 0.5 };
  const parts = models.map((model, n) => ({ name: `${n}`, learnsFrom: "ratings" as const, model, similarityScale }));
  return blendModels({ parts, normalisation }, weights);
}

function scoresOf(model: Model): number[] {
  const out = new Float32Array(model.items);
  model.ask(asker).score(out);
  return [...out];
}

function similar(model: Model, item: number): number[] {
  const out = new Float64Array(model.items);
  model.similarItems!(item, out);
  return [...out];
}

describe("scores on one scale", () => {
  const values = Float32Array.of(2, none, 6, 2, 4);
  const row = { values, scale: scaleOf(values, noItems), missing: 2 };
  for (const [how, expected] of [
    ["min-max", [0, 0, 1, 0, 0.5]],
    ["rank", [0.5 / 3, 0, 1, 0.5 / 3, 2 / 3]],
    ["z-score", [-1.5, -1.5, 2.5, -1.5, 0.5].map((z) => z / Math.sqrt(2.75))],
  ] as const) {
    it(`by ${how}, by hand`, () => {
      for (const [n, value] of normalised(row, how).entries()) {
        assert.ok(Math.abs(value - expected[n]) < 1e-12, `${value}, ${expected[n]}`);
      }
    });
    it(`by ${how}, where all are alike but for rounding`, () => {
      if (how === "rank") return;
      for (const value of [0.74, -0.74, 3e-30, 5e20]) {
        const noisy = Float32Array.of(value, value * (1 + 2 ** -22), none, value * (1 - 2 ** -23));
        assert.notEqual(noisy[0], noisy[1]);
        const scale = scaleOf(noisy, noItems);
        assert.deepEqual([...normalised({ values: noisy, scale, missing: scale.min }, how)], [0, 0, 0, 0]);
        const apart = Float32Array.of(value, value * (1 + 2 ** -18));
        const spread = normalised({ values: apart, scale: scaleOf(apart, noItems), missing: 0 }, how);
        assert.ok(Math.abs(spread[1] - spread[0]) >= 1, `${spread}`);
      }
    });
    it(`by ${how}, where all are alike or there are none`, () => {
      const alike = Float32Array.of(3, none, 3);
      const [same, missing] = [
        { values: alike, scale: scaleOf(alike, noItems), missing: 3 },
        Float32Array.of(none, none),
      ];
      assert.deepEqual([...normalised(same, how)], how === "rank" ? [0.5, 0, 0.5] : [0, 0, 0]);
      assert.deepEqual([...normalised({ values: missing, scale: scaleOf(missing, noItems), missing: 0 }, how)], [0, 0]);
    });
  }
});

describe("a blend", () => {
  const models = [saying([0, 4, none, none], [none, 1, 0, none]), saying([3, 1, 2, none], [none, none, 0.5, 1])];

  it("adds what its models say, by their weights", () => {
    assert.deepEqual(scoresOf(blendOf(models, "min-max", [3, 1])), [0.25, 0.75, 0.125, none]);
    assert.deepEqual(similar(blendOf(models, "min-max", [1, 1]), 0), [none, 0.75, 0.625, 0.75]);
    assert.deepEqual(similar(blendOf(models, "z-score", [1, 1]), 0), [none, 0.5, 0, 0.5]);
    assert.deepEqual(similar(blendOf(models, "rank", [1, 0]), 0), [none, 1, 0, none]);
  });

  it("takes other weights later, and leaves out a model of weight 0", () => {
    const { blend } = blendOf(models, "min-max", [3, 1]);
    assert.deepEqual(
      blend?.parts.map(({ name, weight }) => [name, weight]),
      [
        ["0", 0.75],
        ["1", 0.25],
      ],
    );
    assert.deepEqual(scoresOf(blend!.weighted([2, 0])), [0, 1, none, none]);
    assert.deepEqual(similar(blend!.weighted([0, 1]), 0), [none, none, 0.75, 1]);
    for (const weights of [[1], [1, -1], [0, 0], [Number.NaN, 1]]) {
      assert.throws(() => blend!.weighted(weights), { code: "USAGE" });
    }
  });

  it("compares films by those of its models that do", () => {
    const blend = blendOf([models[0], saying([1, 2, 3, 4])], "min-max", [1, 9]);
    assert.deepEqual(similar(blend, 0), [none, 1, 0.5, none]);
    assert.equal(blendOf([saying([1]), saying([2])], "min-max", [1, 1]).similarItems, undefined);
  });

  it("keeps genres apart in its explanations, and adds up what its models say of one", () => {
    const byGenre = (first: number, second: number): Model => ({
      ...saying([0, first + second]),
      ask: () => ({
        score: (out) => out.set([0, first + second]),
        explain: () => ({
          parts: [
            { kind: "genre", genre: 0, value: first },
            { kind: "genre", genre: 1, value: second },
          ],
        }),
      }),
    });
    assert.deepEqual(blendOf([byGenre(1, 3), byGenre(2, 2)], "min-max", [1, 1]).ask(asker).explain!(1).parts, [
      { kind: "genre", genre: 0, value: 0.375 },
      { kind: "genre", genre: 1, value: 0.625 },
    ]);
  });

  it("takes the scale of similarities over all pairs, each film with itself included", async () => {
    const scale = await measureSimilarityScale(saying([0, 0, 0], [none, 0.5, -0.25]), async () => {});
    // rows 1 0.5 −0.25, 0 1 −0.25, 0 0.5 1: −∞ is 0, and the diagonal 1
    assert.deepEqual([scale.min, scale.max], [-0.25, 1]);
    assert.ok(Math.abs(scale.mean - 3.5 / 9) < 1e-15);
  });

  it("explains a score by parts of its size where a model's scores differ by rounding alone", () => {
    for (const normalisation of ["min-max", "z-score"] as const) {
      const blend = blendOf([saying([0.74, 0.74 + 6e-8, 0.74]), saying([1, 2, 3])], normalisation, [1, 1]);
      const { parts } = blend.ask(asker).explain!(1);
      assert.ok(
        parts.every(({ value }) => Math.abs(value) < 2),
        JSON.stringify(parts),
      );
      const sum = parts.reduce((total, { value }) => total + value, 0);
      assert.ok(Math.abs(sum - scoresOf(blend)[1]) < 1e-6);
    }
  });

  it("explains by its models' parts, merged, and what normalising adds", () => {
    assert.deepEqual(blendOf(models, "min-max", [1, 1]).ask(asker).explain!(1).parts, [
      { kind: "item mean", value: 0.75 },
      { kind: "normalisation", value: -0.25 },
    ]);
    assert.equal(blendOf(models, "rank", [1, 1]).ask(asker).explain, undefined);
  });
});

describe("hybrid", () => {
  const films = filmDataset();

  it("lists a film that nobody rated, for somebody of like taste", async () => {
    const set = { settings: "als.factors=8", weights: "1,3" };
    using recommender = openModel(await fit(films, configure("hybrid", set)));
    const [first] = await recommend(recommender, queryFromRatings(films, [[asItemIndex(0), 5]]), { k: 1 });
    assert.deepEqual([first.title, first.ratings, first.source], ["Unseen (2019)", 0, "hybrid"]);
  });

  it("fits its models with the settings given, and the others with their defaults", async () => {
    const set = { models: "item-knn,tfidf", settings: "tfidf.maxTerms=7, tfidf.neutral=0,item-knn.k=2" };
    const { parts } = (await fit(films, configure("hybrid", set))).state;
    const alone = { "item-knn": { k: 2 }, tfidf: { maxTerms: 7, neutral: 0 } };
    for (const [name, own] of Object.entries(alone)) {
      assert.deepEqual(parts![name], (await fit(films, configure(name, own))).state);
    }
  });

  it("learns the weights of the highest NDCG, and keeps what each choice had", async () => {
    const data = await syntheticRatings({ users: 200, items: 120, ratings: 6000 });
    const set = { models: "item-knn,bias", weights: "learn" };
    const { facts, tensors } = (await fit(data, configure("hybrid", set), { seed: 2 })).state;
    const trials = facts.learned as unknown as { weights: number[]; ndcg: number }[];
    assert.equal(trials.length, 11);
    const best = Math.max(...trials.map(({ ndcg }) => ndcg));
    assert.ok(best > 0 && best <= 1);
    assert.equal(trials.find(({ weights }) => weights[0] === tensors.weights.data[0])?.ndcg, best);
  });

  for (const [what, set, fix] of [
    ["one model", { models: "als" }, /als,tfidf/],
    ["a model twice", { models: "als,als" }, /each once/],
    ["itself", { models: "als,hybrid" }, /other models/],
    ["weights of a wrong number", { weights: "1,2,3" }, /2 numbers/],
    ["weights that are none", { weights: "1,x" }, /2 numbers/],
    ["weights below 0", { weights: "1,-1" }, /2 numbers/],
    ["settings of another model", { settings: "ease.lambda=1" }, /als, tfidf/],
    ["settings that are none", { settings: "als" }, /model\.setting=value/],
    ["a setting that a model lacks", { settings: "als.lambda=1" }, /it has factors/],
  ] as const) {
    it(`refuses ${what} before anything is read`, () => {
      assert.throws(() => configure("hybrid", set), { code: "CONFIG_INVALID", fix });
    });
  }

  it("names the models where it is asked for one that is not there", () => {
    assert.throws(() => configure("hybrid", { models: "als,tfid" }), { code: "MODEL_UNKNOWN" });
  });

  it("refuses a state whose parts are missing, of other films, or without weight", async () => {
    const set = { models: "item-knn,tfidf" };
    const { state } = await fit(films, configure("hybrid", set));
    const other = (await fit(randomDataset(5, 9, 0.5, 1), configure("tfidf"))).state;
    const nothing = { shape: [2], data: new Float64Array(2) };
    for (const damaged of [
      { ...state, parts: { "item-knn": state.parts!["item-knn"], other } },
      { ...state, parts: { ...state.parts, tfidf: other } },
      { ...state, tensors: { ...state.tensors, weights: nothing } },
    ]) {
      assert.throws(() => algorithmNamed("hybrid").open(damaged, localEngine()), { code: "ARTIFACT_CONTENT" });
    }
  });

  it("estimates the arrays within 15 %", async () => {
    const data = randomDataset(2000, 3000, 0.01, 5);
    using engine = await createEngine();
    const set = { settings: "als.iterations=1", weights: "equal" };
    const { state } = await fit(data, configure("hybrid", set), { engine });
    const tensors = Object.values(state.parts!).flatMap(({ tensors }) => Object.values(tensors));
    const measured = engine.peak + tensors.reduce((sum, { data }) => sum + data.byteLength, 0);
    const hybrid = algorithmNamed("hybrid");
    const { bytes } = hybrid.estimate(shapeOf(data), completeSettings("hybrid", hybrid.settings, set));
    assert.ok(Math.abs(bytes / measured - 1) < 0.15, `estimated ${bytes}, measured ${measured}`);
  });
});
