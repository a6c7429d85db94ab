import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { filmDataset } from "../../../test/helpers/films.ts";
import { localEngine } from "../../compute/engine.ts";
import { configure } from "../../models/configure.ts";
import { fit } from "../../models/fit.ts";
import type { Model } from "../../models/model.ts";
import { popularAlgorithm } from "../../models/popular.ts";
import { openModel } from "../open-model.ts";
import { recommend } from "../recommend.ts";
import { mmr } from "./mmr.ts";
import type { Candidate } from "./rerank.ts";

const data = filmDataset();
const query = { profile: { items: new Int32Array(0), values: new Float32Array(0) } };

/** Scores 1, .9, .6, .5 and 0 of Star Voyager, Star Voyager II, The Silent Witness, Night Harbour, Unseen. */
const candidates: Candidate[] = [
  { item: 2, score: 1 },
  { item: 3, score: 0.9 },
  { item: 1, score: 0.6 },
  { item: 0, score: 0.5 },
  { item: 7, score: 0 },
];

async function modelNamed(name: string): Promise<Model> {
  return openModel(await fit(data, configure(name))).model;
}

async function rearranged(set: Record<string, unknown>, model: Model, k = 5) {
  return (await mmr(set).rerank(query, candidates, { info: data, model, k })).order;
}

describe("maximal marginal relevance", () => {
  it("weighs relevance against the greatest resemblance to what is listed, worked by hand", async () => {
    // By genres, similarity of the two Star Voyagers is 1, of Witness and Harbour 1/√2, of Harbour and Unseen 1/√2.
    // λ = .5: Voyager .5; then Witness .3 before Harbour .25, Unseen 0, Voyager II .45 − .5 = −.05;
    // then Unseen 0, as Harbour is .25 − .5/√2 = −.1036 and Voyager II −.05; then Voyager II, then Harbour.
    const order = await rearranged({ lambda: 0.5 }, popularModel());
    assert.deepEqual(
      order.map(({ item }) => item),
      [2, 1, 7, 3, 0],
    );
    const expected = [0.5, 0.3, 0, -0.05, 0.25 - 0.5 / Math.SQRT2];
    for (const [n, score] of expected.entries()) assert.ok(Math.abs(order[n].score! - score) < 1e-12, `${n}`);
  });

  it("leaves the list as it is with λ = 1, and takes the least similar with λ = 0", async () => {
    const items = async (lambda: string) => (await rearranged({ lambda }, popularModel())).map(({ item }) => item);
    assert.deepEqual(await items("1"), [2, 3, 1, 0, 7]);
    // All are alike at first, and the first stage's order decides; then whatever has none of the genres so far.
    assert.deepEqual((await items("0")).slice(0, 3), [2, 1, 7]);
  });

  it("orders no more than is wanted, also of candidates with equal scores", async () => {
    assert.equal((await rearranged({}, popularModel(), 2)).length, 2);
    const equal = candidates.map(({ item }) => ({ item, score: 3 }));
    const { order } = await mmr().rerank(query, equal, { info: data, model: popularModel(), k: 5 });
    assert.equal(new Set(order.map(({ item }) => item)).size, 5);
    assert.ok(order.every(({ score }) => Number.isFinite(score)));
  });

  it("goes by what the model calls similar, where asked to", async () => {
    const model = await modelNamed("item-knn");
    const out = new Float64Array(data.items.size);
    model.similarItems!(2, out);
    const greatest = Math.max(
      ...candidates.flatMap(({ item }) => {
        const row = new Float64Array(data.items.size);
        model.similarItems!(item, row);
        return candidates.map(({ item: other }) => row[other]);
      }),
    );
    const order = await rearranged({ lambda: 0.5, similarity: "model" }, model);
    assert.equal(order[0].item, 2);
    const relevance = [0.9, 0.6, 0.5, 0];
    const worths = [3, 1, 0, 7].map((item, n) => 0.5 * relevance[n] - (0.5 * Math.max(0, out[item])) / greatest);
    assert.ok(Math.abs(order[1].score! - Math.max(...worths)) < 1e-12);
    await assert.rejects(rearranged({ similarity: "model" }, popularModel()), { code: "CAPABILITY_MISSING" });
  });

  it("makes lists of one genre more varied", async () => {
    using recommender = openModel(await fit(data, configure("popular")));
    const options = { k: 3, rerank: mmr({ lambda: 0.3 }) };
    const genres = (list: { genres: readonly string[] }[]) => new Set(list.flatMap((film) => film.genres)).size;
    const plain = await recommend(recommender, query, { k: 3 });
    const varied = await recommend(recommender, query, options);
    assert.ok(genres(varied) > genres(plain), `${genres(varied)}, ${genres(plain)}`);
  });

  it("refuses settings that make no sense", () => {
    for (const set of [{ lambda: 2 }, { similarity: "colour" }, { lamda: 1 }]) {
      assert.throws(() => mmr(set), { code: "CONFIG_INVALID" });
    }
  });
});

function popularModel(): Model {
  const tensors = { counts: { shape: [data.items.size], data: data.counts } };
  return popularAlgorithm.open({ algorithm: "popular", facts: {}, tensors }, localEngine(2 ** 20));
}
