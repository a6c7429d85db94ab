import assert from "node:assert/strict";

/** Central differences of a function of the numbers in an array. */
export function differences(array: Float64Array, of: () => number): Float64Array {
  const h = 1e-5;
  return array.slice().map((value, n) => {
    array[n] = value + h;
    const above = of();
    array[n] = value - h;
    const below = of();
    array[n] = value;
    return (above - below) / (2 * h);
  });
}

export function near(actual: number, expected: number, tolerance: number, what = "found"): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${what}: ${actual}, expected ${expected}`);
}

export function allNear(actual: Float32Array, expected: Float64Array, tolerance: number): void {
  assert.equal(actual.length, expected.length);
  for (const [n, value] of actual.entries()) near(value, expected[n], tolerance);
}
