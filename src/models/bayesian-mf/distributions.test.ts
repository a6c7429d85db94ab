import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { random } from "../../random.ts";
import {
  drawGamma,
  drawNormalVectors,
  drawPrecision,
  fillNormal,
  inverseOfLower,
  product,
  times,
  transposed,
} from "./distributions.ts";

describe("fillNormal", () => {
  const draws = 400_000;
  const numbers = new Float32Array(draws);
  fillNormal(numbers, 1, 1, random(5));

  it("draws standard normal numbers: moments, and shares beyond some points, those of the tail among them", () => {
    const moment = (power: number) => numbers.reduce((sum, x) => sum + x ** power, 0) / draws;
    // five deviations of each mean
    for (const [power, wanted, variance] of [
      [1, 0, 1],
      [2, 1, 2],
      [3, 0, 15],
      [4, 3, 96],
    ] as const) {
      const error = Math.abs(moment(power) - wanted);
      assert.ok(error < 5 * Math.sqrt(variance / draws), `moment ${power} is off by ${error}`);
    }
    for (const [point, share] of [
      [0.1, 0.4601722],
      [1, 0.1586553],
      [2, 0.0227501],
      [3.442619855899, 0.000288],
      [3.8, 0.0000723],
    ] as const) {
      for (const sign of [1, -1]) {
        const found = numbers.filter((x) => sign * x > point).length / draws;
        assert.ok(Math.abs(found - share) < 5 * Math.sqrt(share / draws), `${found} beyond ${sign * point}`);
      }
    }
  });

  it("leaves the rest of each row as it is", () => {
    const out = new Float32Array(8).fill(7);
    fillNormal(out, 3, 4, random(1));
    assert.deepEqual([out[3], out[7]], [7, 7]);
    assert.ok([0, 1, 2, 4, 5, 6].every((at) => out[at] !== 7));
  });
});

describe("drawGamma", () => {
  for (const shape of [0.3, 1, 2.5, 40]) {
    it(`has mean and variance ${shape}`, () => {
      const generator = random(2);
      const draws = Array.from({ length: 100_000 }, () => drawGamma(shape, generator));
      const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length;
      const variance = draws.reduce((sum, x) => sum + (x - mean) ** 2, 0) / draws.length;
      assert.ok(Math.abs(mean - shape) < 5 * Math.sqrt(shape / draws.length), `${mean}`);
      const spread = Math.sqrt((2 * shape ** 2 + 6 * shape) / draws.length);
      assert.ok(Math.abs(variance - shape) < 5 * spread, `${variance}`);
    });
  }
});

it("drawPrecision lies about one over the mean square", () => {
  const generator = random(3);
  const draws = Array.from({ length: 2000 }, () => drawPrecision(4000, 1000, generator));
  const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length;
  assert.ok(Math.abs(mean - 4001 / 1001) < 0.01, `${mean}`);
});

describe("drawNormalVectors", () => {
  it("finds the mean and the covariance of many vectors, with one root of the precision and its inverse", () => {
    const m = 3;
    const generator = random(4);
    const [sums, scatter] = [new Float64Array(m), new Float64Array(m * m)];
    const mix = Float64Array.of(2, 0, 0, 1, 1, 0, 0, -0.5, 0.5);
    const count = 100_000;
    for (let n = 0; n < count; n++) {
      const v = times(mix, Float64Array.from({ length: m }, generator.normal));
      for (let i = 0; i < m; i++) v[i] += i;
      for (let i = 0; i < m; i++) {
        sums[i] += v[i];
        for (let j = 0; j < m; j++) scatter[i * m + j] += v[i] * v[j];
      }
    }
    const { mean, root, inverse } = drawNormalVectors(count, sums, scatter, 0, new Float64Array(m * m), generator);
    for (let i = 0; i < m; i++) assert.ok(Math.abs(mean[i] - i) < 0.04, `${mean}`);
    const identity = product(root, inverse, m);
    const covariance = product(inverse, transposed(inverse, m), m);
    const wanted = product(mix, transposed(mix, m), m);
    for (let at = 0; at < m * m; at++) {
      assert.ok(Math.abs(identity[at] - (at % (m + 1) === 0 ? 1 : 0)) < 1e-10);
      assert.ok(Math.abs(covariance[at] - wanted[at]) < 0.1, `${covariance}`);
    }
  });

  it("of none draws from the prior, and counts other vectors as if they had a mean of 0", () => {
    const generator = random(6);
    const m = 2;
    let [alone, with10] = [0, 0];
    for (let n = 0; n < 4000; n++) {
      const drawn = (count: number, others: Float64Array) => {
        const { root } = drawNormalVectors(0, new Float64Array(m), new Float64Array(m * m), count, others, generator);
        return product(transposed(root, m), root, m)[0];
      };
      alone += drawn(0, new Float64Array(m * m)) / 4000;
      with10 += drawn(10, Float64Array.of(30, 0, 0, 30)) / 4000;
    }
    // means of the Wishart distribution: freedom over scale
    assert.ok(Math.abs(alone - 2) < 0.2, `${alone}`);
    assert.ok(Math.abs(with10 - 12 / 31) < 0.02, `${with10}`);
  });
});

it("inverseOfLower inverts", () => {
  const lower = Float64Array.of(2, 0, 0, 1, 4, 0, -3, 5, 0.5);
  const identity = product(lower, inverseOfLower(lower, 3), 3);
  assert.deepEqual(Array.from(identity, Math.round), [1, 0, 0, 0, 1, 0, 0, 0, 1]);
});
