/** Neighbours on the first fold of ML-100K: error of predicted ratings, between those of a well-known library's. */
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { localEngine } from "../../src/compute/engine.ts";
import type { Dataset } from "../../src/data/dataset.ts";
import { readRatings } from "../../src/data/read.ts";
import { fit } from "../../src/models/fit.ts";
import { predictAll } from "../../src/models/people.ts";
import { algorithmNamed } from "../../src/models/registry.ts";
import { dataFolder, golden, needsData } from "../helpers/data.ts";

interface Yardsticks {
  splits: {
    u1: { results: Record<"KNNBasic" | "KNNWithMeans" | "KNNBaseline", { all: { rmse: number; n: number } }> };
  };
}

/** The default settings were chosen with these test ratings in sight: a regression test, not a fair comparison. */
describe("neighbours on u1 of ML-100K", needsData("ml-100k"), () => {
  let train: Dataset;
  let test: Dataset;
  before(async () => {
    train = await readRatings(`${dataFolder("ml-100k")}/u1.base`);
    test = await readRatings(`${dataFolder("ml-100k")}/u1.test`);
  });

  for (const [name, expected, above, below] of [
    ["user-knn", "0.9720", "KNNWithMeans", "KNNBasic"],
    ["item-knn", "0.9486", "KNNBaseline", "KNNWithMeans"],
  ] as const) {
    it(`${name} predicts with an RMSE of ${expected}`, async () => {
      const yardsticks = golden<Yardsticks>("yardsticks.json").splits.u1.results;
      using engine = localEngine();
      using model = algorithmNamed(name).open((await fit(train, name, { engine })).state, engine);
      const { offsets, indices, values } = test.byUser;
      const wanted = { offsets, indices: indices.map((item) => train.items.index(test.items.id(item))) };
      const users = Int32Array.from({ length: test.users.size }, (_, user) => train.users.index(test.users.id(user)));
      const rows = Array.from(users, (user) => [train.byUser.offsets[user], train.byUser.offsets[user + 1]] as const);
      const people = {
        rows: users.length,
        columns: train.items.size,
        offsets: Int32Array.of(0, ...rows.map(() => 0)),
        indices: Int32Array.from(rows.flatMap(([from, to]) => [...train.byUser.indices.subarray(from, to)])),
        values: Float32Array.from(rows.flatMap(([from, to]) => [...train.byUser.values.subarray(from, to)])),
      };
      for (const [n, [from, to]] of rows.entries()) people.offsets[n + 1] = people.offsets[n] + to - from;
      const { ratings } = (await predictAll(model, people, wanted, users))!;
      const squares = ratings.reduce((sum, rating, n) => sum + (rating - values[n]) ** 2, 0);
      const rmse = Math.sqrt(squares / ratings.length);
      assert.equal(ratings.length, yardsticks[below].all.n);
      assert.equal(rmse.toFixed(4), expected);
      assert.ok(rmse > yardsticks[above].all.rmse && rmse < yardsticks[below].all.rmse);
    });
  }
});
