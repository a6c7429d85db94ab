import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { artifactBytes } from "../../../test/helpers/artifact.ts";
import {
  objective,
  type Rating,
  ridgeHalfStep,
  sgdSteps,
  someRatings,
  type TwinSide,
  twinSide,
} from "../../../test/helpers/mf-twin.ts";
import { allNear, differences, near } from "../../../test/helpers/numbers.ts";
import { randomDataset } from "../../../test/helpers/toy.ts";
import { type Arena, localEngine } from "../../compute/engine.ts";
import { mfCholesky, mfSgd } from "../../compute/kernels/mf.ts";
import { createEngine } from "../../compute/pool.ts";
import { shapeOf } from "../../data/dataset.ts";
import { dot, solvePositiveDefinite } from "../../matrix/dense.ts";
import { random } from "../../random.ts";
import { configure } from "../configure.ts";
import { fit } from "../fit.ts";
import { algorithmNamed } from "../registry.ts";
import { predictAll } from "../shared/answers.ts";
import { paddedLength } from "../shared/padding.ts";
import { profileOf } from "../shared/profiles.ts";
import { completeSettings } from "../shared/settings.ts";
import { cutIntoBlocks, partCount } from "./blocks.ts";

import { mfAlgorithm } from "./mf.ts";
import { systemOrder } from "./parameters.ts";

import { mfSettings } from "./settings.ts";

const mean = 3.25;

describe("mf", () => {
  it("folds in as if there were further ratings that say nothing", async () => {
    // As below with λ (1 + 3): A = (8 2; 2 5), so p = 1/3 and b_u = 1/6
    const facts = {
      mean: 3,
      centred: 1,
      biased: 1,
      regularisation: 1,
      scaling: 1,
      damping: 3,
      min: 0.5,
      max: 4.5,
      losses: [],
    };
    const tensors = {
      items: { shape: [3, 1], data: Float32Array.of(2, -1, 0) },
      itemBias: { shape: [3], data: Float32Array.of(0.5, 0.25, 0) },
    };
    using engine = localEngine(2 ** 20);
    using model = mfAlgorithm.open({ algorithm: "mf", facts, tensors }, engine);
    const [items, values] = [Int32Array.of(0), Float32Array.of(5)];
    const scores = new Float32Array(3);
    model.ask({ profile: { items, values } }).score(scores);
    const expected = [3 + 1 / 6 + 0.5 + 2 / 3, 3 + 1 / 6 + 0.25 - 1 / 3, 3 + 1 / 6];
    const profiles = { rows: 1, columns: 3, offsets: Int32Array.of(0, 1), indices: items, values };
    const wanted = { offsets: Int32Array.of(0, 2), indices: Int32Array.of(1, 2) };
    const many = await predictAll(model, profiles, wanted, Int32Array.of(-1), { engine });
    for (const [n, score] of expected.entries()) near(scores[n] / score, 1, 1e-6);
    for (const [n, rating] of expected.slice(1).entries()) near(many!.ratings[n] / rating, 1, 1e-6);
  });

  it("folds in by hand: one rating, one factor", () => {
    // q = 2, b_i = 0.5, μ = 3, λ = 1, r = 5: A = (5 2; 2 2), b = 1.5 (2, 1), so p = 0.5 and b_u = 0.25
    using model = mfAlgorithm.open(
      {
        algorithm: "mf",
        facts: { mean: 3, centred: 1, biased: 1, regularisation: 1, scaling: 1, min: 0.5, max: 4.5, losses: [] },
        tensors: {
          items: { shape: [3, 1], data: Float32Array.of(2, -1, 0) },
          itemBias: { shape: [3], data: Float32Array.of(0.5, 0.25, 0) },
        },
      },
      localEngine(2 ** 20),
    );
    const answer = model.ask({ profile: { items: Int32Array.of(0), values: Float32Array.of(5) } });
    const [scores, predicted] = [new Float32Array(3), new Float32Array(3)];
    answer.score(scores);
    answer.predict!(Int32Array.of(0, 1, 2), predicted);
    assert.deepEqual([...scores], [4.75, 3, 3.25]);
    assert.deepEqual([...predicted], [4.5, 3, 3.25]);
    const values = answer.explain!(1).parts.map(({ kind, value }) => [kind, Number(value.toFixed(12))]);
    assert.deepEqual(values, [
      ["global mean", 3],
      ["user bias", 0.25],
      ["item bias", 0.25],
      ["rating", -0.5],
    ]);
  });

  it("takes steps against the gradient of the objective", () => {
    const f = 3;
    const [users, items] = [twinSide(4, f, 1), twinSide(5, f, 2)];
    const rating: Rating = [2, 3, 4.5];
    const [u, i] = [only(users, 2, f), only(items, 3, f)];
    const loss = () => objective([[0, 0, 4.5]], u, i, { f, mean });
    const gradients = [u.factors, u.bias, i.factors, i.bias].map((array) => differences(array, loss));
    const before = [u, i].flatMap(({ factors, bias }) => [factors.slice(), bias.slice()]);
    sgdSteps([rating], users, items, { f, mean, rate: 0.01 });
    const after = [
      users.factors.slice(2 * f, 3 * f),
      users.bias.slice(2, 3),
      items.factors.slice(3 * f, 4 * f),
      items.bias.slice(3, 4),
    ];
    for (const [n, gradient] of gradients.entries()) {
      for (const [k, slope] of gradient.entries()) near(after[n][k] - before[n][k], -0.005 * slope, 1e-8);
    }
  });

  for (const [f, users, items, ratings, informed] of [
    [4, 1, 1, 1, false],
    [8, 7, 5, 40, false],
    [12, 9, 13, 300, false],
    [12, 9, 13, 300, true],
    [20, 30, 11, 500, true],
    [52, 40, 60, 1001, false],
    [100, 31, 17, 777, true],
  ] as const) {
    const title = `${f} factors, ${users} × ${items}${informed ? ", with priors" : ""}`;
    it(`steps as its twin does, ${title}`, async () => {
      for (const arithmetic of ["strict", "relaxed"] as const) {
        using engine = await createEngine({ arithmetic });
        using arena = engine.arena();
        const rows = someRatings(users, items, ratings, 3);
        const priors = informed ? twinSide(items, f, 9) : undefined;
        const [p, q] = [twinSide(users, f, 4), { ...twinSide(items, f, 5), ...(priors ? { priors } : {}) }];
        const floats = (array: Iterable<number>) => arena.place(Float32Array.from(array));
        const mine = [p.factors, q.factors, p.bias, q.bias].map(floats);
        const losses = arena.float64(1);
        await mfSgd(engine, {
          offsets: arena.place(Int32Array.of(0, rows.length)),
          userOf: arena.place(Int32Array.from(rows, ([user]) => user)),
          itemOf: arena.place(Int32Array.from(rows, ([, item]) => item)),
          values: floats(rows.map(([, , value]) => value)),
          users: mine[0],
          items: mine[1],
          userBias: mine[2],
          itemBias: mine[3],
          userWeights: floats(p.weights),
          itemWeights: floats(q.weights),
          losses,
          parts: 1,
          diagonal: 0,
          f,
          mean,
          rate: 0.02,
          one: 1,
          priors: placedPriors(arena, priors, f),
          apart: systemOrder(f),
        });
        const loss = sgdSteps(rows, p, q, { f, mean, rate: 0.02 });
        near(losses[0] / loss, 1, 1e-5);
        for (const [n, array] of [p.factors, q.factors, p.bias, q.bias].entries()) allNear(mine[n], array, 1e-5);
      }
    });

    it(`solves as its twin does, ${title}`, async () => {
      using engine = await createEngine();
      using arena = engine.arena();
      const rows = someRatings(users, items, ratings, 6).sort(([a], [b]) => a - b);
      const priors = informed ? twinSide(users + 1, f, 9) : undefined;
      priors?.factors.fill(0, users * f); // the last row has no ratings
      priors?.bias.fill(0, users);
      const [free, fixed] = [{ ...twinSide(users + 1, f, 7), ...(priors ? { priors } : {}) }, twinSide(items, f, 8)];
      const offsets = Int32Array.from({ length: users + 2 }, (_, row) => rows.filter(([user]) => user < row).length);
      const floats = (array: Iterable<number>) => arena.place(Float32Array.from(array));
      const [out, outBias] = [arena.float32((users + 1) * f).fill(9), arena.float32(users + 1).fill(9)];
      const losses = arena.float64(users + 1);
      await mfCholesky(engine, {
        offsets: arena.place(offsets),
        indices: arena.place(Int32Array.from(rows, ([, item]) => item)),
        values: floats(rows.map(([, , value]) => value)),
        fixed: floats(fixed.factors),
        fixedBias: floats(fixed.bias),
        factors: out,
        bias: outBias,
        weights: floats(free.weights),
        losses,
        f,
        n: systemOrder(f),
        mean,
        one: 1,
        priors: placedPriors(arena, priors, f),
        blockRows: 4,
      });
      ridgeHalfStep(rows, free, fixed, { f, mean });
      allNear(out, free.factors, 1e-4);
      allNear(outBias, free.bias, 1e-4);
      const unweighted = { ...fixed, weights: new Float64Array(items) };
      near(losses.reduce((a, b) => a + b) / objective(rows, free, unweighted, { f, mean }), 1, 1e-4);
    });
  }

  it("solves for where the gradient of the objective is 0", () => {
    const f = 3;
    const [users, items] = [twinSide(6, f, 1), twinSide(5, f, 2)];
    const rows = someRatings(6, 5, 40, 3);
    const loss = () => objective(rows, users, items, { f, mean });
    let last = loss();
    for (let epoch = 0; epoch < 3; epoch++) {
      ridgeHalfStep(rows, users, items, { f, mean });
      for (const slope of [...differences(users.factors, loss), ...differences(users.bias, loss)]) near(slope, 0, 1e-5);
      const turned = rows.map(([user, item, value]): Rating => [item, user, value]);
      ridgeHalfStep(turned, items, users, { f, mean });
      assert.ok(loss() < last);
      last = loss();
    }
  });

  it("with damped biases learns what bias leaves: no user's vector fits it better", async () => {
    const data = randomDataset(40, 30, 0.4, 6);
    const set = { optimiser: "als", biases: "damped", factors: 4, epochs: 6, regularisation: 0.05 };
    const plain = { scale: "data", caution: 0, dislike: 0 };
    const { state } = await fit(data, configure("mf", { ...set, ...plain }));
    using engine = localEngine();
    using bias = algorithmNamed("bias").open((await fit(data, configure("bias", { caution: 0 }))).state, engine);
    using model = algorithmNamed("mf").open(state, engine);
    const [left, scores] = [new Float32Array(30), new Float32Array(30)];
    const q = state.tensors.items.data;
    for (const user of [0, 7, 39]) {
      const profile = profileOf(data.byUser, user);
      bias.ask({ profile }).score(left);
      // λ n p + Σ (p·q − e) q = 0, and the score is that of bias and p·q
      const p = [0, 0, 0, 0];
      const answer = model.ask({ profile });
      answer.score(scores);
      const rows = Array.from({ length: 30 }, (_, item) => Float64Array.from(q.subarray(item * 4, item * 4 + 4)));
      const gram = new Float64Array(16);
      for (const [n, item] of profile.items.entries()) {
        for (let k = 0; k < 4; k++) {
          p[k] += (profile.values[n] - left[item]) * rows[item][k];
          for (let l = 0; l < 4; l++) gram[k * 4 + l] += rows[item][k] * rows[item][l];
        }
      }
      for (let k = 0; k < 4; k++) gram[k * 4 + k] += 0.05 * profile.items.length;
      const x = Float64Array.from(p);
      solvePositiveDefinite(gram, 4, x);
      for (let item = 0; item < 30; item++) near(scores[item], left[item] + dot(x, 0, rows[item], 0, 4), 1e-4);
    }
    assert.ok((state.facts.losses as number[]).every((loss, n, all) => n === 0 || loss <= all[n - 1]));
  });

  it("cuts ratings into blocks: each once, diagonals without a user or an item in common", () => {
    using engine = localEngine(2 ** 24);
    using arena = engine.arena();
    const data = randomDataset(200, 150, 0.2, 1);
    const { byUser, byItem } = data;
    const parts = partCount(shapeOf(data), 64);
    assert.equal(parts, 4);
    const { offsets, userOf, itemOf, values } = cutIntoBlocks(arena, byUser, byItem, parts, random(1));
    const found = Array.from(values, (value, n) => `${userOf[n]} ${itemOf[n]} ${value}`);
    const expected = Array.from({ length: 200 }, (_, user) => user).flatMap((user) =>
      Array.from(byUser.indices.subarray(byUser.offsets[user], byUser.offsets[user + 1]), (item, n) => {
        return `${user} ${item} ${byUser.values[byUser.offsets[user] + n]}`;
      }),
    );
    assert.notDeepEqual(found, expected);
    assert.deepEqual(found.sort(), expected.sort());
    for (let diagonal = 0; diagonal < parts; diagonal++) {
      const takenBy = new Map<string, number>();
      for (let part = 0; part < parts; part++) {
        const block = part * parts + ((part + diagonal) % parts);
        for (let n = offsets[block]; n < offsets[block + 1]; n++) {
          for (const row of [`user ${userOf[n]}`, `item ${itemOf[n]}`]) {
            if (!takenBy.has(row)) takenBy.set(row, part);
            else if (takenBy.get(row) !== part) assert.fail(`${row} is in parts ${takenBy.get(row)} and ${part}`);
          }
        }
      }
      assert.ok(takenBy.size > 200);
    }
    const sizes = Array.from({ length: parts }, (_, part) => offsets[(part + 1) * parts] - offsets[part * parts]);
    assert.ok(Math.max(...sizes) < 1.1 * Math.min(...sizes), `users' parts hold ${sizes} ratings`);
  });

  for (const optimiser of ["sgd", "als", "adam"] as const) {
    it(`gives the same bytes for any number of threads, and errors that fall (${optimiser})`, async () => {
      const data = randomDataset(200, 150, 0.2, 2);
      const set = { optimiser, factors: 7, epochs: 4, ...(optimiser === "adam" ? { batch: 1000 } : {}) };
      const files: Uint8Array[] = [];
      for (const threads of [1, 2, 3, 8]) {
        using engine = await createEngine({ threads });
        const trained = await fit(data, configure("mf", set), { engine });
        const losses = trained.state.facts.losses as readonly number[];
        assert.equal(losses.length, 4);
        assert.ok(
          losses.slice(1).every((loss, n) => loss < losses[n]),
          `${losses}`,
        );
        files.push(await artifactBytes(trained));
      }
      for (const other of files.slice(1)) assert.ok(Buffer.compare(other, files[0]) === 0);
    });

    for (const [factors, density] of [
      [33, 0.3],
      [100, 0.05],
    ]) {
      it(`estimates the arrays within 15 % (${optimiser}, ${factors} factors)`, async () => {
        const data = randomDataset(400, 600, density, 3);
        using engine = await createEngine();
        const set = { optimiser, factors, epochs: 1 };
        const { state } = await fit(data, configure("mf", set), { engine });
        const tensors = Object.values(state.tensors).reduce((total, { data: { byteLength } }) => total + byteLength, 0);
        const config = completeSettings("mf", mfSettings, set);
        near(mfAlgorithm.estimate(shapeOf(data), config).bytes / (engine.peak + tensors), 1, 0.15);
      });
    }
  }

  it("predicts with next to no regularisation: for many as for one, where single precision could not solve", async () => {
    const data = randomDataset(12, 60, 0.3, 5);
    const set = { factors: 40, epochs: 5, regularisation: 0.000001, scaling: 0, optimiser: "adam", biases: "none" };
    using engine = await createEngine();
    const { state } = await fit(data, configure("mf", set), { engine });
    using model = mfAlgorithm.open(state, engine);
    const items = Int32Array.from({ length: 60 }, (_, item) => item);
    const wanted = {
      offsets: Int32Array.from({ length: 13 }, (_, user) => 60 * user),
      indices: Int32Array.from({ length: 12 * 60 }, (_, n) => n % 60),
    };
    const users = Int32Array.from({ length: 12 }, (_, user) => user);
    const { ratings } = (await predictAll(model, data.byUser, wanted, users, { engine }))!;
    for (const user of users) {
      const [from, to] = [data.byUser.offsets[user], data.byUser.offsets[user + 1]];
      const own = new Float32Array(60);
      const profile = { items: data.byUser.indices.slice(from, to), values: data.byUser.values.slice(from, to) };
      model.ask({ profile }).predict!(items, own);
      for (const item of items) near(ratings[60 * user + item], own[item], 1e-4, `${user}, ${item}`);
    }
  });

  it("keeps rows a multiple of four numbers apart, and systems a multiple of eight", () => {
    assert.deepEqual([1, 4, 5, 100].map(paddedLength), [4, 4, 8, 100]);
    assert.deepEqual([1, 7, 8, 100].map(systemOrder), [8, 16, 16, 104]);
  });
});

/** Factors and bias as the kernels take priors: rows so many numbers apart. */
function placedPriors(arena: Arena, priors: TwinSide | undefined, f: number): Float32Array | undefined {
  const apart = systemOrder(f);
  if (!priors) return undefined;
  const placed = arena.float32(priors.bias.length * apart);
  for (const [row, bias] of priors.bias.entries()) {
    placed.set([...priors.factors.subarray(row * f, (row + 1) * f), bias], row * apart);
  }
  return placed;
}

/** One row of a side, alone. */
function only({ factors, bias, weights }: TwinSide, row: number, f: number): TwinSide {
  return {
    factors: factors.slice(row * f, (row + 1) * f),
    bias: bias.slice(row, row + 1),
    weights: weights.slice(row, row + 1),
  };
}
