import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { randomDataset, toyDataset } from "../../test/helpers/toy.ts";
import { localEngine } from "../compute/engine.ts";
import { createEngine } from "../compute/pool.ts";
import { configure } from "./configure.ts";
import { fit } from "./fit.ts";
import { itemKnnAlgorithm } from "./item-knn.ts";
import { type Profile, predictionRules } from "./model.ts";

/** Films 0 and 1 share users 0 and 1; film 2 shares user 1 with both. */
const data = toyDataset(3, 3, [
  [0, 0, 4],
  [0, 1, 3],
  [1, 0, 2],
  [1, 1, 1],
  [1, 2, 5],
  [2, 2, 2],
]);

async function similarTo(item: number, set: Record<string, unknown>): Promise<number[]> {
  const { state } = await fit(data, configure("item-knn", set));
  const out = new Float64Array(3);
  itemKnnAlgorithm.open(state, localEngine()).similarItems!(item, out);
  return [...out];
}

function near(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) < 1e-12, `${actual}, expected ${expected}`);
}

describe("item-knn", () => {
  it("compares films by the cosine of their ratings", async () => {
    const [, one, two] = await similarTo(0, {});
    near(one, (4 * 3 + 2 * 1) / Math.sqrt(20 * 10));
    near(two, (2 * 5) / Math.sqrt(20 * 29));
  });

  it("keeps k neighbours", async () => {
    const [, one, two] = await similarTo(0, { k: 1 });
    assert.ok(one > 0);
    assert.equal(two, -Infinity);
  });

  it("draws similarities that rest on few people towards 0", async () => {
    const [, one, two] = await similarTo(0, { shrinkage: 3 });
    near(one, ((14 / Math.sqrt(200)) * 2) / 5);
    near(two, ((10 / Math.sqrt(580)) * 1) / 4);
  });

  it("compares deviations from the film's mean, or from the person's", async () => {
    const [, item] = await similarTo(0, { centre: "item" });
    near(item, 1); // (1, −1) and (1, −1)
    const [, user] = await similarTo(0, { centre: "user" });
    // user 0: mean 3.5: (.5, −.5); user 1: mean 8/3: (−2/3, −5/3)
    const [a, b] = [
      [0.5, 2 - 8 / 3],
      [-0.5, 1 - 8 / 3],
    ];
    near(user, (a[0] * b[0] + a[1] * b[1]) / Math.sqrt((a[0] ** 2 + a[1] ** 2) * (b[0] ** 2 + b[1] ** 2)));
  });

  it("counts no film as similar whose similarity is 0", async () => {
    const orthogonal = toyDataset(2, 3, [
      [0, 0, 4],
      [0, 1, 2],
      [0, 2, 3],
      [1, 0, 2],
      [1, 1, 4],
      [1, 2, 3],
    ]);
    // Centred by the film's mean, film 2 is all zeros and films 0 and 1 are opposites.
    const { state } = await fit(orthogonal, configure("item-knn", { centre: "item" }));
    assert.equal(state.tensors.neighbours.data.length, 0);
  });

  it("scores by the similarities of what was rated, times the ratings", async () => {
    const { state } = await fit(data, configure("item-knn"));
    const out = new Float32Array(3);
    const profile = { items: Int32Array.of(1, 2), values: Float32Array.of(4, 2) };
    itemKnnAlgorithm.open(state, localEngine()).ask({ profile }).score(out);
    const expected = (4 * 14) / Math.sqrt(200) + (2 * 10) / Math.sqrt(580);
    assert.ok(Math.abs(out[0] - expected) < 1e-6);
  });

  it("predicts from the ratings of similar films, their deviations from means, or from damped means", async () => {
    // Means: films 3, 2, 3.5; all 17/6. Somebody rated film 1 with 3 and film 2 with 1.
    const [one, two] = [14 / Math.sqrt(200), 10 / Math.sqrt(580)];
    const mean = 17 / 6;
    const b = [6 - 2 * mean, 4 - 2 * mean, 7 - 2 * mean].map((sum) => sum / 27);
    const user = (3 - mean - b[1] + 1 - mean - b[2]) / 12;
    const expected = {
      weighted: (one * 3 + two * 1) / (one + two),
      centred: 3 + (one * (3 - 2) + two * (1 - 3.5)) / (one + two),
      baseline: mean + user + b[0] + (one * (3 - mean - user - b[1]) + two * (1 - mean - user - b[2])) / (one + two),
    };
    const profile = { items: Int32Array.of(1, 2), values: Float32Array.of(3, 1) };
    for (const [prediction, value] of Object.entries(expected)) {
      const { state } = await fit(data, configure("item-knn", { prediction }));
      const [out, rules] = [new Float32Array(1), new Uint8Array(1)];
      itemKnnAlgorithm.open(state, localEngine()).ask({ profile }).predict!(Int32Array.of(0), out, rules);
      assert.ok(Math.abs(out[0] - value) < 1e-6, `${prediction}: ${out[0]}, expected ${value}`);
      assert.equal(predictionRules[rules[0]], "model");
    }
  });

  it("predicts means where nothing similar was rated, and keeps to the scale", async () => {
    const some = toyDataset(3, 4, [
      [0, 0, 5],
      [0, 1, 2],
      [1, 0, 5],
      [1, 1, 1],
      [2, 2, 4],
    ]);
    const model = itemKnnAlgorithm.open((await fit(some, configure("item-knn"))).state, localEngine());
    const predicted = (profile: Profile) => {
      const [out, rules] = [new Float32Array(4), new Uint8Array(4)];
      model.ask({ profile }).predict!(Int32Array.of(0, 1, 2, 3), out, rules);
      return Array.from(out, (value, n) => [Number(value.toFixed(4)), predictionRules[rules[n]]]);
    };
    assert.deepEqual(predicted({ items: Int32Array.of(1), values: Float32Array.of(4.5) }), [
      [5, "model"],
      [1.5, "item mean"],
      [4, "item mean"],
      [4.5, "user mean"],
    ]);
    assert.deepEqual(predicted({ items: new Int32Array(0), values: new Float32Array(0) }).slice(2), [
      [4, "item mean"],
      [3.4, "global mean"],
    ]);
  });

  for (const centre of ["none", "item", "user"] as const) {
    for (const [users, items] of [
      [600, 900],
      [2000, 300],
    ]) {
      it(`takes the memory it said it would (centre ${centre}, ${users} users, ${items} items)`, async () => {
        using engine = await createEngine();
        const config = {
          k: 20,
          centre,
          shrinkage: 0,
          prediction: "centred" as const,
          dislike: 0.5,
          scale: "standard" as const,
        };
        const some = randomDataset(users, items, 0.1, 3);
        const { state } = await fit(some, configure("item-knn", config), { engine });
        const returned = Object.values(state.tensors).reduce((sum, { data }) => sum + data.byteLength, 0);
        const measured = engine.peak + returned + 2 * Int32Array.BYTES_PER_ELEMENT * items;
        const said = itemKnnAlgorithm.estimate({ users, items, ratings: some.byItem.values.length }, config).bytes;
        assert.ok(Math.abs(said / measured - 1) < 0.15, `${said} said, ${measured} measured`);
      });
    }
  }
});
