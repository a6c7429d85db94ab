import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { near } from "../../test/helpers/numbers.ts";
import { datasets, denseRatings, profileOf, scoresOf, similarTo, total } from "../../test/helpers/small-data.ts";
import { randomDataset, toyDataset } from "../../test/helpers/toy.ts";
import { localEngine } from "../compute/engine.ts";
import { createEngine } from "../compute/pool.ts";
import { type Dataset, shapeOf } from "../data/dataset.ts";
import { configure } from "./configure.ts";
import { fit } from "./fit.ts";
import type { Model } from "./model.ts";
import { rp3betaAlgorithm } from "./rp3beta.ts";

const engine = localEngine(2 ** 27);

async function open(data: Dataset, set: Record<string, unknown>): Promise<Model> {
  return rp3betaAlgorithm.open((await fit(data, configure("rp3beta", set), { engine })).state, engine);
}

describe("rp3beta", () => {
  it("goes from a film by a person to another film", async () => {
    const data = toyDataset(2, 4, [
      [0, 0, 5],
      [0, 1, 5],
      [1, 1, 4],
      [1, 2, 2],
    ]);
    const model = await open(data, { alpha: 1, beta: 1 });
    // From 0 to its only person, who gave half of all points to 1; from 1 to the second person, 4 of 9, and to 2, 2 of 6.
    const none = -Infinity;
    const expected = [(5 / 9) * 0.5, 0.25, (4 / 9) * (1 / 3), none];
    assert.deepEqual(scoresOf(model, profileOf([0, 4])), Float32Array.of(none, 4 * expected[1], none, none));
    const both = scoresOf(model, profileOf([0, 4], [1, 3], [3, 5]));
    assert.deepEqual(both, Float32Array.of(3 * expected[0], 1, 3 * expected[2], none));
    assert.deepEqual(
      [...similarTo(model, 1)].map(Math.fround),
      [expected[0], none, expected[2], none].map(Math.fround),
    );
    const [part, ...others] = model.ask({ profile: profileOf([0, 4], [1, 3]) }).explain!(1).parts;
    assert.deepEqual([part, others], [{ kind: "rating", item: 0, rating: 4, value: part.value }, []]);
    near(part.value, 1, 1e-12);
  });

  it("is the definition, with the k films that each film reaches best", async () => {
    const settings = fc.record({
      alpha: fc.constantFrom(0.5, 1, 1.7),
      beta: fc.constantFrom(0, 0.6, 1),
      k: fc.constantFrom(1, 2, 50),
    });
    await fc.assert(
      fc.asyncProperty(datasets, settings, async (data, { alpha, beta, k }) => {
        const model = await open(data, { alpha, beta, k });
        const r = denseRatings(data);
        const [ofUser, ofItem] = [r.map(total), r[0].map((_, i) => total(r.map((row) => row[i])))];
        const w = ofItem.map((_, i) =>
          ofItem.map((_, j) => {
            if (i === j) return 0;
            const chances = r.map((row, v) => {
              return row[i] * row[j] === 0 ? 0 : (row[i] / ofItem[i]) ** alpha * (row[j] / ofUser[v]) ** alpha;
            });
            return total(chances) / Math.max(1, data.counts[j]) ** beta;
          }),
        );
        const kept = w.map((row, i) => {
          const found = similarTo(model, i);
          const most = [...row].filter((value) => value > 0).sort((a, b) => b - a);
          const values = [...found].filter((value) => value > -Infinity).sort((a, b) => b - a);
          assert.equal(values.length, Math.min(k, most.length));
          values.forEach((value, n) => {
            near(value, most[n], 1e-9 * most[n]);
          });
          found.forEach((value, j) => {
            if (value > -Infinity) near(value, row[j], 1e-9 * row[j]);
          });
          return found;
        });
        const asker = Array.from({ length: model.items }, (_, i): [number, number] => [i, i % 2 === 0 ? 3 : 4.5]);
        scoresOf(model, profileOf(...asker)).forEach((score, j) => {
          const parts = asker.map(([i, rating]) => (kept[i][j] > 0 ? rating ** alpha * kept[i][j] : 0));
          const expected = total(parts);
          if (expected === 0) assert.equal(score, -Infinity);
          else near(score, expected, 1e-6 * expected);
        });
      }),
      { numRuns: 100 },
    );
  });

  for (const [users, items] of [
    [600, 900],
    [2000, 300],
  ]) {
    it(`takes the memory it said it would (${users} users, ${items} items)`, async () => {
      using engine = await createEngine();
      const data = randomDataset(users, items, 0.1, 3);
      const { state, record } = await fit(data, configure("rp3beta", { k: 20 }), { engine });
      const returned = Object.values(state.tensors).reduce((sum, tensor) => sum + tensor.data.byteLength, 0);
      const lengths = 8 * (users + 2 * items);
      const said = rp3betaAlgorithm.estimate(shapeOf(data), record.config as never).bytes;
      near(said / (engine.peak + returned + lengths), 1, 0.15);
    });
  }
});
