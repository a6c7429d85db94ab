/** Films that nobody has rated, by what the real MiniLM reads of them: a tenth of MovieLens 100K hidden altogether. */
import assert from "node:assert/strict";
import { dirname } from "node:path";
import { before, describe, it } from "node:test";
import { createEngine } from "../../src/compute/pool.ts";
import { onnxEmbedder } from "../../src/content/sentences.ts";
import { readRatings } from "../../src/data/read.ts";
import { entrant } from "../../src/evaluate/entrant.ts";
import { type EvaluationResult, evaluate } from "../../src/evaluate/evaluate.ts";
import { metricsNamed } from "../../src/evaluate/metrics.ts";
import { versusBest } from "../../src/evaluate/versus.ts";
import { divide } from "../../src/split/protocols.ts";
import { temporaryFolder } from "../helpers/command.ts";
import { dataFolder, needsData } from "../helpers/data.ts";
import { miniLm, needsOnnx } from "../helpers/text-models.ts";

const names = ["recall@10", "ndcg@10"];
const needs = { ...needsOnnx(miniLm), ...needsData("ml-100k") };

describe("films that nobody has rated, by texts", needs, () => {
  let result: EvaluationResult;
  let judgedBy: ReturnType<typeof metricsNamed>;
  before(async () => {
    const kept = process.env.MATINEE_MODELS;
    process.env.MATINEE_MODELS = dirname(miniLm);
    const data = await readRatings(dataFolder("ml-100k"));
    judgedBy = metricsNamed(names, data);
    using engine = await createEngine({ arithmetic: "strict" });
    const entrants = [
      entrant("tfidf"),
      entrant("text"),
      entrant("als", { features: "tfidf" }, "als tfidf"),
      entrant("als", { features: "text" }, "als text"),
    ];
    const embedder = onnxEmbedder({ cacheFolder: temporaryFolder() });
    result = await evaluate(data, entrants, divide(data, "new-items:0.9"), { metrics: names, engine, embedder });
    if (kept === undefined) delete process.env.MATINEE_MODELS;
    else process.env.MATINEE_MODELS = kept;
  });

  for (const [better, worse] of [
    ["als text", "als tfidf"],
    ["als text", "text"],
    ["tfidf", "text"],
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
    for (const [n, [name, recall, ndcg]] of (
      [
        ["tfidf", 0.263, 0.246],
        ["text", 0.201, 0.17],
        ["als tfidf", 0.302, 0.299],
        ["als text", 0.346, 0.325],
      ] as const
    ).entries()) {
      assert.equal(found[n][0], name);
      assert.ok(Math.abs(Number(found[n][1]) - recall) < 0.005, `${name}: recall ${found[n][1]}, expected ${recall}`);
      assert.ok(Math.abs(Number(found[n][2]) - ndcg) < 0.005, `${name}: NDCG ${found[n][2]}, expected ${ndcg}`);
    }
  });
});
