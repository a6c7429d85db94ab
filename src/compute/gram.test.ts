import assert from "node:assert/strict";
import { it } from "node:test";
import { gramOf } from "../matrix/dense.ts";
import { random } from "../random.ts";
import { portionedGram } from "./gram.ts";

it("products of vectors in portions are those of all rows in their order, to the bit", () => {
  const { float } = random(3);
  for (const [rows, f] of [
    [1, 1],
    [70, 3],
    [500, 10],
    [5000, 64],
  ] as const) {
    const y = Float32Array.from({ length: rows * f }, () => float() - 0.5);
    for (const cut of [0, 1, Math.floor(rows / 3)]) {
      using gram = portionedGram(f);
      gram.add(y.subarray(0, cut * f));
      gram.add(y.subarray(cut * f));
      assert.deepEqual(gram.sums(), gramOf(y, f), `${rows} × ${f}, cut at ${cut}`);
    }
    const leftOut = y.map((value, n) => (Math.floor(n / f) % 3 === 0 ? 0 : value));
    using gram = portionedGram(f);
    gram.add(y, (row) => row % 3 === 0);
    assert.deepEqual(gram.sums(), gramOf(leftOut, f));
  }
});
