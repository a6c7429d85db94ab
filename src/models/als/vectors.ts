/** Folds many users into implicit ALS at once: the exact half-step of training, with the items' vectors as they are. */
import type { Arena, Engine } from "../../compute/engine.ts";
import { sum } from "../../matrix/dense.ts";
import type { Vectors } from "../model.ts";
import type { RowRegularisation } from "./sides.ts";

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

/** Rows that one thread takes at a time. */
const blockRows = 64;

/** Bytes of scratch memory of the kernel alsCholesky. */
export function choleskyScratch(f: number): number {
  return 4 * (f * f + f + 64 * f);
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
    async foldIn({ rows, offsets, indices, values }, out, step) {
      using own = engine.arena();
      const weights = own.float32(rows);
      for (let row = 0; row < rows; row++) {
        const [from, to] = [offsets[row], offsets[row + 1]];
        weights[row] = weigh(to - from, sum(values.subarray(from, to)));
      }
      const sparse = [own.place(offsets), own.place(indices), own.place(values), 0, 1];
      const losses = own.float64(rows); // which the kernel leaves as well
      const args = [...sparse, items, gram, out, losses, weights, f, base, alpha, 0];
      await engine.run("alsCholesky", { rows, blockRows, scratch: choleskyScratch(f), args }, step);
    },
  };
}
