/** matinee evaluate and matinee compare. */
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { syntheticRatings } from "../../src/data/synthetic/synthetic-ratings.ts";
import { writeRatingsCsv } from "../../src/data/write.ts";
import type { Evaluation, ModelResult } from "../../src/evaluate/evaluation.ts";
import { assertRefused, matinee, start, temporaryFolder } from "../helpers/command.ts";
import { dataFolder, needsData } from "../helpers/data.ts";

const folder = temporaryFolder();
const data = join(folder, "ratings");
process.env.MATINEE_CACHE = join(folder, "cache");
const on = ["--data", data, "--split", "per-user:0.7", "--metrics", "rmse,ndcg@5,catalogue-coverage@5"];

before(async () => writeRatingsCsv(await syntheticRatings({ users: 60, items: 90, ratings: 2400, seed: 3 }), data));

describe("matinee evaluate", () => {
  it("prints one document: model, split, metrics with errors and numbers of users, and everything needed to repeat it", async () => {
    const { stdout } = await matinee("evaluate", ...on, "--model", "item-knn", "--set", "k=7", "--seed", "4", "--json");
    const { model, split, metrics, config, seed, relevant, data: about, splits } = JSON.parse(stdout);
    assert.deepEqual(
      [model, split, config.k, seed, relevant, about.ratings],
      ["item-knn", "per-user:0.7", 7, 4, 4, 2400],
    );
    assert.deepEqual(Object.keys(metrics), ["rmse", "ndcg@5", "catalogue-coverage@5"]);
    const { mean, se, low, high, n } = metrics.rmse;
    assert.ok(low < mean && mean < high && se > 0 && n === 60);
    assert.match(splits.fingerprints[0], /^[0-9a-f]{64}$/);
  });

  it("shows a table, and which metrics a model has no value of", async () => {
    const { stdout } = await matinee("evaluate", ...on, "--model", "popular");
    assert.match(
      stdout,
      /^popular on ratings, per-user:0\.7: 1,\d{3} ratings to train on, \d+ of 60 people held out, 0 of them without history; relevant: rated 4 or higher, the upper quarter of the scale\n/,
    );
    assert.match(stdout, /\n {2}ndcg@5 +0\.\d{4} +± 0\.\d{4} +0\.\d{4} – 0\.\d{4} +\d+ +0\.\d{4}\n/);
    assert.match(stdout, /\nLists of 5 that the model could not fill: 0 of 60\n/);
    assert.match(stdout, /\n {2}rmse: popular predicts no ratings\n/);
  });

  it("splits by a mask over the rows of the file", async () => {
    const mask = join(folder, "mask.json");
    const bits = Buffer.alloc(300, 0b00010001).toString("base64");
    await writeFile(mask, JSON.stringify({ testMask: bits }));
    const { stdout } = await matinee("evaluate", "--data", data, "--model", "bias", "--mask", mask, "--json");
    const { split, splits } = JSON.parse(stdout);
    assert.deepEqual([split, splits.train, splits.test], [`mask:${mask}`, 1800, 600]);
  });

  it("refuses a saved model that knows what is held out", async () => {
    const file = join(folder, "all.matinee");
    await matinee("train", "--data", data, "--model", "bias", "--out", file);
    const outcome = await matinee("evaluate", ...on, "--artifact", file);
    assertRefused(outcome, 8, /bias was trained on other ratings than those left to train on/);
  });

  it("writes what was measured user by user", async () => {
    const file = join(folder, "people.csv");
    const { stdout } = await matinee("evaluate", ...on, "--model", "bias", "--people", file, "--json");
    const rows = (await readFile(file, "utf8")).trimEnd().split("\n");
    assert.equal(rows.shift(), "user,model,metric,sum,weight");
    const ofRmse = rows.map((row) => row.split(",")).filter(([, , metric]) => metric === "rmse");
    const total = (at: number) => ofRmse.reduce((sum, row) => sum + Number(row[at]), 0);
    assert.ok(Math.abs(Math.sqrt(total(3) / total(4)) - JSON.parse(stdout).metrics.rmse.mean) < 1e-12);
  });

  const wrong: [string, string[], RegExp][] = [
    ["an unknown split", ["--split", "per-usr:0.8"], /no split "per-usr:0\.8" \(did you mean per-user\?/],
    ["two splits", ["--split", "loo", "--mask", "m.json"], /both say what is held out/],
    ["an unknown metric", ["--metrics", "ndgc@5"], /no metric has the name "ndgc"/],
    ["a report of no kind", ["--report", "x.pdf"], /--report x\.pdf: the ending of the name/],
    ["a report in no folder", ["--report", join(data, "ratings.csv", "x.html")], /nothing can be written into /],
    ["a model with settings of another", ["--model", "bias", "--set", "k=3"], /bias has no setting "k"/],
    ["a mask that is not there", ["--mask", "none.json"], /none\.json cannot be read/],
  ];
  for (const [name, args, line] of wrong) {
    it(`refuses ${name}`, async () => {
      const outcome = await matinee("evaluate", "--data", data, ...args);
      assert.match(outcome.stderr, line);
      assert.ok([2, 3, 7].includes(outcome.code!), `${outcome.code}`);
      assert.equal(outcome.stdout, "");
    });
  }
});

describe("matinee compare", () => {
  it("compares the models that rank where the data hold events", async () => {
    const file = join(folder, "plays.csv");
    const plays = Array.from(
      { length: 40 * 12 },
      (_, n) => `u${n % 40},a${2 * Math.floor(n / 40) + (n % 2)},${1 + (n % 168)}`,
    );
    await writeFile(file, `user,artist,plays\n${plays.join("\n")}\n`);
    const words = ["compare", "--data", file, "--item-column", "artist", "--split", "per-user:0.5", "--json"];
    const { code, stdout, stderr } = await matinee(...words);
    assert.equal(code, 0, stderr);
    const { models, relevant } = JSON.parse(stdout) as {
      models: { name: string; failed?: unknown }[];
      relevant: number;
    };
    assert.deepEqual(
      models.map(({ name, failed }) => [name, failed]),
      ["popular", "item-knn", "als", "ease"].map((name) => [name, undefined]),
    );
    assert.equal(relevant, 1);
    assertRefused(await matinee(...words, "--models", "popular,mf", "--metrics", "rmse"), 2, /events/);
  });

  it("finishes the other models where one fails, and marks that one", async () => {
    const report = join(folder, "failed.html");
    const models = ["--models", "mf rate=1 factors=64,bias"];
    const { stdout, stderr, code } = await matinee("compare", ...on, ...models, "--report", report);
    assert.equal(code, 0);
    assert.match(stderr, /^mf rate=1 factors=64 failed: training mf diverged: .* \(give a lower rate than 1\)$/m);
    assert.match(stdout, /\nmf rate=1 factors=64( +–)+ +failed\n/);
    assert.match(stdout, /\nbias .* \d\.\d s\n/);
    assert.match(stdout, /\n–: mf rate=1 factors=64 failed: training mf diverged: /);
    assert.match(await readFile(report, "utf8"), /mf rate=1 factors=64: training mf diverged: .*\(NOT_FINITE\)/);
    const document = JSON.parse((await matinee("compare", ...on, ...models, "--json")).stdout);
    const [{ failed, metrics }, bias] = document.models;
    assert.deepEqual([failed.code, metrics, bias.failed], ["NOT_FINITE", {}, undefined]);
  });

  it("says how many people have no history, and prints both views where they differ", async () => {
    const time = [
      "--data",
      data,
      "--split",
      "time:0.8",
      "--metrics",
      "rmse,ndcg@5",
      "--models",
      "popular,item-knn k=2",
    ];
    const { stdout } = await matinee("compare", ...time);
    const lines = stdout.trimEnd().split("\n");
    const [, people, without] = /of (\d+) people held out, (\d+) of them without history/.exec(lines[0])!.map(Number);
    assert.ok(without > 0 && without < people);
    const at = lines.findIndex((line) => line.startsWith("The model alone: "));
    assert.match(lines[1], /^As shipped: /);
    assert.match(lines[at - 1], new RegExp(`^not filled: lists of 5 .*, of ${people} lists$`));
    const unfilled = lines.slice(3, 5).map((line) => line.trim().split(/ {2,}/).at(-2));
    assert.equal(unfilled[0], "0");
    assert.ok(Number(unfilled[1]) >= without);
    assert.deepEqual([lines[at + 2].split(" ")[0], lines[at + 3].split(" ")[0]], ["popular", "item-knn"]);
    assert.equal(lines.slice(at).join("").includes("*"), false);

    const document = JSON.parse((await matinee("compare", ...time, "--json")).stdout);
    assert.deepEqual([document.view, document.withoutHistory, document.listLength], ["shipped", without, 5]);
    assert.match(document.relevance, /^rated 4 or higher, /);
    const [popular, knn] = document.models;
    assert.equal(popular.unfilled, 0);
    assert.ok(knn.metrics["ndcg@5"].mean > knn.otherView["ndcg@5"].mean);
    assert.ok(lines.at(at + 3)!.includes(knn.otherView["ndcg@5"].mean.toFixed(4)));
    const { stdout: alone } = await matinee("compare", ...time, "--view", "model", "--json");
    assert.deepEqual(JSON.parse(alone).models[1].metrics, knn.otherView);
    const one = [
      "evaluate",
      "--data",
      data,
      "--split",
      "time:0.8",
      "--metrics",
      "ndcg@5",
      "--model",
      "popular",
      "--json",
    ];
    const evaluated = JSON.parse((await matinee(...one)).stdout);
    assert.deepEqual([evaluated.view, evaluated.withoutHistory, evaluated.unfilled], ["shipped", without, 0]);
    assert.deepEqual(evaluated.metrics, popular.metrics);
    assertRefused(await matinee("compare", ...time, "--view", "both"), 2, /--view/);
  });

  it("takes counts of plays as events, every one of which is relevant", async () => {
    const plays = join(folder, "plays.csv");
    const { byUser } = await syntheticRatings({ users: 150, items: 60, ratings: 4000, seed: 5 });
    const rows = Array.from({ length: byUser.rows }, (_, user) =>
      Array.from(byUser.indices.subarray(byUser.offsets[user], byUser.offsets[user + 1]), (item, n) => {
        return `listener-${user},artist-${item},${1 + ((user * 31 + item * 17 + n) % 13) ** 2 + (n === 0 && user === 0 ? 23 : 0)}`;
      }),
    ).flat();
    await writeFile(plays, `user,item,plays\n${rows.join("\n")}\n`);
    const { stdout } = await matinee(
      "compare",
      "--data",
      plays,
      "--models",
      "popular,ease",
      "--metrics",
      "ndcg@10",
      "--json",
    );
    const { relevance, models } = JSON.parse(stdout);
    assert.equal(relevance, "every held-out event");
    assert.ok(
      models.every(({ metrics }: { metrics: Evaluation["models"][0]["metrics"] }) => metrics["ndcg@10"].mean > 0),
    );
    const asked = ["--data", plays, "--models", "popular,ease", "--relevant", "900"];
    assertRefused(
      await matinee("compare", ...asked),
      8,
      /precision@10 has nobody to average: the highest of \d+ held-out/,
    );
  });

  it("compares models, and marks the best and those not distinguishable from it", async () => {
    const models = "popular,bias,item-knn,item-knn k=5";
    const { stdout } = await matinee("compare", ...on, "--models", models);
    const [headline, shipped, head, ...rows] = stdout.trimEnd().split("\n");
    assert.match(headline, /^ratings, per-user:0\.7/);
    assert.match(shipped, /^As shipped: /);
    assert.match(head, /^ +rmse +ndcg@5 +catalogue-coverage@5 +not filled +fit$/);
    assert.deepEqual(
      rows.slice(0, 4).map((row) => row.split(/ {2,}/)[0]),
      models.split(","),
    );
    assert.match(rows[0], /^popular +– /);
    assert.equal(rows.slice(0, 4).join("").match(/\*/g)?.length, 2);
    const { evaluation } = {
      evaluation: JSON.parse((await matinee("compare", ...on, "--models", models, "--json")).stdout),
    };
    assert.equal(evaluation.versus.length, 5);
    assert.ok(
      evaluation.versus.every(
        ({ p, adjusted }: { p: number; adjusted: number }) => p > 0 && adjusted >= p && adjusted <= 1,
      ),
    );
  });

  it("judges a reranked list beside the plain one", async () => {
    const on = ["--data", data, "--split", "per-user:0.7"];
    const rerank = ["--rerank", "mmr", "--rerank-set", "lambda=0.3", "--metrics", "diversity@5"];
    const names = (stdout: string) => JSON.parse(stdout).models.map(({ name }: { name: string }) => name);
    const compared = await matinee("compare", ...on, "--models", "popular,item-knn", ...rerank, "--json");
    assert.deepEqual(names(compared.stdout), ["popular", "popular + mmr", "item-knn", "item-knn + mmr"]);
    const evaluated = await matinee("evaluate", ...on, "--model", "popular", ...rerank, "--json");
    assert.deepEqual(names(evaluated.stdout), ["popular", "popular + mmr"]);
    const [plain, diverse] = JSON.parse(evaluated.stdout).models.map((model: ModelResult) => model.metrics);
    assert.ok(plain["diversity@5"].mean < diverse["diversity@5"].mean);
    const { stdout } = await matinee("evaluate", ...on, "--model", "popular", ...rerank);
    assert.match(stdout, /^popular \+ mmr +[01]\.\d{4} /m);
    assertRefused(await matinee("compare", ...on, "--pool", "9"), 2, /--pool is for a second stage/);
  });

  it("takes models with commas in their settings where semicolons separate models", async () => {
    const blend = "hybrid models=popular,item-knn weights=0.5,0.5";
    for (const [models, names] of [
      [`popular;${blend}`, ["popular", "hybrid"]],
      [`${blend};`, ["hybrid"]],
    ] as const) {
      const { stdout, stderr } = await matinee("compare", ...on, "--models", models, "--json");
      const results: ModelResult[] = JSON.parse(stdout || stderr).models;
      assert.deepEqual(
        results.map(({ model }) => model),
        names,
      );
      assert.equal(results.at(-1)!.config.weights, "0.5,0.5");
    }
    for (const models of [blend, "hybrid models=popular,item-knn", "popular,stacking models=bias,item-knn"]) {
      const outcome = await matinee("compare", ...on, "--models", models);
      assertRefused(outcome, 2, /separate models by semicolons where/);
      assert.doesNotMatch(outcome.stderr, /Reading/);
    }
    assertRefused(await matinee("compare", ...on, "--models", "popular,,bias"), 2, /a model is missing from the list/);
    assertRefused(await matinee("compare", ...on, "--models", "als factors=4 factors=8"), 2, /what factors is twice/);
  });

  it("leaves out models that do not fit in memory, before any is trained, and says so everywhere", async () => {
    const report = join(folder, "large.md");
    const models = ["--models", "popular,als factors=512", "--memory", "141MB"];
    const { stdout, stderr, code } = await matinee("compare", ...on, ...models, "--report", report);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^als factors=512 is left out: als would take about \d+ MB of memory, .* would fit/m);
    assert.doesNotMatch(stderr, /Judging als/);
    assert.match(stdout, /^als factors=512 .* left out$/m);
    assert.match(await readFile(report, "utf8"), /als factors=512 is left out: als would take about/);
    const { models: rows } = JSON.parse((await matinee("compare", ...on, ...models, "--json")).stdout);
    assert.deepEqual([rows[1].failed.code, rows[1].failed.leftOut], ["MEMORY", true]);
  });

  it("shows what is measured where it is stopped, and resumes there", async () => {
    const models = ["--models", "bias,item-knn,als factors=64 iterations=1000"];
    const { child, outcome } = start("compare", ...on, "--seed", "9", ...models);
    child.stderr!.on("data", (text: string) => {
      if (/Judging als.*…/.test(text)) child.kill("SIGINT"); // once: a second one would end it at once
    });
    const stopped = await outcome;
    assert.equal(stopped.code, 130);
    assert.match(stopped.stdout, /^item-knn .* \d+\.\d s$/m);
    assert.match(stopped.stdout, /^als factors=64 .* left out$/m);
    assert.match(
      stopped.stderr,
      /^matinee: .*cancelled before als factors=64 iterations=1000 was measured.*\(the same command goes on from here\)$/m,
    );
    const { stderr, stdout, code } = await matinee("compare", ...on, "--seed", "9", "--models", "bias,item-knn");
    assert.equal(code, 0);
    assert.doesNotMatch(stderr, /Judging/);
    assert.match(stderr, /^Kept from up to \d+ \w+ ago, times too: bias, item-knn\. --fresh measures anew\.$/m);
    assert.match(stdout, /^bias .* kept \d+\.\d s$/m);
    const { models: kept } = JSON.parse(
      (await matinee("compare", ...on, "--seed", "9", "--models", "bias,popular", "--json")).stdout,
    );
    assert.ok(Date.now() - Date.parse(kept[0].kept) < 600_000);
    assert.equal("kept" in kept[1], false);
    const fresh = await matinee("compare", ...on, "--seed", "9", "--models", "bias,item-knn", "--fresh");
    assert.doesNotMatch(fresh.stderr + fresh.stdout, /kept/i);
    assert.match(fresh.stderr, /Judging bias[\s\S]*Judging item-knn/);
  });

  it("refuses unknown settings", async () => {
    assertRefused(await matinee("compare", ...on, "--models", "mf rate=1 factors=64"), 8, /give a lower rate than 1/);
    assertRefused(await matinee("compare", ...on, "--models", "als 32"), 2, /"32" of "als 32" is no setting/);
    assertRefused(await matinee("compare", ...on, "--models", "alss"), 2, /did you mean als\?/);
    assertRefused(await matinee("compare", ...on, "--models", "bias,bias"), 2, /bias takes part twice/);
  });

  it(
    "compares seven models on u1 of MovieLens 100K, with the same digits for three threads",
    needsData("ml-100k"),
    async () => {
      const args = ["compare", "--data", dataFolder("ml-100k"), "--split", "u1", "--fresh", "--json"];
      const runs = [];
      for (const threads of ["1", "3"]) runs.push(JSON.parse((await matinee(...args, "--threads", threads)).stdout));
      const [one, three] = runs.map(({ models, ...rest }) => ({
        ...rest,
        models: models.map(({ seconds: _, ...rest }: { seconds: object }) => rest),
      }));
      assert.deepEqual(three, one);
      const mean = (name: string, metric: string) =>
        one.models.find((model: { name: string }) => model.name === name).metrics[metric].mean;
      assert.equal(one.models.length, 7);
      assert.ok(Math.abs(mean("ease", "ndcg@10") - 0.4833) < 5e-4);
      assert.ok(Math.abs(mean("bias", "rmse") - 0.9709) < 5e-4);
    },
  );
});
