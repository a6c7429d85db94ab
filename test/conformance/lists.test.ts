/** What a list may be asked with, held for every registered model. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { asItemIndex } from "../../src/data/dataset.ts";
import { configure } from "../../src/models/configure.ts";
import { fit } from "../../src/models/fit.ts";
import { openModel } from "../../src/recommend/open-model.ts";
import { queryOfUser } from "../../src/recommend/query.ts";
import { listPage, type Recommendation, recommend } from "../../src/recommend/recommend.ts";
import { letterEmbedder as embedder } from "../helpers/embedder.ts";
import { sharedLocalEngine as engine } from "../helpers/engines.ts";
import { randomDataset } from "../helpers/toy.ts";
import { promised } from "./capabilities.ts";
import { variants } from "./variants.ts";

const data = randomDataset(30, 50, 0.2, 3);
const query = queryOfUser(data, 4);
const [rated] = query.profile.items;

/** Parts add up to the score, wherever the film stands. */
function assertAddsUp(films: readonly Recommendation[]): void {
  for (const { id, score, parts } of films) {
    if (!parts) continue;
    const sum = parts.reduce((total, { value }) => total + value, 0);
    assert.ok(Math.abs(sum - score) <= 1e-5 * Math.max(1, Math.abs(score)), `${id}: ${sum}, score ${score}`);
  }
}

for (const { algorithm, title, set, suited } of variants) {
  describe(`lists of ${title}`, async () => {
    const trained = fit(suited(data), configure(algorithm.name, set), { seed: 7, embedder, engine });

    it("are moved by boosts, popularity, rotation and pins, and their scores and parts are the model's", async () => {
      using opened = openModel(await trained, engine);
      const plain = await recommend(opened, query, { k: 50, explain: true });
      const own = new Map(plain.map(({ confidence: _, ...film }) => [film.id, film]));
      const adjusted = await recommend(opened, query, {
        k: 12,
        explain: true,
        filter: { field: "genre", is: "Square" },
        boost: [{ filter: { field: "id", in: [3, 7, 11, 15] }, factor: 10 }],
        popularity: -0.5,
        rotation: 0.5,
        shown: new Map([[asItemIndex(20), 3]]),
        pin: [{ item: asItemIndex(rated), position: 2 }],
      });
      assert.equal(adjusted.length, 12);
      assert.equal(adjusted[1].id, data.items.id(rated));
      assert.ok(adjusted.every(({ score }) => Number.isFinite(score)));
      assertAddsUp(adjusted);
      for (const { adjusted: moved, confidence: _, pinned, ...film } of adjusted) {
        if (pinned) continue;
        assert.deepEqual(film, own.get(film.id));
        assert.ok(moved && moved.factor > 0);
      }
    });

    it("page through all films, once each, varied or not", async () => {
      using opened = openModel(await trained, engine);
      const shown: number[] = [];
      for (let more = true; more; ) {
        const exclude = shown.map(asItemIndex);
        const page = await listPage(opened, query, { k: 9, diversity: 0.4, popularity: 0.3, exclude });
        shown.push(...page.films.map(({ id }) => data.items.index(id)));
        more = page.more;
      }
      assert.deepEqual(
        [...shown, ...query.profile.items].sort((a, b) => a - b),
        Array.from({ length: 50 }, (_, item) => item),
      );
    });

    it("follow a session where films are compared, and say so where they are not", async () => {
      using opened = openModel(await trained, engine);
      const session = [1, 2, 3].map(asItemIndex);
      const asked = recommend(opened, query, { session });
      if (!promised(algorithm.name, title).has("finds similar items")) {
        await assert.rejects(asked, { code: "CAPABILITY_MISSING" });
        return;
      }
      const films = await asked;
      assert.equal(films.length, 10);
      assert.ok(films.every(({ id, score }) => Number.isFinite(score) && ![2, 3, 4].includes(Number(id))));
    });

    it("compare some films as they compare all", async () => {
      using opened = openModel(await trained, engine);
      const { model } = opened;
      const among = Int32Array.of(40, 3, 17, 8);
      for (const item of [3, 30]) {
        const [all, some] = [new Float64Array(50), new Float64Array(50)];
        model.similarItems?.(item, all);
        model.similarItems?.(item, some, among);
        for (const other of among) {
          const near = all[other] === some[other] || Math.abs(all[other] - some[other]) < 1e-6;
          assert.ok(near, `${item} and ${other}: ${some[other]}, expected ${all[other]}`);
        }
      }
    });
  });
}
