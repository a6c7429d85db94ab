import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { madeUpEvaluation } from "../../test/helpers/evaluation.ts";
import type { TuningResult } from "../evaluate/tuning/result.ts";
import { htmlOf } from "./html.ts";
import { markdownOf } from "./markdown.ts";
import { tuningReport } from "./tuning-report.ts";

const trial = (neighbours: number, value: number, budget = 1) => ({
  values: { k: neighbours, centre: "user" },
  runs: [{ budget, value, se: 0.01, seconds: 0.5 }],
});
const found: TuningResult = {
  version: "0.0.0",
  model: "item-knn",
  metric: "ndcg@10",
  better: "higher",
  method: "model",
  seed: 3,
  space: { k: "10~500", centre: "none,user" },
  validation: { name: "per-user:0.8", seed: 4, fingerprint: "f0", train: 800, test: 200, people: 60 },
  budgets: [0.25, 1],
  usual: { budget: 1, value: 0.2, seconds: 0.5 },
  trials: [trial(20, 0.21), trial(300, 0.15, 0.25), { values: { k: 7, centre: "none" }, runs: [], failed: "MEMORY" }],
  best: { values: { k: 20, centre: "user" }, config: { k: 20 }, run: trial(20, 0.21).runs[0] },
  advised: { name: "item-knn", values: {}, config: { k: 50 } },
  final: madeUpEvaluation("item-knn k=20", "item-knn"),
};

describe("the report of a search", () => {
  it("draws every trial that was measured, by its order and by each numeric setting, and tabulates all", async () => {
    const { title, sections } = await tuningReport(found);
    assert.match(title, /^item-knn, tuned on toy$/);
    const [{ blocks, facts }] = sections;
    const [picture] = blocks;
    assert.ok(picture.kind === "picture");
    assert.deepEqual(
      picture.panels.map((panel) => panel.title),
      ["In the order of trials", "k"],
    );
    for (const { svg, alt } of picture.panels) {
      assert.equal(svg.match(/<circle/g)?.length, 2);
      assert.match(alt, /0\.2100 at .*0\.1500 at .*0\.2000 with the settings as they were/);
    }
    assert.deepEqual(picture.table.rows, [
      [1, 20, "user", 0.21, 0.01, 1, 0.5],
      [2, 300, "user", 0.15, 0.01, 0.25, 0.5],
      [3, 7, "none", null, null, null, null],
    ]);
    assert.deepEqual(facts?.slice(-2), [
      { name: "Best", value: "k = 20, centre = user" },
      { name: "Advised", value: "the settings as they were" },
    ]);
  });

  it("is HTML and Markdown, followed by the evaluation of the best settings", async () => {
    const report = await tuningReport(found);
    assert.match(htmlOf(report), /What was tried[\s\S]*Models compared/);
    assert.match(markdownOf(report), /What was tried[\s\S]*\| 3 \| 7 \| none/);
  });
});
