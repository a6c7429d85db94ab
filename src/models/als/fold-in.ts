/** Folds many users into implicit ALS at once: the exact half-step of training, with the items' vectors as they are. */
import { type Arena, type Engine, placeCsr } from "../../compute/engine.ts";
import { alsCholesky } from "../../compute/kernels/als.ts";
import { sum } from "../../matrix/dense.ts";
import type { Answers, Vectors } from "../model.ts";
import { partOf, productAnswers } from "../shared/answers.ts";
import { gathered, rowsInMemory, type VectorRows } from "../shared/vector-rows.ts";
import { positiveEntries } from "./positive.ts";
import type { RowRegularisation } from "./rating-layout.ts";

/** A fitted model: Y, YᵀY, the confidence of a rating (base + α r) and the regularisation of a row. */
export interface FittedAls {
  readonly y: VectorRows;
  /** float64 [f × f] */
  readonly gram: Float64Array;
  readonly base: number;
  readonly alpha: number;
  readonly weigh: RowRegularisation;
}

/** Of items' vectors in memory. A user's vector is zero where the profile holds no item that has a vector. */
export function alsVectors(
  engine: Engine,
  arena: Arena,
  fitted: FittedAls & { readonly y: { readonly all: Float32Array } },
): Vectors {
  const { length } = fitted.y;
  const items = arena.place(fitted.y.all);
  return { length, items, foldIn: foldingIn(engine, arena, { ...fitted, y: rowsInMemory(items, length) }) };
}

/** Scores by vectors that are stored: those that `alsVectors` gives. @param lengths float64 [items]: |y_i| */
export function alsAnswers(engine: Engine, arena: Arena, fitted: FittedAls, lengths: Float64Array): Answers {
  const { length } = fitted.y;
  return productAnswers(engine, arena, {
    items: fitted.y,
    depth: length,
    numberOf: (_, k, vectors, at) => vectors[at + k],
    isScored: (item) => lengths[item] > 0,
    foldIn: foldingIn(engine, arena, fitted),
  });
}

function foldingIn(engine: Engine, arena: Arena, { y, gram, base, alpha, weigh }: FittedAls): Vectors["foldIn"] {
  const f = y.length;
  const sums = arena.float32(f * f);
  sums.set(gram);
  return async (ratings, out, step) => {
    const positive = positiveEntries(ratings);
    for (const { from, ratings: some, vectors } of gathered(y, positive)) {
      using own = engine.arena();
      const { rows, offsets, indices, values } = placeCsr(own, some);
      const weights = own.float32(rows);
      for (let row = 0; row < rows; row++) {
        const [first, last] = [offsets[row], offsets[row + 1]];
        weights[row] = weigh(last - first, sum(values.subarray(first, last)));
      }
      const losses = own.float64(rows); // which the kernel leaves as well
      const factors = out.subarray(from * f, (from + rows) * f);
      const sides = { fixed: own.place(vectors), gram: sums, factors, losses, weights };
      const part = partOf(step, from, from + rows, positive.rows);
      await alsCholesky(
        engine,
        { offsets, entries: indices, values, shift: 0, unit: 1, ...sides, f, base, alpha },
        part,
      );
    }
  };
}
