import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { meansOfRows } from "../../src/matrix/csr.ts";
import { cosineRow, cosineRows, cosineScratch } from "./cosine.ts";
import { randomDataset } from "./toy.ts";

describe("cosineRow", () => {
  const { byItem, byUser } = randomDataset(40, 25, 0.3, 12);
  const mean = meansOfRows(byItem, 0);
  const centres = { "raw values": () => 0, "centred values": (item: number) => mean[item] };
  for (const [name, centre] of Object.entries(centres)) {
    it(`is the cosine of dense columns (${name})`, () => {
      const prepared = cosineRows(byItem, byUser, centre);
      const scratch = cosineScratch(25);
      for (let a = 0; a < 25; a++) {
        cosineRow(prepared, a, scratch);
        const touched = new Set(scratch.touched.subarray(0, scratch.count));
        for (let b = 0; b < 25; b++) {
          const [x, y] = [dense(a), dense(b)];
          const overlap = x.filter((value, user) => value !== null && y[user] !== null).length;
          assert.equal(touched.has(b), overlap > 0);
          if (overlap === 0) continue;
          assert.equal(scratch.overlap[b], overlap);
          assert.ok(Math.abs(scratch.similarity[b] - cosine(x, y)) < 1e-12);
        }
      }
    });

    /** Column of an item over all users, null where unrated. */
    function dense(item: number): (number | null)[] {
      const column = new Array<number | null>(40).fill(null);
      for (let n = byItem.offsets[item]; n < byItem.offsets[item + 1]; n++) {
        column[byItem.indices[n]] = byItem.values[n] - centre(item);
      }
      return column;
    }
  }

  it("calls a row of length zero similar to none", () => {
    const prepared = cosineRows(byItem, byUser, (item, user) => valueAt(item, user));
    const scratch = cosineScratch(25);
    cosineRow(prepared, 0, scratch);
    assert.ok(scratch.count > 0);
    assert.ok(scratch.touched.subarray(0, scratch.count).every((other) => scratch.similarity[other] === 0));
  });

  function valueAt(item: number, user: number): number {
    for (let n = byItem.offsets[item]; n < byItem.offsets[item + 1]; n++) {
      if (byItem.indices[n] === user) return byItem.values[n];
    }
    return 0;
  }
});

function cosine(x: (number | null)[], y: (number | null)[]): number {
  const dot = (a: (number | null)[], b: (number | null)[]) =>
    a.reduce<number>((sum, value, n) => sum + (value ?? 0) * (b[n] ?? 0), 0);
  return dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y));
}
