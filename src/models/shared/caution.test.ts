import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { near } from "../../../test/helpers/numbers.ts";
import { randomDataset, toyDataset } from "../../../test/helpers/toy.ts";
import { localEngine } from "../../compute/engine.ts";
import { type Dataset, datasetFromCsr } from "../../data/dataset.ts";
import { selectCatalog } from "../../data/filter.ts";
import { configure } from "../configure.ts";
import { fit } from "../fit.ts";
import type { Model, State } from "../model.ts";
import { algorithmNamed, algorithms } from "../registry.ts";
import { profileOf } from "./profiles.ts";
import { settingsOf } from "./settings.ts";

const data = randomDataset(60, 40, 0.25, 4);
const cautious = algorithms.filter(({ settings }) => Object.hasOwn(settingsOf(settings), "caution"));
const small: Record<string, Record<string, unknown>> = {
  mf: { factors: 5, epochs: 10 },
  neural: { embedding: 8, epochs: 5 },
  "user-knn": { minNeighbours: 1 },
  stacking: { models: "bias,mf", settings: "mf.factors=8,mf.epochs=5", folds: 2 },
};

async function fitted(model: string, set: Record<string, unknown> = {}, train = data): Promise<State> {
  return (
    await fit(train, configure(model, { ...small[model], ...(model.endsWith("bias") ? {} : { dislike: 0 }), ...set }))
  ).state;
}

const opened = (state: State) => algorithmNamed(state.algorithm).open(state, localEngine(2 ** 22));

function scoresOf(model: Model, { byUser }: Dataset, user = 3): Float32Array {
  const out = new Float32Array(model.items);
  model.ask({ profile: profileOf(byUser, user) }).score(out);
  return out;
}

/** The same ratings times 10, less 3. */
function written(train: Dataset): Dataset {
  const byUser = { ...train.byUser, values: train.byUser.values.map((rating) => 10 * rating - 3) };
  return datasetFromCsr({ ...train, scale: { min: 2, max: 47, step: 5 } }, byUser, train.report);
}

function deviation(values: Float32Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

describe("caution", () => {
  it("is a setting of the models that rank by the ratings that they predict", () => {
    assert.deepEqual(cautious.map(({ name }) => name).sort(), [
      "bayesian-mf",
      "bias",
      "mf",
      "neural",
      "stacking",
      "svdpp",
      "time-bias",
      "user-knn",
    ]);
  });

  for (const { name } of cautious) {
    for (const [scale, train] of [
      ["0.5 to 5", data],
      ["2 to 47", written(data)],
    ] as const) {
      it(`takes z σ / √(n + 1) from what ${name} predicts, and changes no prediction (ratings ${scale})`, async () => {
        const [plain, bound] = [await fitted(name, { caution: 0 }, train), await fitted(name, { caution: 1.5 }, train)];
        const [before, after] = [scoresOf(opened(plain), train), scoresOf(opened(bound), train)];
        const sigma = deviation(train.byUser.values);
        let scored = 0;
        for (const [item, score] of before.entries()) {
          if (score === -Infinity) {
            assert.equal(after[item], -Infinity);
            continue;
          }
          near(after[item], score - (1.5 * sigma) / Math.sqrt(train.counts[item] + 1), 1e-5 * Math.abs(score));
          scored++;
        }
        assert.ok(scored > 20);
        const items = Int32Array.from({ length: 40 }, (_, item) => item);
        const [predicted, predictedToo] = [plain, bound].map((state) => {
          const out = new Float32Array(40);
          opened(state).ask({ profile: profileOf(train.byUser, 3) }).predict!(items, out);
          return out;
        });
        assert.deepEqual(predictedToo, predicted);
      });
    }

    it(`leaves states of ${name} as they were where it is 0, and such states open and rank as before`, async () => {
      const plain = await fitted(name, { caution: 0 });
      const { doubt, ...facts } = (await fitted(name)).facts;
      assert.ok((doubt as number) > 0);
      assert.deepEqual(Object.keys(plain.facts), Object.keys(facts));
      assert.equal(plain.tensors.ratingCounts, undefined);
      assert.equal(opened(plain).ask({ profile: profileOf(data.byUser, 3) }).explainRating, undefined);
    });
  }

  it("lists a film that many rated 4 before one that two rated 5", async () => {
    const fives = [0, 1].map((user) => [user, 0, 5] as const);
    const fours = Array.from({ length: 30 }, (_, user) => [user, 1, user % 3 === 0 ? 4.5 : 4] as const);
    const others = Array.from({ length: 30 }, (_, user) => [user, 2, 1 + (user % 4)] as const);
    const train = toyDataset(31, 3, [...fives, ...fours, ...others, [30, 2, 3]]);
    const set = { itemDamping: 0 };
    const [plain, bound] = [
      scoresOf(opened((await fit(train, configure("bias", { ...set, caution: 0 }))).state), train, 30),
      scoresOf(opened((await fit(train, configure("bias", set))).state), train, 30),
    ];
    assert.ok(plain[0] > plain[1] && bound[1] > bound[0], `${plain} ${bound}`);
  });

  it("counts no ratings of films that come after training", async () => {
    const state = await fitted("mf", { features: "genres" });
    const [order, known] = [Int32Array.from({ length: 41 }, (_, n) => n), Int32Array.from({ length: 40 }, (_, n) => n)];
    const items = { order, known, catalog: selectCatalog(data.catalog, Int32Array.of(0)) };
    const context = { engine: localEngine(2 ** 20), step: async () => {} };
    const placed = await opened(state).placeItems!(state, items, context);
    assert.deepEqual(placed.state.tensors.ratingCounts.data, Int32Array.of(...data.counts, 0));
    assert.deepEqual(scoresOf(opened(placed.state), data).slice(0, 40), scoresOf(opened(state), data));
  });
});
