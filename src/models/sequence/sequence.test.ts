import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { randomDataset, toyDataset } from "../../../test/helpers/toy.ts";
import { localEngine } from "../../compute/engine.ts";
import { type Dataset, datasetFromCsr } from "../../data/dataset.ts";
import { random } from "../../random.ts";
import { openModel } from "../../recommend/open-model.ts";
import { queryOfUser } from "../../recommend/query.ts";
import { recommend } from "../../recommend/recommend.ts";
import { recommendAll } from "../../recommend/recommend-all.ts";
import { configure } from "../configure.ts";
import { fit } from "../fit.ts";
import type { Profile } from "../model.ts";
import { profileOf } from "../shared/profiles.ts";
import { sequenceAlgorithm } from "./sequence.ts";

/** The same ratings, with times. */
function timed({ byUser, report, ...space }: Dataset, timeOf: (entry: number) => number): Dataset {
  return datasetFromCsr(
    space,
    { ...byUser, times: Float64Array.from(byUser.values, (_, entry) => timeOf(entry)) },
    report,
  );
}

/** How many places a rating is before another: half a place for each pair of one moment, from counts of ratings before and after. */
function placeOf(times: readonly number[], n: number): number {
  const earlier = times.filter((time) => time < times[n]).length;
  const tied = times.filter((time) => time === times[n]).length;
  return earlier + (tied - 1) / 2;
}

interface Plain {
  readonly lambda: number;
  readonly decay: number;
  readonly backward: number;
}

/** B by the formulas, on dense matrices and by Gauss–Jordan. Every item takes part, and every context holds all of a user's films. */
function plainWeights({ byUser }: Dataset, { lambda, decay, backward }: Plain): number[][] {
  const n = byUser.columns;
  const gram = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (i === j ? lambda : 0)));
  const right = Array.from({ length: n }, () => new Array<number>(n).fill(0));
  for (let user = 0; user < byUser.rows; user++) {
    const { items, times } = profileOf(byUser, user);
    if (items.length < 2) continue;
    const own = times ? [...times] : Array.from(items, () => 0);
    for (let t = 0; t < items.length; t++) {
      const s = new Array<number>(n).fill(0);
      for (let i = 0; i < items.length; i++) {
        if (i === t) continue;
        const side = own[i] < own[t] ? 1 : own[i] > own[t] ? backward : (1 + backward) / 2;
        s[items[i]] = side * decay ** Math.max(0, Math.abs(placeOf(own, i) - placeOf(own, t)) - 1);
      }
      for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) gram[i][j] += s[i] * s[j];
      for (let i = 0; i < n; i++) right[i][items[t]] += s[i];
    }
  }
  for (let i = 0; i < n; i++) {
    const pivot = gram[i][i];
    for (const rows of [gram, right]) rows[i] = rows[i].map((value) => value / pivot);
    for (let r = 0; r < n; r++) {
      const factor = gram[r][i];
      if (r === i || factor === 0) continue;
      for (const rows of [gram, right]) rows[r] = rows[r].map((value, j) => value - factor * rows[i][j]);
    }
  }
  return right.map((row, i) => row.map((value, j) => (i === j ? 0 : value)));
}

/** P by pairs of ratings, each in its moment and the next. */
function plainShares({ byUser }: Dataset): number[][] {
  const n = byUser.columns;
  const counts = Array.from({ length: n }, () => new Array<number>(n).fill(0));
  for (let user = 0; user < byUser.rows; user++) {
    const { items, times } = profileOf(byUser, user);
    const own = times ? [...times] : Array.from(items, () => 0);
    const moments = [...new Set(own)].sort((a, b) => a - b).map((time) => items.filter((_, at) => own[at] === time));
    for (const [at, moment] of moments.entries()) {
      const next = moments[at + 1] ?? new Int32Array(0);
      for (const i of moment) {
        for (const j of moment) if (i !== j) counts[i][j] += 1 / moment.length;
        for (const j of next) counts[i][j] += 1 / (moment.length * next.length);
      }
    }
  }
  return counts.map((row) => row.map((count) => count / (40 + row.reduce((sum, other) => sum + other, 0))));
}

function scoresOf(model: ReturnType<typeof sequenceAlgorithm.open>, profile: Profile): Float32Array {
  const scores = new Float32Array(model.items);
  model.ask({ profile }).score(scores);
  return scores;
}

const opened = async (data: Dataset, set = {}) =>
  sequenceAlgorithm.open((await fit(data, configure("sequence", { minRatings: 1, ...set }))).state, localEngine());

describe("sequence", () => {
  const plain = randomDataset(25, 14, 0.3, 8);
  const draw = random(3);
  const coarse = Array.from(plain.byUser.values, () => draw.int(6));
  for (const [what, data] of [
    ["ratings in order", timed(plain, (entry) => (entry * 7919) % 1009)],
    ["several ratings of one moment", timed(plain, (entry) => coarse[entry])],
    ["no times", plain],
  ] as const) {
    it(`equals the closed form by plain arithmetic: ${what}`, async () => {
      const settings = { lambda: 3, decay: 0.9, backward: 0.4 };
      const [b, shares] = [plainWeights(data, settings), plainShares(data)];
      const model = await opened(data, { ...settings, beta: 0.2, chain: 0.7, floor: 0.6, dislike: 0 });
      for (let user = 0; user < 25; user++) {
        const profile = profileOf(data.byUser, user);
        const times = profile.times ? [...profile.times] : Array.from(profile.items, () => 0);
        const last = Math.max(...times.map((_, n) => placeOf(times, n)));
        const scores = scoresOf(model, profile);
        for (let j = 0; j < 14; j++) {
          const inLast = [...profile.items].filter((_, n) => placeOf(times, n) === last);
          const linear = [...profile.items].reduce(
            (all, i, n) => all + Math.max(0.6, 0.9 ** (last - placeOf(times, n))) * b[i][j],
            0,
          );
          const sum = inLast.reduce((all, i) => all + (0.7 * shares[i][j]) / inLast.length, linear);
          const expected = sum * data.counts[j] ** -0.2;
          assert.ok(
            Math.abs(scores[j] - expected) < 2e-5,
            `user ${user}, item ${j}: ${scores[j]}, expected ${expected}`,
          );
        }
      }
    });
  }

  it("counts by hand: two users watch 0, then 1, then 2", async () => {
    const triples = [0, 1].flatMap((user) => [0, 1, 2].map((item) => [user, item, 5] as const));
    const data = timed(toyDataset(2, 3, triples), (entry) => entry % 3);
    // Rows of S, each twice: (·, 0, 0) for 0, (1, ·, 0) for 1, (½, 1, ·) for 2. SᵀS + I = [[3.5, 1, 0], [1, 3, 0], [0, 0, 1]];
    // SᵀT = [[0, 2, 1], [0, 0, 2], [0, 0, 0]]. The determinant of the corner is 9.5.
    const model = await opened(data, { lambda: 1, decay: 0.5, backward: 0, beta: 0, chain: 0 });
    const [first, second] = [0, 1].map((item) => {
      const profile = { items: Int32Array.of(item), values: Float32Array.of(5), times: Float64Array.of(1) };
      return scoresOf(model, profile);
    });
    assert.ok(Math.abs(first[1] - (3 * 2) / 9.5) < 1e-6, `${first}`);
    assert.ok(Math.abs(first[2] - (3 * 1 - 1 * 2) / 9.5) < 1e-6, `${first}`);
    assert.ok(Math.abs(second[2] - (3.5 * 2 - 1 * 1) / 9.5) < 1e-6, `${second}`);
  });

  it("ranks by the films rated last; without times, by all of the profile alike", async () => {
    // After 0 comes 1, after 2 comes 3, and nobody rated all.
    const triples = Array.from({ length: 20 }, (_, user) => {
      return (user % 2 === 0 ? [0, 1] : [2, 3]).map((item) => [user, item, 5] as const);
    }).flat();
    const model = await opened(
      timed(toyDataset(20, 4, triples), (entry) => entry % 2),
      { lambda: 1 },
    );
    const values = Float32Array.of(5, 5);
    const items = Int32Array.of(0, 2);
    const [zeroLast, twoLast] = [Float64Array.of(9, 3), Float64Array.of(3, 9)].map((times) =>
      scoresOf(model, { items, values, times }),
    );
    assert.ok(zeroLast[1] > zeroLast[3] && twoLast[3] > twoLast[1], `${zeroLast}; ${twoLast}`);
    const timeless = scoresOf(model, { items, values });
    assert.equal(timeless[1], timeless[3]);
    assert.deepEqual(timeless, scoresOf(model, { items, values, times: Float64Array.of(4, 4) }));
    const after = new Float64Array(4);
    model.similarItems!(0, after);
    assert.ok(after[1] > after[3]);
  });

  it("does not depend on how long ago anything was, nor on the order of ratings of one moment", async () => {
    const data = timed(plain, (entry) => coarse[entry]);
    const model = await opened(data, { lambda: 3 });
    const { items, values, times } = profileOf(data.byUser, 4);
    const later = scoresOf(model, { items, values, times: times!.map((time) => 1000 * time + 5) });
    assert.deepEqual(later, scoresOf(model, { items, values, times: times! }));
    const other = await fit(data, configure("sequence", { minRatings: 1, lambda: 3 }), { seed: 99 });
    const [one, two] = [await fit(data, configure("sequence", { minRatings: 1, lambda: 3 })), other];
    assert.deepEqual(one.state.tensors.weights.data, two.state.tensors.weights.data);
  });

  it("leaves films of few ratings out, and scores nothing for who rated no other", async () => {
    const data = randomDataset(30, 20, 0.15, 4);
    const rare = Array.from(data.counts.keys()).filter((item) => data.counts[item] < 5);
    assert.ok(rare.length > 2 && rare.length < 15);
    const model = await opened(data, { minRatings: 5, lambda: 1 });
    const scores = scoresOf(model, { items: Int32Array.from([rare[0]]), values: Float32Array.of(5) });
    assert.ok(scores.every((score) => score === -Infinity));
    const common = Array.from(data.counts.keys()).find((item) => data.counts[item] >= 5)!;
    const others = scoresOf(model, { items: Int32Array.of(common), values: Float32Array.of(5) });
    for (const [item, count] of data.counts.entries()) assert.equal(others[item] > -Infinity, count >= 5);
  });

  it("takes a profile's dislikes out, and knows the times of the others", async () => {
    const data = timed(plain, (entry) => coarse[entry]);
    const { model } = openModel(await fit(data, configure("sequence", { minRatings: 1, lambda: 3 })));
    const likes = { items: Int32Array.of(1, 7), values: Float32Array.of(5, 4), times: Float64Array.of(3, 1) };
    const rated = { items: Int32Array.of(1, 4, 7), values: Float32Array.of(5, 1, 4), times: Float64Array.of(3, 9, 1) };
    assert.deepEqual(scoresOf(model, rated), scoresOf(model, likes));
    assert.notDeepEqual(scoresOf(model, rated), scoresOf(model, { ...likes, times: Float64Array.of(1, 3) }));
  });

  it("gives the lists of all users that it gives each, by the times of their ratings", async () => {
    const data = timed(randomDataset(40, 60, 0.2, 6), (entry) => (entry * 7919) % 1009);
    const recommender = openModel(await fit(data, configure("sequence", { minRatings: 1, lambda: 3 })));
    const lists = await recommendAll(recommender, data, { k: 5 });
    for (let user = 0; user < 40; user++) {
      const own = await recommend(recommender, queryOfUser(data, user + 1), { k: 5 });
      const items = Array.from(lists.items.subarray(5 * user, 5 * user + 5), (item) => data.items.id(item));
      assert.deepEqual(
        items,
        own.map(({ id }) => id),
      );
    }
  });

  it("bounds the contexts of very many ratings of one moment", async () => {
    const triples = Array.from({ length: 6 }, (_, user) => {
      return Array.from({ length: 100 }, (_, item) => [user, item, 5] as const);
    }).flat();
    const model = await opened(toyDataset(6, 100, triples), { lambda: 1 });
    const scores = scoresOf(model, { items: Int32Array.of(0), values: Float32Array.of(5) });
    assert.ok(scores.every(Number.isFinite));
  });
});
