/** EASE on the first fold of ML-100K, ranked over all unseen films, against what numpy gives for the same formula. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readRatings } from "../../src/data/read.ts";
import { fit } from "../../src/models/fit.ts";
import { recommend } from "../../src/recommend/recommend.ts";
import { open } from "../../src/recommend/recommender.ts";
import { subjectOf } from "../../src/recommend/subject.ts";
import { dataFolder, needsData } from "../helpers/data.ts";

describe("ease on u1 of ML-100K", needsData("ml-100k"), () => {
  for (const [name, set, expected] of [
    [
      "the ratings as they are, λ = 3000, as numpy does",
      { lambda: 3000, values: "ratings", neutral: 0 },
      ["0.4715", "0.4812"],
    ],
    ["its own settings", {}, ["0.4820", "0.4835"]],
  ] as const) {
    it(`reaches P@5 and NDCG@10 of ${expected} over 456 people, with ${name}`, async () => {
      const train = await readRatings(`${dataFolder("ml-100k")}/u1.base`);
      const test = await readRatings(`${dataFolder("ml-100k")}/u1.test`);
      using recommender = open(await fit(train, "ease", { set }));
      let [people, precision, ndcg] = [0, 0, 0];
      for (const user of test.users.values) {
        const { items, values } = subjectOf(test, user).profile;
        const relevant = new Set(
          Array.from(
            items.filter((_, n) => values[n] >= 4),
            (item) => test.items.id(item),
          ),
        );
        if (relevant.size === 0) continue;
        const list = await recommend(recommender, subjectOf(train, user), { k: 10 });
        const gains = list.map(({ id }, n) => (relevant.has(id) ? 1 / Math.log2(n + 2) : 0));
        const ideal = Array.from({ length: Math.min(10, relevant.size) }, (_, n) => 1 / Math.log2(n + 2));
        people++;
        precision += gains.slice(0, 5).filter((gain) => gain > 0).length / 5;
        ndcg += sum(gains) / sum(ideal);
      }
      assert.equal(people, 456);
      assert.deepEqual([(precision / people).toFixed(4), (ndcg / people).toFixed(4)], expected);
    });
  }
});

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
