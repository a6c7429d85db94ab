import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import { temporaryFolder } from "../../../test/helpers/command.ts";
import { createEngine } from "../../compute/pool.ts";
import { openBlocks } from "../../data/blocks/open-blocks.ts";
import type { TrainingFiles } from "../../data/blocks/rating-blocks.ts";
import { trainingFilesIn } from "../../data/blocks/training-files.ts";
import { sourceOfDataset, writeBlocks } from "../../data/blocks/write-blocks.ts";
import { syntheticRatings } from "../../data/synthetic/synthetic-ratings.ts";
import { configure } from "../configure.ts";
import { fit } from "../fit.ts";
import { fitBlocks } from "../fit-blocks.ts";

const madeUp = await syntheticRatings({ users: 500, items: 900, ratings: 30_000, seed: 3 });
const folder = temporaryFolder();
await writeBlocks(join(folder, "blocks"), sourceOfDataset(madeUp), { blockRatings: 4000 });

async function trainedOnDisk(
  set: Record<string, unknown>,
  { threads = 2, segmentBytes = 2 ** 15, files = trainingFilesIn(temporaryFolder()) } = {},
) {
  using engine = await createEngine({ threads });
  const blocks = await openBlocks(join(folder, "blocks"));
  try {
    return await fitBlocks(blocks, configure("mf", { optimiser: "als", ...set }), { engine, files, segmentBytes });
  } finally {
    await blocks.close();
  }
}

async function inMemory(set: Record<string, unknown>) {
  using engine = await createEngine({ threads: 2 });
  return await fit(madeUp, configure("mf", { optimiser: "als", ...set }), { engine });
}

describe("mf out of core", () => {
  for (const set of [
    { factors: 10, epochs: 3 },
    { factors: 8, epochs: 2, biases: "none", scaling: 0, regularisation: 0.5 },
    { factors: 5, epochs: 2, biases: "user+item", scale: "data" },
  ]) {
    it(`comes to the bytes of training in memory (${Object.values(set).join(", ")})`, async () => {
      const { facts, tensors } = (await inMemory(set)).state;
      for (const options of [{}, { threads: 1, segmentBytes: 2 ** 13 }, { segmentBytes: 2 ** 24 }]) {
        const found = (await trainedOnDisk(set, options)).state;
        assert.deepEqual(found.tensors, tensors);
        // σ, which caution multiplies, is a sum in another order.
        assert.deepEqual({ ...found.facts, doubt: facts.doubt }, facts);
      }
    });
  }

  it("goes on after any half-step that a failure leaves", async () => {
    const set = { factors: 8, epochs: 3 };
    const { state } = await inMemory(set);
    for (let failing = 0; failing < 10; failing++) {
      const own = trainingFilesIn(temporaryFolder());
      let left = failing;
      const files: TrainingFiles = {
        open: own.open,
        write(name, write) {
          return own.write(name, async (append) => {
            const meta = await write(append);
            if (left-- === 0) throw new Error("a failure");
            return meta;
          });
        },
      };
      await assert.rejects(trainedOnDisk(set, { files }), /a failure/);
      assert.deepEqual((await trainedOnDisk(set, { files: own })).state.tensors, state.tensors, `failure ${failing}`);
    }
  });
});
