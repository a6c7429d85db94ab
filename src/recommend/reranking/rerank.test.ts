import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { filmDataset } from "../../../test/helpers/films.ts";
import { randomDataset } from "../../../test/helpers/toy.ts";
import { configure } from "../../models/configure.ts";
import { fit } from "../../models/fit.ts";
import { openModel } from "../open-model.ts";
import { queryOfUser } from "../query.ts";
import { recommend } from "../recommend.ts";
import { recommendAll } from "../recommend-all.ts";
import { type Candidate, type RerankContext, type Reranker, rerankAll } from "./rerank.ts";

/** Turns the list round, and keeps what it was given. */
function backwards() {
  const asked: { candidates: readonly Candidate[]; context: RerankContext }[] = [];
  const reranker: Reranker = {
    name: "backwards",
    async rerank(_subject, candidates, context) {
      asked.push({ candidates, context });
      return { order: candidates.map(({ item }, n) => ({ item, score: n })).reverse() };
    },
  };
  return { asked, reranker };
}

describe("a second stage", () => {
  it("chooses from as many films as the pool holds, and says where they stood", async () => {
    const data = randomDataset(30, 80, 0.2, 1);
    using recommender = openModel(await fit(data, configure("ease", { lambda: 1 })));
    const query = queryOfUser(data, 1);
    const { asked, reranker } = backwards();
    const first = await recommend(recommender, query, { k: 20 });
    const second = await recommend(recommender, query, { k: 5, rerank: reranker, pool: 20 });
    assert.deepEqual(
      second.map(({ reranked, ...film }) => film),
      first.slice(15).reverse(),
    );
    assert.deepEqual(second[0].reranked, { by: "backwards", from: 20, score: 19 });
    assert.equal(asked[0].candidates.length, 20);
    assert.equal(asked[0].context.k, 5);
    await recommend(recommender, query, { rerank: reranker });
    await recommend(recommender, query, { rerank: reranker, pool: 3 });
    const sizes = asked.map(({ candidates }) => candidates.length);
    assert.deepEqual(sizes, [20, 50, 10]);
    await assert.rejects(recommend(recommender, query, { rerank: reranker, pool: 0 }), { code: "USAGE" });
  });

  it("leaves the fallback's films behind the model's own, and is not asked where there are none of these", async () => {
    const data = filmDataset();
    using recommender = openModel(await fit(data, configure("item-knn", { k: 1, dislike: 0 })));
    const { asked, reranker } = backwards();
    const list = await recommend(recommender, queryOfUser(data, 1), { k: 5, rerank: reranker });
    const own = list.filter(({ source }) => source === "item-knn").length;
    assert.ok(own > 0 && own < 5);
    assert.deepEqual(
      list.map(({ reranked }) => reranked?.from),
      [...Array.from({ length: own }, (_, n) => own - n), ...new Array(5 - own).fill(undefined)],
    );
    const nobody = { profile: { items: new Int32Array(0), values: new Float32Array(0) } };
    const popular = await recommend(recommender, nobody, { k: 3, rerank: reranker });
    assert.equal(popular.length, 3);
    assert.equal(asked.length, 1);
  });

  it("may leave films out: they follow as they stood; the reason of a failure is told", async () => {
    const data = randomDataset(30, 40, 0.2, 1);
    using recommender = openModel(await fit(data, configure("popular")));
    const query = queryOfUser(data, 2);
    const first = await recommend(recommender, query, { k: 6 });
    const only: Reranker = {
      name: "third",
      rerank: async (_, candidates) => ({ order: [{ item: candidates[2].item }], failure: "tired" }),
    };
    const list = await recommend(recommender, query, { k: 6, pool: 6, rerank: only });
    assert.deepEqual(
      list.map(({ id }) => id),
      [2, 0, 1, 3, 4, 5].map((n) => first[n].id),
    );
    assert.deepEqual(list[1].reranked, { by: "third", from: 1, failure: "tired" });
  });

  it("cannot bring in other films, or one twice", async () => {
    const data = randomDataset(30, 40, 0.2, 1);
    using recommender = openModel(await fit(data, configure("popular")));
    const query = queryOfUser(data, 2);
    for (const choose of [() => [99], () => [query.profile.items[0]], (own: number) => [own, own]]) {
      const liar: Reranker = {
        name: "liar",
        rerank: async (_, [{ item }]) => ({ order: choose(item).map((item) => ({ item })) }),
      };
      await assert.rejects(recommend(recommender, query, { rerank: liar }), { code: "INTERNAL" });
    }
  });

  it("rearranges everybody's lists as it does each", async () => {
    const data = filmDataset();
    using recommender = openModel(await fit(data, configure("item-knn")));
    const { reranker } = backwards();
    const pool = 4;
    const lists = await recommendAll(recommender, data, { k: pool });
    const shares: number[] = [];
    const onProgress = (share: number) => shares.push(share);
    const all = await rerankAll(lists, recommender, data.byUser, reranker, { k: 3, onProgress });
    assert.deepEqual([all.users, all.k, all.failures, all.failure], [6, 3, 0, undefined]);
    assert.equal(shares.at(-1), 1);
    for (let user = 0; user < 6; user++) {
      const one = await recommend(recommender, queryOfUser(data, user + 1), { k: 3, rerank: reranker, pool });
      const items = Array.from(all.items.subarray(3 * user, 3 * user + 3)).filter((item) => item >= 0);
      assert.deepEqual(
        items.map((item) => data.items.id(item)),
        one.map(({ id }) => id),
      );
      assert.equal(all.chosen[user], one.filter(({ source }) => source === "item-knn").length);
      for (const [n, { score }] of one.entries()) assert.ok(Math.abs(all.scores[3 * user + n] - score) < 1e-6);
    }
  });

  it("is counted where it fails for somebody", async () => {
    const data = randomDataset(9, 40, 0.2, 1);
    using recommender = openModel(await fit(data, configure("popular")));
    const lists = await recommendAll(recommender, data, { k: 5 });
    let asked = 0;
    const moody: Reranker = {
      name: "moody",
      rerank: async () => (asked++ % 3 === 1 ? { order: [], failure: `no ${asked}` } : { order: [] }),
    };
    const { failures, failure, items } = await rerankAll(lists, recommender, data.byUser, moody);
    assert.deepEqual([failures, failure], [3, "no 2"]);
    assert.deepEqual(items, lists.items);
  });

  it("is cancelled between people", async () => {
    const data = randomDataset(9, 40, 0.2, 1);
    using recommender = openModel(await fit(data, configure("popular")));
    const lists = await recommendAll(recommender, data, { k: 5 });
    const slow: Reranker = {
      name: "slow",
      rerank: () => new Promise((done) => setTimeout(() => done({ order: [] }), 60)),
    };
    const signal = AbortSignal.abort();
    await assert.rejects(rerankAll(lists, recommender, data.byUser, slow, { signal }), { code: "CANCELLED" });
  });
});
