/** Blends of ALS and tf-idf on the first fold of ML-100K, ranked over all unseen films: what docs/adr/0018 tells. */

import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import type { Dataset } from "../../src/data/dataset.ts";
import { readRatings } from "../../src/data/read.ts";
import { topK } from "../../src/matrix/topk.ts";
import { configure } from "../../src/models/configure.ts";
import { fit } from "../../src/models/fit.ts";
import { openModel } from "../../src/recommend/open-model.ts";
import { queryOfUser } from "../../src/recommend/query.ts";
import { dataFolder, needsData } from "../helpers/data.ts";

describe("blends on u1 of ML-100K", needsData("ml-100k"), () => {
  let [train, test]: Dataset[] = [];
  before(async () => {
    train = await readRatings(`${dataFolder("ml-100k")}/u1.base`);
    test = await readRatings(`${dataFolder("ml-100k")}/u1.test`);
  });

  for (const [model, set, expected] of [
    ["als", {}, "0.4630"],
    ["tfidf", {}, "0.0526"],
    ["hybrid", { weights: "equal" }, "0.3597"],
    ["hybrid", {}, "0.4640"],
    ["hybrid", { normalisation: "rank" }, "0.4630"],
    ["hybrid", { normalisation: "z-score" }, "0.4645"],
  ] as const) {
    it(`${model} reaches an NDCG@10 of ${expected} over 456 people, with ${JSON.stringify(set)}`, async () => {
      using recommender = openModel(await fit(train, configure(model, set)));
      const scores = new Float32Array(train.items.size);
      let [people, sum] = [0, 0];
      for (const user of test.users.values) {
        const { items, values } = queryOfUser(test, user).profile;
        const relevant = new Set<number>(
          Array.from(
            items.filter((_, n) => values[n] >= 4),
            (item) => train.items.index(test.items.id(item)),
          ),
        );
        if (relevant.size === 0) continue;
        const query = queryOfUser(train, user);
        recommender.model.ask(query).score(scores);
        for (const item of query.profile.items) scores[item] = -Infinity;
        let [gain, ideal] = [0, 0];
        topK(scores, 10).forEach((item, n) => {
          if (relevant.has(item)) gain += 1 / Math.log2(n + 2);
          if (n < relevant.size) ideal += 1 / Math.log2(n + 2);
        });
        people++;
        sum += gain / ideal;
      }
      assert.equal(people, 456);
      assert.equal((sum / people).toFixed(4), expected);
    });
  }
});
