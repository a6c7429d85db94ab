import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { alsHalfStep } from "../../../test/helpers/als-twin.ts";
import { randomDataset } from "../../../test/helpers/toy.ts";
import { type Engine, localEngine } from "../../compute/engine.ts";
import { createEngine } from "../../compute/pool.ts";
import { type Dataset, shapeOf } from "../../data/dataset.ts";
import { type Csr, csrFromTriplets, entriesWhere, transpose } from "../../matrix/csr.ts";
import { random } from "../../random.ts";
import { configure } from "../configure.ts";
import { fit } from "../fit.ts";
import { profileOf } from "../shared/profiles.ts";
import { completeSettings } from "../shared/settings.ts";

import { alsAlgorithm } from "./als.ts";
import { type AlsSide, createAlsSides } from "./rating-layout.ts";

import { type AlsSettings, alsSettings } from "./settings.ts";
import { factorise } from "./train.ts";

const configOf = (set: Record<string, unknown>) => completeSettings("als", alsSettings, set);
const step = async () => {};

describe("the kernels of als", () => {
  for (const f of [8, 16, 24, 40, 64]) {
    for (const solver of ["conjugate-gradient", "cholesky"] as const) {
      for (const engine of [localEngine(2 ** 26), null]) {
        const scaledBy = engine ? "confidence" : "ratings";
        it(`do what their twins do (${solver}, ${f} factors, ${engine ? "page" : "relaxed"}, ${scaledBy})`, async () => {
          using own = engine ?? (await createEngine({ threads: 2 }));
          await assertLikeTwin(own, { factors: f, solver, scaledBy });
        });
      }
    }
  }

  for (const solver of ["conjugate-gradient", "cholesky"] as const) {
    it(`do what their twins do for ratings on no scale (${solver})`, async () => {
      using engine = await createEngine({ threads: 2 });
      await assertLikeTwin(engine, { factors: 16, solver, scaledBy: "confidence" }, 1 / 3);
    });
  }

  const sides = { users: () => 1, items: () => 1 };
  const sparse = randomDataset(300, 70_000, 0.005, 4);
  // 512 factors: 384 vectors stay in the cache, 128 are a tile
  const dense = randomDataset(8, 520, 0.75, 9);
  for (const [what, { byUser }, f, tiles, change] of [
    ["on a scale", sparse, 8, true, (value) => value],
    ["on a scale, in tiles", dense, 512, true, (value) => value],
    ["on a scale, untiled", dense, 512, false, (value) => value],
    ["on none", sparse, 8, true, (value) => value / 3],
    ["on none, in tiles", dense, 512, true, (value) => value / 3],
    ["too high for one side to hold beside a column", sparse, 8, true, (value, n) => (n === 7 ? 40_000 : value)],
  ] as [string, Dataset, number, boolean, (value: number, n: number) => number][]) {
    it(`find every rating where they look for it (${what})`, () => {
      const csr = { ...byUser, values: byUser.values.map(change) };
      using arena = localEngine(2 ** 26).arena();
      const { users, items } = createAlsSides(arena, csr, f, tiles, sides);
      assert.deepEqual(ratingsOf(users, items), csr);
      assert.deepEqual(ratingsOf(items, users), transpose(csr));
    });
  }

  it("take as many rows together as meet what a cache holds", () => {
    const { users } = createAlsSides(localEngine(2 ** 26).arena(), sparse.byUser, 8, true, sides);
    const begins = Array.from({ length: users.blocks.length / 2 }, (_, block) => users.blocks[2 * block]);
    const met = begins.slice(1).map((to, block) => {
      const rows = users.order.subarray(begins[block], to);
      const { indices, offsets } = sparse.byUser;
      return new Set(Array.from(rows).flatMap((row) => [...indices.subarray(offsets[row], offsets[row + 1])])).size;
    });
    assert.ok(Math.max(...met) <= 24_576, `${met}`);
    assert.ok(met.length >= 3 && met.slice(0, -1).every((size) => size > 24_576 - 500), `${met}`);
  });

  it("go through the fixed side in tiles where rows have ratings enough, and come to the same", async () => {
    const [f, rows, columns] = [512, dense.users.size, dense.items.size];
    const settings = configOf({ factors: f, iterations: 1, alpha: 1, regularisation: 10, scaling: 0 });
    const start = (_: string, row: number, k: number) => Math.sin((row + 1) * (k + 1)) / 20;
    using engine = await createEngine({ threads: 2 });
    using arena = engine.arena();
    const { blocks } = createAlsSides(arena, dense.byUser, f, true, sides).users;
    const light = Array.from(
      { length: rows },
      (_, row) => dense.byUser.offsets[row + 1] - dense.byUser.offsets[row],
    ).filter((count) => count < 384).length;
    assert.ok(light > 0 && light < rows, "some are tiled, some are not");
    assert.equal(blocks.at(-1), light + (rows - light) * Math.ceil(columns / 128), "the fixed side is cut");
    const { losses } = await factorise(dense.byUser, settings, start, { engine, step });
    const [users, items] = [rows, columns].map((count) =>
      Float64Array.from({ length: f * count }, (_, n) => Math.fround(start("", Math.floor(n / f), n % f))),
    );
    const half = { f, base: 1, alpha: 1, steps: 3 };
    alsHalfStep(dense.byUser, items, users, { ...half, weights: new Array<number>(rows).fill(10) });
    const rest = alsHalfStep(dense.byItem, users, items, { ...half, weights: new Array<number>(columns).fill(10) });
    const expected = (sum(rest) + 10 * sum(users.map((x) => x * x))) / (rows * columns + sum(dense.byUser.values));
    assert.ok(Math.abs(losses[0] / expected - 1) < 1e-5, `${losses[0]}, expected ${expected}`);
  });

  /** Two iterations by kernels and by twins from one start; rows of 0, 1, 2, 3, 4, 5 … ratings, so that all tails are met. */
  async function assertLikeTwin(
    engine: Engine,
    varied: Pick<AlsSettings, "factors" | "solver" | "scaledBy">,
    times = 1,
  ): Promise<void> {
    const { factors: f, solver, scaledBy } = varied;
    const toy = randomDataset(70, 33, 0.12, f).byUser;
    const byUser = { ...toy, values: toy.values.map((value) => times * value) };
    const data = { byUser, byItem: transpose(byUser) };
    const set = { ...varied, iterations: 2, alpha: 3, regularisation: 0.5, scaling: 0.5 };
    const { float } = random(3);
    const [users, items] = [70, 33].map((rows) =>
      Float64Array.from({ length: rows * f }, () => Math.fround(float() - 0.5)),
    );
    const start = (side: "users" | "items", row: number, k: number) => (side === "users" ? users : items)[row * f + k];
    const found = await factorise(data.byUser, configOf(set), start, { engine, step });

    const half = { f, base: 1, alpha: 3, ...(solver === "cholesky" ? {} : { steps: 3 }) };
    const expected = items.slice();
    const other = users.slice();
    const [userWeights, itemWeights] = [data.byUser, data.byItem].map((csr) => weightsOf(csr, scaledBy, 3, 0.5, 0.5));
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

/** The ratings of one side as a matrix, its visits read as the kernels read them. */
function ratingsOf({ rows, order, blocks, visits, entries, values, shift, unit }: AlsSide, other: AlsSide): Csr {
  const found = { rowOf: [] as number[], columnOf: [] as number[], values: [] as number[] };
  for (let block = 0; block + 2 < blocks.length; block += 2) {
    const [row, first, end, last] = blocks.subarray(block, block + 4);
    assert.ok(end > row && end - row <= 128, `rows ${row} .. ${end} are a block`);
    for (let visit = first; visit < last; visit++) {
      for (let n = visits[visit]; n < visits[visit + 1]; n++) {
        const column = entries[n] >>> shift;
        assert.ok(n === visits[visit] || column > entries[n - 1] >>> shift, "columns ascend");
        found.rowOf.push(order[row + ((visit - first) % (end - row))]);
        found.columnOf.push(other.order[column]);
        found.values.push(shift === 0 ? values[n] : unit * (entries[n] & (2 ** shift - 1)));
      }
    }
  }
  return csrFromTriplets(rows, other.rows, {
    rowOf: Int32Array.from(found.rowOf),
    columnOf: Int32Array.from(found.columnOf),
    values: Float32Array.from(found.values),
  }).csr;
}

function sum(values: Float32Array | Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** λ m^ν of each row, c = 1 + α r. */
function weightsOf(csr: Csr, scaledBy: AlsSettings["scaledBy"], alpha: number, lambda: number, nu: number): number[] {
  return Array.from({ length: csr.rows }, (_, row) => {
    const values = csr.values.subarray(csr.offsets[row], csr.offsets[row + 1]);
    const mass = scaledBy === "ratings" ? values.length : csr.columns + alpha * sum(values);
    return lambda * mass ** nu;
  });
}

describe("als", () => {
  it("lowers its loss with every iteration, and by the same steps for the same seed", async () => {
    const data = randomDataset(60, 40, 0.2, 2);
    const { state } = await fit(data, configure("als", { factors: 8, iterations: 8 }));
    const losses = state.facts.losses as number[];
    assert.equal(losses.length, 8);
    assert.ok(
      losses.every((loss, n) => n === 0 || loss < losses[n - 1]),
      `${losses}`,
    );
    const other = await fit(data, configure("als", { factors: 8, iterations: 8 }), { seed: 1 });
    assert.notDeepEqual(other.state.facts.losses, losses);
  });

  for (const scaledBy of ["ratings", "confidence"] as const) {
    it(`folds in whoever asks by the formula of training (scaled by ${scaledBy})`, () => foldsInExactly(scaledBy));
  }

  async function foldsInExactly(scaledBy: AlsSettings["scaledBy"]): Promise<void> {
    const data = randomDataset(30, 20, 0.3, 5);
    const set = { factors: 8, alpha: 2, regularisation: 0.3, scaling: 1, scaledBy };
    const { state } = await fit(data, configure("als", set));
    const items = Float64Array.from(state.tensors.items.data);
    const users = new Float64Array(30 * 8);
    const weights = weightsOf(data.byUser, scaledBy, 2, 0.3, 1);
    alsHalfStep(data.byUser, items, users, { f: 8, base: 1, alpha: 2, weights });
    const model = alsAlgorithm.open(state, localEngine(2 ** 20));
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
  }

  it("takes ratings of 0 and below as no ratings, in training and in profiles", async () => {
    const data = randomDataset(40, 25, 0.3, 7);
    const sign = (_: number, n: number) => n % 5 !== 0;
    const signed = data.byUser.values.map((value, n) => (sign(value, n) ? value : n % 10 === 0 ? -40 : 0));
    const mixed = { ...data, byUser: { ...data.byUser, values: signed } };
    const positive = entriesWhere(data.byUser, (n) => signed[n] > 0);
    const spec = configure("als", { factors: 8, dislike: 0 });
    const { state } = await fit(mixed, spec);
    const settings = configOf({ factors: 8 });
    using engine = localEngine();
    const expected = await alsAlgorithm.fit({ ...data, byUser: positive }, settings, { engine, seed: 0, step });
    assert.deepEqual(state, expected);
    const model = alsAlgorithm.open(state, engine);
    const [all, some] = [new Float32Array(25), new Float32Array(25)];
    for (let user = 0; user < 40; user++) {
      model.ask({ profile: profileOf(mixed.byUser, user) }).score(all);
      model.ask({ profile: profileOf(positive, user) }).score(some);
      assert.deepEqual(all, some);
    }
    using arena = engine.arena();
    const vectors = model.vectors!(engine, arena);
    const [ofMixed, ofPositive] = [arena.float32(40 * 8), arena.float32(40 * 8)];
    await vectors.foldIn(mixed.byUser, ofMixed);
    await vectors.foldIn(positive, ofPositive);
    assert.deepEqual(ofMixed, ofPositive);
  });

  it("refuses data without a rating above 0", async () => {
    const data = randomDataset(9, 9, 0.3, 7);
    const negative = { ...data, byUser: { ...data.byUser, values: data.byUser.values.map((value) => -value) } };
    await assert.rejects(fit(negative, configure("als")), {
      code: "DATA_EMPTY",
      message: /holds nothing above 0, which als/,
    });
  });

  it("tells confidence as the library implicit has it from that of the paper", async () => {
    const data = randomDataset(30, 20, 0.3, 6);
    const facts = async (confidence: string) =>
      (await fit(data, configure("als", { factors: 8, confidence }))).state.facts;
    assert.equal((await facts("alpha*r")).base, 0);
    assert.equal((await facts("1+alpha*r")).base, 1);
  });

  it("refuses factors that are no multiple of 8", () => {
    assert.throws(() => configure("als", { factors: 12 }), { code: "CONFIG_INVALID" });
  });

  for (const solver of ["conjugate-gradient", "cholesky"] as const) {
    it(`estimates its memory within 15 % of what its arrays take (${solver})`, async () => {
      const data = randomDataset(3000, 700, 0.03, 8);
      const config = configOf({ factors: 32, iterations: 1, solver });
      using engine = await createEngine();
      const state = await alsAlgorithm.fit(data, config, { engine, seed: 0, step });
      const measured = engine.peak + state.tensors.items.data.byteLength;
      const { bytes } = alsAlgorithm.estimate(shapeOf(data), config);
      assert.ok(Math.abs(bytes / measured - 1) < 0.15, `estimated ${bytes}, measured ${measured}`);
    });
  }
});
