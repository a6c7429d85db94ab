/** Training out of core by the command: which plan it chooses, and what becomes of it when it is interrupted. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { readArtifact } from "../../src/artifact/file.ts";
import { random } from "../../src/random.ts";
import { matinee, start, temporaryFolder } from "../helpers/command.ts";

const folder = temporaryFolder();
const blocks = join(folder, "million.blocks");
await matinee("data", "--data", "synthetic-1m", "--blocks", blocks);
const small = ["--memory", "152MB", "--model", "als"];

describe("train with less memory than the ratings need", () => {
  it("says that it works out of core and why, and comes to the same factors", async () => {
    const set = ["--set", "factors=16", "iterations=2", "--threads", "2"];
    const [onDisk, inMemory] = [join(folder, "disk.matinee"), join(folder, "memory.matinee")];
    // From the made-up ratings themselves, which become blocks in the folder of its files.
    const one = await matinee("train", "--data", "synthetic-1m", ...small, ...set, "--out", onDisk, "--json");
    assert.equal(one.code, 0, one.stderr);
    assert.match(
      one.stderr,
      /als is trained out of core, with its files in .*disk\.matinee\.work: it would take about 1\d\d MB in memory, and there are 159 MB\./,
    );
    const { outOfCore } = JSON.parse(one.stdout);
    assert.ok(outOfCore.segmentBytes >= 2 ** 20);
    assert.ok(!existsSync(`${onDisk}.work`), "its files are gone");
    const other = await matinee(
      "train",
      "--data",
      blocks,
      "--memory",
      "4GB",
      "--model",
      "als",
      ...set,
      "--out",
      inMemory,
    );
    assert.match(other.stderr, /als is trained in memory: it takes about 1\d\d MB of memory, and there are 4\.3 GB\./);
    const [disk, memory] = await Promise.all([onDisk, inMemory].map(readArtifact));
    assert.deepEqual(disk.state, memory.state);
    assert.deepEqual(
      [disk, memory].map(({ record }) => record.outOfCore),
      [outOfCore, undefined],
    );
    const told = await matinee("inspect", onDisk);
    const { userSegments, itemSegments } = outOfCore;
    const words = `trained   out of core, \\d.* MB at a time: ${userSegments} segments? of people, ${itemSegments} segments? of films`;
    assert.match(told.stdout, new RegExp(words));
    assert.deepEqual(disk.info.likes, memory.info.likes);
    assert.deepEqual(disk.info.coRatings, memory.info.coRatings);
    const list = await matinee("recommend", "--artifact", onDisk, "--data", blocks, "--user", "7", "--json");
    assert.equal(JSON.parse(list.stdout).items.length, 10);
  });

  it("goes on after ten kills as if there had been none", async () => {
    const { int } = random(Number(process.env.MATINEE_TEST_SEED ?? 21));
    const training = (out: string) => [
      "train",
      "--data",
      blocks,
      ...small,
      "--set",
      "factors=8",
      "iterations=40",
      "--out",
      join(folder, out),
    ];
    const factors = ["users", "items"].map((side) => join(folder, "killed.matinee.work", `${side}.factors`));
    const written = () => factors.map((file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs).join();
    let kills = 0;
    for (let ended = false; kills < 10 && !ended; ) {
      const before = written();
      const { child, outcome } = start(...training("killed.matinee"));
      // Each gets a half-step further, and is killed in one of the next, or before the first.
      if (kills > 0) while (child.exitCode === null && written() === before) await pause(2);
      await pause(int(100));
      child.kill("SIGKILL");
      ended = (await outcome).code !== null;
      if (!ended) kills++;
    }
    assert.equal(kills, 10, "it is killed before it ends");
    const last = await matinee(...training("killed.matinee"));
    assert.equal(last.code, 0, last.stderr);
    assert.match(last.stderr, /goes on where it was interrupted/);
    await matinee(...training("undisturbed.matinee"));
    const [killed, undisturbed] = ["killed", "undisturbed"].map((name) =>
      readFileSync(join(folder, `${name}.matinee`)),
    );
    assert.ok(killed.equals(undisturbed));
    assert.deepEqual(
      readdirSync(folder).filter((name) => /work|tmp/.test(name)),
      [],
    );
  });

  it("finds the neighbours of item-knn as in memory, killed and continued", async () => {
    const file = (name: string) => join(folder, `${name}.matinee`);
    const training = (name: string, memory: string) => [
      ...["train", "--data", blocks, "--model", "item-knn", "--memory", memory, "--out", file(name)],
    ];
    const { child, outcome } = start(...training("neighbours", "156MB"));
    while (child.exitCode === null && !existsSync(join(`${file("neighbours")}.work`, "neighbours.lists")))
      await pause(2);
    child.kill("SIGKILL");
    assert.equal((await outcome).code, null, "it is killed before it ends");
    const last = await matinee(...training("neighbours", "156MB"));
    assert.equal(last.code, 0, last.stderr);
    assert.match(last.stderr, /item-knn is trained out of core.*\n.*goes on where it was interrupted/);
    const inMemory = await matinee(...training("neighbours-in-memory", "4GB"));
    assert.equal(inMemory.code, 0, inMemory.stderr);
    const [disk, memory] = await Promise.all(["neighbours", "neighbours-in-memory"].map(file).map(readArtifact));
    assert.deepEqual(disk.state, memory.state);
  });

  it("lists for everybody from column blocks as from ratings in memory", async () => {
    for (const [model, ending] of [
      ["disk", "parquet"],
      ["disk", "csv"],
      ["neighbours", "jsonl"],
    ]) {
      const listing = (data: string, out: string) =>
        matinee(
          ...["recommend", "--all", "--artifact", join(folder, `${model}.matinee`), "--data", data, "--threads", "2"],
          ...["--out", join(folder, `${out}.${ending}`), "--json"],
        );
      const streamed = await listing(blocks, "streamed");
      assert.equal(streamed.code, 0, streamed.stderr);
      assert.doesNotMatch(streamed.stderr, /ratings of .* films by|is not what/, "they are not read into memory");
      const inMemory = await listing("synthetic-1m", "in-memory");
      assert.match(inMemory.stderr, /ratings of .* films by/);
      const { file: _, ...told } = JSON.parse(streamed.stdout);
      const { file: __, ...expected } = JSON.parse(inMemory.stdout);
      assert.deepEqual(told, expected);
      const [one, other] = ["streamed", "in-memory"].map((name) => readFileSync(join(folder, `${name}.${ending}`)));
      assert.ok(one.equals(other), `${model}, ${ending}`);
    }
  });

  it("refuses a second process in its folder, and goes on at once after a kill", async () => {
    const training = ["train", "--data", blocks, ...small, "--set", "factors=8", "iterations=300"];
    const out = ["--out", join(folder, "two.matinee")];
    const { child, outcome } = start(...training, ...out);
    while (child.exitCode === null && !existsSync(join(folder, "two.matinee.work", "items.factors"))) await pause(5);
    const second = await matinee(...training, ...out);
    assert.equal(second.code, 2, second.stderr);
    assert.match(second.stderr, /two\.matinee\.work is in use by another training/);
    assert.equal(child.exitCode, null, "the first one works on");
    child.kill("SIGKILL");
    assert.equal((await outcome).code, null);
    const written = () => statSync(join(folder, "two.matinee.work", "items.factors")).mtimeMs;
    const before = written();
    const third = start(...training, ...out);
    while (third.child.exitCode === null && written() === before) await pause(5);
    third.child.kill("SIGINT");
    const { stderr } = await third.outcome;
    assert.match(stderr, /goes on where it was interrupted/);
  });

  it("keeps what is not its own, and files of other trainings", async () => {
    const work = join(folder, "work");
    const training = (...set: string[]) =>
      matinee("train", "--data", blocks, ...small, "--work", work, "--out", join(folder, "n.matinee"), "--set", ...set);
    const { child, outcome } = start(
      ...["train", "--data", blocks, ...small, "--work", work, "--out", join(folder, "n.matinee")],
      ...["--set", "factors=8", "iterations=1000"],
    );
    while (!existsSync(join(work, "items.factors"))) await pause(20);
    child.kill("SIGINT");
    assert.equal((await outcome).code, 130);
    const other = await training("factors=16", "iterations=1");
    assert.equal(other.code, 2, other.stderr);
    assert.match(other.stderr, /holds the files of another training, of other data or settings/);

    const damaged = readFileSync(join(work, "users.segments"));
    damaged[2000] ^= 1;
    writeFileSync(join(work, "users.segments"), damaged);
    const broken = await training("factors=8", "iterations=1000");
    assert.equal(broken.code, 3, broken.stderr);
    assert.match(broken.stderr, /users\.segments: piece 0 is not what was written/);
  });

  it("refuses what does not fit out of core either", async () => {
    const { code, stderr } = await matinee(
      ...["train", "--data", blocks, "--memory", "100MB", "--model", "als", "--out", join(folder, "n.matinee")],
    );
    assert.equal(code, 6, stderr);
    assert.match(stderr, /als would take about 1\d\d MB even out of core/);
  });
});
