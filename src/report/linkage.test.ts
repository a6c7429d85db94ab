import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { brackets, cosineDistances, leafOrder, weightedLinkage } from "./linkage.ts";

/** A symmetric matrix from its upper triangle, row by row. */
function symmetric(n: number, upper: readonly number[]): Float64Array {
  const full = new Float64Array(n * n);
  let at = 0;
  for (let row = 0; row < n; row++) {
    for (let column = row + 1; column < n; column++) {
      full[row * n + column] = full[column * n + row] = upper[at++];
    }
  }
  return full;
}

function assertNear(actual: readonly number[], expected: readonly number[]): void {
  assert.equal(actual.length, expected.length);
  actual.forEach((value, n) => {
    assert.ok(Math.abs(value - expected[n]) < 1e-12, `${n}: ${value} is not ${expected[n]}`);
  });
}

describe("weighted linkage", () => {
  // d(01, 2) = (6 + 9) / 2, d(01, 3) = (10 + 4) / 2, d(01, 4) = (5 + 8) / 2; then d(01, 34) = (7 + 6.5) / 2,
  // d(2, 34) = (9 + 5) / 2; then d(2, 0134) = (7.5 + 7) / 2.
  const merges = weightedLinkage(symmetric(5, [2, 6, 10, 5, 9, 4, 8, 9, 5, 3]), 5);

  it("merges the nearest two, with the mean of the distances of the parts", () => {
    assert.deepEqual(merges, [
      { left: 0, right: 1, height: 2, size: 2 },
      { left: 3, right: 4, height: 3, size: 2 },
      { left: 5, right: 6, height: 6.75, size: 4 },
      { left: 2, right: 7, height: 7.25, size: 5 },
    ]);
  });

  it("orders its leaves with the left part first", () => assert.deepEqual(leafOrder(merges), [2, 0, 1, 3, 4]));

  it("draws a bracket for each merge over the middles of its parts", () => {
    assert.deepEqual(brackets(merges), [
      {
        height: 2,
        parts: [
          { at: 1, height: 0 },
          { at: 2, height: 0 },
        ],
      },
      {
        height: 3,
        parts: [
          { at: 3, height: 0 },
          { at: 4, height: 0 },
        ],
      },
      {
        height: 6.75,
        parts: [
          { at: 1.5, height: 2 },
          { at: 3.5, height: 3 },
        ],
      },
      {
        height: 7.25,
        parts: [
          { at: 0, height: 0 },
          { at: 2.5, height: 6.75 },
        ],
      },
    ]);
  });

  it("takes the lower numbers where pairs are equally near", () => {
    assert.deepEqual(leafOrder(weightedLinkage(symmetric(4, [1, 1, 1, 1, 1, 1]), 4)), [0, 1, 2, 3]);
  });

  it("leaves a single item alone", () => {
    assert.deepEqual(weightedLinkage(Float64Array.of(0), 1), []);
    assert.deepEqual(leafOrder([]), [0]);
  });
});

describe("weighted linkage of cosine distances, as scipy 1 has it", () => {
  it("of seven rows: linkage(X, 'weighted', 'cosine') and dendrogram(Z)['leaves']", () => {
    const rows = [1, 0, 2, 1, 0, 1, 1, 3, 2, 0, 4, 1.5, 0, 2, 1, 5, 3, 1, 0, 0, 1, 1, 1, 1, 4, 1, 1, 0.5];
    const distances = cosineDistances(Float64Array.from(rows), 7, 4);
    assertNear(
      Array.from(distances.subarray(0, 4)),
      [0, 0.3845425451033362, 0.004692658461794341, 0.47825080525004904],
    );
    const merges = weightedLinkage(distances, 7);
    assert.deepEqual(
      merges.map(({ left, right, size }) => [left, right, size]),
      [
        [0, 2, 2],
        [1, 3, 2],
        [4, 6, 2],
        [5, 7, 3],
        [8, 10, 5],
        [9, 11, 7],
      ],
    );
    assertNear(
      merges.map(({ height }) => height),
      [
        0.004692658461794341, 0.009132611386275413, 0.03769682674311314, 0.19425250453375192, 0.36327572620772686,
        0.6115209028721087,
      ],
    );
    assert.deepEqual(leafOrder(merges), [4, 6, 1, 3, 5, 0, 2]);
  });

  it("of thirty rows", () => {
    const n = 30;
    const rows = Float64Array.from({ length: n * n }, (_, at) => {
      const [a, b] = [Math.floor(at / n), at % n];
      return a === b ? 1 : Math.cos(0.7 * (a * b) + 0.3 * (a + b));
    });
    const merges = weightedLinkage(cosineDistances(rows, n, n), n);
    assert.deepEqual(
      leafOrder(merges),
      [10, 16, 28, 17, 9, 27, 11, 15, 29, 13, 12, 14, 5, 3, 21, 23, 4, 22, 6, 2, 20, 24, 0, 18, 8, 26, 7, 1, 19, 25],
    );
    const heights = merges.map(({ height }) => height);
    assertNear([heights[0], heights[14], heights[28]], [0.02684024375171945, 0.4171539388029872, 1.2029137730020483]);
  });

  it("treats a row of zeros as orthogonal to every other", () => {
    assert.deepEqual(Array.from(cosineDistances(Float64Array.of(0, 0, 1, 0, 0, 2), 3, 2)), [0, 1, 1, 1, 0, 1, 1, 1, 0]);
  });
});
