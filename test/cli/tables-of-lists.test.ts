/** Lists and predictions for several users, as text, JSON and tables. */
import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { zstdDecompressSync } from "node:zlib";
import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";
import { readRatings } from "../../src/data/read.ts";
import { writeRatingsCsv } from "../../src/data/write.ts";
import { assertRefused, matinee, temporaryFolder } from "../helpers/command.ts";
import { filmDataset } from "../helpers/films.ts";
import { withTimes } from "../helpers/toy.ts";

const folder = temporaryFolder();
const data = join(folder, "films");
const source = ["--data", data, "--model", "item-knn"];

before(() => writeRatingsCsv(filmDataset(), data));

async function json(...args: string[]) {
  const { stdout, stderr, code } = await matinee(...args, ...source, "--json");
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}

function table(file: string): string[][] {
  return readFileSync(file, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => line.split(","));
}

describe("matinee recommend for several users", () => {
  it("lists for each what it lists for one", async () => {
    const { model, lists } = await json("recommend", "--user", "1", "--user", "3", "--k", "3");
    assert.equal(model, "item-knn");
    for (const { user, items } of lists) {
      assert.deepEqual(items, (await json("recommend", "--user", String(user), "--k", "3")).items);
    }
    assert.deepEqual(
      lists.map(({ user }: { user: number }) => user),
      [1, 3],
    );
    const { stdout } = await matinee("recommend", "--user", "1", "--user", "3", "--k", "3", ...source);
    assert.match(stdout, /^For user 1:\n 1 {2}.+\n/);
    assert.match(stdout, /\n\nFor user 3:\n 1 {2}/);
  });

  it("names the genres of the films", async () => {
    const [film] = (await json("recommend", "--user", "1", "--k", "1")).items;
    const { stdout } = await matinee("recommend", "--user", "1", "--k", "1", ...source);
    assert.ok(film.genres.length > 0);
    assert.ok(stdout.includes(`[${film.id}]  ${film.genres.join(", ")}`), stdout);
  });

  it("writes a table with the columns of one's choice, into a folder that it makes", async () => {
    const file = join(folder, "new", "lists.csv");
    const columns = "user,rank,item,title,predicted,reason";
    const users = ["--user", "3", "--user", "1"];
    const summary = await json("recommend", ...users, "--k", "2", "--out", file, "--columns", columns);
    assert.deepEqual([summary.users, summary.rows, summary.file], [2, 4, file]);
    const [header, ...rows] = table(file);
    assert.equal(header.join(","), columns);
    const { items } = await json("recommend", "--user", "3", "--k", "2");
    for (const [n, { id, predicted }] of items.entries()) {
      assert.deepEqual(rows[n].slice(0, 3), ["3", String(n + 1), String(id)]);
      assert.ok(Math.abs(Number(rows[n].at(-2)) - predicted) < 1e-5, rows[n].join());
    }
  });

  it("writes the list of somebody who is not in the data", async () => {
    const file = join(folder, "own.parquet");
    await json("recommend", "--rate", "10=5", "--k", "2", "--out", file, "--columns", "user,item,confidence");
    const rows = await parquetReadObjects({
      file: await asyncBufferFromFile(file),
      compressors: { ZSTD: (bytes) => zstdDecompressSync(bytes) },
    });
    assert.equal(rows.length, 2);
    assert.ok(rows.every(({ user, confidence }) => user === null && typeof confidence === "string"));
  });

  it("writes everybody's reasons, as each is given them", async () => {
    const [plain, detailed] = ["plain.csv", "detailed.csv"].map((name) => join(folder, name));
    await json("recommend", "--all", "--k", "3", "--out", plain);
    await json("recommend", "--all", "--k", "3", "--out", detailed, "--columns", "user,rank,item,score,source,rule");
    const without = table(detailed).map((row) => row.slice(0, 5));
    assert.deepEqual(
      without.map(([user, rank, item, , source]) => [user, rank, item, source]),
      table(plain).map(([user, rank, item, , source]) => [user, rank, item, source]),
    );
    const titles = join(folder, "titles.csv");
    await json("recommend", "--all", "--k", "3", "--out", titles, "--columns", "title,user");
    assert.equal(table(titles).length, table(plain).length);
  });

  it("refuses what would be dropped or makes no sense", async () => {
    const user = ["--user", "1"];
    const explained = ["--explain", "--out", join(folder, "x.csv")];
    assertRefused(await matinee("recommend", ...user, ...explained, ...source), 2, /no room for every part/);
    assertRefused(await matinee("recommend", ...user, ...user, ...source), 2, /--user 1 is given twice/);
    assertRefused(
      await matinee("recommend", ...user, "--columns", "item", ...source),
      2,
      /--columns are those of a table/,
    );
    const file = ["--out", join(folder, "x.csv")];
    assertRefused(await matinee("recommend", ...user, ...file, "--columns", "titel"), 2, /no column "titel" .*title/);
    assertRefused(await matinee("recommend", ...user, ...file, "--columns", "item,item"), 2, /"item" is named twice/);
    const approximate = ["--all", "--approximate", "--columns", "reason"];
    assertRefused(await matinee("recommend", ...approximate, ...file), 2, /an index says nothing of reason/);
    const swept = ["--sweep", "k=5,10", ...user, "--user", "2"];
    assertRefused(await matinee("recommend", ...swept, ...source), 2, /--sweep and several users/);
    assert.ok(!existsSync(file[1]));
  });
});

describe("an option with a value", () => {
  for (const args of [
    ["recommend", "--k", "3", "--k", "4"],
    ["predict", "1", "--user", "1", "--user", "2"],
    ["neighbours", "--user", "1", "--user", "2"],
    ["ratings", "--user", "1", "--user", "2"],
    ["similar", "1", "--by", "ratings", "--by", "both"],
    ["data", "--data", "a", "--data", "b"],
    ["compare", "--models", "ease", "--models", "als"],
    ["serve", "--port", "1", "--port", "2"],
  ]) {
    it(`is not dropped where it is given twice (${args.join(" ")})`, async () => {
      assertRefused(await matinee(...args), 2, /--\w+ is given twice/);
    });
  }
});

it("a setting that is given twice is refused", async () => {
  const twice = ["--set", "lambda=1", "--set", "lambda=2"];
  assertRefused(await matinee("recommend", "--model", "ease", ...twice), 2, /says what lambda is twice/);
  const weights = ["--weights", "view=1,view=2"];
  assertRefused(await matinee("data", ...weights), 2, /weighs view twice/);
});

describe("a film", () => {
  for (const [args, message] of [
    [["similar", "10", "20", "10"], /"10" is given twice/],
    [["similar", "10", "id:10"], /"10" and "id:10" are the same film/],
    [["predict", "--user", "1", "10", "10"], /"10" is given twice/],
    [["recommend", "--rate", "10=5", "--rate", "10=1"], /"10" is given twice/],
  ] as const) {
    it(`is not answered for twice, and no rating of it dropped (${args.join(" ")})`, async () => {
      assertRefused(await matinee(...args, ...source), 2, message);
    });
  }
});

it("data that a preview would leave aside are refused", async () => {
  assertRefused(await matinee("data", "--preview", data, "--data", data), 2, /--preview and --data do not go together/);
});

describe("matinee similar for several films", () => {
  it("lists for each what it lists for one", async () => {
    const { lists } = await json("similar", "10", "20", "--k", "2");
    for (const { for: film, items } of lists) {
      assert.deepEqual(items, (await json("similar", String(film), "--k", "2")).items);
    }
    assert.deepEqual(
      lists.map((list: { for: number }) => list.for),
      [10, 20],
    );
  });
});

describe("matinee predict --pairs", () => {
  const pairs = join(folder, "pairs.csv");
  const out = join(folder, "predictions.csv");
  const bias = ["--data", data, "--model", "bias"];

  it("predicts every row, in order, as for one user, and leaves out what is unknown", async () => {
    // user 1 has rated film 10, which is predicted without that rating
    writeFileSync(pairs, "film,userId\n20,3\n10,1\n10,999\nnone,1\n50,3\nnone,999\n");
    const { stdout, stderr, code } = await matinee("predict", "--pairs", pairs, "--out", out, ...bias, "--json");
    assert.equal(code, 0, stderr);
    const { rows, predicted, unknown, unknownUsers, unknownItems } = JSON.parse(stdout);
    assert.deepEqual([rows, predicted, unknown, unknownUsers, unknownItems], [6, 3, 3, 2, 2]);
    const [header, ...found] = table(out);
    assert.deepEqual(header, ["user", "item", "predicted", "rule"]);
    assert.deepEqual(
      found.map(([user, item, , rule]) => [user, item, rule]),
      [
        ["3", "20", "model"],
        ["1", "10", "model"],
        ["999", "10", "unknown user"],
        ["1", "none", "unknown film"],
        ["3", "50", "model"],
        ["999", "none", "unknown user"],
      ],
    );
    for (const [user, item, rating] of [found[0], found[1], found[4]]) {
      const one = await matinee("predict", item, "--user", user, ...bias, "--json");
      assert.ok(Math.abs(JSON.parse(one.stdout).items[0].predicted - Number(rating)) < 1e-5);
    }
    assert.deepEqual([found[2][2], found[3][2]], ["", ""]);
  });

  it("predicts every row for its time, as --time does for one", async () => {
    const timed = join(folder, "timed");
    await writeRatingsCsv(withTimes(filmDataset()), timed);
    const timeBias = ["--data", timed, "--model", "time-bias"];
    const { rated, time } = await ratedAndTime(timed);
    const rows = [
      ["3", "20", String(time)],
      ["3", "20", String(time + 1e6)],
      ["3", String(rated), String(time + 60)],
    ];
    writeFileSync(pairs, ["user,item,timestamp", ...rows.map((row) => row.join(","))].join("\n"));
    const { stderr, code } = await matinee("predict", "--pairs", pairs, "--out", out, ...timeBias);
    assert.equal(code, 0, stderr);
    const found = table(out).slice(1);
    for (const [n, [user, item, when]] of rows.entries()) {
      const one = await matinee("predict", item, "--user", user, "--time", when, ...timeBias, "--json");
      assert.ok(Math.abs(JSON.parse(one.stdout).items[0].predicted - Number(found[n][2])) < 1e-5);
    }
    assert.notEqual(found[0][2], found[1][2]);
    const run = (...more: string[]) => matinee("predict", "20", "--user", "3", ...timeBias, ...more);
    assertRefused(await run("--time", "yesterday"), 2, /It takes a date/);
    assertRefused(
      await matinee("predict", "--pairs", pairs, "--out", out, "--time", "9", ...timeBias),
      2,
      /--pairs and --time/,
    );
    writeFileSync(pairs, "user,item,time\n3,20,\n");
    assertRefused(
      await matinee("predict", "--pairs", pairs, "--out", out, ...timeBias),
      3,
      /row 1 \(line 2\) has no time/,
    );
  });

  /** A film that user 3 rated, and when. */
  async function ratedAndTime(timed: string) {
    const { byUser, items, users } = await readRatings(timed);
    const at = byUser.offsets[users.index(3)];
    return { rated: items.id(byUser.indices[at]), time: byUser.times![at] };
  }

  it("says what is wrong, and leaves the file as it was", async () => {
    const before = readFileSync(out, "utf8");
    const run = (...more: string[]) => matinee("predict", ...more, "--out", out, ...bias);
    assertRefused(await run("--pairs", join(folder, "no.csv")), 3, /no\.csv is not there/);
    assertRefused(await run("--pairs", pairs, "--user", "1"), 2, /--pairs and --user/);
    assertRefused(await run("1"), 2, /--out is for the predictions of --pairs/);
    assertRefused(await matinee("predict", "--pairs", pairs, ...bias), 2, /needs a file/);
    writeFileSync(pairs, "a,b\n1,2\n");
    assertRefused(await run("--pairs", pairs), 3, /no column of users: its columns are a, b/);
    writeFileSync(pairs, "user,item\n1,2\n1,\n");
    assertRefused(await run("--pairs", pairs), 3, /row 2 \(line 3\) has no film/);
    assert.equal(readFileSync(out, "utf8"), before);
  });
});

describe("matinee data, at a first look", () => {
  it("shows the first ratings, what ids are, and medians", async () => {
    const { stdout } = await matinee("data", "--data", data, "--json");
    const summary = JSON.parse(stdout);
    const { byUser } = filmDataset();
    const perUser = Array.from({ length: byUser.rows }, (_, row) => byUser.offsets[row + 1] - byUser.offsets[row]).sort(
      (a, b) => a - b,
    );
    const middle = perUser.length >> 1;
    const median = perUser.length % 2 === 1 ? perUser[middle] : (perUser[middle - 1] + perUser[middle]) / 2;
    assert.equal(summary.medians.perUser, median);
    assert.deepEqual(summary.ids, { users: "number", items: "number" });
    assert.equal(summary.first.length, 5);
    const [, line] = readFileSync(join(data, "ratings.csv"), "utf8").split("\n");
    const { user, item, rating } = summary.first[0];
    assert.equal(line.split(",").slice(0, 3).join(), [user, item, rating.toFixed(1)].join());
    const text = (await matinee("data", "--data", data)).stdout;
    assert.match(text, /people, by whole numbers; half of them have/);
    assert.match(text, /First ratings, as understood:\n {2}user 1 {2}film /);
  });

  it("describes a film by id or title", async () => {
    const { title, ratings, text, histogram } = JSON.parse(
      (await matinee("data", "--data", data, "--film", "10", "--json")).stdout,
    );
    assert.ok(text.startsWith(title));
    assert.equal(
      histogram.reduce((sum: number, bin: { count: number }) => sum + bin.count, 0),
      ratings,
    );
    const { stdout } = await matinee("data", "--data", data, "--film", title);
    assert.match(stdout, /its text for models: /);
    assertRefused(await matinee("data", "--data", data, "--film", "id:no"), 2, /no film/);
  });
});
