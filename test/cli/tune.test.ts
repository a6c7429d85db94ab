/** matinee tune. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { syntheticRatings } from "../../src/data/synthetic/synthetic-ratings.ts";
import { writeRatingsCsv } from "../../src/data/write.ts";
import type { Trial } from "../../src/evaluate/tuning/result.ts";
import { assertRefused, matinee, start, temporaryFolder, written } from "../helpers/command.ts";

const folder = temporaryFolder();
const data = join(folder, "ratings");
process.env.MATINEE_CACHE = join(folder, "cache");
const asked = ["tune", "--data", data, "--model", "item-knn", "--metric", "ndcg@5", "--trials", "5"];

before(async () => writeRatingsCsv(await syntheticRatings({ users: 420, items: 150, ratings: 12_000, seed: 2 }), data));

describe("matinee tune", () => {
  it("shows the trials, best first, evaluates once, and ends with the command that trains with the best settings", async () => {
    const { code, stdout, stderr } = await matinee(...asked, "--space", "k=1~100;centre=none,item");
    assert.equal(code, 0, stderr);
    const lines = stdout.trimEnd().split("\n");
    assert.match(
      lines[0],
      /^item-knn: 5 trials by model, [1-4] of them on everybody; ndcg@5 on per-user:0.8 of the training/,
    );
    assert.match(lines[1], /^ {2}trial +k +centre +value ± se +people +seconds$/);
    const rows = lines.slice(2, 8).map((line) => line.trim().split(/ {2,}/));
    assert.deepEqual(rows.map(([trial]) => trial).toSorted(), ["1", "2", "3", "4", "5", "–"]);
    const values = rows.filter((row) => row[4] === "all").map((row) => Number.parseFloat(row[3]));
    assert.deepEqual(
      values,
      values.toSorted((a, b) => b - a),
    );
    assert.match(lines[8], /^In the order of trials: [▁-█]{5}$/);
    assert.match(stdout, /Judged once, on .*, per-user:0.8: 9,\d+ ratings to train on/);
    assert.match(
      lines.at(-1)!,
      /^matinee train --model item-knn (--set k=\d+ centre=\w+ )?--data \S+ --seed 0 --out item-knn.matinee$/,
    );

    const [, ...train] = lines.at(-1)!.split(" ");
    const saved = join(folder, "best.matinee");
    const trained = await matinee(...train.slice(0, -1), saved);
    assert.equal(trained.code, 0, trained.stderr);
    assert.equal(readFileSync(saved).length > 1000, true);
  });

  it("prints everything as JSON, saves the best and writes a report, and measures nothing twice", async () => {
    const [out, report] = [join(folder, "tuned.matinee"), join(folder, "tuned.json")];
    const more = ["--space", "k=1~100", "--search", "random", "--set", "shrinkage=5", "--json"];
    const first = await matinee(...asked, ...more, "--out", out, "--report", report);
    assert.equal(first.code, 0, first.stderr);
    const { train, ...result } = JSON.parse(first.stdout);
    assert.deepEqual(
      [result.method, result.metric, result.trials.length, result.space],
      ["random", "ndcg@5", 5, { k: "1~100" }],
    );
    assert.equal(result.advised.config.shrinkage, 5);
    const { k } = result.advised.values;
    assert.match(train, k === undefined ? /--set shrinkage=5 --data/ : new RegExp(`--set shrinkage=5 k=${k} --data`));
    const inspected = JSON.parse((await matinee("inspect", out, "--json")).stdout);
    assert.deepEqual(inspected.config ?? inspected.record?.config, result.advised.config);
    const tested = result.final.models.find(({ name }: { name: string }) => name === result.advised.name);
    const { mean } = tested.metrics["ndcg@5"];
    const card = (await matinee("inspect", out, "--card")).stdout;
    assert.ok(card.includes(`\n| ndcg@5 | ${mean.toFixed(4)} | `), card);
    assert.ok(readFileSync(report, "utf8").includes(result.final.models[0].name));
    const again = await matinee(...asked, ...more);
    assert.equal(again.stdout.replace(/,"kept":"[^"]*"/g, ""), first.stdout);
    assert.equal(
      JSON.parse(again.stdout).trials.every(({ runs }: Pick<Trial, "runs">) => runs[0].kept),
      true,
    );
    assert.match(again.stderr, /^Kept from up to .* ago, times too: 8 of 8 measurements\. --fresh measures anew\.$/m);
    assert.ok(!again.stderr.includes("Judging"), again.stderr);
  });

  it("advises and saves the settings as they were where the best trial is better by no more than chance", async () => {
    const out = join(folder, "kept.matinee");
    const near = [...asked, "--space", "shrinkage=1,2,3,20", "--set", "k=40", "--search", "grid", "--out", out];
    const { stdout, stderr, code } = await matinee(...near);
    assert.equal(code, 0, stderr);
    const [test, best, train] = stdout.trimEnd().split("\n").slice(-3);
    assert.match(
      test,
      /^(No difference between \S.* and \S.*|\S.* are not distinguishable: a difference of 0\.\d{4}), p = [01]\.\d{4} \(paired/,
    );
    assert.match(
      best,
      /^Best of the trials: shrinkage=\d+; not better on the test part by more than chance, so keep the/,
    );
    assert.match(train, /^matinee train --model item-knn --set k=40 --data /);
    const { config } = JSON.parse((await matinee("inspect", out, "--json")).stdout);
    assert.deepEqual([config.k, config.shrinkage], [40, 0]);
    assert.match((await matinee("inspect", out, "--card")).stdout, /\| ndcg@5 \|/);
  });

  it("resumes after Ctrl-C", async () => {
    const args = [...asked, "--space", "shrinkage=1~1000", "--seed", "9"];
    const { child, outcome } = start(...args);
    await written(child, "trial 3 of 5");
    child.kill("SIGINT");
    assert.equal((await outcome).code, 130);
    const kept = readdirSync(join(folder, "cache", "evaluations")).length;
    const resumed = await matinee(...args);
    assert.equal(resumed.code, 0, resumed.stderr);
    assert.ok(kept >= 2);
    assert.ok(!resumed.stderr.includes("Judging the settings as they are"), resumed.stderr);
  });

  const wrong: readonly (readonly [string, readonly string[], RegExp])[] = [
    ["an unknown setting", ["--space", "kk=1:5"], /no setting "kk" \(did you mean k\?/],
    ["values out of bounds", ["--space", "k=0:5"], /k is "0"/],
    ["no values", ["--space", "k="], /k= has an empty value/],
    ["what is no space", ["--space", "k"], /"k" is no setting with values/],
    ["a search that there is not", ["--search", "luck"], /Allowed choices are grid, random, model/],
    ["a report of no kind", ["--report", "x.pdf"], /the ending of the name/],
  ];
  for (const [name, args, line] of wrong) {
    it(`refuses ${name} before the data are read`, async () => {
      const outcome = await matinee(...asked, ...args);
      assertRefused(outcome, 2, line);
      assert.ok(!outcome.stderr.includes("Reading"));
    });
  }

  it("refuses to tune no model, one without settings, on folds, and by a metric without a better direction", async () => {
    assertRefused(await matinee("tune", "--data", data), 2, /required option '--model <name>' not specified/);
    assertRefused(
      await matinee("tune", "--data", data, "--model", "popular"),
      2,
      /nothing of popular is there to tune/,
    );
    assertRefused(await matinee(...asked, "--split", "kfold:3"), 2, /kfold:3 has 3 parts/);
    assertRefused(
      await matinee("tune", "--data", data, "--model", "ease", "--metric", "novelty@5"),
      2,
      /neither way is better of novelty@5/,
    );
  });
});
