import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import { temporaryFolder } from "../../../test/helpers/command.ts";
import { randomDataset } from "../../../test/helpers/toy.ts";
import { createEngine } from "../../compute/pool.ts";
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
const madeUp = await syntheticRatings({ users: 900, items: 1300, ratings: 60_000, seed: 3 });
const withValues = (
  dataset: Dataset,
  change: (value: number) => number,
  scale = dataset.scale,
  feedback = dataset.feedback,
) =>
  datasetFromCsr(
    { ...dataset, scale, feedback },
    { ...dataset.byUser, values: dataset.byUser.values.map(change) },
    none,
  );

async function onDisk(dataset: Dataset, blockRatings = 9000): Promise<string> {
  const folder = join(temporaryFolder(), "blocks");
  await writeBlocks(folder, sourceOfDataset(dataset), { blockRatings });
  return folder;
}

async function trainedOnDisk(
  folder: string,
  settings: Record<string, unknown>,
  {
    threads = 2,
    segmentBytes = 2 ** 16,
    wrap = (files: TrainingFiles) => files,
    work = temporaryFolder(),
    signal = undefined as AbortSignal | undefined,
  } = {},
) {
  using engine = await createEngine({ threads });
  const blocks = await openBlocks(folder);
  try {
    return await fitBlocks(blocks, configure("als", settings), {
      engine,
      files: wrap(trainingFilesIn(work)),
      segmentBytes,
      ...(signal && { signal }),
    });
  } finally {
    await blocks.close();
  }
}

async function inMemory(dataset: Dataset, settings: Record<string, unknown>) {
  using engine = await createEngine({ threads: 2 });
  return await fit(dataset, configure("als", settings), { engine });
}

describe("als out of core", () => {
  // 512 factors: rows of 384 ratings go through the other side in tiles of 128.
  for (const [what, dataset, settings] of [
    ["by conjugate gradient", madeUp, { factors: 16, iterations: 3 }],
    ["in tiles", randomDataset(8, 520, 0.75, 9), { factors: 512, iterations: 1 }],
    ["by cholesky", madeUp, { factors: 16, iterations: 2, solver: "cholesky" }],
    ["with rows scaled by confidence", madeUp, { factors: 8, iterations: 2, scaledBy: "confidence", scaling: 1 }],
    [
      "on another scale",
      withValues(madeUp, (value) => 20 * value, { min: 10, max: 100, step: 10 }),
      { factors: 8, iterations: 2 },
    ],
    [
      "of values without a unit",
      withValues(madeUp, (value) => value / 3),
      { factors: 8, iterations: 2, scale: "data" },
    ],
    [
      "of events",
      withValues(madeUp, (value) => 2 * value, { min: 1, max: 10, step: 0 }, "events"),
      { factors: 8, iterations: 2 },
    ],
  ] as [string, Dataset, Record<string, unknown>][]) {
    it(`comes to the bytes of training in memory (${what})`, async () => {
      const expected = await inMemory(dataset, settings);
      const folder = await onDisk(dataset);
      for (const options of [{}, { threads: 1, segmentBytes: 2 ** 14 }, { segmentBytes: 2 ** 24 }]) {
        const { state, info, record } = await trainedOnDisk(folder, settings, options);
        assert.deepEqual(state, expected.state);
        assert.deepEqual(info.counts, expected.info.counts);
        assert.deepEqual(record.config, expected.record.config);
      }
    });
  }
});
