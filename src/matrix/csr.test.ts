import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { csrFromTriplets, entryAt, meansOfColumns, meansOfRows, rowsAt, rowsBetween, transpose } from "./csr.ts";

const entries = fc.array(fc.tuple(fc.nat(6), fc.nat(4), fc.integer({ min: 1, max: 10 }), fc.nat(3)), { maxLength: 60 });

function build(list: [number, number, number, number][], timed: boolean) {
  return csrFromTriplets(7, 5, {
    rowOf: Int32Array.from(list, ([row]) => row),
    columnOf: Int32Array.from(list, ([, column]) => column),
    values: Float32Array.from(list, ([, , value]) => value / 2),
    ...(timed ? { times: Float64Array.from(list, ([, , , time]) => time) } : {}),
  });
}

/** What should be left of triplets, by the plainest means. */
function oracle(list: [number, number, number, number][], timed: boolean): Map<string, number> {
  const kept = new Map<string, [number, number]>();
  for (const [row, column, value, time] of list) {
    const key = `${row},${column}`;
    const before = kept.get(key);
    if (!before || !timed || time >= before[1]) kept.set(key, [value / 2, time]);
  }
  return new Map([...kept].map(([key, [value]]) => [key, value]));
}

describe("csrFromTriplets", () => {
  for (const timed of [false, true]) {
    it(`keeps the latest of repeated entries ${timed ? "by time, then by place" : "by place"}`, () => {
      fc.assert(
        fc.property(entries, (list) => {
          const { csr, repeats } = build(list, timed);
          const found = new Map<string, number>();
          for (let row = 0; row < csr.rows; row++) {
            for (let n = csr.offsets[row]; n < csr.offsets[row + 1]; n++) {
              assert.ok(n === csr.offsets[row] || csr.indices[n] > csr.indices[n - 1], "columns ascend");
              found.set(`${row},${csr.indices[n]}`, csr.values[n]);
            }
          }
          const expected = oracle(list, timed);
          assert.deepEqual(new Map([...found].sort()), new Map([...expected].sort()));
          assert.equal(repeats, list.length - expected.size);
          assert.equal(csr.indices.length, expected.size);
          assert.equal(csr.times?.length, timed ? expected.size : undefined);
        }),
      );
    });
  }
});

describe("transpose", () => {
  it("holds the same entries with rows and columns changed", () => {
    fc.assert(
      fc.property(entries, (list) => {
        const { csr } = build(list, false);
        const back = transpose(transpose(csr));
        assert.deepEqual(back, csr);
        const turned = transpose(csr);
        assert.deepEqual([turned.rows, turned.columns], [5, 7]);
      }),
    );
  });
});

describe("rowsBetween and entryAt", () => {
  it("find what a plain search finds", () => {
    fc.assert(
      fc.property(entries, fc.nat(7), fc.nat(7), (list, a, b) => {
        const { csr } = build(list, false);
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        const some = rowsBetween(csr, from, to);
        assert.deepEqual([some.rows, some.columns, some.offsets.length], [to - from, 5, to - from + 1]);
        for (let row = from; row < to; row++) {
          for (let column = 0; column < 5; column++) {
            const own = csr.indices.subarray(csr.offsets[row], csr.offsets[row + 1]).indexOf(column);
            const entry = entryAt(csr, row, column);
            assert.equal(entry, own < 0 ? -1 : csr.offsets[row] + own);
            const again = entryAt(some, row - from, column);
            assert.equal(again < 0, own < 0);
            assert.equal(some.values[again], csr.values[entry]);
          }
        }
      }),
    );
  });
});

describe("meansOfRows", () => {
  it("averages each row, 0 for an empty one", () => {
    const { csr } = build(
      [
        [0, 1, 4, 0],
        [0, 2, 8, 0],
        [3, 0, 10, 0],
      ],
      false,
    );
    assert.deepEqual([...meansOfRows(csr, 0)], [3, 0, 0, 5, 0, 0, 0]);
  });
});

describe("rowsAt", () => {
  it("gives rows in the order asked for, empty and repeated ones too", () => {
    const { csr } = build(
      [
        [0, 1, 4, 0],
        [0, 2, 8, 0],
        [3, 0, 10, 0],
      ],
      false,
    );
    const { rows, columns, offsets, indices, values } = rowsAt(csr, Int32Array.of(3, 1, 0, 3));
    assert.deepEqual([rows, columns, [...offsets]], [4, 5, [0, 1, 1, 3, 4]]);
    assert.deepEqual(
      [[...indices], [...values]],
      [
        [0, 1, 2, 0],
        [5, 2, 4, 5],
      ],
    );
  });
});

describe("meansOfColumns", () => {
  it("is what the rows of the transpose average, bit for bit", () => {
    fc.assert(
      fc.property(entries, (list) => {
        const { csr } = build(list as [number, number, number, number][], false);
        const thirds = { ...csr, values: csr.values.map((value) => value / 3) };
        assert.deepEqual(meansOfColumns(thirds), meansOfRows(transpose(thirds)));
      }),
    );
  });
});
