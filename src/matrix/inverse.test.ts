import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { random } from "../random.ts";
import { invertPositiveDefinite } from "./inverse.ts";

const step = async () => {};

/** GᵀG + I for a random n × n matrix G. */
function positiveDefinite(n: number, seed: number): Float64Array {
  const { normal } = random(seed);
  const g = Float64Array.from({ length: n * n }, normal);
  const a = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let sum = i === j ? 1 : 0;
      for (let k = 0; k < n; k++) sum += g[k * n + i] * g[k * n + j];
      a[i * n + j] = sum;
    }
  }
  return a;
}

describe("invertPositiveDefinite", () => {
  for (const n of [1, 2, 3, 4, 5, 7, 8, 13, 50]) {
    it(`gives a matrix that times the original is the identity (n = ${n})`, async () => {
      const a = positiveDefinite(n, n);
      const inverse = a.slice();
      for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) inverse[i * n + j] = Number.NaN; // never read
      await invertPositiveDefinite(inverse, n, step);
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) {
          let sum = 0;
          for (let k = 0; k < n; k++) sum += a[i * n + k] * inverse[k * n + j];
          assert.ok(Math.abs(sum - (i === j ? 1 : 0)) < 1e-9, `entry ${i}, ${j} is ${sum}`);
        }
      }
    });
  }

  it("refuses a matrix that is not positive definite", async () => {
    await assert.rejects(invertPositiveDefinite(Float64Array.of(1, 0, 2, 1), 2, step), /pivot 1 is -3/);
  });
});
