import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { parquetWriteBuffer } from "hyparquet-writer";
import { temporaryFolder } from "../../test/helpers/command.ts";
import { readNeighbours, readProducts, readSums } from "./tables.ts";

const folder = temporaryFolder();

/** A table as a job leaves it, in parts. */
function table(types: Readonly<Record<string, string>>, ...parts: readonly (readonly unknown[])[][]): string {
  const made = mkdtempSync(join(folder, "table-"));
  parts.forEach((rows, part) => {
    const columnData = Object.entries(types).map(([name, type], at) => ({
      ...{ name, type, nullable: false },
      data: rows.map((row) => row[at]),
    }));
    writeFileSync(
      join(made, `part-0000${part}.parquet`),
      new Uint8Array(parquetWriteBuffer({ columnData: columnData as never })),
    );
  });
  writeFileSync(join(made, "_SUCCESS"), "");
  return made;
}

const refused = (message: RegExp) => ({ code: "CLUSTER_FAILED", message });
const bytes = (...numbers: number[]) => new Uint8Array(Float64Array.from(numbers).buffer);

describe("the tables of a job", () => {
  const sums = { item: "INT32", count: "INT32", sum: "DOUBLE" };
  const near = { item: "INT32", neighbour: "INT32", similarity: "DOUBLE" };
  const rows = { item: "INT32", block: "INT32", products: "BYTE_ARRAY" };

  it("has sums of items, zeros where there are none", async () => {
    const found = await readSums(table(sums, [[0, 2, 7.5]], [[2, 1, -1]]), { items: 3, ratings: 3, counted: 2 });
    assert.deepEqual(found, { counts: Int32Array.of(2, 0, 1), sums: Float64Array.of(7.5, 0, -1) });
  });

  it("has neighbours in order", async () => {
    const parts = [
      [
        [0, 2, 0.5],
        [0, 1, 0.25],
      ],
      [
        [2, 0, 0.5],
        [2, 1, 0.5],
      ],
    ];
    const found = await readNeighbours(table(near, ...parts), { items: 3, counted: 4 });
    const similarities = Float64Array.of(0.5, 0.25, 0.5, 0.5);
    assert.deepEqual(found, { offsets: Int32Array.of(0, 2, 2, 4), indices: Int32Array.of(2, 1, 0, 1), similarities });
  });

  it("has products of items with every item of a block", async () => {
    const told: unknown[] = [];
    const made = table(rows, [[3, 1, bytes(1.5, 200, -3)]], [[0, 0, bytes(0)]]);
    await readProducts(made, { items: 6, blocks: 2, counted: 2 }, (...given) => told.push(given));
    const [first, second] = [
      [3, Int32Array.of(1, 3, 5), Float64Array.of(1.5, 200, -3)],
      [0, Int32Array.of(0), Float64Array.of(0)],
    ];
    assert.deepEqual(told, [first, second]);
  });

  it("is refused where it is not what the job counted, or cannot be", async () => {
    const sumsOf = (ratings: number, counted: number, ...part: unknown[][]) =>
      readSums(table(sums, part), { items: 3, ratings, counted });
    await assert.rejects(sumsOf(2, 2, [0, 2, 7]), refused(/1 rows, and the job counted 2$/));
    await assert.rejects(sumsOf(5, 1, [0, 2, 7]), refused(/2 ratings were counted, and 5 written$/));
    await assert.rejects(sumsOf(2, 1, [3, 2, 7]), refused(/item 3 has 2 ratings, which sum up to 7$/));
    await assert.rejects(sumsOf(2, 1, [0, 2, Number.NaN]), refused(/which sum up to NaN$/));
    for (const part of [
      [
        [1, 0, 0.5],
        [0, 1, 0.5],
      ],
      [
        [0, 1, 0.25],
        [0, 2, 0.5],
      ],
      [
        [0, 2, 0.5],
        [0, 1, 0.5],
      ],
      [
        [0, 1, 0.5],
        [0, 1, 0.5],
      ],
      [
        [0, 1, 0.5],
        [0, 3, 0.5],
      ],
      [
        [0, 1, 0.5],
        [1, 0, 0],
      ],
      [
        [0, 1, 0.5],
        [1, 0, Number.NaN],
      ],
    ]) {
      const made = table(near, part);
      await assert.rejects(
        readNeighbours(made, { items: 3, counted: 2 }),
        refused(/row \d has neighbour .* out of order$/),
      );
    }
    for (const [item, block, products] of [
      [6, 0, bytes(1)],
      [0, 2, bytes(1)],
      [0, 1, bytes(1, 2, 3, 4)],
      [0, 1, new Uint8Array(9)],
    ]) {
      const made = table(rows, [[item, block, products]]);
      const read = readProducts(made, { items: 6, blocks: 2, counted: 1 }, () => {});
      await assert.rejects(read, refused(/products with block/));
    }
  });
});
