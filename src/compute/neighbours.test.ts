import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { cosineRow, cosineRows, cosineScratch } from "../../test/helpers/cosine.ts";
import { type Csr, csrFromTriplets, meansOfRows, rowsAt, transpose } from "../matrix/csr.ts";
import { topK } from "../matrix/topk.ts";
import { localEngine } from "./engine.ts";
import {
  allNeighbours,
  allProducts,
  type Neighbours,
  prepareNeighbours,
  type SimilarityOptions,
} from "./neighbours.ts";
import { createEngine } from "./pool.ts";

const engine = localEngine(2 ** 26);
type Cells = (number | null)[][];
const similarities = ["cosine", "centred", "adjusted", "pearson"] as const;

/** Values in half stars, or in tenths from 0 on: the two forms in which rows are compared. */
const halves = fc.integer({ min: 1, max: 10 }).map((level) => level / 2);
const tenths = fc.integer({ min: 0, max: 50 }).map((value) => Math.fround(value / 10));

/** Rows of cells, some empty, some repeated. */
function cellsOf(value: fc.Arbitrary<number>): fc.Arbitrary<Cells> {
  return fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 12 })).chain(([columns, rows]) => {
    const cell = fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 2, arbitrary: value });
    const row = fc.array(cell, { minLength: columns, maxLength: columns });
    return fc
      .tuple(fc.array(row, { minLength: rows, maxLength: rows }), fc.nat(3))
      .map(([some, copies]) => [...some, ...some.slice(0, copies)]);
  });
}

function csrOf(cells: Cells): Csr {
  const entries = cells.flatMap((row, r) => row.flatMap((value, c) => (value === null ? [] : [[r, c, value]])));
  return csrFromTriplets(cells.length, cells[0].length, {
    rowOf: Int32Array.from(entries, ([row]) => row),
    columnOf: Int32Array.from(entries, ([, column]) => column),
    values: Float32Array.from(entries, ([, , value]) => value),
  }).csr;
}

/** Values that differ by rounding alone, which a centred row of equal values is full of. */
const near = 1e-9;

/** Similarity of every row with one row, from the definition. */
function plainly(cells: Cells, query: number, { similarity, shrinkage }: SimilarityOptions): Float64Array {
  const mean = (list: (number | null)[]) => {
    const present = list.filter((value) => value !== null);
    return present.length === 0 ? 0 : present.reduce((sum, value) => sum + value, 0) / present.length;
  };
  const columnMeans = cells[0].map((_, column) => mean(cells.map((row) => row[column])));
  return Float64Array.from(cells, (row) => {
    const both = row.map((value, column) => value !== null && cells[query][column] !== null);
    const ready = [cells[query], row].map((list) => {
      const common = mean(list.filter((_, column) => both[column]));
      return list.map((value, column) => {
        if (value === null || (similarity === "pearson" && !both[column])) return 0;
        const centre = { cosine: 0, centred: mean(list), adjusted: columnMeans[column], pearson: common }[similarity];
        return Math.abs(value - centre) < near ? 0 : value - centre;
      });
    });
    const dot = (a: number[], b: number[]) => a.reduce((sum, value, n) => sum + value * b[n], 0);
    const length = dot(ready[0], ready[0]) * dot(ready[1], ready[1]);
    const n = both.filter(Boolean).length;
    return length > 0 ? (dot(ready[0], ready[1]) / Math.sqrt(length)) * (n / (n + shrinkage)) : 0;
  });
}

/** A list has the k highest similarities above 0, in order, whatever rounding does to near-equal ones. */
function assertNearest(list: { indices: Int32Array; values: Float64Array }, expected: Float64Array, k: number): void {
  const { indices, values } = list;
  assert.equal(new Set(indices).size, indices.length);
  indices.forEach((index, n) => {
    assert.ok(Math.abs(values[n] - expected[index]) < near, `${values[n]}`);
  });
  for (let n = 1; n < values.length; n++) {
    assert.ok(values[n] < values[n - 1] || (values[n] === values[n - 1] && indices[n] > indices[n - 1]));
  }
  const positive = expected.filter((value) => value > near).sort((a, b) => b - a);
  assert.ok(values.length <= k && values.length >= Math.min(k, positive.length));
  positive.slice(0, k).forEach((value, n) => {
    assert.ok(Math.abs(values[n] - value) < near);
  });
}

function listOf({ offsets, indices, similarities: all }: Neighbours, row: number) {
  const [from, to] = [offsets[row], offsets[row + 1]];
  return { indices: indices.subarray(from, to), values: all.subarray(from, to) };
}

for (const similarity of similarities) {
  for (const [form, value] of [
    ["half stars", halves],
    ["any values", tenths],
  ] as const) {
    it(`neighbours by ${similarity} are those of the definition (${form})`, async () => {
      const settings = fc.record({ shrinkage: fc.constantFrom(0, 2.5), k: fc.integer({ min: 1, max: 16 }) });
      await fc.assert(
        fc.asyncProperty(cellsOf(value), settings, async (cells, { shrinkage, k }) => {
          const options = { similarity, shrinkage };
          const csr = csrOf(cells);
          const all = await allNeighbours(engine, csr, { ...options, k });
          using prepared = prepareNeighbours(engine, csr, options);
          const asked = await prepared.neighboursOf(csr, k, Int32Array.from(cells.keys()));
          for (let row = 0; row < cells.length; row++) {
            const expected = plainly(cells, row, options);
            expected[row] = 0;
            assertNearest(listOf(all, row), expected, k);
            assertNearest(listOf(asked, row), expected, k);
          }
        }),
        { numRuns: 40 },
      );
    });
  }
}

it("neighbours by products are those of the definition", async () => {
  const settings = fc.record({ k: fc.integer({ min: 1, max: 16 }), power: fc.constantFrom(0.5, 1, 2) });
  await fc.assert(
    fc.asyncProperty(cellsOf(tenths), settings, async (cells, { k, power }) => {
      const entry = (column: number, value: number) => (value / (1 + column)) ** power;
      const lengths = Float64Array.from(cells, (_, row) => 1 + row / 3);
      const all = await allProducts(engine, csrOf(cells), { k, entry, lengths });
      for (let row = 0; row < cells.length; row++) {
        const expected = Float64Array.from(cells, (other, n) => {
          if (n === row) return 0;
          const products = other.map((value, column) => {
            const own = cells[row][column];
            return value === null || own === null ? 0 : entry(column, value) * entry(column, own);
          });
          return products.reduce((sum, product) => sum + product, 0) / (lengths[row] * lengths[n]);
        });
        assertNearest(listOf(all, row), expected, k);
      }
    }),
    { numRuns: 60 },
  );
});

describe("neighbours of more rows than a block and a panel hold", () => {
  const rows = 4500;
  const columns = 700;
  const csr = patterned(rows, columns);
  const turned = csrFromTriplets(columns, rows, {
    rowOf: csr.indices.slice(),
    columnOf: Int32Array.from(csr.indices, (_, n) => rowOfEntry(csr, n)),
    values: csr.values.slice(),
  }).csr;

  for (const similarity of ["cosine", "centred", "adjusted"] as const) {
    it(`are the twin's (${similarity})`, async () => {
      using engine = await createEngine();
      const k = 7;
      const found = await allNeighbours(engine, csr, { similarity, shrinkage: 3, k });
      const mean = meansOfRows(similarity === "centred" ? csr : turned, 0);
      const centre = {
        cosine: () => 0,
        centred: (row: number) => mean[row],
        adjusted: (_: number, column: number) => mean[column],
      }[similarity];
      const twin = cosineRows(csr, turned, centre);
      const scratch = cosineScratch(rows);
      for (let row = 0; row < rows; row += 41) {
        cosineRow(twin, row, scratch);
        const scores = new Float64Array(rows).fill(-Infinity);
        for (const other of scratch.touched.subarray(0, scratch.count)) {
          const n = scratch.overlap[other];
          const score = scratch.similarity[other] * (n / (n + 3));
          if (other !== row && score > 0) scores[other] = score;
        }
        const expected = topK(scores, k);
        const { indices, values } = listOf(found, row);
        if (similarity !== "centred") assert.deepEqual(indices, expected);
        expected.forEach((other, n) => {
          assert.ok(Math.abs(scores[other] - values[n]) < 1e-12);
        });
      }
    });
  }

  it("are the same bytes for any number of threads, and for one row alone", async () => {
    const results: Neighbours[] = [];
    for (const threads of [1, 3]) {
      using engine = await createEngine({ threads });
      results.push(await allNeighbours(engine, csr, { similarity: "cosine", shrinkage: 0, k: 5 }));
      using prepared = prepareNeighbours(engine, csr, { similarity: "cosine", shrinkage: 0 });
      for (const row of [0, 1234, rows - 1]) {
        const profile = rowsAt(csr, Int32Array.of(row));
        const own = await prepared.neighboursOf(profile, 5, Int32Array.of(row));
        assert.deepEqual(listOf(own, 0), listOf(results[0], row));
        const { indices, similarities: values } = prepared.nearestTo(profile, 5, row);
        assert.deepEqual({ indices, values }, listOf(results[0], row));
      }
    }
    assert.deepEqual(results[1], results[0]);
  });

  for (const similarity of similarities) {
    it(`are found for queries too, with columns that few rows have kept apart (${similarity})`, async () => {
      using engine = await createEngine();
      const options = { similarity, shrinkage: 1 };
      using prepared = prepareNeighbours(engine, csr, options);
      const all = await allNeighbours(engine, csr, { ...options, k: 5 });
      const own = await prepared.neighboursOf(
        csr,
        5,
        Int32Array.from({ length: rows }, (_, row) => row),
      );
      assert.deepEqual(own.offsets, all.offsets);
      own.similarities.forEach((value, n) => {
        assert.ok(Math.abs(value - all.similarities[n]) < 1e-12);
      });
    });
  }

  it("can be cancelled, and give their memory back", async () => {
    using engine = await createEngine();
    const stop = async (done: number) => {
      if (done > 100) throw new Error("enough");
    };
    await assert.rejects(allNeighbours(engine, csr, { similarity: "cosine", shrinkage: 0, k: 5 }, stop), /enough/);
    assert.equal(engine.used, 0);
  });
});

describe("neighbours among so many rows that the blocks held for queries are wide", () => {
  // Column c is in one row of c + 2: dense columns and rare ones. Blocks would be wider than 4096 if entries had room.
  const [rows, columns] = [8 * 4608 + 77, 60];
  const cells: [number, number][] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      if ((row * 7919 + column * 104729) % (column + 2) === 0) cells.push([row, column]);
    }
  }
  const csr = csrFromTriplets(rows, columns, {
    rowOf: Int32Array.from(cells, ([row]) => row),
    columnOf: Int32Array.from(cells, ([, column]) => column),
    values: Float32Array.from(cells, ([row, column]) => 0.5 * (1 + ((row * 31 + column * 17) % 10))),
  }).csr;
  const turned = transpose(csr);
  const mean = meansOfRows(csr, 0);
  const selves = Int32Array.of(0, 5, 1234, 8191, 20_000, rows - 1);

  for (const similarity of ["cosine", "centred"] as const) {
    it(`are the twin's, for one query or several, with any number of threads (${similarity})`, async () => {
      const k = 6;
      const twin = cosineRows(csr, turned, (row) => (similarity === "centred" ? mean[row] : 0));
      const scratch = cosineScratch(rows);
      for (const threads of [1, 3]) {
        using engine = await createEngine({ threads });
        using prepared = prepareNeighbours(engine, csr, { similarity, shrinkage: 0 });
        const together = await prepared.neighboursOf(rowsAt(csr, selves), k, selves);
        for (const [n, row] of selves.entries()) {
          cosineRow(twin, row, scratch);
          const expected = new Float64Array(rows);
          for (const other of scratch.touched.subarray(0, scratch.count)) expected[other] = scratch.similarity[other];
          expected[row] = 0;
          assertNearest(listOf(together, n), expected, k);
          const alone = await prepared.neighboursOf(rowsAt(csr, Int32Array.of(row)), k, Int32Array.of(row));
          assert.deepEqual(listOf(alone, 0), listOf(together, n));
        }
      }
    });
  }
});

describe("a profile whose values no row has", () => {
  it("is compared all the same", async () => {
    const cells: Cells = [
      [1, 2, null],
      [null, 4, 5],
    ];
    using prepared = prepareNeighbours(engine, csrOf(cells), { similarity: "cosine", shrinkage: 0 });
    const { csr: profile } = csrFromTriplets(1, 3, {
      rowOf: Int32Array.of(0, 0),
      columnOf: Int32Array.of(0, 1),
      values: Float32Array.of(Math.fround(1.3), 2),
    });
    const { indices, similarities: values } = await prepared.neighboursOf(profile, 2);
    assert.deepEqual([...indices], [0, 1]);
    const x = Math.fround(1.3);
    assert.ok(Math.abs(values[0] - (x + 4) / Math.sqrt((x * x + 4) * 5)) < 1e-12);
  });
});

/** Rows of very different lengths, in half stars, without chance. */
function patterned(rows: number, columns: number): Csr {
  const rowOf: number[] = [];
  const columnOf: number[] = [];
  for (let row = 0; row < rows; row++) {
    const every = 2 + ((row * 37) % 97);
    for (let column = (row * 13) % every; column < columns; column += every) {
      rowOf.push(row);
      columnOf.push(column);
    }
  }
  const values = Float32Array.from(rowOf, (row, n) => 0.5 * (1 + ((row * 7919 + columnOf[n] * 104729) % 10)));
  return csrFromTriplets(rows, columns, { rowOf: Int32Array.from(rowOf), columnOf: Int32Array.from(columnOf), values })
    .csr;
}

function rowOfEntry({ offsets }: Csr, entry: number): number {
  let [low, high] = [0, offsets.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (offsets[middle] <= entry) low = middle;
    else high = middle;
  }
  return low;
}
