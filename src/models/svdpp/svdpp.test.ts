import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { randomDataset } from "../../../test/helpers/toy.ts";
import { localEngine } from "../../compute/engine.ts";
import { datasetFromCsr } from "../../data/dataset.ts";
import { entriesWhere } from "../../matrix/csr.ts";
import { solvePositiveDefinite } from "../../matrix/dense.ts";
import { configure } from "../configure.ts";
import { fit } from "../fit.ts";
import type { State } from "../model.ts";
import { svdppAlgorithm } from "./svdpp.ts";

describe("svdpp", () => {
  it("predicts for a profile by the formulas, worked in another order", () => {
    const [q, y] = [
      [0.5, -0.3, 0.1, 0.8, -0.6, 0.2],
      [0.2, 0.1, -0.4, 0.3, 0.6, -0.1],
    ];
    const [bias, mean, lambda] = [[0.1, -0.2, 0.3], 3.5, 0.25];
    const state: State = {
      algorithm: "svdpp",
      facts: { mean, regularisation: lambda, min: 1, max: 5 },
      tensors: {
        items: { shape: [3, 2], data: Float32Array.from(q) },
        implicit: { shape: [3, 2], data: Float32Array.from(y) },
        itemBias: { shape: [3], data: Float32Array.from(bias) },
      },
    };
    using engine = localEngine(2 ** 22);
    const model = svdppAlgorithm.open(state, engine);
    const ratings = [5, 2];
    const answer = model.ask({ profile: { items: Int32Array.of(0, 1), values: Float32Array.from(ratings) } });
    const out = new Float32Array(1);
    answer.predict!(Int32Array.of(2), out);

    // In p_u and b_u themselves, with z_u taken off the ratings first.
    const z = [0, 1].map((k) => (y[k] + y[2 + k]) / Math.sqrt(2));
    const along = (item: number, vector: ArrayLike<number>) => q[2 * item] * vector[0] + q[2 * item + 1] * vector[1];
    const a = new Float64Array(9);
    const pu = new Float64Array(3);
    for (const [item, rating] of ratings.entries()) {
      const h = [q[2 * item], q[2 * item + 1], 1];
      const left = rating - mean - bias[item] - along(item, z);
      for (let k = 0; k < 3; k++) {
        pu[k] += left * h[k];
        for (let l = 0; l < 3; l++) a[3 * k + l] += h[k] * h[l];
      }
    }
    for (let k = 0; k < 3; k++) a[4 * k] += 2 * lambda;
    solvePositiveDefinite(a, 3, pu);
    const expected = mean + pu[2] + bias[2] + along(2, pu) + along(2, z);
    assert.ok(Math.abs(out[0] - expected) < 1e-6, `${out[0]}, ${expected}`);
    const { parts } = answer.explain!(2);
    const sum = parts.reduce((total, { value }) => total + value, 0);
    assert.ok(Math.abs(sum - expected) < 1e-6, `${sum}, ${expected}`);
  });

  it("learns nothing of a film without ratings", async () => {
    const { byUser, ...rest } = randomDataset(20, 15, 0.4, 9);
    const others = entriesWhere(byUser, (entry) => byUser.indices[entry] !== 3);
    const data = datasetFromCsr(rest, others, rest.report);
    const { tensors } = (await fit(data, configure("svdpp", { factors: 4, epochs: 5 }))).state;
    for (const name of ["items", "implicit"]) {
      const [unrated, rated] = [tensors[name].data.slice(12, 16), tensors[name].data.slice(16, 20)];
      assert.ok(unrated.every((value) => value === 0) && rated.every((value) => value !== 0), name);
    }
    assert.equal(tensors.itemBias.data[3], 0);
  });
});
