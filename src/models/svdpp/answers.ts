/** Answers of `svdpp` to many queries: users folded in by blocks of the engine, scores by products; svdpp.ts has the formulas. */
import { type Arena, type Engine, placeCsr, type Step } from "../../compute/engine.ts";
import { mfCholesky } from "../../compute/kernels/mf.ts";
import { denseScores } from "../../compute/kernels/scores.ts";
import { dot } from "../../matrix/dense.ts";
import { systemOrder } from "../mf/parameters.ts";
import type { Answers, Queries } from "../model.ts";
import { densePanels, partOf, predictionsOf, rowOf } from "../shared/answers.ts";
import { paddedLength } from "../shared/padding.ts";

/** A fitted model, by the names of svdpp.ts. */
export interface FittedSvdpp {
  /** float32 [items × f] */
  readonly q: Float32Array;
  readonly y: Float32Array;
  /** float32 [items] */
  readonly itemBias: Float32Array;
  readonly f: number;
  readonly mean: number;
  readonly regularisation: number;
  readonly min: number;
  readonly max: number;
}

/** Writes z_u, of a user who rated these films, into the first f numbers. */
export function priorInto(
  { y, f }: Pick<FittedSvdpp, "y" | "f">,
  rated: Int32Array,
  out: Float32Array | Float64Array,
): void {
  const scale = 1 / Math.sqrt(rated.length);
  for (let k = 0; k < f; k++) {
    let sum = 0;
    for (let n = 0; n < rated.length; n++) sum += y[rated[n] * f + k];
    out[k] = rated.length === 0 ? 0 : scale * sum;
  }
}

export function svdppAnswers(engine: Engine, arena: Arena, fitted: FittedSvdpp): Answers {
  const { q, itemBias, f, mean, regularisation, min, max } = fitted;
  const [items, stride, n, depth] = [itemBias.length, paddedLength(f), systemOrder(f), f + 2];
  const fixed = arena.float32(items * stride);
  for (let item = 0; item < items; item++) fixed.set(rowOf(q, item, f), item * stride);
  const fixedBias = arena.place(itemBias);
  let panels: Float32Array | undefined;

  /** float32 [rows × stride] and [rows] */
  async function foldIn({ profiles }: Queries, own: Arena, step?: Step) {
    const ratings = placeCsr(own, profiles);
    const { rows, offsets, indices } = ratings;
    const [factors, bias, weights] = [own.float32(rows * stride), own.float32(rows), own.float32(rows)];
    const priors = own.float32(rows * n);
    for (let row = 0; row < rows; row++) {
      weights[row] = regularisation * (offsets[row + 1] - offsets[row]);
      priorInto(fitted, indices.subarray(offsets[row], offsets[row + 1]), rowOf(priors, row, n));
    }
    const sides = { fixed, fixedBias, factors, bias, weights, priors, losses: own.float64(rows) };
    await mfCholesky(engine, { ...ratings, ...sides, f: stride, n, mean, one: 1 }, step);
    return { rows, factors, bias };
  }

  return {
    async score(queries, out, step) {
      using own = engine.arena();
      const total = queries.users.length;
      const { rows, factors, bias } = await foldIn(queries, own, partOf(step, 0, total / 2, total));
      panels ??= densePanels(arena, items, depth, (item, k) => {
        return k < f ? q[item * f + k] : k === f ? itemBias[item] : 1;
      });
      const left = own.float32(rows * depth);
      for (let row = 0; row < rows; row++) {
        left.set(factors.subarray(row * stride, row * stride + f), row * depth);
        left[row * depth + f] = 1;
        left[row * depth + f + 1] = mean + bias[row];
      }
      const part = partOf(step, total / 2, total, total);
      await denseScores(engine, { rows, left, panels, out, depth, columns: items }, part);
    },

    async predict(queries, wanted, out, step) {
      using own = engine.arena();
      const { rows, factors, bias } = await foldIn(queries, own, step);
      for (let row = 0; row < rows; row++) {
        const { items: films, ratings } = predictionsOf(wanted, out, row);
        for (const [place, item] of films.entries()) {
          const score = mean + bias[row] + itemBias[item] + dot(factors, row * stride, q, item * f, f);
          ratings[place] = Math.min(max, Math.max(min, score));
        }
      }
    },
  };
}
