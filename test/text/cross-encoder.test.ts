/** Pairs of texts as a cross-encoder scores them, on a small BERT with random weights. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import { openBert } from "../../src/content/bert.ts";
import { descriptionOf } from "../../src/content/description.ts";
import { openPairScorer } from "../../src/content/pairs.ts";
import { readRatings } from "../../src/data/read.ts";
import { configure } from "../../src/models/configure.ts";
import { fit } from "../../src/models/fit.ts";
import { openModel } from "../../src/recommend/open-model.ts";
import { queryOfUser } from "../../src/recommend/query.ts";
import { recommend } from "../../src/recommend/recommend.ts";
import { crossEncoder } from "../../src/recommend/reranking/cross-encoder.ts";
import { temporaryFolder } from "../helpers/command.ts";
import { dataFolder, golden, needsData } from "../helpers/data.ts";
import { filmDataset } from "../helpers/films.ts";
import { needsOnnx, tinyBert, tinyCrossEncoder } from "../helpers/text-models.ts";

interface Cross {
  users: Record<string, { profile: string; candidates: number[]; logits: number[]; pair_tokens_first: number }>;
}

describe("a cross-encoder", { ...needsOnnx(tinyBert), ...needsData("ml-100k") }, () => {
  const folder = temporaryFolder();
  const model = tinyCrossEncoder(join(folder, "cross"));

  it("scores pairs as expected, cut longest first", async () => {
    const { catalog, items } = await readRatings(dataFolder("ml-100k"));
    const scorer = await openPairScorer(model);
    const bert = await openBert(model, { threads: 1 });
    const lengths = new Set<number>();
    for (const { profile, candidates, logits, pair_tokens_first: tokens } of Object.values(
      golden<Cross>("text/cross.json").users,
    )) {
      const texts = candidates.map((id) => descriptionOf(catalog, items.index(id)));
      lengths.add(bert.encodePair(profile, texts[0]).ids.length);
      assert.equal(bert.encodePair(profile, texts[0]).ids.length, tokens);
      const scores = await scorer.score(profile, texts, async () => {});
      for (const [n, logit] of logits.entries())
        assert.ok(Math.abs(scores[n] - logit) < 1e-4, `${scores[n]}, ${logit}`);
    }
    assert.ok(lengths.has(512) && lengths.size > 1, "some are cut, some are not");
  });

  it("rearranges a list by what somebody likes, and leaves that of somebody who likes nothing", async () => {
    const data = filmDataset();
    using recommender = openModel(await fit(data, configure("popular")));
    const rerank = crossEncoder({ model });
    const first = await recommend(recommender, queryOfUser(data, 1), { k: 5 });
    const second = await recommend(recommender, queryOfUser(data, 1), { k: 5, rerank });
    const scorer = await openPairScorer(model);
    // User 1 gave 5 to Night Harbour and 4.5 to The Silent Witness; 2 to another.
    const liked = "Night Harbour (1991) (Crime, Drama); Silent Witness, The (1994) (Crime)";
    const texts = first.map(({ title, genres }) => [title, ...[...genres].sort()].join(", "));
    const scores = await scorer.score(liked, texts, async () => {});
    const expected = first
      .map(({ id }, n) => ({ id, score: scores[n], from: n + 1 }))
      .sort((a, b) => b.score - a.score);
    assert.deepEqual(
      second.map(({ id, reranked }) => ({ id, score: reranked!.score, from: reranked!.from })),
      expected,
    );
    const nobody = { profile: { items: Int32Array.of(0), values: Float32Array.of(2) } };
    const list = await recommend(recommender, nobody, { k: 3, rerank });
    assert.deepEqual(
      list.map(({ reranked }) => reranked),
      [1, 2, 3].map((from) => ({ by: "cross-encoder", from, failure: "nothing is known that they like" })),
    );
  });

  it("refuses a model that gives no score", async () => {
    const scorer = await openPairScorer(tinyBert);
    await assert.rejects(
      scorer.score("a", ["b"], async () => {}),
      { code: "TEXT_MODEL" },
    );
  });
});
