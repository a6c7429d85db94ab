/** Splits, lists for everybody and their metrics on Spark, for real, against the engine here, on a million made-up ratings. */
import assert from "node:assert/strict";
import { readdirSync, writeFileSync } from "node:fs";
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
import { sparkCluster } from "../../src/spark/cluster.ts";
import { eachRow } from "../../src/spark/tables.ts";
import { temporaryFolder } from "../helpers/command.ts";
import { near } from "../helpers/numbers.ts";
import { needsSpark, smallJobs } from "../helpers/spark.ts";

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
    // Many at the same time: ties go by index.
    const lines = Array.from(rowsOfEntries(offsets), (user, n) => {
      return `${made.users.id(user)},${made.items.id(indices[n])},${values[n]},${1e9 + 3600 * Math.floor(2e4 * float())}`;
    });
    const source = join(folder, "made-up.csv");
    writeFileSync(source, `user,item,rating,time\n${lines.join("\n")}\n`);
    const here = await readRatings(source);
    using engine = await createEngine({ threads: 2 });
    const conf = { ...smallJobs, "spark.driver.memory": "2g" };
    const cluster = await sparkCluster({ master: "local[2]", folder, conf });
    await cluster.prepare(source, {}, noStep, async (prepared) => {
      for (const name of ["time:0.83", "latest:0.8", "loo:last"]) {
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
        for (const [model, settings] of [
          ["als", { factors: 16, iterations: 3 }],
          ["mf", { factors: 12, epochs: 3, optimiser: "als" }],
        ] as const) {
          const trained = await fit(train, configureOnCluster(model, settings), { engine });
          const metrics = ["ndcg@10", "precision@10", "recall@10", "hit-rate@10", "ndcg@5"] as const;
          const { evaluation } = await evaluate(here, [trainedContender(trained)], splits, { metrics, engine });
          const judged = await cluster.judge(trained, parts, { ks: [5, 10], relevant: evaluation.relevant }, noStep);
          for (const metric of metrics) near(judged.metrics[metric], evaluation.models[0].metrics[metric].mean, 1e-4);

          const out = join(folder, `${model}.parquet`);
          const all = await cluster.lists(trained, prepared, { k: 10, out }, noStep);
          using opened = openModel(trained, engine);
          const lists = await recommendAll(opened, here, { k: 10, engine });
          assert.equal(all.users, here.users.size);
          let same = 0;
          await eachRow<Row>(out, ["user", "rank", "item", "score"], all.rows, ({ user, rank, item, score }) => {
            const at = 10 * here.users.index(Number(user)) + rank - 1;
            near(score, lists.scores[at], 1e-4);
            if (here.items.index(Number(item)) === lists.items[at]) same++;
          });
          assert.ok(same > 0.999 * all.rows, `${same} of ${all.rows}`);
        }
      });
    });
  });
});

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
