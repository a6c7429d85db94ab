import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { randomDataset } from "../../test/helpers/toy.ts";
import { createEngine } from "../compute/pool.ts";
import { checkWorkload, threadCheckTable } from "./check-threads.ts";
import { measureCeiling, runWorkload, timingOf } from "./run-workload.ts";
import { stopwatch, type Workload } from "./workload.ts";
import { workloads } from "./workloads.ts";

// Workloads that read files write them below the cache folder.
const cache = process.env.MATINEE_CACHE;
before(async () => {
  process.env.MATINEE_CACHE = await mkdtemp(join(tmpdir(), "matinee-bench-test-"));
});
after(() => {
  rmSync(`${process.env.MATINEE_CACHE}`, { recursive: true, force: true });
  if (cache === undefined) delete process.env.MATINEE_CACHE;
  else process.env.MATINEE_CACHE = cache;
});

describe("a benchmark", () => {
  it("reports the least, the median and the most of its runs", () => {
    assert.deepEqual(timingOf([3, 1, 2]), { min: 1, median: 2, max: 3, runs: 3 });
    assert.deepEqual(timingOf([4, 1, 2, 3]), { min: 1, median: 2.5, max: 4, runs: 4 });
  });

  it("ends a unit at the first step after which it is done, and leaves out the first unit", async () => {
    const { step, seconds } = stopwatch(3);
    const pause = () => new Promise((resolve) => setTimeout(resolve, 300));
    for (const done of [1, 2, 3, 4]) await step(done, 6);
    await pause();
    await step(4, 6); // the next unit may begin with the same number
    await step(6, 6);
    assert.equal(seconds().length, 2);
    assert.ok(seconds()[0] < 0.25 && seconds()[1] > 0.25, `${seconds()}`);
  });

  it("measures the ceiling of the machine, and the share of it that is reached", async () => {
    using engine = await createEngine();
    const ceiling = await measureCeiling(engine);
    assert.ok(ceiling.gflops > 0.05 && ceiling.gflops < 500, `${ceiling.gflops} GFLOP/s`);
    assert.ok(ceiling.gbytes > 0.02 && ceiling.gbytes < 500, `${ceiling.gbytes} GB/s`);
    const data = randomDataset(200, 100, 0.1, 1);
    for (const workload of workloads) {
      const result = await runWorkload(workload, data, engine, ceiling);
      assert.ok(result.seconds.min > 0 && result.seconds.runs >= 1);
      assert.equal(result.fraction === undefined, !(workload.flops || workload.bytes));
      // far above the ceiling, the operations would be counted wrongly; a busy machine lowers the ceiling too
      assert.ok((result.fraction ?? 0) < 4, `${workload.name}: ${result.fraction}`);
      if (workload.name === "whole-ml25m") assert.ok(result.memory!.bytes > 2 ** 24, "its process has a peak");
    }
  });
});

describe("the check of a benchmark", () => {
  const data = randomDataset(1500, 700, 0.03, 2);
  /** For answers, before which each model is trained with its defaults: ratings enough for several blocks of work. */
  const fewer = randomDataset(400, 300, 0.05, 2);
  /** On data that are given, the same work on another shape comes to the same. */
  const workOf = ({ name, shape }: Workload) => name.replace(`-${shape}`, "");
  const works = new Map([...workloads].reverse().map((workload) => [workOf(workload), workload]));

  for (const workload of [...works.values()].reverse()) {
    it(`finds the same bytes with any number of threads: ${workload.name}`, async () => {
      const check = await checkWorkload(workload, workload.name.startsWith("answers-") ? fewer : data, "relaxed");
      assert.ok(check.same, threadCheckTable([check]).join("\n"));
    });
  }

  it("finds a result that depends on threads", async () => {
    const altered: Workload = {
      ...workloads[0],
      async result(data, engine) {
        const arrays = await workloads[0].result(data, engine);
        const { buffer, byteOffset, byteLength } = arrays.at(-1)!;
        if (engine.threads === 3) new Uint8Array(buffer, byteOffset, byteLength)[byteLength - 1] ^= 1;
        return arrays;
      },
    };
    const check = await checkWorkload(altered, data, "relaxed");
    assert.equal(check.same, false);
    const [one, two, three, eight] = check.digests;
    assert.ok(one === two && one === eight && one !== three);
    assert.match(threadCheckTable([check]).at(-1)!, /DIFFERENT/);
  });
});
