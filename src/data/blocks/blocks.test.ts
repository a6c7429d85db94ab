import assert from "node:assert/strict";
import { open, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { temporaryFolder } from "../../../test/helpers/command.ts";
import { randomDataset } from "../../../test/helpers/toy.ts";
import { type Csr, csrFromTriplets } from "../../matrix/csr.ts";
import { random } from "../../random.ts";
import { type Dataset, datasetFromCsr } from "../dataset.ts";
import { idsFrom } from "../ids.ts";
import { type ReadOptions, readRatings } from "../read.ts";
import { syntheticRatings, syntheticSource } from "../synthetic/synthetic-ratings.ts";
import { writeRatingBlocks } from "./blocks-of-source.ts";
import { openBlocks, readBlocksFolder } from "./open-blocks.ts";
import type { BlockSide, RatingBlocks } from "./rating-blocks.ts";
import { sourceOfDataset, writeBlocks } from "./write-blocks.ts";

const shape = { name: "made up", users: 300, items: 150, ratings: 9000, seed: 5 };
const none = { rows: 0, repeats: 0, skipped: 0, leftOut: 0, filtered: 0 };

/** The ratings of one side by index, and the number of blocks. */
async function matrixOf(blocks: RatingBlocks, side: BlockSide): Promise<{ csr: Csr; count: number; largest: number }> {
  const other = side === "users" ? "items" : "users";
  const triplets = { rowOf: [] as number[], columnOf: [] as number[], values: [] as number[] };
  let [count, next, largest] = [0, 0, 0];
  for await (const { from, to, offsets, columns, values } of blocks.read(side)) {
    assert.equal(from, next, "blocks follow one another");
    for (let row = from; row < to; row++) {
      const own = columns.subarray(offsets[row - from], offsets[row - from + 1]);
      assert.equal(own.length, blocks.counts[side][row]);
      assert.ok(
        own.every((column, n) => n === 0 || column > own[n - 1]),
        "columns ascend",
      );
      for (const column of own) {
        triplets.rowOf.push(blocks.order[side][row]);
        triplets.columnOf.push(blocks.order[other][column]);
      }
    }
    triplets.values.push(...values);
    [next, count, largest] = [to, count + 1, Math.max(largest, values.length)];
  }
  const { csr } = csrFromTriplets(blocks.order[side].length, blocks.order[other].length, {
    rowOf: Int32Array.from(triplets.rowOf),
    columnOf: Int32Array.from(triplets.columnOf),
    values: Float32Array.from(triplets.values),
  });
  return { csr, count, largest };
}

function plain({ rows, columns, offsets, indices, values }: Csr): Csr {
  return { rows, columns, offsets, indices, values };
}

async function assertHolds(folder: string, dataset: Dataset, blocksAtLeast: number): Promise<void> {
  const blocks = await openBlocks(folder);
  const { users, items, scale, counts, likes, coRatings, catalog, name } = dataset;
  assert.equal(blocks.ratings, dataset.byUser.values.length);
  assert.deepEqual([...blocks.info.users.values], [...users.values]);
  assert.deepEqual([...blocks.info.items.values], [...items.values]);
  const { info } = blocks;
  assert.deepEqual(
    [info.name, info.scale, info.counts, info.likes, info.coRatings, info.catalog],
    [name, scale, counts, likes, coRatings, catalog],
  );
  for (const [side, expected] of Object.entries({ users: dataset.byUser, items: dataset.byItem })) {
    const { csr, count } = await matrixOf(blocks, side as BlockSide);
    assert.deepEqual(plain(csr), plain(expected));
    assert.ok(count >= blocksAtLeast, `${count} blocks of ${side}`);
    const own = blocks.counts[side as BlockSide];
    assert.ok(
      own.every((value, row) => row === 0 || value <= own[row - 1]),
      "most rated first",
    );
  }
  await blocks.close();
}

describe("ratings in blocks", () => {
  it("hold a data set in both orders, whatever the number of blocks", async () => {
    const folder = temporaryFolder();
    const dataset = await syntheticRatings(shape);
    const fingerprints = new Set<string>();
    for (const [blockRatings, least] of [
      [500, 15],
      [1e6, 1],
    ]) {
      const target = join(folder, `${blockRatings}`);
      await writeBlocks(target, sourceOfDataset(dataset), { blockRatings });
      await assertHolds(target, dataset, least);
      const blocks = await openBlocks(target);
      fingerprints.add(blocks.fingerprint);
      await blocks.close();
      assert.deepEqual((await readdir(target)).sort(), ["info.blocks", "items.blocks", "users.blocks"]);
    }
  });

  it("are made up as they are in memory", async () => {
    const folder = temporaryFolder();
    await writeBlocks(join(folder, "blocks"), syntheticSource(shape), { blockRatings: 700 });
    await assertHolds(join(folder, "blocks"), await syntheticRatings(shape), 10);
  });

  it("hold values of no unit, and ids that are texts", async () => {
    const folder = temporaryFolder();
    const toy = randomDataset(40, 70, 0.2, 3);
    const byUser = { ...toy.byUser, values: toy.byUser.values.map((value) => value / 3) };
    const texts = (size: number) => idsFrom(Array.from({ length: size }, (_, n) => `id ${1000 + n}`));
    const dataset = datasetFromCsr({ ...toy, users: texts(40), items: texts(70) }, byUser, none);
    await writeBlocks(join(folder, "blocks"), sourceOfDataset(dataset), { blockRatings: 100 });
    await assertHolds(join(folder, "blocks"), dataset, 4);
    const again = await readBlocksFolder(join(folder, "blocks"));
    assert.deepEqual(plain(again.byUser), plain(dataset.byUser));
    assert.equal(again.users.id(3), "id 1003");
  });

  for (const [what, header, rowOf, options] of [
    [
      "numbers and times",
      "user,item,rating,timestamp",
      (u, i, n) => `${u},${i},${1 + (n % 5)},${1e9 + ((n * 7919) % 997)}`,
    ],
    ["ids that are texts, without times", "user,item,rating", (u, i, n) => `u${u},i${i},${(1 + (n % 9)) / 2}`],
    [
      "times in milliseconds",
      "user,item,rating,timestamp",
      (u, i, n) => `${u},${i},${n % 4},${1e12 + ((n * 7919) % 997)}`,
    ],
    ["events", "user,item,event,amount", (u, i, n) => `${u},${i},play,${1 + (n % 3)}`, { weights: { play: 2 } }],
  ] as [string, string, (user: number, item: number, n: number) => string, ReadOptions?][]) {
    it(`are made of files that are not read into memory (${what})`, async () => {
      const folder = temporaryFolder();
      const { int } = random(4);
      // Pairs repeat, and users come in no order.
      const rows = Array.from({ length: 4000 }, (_, n) => rowOf(1 + int(90), 2 ** 25 + int(120), n));
      await writeFile(join(folder, "ratings.csv"), [header, ...rows, ""].join("\n"));
      const dataset = await readRatings(join(folder, "ratings.csv"), options);
      assert.ok(dataset.report.repeats > 100);
      await writeRatingBlocks(join(folder, "ratings.csv"), join(folder, "made", "blocks"), {
        ...options,
        blockRatings: 300,
      });
      await assertHolds(join(folder, "made", "blocks"), dataset, 8);
      assert.deepEqual(await readdir(join(folder, "made")), ["blocks"]);
    });
  }

  it("are a source as any other", async () => {
    const folder = temporaryFolder();
    await writeRatingBlocks("synthetic-100k", join(folder, "blocks"));
    const [found, expected] = [await readRatings(join(folder, "blocks")), await readRatings("synthetic-100k")];
    assert.deepEqual(plain(found.byUser), plain(expected.byUser));
    assert.deepEqual(found.counts, expected.counts);
  });

  it("count how many ratings there are of each value", async () => {
    const folder = temporaryFolder();
    const dataset = randomDataset(30, 20, 0.4, 8);
    await writeBlocks(join(folder, "blocks"), sourceOfDataset(dataset));
    const { histogram, close } = await openBlocks(join(folder, "blocks"));
    await close();
    const values = [...dataset.byUser.values].sort((a, b) => a - b);
    const expected = [...new Set(values)].map((value) => {
      return { value, count: values.filter((own) => own === value).length };
    });
    assert.deepEqual(histogram, expected);
  });

  it("are refused where a byte of them is not what was written, or is missing", async () => {
    const folder = temporaryFolder();
    const target = join(folder, "blocks");
    await writeBlocks(target, sourceOfDataset(await syntheticRatings(shape)), { blockRatings: 2000 });
    for (const [name, place] of [
      ["users.blocks", 5000],
      ["items.blocks", 9],
      ["info.blocks", 100],
      ["users.blocks", -3],
      ["items.blocks", -40],
    ] as const) {
      await using file = await open(join(target, name), "r+");
      const { size } = await file.stat();
      const at = place < 0 ? size + place : place;
      const byte = Buffer.alloc(1);
      await file.read(byte, 0, 1, at);
      await file.write(Buffer.of(byte[0] ^ 16), 0, 1, at);
      await assert.rejects(readAll(target), { code: "DATA_DAMAGED" }, `${name} ${place}`);
      await file.write(byte, 0, 1, at);
    }
    await readAll(target);
    await using file = await open(join(target, "users.blocks"), "r+");
    await file.truncate((await file.stat()).size - 1);
    await assert.rejects(readAll(target), { code: "DATA_DAMAGED" });
  });
});

async function readAll(folder: string): Promise<void> {
  const blocks = await openBlocks(folder);
  try {
    await matrixOf(blocks, "users");
    await matrixOf(blocks, "items");
  } finally {
    await blocks.close();
  }
}
