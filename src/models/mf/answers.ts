/** Answers of `mf` to many queries: users folded in by blocks of the engine, scores by products; mf.ts has the formulas. */
import { type Arena, type Engine, placeCsr } from "../../compute/engine.ts";
import { mfCholesky } from "../../compute/kernels/mf.ts";
import { denseScores } from "../../compute/kernels/scores.ts";
import { dot } from "../../matrix/dense.ts";
import type { Answers, Profile, Queries } from "../model.ts";
import { densePanels, leaveOut, partOf, predictionsOf, rowOf } from "../shared/answers.ts";
import { ruleIndex } from "../shared/fallback.ts";
import { paddedLength } from "../shared/padding.ts";
import { profileOf } from "../shared/profiles.ts";
import { systemOrder } from "./parameters.ts";

/** A fitted model, by the names of mf.ts. */
export interface FittedMf {
  /** float32 [items × f] and [items] */
  readonly q: Float32Array;
  readonly itemBias: Float32Array;
  /** float64 [items]: |q_i| */
  readonly norms: Float64Array;
  readonly f: number;
  readonly mean: number;
  readonly min: number;
  readonly max: number;
  /** 1 where ratings are about the mean, else 0. */
  readonly centred: number;
  /** 1 with biases, else 0. */
  readonly one: number;
  /** What regularises a user with so many ratings. */
  weightOf(ratings: number): number;
  /** b_u of a user where it is found before p_u, else 0. */
  biasBefore(profile: Profile): number;
  /** (p_u, b_u) of one user, in double precision: float64 [f + 1]. */
  foldIn(profile: Profile): Float64Array;
  /** Whether an item has a score. */
  scored(item: number): boolean;
}

/** Where λ is a smaller share of the trace of A than this, single precision cannot solve for the user. */
const solvable = 1e-6;

/** Predicts by scores: within the rating scale, or the mean of all ratings for want of a score. Arguments as of `Answer.predict`. */
export function fillPredictions(
  { mean, min, max }: Pick<FittedMf, "mean" | "min" | "max">,
  scoreOf: (item: number) => number,
  wanted: Int32Array,
  out: Float32Array,
  rules?: Uint8Array,
): void {
  for (let n = 0; n < wanted.length; n++) {
    const score = scoreOf(wanted[n]);
    out[n] = score === -Infinity ? mean : Math.min(max, Math.max(min, score));
    if (rules && score === -Infinity) rules[n] = ruleIndex("global mean");
  }
}

export function mfAnswers(engine: Engine, arena: Arena, fitted: FittedMf): Answers {
  const { q, norms, itemBias, f, mean, centred, one, weightOf, biasBefore, scored } = fitted;
  const [items, stride, depth] = [itemBias.length, paddedLength(f), f + 2];
  const centre = centred * mean;
  const fixed = arena.float32(items * stride);
  for (let item = 0; item < items; item++) fixed.set(rowOf(q, item, f), item * stride);
  const fixedBias = arena.place(itemBias);
  let panels: Float32Array | undefined;
  const unscored = Int32Array.from(itemBias.keys()).filter((item) => !scored(item));

  /** float32 [rows × stride] and [rows] */
  async function foldIn({ profiles }: Queries, own: Arena, step: Parameters<typeof mfCholesky>[2]) {
    const { rows, offsets, indices, values } = placeCsr(own, profiles);
    const [factors, bias, weights] = [own.float32(rows * stride), own.float32(rows), own.float32(rows)];
    const before = Float64Array.from({ length: rows }, (_, row) => biasBefore(profileOf(profiles, row)));
    for (let row = 0; row < rows; row++) {
      weights[row] = weightOf(offsets[row + 1] - offsets[row]);
      for (let n = offsets[row]; n < offsets[row + 1]; n++) values[n] -= before[row];
    }
    const ratings = { offsets, indices, values };
    const sides = { fixed, fixedBias, factors, bias, weights, losses: own.float64(rows) };
    const system = { f: stride, n: systemOrder(f), mean: centre, one };
    await mfCholesky(engine, { ...ratings, ...sides, ...system }, step);
    for (let row = 0; row < rows; row++) {
      const profile = profileOf(profiles, row);
      bias[row] += before[row];
      const trace = profile.items.reduce((total, item) => total + one + norms[item] ** 2, 0);
      if (weights[row] >= solvable * trace) continue;
      const x = fitted.foldIn(profile);
      factors.fill(0, row * stride, (row + 1) * stride);
      factors.set(x.subarray(0, f), row * stride);
      bias[row] = x[f];
    }
    const isKnown = (row: number) => centred === 1 || bias[row] !== 0 || rowOf(factors, row, stride).some(Boolean);
    return { rows, factors, bias, isKnown };
  }

  return {
    async score(queries, out, step) {
      using own = engine.arena();
      const total = queries.users.length;
      const { rows, factors, bias, isKnown } = await foldIn(queries, own, partOf(step, 0, total / 2, total));
      panels ??= densePanels(arena, items, depth, (item, k) => {
        return k < f ? q[item * f + k] : k === f ? itemBias[item] : 1;
      });
      const left = own.float32(rows * depth);
      for (let row = 0; row < rows; row++) {
        left.set(factors.subarray(row * stride, row * stride + f), row * depth);
        left[row * depth + f] = 1;
        left[row * depth + f + 1] = centre + bias[row];
      }
      const part = partOf(step, total / 2, total, total);
      await denseScores(engine, { rows, left, panels, out, depth, columns: items }, part);
      leaveOut(out, items, unscored);
      for (let row = 0; row < rows; row++) if (!isKnown(row)) rowOf(out, row, items).fill(-Infinity);
    },

    async predict(queries, wanted, out, step) {
      using own = engine.arena();
      const { rows, factors, bias, isKnown } = await foldIn(queries, own, step);
      for (let row = 0; row < rows; row++) {
        const { items: wantedItems, ratings, rules } = predictionsOf(wanted, out, row);
        const known = isKnown(row);
        const scoreOf = (item: number) => {
          if (!known || !scored(item)) return -Infinity;
          return centre + bias[row] + itemBias[item] + dot(factors, row * stride, q, item * f, f);
        };
        fillPredictions(fitted, scoreOf, wantedItems, ratings, rules);
      }
    },
  };
}
