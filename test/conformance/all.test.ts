/** Every registered model lists for everybody at once what it lists for each. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { localEngine } from "../../src/compute/engine.ts";
import { hnsw } from "../../src/compute/hnsw.ts";
import { createEngine } from "../../src/compute/pool.ts";
import type { Dataset } from "../../src/data/dataset.ts";
import type { Csr } from "../../src/matrix/csr.ts";
import { fit } from "../../src/models/fit.ts";
import type { Vectors } from "../../src/models/model.ts";
import { algorithms } from "../../src/models/registry.ts";
import { profileOf } from "../../src/models/shared/profiles.ts";
import { queryOfUser } from "../../src/recommend/query.ts";
import { recommend } from "../../src/recommend/recommend.ts";
import { recommendAll } from "../../src/recommend/recommend-all.ts";
import { open } from "../../src/recommend/recommender.ts";
import { letterEmbedder as embedder } from "../helpers/embedder.ts";
import { checkerboardWithUnratedItem, randomDataset } from "../helpers/toy.ts";

for (const { name } of algorithms) {
  const train = (data: Dataset) => fit(data, name, { seed: 7, embedder });

  describe(`${name} for everybody`, () => {
    for (const [users, items, k] of [
      [130, 70, 10],
      [70, 130, 3],
      [9, 12, 12],
    ]) {
      it(`lists for everybody what it lists for each (top ${k} of ${items}, ${users} users)`, async () => {
        const data = randomDataset(users, items, 0.1, 14);
        using recommender = open(await train(data));
        const all = await recommendAll(recommender, data, { k });
        for (let user = 0; user < users; user++) {
          const one = await recommend(recommender, queryOfUser(data, user + 1), { k });
          const places = Array.from({ length: k }, (_, n) => user * k + n).filter((n) => all.items[n] >= 0);
          assert.equal(places.length, one.length);
          assert.equal(all.chosen[user], one.filter(({ source }) => source === name).length);
          assert.equal(new Set(places.map((n) => all.items[n])).size, one.length);
          const known = new Map(one.map(({ id, score }) => [id, score]));
          for (const [n, place] of places.entries()) {
            const id = data.items.id(all.items[place]);
            assert.ok(nearlyEqual(all.scores[place], one[n].score), `${all.scores[place]}, ${one[n].score}`);
            // another film may stand here only where the scores are one and the same
            assert.ok(id === one[n].id || nearlyEqual(known.get(id) ?? one[n].score, all.scores[place]), `item ${id}`);
          }
        }
      });
    }

    it("lists by an index what it lists without, where it gives vectors and the index finds all", async () => {
      const data = randomDataset(130, 70, 0.1, 14);
      using recommender = open(await train(data));
      const byIndex = recommendAll(recommender, data, { approximate: hnsw() });
      if (!recommender.model.vectors) return assert.rejects(byIndex, { code: "CAPABILITY_MISSING" });
      const [all, exact] = [await byIndex, await recommendAll(recommender, data)];
      assert.deepEqual(all.chosen, exact.chosen);
      for (const [n, score] of exact.scores.entries()) {
        assert.ok(all.items[n] === exact.items[n] || nearlyEqual(all.scores[n], score), `${all.items[n]}`);
        assert.ok(nearlyEqual(all.scores[n], score), `${all.scores[n]}, ${score}`);
      }
    });

    it("lists for everybody alike for any number of threads", async () => {
      const data = randomDataset(300, 90, 0.1, 15);
      using recommender = open(await train(data));
      const lists: unknown[] = [];
      for (const threads of [1, 2, 3, 8]) {
        using engine = await createEngine({ threads });
        lists.push(await recommendAll(recommender, data, { engine }));
        assert.equal(engine.used, 0);
      }
      for (const other of lists.slice(1)) assert.deepEqual(other, lists[0]);
    });

    it("gives vectors whose products are the scores, where it gives any", async (t) => {
      const data = checkerboardWithUnratedItem();
      const { model } = open(await train(data));
      if (!model.vectors) return t.diagnostic(`${name} gives no vectors`);
      const onlyUnrated: Csr = {
        rows: 2,
        columns: 11,
        offsets: Int32Array.of(0, 0, 1),
        indices: Int32Array.of(10),
        values: Float32Array.of(4),
      };
      for (const people of [data.byUser, onlyUnrated]) {
        using engine = localEngine(2 ** 24);
        using arena = engine.arena();
        const vectors: Vectors = model.vectors(engine, arena);
        const { length, items } = vectors;
        const out = arena.float32(people.rows * length);
        await vectors.foldIn(people, out);
        for (let row = 0; row < people.rows; row++) {
          const scores = new Float32Array(11);
          model.ask({ profile: profileOf(people, row) }).score(scores);
          const x = out.subarray(row * length, (row + 1) * length);
          for (let item = 0; item < 11; item++) {
            const y = items.subarray(item * length, (item + 1) * length);
            const evidence = x.some(Boolean) && y.some(Boolean);
            const product = x.reduce((sum, value, n) => sum + value * y[n], 0);
            assert.ok(evidence ? Math.abs(product - scores[item]) < 1e-5 : scores[item] === -Infinity);
          }
        }
      }
    });
  });
}

/** Within single precision, for sums of some dozen products. */
function nearlyEqual(a: number, b: number): boolean {
  return Math.abs(a - b) <= 4e-6 * Math.max(1, Math.abs(b));
}
