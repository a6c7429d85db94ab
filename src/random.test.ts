import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { random } from "./random.ts";

describe("random", () => {
  it("gives the same numbers for the same seed, others for another", () => {
    const draw = (seed: number) => Array.from({ length: 5 }, random(seed).uint32);
    assert.deepEqual(draw(1), draw(1));
    assert.notDeepEqual(draw(1), draw(2));
    assert.notDeepEqual(draw(1), draw(1 + 2 ** 32));
  });

  it("has kept its numbers", () => {
    const { uint32, normal } = random(42);
    assert.deepEqual([uint32(), uint32(), uint32()], [3484890251, 4060597928, 2915903542]);
    assert.deepEqual(
      [normal(), normal()].map((value) => value.toFixed(9)),
      ["0.708547704", "1.087468388"],
    );
  });

  it("spreads evenly, and normally", () => {
    const { float, int, normal } = random(7);
    const n = 100_000;
    const floats = Array.from({ length: n }, float);
    assert.ok(floats.every((value) => value >= 0 && value < 1));
    assert.ok(Math.abs(mean(floats) - 0.5) < 0.005);
    const faces = new Int32Array(6);
    for (let k = 0; k < n; k++) faces[int(6)]++;
    assert.ok(faces.every((count) => Math.abs(count - n / 6) < 600));
    const normals = Array.from({ length: n }, normal);
    assert.ok(Math.abs(mean(normals)) < 0.015);
    assert.ok(Math.abs(mean(normals.map((value) => value ** 2)) - 1) < 0.02);
    assert.ok(Math.abs(mean(normals.map((value, k) => value * (normals[k - 1] ?? 0)))) < 0.015);
  });
});

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
