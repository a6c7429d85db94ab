import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { alsHalfStep } from "../../test/helpers/als-twin.ts";
import { randomDataset } from "../../test/helpers/toy.ts";
import { type Engine, localEngine } from "../compute/engine.ts";
import { createEngine } from "../compute/pool.ts";
import { shapeOf } from "../data/dataset.ts";
import { gramOf } from "../matrix/dense.ts";
import { random } from "../random.ts";
import { als, factorise } from "./als.ts";
import { completeConfig } from "./config.ts";
import { fit } from "./fit.ts";

type Config = Parameters<typeof als.fit>[1];
const configOf = (set: Record<string, unknown>) => completeConfig("als", als.config, set) as Config;
const step = async () => {};

describe("the kernels of als", () => {
  for (const f of [8, 16, 24, 40, 64]) {
    for (const solver of ["conjugate-gradient", "cholesky"] as const) {
      for (const engine of [localEngine(2 ** 26), null]) {
        it(`do what their twins do (${solver}, ${f} factors, ${engine ? "page" : "relaxed"})`, async () => {
          using own = engine ?? (await createEngine({ threads: 2 }));
          await assertLikeTwin(own, f, solver);
        });
      }
    }
  }

  for (const tile of [1, 5, 32, 33, 100]) {
    it(`go through the fixed side in tiles of ${tile} rows and come to the same`, async () => {
      const f = 16;
      const { byUser } = randomDataset(21, 33, 0.4, 9);
      const { float } = random(4);
      const fixed = Float64Array.from({ length: 33 * f }, () => Math.fround(float() - 0.5));
      const expected = new Float64Array(21 * f);
      const half = { f, base: 1, alpha: 2, weights: new Array<number>(21).fill(0.5), steps: 3 };
      const expectedLosses = alsHalfStep(byUser, fixed, expected, half);
      using engine = localEngine(2 ** 22);
      using arena = engine.arena();
      const [out, losses] = [arena.float32(21 * f), arena.float64(21)];
      const args = [
        arena.place(byUser.offsets),
        arena.place(byUser.indices),
        arena.place(byUser.values),
        arena.place(Float32Array.from(fixed)),
        arena.place(Float32Array.from(gramOf(fixed, 33, f))),
        out,
        losses,
        arena.float32(21).fill(0.5),
        ...[f, 1, 2, 3, 33, tile],
      ];
      await engine.run("alsConjugate", { rows: 21, blockRows: 8, scratch: 4 * (3 * f + 3) * 8, args });
      for (const [n, value] of out.entries()) assert.ok(Math.abs(value - expected[n]) < 1e-4, `factor ${n}`);
      for (const [n, value] of losses.entries()) assert.ok(Math.abs(value - expectedLosses[n]) < 1e-3, `loss ${n}`);
    });
  }

  /** Two iterations by kernels and by twins from one start; rows of 0, 1, 2, 3, 4, 5 … ratings, so that all tails are met. */
  async function assertLikeTwin(engine: Engine, f: number, solver: "conjugate-gradient" | "cholesky"): Promise<void> {
    const data = randomDataset(70, 33, 0.12, f);
    const set = { factors: f, iterations: 2, alpha: 3, regularisation: 0.5, scaling: 0.5, solver };
    const { float } = random(3);
    const [users, items] = [70, 33].map((rows) =>
      Float64Array.from({ length: rows * f }, () => Math.fround(float() - 0.5)),
    );
    const start = (side: "users" | "items", row: number, k: number) => (side === "users" ? users : items)[row * f + k];
    const found = await factorise(data.byUser, data.byItem, configOf(set), start, { engine, step });

    const weightsOf = (offsets: Int32Array) =>
      Array.from(offsets.subarray(1), (end, n) => 0.5 * (end - offsets[n]) ** 0.5);
    const half = { f, base: 1, alpha: 3, ...(solver === "cholesky" ? {} : { steps: 3 }) };
    const expected = items.slice();
    const other = users.slice();
    const [userWeights, itemWeights] = [weightsOf(data.byUser.offsets), weightsOf(data.byItem.offsets)];
    const all = 70 * 33 + 3 * sum(data.byUser.values);
    for (const loss of found.losses) {
      alsHalfStep(data.byUser, expected, other, { ...half, weights: userWeights });
      const losses = alsHalfStep(data.byItem, other, expected, { ...half, weights: itemWeights });
      const penalty = sum(other.map((value, n) => userWeights[Math.floor(n / f)] * value * value));
      assert.ok(Math.abs(loss / ((sum(losses) + penalty) / all) - 1) < 1e-4, `loss ${loss}`);
    }
    const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    found.items.forEach((value, n) => {
      assert.ok(Math.abs(value - expected[n]) < 1e-3 * largest, `factor ${n}: ${value}, expected ${expected[n]}`);
    });
  }
});

function sum(values: Float32Array | Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

describe("als", () => {
  it("lowers its loss with every iteration, and by the same steps for the same seed", async () => {
    const data = randomDataset(60, 40, 0.2, 2);
    const { state } = await fit(data, "als", { set: { factors: 8, iterations: 8 } });
    const losses = state.facts.losses as number[];
    assert.equal(losses.length, 8);
    assert.ok(
      losses.every((loss, n) => n === 0 || loss < losses[n - 1]),
      `${losses}`,
    );
    const other = await fit(data, "als", { set: { factors: 8, iterations: 8 }, seed: 1 });
    assert.notDeepEqual(other.state.facts.losses, losses);
  });

  it("folds in whoever asks by the formula of training", async () => {
    const data = randomDataset(30, 20, 0.3, 5);
    const { state } = await fit(data, "als", { set: { factors: 8, alpha: 2, regularisation: 0.3, scaling: 1 } });
    const items = Float64Array.from(state.tensors.items.data);
    const users = new Float64Array(30 * 8);
    const weights = Array.from({ length: 30 }, (_, u) => 0.3 * (data.byUser.offsets[u + 1] - data.byUser.offsets[u]));
    alsHalfStep(data.byUser, items, users, { f: 8, base: 1, alpha: 2, weights });
    const model = als.open(state, localEngine(2 ** 20));
    const scores = new Float32Array(20);
    for (let user = 0; user < 30; user++) {
      const row = [data.byUser.offsets[user], data.byUser.offsets[user + 1]] as const;
      const profile = { items: data.byUser.indices.subarray(...row), values: data.byUser.values.subarray(...row) };
      model.ask({ profile }).score(scores);
      for (let item = 0; item < 20; item++) {
        let expected = 0;
        for (let k = 0; k < 8; k++) expected += users[user * 8 + k] * items[item * 8 + k];
        assert.ok(Math.abs(scores[item] - expected) < 1e-5);
      }
    }
  });

  it("tells confidence as the library implicit has it from that of the paper", async () => {
    const data = randomDataset(30, 20, 0.3, 6);
    const facts = async (confidence: string) =>
      (await fit(data, "als", { set: { factors: 8, confidence } })).state.facts;
    assert.equal((await facts("alpha*r")).base, 0);
    assert.equal((await facts("1+alpha*r")).base, 1);
  });

  it("refuses factors that are no multiple of 8", async () => {
    const data = randomDataset(5, 5, 0.5, 7);
    await assert.rejects(fit(data, "als", { set: { factors: 12 } }), { code: "CONFIG_INVALID" });
  });

  for (const solver of ["conjugate-gradient", "cholesky"] as const) {
    it(`estimates its memory within 15 % of what its arrays take (${solver})`, async () => {
      const data = randomDataset(3000, 700, 0.03, 8);
      const config = configOf({ factors: 32, iterations: 1, solver });
      using engine = await createEngine();
      const state = await als.fit(data, config, { engine, seed: 0, step });
      const measured = engine.peak + state.tensors.items.data.byteLength;
      const { bytes } = als.estimate(shapeOf(data), config);
      assert.ok(Math.abs(bytes / measured - 1) < 0.15, `estimated ${bytes}, measured ${measured}`);
    });
  }
});
