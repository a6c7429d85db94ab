import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { profileOf, scoresOf, similarTo } from "../../../test/helpers/small-data.ts";
import { toyDataset } from "../../../test/helpers/toy.ts";
import { localEngine } from "../../compute/engine.ts";
import { random } from "../../random.ts";
import { configure } from "../configure.ts";
import { fit } from "../fit.ts";
import type { State } from "../model.ts";
import { algorithmNamed } from "../registry.ts";
import { bayesianMfAlgorithm } from "./bayesian-mf.ts";

const engine = localEngine(2 ** 27);
const plain = { dislike: 0, caution: 0 };

/** Two samples of three films and one factor; the film's numbers are by sample. */
const small: State = {
  algorithm: "bayesian-mf",
  facts: { mean: 3, implicit: "users", min: 1, max: 5 },
  tensors: {
    items: { shape: [2, 3, 2], data: Float32Array.of(1, 0, 0, 2, 1, 1, 0, 1, 0, 0, 2, 0) },
    itemBias: { shape: [2, 3], data: Float32Array.of(0.5, -0.25, 0, 0, 0, 0.25) },
    implicit: { shape: [2, 3, 2], data: Float32Array.of(0.5, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0) },
    centres: { shape: [2, 2], data: Float32Array.of(0.125, 0.25, 0, 0) },
    noise: { shape: [2], data: Float32Array.of(0.5, 1) },
  },
};

describe("bayesian-mf, a case by hand", () => {
  const model = bayesianMfAlgorithm.open(small, engine);
  // t = (4 − 3 − ½) / ½ = 1, A = diag(2, 1), m = (⅛ + ½, ¼), x = ((⅝ + 1) / 2, ¼) = (13/16, ¼)
  // t = 4 − 3 = 1,           A = diag(1, 2), m = (1, 1),      x = (1, (1 + 1) / 2) = (1, 1)
  const profile = profileOf([0, 4]);

  it("scores by the mean of what each sample says", () => {
    const first = [0.5 + 0.5 * (13 / 16), -0.25 + 0.5 * 0.5, 0.5 * (13 / 16 + 0.25)];
    const second = [1, 0, 0.25 + 2];
    const wanted = first.map((value, n) => 3 + (value + second[n]) / 2);
    assert.deepEqual(scoresOf(model, profile), Float32Array.from(wanted));
  });

  it("explains a score by what the rating says, by being there too, and what it would be without", () => {
    const { parts } = model.ask({ profile }).explain!(2);
    // A⁻¹ y_2: (½, 1) and (2, 0); σ t y_0 · it: ¼ and 0; σ w_0 · it: ⅛ and 2; σ μ · it: 5/32 and 0
    assert.deepEqual(parts, [
      { kind: "global mean", value: 3 },
      { kind: "user bias", value: (0.5 * (0.0625 + 0.25)) / 2 },
      { kind: "item bias", value: 0.125 },
      { kind: "rating", item: 0, rating: 4, value: (0.25 + 0.125 + 2) / 2 },
    ]);
  });

  it("says how far a rating may lie from the prediction: by noise, the user's vector and the samples", () => {
    const out = new Float32Array(2);
    model.ask({ profile }).deviate!(Int32Array.of(2, 2), out);
    // y · A⁻¹ y: 3/2 and 4; scores beside the mean: 17/32 and 9/4
    const wanted = Math.sqrt((0.25 * 2.5 + 5) / 2 + ((9 / 4 - 17 / 32) / 2) ** 2);
    assert.deepEqual(out, Float32Array.of(wanted, wanted));
  });

  it("predicts within the scale", () => {
    const out = new Float32Array(1);
    model.ask({ profile: profileOf([0, 5], [2, 5]) }).predict!(Int32Array.of(2), out);
    assert.ok(out[0] > 4 && out[0] <= 5, `${out[0]}`);
  });

  it("says of nobody's ratings what the samples say of everybody", () => {
    // x = (⅛, ¼) and (0, 0): ½ + 1/16, −¼ + ¼ and 3/16; 0, 0 and ¼
    assert.deepEqual(scoresOf(model, profileOf()), Float32Array.of(3.28125, 3, 3.21875));
  });

  it("compares films by the mean of cosines about the mean film", () => {
    // less their means: (⅓, −1), (−⅔, 1), (⅓, 0); (−⅔, ⅔), (−⅔, −⅓), (4/3, −⅓)
    const cosine = (a: readonly number[], b: readonly number[]) =>
      (a[0] * b[0] + a[1] * b[1]) / Math.hypot(...a) / Math.hypot(...b);
    const out = similarTo(model, 0);
    assert.equal(out[0], -Infinity);
    const wanted = (cosine([1, -3], [-2, 3]) + cosine([-2, 2], [-2, -1])) / 2;
    assert.ok(Math.abs(out[1] - wanted) < 1e-6, `${out[1]}, ${wanted}`);
  });

  it("refuses noise that is none, and samples that are none", () => {
    for (const data of [Float32Array.of(0.5, 0), Float32Array.of(-1, 1), new Float32Array(0)]) {
      const noise = { shape: [data.length], data };
      const damaged = { ...small, tensors: { ...small.tensors, noise } };
      assert.throws(() => bayesianMfAlgorithm.open(damaged, engine), {
        code: "ARTIFACT_CONTENT",
        message: /noise|no samples/,
      });
    }
  });
});

describe("bayesian-mf on ratings of its own making", () => {
  const [users, items, factors, noise] = [150, 90, 2, 0.4];
  const generator = random(4);
  const vectors = (rows: number, spread: number) =>
    Array.from({ length: rows }, () => Array.from({ length: factors + 1 }, () => spread * generator.normal()));
  const [p, q] = [vectors(users, 0.7), vectors(items, 0.7)];
  const truth = (user: number, item: number) =>
    2.75 + 0.5 * (p[user][factors] + q[item][factors]) + p[user][0] * q[item][0] + p[user][1] * q[item][1];
  const triples: [number, number, number][] = [];
  for (let user = 0; user < users; user++) {
    for (let item = 0; item < items - 1; item++) {
      if (generator.float() < 0.3) triples.push([user, item, truth(user, item) + noise * generator.normal()]);
    }
  }
  const data = toyDataset(users, items, triples);

  for (const implicit of ["none", "both"]) {
    it(`finds the noise, what lies beneath it and how far it may be off, of ratings that it never saw (implicit=${implicit})`, async () => {
      const set = { factors: 4, samples: 60, burnIn: 60, implicit, ...plain };
      const { state } = await fit(data, configure("bayesian-mf", set), { engine, seed: 1 });
      const found = state.tensors.noise.data as Float32Array;
      const mean = found.reduce((sum, value) => sum + value / found.length, 0);
      assert.ok(Math.abs(mean - noise) < 0.03, `noise ${mean}`);
      using model = algorithmNamed("bayesian-mf").open(state, engine);
      let [errors, spread, count, within, within2] = [0, 0, 0, 0, 0];
      const all = Int32Array.from({ length: items }, (_, item) => item);
      const deviations = new Float32Array(items);
      for (let user = 0; user < users; user++) {
        const [from, to] = [data.byUser.offsets[user], data.byUser.offsets[user + 1]];
        const profile = { items: data.byUser.indices.slice(from, to), values: data.byUser.values.slice(from, to) };
        const scores = scoresOf(model, profile);
        model.ask({ profile }).deviate!(all, deviations);
        for (let item = 0; item < items - 1; item++) {
          if (profile.items.includes(item)) continue;
          errors += (scores[item] - truth(user, item)) ** 2;
          spread += (truth(user, item) - 2.75) ** 2;
          const off = Math.abs(truth(user, item) + noise * generator.normal() - scores[item]) / deviations[item];
          if (off < 1) within++;
          if (off < 2) within2++;
          count++;
        }
      }
      // some 27 ratings a user and 45 a film, for three numbers of each
      const [error, size] = [Math.sqrt(errors / count), Math.sqrt(spread / count)];
      assert.ok(error < 0.22 && size > 0.8, `off by ${error} of ${size}`);
      // as often as normal numbers do
      const shares = [within / count, within2 / count];
      assert.ok(Math.abs(shares[0] - 0.683) < 0.03 && Math.abs(shares[1] - 0.954) < 0.015, `${shares}`);
    });
  }

  it("keeps as many samples as there are, and says of a film without ratings what films are like", async () => {
    const set = { factors: 2, samples: 3, burnIn: 2, kept: 9, ...plain };
    const { state } = await fit(data, configure("bayesian-mf", set), { engine });
    assert.deepEqual(state.tensors.noise.shape, [3]);
    using model = algorithmNamed("bayesian-mf").open(state, engine);
    const scores = scoresOf(model, profileOf());
    assert.ok(scores[items - 1] > Math.min(...scores) && scores[items - 1] < Math.max(...scores), `${scores}`);
  });
});

describe("bayesian-mf with features", () => {
  // Films of even number are square, and better liked; the last two have no ratings.
  const [users, items] = [40, 32];
  const { float, normal } = random(9);
  const triples: [number, number, number][] = [];
  for (let user = 0; user < users; user++) {
    for (let item = 0; item < items - 2; item++) {
      if (float() < 0.5) triples.push([user, item, (item % 2 === 0 ? 4 : 2) + 0.3 * normal()]);
    }
  }
  const data = toyDataset(users, items, triples);
  const set = { factors: 3, samples: 30, burnIn: 20, ...plain };
  const unratedScores = async (features: string) => {
    const { state } = await fit(data, configure("bayesian-mf", { ...set, features }), { engine });
    using model = algorithmNamed("bayesian-mf").open(state, engine);
    return scoresOf(model, profileOf()).subarray(items - 2);
  };

  it("knows a film without ratings by its content, and not without them", async () => {
    const [square, round] = await unratedScores("genres");
    assert.ok(square > 3.6 && round < 2.4, `${square}, ${round}`);
    const [one, other] = await unratedScores("none");
    assert.equal(one, other);
  });
});
