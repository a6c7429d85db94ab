/** matinee recommend --all: lists for everybody in a file. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { zstdDecompressSync } from "node:zlib";
import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";
import { writeRatingsCsv } from "../../src/data/write.ts";
import { matinee, start, temporaryFolder, written } from "../helpers/command.ts";
import { filmDataset } from "../helpers/films.ts";

const folder = temporaryFolder();
const data = join(folder, "films");

before(() => writeRatingsCsv(filmDataset(), data));

describe("matinee recommend --all", () => {
  for (const model of ["item-knn", "als"]) {
    it(`writes what --user gives each, and which model chose it (${model})`, async () => {
      const out = join(folder, `${model}.csv`);
      const args = ["--model", model, "--data", data, "--k", "4", "--json"];
      const { stdout, stderr, code } = await matinee("recommend", "--all", "--out", out, ...args);
      assert.equal(code, 0, stderr);
      const [header, ...lines] = readFileSync(out, "utf8").trimEnd().split("\n");
      assert.equal(header, "user,rank,item,score,source");
      const rows = lines.map((line) => line.split(","));
      const summary = JSON.parse(stdout);
      assert.deepEqual([summary.model, summary.users, summary.k, summary.file], [model, 6, 4, out]);
      assert.equal(summary.rows, rows.length);
      assert.equal(summary.bytes, readFileSync(out).length);
      assert.equal(summary.fallback, rows.filter(([, , , , source]) => source === "popular").length);
      for (const user of ["1", "3"]) {
        const { items } = JSON.parse((await matinee("recommend", "--user", user, ...args)).stdout);
        const own = rows.filter(([id]) => id === user);
        assert.deepEqual(
          own.map(([, rank, item, , source]) => [rank, item, source]),
          items.map(({ id, source }: { id: number; source: string }, n: number) => [String(n + 1), String(id), source]),
        );
        for (const [n, [, , , score]] of own.entries()) assert.ok(Math.abs(Number(score) - items[n].score) < 1e-5);
      }
    });
  }

  it("writes Parquet and JSON lines where the name says so, with the same rows", async () => {
    const [csv, parquet, lines] = ["csv", "parquet", "jsonl"].map((ending) => join(folder, `o'lists.${ending}`));
    const args = ["--model", "ease", "--data", data];
    for (const out of [csv, parquet, lines])
      assert.equal((await matinee("recommend", "--all", "--out", out, ...args)).code, 0);
    const [header, ...rest] = readFileSync(csv, "utf8").trimEnd().split("\n");
    const names = header.split(",");
    const rows = rest.map((line) =>
      Object.fromEntries(line.split(",").map((field, n) => [names[n], names[n] === "source" ? field : Number(field)])),
    );
    const parsed = readFileSync(lines, "utf8").trimEnd().split("\n");
    assert.deepEqual(
      parsed.map((line) => JSON.parse(line)),
      rows,
    );
    const read = await parquetReadObjects({
      file: await asyncBufferFromFile(parquet),
      compressors: { ZSTD: (bytes) => zstdDecompressSync(bytes) },
    });
    const whole = (row: Record<string, unknown>) => ({
      user: Number(row.user),
      rank: Number(row.rank),
      item: Number(row.item),
    });
    assert.deepEqual(
      read.map((row) => ({ ...row, ...whole(row) })),
      rows.map((row) => ({ ...row, score: Math.fround(Number(row.score)) })),
    );
  });

  it("takes people whom the model was not trained on, and says so", async () => {
    const [artifact, other, out] = ["films.matinee", "other.csv", "other-lists.csv"].map((name) => join(folder, name));
    await matinee("train", "--model", "item-knn", "--data", data, "--out", artifact);
    writeFileSync(other, 'userId,movieId,rating\n"a, b",10,5\n"a, b",999,3\nc,999,4\n');
    const { stderr, code } = await matinee(
      "recommend",
      "--all",
      "--out",
      out,
      "--artifact",
      artifact,
      "--data",
      other,
      "--k",
      "1",
    );
    assert.equal(code, 0, stderr);
    assert.match(stderr, /people are taken as somebody new/);
    const rows = readFileSync(out, "utf8").split("\n");
    assert.match(rows[1], /^"a, b",1,20,[\d.]+,item-knn$/);
    assert.match(rows[2], /^c,1,10,\d+,popular$/);
  });

  it("chooses from what an index finds with --approximate, and tells the recall", async () => {
    const [exact, approximate] = ["exact.csv", "approximate.csv"].map((name) => join(folder, name));
    const args = ["--all", "--model", "als", "--data", "synthetic-latest-small"];
    await matinee("recommend", ...args, "--out", exact);
    const { stderr, code } = await matinee("recommend", ...args, "--out", approximate, "--approximate");
    assert.equal(code, 0, stderr);
    assert.match(stderr, /Making the index: [\d.]+ s/);
    assert.match(stderr, /Exact lists of 200 people: [\d.]+ s/);
    const [, recall] = /recall@10 against them: (\d\.\d{4})/.exec(stderr)!;
    assert.ok(Number(recall) > 0.99, recall);
    const pairs = (file: string) =>
      readFileSync(file, "utf8")
        .trimEnd()
        .split("\n")
        .slice(1)
        .map((line) => line.split(",").toSpliced(1, 1).toSpliced(2, 1).join());
    const known = new Set(pairs(exact));
    const own = pairs(approximate);
    assert.equal(own.length, known.size);
    assert.ok(own.filter((pair) => known.has(pair)).length > 0.99 * own.length);
  });

  it("has no index for a model without vectors", async () => {
    const args = ["--model", "item-knn", "--data", data, "--out", join(folder, "none.csv"), "--approximate"];
    const { code, stderr } = await matinee("recommend", "--all", ...args);
    assert.equal(code, 2, stderr);
    assert.match(stderr, /item-knn has no vectors for an index to find/);
  });

  it("answers everybody from a saved model alone where it keeps their ratings, and says where it does not", async () => {
    for (const [model, exit] of [
      ["user-knn", 0],
      ["bias", 2],
    ] as const) {
      const [artifact, out] = [join(folder, `alone-${model}.matinee`), join(folder, `alone-${model}.csv`)];
      await matinee("train", "--model", model, "--data", data, "--out", artifact);
      const { code, stderr } = await matinee("recommend", "--all", "--artifact", artifact, "--out", out);
      assert.equal(code, exit, stderr);
      assert.equal(existsSync(out), exit === 0);
      if (exit > 0) assert.match(stderr, /a saved model holds no users' ratings/);
    }
  });

  const out = join(folder, "refused.csv");
  const wrong: [string, string[], number, RegExp][] = [
    ["--user", ["--out", out, "--user", "1"], 2, /--all and --user do not go together/],
    ["--rate", ["--out", out, "--rate", "10=5"], 2, /--all and --rate do not go together/],
    ["--genre", ["--out", out, "--genre", "Crime"], 2, /--all and --genre do not go together/],
    ["no --out", [], 2, /--all needs a file/],
    [
      "an ending that is no table's",
      ["--out", join(folder, "lists.xlsx")],
      2,
      /lists\.xlsx: the ending of the name does not say what to write \(let it end in \.csv, \.jsonl or \.parquet\)/,
    ],
    ["a folder that is a file", ["--out", join(data, "movies.csv", "x.csv")], 7, /nothing can be written into/],
  ];
  for (const [name, args, exit, line] of wrong) {
    it(`refuses ${name} before any work`, async () => {
      const { code, stdout, stderr } = await matinee("recommend", "--all", ...args);
      assert.deepEqual([code, stdout], [exit, ""], stderr);
      assert.match(stderr, line);
      assert.equal(stderr.trimEnd().split("\n").length, 1, stderr);
    });
  }

  for (const flags of [["--approximate"]]) {
    it(`refuses ${flags[0]} without --all`, async () => {
      const { code, stderr } = await matinee("recommend", "--user", "1", ...flags);
      assert.equal(code, 2);
      assert.match(stderr, new RegExp(`${flags[0]} is for the lists of everybody`));
    });
  }

  it("leaves what was there as it was at Ctrl-C", async () => {
    const out = join(temporaryFolder(), "lists.csv");
    writeFileSync(out, "before");
    const args = ["--all", "--out", out, "--model", "pagerank", "--data", "synthetic-100k"];
    const { child, outcome } = start("recommend", ...args);
    await written(child, "Recommending to everybody");
    child.kill("SIGINT");
    const { code, stdout, stderr } = await outcome;
    assert.deepEqual([code, stdout], [130, ""], stderr);
    assert.match(stderr, /recommending was cancelled/);
    assert.equal(readFileSync(out, "utf8"), "before");
    assert.deepEqual(readdirSync(join(out, "..")), ["lists.csv"]);
  });
});
