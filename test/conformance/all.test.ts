/** Every registered model lists for all users at once what it lists for each. */

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { localEngine } from "../../src/compute/engine.ts";
import { hnsw } from "../../src/compute/hnsw.ts";
import type { Dataset } from "../../src/data/dataset.ts";
import type { Csr } from "../../src/matrix/csr.ts";
import { configure } from "../../src/models/configure.ts";
import { fit } from "../../src/models/fit.ts";
import type { Vectors } from "../../src/models/model.ts";
import { profileOf } from "../../src/models/shared/profiles.ts";
import type { Trained } from "../../src/models/trained.ts";
import { openModel } from "../../src/recommend/open-model.ts";
import { queryOfUser } from "../../src/recommend/query.ts";
import { recommend } from "../../src/recommend/recommend.ts";
import { recommendAll } from "../../src/recommend/recommend-all.ts";
import { letterEmbedder as embedder } from "../helpers/embedder.ts";
import { sharedEngine, sharedLocalEngine } from "../helpers/engines.ts";
import { checkerboardWithUnratedItem, randomDataset } from "../helpers/toy.ts";
import { promised } from "./capabilities.ts";
import { variants } from "./variants.ts";

/** Data that several tests share, each model being fitted on them once. */
const tall = randomDataset(130, 70, 0.1, 14);
const wide = randomDataset(70, 130, 0.1, 14);
const small = randomDataset(9, 12, 0.1, 14);
const many = randomDataset(300, 90, 0.1, 15);

for (const { algorithm, set } of variants.filter(({ algorithm, title }) => title === algorithm.name)) {
  const { name } = algorithm;
  const fits = new Map<Dataset, Promise<Trained>>();
  /** The model fitted on the data, once. */
  const train = (data: Dataset) => {
    const known = fits.get(data) ?? fit(data, configure(name, set), { seed: 7, embedder, engine: sharedLocalEngine });
    fits.set(data, known);
    return known;
  };

  describe(`${name} for all users`, () => {
    for (const [data, k] of [
      [tall, 10],
      [wide, 3],
      [small, 12],
    ] as const) {
      const [users, items] = [data.users.size, data.items.size];
      it(`lists for all users what it lists for each (top ${k} of ${items}, ${users} users)`, async () => {
        using recommender = openModel(await train(data), sharedLocalEngine);
        const all = await recommendAll(recommender, data, { k, engine: sharedLocalEngine });
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

    if (promised(name).has("gives vectors")) {
      it("lists by an index what it lists without, where the index finds all", async () => {
        using recommender = openModel(await train(tall), sharedLocalEngine);
        const all = await recommendAll(recommender, tall, { approximate: hnsw() });
        const exact = await recommendAll(recommender, tall);
        assert.deepEqual(all.chosen, exact.chosen);
        for (const [n, score] of exact.scores.entries()) {
          assert.ok(all.items[n] === exact.items[n] || nearlyEqual(all.scores[n], score), `${all.items[n]}`);
          assert.ok(nearlyEqual(all.scores[n], score), `${all.scores[n]}, ${score}`);
        }
      });
    } else {
      it("lists by no index, for want of vectors", async () => {
        using recommender = openModel(await train(tall), sharedLocalEngine);
        await assert.rejects(recommendAll(recommender, tall, { approximate: hnsw() }), { code: "CAPABILITY_MISSING" });
      });
    }

    it("lists for all users alike for any number of threads", async () => {
      using recommender = openModel(await train(many), sharedLocalEngine);
      const lists: unknown[] = [];
      for (const threads of [1, 2, 3, 8]) {
        const engine = await sharedEngine(threads);
        lists.push(await recommendAll(recommender, many, { engine }));
        assert.equal(engine.used, 0);
      }
      for (const other of lists.slice(1)) assert.deepEqual(other, lists[0]);
    });

    if (promised(name).has("gives vectors")) {
      it("gives vectors whose products are the scores", async () => {
        const data = checkerboardWithUnratedItem();
        using recommender = openModel(await train(data), sharedLocalEngine);
        const { model } = recommender;
        const onlyUnrated: Csr = {
          rows: 2,
          columns: 11,
          offsets: Int32Array.of(0, 0, 1),
          indices: Int32Array.of(10),
          values: Float32Array.of(4),
        };
        for (const ratings of [data.byUser, onlyUnrated]) {
          using engine = localEngine(2 ** 24);
          using arena = engine.arena();
          const vectors: Vectors = model.vectors!(engine, arena);
          const { length, items } = vectors;
          const out = arena.float32(ratings.rows * length);
          await vectors.foldIn(ratings, out);
          for (let row = 0; row < ratings.rows; row++) {
            const scores = new Float32Array(11);
            model.ask({ profile: profileOf(ratings, row) }).score(scores);
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
    }
  });
}

/** Within single precision, for sums of some dozen products. */
function nearlyEqual(a: number, b: number): boolean {
  return Math.abs(a - b) <= 4e-6 * Math.max(1, Math.abs(b));
}
