/** matinee recommend --sweep: lists under several values of a setting. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { writeRatingsCsv } from "../../src/data/write.ts";
import { assertRefused, matinee, temporaryFolder } from "../helpers/command.ts";
import { filmDataset } from "../helpers/films.ts";

const folder = temporaryFolder();
const data = join(folder, "films");
const set = ["minOverlap=1", "minNeighbours=1"];
const asked = ["recommend", "--user", "6", "--data", data, "--k", "3"];
const knn = [...asked, "--model", "user-knn"];

before(() => writeRatingsCsv(filmDataset(), data));

describe("matinee recommend --sweep", () => {
  it("gives the list that each value would give alone, reading the data once", async () => {
    const swept = await matinee(...knn, "--set", ...set, "--sweep", "k=1,2,4", "--json");
    const { model, user, setting, lists } = JSON.parse(swept.stdout);
    assert.deepEqual([model, user, setting], ["user-knn", 6, "k"]);
    assert.equal(swept.stderr.split("\n").filter((line) => /^Reading .*:/.test(line)).length, 1);
    assert.deepEqual(
      lists.map(({ value }: { value: unknown }) => value),
      [1, 2, 4],
    );
    for (const { value, items } of lists) {
      const alone = await matinee(...knn, "--set", ...set, `k=${value}`, "--json");
      assert.deepEqual(JSON.parse(alone.stdout).items, items);
    }
    assert.notDeepEqual(lists[0].items, lists[2].items);
  });

  it("shows titles and predicted ratings in a column for each value, of any setting of any model", async () => {
    const sweep = ["--sweep", "prediction=mean,deviation"];
    const { stdout } = await matinee(...knn, "--set", ...set, ...sweep);
    const [head, ...rows] = stdout.trimEnd().split("\n");
    assert.match(head, /^ {4}prediction = mean {2,}prediction = deviation$/);
    assert.equal(rows.length, 3);
    assert.match(rows[0], /^ 1 {2}\S.* \d\.\d {2}\S.* \d\.\d$/);

    const ease = await matinee("recommend", "--data", data, "--model", "ease", "--sweep", "lambda=1,500");
    assert.match(ease.stderr, /No ratings given/);
    assert.match(ease.stdout, /^ {4}lambda = 1 .*lambda = 500\n 1 {2}Night Harbour \(1991\) +\(popular\)/);
  });

  it("sweeps a setting of the model that recommend trains by default", async () => {
    const { model, items } = JSON.parse((await matinee(...asked, "--json")).stdout);
    const swept = JSON.parse((await matinee(...asked, "--sweep", "lambda=1,2000", "--json")).stdout);
    assert.equal(swept.model, model);
    // lambda=2000 is the default: the list is that of recommend, with the stars that the other model predicts.
    assert.deepEqual(swept.lists[1].items, items);
    assert.ok(items.every(({ predicted }: { predicted?: number }) => predicted !== undefined));
    assertRefused(await matinee(...asked, "--sweep", "k=1,2"), 2, /ease has no setting "k"/);
  });

  const wrong: [string, string[], RegExp][] = [
    [
      "an unknown setting",
      ["--model", "user-knn", "--sweep", "kk=1,2"],
      /user-knn has no setting "kk" \(did you mean k\?/,
    ],
    [
      "a value out of bounds",
      ["--model", "user-knn", "--sweep", "k=1,0"],
      /user-knn: k is "0" \(it takes integer, 1 to 100000\)/,
    ],
    ["a value left out", ["--model", "user-knn", "--sweep", "k=1,"], /user-knn: k is ""/],
    ["no value", ["--sweep", "k"], /It takes a setting and values/],
    ["an unknown model", ["--model", "user-kn", "--sweep", "k=1"], /did you mean user-knn\?/],
    ["a setting said twice", ["--set", "k=1", "--sweep", "k=1,2"], /--set and --sweep both say what k is/],
    ["a saved model", ["--artifact", "x.matinee", "--sweep", "k=1,2"], /a saved model has its settings/],
    ["parts in a table", ["--explain", "--sweep", "k=1,2"], /no room for parts/],
    ["everybody", ["--all", "--out", join(folder, "x.csv"), "--sweep", "k=1"], /--all and --\w+ do not go together/],
  ];
  for (const [name, args, line] of wrong) {
    it(`refuses ${name} before the data are read`, async () => {
      const outcome = await matinee("recommend", "--user", "6", "--data", data, ...args);
      assertRefused(outcome, 2, line);
      assert.ok(!outcome.stderr.includes("Reading"));
    });
  }
});
