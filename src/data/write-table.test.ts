import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import zlib from "node:zlib";
import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";
import { temporaryFolder } from "../../test/helpers/command.ts";
import { idsFrom } from "./ids.ts";
import { idColumn, type TableColumn, type TableRows, writeTable } from "./write-table.ts";

const columns: readonly TableColumn[] = [
  { name: "te,xt", type: "text", optional: true },
  { name: "whole", type: "whole" },
  { name: "number", type: "number", optional: true },
  { name: "single", type: "single" },
];
const batches: readonly TableRows[] = [
  [['a "b", c', null, "Amélie\nline"], [1, 2 ** 53 - 1, -7], [0.1, null, -1e300], Float32Array.of(3.3, 0, 1e-20)],
  [[], [], [], []],
  [["7"], [0], [2], [4.5]],
];
const rows = [
  ['a "b", c', 1, 0.1, 3.3],
  [null, 2 ** 53 - 1, null, 0],
  ["Amélie\nline", -7, -1e300, 1e-20],
  ["7", 0, 2, 4.5],
];
const asObjects = rows.map((row) => Object.fromEntries(row.map((value, at) => [columns[at].name, value])));

const folder = temporaryFolder();

async function written(ending: string): Promise<string> {
  const file = join(folder, `${randomUUID()}${ending}`);
  await writeTable(file, columns, batches);
  return file;
}

describe("a written table", () => {
  it("is CSV", async () => {
    const lines = ['"te,xt",whole,number,single', '"a ""b"", c",1,0.1,3.3', ",9007199254740991,,0"];
    const more = ['"Amélie\nline",-7,-1e+300,1e-20', "7,0,2,4.5", ""];
    assert.equal(readFileSync(await written(".csv"), "utf8"), [...lines, ...more].join("\n"));
  });

  it("is JSON lines", async () => {
    const lines = readFileSync(await written(".jsonl"), "utf8")
      .trimEnd()
      .split("\n");
    assert.deepEqual(
      lines.map((line) => JSON.parse(line)),
      asObjects,
    );
  });

  it("is Parquet, by its own reader's library", async () => {
    const file = await asyncBufferFromFile(await written(".PARQUET"));
    const compressors = { ZSTD: (bytes: Uint8Array) => zlib.zstdDecompressSync(bytes) };
    const read = await parquetReadObjects({ file, compressors });
    assert.deepEqual(
      read.map((row) => ({ ...row, "te,xt": row["te,xt"] ?? null, number: row.number ?? null })),
      asObjects.map((row) => ({ ...row, whole: BigInt(row.whole!), single: Math.fround(Number(row.single)) })),
    );
  });

  const python = process.env.MATINEE_PYTHON ?? "python3";
  const { status } = spawnSync(python, ["-c", "import pyarrow"]);
  const needsPython = { skip: status === 0 ? false : `needs ${python} with pyarrow (MATINEE_PYTHON)` };

  it("is Parquet, by pyarrow", needsPython, async () => {
    const program = `
import json, sys, pyarrow.parquet as parquet
table = parquet.read_table(sys.argv[1])
print(json.dumps({"types": [str(t) for t in table.schema.types], "rows": table.to_pylist()}))`;
    const output = execFileSync(python, ["-c", program, await written(".parquet")], { encoding: "utf8" });
    const { types, rows } = JSON.parse(output);
    assert.deepEqual(types, ["string", "int64", "double", "float"]);
    assert.deepEqual(
      rows,
      asObjects.map((row) => ({ ...row, single: Math.fround(Number(row.single)) })),
    );
  });

  it("is a table without rows where there are none", async () => {
    for (const [ending, text] of [
      [".csv", '"te,xt",whole,number,single\n'],
      [".jsonl", ""],
    ]) {
      const file = join(folder, `none${ending}`);
      await writeTable(file, columns, []);
      assert.equal(readFileSync(file, "utf8"), text);
    }
    const file = join(folder, "none.parquet");
    await writeTable(file, columns, []);
    assert.deepEqual(await parquetReadObjects({ file: await asyncBufferFromFile(file) }), []);
  });

  it("has the same bytes when written again", async () => {
    for (const ending of [".csv", ".jsonl", ".parquet"]) {
      assert.deepEqual(readFileSync(await written(ending)), readFileSync(await written(ending)), ending);
    }
  });

  it("is refused by another ending, with those that are possible", async () => {
    const file = join(temporaryFolder(), "table.xlsx");
    const message = `${file}: the ending of the name does not say what to write`;
    const fix = "let it end in .csv, .jsonl or .parquet";
    await assert.rejects(writeTable(file, columns, batches), { code: "USAGE", message, fix });
    assert.ok(!existsSync(file));
  });

  it("is as it was where a row cannot be made or the writing is cancelled, and tells how far it is", async () => {
    const file = join(temporaryFolder(), "table.parquet");
    writeFileSync(file, "as it was");
    function* broken(): Generator<TableRows> {
      yield batches[0];
      throw new RangeError("no more");
    }
    await assert.rejects(writeTable(file, columns, broken()), { code: "WRITE_FAILED", message: /no more/ });
    const stop = new AbortController();
    const shares: number[] = [];
    const onProgress = (share: number) => {
      shares.push(share);
      stop.abort();
    };
    const options = { rows: 4, onProgress, signal: stop.signal };
    await assert.rejects(writeTable(file, columns, batches, options), { code: "CANCELLED" });
    assert.deepEqual(shares, [0.75]);
    assert.equal(readFileSync(file, "utf8"), "as it was");
    assert.deepEqual(readdirSync(join(file, "..")), ["table.parquet"]);
  });

  it("has ids as numbers where all are whole, else as texts", () => {
    const [whole, text, fraction] = [Float64Array.of(1, 2), ["a", "b"], Float64Array.of(1, 2.5)].map((ids) =>
      idsFrom(ids),
    );
    assert.deepEqual(idColumn("id", whole), { name: "id", type: "whole" });
    for (const other of [text, fraction]) assert.deepEqual(idColumn("id", whole, other), { name: "id", type: "text" });
  });
});
