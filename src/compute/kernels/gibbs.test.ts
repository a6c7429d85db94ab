/** The kernels of the sampler, held against plain loops in double precision. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { randomDataset } from "../../../test/helpers/toy.ts";
import { factorCholesky, solveByFactor } from "../../matrix/dense.ts";
import { random } from "../../random.ts";
import { localEngine, placeCsr } from "../engine.ts";
import { gibbsRows, gibbsWeights } from "./gibbs.ts";

const { byUser, byItem } = randomDataset(40, 90, 0.4, 3);
const { normal } = random(8);
const normals = (length: number, spread = 1) => Float32Array.from({ length }, () => spread * normal());

describe("gibbsRows", () => {
  for (const [n, drawn] of [
    [8, true],
    [24, true],
    [16, false],
  ] as const) {
    it(`solves for ${n} numbers a row ${drawn ? "and adds what is drawn" : "without noise"}, and leaves the errors`, async () => {
      using engine = localEngine(2 ** 24);
      using arena = engine.arena();
      const { rows, columns, offsets } = byUser;
      const [fixed, fixedBias] = [arena.place(normals(columns * n, 0.5)), arena.place(normals(columns, 0.3))];
      const priors = arena.place(normals(rows * n));
      const noise = drawn ? arena.place(normals(rows * n)) : undefined;
      const [factors, losses] = [arena.float32(rows * n), arena.float64(rows)];
      const ratings = placeCsr(arena, byUser);
      const given = { ...ratings, fixed, fixedBias, priors, factors, losses, n, mean: 3.2, unit: 1.3 };
      await gibbsRows(engine, noise ? { ...given, noise } : given);
      for (let row = 0; row < rows; row++) {
        const a = new Float64Array(n * n);
        for (let k = 0; k < n; k++) a[k * n + k] = 1;
        const b = Float64Array.from(priors.subarray(row * n, (row + 1) * n));
        const targets: (readonly [number, Float32Array])[] = [];
        for (let at = offsets[row]; at < offsets[row + 1]; at++) {
          const column = byUser.indices[at];
          const y = fixed.subarray(column * n, (column + 1) * n);
          const t = 1.3 * (byUser.values[at] - 3.2 - fixedBias[column]);
          targets.push([t, y]);
          for (let i = 0; i < n; i++) {
            b[i] += t * y[i];
            for (let j = 0; j <= i; j++) a[i * n + j] += y[i] * y[j];
          }
        }
        factorCholesky(a, n);
        solveByFactor(a, n, b);
        // x = A⁻¹ b + L⁻ᵀ z
        const z = noise ? Float64Array.from(noise.subarray(row * n, (row + 1) * n)) : new Float64Array(n);
        for (let i = n - 1; i >= 0; i--) {
          z[i] /= a[i * n + i];
          for (let k = 0; k < i; k++) z[k] -= a[i * n + k] * z[i];
        }
        let loss = 0;
        for (const [t, y] of targets) loss += (t - y.reduce((sum, value, k) => sum + value * (b[k] + z[k]), 0)) ** 2;
        for (let k = 0; k < n; k++) {
          const error = Math.abs(factors[row * n + k] - (b[k] + z[k]));
          assert.ok(error < 2e-4, `row ${row}, number ${k}: off by ${error}`);
        }
        assert.ok(Math.abs(losses[row] - loss) < 1e-3 * (1 + loss), `row ${row}: ${losses[row]}, ${loss}`);
      }
    });
  }

  it("leaves a row without ratings at its prior mean", async () => {
    using engine = localEngine(2 ** 24);
    using arena = engine.arena();
    const n = 8;
    const priors = arena.place(normals(2 * n));
    const [noise, factors, losses] = [arena.place(normals(2 * n)), arena.float32(2 * n), arena.float64(2)];
    const ratings = { offsets: arena.place(Int32Array.of(0, 0, 1)), indices: arena.int32(1), values: arena.float32(1) };
    const fixed = { fixed: arena.place(normals(n)), fixedBias: arena.float32(1) };
    await gibbsRows(engine, { ...ratings, ...fixed, priors, noise, factors, losses, n, mean: 3, unit: 1 });
    assert.deepEqual(factors.slice(0, n), priors.slice(0, n));
    assert.notDeepEqual(factors.slice(n), priors.slice(n));
    assert.equal(losses[0], 0);
  });
});

describe("gibbsWeights", () => {
  for (const own of [false, true]) {
    it(`draws the weights one after the other, ${own ? "with numbers of the entries" : "with one number a row"}`, async () => {
      using engine = localEngine(2 ** 24);
      using arena = engine.arena();
      const [n, lambda] = [8, 1.7];
      const [rows, features] = [byUser.rows, byItem.rows];
      const { offsets, indices } = placeCsr(arena, byItem);
      const scales = arena.place(Float32Array.from({ length: rows }, (_, row) => 0.2 + 0.1 * (row % 5)));
      const entries = own ? arena.place(normals(indices.length, 0.4)) : undefined;
      const numberAt = (at: number) => (entries ? entries[at] : scales[indices[at]]);
      const squares = arena.float32(features);
      for (let j = 0; j < features; j++) {
        for (let at = offsets[j]; at < offsets[j + 1]; at++) squares[j] += numberAt(at) ** 2;
      }
      const vectors = normals(rows * n);
      const residuals = arena.float32(rows * n);
      const placeOf = (row: number, k: number) => ((k >> 2) * rows + row) * 4 + (k % 4);
      for (let row = 0; row < rows; row++)
        for (let k = 0; k < n; k++) residuals[placeOf(row, k)] = vectors[row * n + k];
      const [weights, noise] = [arena.place(normals(features * n)), arena.place(normals(features * n))];
      const [expected, left] = [Float64Array.from(weights), Float64Array.from(vectors)];
      const take = (j: number, change: (k: number) => number) => {
        for (let at = offsets[j]; at < offsets[j + 1]; at++) {
          for (let k = 0; k < n; k++) left[indices[at] * n + k] -= numberAt(at) * change(k);
        }
      };
      for (let j = 0; j < features; j++) take(j, (k) => expected[j * n + k]);
      for (let j = 0; j < features; j++) {
        if (offsets[j] === offsets[j + 1]) continue;
        const before = expected.slice(j * n, (j + 1) * n);
        for (let k = 0; k < n; k++) {
          let sum = squares[j] * before[k];
          for (let at = offsets[j]; at < offsets[j + 1]; at++) sum += numberAt(at) * left[indices[at] * n + k];
          const precision = squares[j] + lambda;
          expected[j * n + k] = sum / precision + noise[j * n + k] / Math.sqrt(precision);
        }
        take(j, (k) => expected[j * n + k] - before[k]);
      }
      const given = { offsets, indices, entries, scales, squares, residuals, weights, n, lambda };
      await gibbsWeights(engine, given);
      await gibbsWeights(engine, { ...given, noise });
      for (let at = 0; at < expected.length; at++) {
        assert.ok(Math.abs(weights[at] - expected[at]) < 1e-4, `weight ${at}: ${weights[at]}, ${expected[at]}`);
      }
      for (let row = 0; row < rows; row++) {
        for (let k = 0; k < n; k++) assert.ok(Math.abs(residuals[placeOf(row, k)] - left[row * n + k]) < 1e-4);
      }
    });
  }
});
