import assert from "node:assert/strict";
import { it } from "node:test";
import { random } from "../random.ts";
import { symmetricEigen } from "./symmetric-eigen.ts";

it("eigenvalues fall, and their vectors are orthogonal and make the matrix", () => {
  const n = 12;
  const { normal } = random(3);
  const a = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) a[i * n + j] = a[j * n + i] = normal();
  const { values, vectors } = symmetricEigen(a, n);
  for (let i = 0; i < n; i++) {
    if (i > 0) assert.ok(values[i - 1] >= values[i]);
    for (let j = 0; j < n; j++) {
      let [product, sum] = [0, 0];
      for (let k = 0; k < n; k++) {
        product += vectors[k * n + i] * vectors[k * n + j];
        sum += vectors[i * n + k] * values[k] * vectors[j * n + k];
      }
      assert.ok(Math.abs(product - Number(i === j)) < 1e-12);
      assert.ok(Math.abs(sum - a[i * n + j]) < 1e-12);
    }
  }
});

it("the eigenvectors of a matrix worked by hand have their greatest entry above 0", () => {
  const { values, vectors } = symmetricEigen(Float64Array.of(2, -1, -1, 2), 2);
  const half = Math.SQRT1_2;
  assert.ok([3, 1].every((value, n) => Math.abs(values[n] - value) < 1e-12));
  assert.ok([half, half, -half, half].every((value, n) => Math.abs(vectors[n] - value) < 1e-12));
  assert.deepEqual(symmetricEigen(new Float64Array(4), 2).values, Float64Array.of(0, 0));
});
