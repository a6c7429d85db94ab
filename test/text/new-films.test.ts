/** Films that nobody has rated, by what the real MiniLM reads of them: a tenth of MovieLens 100K hidden altogether. */

import { dirname } from "node:path";
import { before, describe, it } from "node:test";
import { createEngine } from "../../src/compute/pool.ts";
import { onnxEmbedder } from "../../src/content/sentences.ts";
import type { Dataset } from "../../src/data/dataset.ts";
import { readRatings } from "../../src/data/read.ts";
import { contender } from "../../src/evaluate/contender.ts";
import { type EvaluationResult, evaluate } from "../../src/evaluate/evaluate.ts";
import { configure } from "../../src/models/configure.ts";
import { parseSplitter, splitRatings } from "../../src/split/splits.ts";
import { temporaryFolder } from "../helpers/command.ts";
import { dataFolder, needsData } from "../helpers/data.ts";
import { assertBefore, assertFound, newFilmMetrics } from "../helpers/new-films.ts";
import { miniLm, needsOnnx } from "../helpers/text-models.ts";

const needs = { ...needsOnnx(miniLm), ...needsData("ml-100k") };

/** The settings of als with which decision 24 was taken; they, and those of the others, were the defaults. */
const ofTheStudy = { alpha: 1, regularisation: 10, scaling: 0, dislike: 0 };

describe("films that nobody has rated, by texts", needs, () => {
  let result: EvaluationResult;
  let data: Dataset;
  before(async () => {
    const kept = process.env.MATINEE_MODELS;
    process.env.MATINEE_MODELS = dirname(miniLm);
    data = await readRatings(dataFolder("ml-100k"));
    using engine = await createEngine({ arithmetic: "strict" });
    const contenders = [
      contender(configure("tfidf", { neutral: 0.375, dislike: 0 }), "tfidf"),
      contender(configure("text")),
      contender(configure("als", { features: "tfidf", ...ofTheStudy }), "als tfidf"),
      contender(configure("als", { features: "text", ...ofTheStudy }), "als text"),
    ];
    const embedder = onnxEmbedder({ cacheFolder: temporaryFolder() });
    result = await evaluate(data, contenders, splitRatings(data, parseSplitter("new-items:0.9")), {
      metrics: newFilmMetrics,
      view: "model",
      engine,
      embedder,
    });
    if (kept === undefined) delete process.env.MATINEE_MODELS;
    else process.env.MATINEE_MODELS = kept;
  });

  for (const [better, worse] of [
    ["als text", "als tfidf"],
    ["als text", "text"],
    ["tfidf", "text"],
  ]) {
    it(`are found by ${better} before ${worse}, on recall and NDCG at 10`, () => {
      assertBefore(data, result, better, worse);
    });
  }

  it("are found as often as the documentation says", () => {
    assertFound(result, [
      ["tfidf", 0.263, 0.246],
      ["text", 0.201, 0.17],
      ["als tfidf", 0.302, 0.299],
      ["als text", 0.346, 0.325],
    ]);
  });
});
