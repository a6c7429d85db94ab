import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import { temporaryFolder } from "../../../test/helpers/command.ts";
import { sharedEngine } from "../../../test/helpers/engines.ts";
import { randomDataset } from "../../../test/helpers/toy.ts";
import { openBlocks } from "../../data/blocks/open-blocks.ts";
import type { TrainingFiles } from "../../data/blocks/rating-blocks.ts";
import { trainingFilesIn } from "../../data/blocks/training-files.ts";
import { sourceOfDataset, writeBlocks } from "../../data/blocks/write-blocks.ts";
import { type Dataset, datasetFromCsr } from "../../data/dataset.ts";
import { syntheticRatings } from "../../data/synthetic/synthetic-ratings.ts";
import { configure } from "../configure.ts";
import { fit } from "../fit.ts";
import { fitBlocks } from "../fit-blocks.ts";

const none = { rows: 0, repeats: 0, skipped: 0, leftOut: 0, filtered: 0 };
const dense = await syntheticRatings({ users: 700, items: 400, ratings: 40_000, seed: 3 });
const sparse = randomDataset(4000, 900, 0.003, 4);
const times = (dataset: Dataset, factor: number, feedback = dataset.feedback) =>
  datasetFromCsr(
    { ...dataset, feedback, scale: { min: factor, max: 5 * factor, step: 0 } },
    { ...dataset.byUser, values: dataset.byUser.values.map((value) => factor * value) },
    none,
  );

const written = new Map<Dataset, string>();

/** The data set as column blocks, which are written once. */
async function onDisk(dataset: Dataset): Promise<string> {
  const known = written.get(dataset);
  if (known) return known;
  const folder = join(temporaryFolder(), "blocks");
  await writeBlocks(folder, sourceOfDataset(dataset), { blockRatings: 4000 });
  written.set(dataset, folder);
  return folder;
}

async function trainedOnDisk(
  folder: string,
  settings: Record<string, unknown>,
  { threads = 2, segmentBytes = 2 ** 17, work = temporaryFolder(), wrap = (files: TrainingFiles) => files } = {},
) {
  const engine = await sharedEngine(threads);
  const blocks = await openBlocks(folder);
  try {
    const files = wrap(trainingFilesIn(work));
    return await fitBlocks(blocks, configure("item-knn", settings), { engine, files, segmentBytes });
  } finally {
    await blocks.close();
  }
}

async function inMemory(dataset: Dataset, settings: Record<string, unknown>) {
  const engine = await sharedEngine(2);
  return await fit(dataset, configure("item-knn", settings), { engine });
}

describe("item-knn out of core", () => {
  for (const [what, dataset, settings] of [
    ["by bytes", dense, {}],
    ["by bytes, centred and shrunk", dense, { centre: "item", shrinkage: 20, k: 7 }],
    ["by bytes, with more neighbours than films", dense, { k: 1000 }],
    ["by sums", sparse, {}],
    ["by sums, centred", sparse, { centre: "item" }],
    ["less the user's mean", dense, { centre: "user" }],
    ["of values without a unit", times(dense, 1 / 3), { centre: "user", scale: "data", k: 20 }],
    ["on another scale", times(dense, 20), { centre: "item" }],
    ["of events", times(sparse, 3, "events"), {}],
  ] as [string, Dataset, Record<string, unknown>][]) {
    it(`comes to the bytes of training in memory (${what})`, async () => {
      const expected = await inMemory(dataset, settings);
      const folder = await onDisk(dataset);
      for (const options of [{}, { threads: 1, segmentBytes: 2 ** 14 }, { segmentBytes: 2 ** 22 }]) {
        const { state } = await trainedOnDisk(folder, settings, options);
        if (what !== "of values without a unit") assert.deepEqual(state, expected.state);
        else {
          // The mean of all ratings is a sum in another order.
          for (const name of ["offsets", "neighbours", "similarities", "itemMeans"]) {
            assert.deepEqual(state.tensors[name], expected.state.tensors[name]);
          }
          const [mean, other] = [state, expected.state].map(({ facts }) => facts.mean as number);
          assert.ok(Math.abs(mean - other) < 1e-12 * other);
        }
      }
    });
  }

  it("goes on after an interruption, with the lists that it has written", async () => {
    const folder = await onDisk(dense);
    const work = temporaryFolder();
    let [written, failing] = [0, true];
    const wrap = (files: TrainingFiles): TrainingFiles => ({
      open: (name) => files.open(name),
      async write(name, write) {
        if (name === "neighbours.lists" && ++written === 3 && failing) throw new Error("killed");
        await files.write(name, write);
      },
    });
    const options = { work, wrap, segmentBytes: 2 ** 14 };
    await assert.rejects(trainedOnDisk(folder, { k: 3 }, options), /killed/);
    const before = written;
    [written, failing] = [0, false];
    const { state } = await trainedOnDisk(folder, { k: 3 }, options);
    assert.equal(before, 3);
    const again = written;
    written = 0;
    const undisturbed = await trainedOnDisk(folder, { k: 3 }, { ...options, work: temporaryFolder() });
    assert.deepEqual(state, undisturbed.state);
    assert.equal(again, written - 2, "it goes on after the second time");
  });
});
