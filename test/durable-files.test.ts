/** What is written lasts through a power cut: the bytes are synced before the name is there, and the folder after. */
import assert from "node:assert/strict";
import { existsSync, readlinkSync } from "node:fs";
import { type FileHandle, open, readdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { describe, it } from "node:test";
import { moveUnlessPresent } from "../src/data/download/download.ts";
import { writeRatingsCsv } from "../src/data/write.ts";
import { writeTable } from "../src/data/write-table.ts";
import { openJournal } from "../src/evaluate/journal.ts";
import type { Measurements } from "../src/evaluate/measure.ts";
import { replaceText } from "../src/replace-file.ts";
import { temporaryFolder } from "./helpers/command.ts";
import { filmDataset } from "./helpers/films.ts";

/** What is synced while `work` makes a target: before it is there, and afterwards. */
async function syncsOf(target: string, work: () => Promise<unknown>) {
  const own = await open(import.meta.filename);
  const prototype: FileHandle = Object.getPrototypeOf(own);
  await own.close();
  const { sync } = prototype;
  const [before, after]: [string[], string[]] = [[], []];
  prototype.sync = function (this: FileHandle) {
    (existsSync(target) ? after : before).push(readlinkSync(`/proc/self/fd/${this.fd}`));
    return sync.call(this);
  };
  try {
    await work();
  } finally {
    prototype.sync = sync;
  }
  return { before, after };
}

describe("what is written lasts", { skip: process.platform !== "linux" && "needs /proc" }, () => {
  const folder = temporaryFolder();
  const path = (name: string) => join(folder, name);
  const columns = [{ name: "id", type: "whole" } as const];
  const key = "a".repeat(64);
  const files: [string, () => Promise<unknown>][] = [
    ["lists.parquet", () => writeTable(path("lists.parquet"), columns, [[[1, 2]]])],
    ["lists.csv", () => writeTable(path("lists.csv"), columns, [[[1, 2]]])],
    ["report.html", () => replaceText(path("report.html"), "<p>")],
    [key, async () => (await openJournal(folder)).write(key, {} as Measurements)],
  ];
  for (const [name, work] of files) {
    it(`as ${name.slice(0, 20)}`, async () => {
      const { before, after } = await syncsOf(path(name), work);
      assert.deepEqual(
        before.map((synced) => basename(synced).slice(0, name.length + 2)),
        [`.${name}.`],
      );
      assert.deepEqual(after, [folder]);
    });
  }

  it("as a folder of ratings, with the folders above it", async () => {
    const target = path("new/films");
    const { before, after } = await syncsOf(target, () => writeRatingsCsv(filmDataset(), target));
    const synced = before.map((one) => basename(one));
    for (const name of await readdir(target)) assert.ok(synced.includes(name), name);
    assert.ok(synced.at(-1)!.startsWith(".films."));
    assert.ok(before.includes(folder));
    assert.deepEqual(after, [dirname(target)]);
  });

  it("as a set that was downloaded", async () => {
    const target = path("set");
    await writeRatingsCsv(filmDataset(), path("unpacked"));
    const { before, after } = await syncsOf(target, () => moveUnlessPresent(path("unpacked"), target));
    assert.ok(before.includes(path("unpacked/ratings.csv")));
    assert.deepEqual(after, [folder]);
  });
});

it("a damaged measurement is measured anew, whichever byte is damaged", async () => {
  const folder = temporaryFolder();
  const key = "b".repeat(64);
  const kept = { note: "x".repeat(20) } as unknown as Measurements;
  const journal = await openJournal(folder);
  await journal.write(key, kept);
  assert.deepEqual(await journal.read(key), kept);
  const sound = await readFile(join(folder, key));
  for (let at = 0; at < sound.length; at++) {
    const damaged = Buffer.from(sound);
    damaged[at] ^= 1;
    await writeFile(join(folder, key), damaged);
    assert.equal(await journal.read(key), undefined, `byte ${at}`);
    await writeFile(join(folder, key), sound.subarray(0, at));
    assert.equal(await journal.read(key), undefined, `${at} bytes`);
  }
});
