/** Lists for everybody as files: the same whatever is in memory, and whole or as they were. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, it } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { errorTable } from "../../src/errors.ts";
import { random } from "../../src/random.ts";
import { assertRefused, matinee, type Outcome, start, temporaryFolder } from "../helpers/command.ts";

const users = 7000;
const folder = temporaryFolder();
const [data, blocks] = ["ratings.csv", "ratings.blocks"].map((name) => join(folder, name));
const { int } = random(4);
/** Users of one to ten ratings, by descending id, so that blocks have them in another order than files. */
const ratings = Array.from({ length: users }, (_, user) =>
  Array.from({ length: 1 + int(10) }, (_, n) => `${users - user},${1 + int(30) + 30 * n},${1 + int(5)}`),
);
writeFileSync(data, `userId,movieId,rating\n${ratings.flat().join("\n")}\n`);
await matinee("data", "--data", data, "--blocks", blocks);
const modelOf = (name: string) => join(folder, `${name}.matinee`);
for (const [model, ...set] of [["als", "factors=8"], ["mf", "factors=8"], ["user-knn"]]) {
  const settings = set.length > 0 ? ["--set", ...set] : [];
  const { code, stderr } = await matinee(
    "train",
    "--data",
    data,
    "--model",
    model,
    ...settings,
    "--out",
    modelOf(model),
  );
  assert.equal(code, 0, stderr);
}
const listing = (model: string, source: string, ...others: string[]) => [
  ...["recommend", "--all", "--artifact", modelOf(model), "--data", source],
  ...others,
];

describe("lists for everybody", () => {
  for (const model of ["als", "mf"]) {
    it(`are the same bytes from blocks and from memory, of vectors on disk and in memory, by any threads (${model})`, async () => {
      for (const ending of ["csv", "jsonl", "parquet"]) {
        const files: Buffer[] = [];
        for (const [source, ...others] of [
          [data, "--threads", "1"],
          [blocks, "--threads", "1"],
          [blocks, "--threads", "3"],
          [blocks, "--threads", "3", "--memory", "20kB"],
          [data, "--threads", "1", "--memory", "20kB"],
        ]) {
          const out = join(temporaryFolder(), `lists.${ending}`);
          const { code, stdout, stderr } = await matinee(...listing(model, source, ...others, "--out", out, "--json"));
          assert.equal(code, 0, stderr);
          assert.equal(/stay on disk/.test(stderr), others.includes("20kB"), stderr);
          const { rows, users: listed, k, bytes } = JSON.parse(stdout);
          assert.deepEqual([rows, listed, k], [10 * users, users, 10]);
          files.push(readFileSync(out));
          assert.equal(bytes, files.at(-1)!.length);
        }
        for (const file of files) assert.ok(file.equals(files[0]), ending);
      }
    });
  }

  /** A folder with lists of before. */
  function folderWithLists(): { readonly out: string; assertAsBefore(): void } {
    const own = temporaryFolder();
    const out = join(own, "lists.csv");
    writeFileSync(out, "of before");
    return {
      out,
      assertAsBefore() {
        assert.deepEqual(readdirSync(own), ["lists.csv"]);
        assert.equal(readFileSync(out, "utf8"), "of before");
      },
    };
  }

  for (const [when, temporaries] of [
    ["while they are made", 1],
    ["while they are written", 2],
  ] as const) {
    it(`of blocks leave the file of before, and nothing else, where they are stopped ${when}`, async () => {
      const { out, assertAsBefore } = folderWithLists();
      const { child, outcome } = start(...listing("user-knn", blocks, "--out", out, "--k", "200"));
      const begun = () => readdirSync(join(out, "..")).length > temporaries;
      while (child.exitCode === null && !begun()) await pause(2);
      child.kill("SIGINT");
      assertRefused(await outcome, 130, /^matinee: .*cancelled/);
      assertAsBefore();
    });
  }

  for (const [what, kilobytes] of [
    ["what waits to be put in order", 40],
    ["the file itself", 12_000],
  ] as const) {
    it(`of blocks leave the file of before, and nothing else, where the disk has no room for ${what}`, async () => {
      const { out, assertAsBefore } = folderWithLists();
      const main = resolve(import.meta.dirname, "../../src/cli/main.ts");
      const args = listing("als", blocks, "--out", out, "--k", "200");
      const shell = `ulimit -f ${kilobytes}; exec "$0" "$@"`;
      const child = spawn("bash", ["-c", shell, process.execPath, main, ...args], {
        stdio: ["ignore", "pipe", "pipe"],
      });
      const outcome: Outcome = await textsOf(child);
      assertRefused(outcome, errorTable.WRITE_FAILED.exit, /^matinee: .*lists\.csv.*EFBIG/);
      assert.equal(/lists-\d+\.spill/.test(outcome.stderr), kilobytes === 40, outcome.stderr);
      assertAsBefore();
    });
  }
});

async function textsOf(child: ReturnType<typeof spawn>): Promise<Outcome> {
  let [stdout, stderr] = ["", ""];
  child.stdout!.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr!.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const [code] = await once(child, "close");
  return { code, stdout, stderr };
}
