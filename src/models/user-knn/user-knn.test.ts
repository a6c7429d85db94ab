import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { randomDataset, toyDataset } from "../../../test/helpers/toy.ts";
import { localEngine } from "../../compute/engine.ts";
import { createEngine } from "../../compute/pool.ts";
import { shapeOf } from "../../data/dataset.ts";
import { entriesWhere } from "../../matrix/csr.ts";
import { configure } from "../configure.ts";
import { fit } from "../fit.ts";
import { type Profile, predictionRules } from "../model.ts";
import { algorithmNamed } from "../registry.ts";
import { predictAll } from "../shared/answers.ts";
import { profileOf } from "../shared/profiles.ts";
import { completeSettings } from "../shared/settings.ts";
import { userKnnAlgorithm } from "./user-knn.ts";

/** Users 0 and 1 share films 0 and 1 with the asker, user 2 film 1 alone; film 4 is nobody's. */
const data = toyDataset(3, 5, [
  [0, 0, 4],
  [0, 1, 3],
  [0, 2, 5],
  [1, 0, 2],
  [1, 1, 1],
  [1, 2, 3],
  [1, 3, 4],
  [2, 1, 5],
  [2, 2, 1],
]);
const asker: Profile = { items: Int32Array.of(0, 1), values: Float32Array.of(4, 2) };
const similarity = [22 / Math.sqrt(20 * 50), 10 / Math.sqrt(20 * 30), 10 / Math.sqrt(20 * 26)];

const all = { k: 3, minOverlap: 1, minNeighbours: 1 };

async function ask(set: Record<string, unknown>, profile = asker, user?: number) {
  const { state } = await fit(data, configure("user-knn", { ...all, ...set }));
  return userKnnAlgorithm.open(state, localEngine()).ask(user === undefined ? { profile } : { profile, user });
}

async function predicted(set: Record<string, unknown>, item: number, profile = asker): Promise<[number, string]> {
  const [out, rules] = [new Float32Array(1), new Uint8Array(1)];
  (await ask(set, profile)).predict!(Int32Array.of(item), out, rules);
  return [out[0], predictionRules[rules[0]]];
}

describe("user-knn", () => {
  it("finds who rated alike, by ratings, their deviations, or the films in common", async () => {
    const neighbours = (await ask({})).neighbours!();
    assert.deepEqual(
      neighbours.map(({ user, overlap }) => [user, overlap]),
      [
        [0, 2],
        [2, 1],
        [1, 2],
      ],
    );
    for (const { user, similarity: found } of neighbours) near(found, similarity[user]);
    // the asker's deviations are (1, −1); user 0's (0, −1, 1), user 1's (−.5, −1.5, .5, 1.5), user 2's (2, −2)
    const centred = (await ask({ similarity: "centred" })).neighbours!();
    assert.deepEqual(
      centred.map(({ user }) => user),
      [0, 1],
    );
    near(centred[0].similarity, 1 / Math.sqrt(2 * 2));
    near(centred[1].similarity, 1 / Math.sqrt(2 * 5));
    // over the two films in common users 0 and 1 correlate fully; β = 2 halves that
    const pearson = (await ask({ similarity: "pearson", shrinkage: 2 })).neighbours!();
    assert.deepEqual(pearson, [
      { user: 0, similarity: 0.5, overlap: 2 },
      { user: 1, similarity: 0.5, overlap: 2 },
    ]);
  });

  it("predicts by each rule", async () => {
    const [a, b, c] = similarity;
    const weights = [a * (2 / 2), b * (2 / 2), c * (1 / 2)];
    const expected = {
      mean: (5 + 3 + 1) / 3,
      weighted: (5 * a + 3 * b + 1 * c) / (a + b + c),
      overlap: (5 * weights[0] + 3 * weights[1] + 1 * weights[2]) / (weights[0] + weights[1] + weights[2]),
      deviation: 3 + ((5 - 4) * a + (3 - 2.5) * b + (1 - 3) * c) / (a + b + c),
    };
    for (const [prediction, value] of Object.entries(expected)) {
      const [rating, rule] = await predicted({ prediction }, 2);
      near(rating, value, 1e-6);
      assert.equal(rule, "model");
    }
  });

  it("uses k neighbours, of them those with enough in common, and no film that too few of them rated", async () => {
    near((await predicted({ prediction: "mean", k: 1 }, 2))[0], 5);
    near((await predicted({ prediction: "mean", minOverlap: 2 }, 2))[0], 4);
    const answer = await ask({ minNeighbours: 2 });
    const scores = new Float32Array(5);
    answer.score(scores);
    assert.deepEqual(Array.from(scores, Number.isFinite), [true, true, true, false, false]);
  });

  it("says which mean predicts instead", async () => {
    const few = { minNeighbours: 2 };
    assert.deepEqual(await predicted(few, 3), [4, "item mean"]);
    assert.deepEqual(await predicted(few, 4), [3, "user mean"]);
    assert.deepEqual(await predicted({ ...few, fallback: "user" }, 3), [3, "user mean"]);
    const nobody: Profile = { items: new Int32Array(0), values: new Float32Array(0) };
    const [rating, rule] = await predicted(few, 3, nobody);
    near(rating, 28 / 9, 1e-6);
    assert.equal(rule, "global mean");
    assert.deepEqual((await ask(few)).explain!(3).parts, [{ kind: "item mean", value: 4 }]);
  });

  it("keeps predictions, not scores, to the scale", async () => {
    // deviations from 4.5: user 0 rated film 2 one above the mean
    const high: Profile = { items: Int32Array.of(0, 1), values: Float32Array.of(5, 4) };
    const answer = await ask({ prediction: "deviation", k: 1 }, high);
    const [scores, out] = [new Float32Array(5), new Float32Array(1)];
    answer.score(scores);
    answer.predict!(Int32Array.of(2), out);
    assert.deepEqual([scores[2], out[0]], [5.5, 5]);
  });

  it("leaves the asker out of their own neighbours", async () => {
    const own = { items: Int32Array.of(0, 1, 2), values: Float32Array.of(4, 3, 5) };
    assert.ok(!(await ask({}, own, 0)).neighbours!().some(({ user }) => user === 0));
    assert.equal((await ask({}, own)).neighbours!()[0].user, 0);
  });

  it("keeps half stars in bytes, and any other ratings as they are", async () => {
    const { state } = await fit(data, configure("user-knn"));
    assert.deepEqual(
      [...(state.tensors.levels.data as Uint8Array)],
      [4, 3, 5, 2, 1, 3, 4, 5, 1].map((r) => r * 2),
    );
    assert.equal(state.tensors.values, undefined);
    const tenths = toyDataset(2, 2, [
      [0, 0, 3.3],
      [1, 0, 1.7],
      [1, 1, 4.1],
    ]);
    const other = await fit(tenths, configure("user-knn", { ...all, prediction: "mean" }));
    assert.equal(other.state.tensors.levels, undefined);
    const out = new Float32Array(2);
    const profile: Profile = { items: Int32Array.of(0), values: Float32Array.of(2.2) };
    userKnnAlgorithm.open(other.state, localEngine()).ask({ profile }).predict!(Int32Array.of(0, 1), out);
    near(out[0], 2.5, 1e-6);
    near(out[1], 4.1, 1e-6);
  });

  it("refuses a state whose rows or settings are none", async () => {
    const { state } = await fit(data, configure("user-knn"));
    const items = { shape: [9], data: Int32Array.of(1, 0, 2, 0, 1, 2, 3, 1, 2) };
    for (const [damaged, what] of [
      [{ ...state, tensors: { ...state.tensors, items } }, /the indices of row 0 do not ascend at 1/],
      [{ ...state, facts: { ...state.facts, prediction: "guess" } }, /fact prediction is "guess" where one of mean,/],
    ] as const) {
      assert.throws(() => userKnnAlgorithm.open(damaged, localEngine()), what);
    }
  });

  for (const [users, items, density] of [
    [200, 900, 0.1],
    [900, 60, 0.3],
  ]) {
    it(`takes the memory it said it would (${users} users, ${items} items)`, async () => {
      using engine = await createEngine();
      const some = randomDataset(users, items, density, 3);
      const { state } = await fit(some, configure("user-knn"), { engine });
      const returned = Object.values(state.tensors).reduce((sum, { data: { byteLength } }) => sum + byteLength, 0);
      const config = completeSettings("user-knn", userKnnAlgorithm.settings) as Parameters<
        typeof userKnnAlgorithm.fit
      >[1];
      near(userKnnAlgorithm.estimate(shapeOf(some), config).bytes / (engine.peak + returned), 1, 0.15);
    });
  }
});

describe("many ratings predicted at once", () => {
  const wanted = { offsets: Int32Array.of(0, 1, 1, 3), indices: Int32Array.of(3, 0, 4) };
  const users = Int32Array.of(0, 1, 2);

  for (const name of ["user-knn", "bias"]) {
    it(`are those predicted one by one (${name})`, async () => {
      const { state } = await fit(data, configure(name, name === "bias" ? {} : all));
      const model = algorithmNamed(name).open(state, localEngine());
      const found = await predictAll(model, data.byUser, wanted, users);
      const [ratings, rules] = [new Float32Array(3), new Uint8Array(3)];
      for (const [row, user] of users.entries()) {
        const answer = model.ask({ profile: profileOf(data.byUser, row), user });
        for (let n = wanted.offsets[row]; n < wanted.offsets[row + 1]; n++) {
          answer.predict!(wanted.indices.subarray(n, n + 1), ratings.subarray(n), rules.subarray(n));
        }
      }
      assert.deepEqual(found, { ratings, rules });
      assert.ok(ratings.every((rating) => rating > 0));
    });
  }

  it("are those predicted one by one, slab after slab, with every rule", async () => {
    const some = randomDataset(1100, 30, 0.1, 8);
    const model = userKnnAlgorithm.open((await fit(some, configure("user-knn", { k: 20 }))).state, localEngine());
    const askers = Int32Array.from({ length: some.users.size }, (_, user) => user);
    const [rows, ratings, rules] = [some.byUser.rows, new Float32Array(3300), new Uint8Array(3300)];
    const profiles = entriesWhere(some.byUser, (entry) => entry >= some.byUser.offsets[1]); // the first has none
    const three = {
      offsets: Int32Array.from({ length: rows + 1 }, (_, row) => 3 * row),
      indices: Int32Array.from({ length: 3 * rows }, (_, n) => (n * 7) % 30),
    };
    const found = await predictAll(model, profiles, three, askers);
    for (const [row, user] of askers.entries()) {
      const answer = model.ask({ profile: profileOf(profiles, row), user });
      const range = [3 * row, 3 * row + 3] as const;
      answer.predict!(three.indices.subarray(...range), ratings.subarray(...range), rules.subarray(...range));
    }
    assert.deepEqual(found, { ratings, rules });
    assert.deepEqual(new Set(rules), new Set([0, 1, 3]));
  });

  it("are not there where the model predicts none", async () => {
    const model = algorithmNamed("popular").open((await fit(data, configure("popular"))).state, localEngine());
    assert.equal(await predictAll(model, data.byUser, wanted, users), undefined);
  });
});

function near(actual: number, expected: number, tolerance = 1e-9): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual}, expected ${expected}`);
}
