import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { randomDataset, toyDataset } from "../../../test/helpers/toy.ts";
import { localEngine } from "../../compute/engine.ts";
import type { Dataset } from "../../data/dataset.ts";
import { configure } from "../configure.ts";
import { fit } from "../fit.ts";
import { profileOf } from "../shared/profiles.ts";
import { easeAlgorithm } from "./ease.ts";

/** B of equation 8 by Gauss–Jordan on the dense matrix, where films of one parity share a genre. @param growth κ */
function oracle(
  data: Dataset,
  lambda: number,
  entryOf: (rating: number) => number,
  { growth = 0, contentWeight = 0 } = {},
): number[][] {
  const { byUser } = data;
  const n = byUser.columns;
  const x = Array.from({ length: byUser.rows }, () => new Array<number>(n).fill(0));
  for (let u = 0; u < byUser.rows; u++) {
    for (let e = byUser.offsets[u]; e < byUser.offsets[u + 1]; e++) x[u][byUser.indices[e]] = entryOf(byUser.values[e]);
  }
  for (const genre of [0, 1]) x.push(Array.from({ length: n }, (_, item) => (item % 2 === genre ? contentWeight : 0)));
  const a = Array.from({ length: n }, (_, i) =>
    Array.from({ length: 2 * n }, (_, j) => {
      if (j >= n) return j - n === i ? 1 : 0;
      return x.reduce((sum, row) => sum + row[i] * row[j] * (i === j ? 1 + growth : 1), i === j ? lambda : 0);
    }),
  );
  for (let i = 0; i < n; i++) {
    const pivot = a[i][i];
    for (let j = 0; j < 2 * n; j++) a[i][j] /= pivot;
    for (let r = 0; r < n; r++) {
      const factor = r === i ? 0 : a[r][i];
      if (factor !== 0) for (let j = 0; j < 2 * n; j++) a[r][j] -= factor * a[i][j];
    }
  }
  return Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (_, j) => (i === j ? 0 : -a[i][n + j] / a[j][n + j])),
  );
}

describe("ease", () => {
  for (const [users, items, form] of [
    [12, 20, "w"],
    [20, 12, "weights"],
  ] as const) {
    for (const [set, entryOf] of [
      [{ values: "ratings", scale: "data", beta: 0 }, (rating: number) => rating],
      // from 0.5 to 5
      [{ values: "ratings", neutral: 0 }, (rating: number) => rating - 0.5],
      [{ values: "ratings", neutral: 0.4 }, (rating: number) => rating - 2.3],
      [{ values: "binary", beta: 0.3 }, () => 1],
      [{ values: "binary", dropout: 0.4 }, () => 1],
      [{ values: "ratings", dropout: 0.75, neutral: 0 }, (rating: number) => rating - 0.5],
      [{ values: "ratings", features: "genres", contentWeight: 1.5, neutral: 0 }, (rating: number) => rating - 0.5],
      [{ values: "binary", features: "genres", contentWeight: 3, dropout: 0.5 }, () => 1],
    ] as const) {
      it(`equals the closed form on ${JSON.stringify(set)} (${users} users, ${items} items, inverse over the smaller)`, async () => {
        const data = randomDataset(users, items, 0.4, 5);
        const { state } = await fit(data, configure("ease", { lambda: 2, ...set }));
        assert.ok(form in state.tensors);
        const model = easeAlgorithm.open(state, localEngine());
        const dropout = "dropout" in set ? set.dropout : 0;
        const { contentWeight = 0 } = "contentWeight" in set ? set : {};
        const b = oracle(data, 2, entryOf, { growth: dropout / (1 - dropout), contentWeight });
        const profile = { items: Int32Array.of(1, 4, 7), values: Float32Array.of(5, 0.5, 3) };
        const x = profile.values.map(entryOf);
        const beta = "beta" in set ? set.beta : 0.1;
        const scores = new Float32Array(items);
        model.ask({ profile }).score(scores);
        for (let j = 0; j < items; j++) {
          const expected = profile.items.reduce((sum, i, n) => sum + x[n] * b[i][j], 0) * data.counts[j] ** -beta;
          assert.ok(Math.abs(scores[j] - expected) < 1e-5, `item ${j}: ${scores[j]}, expected ${expected}`);
          const { parts } = model.ask({ profile }).explain!(j);
          const sum = parts.reduce((total, { value }) => total + value, 0);
          assert.ok(Math.abs(sum - scores[j]) < 1e-5, `item ${j}: parts of ${sum}, scored ${scores[j]}`);
        }
      });
    }
  }

  it("is regularised by dropout as by hand, where two films share one user", async () => {
    // X = [1 1] and [1 0]: XᵀX = [2 1; 1 1], Λ = I + diag(2, 1) with p = ½, so P⁻¹ = [5 1; 1 3], P = [3 −1; −1 5] / 14
    const data = toyDataset(2, 2, [
      [0, 0, 5],
      [0, 1, 5],
      [1, 0, 5],
    ]);
    const set = { lambda: 1, values: "binary", dropout: 0.5, beta: 0 };
    const model = easeAlgorithm.open((await fit(data, configure("ease", set))).state, localEngine());
    const scores = new Float32Array(2);
    model.ask({ profile: { items: Int32Array.of(0), values: Float32Array.of(5) } }).score(scores);
    assert.ok(Math.abs(scores[1] - 1 / 5) < 1e-6, `${scores[1]}`);
  });

  for (const dropout of [0, 0.6])
    it(`gives the same similarities over users as over items, dropout ${dropout}`, async () => {
      const wide = randomDataset(11, 12, 0.5, 6);
      // One user without weight turns the inverse to the other side and leaves the model as it is.
      const triples = Array.from({ length: 11 }, (_, user) =>
        Array.from(
          wide.byUser.indices.subarray(wide.byUser.offsets[user], wide.byUser.offsets[user + 1]),
          (item, n) => {
            return [user, item, wide.byUser.values[wide.byUser.offsets[user] + n]] as const;
          },
        ),
      ).flat();
      const tall = toyDataset(12, 12, triples);
      const [left, right] = await Promise.all(
        [wide, tall].map((data) => fit(data, configure("ease", { lambda: 3, dropout }))),
      );
      assert.ok("w" in left.state.tensors && "weights" in right.state.tensors);
      const [a, b] = [new Float64Array(12), new Float64Array(12)];
      for (let item = 0; item < 12; item++) {
        easeAlgorithm.open(left.state, localEngine()).similarItems!(item, a);
        easeAlgorithm.open(right.state, localEngine()).similarItems!(item, b);
        for (let j = 0; j < 12; j++)
          assert.ok(a[j] === b[j] || Math.abs(a[j] - b[j]) < 1e-6, `${item}, ${j}: ${a[j]}, ${b[j]}`);
      }
    });

  it("keeps the ratings of users, and not what features add to X", async () => {
    const data = randomDataset(8, 12, 0.4, 9);
    const { state } = await fit(data, configure("ease", { features: "genres", dropout: 0.5 }));
    const { ratings } = easeAlgorithm.open(state, localEngine());
    assert.deepEqual([state.tensors.w.shape[0], ratings!.rows], [10, 8]);
    assert.deepEqual(ratings!.offsets, data.byUser.offsets);
    assert.deepEqual(ratings!.indices, data.byUser.indices);
    assert.deepEqual(ratings!.values, data.byUser.values);
    const broken = { ...state, facts: { ...state.facts, featureCount: 11 } };
    assert.throws(() => easeAlgorithm.open(broken, localEngine()), { code: "ARTIFACT_CONTENT" });
  });

  it("cannot score somebody whose ratings all say nothing, nor compare a film that nobody rated", async () => {
    const { state } = await fit(randomDataset(8, 12, 0.4, 9), configure("ease", { neutral: 1 / 3 }));
    const model = easeAlgorithm.open(state, localEngine());
    const scores = new Float32Array(12);
    model.ask({ profile: { items: Int32Array.of(2, 3), values: Float32Array.of(2, 2) } }).score(scores);
    assert.ok(scores.every((score) => score === -Infinity));

    const unrated = toyDataset(3, 4, [
      [0, 0, 5],
      [1, 0, 4],
      [1, 1, 4],
      [2, 1, 3],
    ]);
    for (const data of [
      unrated,
      toyDataset(5, 4, [
        [0, 0, 5],
        [1, 0, 4],
        [1, 1, 4],
      ]),
    ]) {
      const similar = new Float64Array(4);
      const opened = easeAlgorithm.open((await fit(data, configure("ease"))).state, localEngine());
      opened.similarItems!(3, similar);
      assert.ok(similar.every((value) => value === -Infinity));
      opened.similarItems!(0, similar);
      assert.deepEqual([Number.isFinite(similar[1]), similar[3]], [true, -Infinity]);
    }
  });

  it("cannot score somebody whose films nobody else rated, nor a film that nobody rated", async () => {
    const data = toyDataset(3, 4, [
      [0, 0, 5],
      [1, 0, 4],
      [1, 1, 4],
      [2, 1, 3],
    ]);
    const model = easeAlgorithm.open((await fit(data, configure("ease", { lambda: 1 }))).state, localEngine());
    const scores = new Float32Array(4);
    model.ask({ profile: { items: Int32Array.of(3), values: Float32Array.of(5) } }).score(scores);
    assert.deepEqual([...scores], [-Infinity, -Infinity, -Infinity, -Infinity]);
    model.ask({ profile: { items: Int32Array.of(0), values: Float32Array.of(5) } }).score(scores);
    assert.ok(Number.isFinite(scores[1]));
    assert.deepEqual([scores[2], scores[3]], [-Infinity, -Infinity]);
  });

  it("answers over users with the same bytes whatever was asked before, though rows of well-known films are kept", async () => {
    // So many films that not all rows are kept, those of the films with fewest ratings among them.
    const items = 3200;
    const data = randomDataset(40, items, 0.03, 8);
    const { state } = await fit(data, configure("ease", { lambda: 2 }));
    const ascending = Array.from({ length: items }, (_, item) => item).sort((a, b) => data.counts[a] - data.counts[b]);
    const rated = ascending.filter((item) => data.counts[item] > 0);
    const own = [...rated.slice(0, 5), ...rated.slice(-5)].sort((a, b) => a - b);
    const query = { profile: { items: Int32Array.from(own), values: Float32Array.from(own, (_, n) => 1 + (n % 5)) } };

    const fresh = easeAlgorithm.open(state, localEngine());
    const scores = new Float32Array(items);
    fresh.ask(query).score(scores);

    const used = easeAlgorithm.open(state, localEngine());
    for (let user = 0; user < 40; user++)
      used.ask({ profile: profileOf(data.byUser, user) }).score(new Float32Array(items));
    const again = new Float32Array(items);
    const answer = used.ask(query);
    answer.score(again);
    assert.deepEqual(again, scores);
    for (const item of [...rated.slice(5, 10), ...rated.slice(-10, -5)]) {
      const { parts } = answer.explain!(item);
      assert.deepEqual(parts, easeAlgorithm.open(state, localEngine()).ask(query).explain!(item).parts);
      const sum = parts.reduce((total, { value }) => total + value, 0);
      assert.ok(Math.abs(sum - scores[item]) < 1e-6, `${sum}, scored ${scores[item]}`);
    }
  });
});
