import assert from "node:assert/strict";
import { it } from "node:test";
import { sharedEngine } from "../../test/helpers/engines.ts";
import { type Csr, csrFromTriplets, transpose } from "../matrix/csr.ts";
import { symmetricEigen } from "../matrix/symmetric-eigen.ts";
import { random } from "../random.ts";
import { leadingVectors } from "./subspace.ts";

/** A random sparse matrix in groups of rows and columns that belong together, so that a few of its eigenvalues stand out. */
function groupedMatrix(rows: number, columns: number, groups: number): Csr {
  const { float, int } = random(5);
  const entries: [number, number, number][] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      if (float() < (row % groups === column % groups ? 0.5 : 0.02)) entries.push([row, column, (1 + int(5)) / 10]);
    }
  }
  const { csr } = csrFromTriplets(rows, columns, {
    rowOf: Int32Array.from(entries, ([row]) => row),
    columnOf: Int32Array.from(entries, ([, column]) => column),
    values: Float32Array.from(entries, ([, , value]) => value),
  });
  return csr;
}

/** B Bᵀ, without its sparseness. */
function squared({ rows, columns, offsets, indices, values }: Csr): Float64Array {
  const dense = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let n = offsets[row]; n < offsets[row + 1]; n++) dense[row * columns + indices[n]] = values[n];
  }
  return Float64Array.from({ length: rows * rows }, (_, at) => {
    const [i, j] = [Math.floor(at / rows), at % rows];
    let sum = 0;
    for (let k = 0; k < columns; k++) sum += dense[i * columns + k] * dense[j * columns + k];
    return sum;
  });
}

it("the leading vectors are those of the whole matrix, but for their signs", async () => {
  const b = groupedMatrix(60, 90, 6);
  const exact = symmetricEigen(squared(b), 60);
  const found = await leadingVectors(await sharedEngine(1), transpose(b), {
    count: 6,
    iterations: 12,
    normal: random(1).normal,
  });
  for (let k = 0; k < 6; k++) {
    assert.ok(Math.abs(found.values[k] / exact.values[k] - 1) < 1e-5, `${found.values[k]}, ${exact.values[k]}`);
    let product = 0;
    for (let row = 0; row < 60; row++) product += found.vectors[row * 6 + k] * exact.vectors[row * 60 + k];
    assert.ok(Math.abs(Math.abs(product) - 1) < 1e-4, `${k}: ${product}`);
  }
});

it("the leading vectors are the same bytes for any number of threads", async () => {
  const b = groupedMatrix(700, 1500, 9);
  const [one, three] = await Promise.all(
    [1, 3].map(async (threads) =>
      leadingVectors(await sharedEngine(threads), transpose(b), { count: 12, iterations: 3, normal: random(1).normal }),
    ),
  );
  assert.deepEqual(three, one);
});

it("a matrix that has fewer vectors than are wanted has zeros for the others", async () => {
  const b = groupedMatrix(5, 30, 2);
  const { values, vectors } = await leadingVectors(await sharedEngine(1), transpose(b), {
    count: 8,
    iterations: 4,
    normal: random(1).normal,
  });
  assert.ok(values[4] > 0 && vectors.every(Number.isFinite));
  assert.deepEqual(values.subarray(5), new Float64Array(3));
  for (let row = 0; row < 5; row++) assert.deepEqual(vectors.subarray(row * 8 + 5, row * 8 + 8), new Float32Array(3));
  const nothing = await leadingVectors(
    await sharedEngine(1),
    transpose({ ...b, indices: b.indices.slice(0, 0), values: b.values.slice(0, 0), offsets: new Int32Array(6) }),
    { count: 2, iterations: 2, normal: random(1).normal },
  );
  assert.ok(nothing.vectors.every((value) => value === 0));
});
