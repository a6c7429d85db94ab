import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { toyDataset } from "../../../test/helpers/toy.ts";
import { localEngine } from "../../compute/engine.ts";
import { datasetFromCsr } from "../../data/dataset.ts";
import { solvePositiveDefinite } from "../../matrix/dense.ts";
import { random } from "../../random.ts";
import { configure } from "../configure.ts";
import { fit } from "../fit.ts";
import type { Profile, State } from "../model.ts";
import { answersOf, predictAll } from "../shared/answers.ts";
import { driftAt, driftOver, filterTimes, sortTimes, unwhitened, whiten } from "../shared/drift.ts";
import { bayesianMfAlgorithm } from "./bayesian-mf.ts";

const [variance, seconds] = [0.5, 100];
const rho = (a: number, b: number) => Math.exp(-Math.abs(a - b) / seconds);
const near = (found: ArrayLike<number>, wanted: ArrayLike<number>, within = 1e-12) => {
  assert.equal(found.length, wanted.length);
  for (let n = 0; n < wanted.length; n++) {
    assert.ok(Math.abs(found[n] - wanted[n]) < within, `${n}: ${found[n]} in place of ${wanted[n]}`);
  }
};

/** Ratings out of order, two of them of one time. */
const times = Float64Array.of(1300, 1000, 1010, 1000, 1200);
const profile: Profile = { items: Int32Array.of(0, 1, 2, 3, 4), values: Float32Array.of(4, 2, 3, 5, 1), times };
const count = times.length;
const filtered = filterTimes(sortTimes(profile), { variance, seconds });

/** (I + K)⁻¹ b, by the whole matrix. */
function solved(b: ArrayLike<number>, at: ArrayLike<number> = times): Float64Array {
  const n = at.length;
  const matrix = Float64Array.from({ length: n * n }, (_, k) => {
    const [row, column] = [Math.floor(k / n), k % n];
    return variance * rho(at[row], at[column]) + (row === column ? 1 : 0);
  });
  const out = Float64Array.from(b);
  solvePositiveDefinite(matrix, n, out);
  return out;
}

describe("drift", () => {
  const targets = Float64Array.of(1, -2, 0.5, 3, 0.25);
  const vectors = { y: Float32Array.of(1, 2, 0, 1, -1, 0.5, 2, 2, 0.25, -3), f: 2, rows: Int32Array.of(0, 1, 2, 3, 4) };
  const out = { y: new Float32Array(3 * count), targets: new Float64Array(count) };
  whiten(filtered, { ...vectors, targets }, out, 3);

  it("whitens, so that products are those by the inverse of the covariances", () => {
    for (let k = 0; k < 2; k++) {
      const column = Float64Array.from({ length: count }, (_, n) => vectors.y[2 * n + k]);
      const product = out.targets.reduce((sum, target, n) => sum + target * out.y[3 * n + k], 0);
      const wanted = solved(targets).reduce((sum, value, n) => sum + value * column[n], 0);
      assert.ok(Math.abs(product - wanted) < 1e-5, `${product}, ${wanted}`);
      assert.equal(out.y[3 + 2], 0);
    }
    near(unwhitened(filtered, out.targets), solved(targets));
  });

  for (const time of [1000, 1010, 1100, 1300, 400, 5000]) {
    it(`is found at the time ${time} from the ratings before and after it`, () => {
      const covariances = Float64Array.from(times, (other) => variance * rho(time, other));
      const wanted = solved(covariances);
      const found = driftAt(filtered, time);
      near(found.weights, wanted);
      const explained = wanted.reduce((sum, weight, n) => sum + weight * covariances[n], 0);
      near([found.variance], [variance - explained]);
      near(
        [driftOver(filtered, targets)(time)],
        [found.weights.reduce((sum, weight, n) => sum + weight * targets[n], 0)],
      );
    });
  }

  it("is, at no time in particular, the mean of that at the ratings", () => {
    const mean = new Float64Array(count);
    for (const time of times)
      driftAt(filtered, time).weights.forEach((weight, n) => {
        mean[n] += weight / count;
      });
    near(driftAt(filtered, undefined).weights, mean);
    assert.equal(driftAt(filtered, undefined).variance, variance);
    near([driftOver(filtered, targets)(undefined)], [mean.reduce((sum, weight, n) => sum + weight * targets[n], 0)]);
  });

  it("tells nothing of nobody's ratings, and takes ratings without times for those of times of their own", () => {
    const nobody = { items: new Int32Array(0), values: new Float32Array(0) };
    assert.deepEqual(driftAt(filterTimes(sortTimes(nobody), filtered), 7), { weights: new Float64Array(0), variance });
    const { times: _, ...timeless } = profile;
    const { weights } = driftAt(filterTimes(sortTimes(timeless), filtered), 1000);
    near(
      weights,
      weights.map(() => variance / (1 + variance) / count),
    );
  });
});

/** One sample of three films and one factor. */
const drifting: State = {
  algorithm: "bayesian-mf",
  facts: { mean: 3, implicit: "none", dates: true, min: 1, max: 5 },
  tensors: {
    items: { shape: [1, 3, 2], data: Float32Array.of(1, 0, 0, 2, 1, 1) },
    itemBias: { shape: [1, 3], data: Float32Array.of(0.5, -0.25, 0) },
    centres: { shape: [1, 2], data: Float32Array.of(0.125, 0.25) },
    noise: { shape: [1], data: Float32Array.of(0.5) },
    drift: { shape: [1, 2], data: Float32Array.of(variance, seconds) },
  },
};

describe("bayesian-mf with drift, a case by hand", () => {
  const engine = localEngine(2 ** 27);
  const model = bayesianMfAlgorithm.open(drifting, engine);
  const asked: Profile = {
    items: Int32Array.of(0, 1),
    values: Float32Array.of(4, 2),
    times: Float64Array.of(100, 160),
  };
  // t = (4 − 3 − ½) / ½ = 1 and (2 − 3 + ¼) / ½ = −1.5; Y = (1, 0), (0, 2)
  const t = [1, -1.5];
  const c = solvedInverse();
  function solvedInverse() {
    const at = [100, 160];
    return [solved([1, 0], at), solved([0, 1], at)];
  }
  // A = I + Yᵀ C⁻¹ Y, b = m + Yᵀ C⁻¹ t
  const a = Float64Array.of(1 + c[0][0], 2 * c[0][1], 2 * c[0][1], 1 + 4 * c[1][1]);
  const x = Float64Array.of(0.125 + c[0][0] * t[0] + c[0][1] * t[1], 0.25 + 2 * (c[1][0] * t[0] + c[1][1] * t[1]));
  solvePositiveDefinite(a, 2, x);
  const rest = [t[0] - x[0], t[1] - 2 * x[1]];
  const driftOf = (time: number) => {
    const k = [100, 160].map((other) => variance * rho(time, other));
    return [0, 1].reduce((sum, n) => sum + k[n] * (c[n][0] * rest[0] + c[n][1] * rest[1]), 0);
  };
  const wanted = Int32Array.of(2, 0);
  const at = (drift: number) => Float32Array.of(3 + 0.5 * (x[0] + x[1] + drift), 3.5 + 0.5 * (x[0] + drift));

  it("predicts for a time, for another and for none, and explains what it predicts", () => {
    const none = (driftOf(100) + driftOf(160)) / 2;
    for (const [time, drift] of [
      [100, driftOf(100)],
      [150, driftOf(150)],
      [1e6, 0],
      [undefined, none],
    ] as const) {
      const answer = model.ask({ profile: asked, ...(time === undefined ? {} : { time }) });
      const out = new Float32Array(2);
      answer.predict!(wanted, out);
      near(out, at(drift), 1e-6);
      for (const [n, item] of wanted.entries()) {
        near([answer.explain!(item).parts.reduce((sum, { value }) => sum + value, 0)], [out[n]], 1e-6);
      }
    }
  });

  it("answers many queries alike, each prediction for its own time", async () => {
    const profiles = {
      rows: 1,
      columns: 3,
      offsets: Int32Array.of(0, 2),
      indices: asked.items,
      values: asked.values,
      times: asked.times!,
    };
    const pairs = { offsets: Int32Array.of(0, 2), indices: wanted };
    const users = Int32Array.of(-1);
    const timed = await predictAll(model, profiles, { ...pairs, times: Float64Array.of(100, 150) }, users, { engine });
    near(timed!.ratings, [at(driftOf(100))[0], at(driftOf(150))[1]], 1e-6);
    const timeless = await predictAll(model, profiles, pairs, users, { engine });
    near(timeless!.ratings, at((driftOf(100) + driftOf(160)) / 2), 1e-6);
    using arena = engine.arena();
    const scores = arena.float32(3);
    await answersOf(model, engine, arena).score({ profiles, users }, scores);
    const single = new Float32Array(3);
    model.ask({ profile: asked }).score(single);
    near(scores, single, 1e-6);
  });

  it("knows less of a rating far from others in time", () => {
    const deviationAt = (time?: number) => {
      const out = new Float32Array(1);
      model.ask({ profile: asked, ...(time === undefined ? {} : { time }) }).deviate!(Int32Array.of(2), out);
      return out[0];
    };
    // far away: σ² (1 + y · A⁻¹ y + κ)
    const along = Float64Array.of(1, 1);
    solvePositiveDefinite(Float64Array.of(1 + c[0][0], 2 * c[0][1], 2 * c[0][1], 1 + 4 * c[1][1]), 2, along);
    near([deviationAt(1e6)], [0.5 * Math.sqrt(1 + along[0] + along[1] + variance)], 1e-6);
    assert.ok(deviationAt(130) < deviationAt(1e6));
  });

  it("refuses a drift that is none", () => {
    for (const data of [Float32Array.of(0, 1), Float32Array.of(1, -1), Float32Array.of(Number.NaN, 1)]) {
      const tensors = { ...drifting.tensors, drift: { shape: [1, 2], data } };
      assert.throws(() => bayesianMfAlgorithm.open({ ...drifting, tensors }, engine), { code: "ARTIFACT_CONTENT" });
    }
  });
});

describe("bayesian-mf on ratings that drift", () => {
  const [users, items, noise, size, length] = [120, 60, 0.5, 0.4, 900];
  const { normal, float } = random(3);
  const quality = Array.from({ length: items }, () => 0.6 * normal());
  const triples: [number, number, number][] = [];
  const moments: number[] = [];
  for (let user = 0; user < users; user++) {
    // Films in an order of the user's own, some minutes apart.
    const order = Array.from({ length: items }, (_, item) => ({ item, at: float() })).sort((a, b) => a.at - b.at);
    const bias = 0.3 * normal();
    let [g, time] = [size * normal(), 1e9];
    const own: [number, number, number, number][] = [];
    for (const { item } of order) {
      const elapsed = 600 * float();
      const share = Math.exp(-elapsed / length);
      g = share * g + size * Math.sqrt(1 - share * share) * normal();
      time += elapsed;
      own.push([user, item, 2.75 + bias + quality[item] + g + noise * normal(), time]);
    }
    for (const [user, item, rating, at] of own.sort((a, b) => a[1] - b[1])) {
      triples.push([user, item, rating]);
      moments.push(at);
    }
  }
  const ratings = toyDataset(users, items, triples);
  const timed = { ...ratings.byUser, times: Float64Array.from(moments) };
  const data = datasetFromCsr(ratings, timed, ratings.report);
  const set = { factors: 2, samples: 60, burnIn: 60, kept: 30, implicit: "none", dates: true, dislike: 0, caution: 0 };

  it("finds how much they drift and how long, and the noise besides", async () => {
    const { state } = await fit(data, configure("bayesian-mf", set), { seed: 1 });
    const [sigmas, drifts] = [state.tensors.noise.data, state.tensors.drift.data];
    const deviations = Array.from(sigmas, (sigma, n) => sigma * Math.sqrt(drifts[2 * n]));
    const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value / values.length, 0);
    const found = [meanOf(Array.from(sigmas)), meanOf(deviations), meanOf(deviations.map((_, n) => drifts[2 * n + 1]))];
    assert.ok(Math.abs(found[0] - noise) < 0.03 && Math.abs(found[1] - size) < 0.06, `${found}`);
    assert.ok(found[2] > 0.6 * length && found[2] < 1.6 * length, `${found}`);
  });

  it("refuses ratings without times", async () => {
    await assert.rejects(fit(ratings, configure("bayesian-mf", set)), {
      code: "CONFIG_INVALID",
      message: /dates=true, and the ratings of toy have no times/,
    });
  });
});
