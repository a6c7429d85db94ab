/** Preparing ratings on Spark, for real, against reading the same files here. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { localEngine } from "../../src/compute/engine.ts";
import type { Dataset, DatasetInfo } from "../../src/data/dataset.ts";
import { writeTable } from "../../src/data/write-table.ts";
import { readRatings } from "../../src/index.ts";
import { configureOnCluster } from "../../src/models/configure.ts";
import { fit } from "../../src/models/fit.ts";
import { fitOnCluster } from "../../src/models/fit-on-cluster.ts";
import type { State } from "../../src/models/model.ts";
import { random } from "../../src/random.ts";
import { assertRefused, matinee, temporaryFolder } from "../helpers/command.ts";
import { allNear, near } from "../helpers/numbers.ts";
import { localSpark, needsSpark } from "../helpers/spark.ts";

const folder = join(temporaryFolder(), "of blanks");
mkdirSync(folder);
const left = () => readdirSync(folder).filter((name) => name.startsWith("."));
/** Seconds, of which one test takes all. */
const wait = 20;
const local = () => localSpark(folder, { wait });
const noStep = async () => {};

/** What a model keeps of data, as plain values. */
function plain({ name, users, items, catalog, scale, feedback, counts, likes, coRatings }: DatasetInfo) {
  const ids = [users, items].map(({ values }) => [values instanceof Float64Array, ...values]);
  return { name, ids, catalog, scale, feedback, counts, likes, coRatings };
}

function assertSameState(found: State, expected: State): void {
  const { foundBy: _, doubt, mean, ...facts } = found.facts;
  const { foundBy: __, doubt: doubtBefore, mean: meanBefore, ...factsBefore } = expected.facts;
  assert.deepEqual(facts, factsBefore);
  const numbers = (...values: unknown[]) => Float64Array.from(values.map((value) => Number(value ?? 0)));
  const [own, before] = [numbers(doubt, mean), numbers(doubtBefore, meanBefore)];
  own.forEach((value, n) => void near(value, before[n], 1e-9));
  assert.deepEqual(Object.keys(found.tensors), Object.keys(expected.tensors));
  for (const [name, { shape, data }] of Object.entries(expected.tensors)) {
    assert.deepEqual(found.tensors[name].shape, shape);
    allNear(found.tensors[name].data as Float32Array, Float64Array.from(data), 1e-4);
  }
}

/** Made-up rows: everybody rates about a third of the films, now and then twice. */
function rowsOf(users: readonly string[], items: readonly string[], times: boolean): string[] {
  const rows: string[] = [];
  const { float: next } = random(1);
  for (const user of users) {
    for (const item of items) {
      if (next() > 0.35) continue;
      for (let n = next() < 0.1 ? 2 : 1; n > 0; n--) {
        const time = times ? `,${1_700_000_000_000 + Math.floor(1e6 * next()) * 1000}` : "";
        rows.push(`${user},${item},${(1 + Math.floor(9 * next())) / 2}${time}`);
      }
    }
  }
  return rows;
}

describe("preparing ratings on Spark", needsSpark(), () => {
  it("leaves what reading them here does: texts, repeats by time, rows left out, a catalog, filters", async () => {
    const source = join(folder, "texts");
    mkdirSync(source);
    // In UTF-8 the second stands after the third, by code units before it.
    const users = ["u\u{1f600}", "u\uff5e", ..."abcdefghijklmnopqr"].sort(() => 1);
    const items = Array.from({ length: 30 }, (_, n) => `${(n * 7) % 30}`);
    const rows = [
      ...rowsOf(users, items, true),
      "a,3,five,1700000000000",
      ",4,5,1700000000000",
      "b,5,9.5,1700000000000",
    ];
    rows.splice(20, 0, '"q ""r""",1, 4 ,1700000000000', "a,1", "c,2,.5,1700000000000");
    writeFileSync(join(source, "ratings.csv"), `User-ID,movieId,stars,timestamp\n${rows.join("\n")}\n`);
    writeFileSync(
      join(source, "movies.csv"),
      "movieId,title,genres\n3,Three (1999),Drama\n12345,Unseen (2001),War\nx,X,War\n",
    );
    const reading = {
      lenient: true,
      minRating: 1,
      scale: { min: 0.5, max: 5 },
      filter: { minUserRatings: 4 },
    } as const;
    const here: Dataset = await readRatings(source, reading);
    assert.ok(here.report.repeats > 0 && here.report.filtered > 0 && here.report.skipped === 4);
    const spec = configureOnCluster("mf", { factors: 4, epochs: 2, keepUsers: true });
    const cluster = await local();
    using engine = localEngine();
    await cluster.prepare(source, reading, noStep, async (prepared) => {
      assert.deepEqual(plain(prepared.info), plain(here));
      assert.deepEqual(prepared.report, here.report);
      const trained = await fitOnCluster(prepared, spec, { cluster, engine });
      assertSameState(trained.state, (await fit(here, spec, { cluster })).state);
    });
    assert.deepEqual(left(), []);
  });

  it("leaves what reading them here does: ids past 32 bits in parts of Parquet, the last of repeats", async () => {
    const source = join(folder, "numbers");
    mkdirSync(source);
    const users = Array.from({ length: 25 }, (_, n) => `${9_007_199_254_740_991 - 3_000_000_019 * n}`);
    const items = Array.from({ length: 20 }, (_, n) => `${5_000_000_000 - n * 1_000_003}`);
    const rows = rowsOf(users, items, false);
    const all = join(folder, "all.csv");
    writeFileSync(all, `user,item,rating\n${rows.join("\n")}\n`);
    for (const [part, some] of [rows.slice(0, 100), rows.slice(100)].entries()) {
      const columns = ["user", "item", "rating"].map(
        (name) => ({ name, type: name === "rating" ? "number" : "whole" }) as const,
      );
      const values = [0, 1, 2].map((at) => some.map((row) => Number(row.split(",")[at])));
      await writeTable(join(source, `part-0000${part}.parquet`), columns, [values]);
    }
    const here = await readRatings(all, { filter: { topItems: 15 } });
    const spec = configureOnCluster("als", { factors: 8, iterations: 2 });
    const cluster = await local();
    using engine = localEngine();
    await cluster.prepare(source, { filter: { topItems: 15 } }, noStep, async (prepared) => {
      assert.deepEqual(plain(prepared.info), { ...plain(here), name: "numbers" });
      const trained = await fitOnCluster(prepared, spec, { cluster, engine });
      assertSameState(trained.state, (await fit(here, spec, { cluster })).state);
      for (const model of ["popular", "bias"]) {
        const simple = configureOnCluster(model);
        const found = await fitOnCluster(prepared, simple, { cluster, engine });
        assertSameState(found.state, (await fit(here, simple)).state);
      }
      // Bit for bit: of halves, sums are exact in any order.
      for (const model of ["item-knn", "ease"]) {
        const ofPairs = configureOnCluster(model);
        const { state } = await fitOnCluster(prepared, ofPairs, { cluster, engine });
        assert.deepEqual(state, (await fit(here, ofPairs, { cluster, engine })).state);
      }
    });
  });

  for (const [what, text, error] of [
    [
      "wrong columns",
      "who,movieId,rating\n1,2,3\n",
      { code: "DATA_COLUMN", message: /^wrong-columns.csv has no user column; its columns are who, / },
    ],
    ["no rows", "userId,movieId,rating\n", { code: "DATA_EMPTY", message: /^no-rows.csv holds no ratings$/ }],
    [
      "an unreadable rating",
      "userId,movieId,rating\n1,2,3\n1,3,good\n",
      { code: "DATA_ROW", message: /^an-unreadable-rating.csv row 2: rating "good" is not a number$/ },
    ],
  ] as const) {
    it(`says what is wrong: ${what}`, async () => {
      const source = join(folder, `${what.replaceAll(" ", "-")}.csv`);
      writeFileSync(source, text);
      const cluster = await local();
      await assert.rejects(
        cluster.prepare(source, {}, noStep, async () => assert.fail("prepared")),
        error,
      );
      assert.deepEqual(left(), []);
    });
  }

  it("reads an address of a file as its path", async () => {
    const source = join(folder, "of an address.csv");
    writeFileSync(source, "userId,movieId,rating\n1,2,3\n2,3,4\n");
    const found: [string, unknown][] = [];
    for (const given of [source, pathToFileURL(source).href]) {
      await (await local()).prepare(given, {}, noStep, async ({ info, fingerprint }) => {
        found.push([fingerprint, plain(info).ids]);
      });
    }
    assert.deepEqual(found[1], found[0]);
  });

  for (const [address, error] of [
    [
      pathToFileURL(join(folder, "nothing.csv")).href,
      { code: "DATA_NOT_FOUND", message: /^Spark sees no file or folder file:\/\/\/.*nothing.csv$/ },
    ],
    [
      "hdfs://127.0.0.1:1/ratings",
      { code: "DATA_NOT_FOUND", message: /^nothing answers at hdfs:\/\/127.0.0.1:1\/ratings: .*Connection refused/ },
    ],
    [
      "hdfs://nowhere.invalid/ratings",
      { code: "DATA_NOT_FOUND", message: /^nothing answers at .*UnknownHostException/ },
    ],
    [
      "s3a://bucket/ratings",
      { code: "PACKAGE_MISSING", message: "this Spark cannot read s3a:// addresses", fix: /hadoop-aws:\d/ },
    ],
  ] as const) {
    it(`says what is wrong with an address: ${address}`, async () => {
      const preparing = (await local()).prepare(address, {}, noStep, async () => assert.fail("prepared"));
      await assert.rejects(preparing, error);
      assert.deepEqual(left(), []);
    });
  }

  it("says that an address does not answer, by a time limit of its own", async () => {
    await using silent = createServer((socket) => socket.resume()).listen(0, "127.0.0.1");
    await once(silent, "listening");
    const address = `hdfs://127.0.0.1:${(silent.address() as AddressInfo).port}/ratings`;
    const preparing = (await local()).prepare(address, {}, noStep, async () => assert.fail("prepared"));
    const message = `${address} does not answer within ${wait} s`;
    await assert.rejects(preparing, { code: "DATA_NOT_FOUND", message });
    // Spark still waits for an answer, by a connection that would hold the server open.
    await (await local())[Symbol.asyncDispose]();
    assert.deepEqual(left(), []);
  });

  it("refuses what it does not know before Spark starts", async () => {
    const source = join(folder, "refused.csv");
    writeFileSync(source, "userId,movieId,rating\n1,2,3\n");
    const job = [
      "train",
      "--engine",
      "spark",
      "--master",
      "local[2]",
      "--spark-prepare",
      "--out",
      join(folder, "n.matinee"),
    ];
    const refuse = async (line: RegExp, ...options: string[]) =>
      assertRefused(await matinee(...job, "--data", source, ...options), 2, line);
    await refuse(/preparation on Spark does not know the option sample \(/, "--model", "als", "--sample", "0.5");
    await refuse(
      /ease with features is not fitted to ratings that lie on a cluster \(set features=none; /,
      ...["--model", "ease", "--set", "features=genres"],
    );
  });
});
