/** What models know, and evaluations, as tables in files. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import zlib from "node:zlib";
import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";
import { syntheticRatings } from "../../src/data/synthetic/synthetic-ratings.ts";
import { writeRatingsCsv } from "../../src/data/write.ts";
import { matinee, temporaryFolder } from "../helpers/command.ts";
import { filmDataset } from "../helpers/films.ts";

const folder = temporaryFolder();
const data = join(folder, "films");
const compressors = { ZSTD: (bytes: Uint8Array) => zlib.zstdDecompressSync(bytes) };

before(() => writeRatingsCsv(filmDataset(), data));

async function rowsOf(file: string): Promise<Record<string, unknown>[]> {
  if (file.endsWith(".jsonl")) {
    return readFileSync(file, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
  }
  const rows = await parquetReadObjects({ file: await asyncBufferFromFile(file), compressors });
  const plain = (value: unknown) => (typeof value === "bigint" ? Number(value) : value);
  return rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)])));
}

describe("matinee similar --all", () => {
  for (const ending of ["jsonl", "parquet"]) {
    it(`writes what similar says of each film, as ${ending}`, async () => {
      const out = join(folder, `similar.${ending}`);
      const args = ["--model", "item-knn", "--data", data, "--k", "3", "--json"];
      const { stdout, stderr, code } = await matinee("similar", "--all", "--out", out, ...args);
      assert.equal(code, 0, stderr);
      const { bytes, ...summary } = JSON.parse(stdout);
      assert.deepEqual(summary, { model: "item-knn", items: 8, k: 3, file: out });
      assert.equal(bytes, readFileSync(out).length);
      const rows = await rowsOf(out);
      for (const film of ["10", "30"]) {
        const { items } = JSON.parse((await matinee("similar", film, ...args)).stdout);
        assert.ok(items.length > 0);
        assert.deepEqual(
          rows.filter(({ item }) => item === Number(film)),
          items.map(({ id, score }: { id: number; score: number }, n: number) => {
            return { item: Number(film), rank: n + 1, similar: id, similarity: score };
          }),
        );
      }
    });
  }

  const out = join(folder, "refused.csv");
  for (const [name, args, line] of [
    ["a film as well", ["10", "--all", "--out", out], /--all and 10 do not go together/],
    ["no file", ["--all"], /--all needs a file/],
    ["a file without --all", ["10", "--out", out], /--out is for the films of --all/],
    ["neither a film nor --all", [], /nothing says which film/],
    [
      "a file that is no table",
      ["--all", "--out", join(folder, "x.json")],
      /let it end in \.csv, \.jsonl or \.parquet/,
    ],
    [
      "a model that compares no films",
      ["--all", "--out", out, "--model", "popular", "--data", data],
      /popular does not/,
    ],
  ] as const) {
    it(`refuses ${name}`, async () => {
      const { code, stdout, stderr } = await matinee("similar", ...args);
      assert.deepEqual([code, stdout], [2, ""], stderr);
      assert.match(stderr, line);
      assert.ok(!existsSync(out));
    });
  }
});

describe("matinee inspect --factors", () => {
  it("writes vectors whose inner products are the scores", async () => {
    const out = join(folder, "factors.parquet");
    const args = ["--model", "als", "--data", data, "--json"];
    const { stdout, stderr, code } = await matinee("inspect", "--factors", out, ...args);
    assert.equal(code, 0, stderr);
    const { bytes, ...summary } = JSON.parse(stdout);
    assert.deepEqual(summary, { model: "als", items: 8, users: 6, file: out });
    const rows = await rowsOf(out);
    const vectorOf = (of: string, id: number) => {
      const { of: _, id: __, ...factors } = rows.find((row) => row.of === of && row.id === id)!;
      return Object.values(factors) as number[];
    };
    const user = vectorOf("user", 1);
    const { items } = JSON.parse((await matinee("recommend", "--user", "1", ...args)).stdout);
    const own = items.filter(({ source }: { source: string }) => source === "als");
    assert.ok(own.length > 0);
    for (const { id, score } of own) {
      const product = vectorOf("item", id).reduce((sum, value, n) => sum + value * user[n], 0);
      assert.ok(Math.abs(product - score) < 1e-5, `${id}: ${product}, ${score}`);
    }
  });

  it("writes those of films alone where no ratings are at hand, and says so", async () => {
    const [artifact, out] = [join(folder, "als.safetensors"), join(folder, "films.csv")];
    await matinee("train", "--model", "als", "--data", data, "--out", artifact);
    const { stderr, code } = await matinee("inspect", artifact, "--factors", out);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /Users' vectors are made of their ratings: give them with --data/);
    assert.equal(readFileSync(out, "utf8").trimEnd().split("\n").length, 9);
  });

  it("refuses a model without vectors", async () => {
    const out = join(folder, "none.csv");
    const { stderr, code } = await matinee("inspect", "--model", "item-knn", "--data", data, "--factors", out);
    assert.equal(code, 2);
    assert.match(
      stderr,
      /the model item-knn has no vectors of users and films \(use one that has, such as als or text\)/,
    );
    assert.ok(!existsSync(out));
  });
});

describe("an evaluation as a file", () => {
  it("has the same numbers as Parquet, JSON lines and JSON, of models and of users", async () => {
    process.env.MATINEE_CACHE = join(folder, "cache");
    const ratings = join(folder, "ratings");
    await writeRatingsCsv(await syntheticRatings({ users: 60, items: 90, ratings: 2400, seed: 3 }), ratings);
    const on = ["--data", ratings, "--metrics", "ndcg@10,rmse"];
    const file = (ending: string) => join(folder, `evaluation.${ending}`);
    const people = join(folder, "people.parquet");
    const compared = ["compare", "--models", "popular,bias", ...on];
    for (const ending of ["parquet", "jsonl", "json"]) {
      const { code, stderr } = await matinee(...compared, "--report", file(ending), "--people", people);
      assert.equal(code, 0, stderr);
    }
    const { models } = JSON.parse(readFileSync(file("json"), "utf8"));
    const rows = await rowsOf(file("parquet"));
    const named = ({ name, metric, mean, low, high, n }: Record<string, unknown>) => ({
      name,
      metric,
      mean,
      low,
      high,
      n,
    });
    assert.deepEqual(
      (await rowsOf(file("jsonl"))).map(named),
      rows.map((row) =>
        named({ ...row, mean: row.mean ?? null, low: row.low ?? null, high: row.high ?? null, n: row.n ?? null }),
      ),
    );
    for (const { name, metrics } of models) {
      for (const [metric, { mean, low, high, n }] of Object.entries<Record<string, number>>(metrics)) {
        assert.deepEqual(named(rows.find((row) => row.name === name && row.metric === metric)!), {
          name,
          metric,
          mean,
          low,
          high,
          n,
        });
      }
    }
    const users = (await rowsOf(people)).filter(({ model, metric }) => model === "bias" && metric === "ndcg@10");
    const mean = users.reduce((sum, user) => sum + Number(user.sum), 0) / users.length;
    assert.ok(Math.abs(mean - models[1].metrics["ndcg@10"].mean) < 1e-9);
  });
});
