import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { random } from "../random.ts";
import { addOuterProducts, dot, factorCholesky, gramOf, multiplyRows, solveByFactor, sumOfRows } from "./dense.ts";

const { normal } = random(1);
const f = 7;
/** 11 rows, so that there are some beside the groups of four. */
const y = Float32Array.from({ length: 11 * f }, normal);
const x = Float64Array.from({ length: f }, normal);

function close(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  assert.equal(actual.length, expected.length);
  for (let n = 0; n < expected.length; n++) {
    assert.ok(Math.abs(actual[n] - expected[n]) < 1e-12 * Math.max(1, Math.abs(expected[n])), `${n}: ${actual[n]}`);
  }
}

describe("dense rows", () => {
  it("are multiplied as dot multiplies them: all, or some", () => {
    const [all, some] = [new Float64Array(11), new Float64Array(6)];
    multiplyRows({ y, f }, x, all);
    assert.deepEqual(
      [...all],
      Array.from(all, (_, row) => dot(x, 0, y, row * f, f)),
    );
    const rows = Int32Array.of(10, 2, 2, 0, 7, 9);
    multiplyRows({ y, f }, x, some, rows);
    assert.deepEqual(
      [...some],
      Array.from(rows, (row) => all[row]),
    );
  });

  it("are added up by their factors", () => {
    for (const count of [0, 1, 4, 6, 11]) {
      const out = new Float64Array(f).fill(9);
      sumOfRows(
        Array.from({ length: count }, (_, row) => ({ values: y, at: row * f, factor: row - 3 })),
        out,
      );
      const column = (k: number) =>
        Array.from({ length: count }, (_, row) => (row - 3) * y[row * f + k]).reduce((a, b) => a + b, 0);
      close(
        out,
        Array.from(out, (_, k) => column(k)),
      );
    }
  });

  it("are added to a matrix as outer products by their weights", () => {
    const n = f + 1;
    const a = new Float64Array(n * n);
    const rows = Int32Array.from({ length: 11 }, (_, row) => row);
    addOuterProducts(a, n, { y, f, rows, weights: new Float64Array(11).fill(1) });
    const gram = gramOf(y, f);
    for (let k = 0; k < n; k++) {
      for (let l = 0; l < n; l++) {
        const expected = l <= k && k < f ? gram[k * f + l] : 0;
        assert.ok(Math.abs(a[k * n + l] - expected) < 1e-12, `${k}, ${l}`);
      }
    }
    const one = new Float64Array(f * f);
    addOuterProducts(one, f, { y, f, rows: Int32Array.of(5), weights: Float64Array.of(-2) });
    close([one[0], one[f]], [-2 * y[5 * f] ** 2, -2 * y[5 * f] * y[5 * f + 1]]);
  });
});

describe("a Cholesky factor", () => {
  it("solves one system after another", () => {
    const a = gramOf(y, f);
    const factor = a.slice();
    factorCholesky(factor, f);
    for (let trial = 0; trial < 3; trial++) {
      const solution = Float64Array.from({ length: f }, normal);
      const b = Float64Array.from(solution, (_, i) => dot(a, i * f, solution, 0, f));
      solveByFactor(factor, f, b);
      for (let k = 0; k < f; k++) assert.ok(Math.abs(b[k] - solution[k]) < 1e-9, `${b[k]}, expected ${solution[k]}`);
    }
  });
});
