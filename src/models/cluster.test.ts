import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { randomDataset } from "../../test/helpers/toy.ts";
import { localEngine } from "../compute/engine.ts";
import { allNeighbours } from "../compute/neighbours.ts";
import { type Dataset, datasetFromCsr } from "../data/dataset.ts";
import { type Csr, transpose } from "../matrix/csr.ts";
import type { Cluster, ClusterRatings, ItemSums } from "./cluster.ts";
import { configureOnCluster } from "./configure.ts";
import { fit } from "./fit.ts";
import { fitOnCluster } from "./fit-on-cluster.ts";

/** Machines that are none: plain loops, the other items of a product from the last to the first. */
const plain: Cluster = {
  factorise: () => assert.fail("no vectors are wanted"),
  sums: async (ratings) => sumsOf(csrOf(ratings)),
  async neighbours(given, { k, shrinkage }) {
    const ratings = csrOf(given);
    using engine = localEngine();
    const found = await allNeighbours(engine, transpose(ratings), { similarity: "cosine", shrinkage, k });
    return { ...sumsOf(ratings), ...found };
  },
  async products(given, take) {
    const ratings = csrOf(given);
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

/** Ratings that lie there, by the names of their folders. */
const there = new Map<string, Csr>();

function csrOf(ratings: Csr | ClusterRatings): Csr {
  if (!("folder" in ratings)) return ratings;
  const stored = there.get(ratings.folder)!;
  const learnt = new Map(ratings.histogram.map(({ stored, value }) => [stored, value]));
  return { ...stored, values: stored.values.map((value) => learnt.get(value)!) };
}

/** A data set that lies on the cluster. */
function prepared({ byUser, ...info }: Dataset): ClusterRatings {
  const folder = `${there.size}`;
  there.set(folder, byUser);
  const histogram = [...new Set(byUser.values)]
    .sort((a, b) => a - b)
    .map((value) => ({ stored: value, value, count: byUser.values.filter((other) => other === value).length }));
  const indexOf = Int32Array.from({ length: byUser.columns }, (_, item) => item);
  return { info, ratings: byUser.values.length, fingerprint: folder, histogram, folder, indexOf };
}

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

  for (const [model, settings] of [
    ["item-knn", { k: 5, shrinkage: 2 }],
    ["item-knn", { scale: "data" }],
    ["ease", {}],
    ["ease", { lambda: 600, dropout: 0.5, beta: 0.2 }],
    ["ease", { lambda: 5, values: "binary", dropout: 0.2 }],
  ] as const) {
    it(`are the same where the ratings lie there: ${model} ${JSON.stringify(settings)}`, async () => {
      using engine = localEngine();
      // Of no stars, so that values are not learnt from as they are.
      const scale = { min: 0, max: 10, step: 1 };
      const values = byUser.values.map((value) => 2 * value);
      for (const data of [datasetFromCsr({ ...info, scale }, { ...byUser, values }, info.report), wider]) {
        const spec = configureOnCluster(model, settings);
        const { state } = await fit(data, spec, { cluster: plain, engine });
        assert.deepEqual((await fitOnCluster(prepared(data), spec, { cluster: plain, engine })).state, state);
      }
    });
  }

  it("have no features where the ratings lie there", async () => {
    using engine = localEngine();
    const spec = configureOnCluster("ease", { features: "genres" });
    await assert.rejects(fitOnCluster(prepared(few), spec, { cluster: plain, engine }), {
      code: "CAPABILITY_MISSING",
      message: "ease with features is not fitted to ratings that lie on a cluster",
      fix: "set features=none; or read the ratings here, without --spark-prepare",
    });
  });
});
