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

/** The settings with which decision 18 was taken: those of als were its defaults, and every rating was evidence. */
const every = "als.alpha=1,als.regularisation=10,als.scaling=0,als.dislike=0,tfidf.dislike=0,tfidf.neutral=0.375";

describe("blends on u1 of ML-100K", needsData("ml-100k"), () => {
  let [train, test]: Dataset[] = [];
  before(async () => {
    train = await readRatings(`${dataFolder("ml-100k")}/u1.base`);
    test = await readRatings(`${dataFolder("ml-100k")}/u1.test`);
  });

  for (const [model, set, expected] of [
    ["als", { alpha: 1, regularisation: 10, scaling: 0, dislike: 0 }, "0.3836"],
    ["tfidf", { dislike: 0, neutral: 0.375 }, "0.0526"],
    ["hybrid", { settings: every, weights: "equal" }, "0.2943"],
    ["hybrid", { settings: every }, "0.3933"],
    ["hybrid", { settings: every, normalisation: "rank" }, "0.3836"],
    ["hybrid", { settings: every, normalisation: "z-score" }, "0.3935"],
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
