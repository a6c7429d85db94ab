/** Films that nobody has rated: a tenth of MovieLens 100K hidden altogether, and only those ranked. */
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { createEngine } from "../../src/compute/pool.ts";
import { readRatings } from "../../src/data/read.ts";
import { entrant, scorer } from "../../src/evaluate/entrant.ts";
import { type EvaluationResult, evaluate } from "../../src/evaluate/evaluate.ts";
import { metricsNamed } from "../../src/evaluate/metrics.ts";
import { versusBest } from "../../src/evaluate/versus.ts";
import { random } from "../../src/random.ts";
import { divide } from "../../src/split/protocols.ts";
import { dataFolder, needsData } from "../helpers/data.ts";

const names = ["recall@10", "ndcg@10"];

/** Random scores, seeded by what the person rated. */
const chance = scorer("chance", ({ items }) => ({
  items: items.size,
  ask({ profile }) {
    const { float } = random(profile.items.reduce((seed, item) => (Math.imul(31, seed) + item) >>> 0, 7));
    return { score: (out) => out.set(out.map(float)) };
  },
  [Symbol.dispose]() {},
}));

describe("films that nobody has rated", needsData("ml-100k"), () => {
  let result: EvaluationResult;
  let judgedBy: ReturnType<typeof metricsNamed>;
  before(async () => {
    const data = await readRatings(dataFolder("ml-100k"));
    judgedBy = metricsNamed(names, data);
    using engine = await createEngine({ arithmetic: "strict" });
    const entrants = [
      chance,
      entrant("tfidf"),
      entrant("als", { features: "genres" }, "als genres"),
      entrant("als", { features: "tfidf" }, "als tfidf"),
      entrant("mf", { features: "genres" }, "mf genres"),
      entrant("mf", { features: "tfidf" }, "mf tfidf"),
    ];
    result = await evaluate(data, entrants, divide(data, "new-items:0.9"), { metrics: names, engine });
  });

  for (const [better, worse] of [
    ["als tfidf", "chance"],
    ["als genres", "chance"],
    ["mf genres", "chance"],
    ["mf tfidf", "chance"],
    ["als tfidf", "tfidf"],
    ["als tfidf", "als genres"],
    ["als genres", "mf genres"],
  ]) {
    it(`are found by ${better} before ${worse}, on recall and NDCG at 10`, () => {
      const pair = [better, worse].map((name) => ({ name, parts: result.people.get(name)! }));
      for (const { metric, best, difference, p } of versusBest(judgedBy, pair, 0)) {
        assert.ok(best === better && difference > 0 && p < 0.01, `${metric}: ${best} by ${difference}, p = ${p}`);
      }
    });
  }

  it("are found as often as the documentation says", () => {
    const found = result.evaluation.models.map(({ name, metrics }) => [name, ...names.map((m) => metrics[m].mean)]);
    const expected = [
      ["chance", 0.053, 0.046],
      ["tfidf", 0.263, 0.246],
      ["als genres", 0.232, 0.225],
      ["als tfidf", 0.302, 0.299],
      ["mf genres", 0.146, 0.125],
      ["mf tfidf", 0.11, 0.122],
    ] as const;
    for (const [n, [name, recall, ndcg]] of expected.entries()) {
      assert.equal(found[n][0], name);
      assert.ok(Math.abs(Number(found[n][1]) - recall) < 0.005, `${name}: recall ${found[n][1]}, expected ${recall}`);
      assert.ok(Math.abs(Number(found[n][2]) - ndcg) < 0.005, `${name}: NDCG ${found[n][2]}, expected ${ndcg}`);
    }
  });
});
