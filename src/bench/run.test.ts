import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { randomDataset } from "../../test/helpers/toy.ts";
import { createEngine } from "../compute/pool.ts";
import { measureCeiling, runWorkload, timingOf } from "./run.ts";
import { workloads } from "./workloads.ts";

describe("a benchmark", () => {
  it("reports least, middle and most of its runs", () => {
    assert.deepEqual(timingOf([3, 1, 2]), { min: 1, median: 2, max: 3, runs: 3 });
    assert.deepEqual(timingOf([4, 1, 2, 3]), { min: 1, median: 2.5, max: 4, runs: 4 });
  });

  it("measures what the machine reaches at best, and the share of it", async () => {
    using engine = await createEngine();
    const ceiling = await measureCeiling(engine);
    assert.ok(ceiling.gflops > 0.5 && ceiling.gflops < 500, `${ceiling.gflops} GFLOP/s`);
    assert.ok(ceiling.gbytes > 0.2 && ceiling.gbytes < 500, `${ceiling.gbytes} GB/s`);
    const data = randomDataset(200, 100, 0.1, 1);
    for (const workload of workloads) {
      const result = await runWorkload(workload, data, engine, ceiling);
      assert.ok(result.seconds.min > 0 && result.seconds.runs >= 1);
      assert.equal(result.fraction === undefined, workload.flops === undefined);
      // Faster than the ceiling would mean that its operations are counted wrongly.
      assert.ok((result.fraction ?? 0) < 1, `${workload.name}: ${result.fraction}`);
    }
  });
});
