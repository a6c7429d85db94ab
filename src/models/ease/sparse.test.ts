import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { randomDataset } from "../../../test/helpers/toy.ts";
import { localEngine } from "../../compute/engine.ts";
import { createEngine } from "../../compute/pool.ts";
import { type Dataset, shapeOf } from "../../data/dataset.ts";
import { configure } from "../configure.ts";
import { fit } from "../fit.ts";
import { completeSettings } from "../shared/settings.ts";
import { easeAlgorithm } from "./ease.ts";

/** P ≈ WᵀW by regressions on c better known items each, in double precision. */
function oracle(data: Dataset, lambda: number, c: number): number[][] {
  const { byItem, counts } = data;
  const n = byItem.rows;
  const rows = Array.from({ length: n }, (_, i) => {
    const range = [byItem.offsets[i], byItem.offsets[i + 1]] as const;
    const values = byItem.values.subarray(...range);
    return new Map(Array.from(byItem.indices.subarray(...range), (user, m) => [user, values[m] - 0.5]));
  });
  const products = (i: number, j: number) =>
    [...rows[i]].reduce((sum, [user, value]) => sum + value * (rows[j].get(user) ?? 0), i === j ? lambda : 0);
  const a = rows.map((_, i) => rows.map((_, j) => products(i, j)));
  const p = rows.map(() => new Array<number>(n).fill(0));
  for (let k = 0; k < n; k++) {
    const set = [...rows.keys()]
      .filter((i) => a[k][i] !== 0 && (counts[i] > counts[k] || (counts[i] === counts[k] && i < k)))
      .sort((i, j) => Math.abs(a[k][j]) / Math.sqrt(a[j][j]) - Math.abs(a[k][i]) / Math.sqrt(a[i][i]) || i - j)
      .slice(0, c);
    const y = solved(
      set.map((i) => set.map((j) => a[i][j])),
      set.map((i) => a[k][i]),
    );
    const rest = set.reduce((sum, i, m) => sum - a[k][i] * y[m], a[k][k]);
    const row = new Map<number, number>([[k, 1], ...set.map((i, m) => [i, -y[m]] as const)]);
    for (const [i, v] of row) for (const [j, w] of row) p[i][j] += (v * w) / rest;
  }
  return p;
}

/** x of M x = b by Gauss–Jordan. */
function solved(m: number[][], b: number[]): number[] {
  const rows = m.map((row, i) => [...row, b[i]]);
  for (let i = 0; i < rows.length; i++) {
    rows[i] = rows[i].map((value) => value / rows[i][i]);
    for (let r = 0; r < rows.length; r++) {
      const factor = rows[r][i];
      if (r !== i) rows[r] = rows[r].map((value, j) => value - factor * rows[i][j]);
    }
  }
  return rows.map((row) => row[rows.length]);
}

describe("ease with regressors", () => {
  for (const regressors of [1, 3, 11, 1000]) {
    it(`has the inverse of regressions on ${regressors} better known films`, async () => {
      const [users, items] = [40, 30];
      const data = randomDataset(users, items, 0.3, 4);
      const set = { lambda: 2, neutral: 0, beta: 0, regressors };
      const { state } = await fit(data, configure("ease", set));
      const { offsets } = state.tensors;
      for (let k = 0; k < items; k++) assert.ok(Number(offsets.data[k + 1]) > Number(offsets.data[k]));
      assert.ok(state.tensors.factor.data.length <= items * (regressors + 1));
      const p = oracle(data, 2, regressors);
      const model = easeAlgorithm.open(state, localEngine());
      const profile = { items: Int32Array.of(1, 4, 7), values: Float32Array.of(5, 0.5, 3) };
      const scores = new Float32Array(items);
      const answer = model.ask({ profile });
      answer.score(scores);
      for (let j = 0; j < items; j++) {
        const expected = [...profile.items].reduce(
          (sum, i, m) => sum - (i === j ? 0 : ((profile.values[m] - 0.5) * p[i][j]) / p[j][j]),
          0,
        );
        assert.ok(Math.abs(scores[j] - expected) < 1e-5, `item ${j}: ${scores[j]}, expected ${expected}`);
        const sum = answer.explain!(j).parts.reduce((total, { value }) => total + value, 0);
        assert.ok(Math.abs(sum - scores[j]) < 1e-5, `item ${j}: parts of ${sum}, scored ${scores[j]}`);
      }
      const similar = new Float64Array(items);
      model.similarItems!(4, similar);
      const between = -p[4][9] / Math.sqrt(p[4][4] * p[9][9]);
      assert.ok(Math.abs(similar[9] - between) < 1e-5, `${similar[9]}, expected ${between}`);
    });
  }

  it("has the same bytes for any number of threads, from several batches of films", async () => {
    const data = randomDataset(60, 2100, 0.05, 3);
    const spec = configure("ease", { lambda: 20, regressors: 20 });
    using one = await createEngine({ threads: 1 });
    using three = await createEngine({ threads: 3 });
    const { state } = await fit(data, spec, { engine: one });
    const { state: other } = await fit(data, spec, { engine: three });
    for (const [name, { data }] of Object.entries(state.tensors)) {
      // Not deepEqual, which takes minutes to say where so many numbers differ.
      assert.ok(
        data.every((value, n) => value === other.tensors[name].data[n]),
        name,
      );
    }
    // Films of the second batch have regressors, too.
    const { data: offsets } = state.tensors.offsets;
    assert.ok(offsets[2100] > 2100 * 10, `${offsets[2100]}`);
  });

  it("estimates what the engine holds at most", async () => {
    for (const [users, items, regressors] of [
      [900, 300, 20],
      [60, 2100, 200],
    ]) {
      const data = randomDataset(users, items, 0.1, 1);
      const settings = { ...(completeSettings("ease", easeAlgorithm.settings) as object), regressors };
      using engine = await createEngine();
      await easeAlgorithm.fit(data, settings as never, { engine, seed: 0, step: async () => {} });
      const { engineBytes } = easeAlgorithm.estimate(shapeOf(data), settings as never);
      assert.ok(Math.abs(engineBytes! / engine.peak - 1) < 0.15, `estimated ${engineBytes}, measured ${engine.peak}`);
    }
  });

  it("refuses a factor in which an item has nothing, or rows that do not ascend", async () => {
    const { state } = await fit(randomDataset(40, 30, 0.3, 4), configure("ease", { regressors: 4 }));
    const { factor, indices } = state.tensors;
    for (const tensors of [
      { ...state.tensors, factor: { ...factor, data: new Float32Array(factor.data.length) } },
      { ...state.tensors, indices: { ...indices, data: new Int32Array(indices.data).reverse() } },
    ]) {
      assert.throws(() => easeAlgorithm.open({ ...state, tensors }, localEngine()), { code: "ARTIFACT_CONTENT" });
    }
  });
});
