/** Splits, lists for everybody and their metrics on Spark, for real, against the engine here, on a million made-up ratings. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { createEngine } from "../../src/compute/pool.ts";
import { evaluate, parseSplitter, readRatings, splitRatings, trainedContender } from "../../src/index.ts";
import { rowsOfEntries } from "../../src/matrix/csr.ts";
import { configureOnCluster } from "../../src/models/configure.ts";
import { fit } from "../../src/models/fit.ts";
import { random } from "../../src/random.ts";
import { openModel } from "../../src/recommend/open-model.ts";
import { recommendAll } from "../../src/recommend/recommend-all.ts";
import { eachRow } from "../../src/spark/tables.ts";
import { assertRefused, matinee, temporaryFolder } from "../helpers/command.ts";
import { near } from "../helpers/numbers.ts";
import { localSpark, needsSpark, smallJobFlags, smallJobs } from "../helpers/spark.ts";
import { randomDataset } from "../helpers/toy.ts";

const folder = temporaryFolder();
const noStep = async () => {};

describe("splits, lists and metrics on Spark", needsSpark(), () => {
  after(() =>
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.startsWith(".")),
      [],
    ),
  );

  it("are those of the engine", async () => {
    const made = await readRatings("synthetic-1m");
    const { float } = random(1);
    const { indices, values, offsets } = made.byUser;
    // Many at the same time: moments stay whole.
    const lines = Array.from(rowsOfEntries(offsets), (user, n) => {
      return `${made.users.id(user)},${made.items.id(indices[n])},${values[n]},${1e9 + 3600 * Math.floor(2e4 * float())}`;
    });
    const source = join(folder, "made-up.csv");
    writeFileSync(source, `user,item,rating,time\n${lines.join("\n")}\n`);
    const here = await readRatings(source);
    using engine = await createEngine({ threads: 2 });
    const cluster = await localSpark(folder, { conf: { ...smallJobs, "spark.driver.memory": "2g" } });
    await cluster.prepare(source, {}, noStep, async (prepared) => {
      for (const name of ["time:0.83", "latest:0.8", "loo:last-moment"]) {
        const { test } = await splitRatings(here, parseSplitter(name), 3).split(0);
        await cluster.split(prepared, name, 3, noStep, async (parts) => {
          assert.deepEqual(await pairsIn(parts.test, parts.rows), pairsOf(test), name);
        });
      }
      await cluster.split(prepared, "hash:0.8", 3, noStep, async (parts) => {
        const splits = splitRatings(here, parseSplitter("hash:0.8"), 3);
        const { train, test } = await splits.split(0);
        assert.deepEqual(await pairsIn(parts.test, parts.rows), pairsOf(test));
        assert.ok(Math.abs(test.values.length / values.length - 0.2) < 0.002);
        // Metrics are of the same lists that everybody gets: a model of vectors for the one, one that has biases for the other.
        const judged = await fit(train, configureOnCluster("als", { factors: 16, iterations: 3 }), { engine });
        const metrics = ["ndcg@10", "precision@10", "recall@10", "hit-rate@10", "ndcg@5"] as const;
        const { evaluation } = await evaluate(here, [trainedContender(judged)], splits, { metrics, engine });
        const measured = await cluster.judge(judged, parts, { ks: [5, 10], relevant: evaluation.relevant }, noStep);
        for (const metric of metrics) near(measured.metrics[metric], evaluation.models[0].metrics[metric].mean, 1e-4);

        const listing = await fit(train, configureOnCluster("mf", { factors: 12, epochs: 3 }), { engine });
        const out = join(folder, "lists.parquet");
        const all = await cluster.lists(listing, prepared, { k: 10, out }, noStep);
        using opened = openModel(listing, engine);
        const lists = await recommendAll(opened, here, { k: 10, engine });
        assert.equal(all.users, here.users.size);
        let same = 0;
        await eachRow<Row>(out, ["user", "rank", "item", "score"], all.rows, ({ user, rank, item, score }) => {
          const at = 10 * here.users.index(Number(user)) + rank - 1;
          near(score, lists.scores[at], 1e-4);
          if (here.items.index(Number(item)) === lists.items[at]) same++;
        });
        assert.ok(same > 0.999 * all.rows, `${same} of ${all.rows}`);
      });
    });
  });
});

describe("lists on Spark of models without vectors", needsSpark(), () => {
  it("are those of the engine", async () => {
    const source = join(folder, "few.csv");
    const lines = writeSmall(source);
    const here = await readRatings(source);
    using engine = await createEngine({ threads: 2 });
    const cluster = await localSpark(folder);
    await cluster.prepare(source, {}, noStep, async (prepared) => {
      assert.equal(prepared.ratings, lines);
      for (const [model, settings] of [
        ["popular", {}],
        ["bias", {}],
        ["item-knn", { k: 1 }], // of few neighbours, so that places are left to be filled
        ["ease", { lambda: 5 }],
        ["ease", { lambda: 5, values: "binary", beta: 0 }],
      ] as const) {
        const listing = await fit(here, configureOnCluster(model, settings), { engine });
        const out = join(folder, `${model}-${Object.values(settings).join("-")}.parquet`);
        const all = await cluster.lists(listing, prepared, { k: 10, out }, noStep);
        using opened = openModel(listing, engine);
        const lists = await recommendAll(opened, here, { k: 10, engine });
        const own = lists.chosen.reduce((sum, chosen) => sum + chosen, 0);
        assert.deepEqual([all.users, all.own], [here.users.size, own], model);
        if (model === "item-knn") assert.ok(own < all.rows);
        await eachRow<Row>(out, ["user", "rank", "item", "score"], all.rows, ({ user, rank, item, score }) => {
          const at = 10 * here.users.index(Number(user)) + rank - 1;
          assert.equal(here.items.index(Number(item)), lists.items[at], `${model} ${user} ${rank}`);
          near(score, lists.scores[at], 1e-5);
        });
      }
    });
  });
});

describe("lists and metrics on Spark by the command", needsSpark(), () => {
  it("writes lists of a saved model, and judges a model", async () => {
    const source = join(folder, "small.csv");
    const rows = writeSmall(source);
    const [file, here, out] = ["als.matinee", "here.jsonl", "on-spark.parquet"].map((name) => join(folder, name));
    const spark = ["--engine", "spark", "--master", "local[2]", "--spark-folder", folder, ...smallJobFlags];
    const set = ["--model", "als", "--set", "factors=8", "iterations=3"];
    for (const args of [
      ["train", ...set, "--out", file],
      ["recommend", "--all", "--artifact", file, "--out", here],
      ["recommend", "--all", "--artifact", file, "--out", out, ...spark],
    ]) {
      const outcome = await matinee(...args, "--data", source);
      assert.equal(outcome.code, 0, outcome.stderr);
    }
    const lists = readFileSync(here, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as ListRow);
    const found: ListRow[] = [];
    const columns = ["user", "rank", "item", "score", "source"];
    await eachRow<ListRow & Row>(out, columns, lists.length, ({ user, rank, item, score, source }) => {
      found.push({ user: Number(user), rank, item: Number(item), score, source });
    });
    assert.deepEqual(
      found.map(({ score: _, ...row }) => row),
      lists.map(({ score: _, ...row }) => row),
    );
    const again = await matinee("recommend", "--all", "--artifact", file, "--out", out, ...spark, "--data", source);
    assertRefused(again, 2, /on-spark.parquet is there already \(remove it, /);

    const job = [
      "evaluate",
      "--model",
      "item-knn",
      ...spark,
      "--split",
      "hash:0.7",
      "--metrics",
      "ndcg@5,hit-rate@10",
      "--json",
    ];
    const { code, stdout, stderr } = await matinee(...job, "--data", source);
    assert.equal(code, 0, stderr);
    assert.equal(stderr.match(/^Spark .*: start /gm)?.length, 1, stderr); // one process for all tasks
    assert.equal(stderr.match(/^Spark /gm)?.length, 4, stderr);
    const { metrics, train, test, people, judged } = JSON.parse(stdout);
    assert.equal(train + test, rows);
    assert.ok(people >= judged && judged > 30);
    assert.ok(metrics["ndcg@5"] > 0 && metrics["ndcg@5"] < metrics["hit-rate@10"] && metrics["hit-rate@10"] <= 1);
  });

  it("refuses what Spark does not know before it starts", async () => {
    const spark = ["--engine", "spark", "--master", "local[2]"];
    const refuse = async (line: RegExp, ...args: string[]) => assertRefused(await matinee(...args, ...spark), 2, line);
    const evaluation = ["evaluate", "--model", "als", "--data", "none.csv"];
    await refuse(/per-user:0.8 is not a split that Spark makes \(choose time:SHARE, /, ...evaluation);
    await refuse(/rmse is not measured on Spark/, ...evaluation, "--split", "hash:0.8", "--metrics", "rmse");
    await refuse(/ends in .parquet/, "recommend", "--all", "--artifact", "none.matinee", "--out", "lists.csv");
    await refuse(/--artifact/, "recommend", "--all", "--out", "lists.parquet");
  });
});

/** Writes ratings of some people. Returns how many. */
function writeSmall(file: string): number {
  const { users, items, byUser } = randomDataset(60, 40, 0.3, 1);
  const lines = Array.from(rowsOfEntries(byUser.offsets), (user, n) => {
    return `${users.id(user)},${items.id(byUser.indices[n])},${byUser.values[n]}`;
  });
  writeFileSync(file, `user,item,rating\n${lines.join("\n")}\n`);
  return lines.length;
}

interface ListRow {
  readonly user: number;
  readonly rank: number;
  readonly item: number;
  readonly score: number;
  readonly source: string;
}

interface Row {
  readonly user: bigint;
  readonly rank: number;
  readonly item: bigint;
  readonly score: number;
}

async function pairsIn(table: string, rows: number): Promise<Float64Array> {
  const found = new Float64Array(rows);
  let read = 0;
  await eachRow<{ user: number; item: number }>(table, ["user", "item"], rows, ({ user, item }) => {
    found[read++] = user * 2 ** 20 + item;
  });
  return found.sort();
}

function pairsOf({ offsets, indices }: { offsets: Int32Array; indices: Int32Array }): Float64Array {
  return Float64Array.from(rowsOfEntries(offsets), (user, n) => user * 2 ** 20 + indices[n]);
}
