/** Films by their texts on ML-100K, as the study finds them: the real MiniLM, and a small BERT with random weights. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { localEngine } from "../../src/compute/engine.ts";
import { openBert } from "../../src/content/bert.ts";
import { descriptionOf } from "../../src/content/description.ts";
import { onnxEmbedder } from "../../src/content/sentences.ts";
import type { Dataset } from "../../src/data/dataset.ts";
import { topK } from "../../src/matrix/topk.ts";
import { configure } from "../../src/models/configure.ts";
import { fit } from "../../src/models/fit.ts";
import type { Model, State } from "../../src/models/model.ts";
import { profileOf } from "../../src/models/shared/profiles.ts";
import { textAlgorithm } from "../../src/models/text.ts";
import { temporaryFolder } from "../helpers/command.ts";
import { golden, needsData } from "../helpers/data.ts";
import { type Judgement, judged, perUserSeed42 } from "../helpers/ml100k.ts";
import { miniLm, needsOnnx, tinyBert } from "../helpers/text-models.ts";

type Metrics = Record<string, number>;
interface Found {
  users: Record<string, Record<"N10" | "N50" | "N10_cos" | "N50_cos", number[]>>;
  user1_N10?: { items: number[]; cosines: number[] };
  metrics_without_rerank: Metrics | { "tiny-bert": Metrics };
}
interface Embedded {
  items: { item: number; description: string; tokens: number[]; embedding: number[] }[];
}

const tolerance = 1e-5;

for (const { name, folder, embedded, found } of [
  { name: "all-MiniLM-L6-v2", folder: miniLm, embedded: "minilm", found: "minilm" },
  { name: "a small BERT", folder: tinyBert, embedded: "embeddings", found: "retrieval" },
]) {
  const needs = { ...needsOnnx(folder), ...needsData("ml-100k") };

  describe(`films by their texts, embedded by ${name}`, needs, () => {
    const expected = golden<Found>(`text/${found}.json`);
    let train: Dataset;
    let judgement: Judgement;
    let state: State;
    let model: Model;
    before(async () => {
      judgement = await perUserSeed42();
      train = judgement.train;
      const embedder = onnxEmbedder({ cacheFolder: temporaryFolder() });
      ({ state } = await fit(train, configure("text", { model: folder }), { embedder }));
      model = textAlgorithm.open(state, localEngine());
    });

    /** Ids of the nearest films that the user has not rated, among the n nearest of all, and their cosines. */
    function nearest(user: number, n: number): { ids: number[]; cosines: number[] } {
      const profile = profileOf(train.byUser, user);
      const scores = new Float32Array(train.items.size);
      model.ask({ profile }).score(scores);
      const items = topK(scores, n).filter((item) => !profile.items.includes(item));
      return {
        ids: Array.from(items, (item) => Number(train.items.id(item))),
        cosines: Array.from(items, (item) => scores[item]),
      };
    }

    it("have the expected texts, tokens and embeddings", async () => {
      const bert = await openBert(folder, { threads: 1 });
      const { data, shape } = state.tensors.items;
      const { items } = golden<Embedded>(`text/${embedded}.json`);
      assert.ok(items.length >= 15);
      for (const { item, description, tokens, embedding } of items) {
        const index = train.items.index(item);
        assert.equal(descriptionOf(train.catalog, index), description);
        assert.deepEqual(bert.encode(description).ids, tokens);
        for (const [k, value] of embedding.entries()) {
          const own = data[index * shape[1] + k];
          assert.ok(Math.abs(own - value) < tolerance, `${description} ${k}: ${own}, ${value}`);
        }
      }
    });

    it("are found for people as the study finds them", () => {
      for (const [user, lists] of Object.entries(expected.users)) {
        const { ids, cosines } = nearest(train.users.index(Number(user)), 50);
        assertList(ids, cosines, lists.N50, lists.N50_cos);
      }
    });

    it("give the study's list of ten for user 1", () => {
      const { ids, cosines } = nearest(0, 10);
      const { N10 = expected.user1_N10!.items, N10_cos = expected.user1_N10!.cosines } = expected.users["1"];
      assertList(ids, cosines, N10, N10_cos);
      if (name === "all-MiniLM-L6-v2") assert.deepEqual(ids, [1069, 129, 1328, 772, 512, 1180]);
    });

    it("are worth what the study says", () => {
      const metrics = expected.metrics_without_rerank;
      const values = "tiny-bert" in metrics ? (metrics["tiny-bert"] as Metrics) : metrics;
      const found = judged(judgement, ["precision-all@5", "precision-all@10", "ndcg-all@5", "ndcg-all@10"], (user) => {
        const { ids } = nearest(user, 50);
        return (ids.length > 0 ? ids : mostRated(train, user)).map((id) => train.items.index(id));
      });
      for (const k of [5, 10]) {
        assert.ok(Math.abs(found[`precision-all@${k}`].mean - values[`P@${k}`]) < 1e-6);
        assert.ok(Math.abs(found[`ndcg-all@${k}`].mean - values[`N@${k}`]) < 1e-6);
      }
    });
  });
}

describe("embeddings", { ...needsOnnx(tinyBert), ...needsData("ml-100k") }, () => {
  const texts = ["Heat (1995), Crime", "Amélie", "x".repeat(50), "It ".repeat(400), "Heat (1995), Crime"];
  const embed = async (some: readonly string[], threads: number, cacheFolder = temporaryFolder()) =>
    (await onnxEmbedder({ cacheFolder })(tinyBert, threads)).embed(some, async () => {});

  it("are the same bytes alone and beside others, for any number of threads, kept or made", async () => {
    const cacheFolder = temporaryFolder();
    const together = await embed(texts, 1, cacheFolder);
    const { length } = await onnxEmbedder({ cacheFolder })(tinyBert, 1);
    assert.deepEqual(await embed(texts, 1, cacheFolder), together);
    for (const threads of [2, 3, 8]) assert.deepEqual(await embed(texts, threads), together);
    for (const [n, one] of texts.entries()) {
      assert.deepEqual(await embed([one], 1), together.subarray(n * length, (n + 1) * length));
    }
  });

  it("are cut to 256 tokens, ends included", async () => {
    const bert = await openBert(tinyBert, { threads: 1 });
    const { ids, types } = bert.encode("it ".repeat(400), 256);
    const [whole] = [bert.encode("it ".repeat(400), 10_000).ids];
    assert.equal(ids.length, 256);
    assert.equal(types.length, 256);
    assert.deepEqual([ids[0], ids.at(-1)], [whole[0], whole.at(-1)]);
    const a = await embed(["it ".repeat(400)], 1);
    assert.deepEqual(a, await embed([`${"it ".repeat(254)}heat`.trim()], 1));
  });

  it("say which file of a model is damaged", async () => {
    const folder = temporaryFolder();
    await assert.rejects(onnxEmbedder()(folder, 1), {
      code: "TEXT_MODEL",
      message: new RegExp(`${folder} holds no config.json`),
    });
    await assert.rejects(onnxEmbedder()(join(folder, "none", "such"), 1), { code: "TEXT_MODEL" });
  });
});

/** Equal lists, but for films whose cosines are the same within the tolerance. */
function assertList(
  ids: readonly number[],
  cosines: readonly number[],
  items: readonly number[],
  expected: readonly number[],
) {
  assert.equal(ids.length, items.length);
  for (const [n, id] of ids.entries()) {
    assert.ok(Math.abs(cosines[n] - expected[n]) < tolerance, `rank ${n}: ${cosines[n]}, ${expected[n]}`);
    const tied = items.filter((_, m) => Math.abs(expected[m] - expected[n]) < 2 * tolerance);
    assert.ok(
      tied.includes(id) || (n === ids.length - 1 && Math.abs(cosines[n] - expected[n]) < tolerance),
      `rank ${n}: ${id}`,
    );
  }
}

/** Whoever likes nothing gets the most rated films. */
function mostRated(train: Dataset, user: number): number[] {
  const { items } = profileOf(train.byUser, user);
  const allowed = new Uint8Array(train.items.size).fill(1);
  for (const item of items) allowed[item] = 0;
  return Array.from(topK(Float32Array.from(train.counts), 50, { allowed }), (item) => Number(train.items.id(item)));
}
