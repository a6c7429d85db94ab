/** Folds many users into implicit ALS at once: the exact half-step of training, with the items' vectors as they are. */
import type { Arena, Engine } from "../../compute/engine.ts";
import { alsCholesky } from "../../compute/kernels/als.ts";
import { sum } from "../../matrix/dense.ts";
import type { Vectors } from "../model.ts";
import { positiveEntries } from "./positive.ts";
import type { RowRegularisation } from "./rating-layout.ts";

/** A fitted model: Y, YᵀY, the confidence of a rating (base + α r) and the regularisation of a row. */
export interface FittedAls {
  /** float32 [items × f] */
  readonly y: Float32Array;
  readonly f: number;
  /** float64 [f × f] */
  readonly gram: Float64Array;
  readonly base: number;
  readonly alpha: number;
  readonly weigh: RowRegularisation;
}

/** A user's vector is zero where the profile holds no item that has a vector. */
export function alsVectors(engine: Engine, arena: Arena, fitted: FittedAls): Vectors {
  const { f, base, alpha, weigh } = fitted;
  const items = arena.place(fitted.y);
  const gram = arena.float32(f * f);
  gram.set(fitted.gram);
  return {
    length: f,
    items,
    async foldIn(ratings, out, step) {
      const { rows, offsets, indices, values } = positiveEntries(ratings);
      using own = engine.arena();
      const weights = own.float32(rows);
      for (let row = 0; row < rows; row++) {
        const [from, to] = [offsets[row], offsets[row + 1]];
        weights[row] = weigh(to - from, sum(values.subarray(from, to)));
      }
      const placed = { offsets: own.place(offsets), entries: own.place(indices), values: own.place(values) };
      const losses = own.float64(rows); // which the kernel leaves as well
      const sides = { fixed: items, gram, factors: out, losses, weights };
      await alsCholesky(engine, { ...placed, shift: 0, unit: 1, ...sides, f, base, alpha }, step);
    },
  };
}
