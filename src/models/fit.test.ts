import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { filmDataset } from "../../test/helpers/films.ts";
import { localEngine } from "../compute/engine.ts";
import { shapeOf } from "../data/dataset.ts";
import { configure, resolveSpec } from "./configure.ts";
import { checkMemory, fit } from "./fit.ts";
import { algorithmNamed } from "./registry.ts";
import { estimatePeak } from "./shared/memory.ts";

describe("fit", () => {
  it("records settings, seed and data", async () => {
    const { record } = await fit(filmDataset(), configure("item-knn", { k: "3" }));
    const defaults = { centre: "none", shrinkage: 0, prediction: "centred", dislike: 0.5, scale: "standard" };
    assert.deepEqual(record.config, { k: 3, ...defaults });
    assert.equal(record.seed, 0);
    assert.match(record.data, /^[0-9a-f]{64}$/);
    assert.equal((await fit(filmDataset(), configure("popular"), { seed: 5 })).record.seed, 5);
  });

  it("takes the default model where none is named", async () => {
    assert.equal((await fit(filmDataset())).state.algorithm, "ease");
  });

  it("reports progress up to 1", async () => {
    const shares: number[] = [];
    await fit(filmDataset(), configure("ease"), { onProgress: (share) => shares.push(share) });
    assert.equal(shares.at(-1), 1);
    assert.ok(shares.every((share) => share >= 0 && share <= 1));
  });

  it("stops when it is cancelled", async () => {
    await assert.rejects(fit(filmDataset(), configure("ease"), { signal: AbortSignal.abort() }), { code: "CANCELLED" });
  });

  it("says before it starts what will not fit, and what would", async () => {
    const data = filmDataset();
    const shape = shapeOf(data);
    const peakOf = (name: string) => estimatePeak(algorithmNamed(name), configure(name).settings, shape);
    const memory = peakOf("pagerank");
    assert.ok(peakOf("item-knn") > memory);
    await assert.rejects(fit(data, configure("item-knn"), { memory }), {
      code: "MEMORY",
      message: /^item-knn would take about 145 MB of memory, 0\.0 MB of them for training; there are 145 MB$/,
      fix: /^with their defaults popular, bias, time-bias, genre-overlap, taste-graph, user-knn, pagerank would fit/,
    });
    await assert.rejects(fit(data, configure("popular"), { memory: 1e6 }), { fix: "filter the data" });
    assert.equal((await fit(data, configure("popular"), { memory })).state.algorithm, "popular");
  });

  it("says before it starts what the engine's memory cannot hold, alone or in a blend", async () => {
    const shape = { users: 162_541, items: 59_047, ratings: 25_000_095 };
    const limits = { engine: { limit: 2 ** 32 } };
    const sparse = "set regressors=100, with which ease would take about \\d\\.\\d GB; ";
    for (const [spec, before] of [
      [configure("ease"), sparse],
      [configure("hybrid", { models: "ease,tfidf" }), ""],
    ] as const) {
      assert.throws(() => checkMemory(resolveSpec(spec), shape, limits), {
        code: "MEMORY",
        message: /would take about \d+\.\d GB in the engine's memory, which holds 4\.3 GB$/,
        fix: new RegExp(`^${before}with their defaults popular, .*als.* would fit; or filter the data$`),
      });
    }
    checkMemory(resolveSpec(configure("als")), shape, limits);
    checkMemory(resolveSpec(configure("ease", { regressors: 100 })), shape, limits);
  });

  it("says so where the arrays do not fit in memory", async () => {
    using engine = localEngine(2 ** 16);
    await assert.rejects(fit(filmDataset(), configure("als"), { engine }), { code: "MEMORY" });
  });
});
