import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { temporaryFolder } from "../../test/helpers/command.ts";
import { randomDataset } from "../../test/helpers/toy.ts";
import { openBlocks } from "../data/blocks/open-blocks.ts";
import type { RatingBlocks } from "../data/blocks/rating-blocks.ts";
import { sourceOfDataset, writeBlocks } from "../data/blocks/write-blocks.ts";
import { type Dataset, datasetFromCsr } from "../data/dataset.ts";
import { filterRatings } from "../data/filter.ts";
import { configure } from "../models/configure.ts";
import { fit } from "../models/fit.ts";
import { copyList, countFilms, emptyLists, type Lists } from "./lists.ts";
import { type OpenModel, openModel } from "./open-model.ts";
import { recommendAll } from "./recommend-all.ts";
import { recommendAllOfBlocks } from "./recommend-all-of-blocks.ts";
import { ratingsById } from "./user-ratings.ts";

const dataset = randomDataset(90, 60, 0.2, 5);

async function blocksOf(data: Dataset) {
  const folder = join(temporaryFolder(), "blocks");
  await writeBlocks(folder, sourceOfDataset(data), { blockRatings: 200 });
  return await openBlocks(folder);
}

/** The lists together. Nothing is left where they waited. @param parts receives how many there are in each part */
async function listsOf(
  opened: OpenModel,
  blocks: RatingBlocks,
  options: Parameters<typeof recommendAllOfBlocks>[3],
  parts: number[] = [],
): Promise<Lists> {
  const folder = temporaryFolder();
  const users = blocks.info.users.size;
  try {
    using spilled = await recommendAllOfBlocks(opened, blocks, folder, options);
    const all = emptyLists(users, spilled.k);
    let next = 0;
    for (const { from, lists } of spilled.inOrder()) {
      assert.equal(from, next);
      next += lists.users;
      parts.push(lists.users);
      for (let row = 0; row < lists.users; row++) copyList(lists, row, all, from + row);
    }
    assert.deepEqual([next, countFilms(all)], [users, { rows: spilled.rows, chosen: spilled.chosen }]);
    return all;
  } finally {
    assert.deepEqual(readdirSync(folder), []);
  }
}

describe("lists for all users of column blocks", () => {
  for (const model of ["als", "user-knn", "popular"]) {
    it(`are those of ratings in memory (${model})`, async () => {
      using opened = openModel(await fit(dataset, configure(model, {})));
      const blocks = await blocksOf(dataset);
      const shares: number[] = [];
      const lists = await listsOf(opened, blocks, { k: 7, onProgress: (share) => shares.push(share) });
      await blocks.close();
      assert.deepEqual(lists, await recommendAll(opened, dataset, { k: 7 }));
      assert.equal(shares.at(-1), 1);
    });
  }

  it("are put in order some at a time, where there are many", async () => {
    const wide = randomDataset(1100, 2000, 0.002, 8);
    using opened = openModel(await fit(wide, configure("popular", {})));
    const blocks = await blocksOf(wide);
    const parts: number[] = [];
    const lists = await listsOf(opened, blocks, { k: 2000 }, parts);
    await blocks.close();
    assert.deepEqual(lists, await recommendAll(opened, wide, { k: 2000 }));
    assert.equal(parts.length, 2);
  });

  it("match films and users by their ids", async () => {
    const some = filterRatings(dataset, { topItems: 30, minUserRatings: 6 });
    using opened = openModel(await fit(some, configure("user-knn", {})));
    const blocks = await blocksOf(dataset);
    const lists = await listsOf(opened, blocks, { k: 40 });
    await blocks.close();
    const { byUser, trainingRows } = ratingsById(opened.info, dataset);
    assert.equal(lists.k, 30);
    assert.deepEqual(lists, await recommendAll(opened, { byUser }, { k: 40, users: trainingRows! }));
  });

  it("refuse ratings on another scale", async () => {
    using opened = openModel(await fit(dataset, configure("popular", {})));
    const none = { rows: 0, repeats: 0, skipped: 0, leftOut: 0, filtered: 0 };
    const values = dataset.byUser.values.map((value) => 20 * value);
    const scale = { min: 20, max: 100, step: 20 };
    const blocks = await blocksOf(datasetFromCsr({ ...dataset, scale }, { ...dataset.byUser, values }, none));
    await assert.rejects(listsOf(opened, blocks, {}), { code: "USAGE", message: /trained on/ });
    await blocks.close();
  });
});
