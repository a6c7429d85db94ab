/** Films that nobody has rated: a tenth of MovieLens 100K hidden altogether, and only those ranked. */

import { before, describe, it } from "node:test";
import { createEngine } from "../../src/compute/pool.ts";
import type { Dataset } from "../../src/data/dataset.ts";
import { readRatings } from "../../src/data/read.ts";
import { contender, customContender } from "../../src/evaluate/contender.ts";
import { type EvaluationResult, evaluate } from "../../src/evaluate/evaluate.ts";
import { configure } from "../../src/models/configure.ts";
import { random } from "../../src/random.ts";
import { parseSplitter, splitRatings } from "../../src/split/splits.ts";
import { dataFolder, needsData } from "../helpers/data.ts";
import { assertBefore, assertFound, newFilmMetrics } from "../helpers/new-films.ts";

/** Random scores, seeded by what the person rated. */
const chance = customContender("chance", ({ items }) => ({
  items: items.size,
  ask({ profile }) {
    const { float } = random(profile.items.reduce((seed, item) => (Math.imul(31, seed) + item) >>> 0, 7));
    return { score: (out) => out.set(out.map(float)) };
  },
  [Symbol.dispose]() {},
}));

/** Every rating is evidence, as it was when decision 24 was taken. */
const every = { dislike: 0 };
/** The settings of als with which decision 24 was taken; they were its defaults. */
const ofTheStudy = { alpha: 1, regularisation: 10, scaling: 0 };

describe("films that nobody has rated", needsData("ml-100k"), () => {
  let result: EvaluationResult;
  let data: Dataset;
  before(async () => {
    data = await readRatings(dataFolder("ml-100k"));
    using engine = await createEngine({ arithmetic: "strict" });
    const contenders = [
      chance,
      contender(configure("tfidf", { ...every, neutral: 0.375 }), "tfidf"),
      contender(configure("als", { features: "genres", ...every, ...ofTheStudy }), "als genres"),
      contender(configure("als", { features: "tfidf", ...every, ...ofTheStudy }), "als tfidf"),
      contender(configure("mf", { features: "genres", ...every, caution: 0 }), "mf genres"),
      contender(configure("mf", { features: "tfidf", ...every, caution: 0 }), "mf tfidf"),
    ];
    result = await evaluate(data, contenders, splitRatings(data, parseSplitter("new-items:0.9")), {
      metrics: newFilmMetrics,
      view: "model",
      engine,
    });
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
      assertBefore(data, result, better, worse);
    });
  }

  it("are found as often as the documentation says", () => {
    assertFound(result, [
      ["chance", 0.053, 0.046],
      ["tfidf", 0.263, 0.246],
      ["als genres", 0.232, 0.225],
      ["als tfidf", 0.302, 0.299],
      ["mf genres", 0.146, 0.125],
      ["mf tfidf", 0.11, 0.122],
    ]);
  });
});
