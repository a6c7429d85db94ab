/** The studies' own splits, by the bit masks of golden/splits, and the files of MovieLens 100K. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { readRatings } from "../../src/data/read.ts";
import { role } from "../../src/split/split.ts";
import { parseSplitter, splitRatings, splits } from "../../src/split/splits.ts";
import { dataFolder, golden, needsData } from "../helpers/data.ts";

const folder = await mkdtemp(join(tmpdir(), "matinee-splits-"));
after(() => rm(folder, { recursive: true }));
const maskAt = (name: string) => splits.mask(join(dataFolder("."), "../golden/splits", name));

describe("published splits", needsData("ml-latest-small", "ml-100k"), async () => {
  const small = dataFolder("ml-latest-small");
  const hundred = dataFolder("ml-100k");

  it("mask-seed3: 80,450 ratings train, 8,998 films among them", async () => {
    const whole = await readRatings(small);
    const { train, test } = await splitRatings(whole, maskAt("mask-seed3.json")).split(0);
    assert.deepEqual([train.byUser.values.length, test.values.length], [80450, 20386]);
    assert.equal(
      train.counts.reduce((sum, count) => sum + Math.min(1, count), 0),
      8998,
    );
  });

  it("the split of each user of MovieLens 100K, whose file is in no order", async () => {
    const whole = await readRatings(hundred);
    const { train, test } = await splitRatings(whole, maskAt("ml100k-peruser-seed42.json")).split(0);
    assert.deepEqual([train.byUser.values.length, test.values.length], [80367, 19633]);
    const { testItemsByUser } = golden<{ testItemsByUser: Record<string, number[]> }>(
      "splits/ml100k-peruser-seed42.json",
    );
    for (const [id, items] of Object.entries(testItemsByUser)) {
      const user = whole.users.index(id);
      const own = test.indices.subarray(test.offsets[user], test.offsets[user + 1]);
      assert.deepEqual(
        Array.from(own, (item) => whole.items.id(item)),
        items.toSorted((a, b) => a - b),
      );
    }
  });

  it("u1, and the same by naming its files", async () => {
    const whole = await readRatings(hundred);
    const split = await splitRatings(whole, splits.movieLens("u1")).split(0);
    assert.deepEqual([split.train.byUser.values.length, split.test.values.length], [80000, 20000]);
    const files = splits.files(join(hundred, "u1.base"), join(hundred, "u1.test"));
    assert.equal(files.name, `files:${join(hundred, "u1.base")},${join(hundred, "u1.test")}`);
    assert.equal((await splitRatings(whole, files).split(0)).fingerprint, split.fingerprint);
  });

  it("u1 to u5 in one, every rating held out once, the first as the files of u1 have it", async () => {
    const whole = await readRatings(hundred);
    const folds = splitRatings(whole, parseSplitter("u1-u5"));
    assert.equal(folds.count, 5);
    const held = new Uint8Array(100_000);
    for (let n = 0; n < 5; n++) {
      const { roles, train, test } = await folds.split(n);
      assert.deepEqual([train.byUser.values.length, test.values.length], [80_000, 20_000]);
      for (const [entry, part] of roles.entries()) held[entry] += Number(part === role.test);
    }
    assert.ok(held.every((times) => times === 1));
    const [first, u1] = await Promise.all(
      [folds, splitRatings(whole, splits.movieLens("u1"))].map((splits) => splits.split(0)),
    );
    assert.equal(first.fingerprint, u1.fingerprint);
    await assert.rejects(folds.split(5), { code: "SPLIT_INVALID", message: /u1-u5 has no part 5/ });
    const other = splitRatings(await readRatings(small), splits.movieLens("u1-u5"));
    await assert.rejects(other.split(0), { code: "SPLIT_INVALID", message: /has 100836 rows/ });
  });

  it("a plain mask in a file, and what is wrong with others", async () => {
    const whole = await readRatings(small);
    const bits = Buffer.alloc(Math.ceil(100836 / 8), 0b00000111);
    const file = join(folder, "mask.txt");
    await writeFile(file, bits.toString("base64"));
    const { roles } = await splitRatings(whole, parseSplitter(`mask:${file}`)).split(0);
    assert.deepEqual([...roles.subarray(0, 16)], [0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 0, 1, 1, 1, 1, 1]);
    const rejects = (source: string, name: string, code: string, message: RegExp) =>
      assert.rejects(async () => splitRatings(whole, parseSplitter(name, { source })).split(0), { code, message });
    await rejects(hundred, `mask:${file}`, "SPLIT_INVALID", /mask of 100833 to 100840 rows, and .* has 100000/);
    await rejects(small, "mask:missing.txt", "DATA_NOT_FOUND", /missing\.txt cannot be read/);
    await writeFile(file, "{}");
    await rejects(small, `mask:${file}`, "SPLIT_INVALID", /holds no mask/);
    await rejects(small, "files:one", "SPLIT_INVALID", /does not name two files/);
    await rejects(small, "u1", "DATA_NOT_FOUND", /u1\.base/);
  });

  it("refuses files that share a rating, and files of other data", async () => {
    const whole = await readRatings(hundred);
    const [base, test] = ["u1.base", "u1.test"].map((name) => join(hundred, name));
    await assert.rejects(splitRatings(whole, splits.files(base, base)).split(0), {
      code: "LEAK",
      message: /user 1 and film 1/,
    });
    const other = await readRatings(small);
    await assert.rejects(splitRatings(other, splits.files(base, test)).split(0), {
      code: "SPLIT_INVALID",
      message: /ratings that .* does not/,
    });
  });
});
