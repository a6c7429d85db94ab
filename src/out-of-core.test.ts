import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { temporaryFolder } from "../test/helpers/command.ts";
import { readArtifact } from "./artifact/file.ts";
import { als, ease } from "./models/specs.ts";
import { planSource } from "./out-of-core.ts";
import { train } from "./train.ts";

const folder = temporaryFolder();
const spec = als({ factors: 8, iterations: 2 });
const source = "synthetic-1m";
const memory = 159e6;

describe("train on a source", () => {
  it("trains out of core where memory is too little, to the same numbers", async () => {
    const work = join(folder, "als.work");
    const shares: number[] = [];
    const watched = { threads: 2, onProgress: (share: number) => shares.push(share) };
    using trained = await train(source, spec, { memory, work, ...watched });
    assert.ok(!existsSync(work));
    assert.equal(shares.at(-1), 1);
    assert.ok(shares.every((share, n) => n === 0 || share >= shares[n - 1]));
    using inMemory = await train(source, spec, { threads: 2 });
    assert.deepEqual(trained.trained.state, inMemory.trained.state);
    assert.equal(inMemory.trained.record.outOfCore, undefined);
    const { segmentBytes, ...segments } = trained.trained.record.outOfCore!;
    assert.ok(segmentBytes >= 2 ** 20);
    assert.ok(segments.userSegments! > 1 && segments.itemSegments! > 1);
    await assert.rejects(trained.recommend({ user: 7 }), /no users' ratings are at hand/);
    const [item] = inMemory.trained.info.items.values;
    const [one, other] = [trained, inMemory].map((model) => model.recommend({ ratings: [{ id: item, rating: 5 }] }));
    assert.deepEqual(await one, await other);
    const file = join(folder, "als.matinee");
    await trained.save(file);
    assert.deepEqual((await readArtifact(file)).record, trained.trained.record);
  });

  it("needs a folder for that, and reads what fits or cannot be trained so", async () => {
    await assert.rejects(train(source, spec, { memory }), {
      code: "MEMORY",
      message: /als has to be trained out of core: it would take about 1\d\d MB in memory, and there are 159 MB/,
      fix: /work: "model\.work"/,
    });
    await assert.rejects(train(source, ease(), { memory }), { code: "MEMORY" });
    using small = await train("synthetic-100k", als({ factors: 8, iterations: 1 }), {
      reading: { filter: { minItemRatings: 20 } },
    });
    assert.ok(small.trained.info.counts.every((count) => count >= 20));
    assert.equal((await small.recommend({ user: 7 })).length, 10);
  });
});

describe("a folder of training out of core", () => {
  const planned = async () => {
    const plan = await planSource({ source, spec, reading: {}, memory });
    assert.ok(plan?.where === "disk");
    return plan;
  };

  it("is for one process at a time", async () => {
    const work = join(folder, "busy.work");
    const plan = await planned();
    {
      await using first = await plan.begin(work);
      assert.equal(first.goesOn, false);
      await assert.rejects(plan.begin(work), {
        code: "USAGE",
        message: /busy\.work is in use by another training/,
        fix: /wait until it has ended/,
      });
    }
    await using second = await plan.begin(work);
    assert.equal(second.goesOn, true);
  });

  it("is free once its process is gone", async () => {
    const work = join(folder, "left.work");
    const plan = await planned();
    {
      await using first = await plan.begin(work);
      const [own] = readdirSync(work).filter((name) => name.startsWith("lock."));
      assert.ok(own, "it holds the lock");
      await first.removeFiles();
    }
    {
      await using first = await plan.begin(work);
      assert.equal(first.goesOn, false);
    }
    // Not refreshed for a minute, by whoever it was.
    await writeFile(join(work, "lock.left"), JSON.stringify({ machine: "another", pid: 1 }));
    await assert.rejects(plan.begin(work), { code: "USAGE" });
    const before = new Date(Date.now() - 60_000);
    await utimes(join(work, "lock.left"), before, before);
    await using second = await plan.begin(work);
    assert.equal(second.goesOn, true);
  });
});
