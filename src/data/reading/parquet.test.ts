import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { temporaryFolder } from "../../../test/helpers/command.ts";
import { readRatings } from "../read.ts";
import { readParquetShape, readRowGroups } from "./parquet.ts";
import type { ValueKind } from "./values.ts";

/** Written by pyarrow: test/fixtures/README.md. */
const fixture = (name: string) => join(import.meta.dirname, "../../../test/fixtures/parquet", `${name}.parquet`);

/** All values of one column of types.parquet, which has a row group of three rows and one of one row. */
async function read(name: string, as: ValueKind): Promise<{ numbers: number[]; texts: (string | null)[] }> {
  const { columns } = await readParquetShape(fixture("types"));
  const all = { numbers: [] as number[], texts: [] as (string | null)[] };
  for await (const { rowCount, values } of readRowGroups(fixture("types"), [{ at: columns.indexOf(name), name, as }])) {
    all.numbers.push(...values[0].numbers(0, rowCount));
    all.texts.push(...values[0].texts(0, rowCount));
  }
  return all;
}

const { NaN: none, POSITIVE_INFINITY: wrong } = Number;

describe("a column of Parquet", () => {
  const cases: [name: string, as: ValueKind, numbers: number[], texts: (string | null)[]][] = [
    ["user", "id", [wrong, wrong, wrong, none], ["u1", "u1", "u2", null]],
    ["small", "id", [1, 2, 3, none], ["1", "2", "3", null]],
    ["item", "text id", [2 ** 53, 2, 3, 4], ["9007199254740993", "2", "3", "4"]],
    ["single", "number", [3.3, 4.5, 0.1, 2], ["3.3", "4.5", "0.1", "2"]],
    ["decimal", "number", [3.5, 4.25, none, 0.01], ["3.5", "4.25", null, "0.01"]],
    ["day", "time", [86_400, 978_307_200, none, -86_400], ["86400", "978307200", null, "-86400"]],
    ["micros", "time", [1.5, 978_307_200, none, 1_582_977_600], ["1.5", "978307200", null, "1582977600"]],
    ["nanos", "time", [1.5, 978_307_200, none, 1_582_977_600], ["1.5", "978307200", null, "1582977600"]],
    [
      "micros",
      "number",
      [wrong, wrong, none, wrong],
      ["1970-01-01T00:00:01.500Z", "2001-01-01T00:00:00.000Z", null, "2020-02-29T12:00:00.000Z"],
    ],
    ["flag", "number", [wrong, wrong, none, wrong], ["true", "false", null, "true"]],
    ["genres", "text", [wrong, none, none, wrong], ["Drama|Crime", null, null, "War"]],
    ["title", "text", [wrong, none, none, wrong], ["Amélie (2001)", null, null, "  X "]],
  ];
  for (const [name, as, numbers, texts] of cases) {
    it(`${name} is read as ${as}`, async () => assert.deepEqual(await read(name, as), { numbers, texts }));
  }

  it("is refused where it holds lists, structures or decimals that no number holds", async () => {
    for (const name of ["genres", "pair"]) {
      const message = `types.parquet: column "${name}" holds lists or structures`;
      await assert.rejects(read(name, "id"), { code: "DATA_LAYOUT", message });
    }
    await assert.rejects(read("pair", "text"), { code: "DATA_LAYOUT" });
    const message = 'types.parquet cannot be read: column "big" holds a decimal of more than 15 digits';
    await assert.rejects(read("big", "number"), { code: "DATA_LAYOUT", message });
  });
});

describe("a file of Parquet", () => {
  for (const codec of ["none", "snappy", "gzip", "brotli", "zstd"]) {
    it(`is read where it is packed with ${codec}`, async () => {
      const { users, items, byUser } = await readRatings(fixture(codec));
      assert.deepEqual(
        [users.values, items.values, [...byUser.values]],
        [
          ["a", "b"],
          ["x", "y"],
          [1.5, 4, 3],
        ],
      );
    });
  }

  it("is refused where it is packed as is not read, with what to do", async () => {
    const message = "lz4.parquet is packed with LZ4_RAW, which is not read";
    await assert.rejects(readRatings(fixture("lz4")), { code: "DATA_LAYOUT", message, fix: /snappy, zstd or gzip/ });
  });

  it("is read or refused with a code, wherever it is cut or a byte is changed", async () => {
    const whole = readFileSync(fixture("zstd"));
    const path = join(temporaryFolder(), "damaged.parquet");
    let refused = 0;
    for (let at = 0; at < whole.length; at += 3) {
      const changed = Uint8Array.from(whole);
      changed[at] ^= 0xff;
      for (const damaged of [whole.subarray(0, at), changed]) {
        writeFileSync(path, damaged);
        await readRatings(path).catch(({ code, message }) => {
          assert.match(code, /^DATA_/, `${at}: ${message}`);
          refused++;
        });
      }
    }
    // Every cut is seen; a changed byte can be one that says nothing, or a value.
    assert.ok(refused > whole.length / 2, `${refused}`);
  });
});
