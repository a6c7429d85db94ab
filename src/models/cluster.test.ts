import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { randomDataset } from "../../test/helpers/toy.ts";
import { localEngine } from "../compute/engine.ts";
import { allNeighbours } from "../compute/neighbours.ts";
import { datasetFromCsr } from "../data/dataset.ts";
import { type Csr, transpose } from "../matrix/csr.ts";
import type { Cluster, ItemSums } from "./cluster.ts";
import { configureOnCluster } from "./configure.ts";
import { fit } from "./fit.ts";

/** Machines that are none: plain loops, the other items of a product from the last to the first. */
const plain: Cluster = {
  factorise: () => assert.fail("no vectors are wanted"),
  sums: async (ratings) => sumsOf(ratings as Csr),
  async neighbours(ratings, { k, shrinkage }) {
    using engine = localEngine();
    const found = await allNeighbours(engine, transpose(ratings), { similarity: "cosine", shrinkage, k });
    return { ...sumsOf(ratings), ...found };
  },
  async products(ratings, take) {
    const { rows, columns, offsets, indices, values } = ratings;
    for (let i = 0; i < columns; i++) {
      const products = new Float64Array(columns);
      for (let user = 0; user < rows; user++) {
        const own = indices.subarray(offsets[user], offsets[user + 1]);
        const at = own.indexOf(i);
        if (at < 0) continue;
        own.forEach((j, n) => {
          products[columns - 1 - j] += values[offsets[user] + at] * values[offsets[user] + n];
        });
      }
      const others = Int32Array.from({ length: columns }, (_, n) => columns - 1 - n);
      // Of a film that nobody rated nothing is told.
      if (products.some(Boolean)) take(i, others.subarray(0, columns - i), products.subarray(0, columns - i));
    }
    return sumsOf(ratings);
  },
};

function sumsOf({ columns, indices, values }: Csr): ItemSums {
  const found = { counts: new Int32Array(columns), sums: new Float64Array(columns) };
  indices.forEach((item, n) => {
    found.counts[item]++;
    found.sums[item] += values[n];
  });
  return found;
}

describe("models that a cluster fits", () => {
  const few = randomDataset(60, 50, 0.03, 1); // with films that nobody rated
  const { byUser, ...info } = few;
  const wider = randomDataset(20, 200, 0.1, 2);
  const events = datasetFromCsr(
    { ...info, feedback: "events" },
    { ...byUser, values: byUser.values.map(Math.sqrt) },
    info.report,
  );

  for (const [model, settings] of [
    ["popular", {}],
    ["bias", {}],
    ["bias", { caution: 0, itemDamping: 0 }],
    ["item-knn", { k: 5 }],
    ["item-knn", { k: 500, shrinkage: 3, prediction: "baseline" }],
    ["ease", { lambda: 5 }],
    ["ease", { lambda: 500, values: "binary", beta: 0 }],
  ] as const) {
    it(`are those of the engine: ${model} ${JSON.stringify(settings)}`, async () => {
      for (const data of [few, events, wider]) {
        if (data === events && model === "bias") continue;
        const spec = configureOnCluster(model, settings);
        const { state: here } = await fit(data, spec);
        const { state: there } = await fit(data, spec, { cluster: plain });
        assert.deepEqual(Object.keys(there.facts), Object.keys(here.facts));
        if (model === "ease" && data === wider) continue; // which the engine fits over users
        for (const [name, { shape, data: own }] of Object.entries(here.tensors)) {
          const { data: found, ...rest } = there.tensors[name];
          assert.deepEqual(rest, { shape });
          own.forEach((value: number, n: number) => {
            const close = Object.is(found[n], value) || Math.abs(found[n] - value) <= 1e-12;
            assert.ok(close, `${name} ${n}: ${found[n]}, ${value}`);
          });
        }
      }
    });
  }
});
