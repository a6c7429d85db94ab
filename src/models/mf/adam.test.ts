import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { gradientsOf, someRatings, twinSide } from "../../../test/helpers/mf-twin.ts";
import { allNear, differences, near } from "../../../test/helpers/numbers.ts";
import { toyDataset } from "../../../test/helpers/toy.ts";
import { localEngine } from "../../compute/engine.ts";
import { mfGradient } from "../../compute/kernels/mf.ts";
import { createEngine } from "../../compute/pool.ts";
import { random } from "../../random.ts";
import { configure } from "../configure.ts";
import { fit } from "../fit.ts";
import { mfAlgorithm } from "./mf.ts";

const mean = 3.25;

describe("mf with Adam, and without biases", () => {
  it("knows the gradient of the objective", () => {
    const f = 3;
    const [users, items] = [twinSide(4, f, 1), twinSide(5, f, 2)];
    const rows = someRatings(4, 5, 11, 3);
    const settings = { f, mean, all: 20, biases: true };
    const loss = () => {
      const { loss, penalty } = gradientsOf(rows, users, items, settings);
      return loss + penalty;
    };
    const found = gradientsOf(rows, users, items, settings);
    for (const [side, gradients] of [
      [users, found.users],
      [items, found.items],
    ] as const) {
      for (const key of ["factors", "bias"] as const) {
        for (const [n, slope] of differences(side[key], loss).entries()) near(gradients[key][n], slope, 1e-8);
      }
    }
  });

  for (const [f, users, items, ratings] of [
    [4, 1, 1, 1],
    [8, 7, 5, 40],
    [20, 30, 11, 500],
    [100, 31, 17, 777],
  ]) {
    for (const biases of [true, false]) {
      it(`finds gradients as its twin does, ${f} factors, ${users} × ${items}${biases ? "" : ", no biases"}`, async () => {
        for (const arithmetic of ["strict", "relaxed"] as const) {
          using engine = await createEngine({ arithmetic });
          using arena = engine.arena();
          // the last row has no ratings, and entries before and after the batch are not of it
          const rows = someRatings(users, items, ratings, 3).sort(([a], [b]) => a - b);
          const [own, other] = [twinSide(users + 1, f, 4), twinSide(items, f, 5)];
          const [from, to] = [Math.floor(ratings / 5), ratings];
          const floats = (array: Iterable<number>) => arena.place(Float32Array.from(array));
          const [out, outBias] = [arena.float32((users + 1) * f).fill(9), arena.float32(users + 1).fill(9)];
          const [squares, penalties] = [arena.float64(users + 1), arena.float64(users + 1)];
          await mfGradient(engine, {
            rowOf: arena.place(Int32Array.from(rows, ([user]) => user)),
            columnOf: arena.place(Int32Array.from(rows, ([, item]) => item)),
            values: floats(rows.map(([, , value]) => value)),
            from,
            to,
            own: floats(own.factors),
            ownBias: floats(own.bias),
            other: floats(other.factors),
            otherBias: floats(other.bias),
            gradients: out,
            biasGradients: outBias,
            weights: floats(own.weights),
            losses: squares,
            penalties,
            f,
            mean,
            scale: 2 / (to - from),
            decay: 2 / 1000,
            one: biases ? 1 : 0,
            blockRows: 4,
          });
          const unweighted = { ...other, weights: new Float64Array(items) };
          const settings = { f, mean, all: 1000, biases };
          const expected = gradientsOf(rows.slice(from, to), own, unweighted, settings);
          allNear(out, expected.users.factors, 1e-5);
          allNear(outBias, expected.users.bias, 1e-5);
          near(squares.reduce((a, b) => a + b) / (to - from) / expected.loss, 1, 1e-5);
          near(penalties.reduce((a, b) => a + b) / 1000 / expected.penalty, 1, 1e-5);
        }
      });
    }
  }

  it("tells the rest of the objective beside the error, before each epoch", async () => {
    const { data } = additive(60, 40);
    const set = { optimiser: "adam", batch: 0, factors: 4, regularisation: 0.2, keepUsers: true };
    const trained = async (epochs: number) => (await fit(data, configure("mf", { ...set, epochs }))).state;
    const { tensors } = await trained(2);
    let penalty = 0;
    for (const [factors, bias, { offsets }] of [
      ["users", "userBias", data.byUser],
      ["items", "itemBias", data.byItem],
    ] as const) {
      const [vectors, biases] = [tensors[factors].data, tensors[bias].data];
      biases.forEach((b, row) => {
        let squares = b ** 2;
        for (let k = 4 * row; k < 4 * row + 4; k++) squares += vectors[k] ** 2;
        penalty += 0.2 * (offsets[row + 1] - offsets[row]) * squares;
      });
    }
    const { penalties } = (await trained(3)).facts as { penalties: number[] };
    assert.equal(penalties.length, 3);
    near(penalties[2] / (penalty / data.byUser.values.length), 1, 1e-5);
    const { facts } = (await fit(data, configure("mf", { factors: 4, epochs: 1 }))).state;
    assert.equal(facts.penalties, undefined);
  });

  for (const biases of ["mean+user+item", "user+item", "none"] as const) {
    for (const optimiser of ["sgd", "als", "adam"] as const) {
      it(`learns what biases and products can say (${optimiser}, ${biases})`, async () => {
        // r = μ + a_u + b_i, which is of rank 2: within reach of every kind
        const { data, spread } = additive(60, 40);
        const steps = { sgd: { rate: 0.03 }, als: {}, adam: { rate: 0.03, batch: 100 } }[optimiser];
        const set = { optimiser, biases, factors: 4, regularisation: 1e-3, epochs: 60, ...steps };
        const { state } = await fit(data, configure("mf", set));
        const error = Math.sqrt((state.facts.losses as number[])[59]);
        assert.ok(error < 0.25 * spread, `${error} of ${spread}`);
        if (biases === "none") assert.ok((state.tensors.itemBias.data as Float32Array).every((value) => value === 0));
        else assert.ok((state.tensors.itemBias.data as Float32Array).some((value) => Math.abs(value) > 0.1));
        using model = mfAlgorithm.open(state, localEngine(2 ** 20));
        const rated = { items: Int32Array.of(1, 2, 3, 5, 8), values: Float32Array.of(3, 3.5, 4, 2.5, 3) };
        const answer = model.ask({ profile: rated });
        const scores = new Float32Array(41);
        answer.score(scores);
        const kinds = answer.explain!(7)
          .parts.slice(0, -5)
          .map(({ kind }) => kind);
        const expected = ["global mean", "user bias", "item bias"].slice(biases === "mean+user+item" ? 0 : 1);
        assert.deepEqual(kinds, biases === "none" ? [] : expected);
        near(
          answer.explain!(7).parts.reduce((total, { value }) => total + value, 0),
          scores[7],
          1e-5,
        );
        // item 40 has no ratings, and the second person none either
        const predicted = new Float32Array(2);
        answer.predict!(Int32Array.of(7, 40), predicted);
        near(predicted[0], scores[7], 1e-6);
        if (biases === "mean+user+item") assert.ok(Number.isFinite(scores[40]));
        else {
          assert.equal(scores[40], -Infinity);
          near(predicted[1], state.facts.mean as number, 1e-6);
          model.ask({ profile: { items: new Int32Array(), values: new Float32Array() } }).score(scores);
          assert.ok(scores.every((score) => score === -Infinity));
        }
      });
    }
  }
});

/** Ratings around 3.5 that people and films each move, half of all cells; the last item has none. */
function additive(users: number, items: number) {
  const { float } = random(7);
  const shifts = Array.from({ length: users + items }, () => 1.5 * (float() - 0.5));
  const triples: [number, number, number][] = [];
  for (let user = 0; user < users; user++) {
    for (let item = 0; item < items; item++) {
      if (float() < 0.5) triples.push([user, item, 3.5 + shifts[user] + shifts[users + item]]);
    }
  }
  const average = triples.reduce((total, [, , value]) => total + value, 0) / triples.length;
  const spread = Math.sqrt(triples.reduce((total, [, , value]) => total + (value - average) ** 2, 0) / triples.length);
  return { data: toyDataset(users, items + 1, triples), spread };
}
