/** What the sparse form of EASE answers with; ease.ts has the formulas and describes the tensors. */
import { placeCsr } from "../../compute/engine.ts";
import { scatterScores, sparsePanel, sparseScores } from "../../compute/kernels/scores.ts";
import type { State } from "../model.ts";
import { checkRows, stateError, tensorOf } from "../shared/state.ts";
import type { Weights } from "./weights.ts";

/** From W alone, since P = WᵀW: an entry of B is an inner product of two of its columns. @throws ARTIFACT_CONTENT */
export function sparseWeights(state: State): Weights {
  const offsets = tensorOf(state, "offsets", Int32Array, undefined);
  const items = offsets.length - 1;
  const indices = tensorOf(state, "indices", Int32Array, undefined);
  const values = tensorOf(state, "factor", Float32Array, indices.length);
  checkRows(state, offsets, indices, items);
  const diagonal = Float64Array.from({ length: items }, (_, j) => {
    let sum = 0;
    for (let n = offsets[j]; n < offsets[j + 1]; n++) sum += values[n] * values[n];
    if (!(sum > 0)) throw stateError(state, `its factor has nothing of item ${j}`);
    return sum;
  });
  /** W x of one answer at a time. */
  const latent = new Float64Array(items);

  function project(of: ArrayLike<number>, x: ArrayLike<number>): void {
    latent.fill(0);
    for (let m = 0; m < of.length; m++) {
      const i = of[m];
      for (let n = offsets[i]; n < offsets[i + 1]; n++) latent[indices[n]] += x[m] * values[n];
    }
  }

  /** The inner product of column j of W with what was projected. */
  function inner(j: number): number {
    let sum = 0;
    for (let n = offsets[j]; n < offsets[j + 1]; n++) sum += values[n] * latent[indices[n]];
    return sum;
  }

  return {
    items,
    rated: tensorOf(state, "rated", Uint8Array, items),
    multiply(profile, x, out) {
      project(profile, x);
      for (let j = 0; j < items; j++) out[j] = -inner(j) / diagonal[j];
      for (let m = 0; m < profile.length; m++) out[profile[m]] += x[m];
    },
    multiplyAll(engine, arena, discount) {
      const factor = placeCsr(arena, { rows: items, columns: items, offsets, indices, values });
      const lists = { lists: factor.offsets, targets: factor.indices, weights: arena.place(Float64Array.from(values)) };
      return async (x, out, step) => {
        using own = engine.arena();
        const { rows } = x;
        const left = own.float32(rows * items);
        await scatterScores(engine, { matrix: x, ...lists, out: left, columns: items, missing: 0 });
        const panels = own.float32(Math.ceil(rows / sparsePanel) * items * sparsePanel);
        for (let row = 0; row < rows; row++) {
          const start = Math.floor(row / sparsePanel) * items * sparsePanel + (row % sparsePanel);
          for (let k = 0; k < items; k++) panels[start + k * sparsePanel] = left[row * items + k];
        }
        const product = own.float32(items * rows);
        await sparseScores(
          engine,
          { matrix: factor, panels, out: product, depth: items, columns: rows, first: 0 },
          step,
        );
        for (let row = 0; row < rows; row++) {
          for (let j = 0; j < items; j++) out[row * items + j] = (-product[j * rows + row] * discount[j]) / diagonal[j];
          for (let n = x.offsets[row]; n < x.offsets[row + 1]; n++)
            out[row * items + x.indices[n]] += x.values[n] * discount[x.indices[n]];
        }
      };
    },
    column(profile, j, out) {
      project([j], [1]);
      for (let m = 0; m < profile.length; m++) {
        out[m] = profile[m] === j ? 0 : -inner(profile[m]) / diagonal[j];
      }
    },
    partialCorrelation(i, out, among) {
      project([i], [1]);
      const count = among?.length ?? items;
      for (let n = 0; n < count; n++) {
        const j = among ? among[n] : n;
        out[j] = -inner(j) / Math.sqrt(diagonal[i] * diagonal[j]);
      }
    },
  };
}
