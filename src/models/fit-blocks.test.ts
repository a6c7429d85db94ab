import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import { temporaryFolder } from "../../test/helpers/command.ts";
import { createEngine } from "../compute/pool.ts";
import { openBlocks } from "../data/blocks/open-blocks.ts";
import { trainingFilesIn } from "../data/blocks/training-files.ts";
import { sourceOfDataset, writeBlocks } from "../data/blocks/write-blocks.ts";
import { datasetFromCsr } from "../data/dataset.ts";
import { syntheticRatings } from "../data/synthetic/synthetic-ratings.ts";
import { configure } from "./configure.ts";
import { fit } from "./fit.ts";
import { fitBlocks } from "./fit-blocks.ts";
import type { State } from "./model.ts";
import { algorithms } from "./registry.ts";

const halves = await syntheticRatings({ users: 400, items: 300, ratings: 20_000, seed: 11 });
const tens = datasetFromCsr(
  { ...halves, scale: { min: 10, max: 100, step: 10 } },
  { ...halves.byUser, values: halves.byUser.values.map((value) => 20 * value) },
  halves.report,
);
/** Settings that are trained out of core, where the defaults are not, or take long. */
const settings: Readonly<Record<string, Record<string, unknown>>> = {
  als: { factors: 8, iterations: 2 },
  mf: { optimiser: "als", factors: 6, epochs: 2 },
};

/** Numbers that agree to 12 digits: sums are taken in another order. */
function assertLike(found: State, expected: State): void {
  const rounded = ({ facts, tensors }: State) => ({
    facts: Object.fromEntries(Object.entries(facts).map(([name, fact]) => [name, plain(fact)])),
    tensors: Object.fromEntries(
      Object.entries(tensors).map(([name, { shape, data }]) => [name, { shape, data: Array.from(data, plain) }]),
    ),
  });
  const plain = (value: unknown) => (typeof value === "number" ? Number(value.toPrecision(11)) : value);
  assert.deepEqual(rounded(found), rounded(expected));
}

describe("models out of core", () => {
  for (const { name } of algorithms.filter(({ fitBlocks }) => fitBlocks)) {
    for (const dataset of [halves, tens]) {
      it(`are what they are in memory (${name}, ratings to ${dataset.scale.max})`, async () => {
        const folder = temporaryFolder();
        await writeBlocks(join(folder, "blocks"), sourceOfDataset(dataset), { blockRatings: 3000 });
        const spec = configure(name, settings[name]);
        using engine = await createEngine({ threads: 2 });
        const expected = await fit(dataset, spec, { engine });
        const blocks = await openBlocks(join(folder, "blocks"));
        const files = trainingFilesIn(folder);
        const found = await fitBlocks(blocks, spec, { engine, files, segmentBytes: 2 ** 15 });
        await blocks.close();
        assertLike(found.state, expected.state);
        assert.deepEqual(found.record.config, expected.record.config);
      });
    }
  }

  it("are refused where they need all ratings at once", async () => {
    using engine = await createEngine();
    const folder = temporaryFolder();
    await writeBlocks(join(folder, "blocks"), sourceOfDataset(halves));
    const blocks = await openBlocks(join(folder, "blocks"));
    const options = { engine, files: trainingFilesIn(folder), segmentBytes: 2 ** 20 };
    await assert.rejects(fitBlocks(blocks, configure("ease"), options), { code: "CAPABILITY_MISSING" });
    await blocks.close();
  });
});
