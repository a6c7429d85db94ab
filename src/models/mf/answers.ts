/** Answers of `mf` to many queries: users folded in by blocks of the engine, scores by products; mf.ts has the formulas. */
import { type Arena, type Engine, placeCsr, type Step } from "../../compute/engine.ts";
import { mfCholesky } from "../../compute/kernels/mf.ts";
import type { Csr } from "../../matrix/csr.ts";
import { dot } from "../../matrix/dense.ts";
import type { Answers, Profile } from "../model.ts";
import { partOf, predictionsOf, productAnswers, rowOf } from "../shared/answers.ts";
import { ruleIndex } from "../shared/fallback.ts";
import { paddedLength } from "../shared/padding.ts";
import { profileOf } from "../shared/profiles.ts";
import { gathered, type VectorRows } from "../shared/vector-rows.ts";
import { systemOrder } from "./parameters.ts";

/** A fitted model, by the names of mf.ts. */
export interface FittedMf {
  readonly q: VectorRows;
  /** float32 [items] */
  readonly itemBias: Float32Array;
  /** float64 [items]: |q_i| */
  readonly norms: Float64Array;
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

/** What scores have of a user. */
export interface MfUser {
  /** p_u, from `at` on. */
  readonly vector: Float32Array | Float64Array;
  readonly at: number;
  /** c + b_u */
  readonly constant: number;
}

/** Items whose vectors are in memory at a time. */
const predictedAtOnce = 4096;

/**
 * Predicts by scores: within the rating scale, or the mean of all ratings for want of a score. Arguments as of `Answer.predict`.
 * @param user undefined of one of whom nothing is known
 */
export function fillPredictions(
  { q, itemBias, mean, min, max, scored }: Pick<FittedMf, "q" | "itemBias" | "mean" | "min" | "max" | "scored">,
  user: MfUser | undefined,
  wanted: Int32Array,
  out: Float32Array,
  rules?: Uint8Array,
): void {
  for (let from = 0; from < wanted.length; from += predictedAtOnce) {
    const items = wanted.subarray(from, from + predictedAtOnce);
    const vectors = user && q.some(items);
    for (let n = 0; n < items.length; n++) {
      if (vectors && scored(items[n])) {
        const score = user.constant + itemBias[items[n]] + dot(user.vector, user.at, vectors, n * q.length, q.length);
        out[from + n] = Math.min(max, Math.max(min, score));
      } else {
        out[from + n] = mean;
        if (rules) rules[from + n] = ruleIndex("global mean");
      }
    }
  }
}

export function mfAnswers(engine: Engine, arena: Arena, fitted: FittedMf): Answers {
  const { q, norms, itemBias, mean, centred, one, weightOf, biasBefore, scored } = fitted;
  const f = q.length;
  const [stride, depth] = [paddedLength(f), f + 2];
  const centre = centred * mean;
  const fixedOfAll = q.all && padded(arena, q.all);
  const biasOfAll = q.all && arena.place(itemBias);

  /** float32 [rows × stride] */
  function padded(own: Arena, vectors: Float32Array): Float32Array {
    const rows = vectors.length / f;
    const out = own.float32(rows * stride);
    for (let row = 0; row < rows; row++) out.set(rowOf(vectors, row, f), row * stride);
    return out;
  }

  /** p_u, float32 [rows × stride], and b_u, float32 [rows] */
  async function foldIn(profiles: Csr, own: Arena, step?: Step) {
    const { rows } = profiles;
    const [factors, bias] = [own.float32(rows * stride), own.float32(rows)];
    for (const { from, ratings, vectors, items } of gathered(q, profiles)) {
      using some = engine.arena();
      const to = from + ratings.rows;
      const { offsets, indices } = placeCsr(some, ratings);
      const [weights, losses] = [some.float32(ratings.rows), some.float64(ratings.rows)];
      const values = some.float32(indices.length);
      const before = Float64Array.from(weights, (_, row) => biasBefore(profileOf(profiles, from + row)));
      for (let row = 0; row < ratings.rows; row++) {
        weights[row] = weightOf(offsets[row + 1] - offsets[row]);
        for (let n = offsets[row]; n < offsets[row + 1]; n++) values[n] = ratings.values[n] - before[row];
      }
      const fixed = fixedOfAll ?? padded(some, vectors);
      const fixedBias = biasOfAll ?? some.place(Float32Array.from(items!, (item) => itemBias[item]));
      const sides = {
        fixed,
        fixedBias,
        factors: factors.subarray(from * stride, to * stride),
        bias: bias.subarray(from, to),
      };
      const system = { f: stride, n: systemOrder(f), mean: centre, one };
      await mfCholesky(
        engine,
        { offsets, indices, values, ...sides, weights, losses, ...system },
        partOf(step, from, to, rows),
      );
      for (let row = from; row < to; row++) {
        const profile = profileOf(profiles, row);
        bias[row] += before[row - from];
        const trace = profile.items.reduce((total, item) => total + one + norms[item] ** 2, 0);
        if (weights[row - from] >= solvable * trace) continue;
        const x = fitted.foldIn(profile);
        factors.fill(0, row * stride, (row + 1) * stride);
        factors.set(x.subarray(0, f), row * stride);
        bias[row] = x[f];
      }
    }
    const isKnown = (row: number) => centred === 1 || bias[row] !== 0 || rowOf(factors, row, stride).some(Boolean);
    return { factors, bias, isKnown };
  }

  return {
    ...productAnswers(engine, arena, {
      items: q,
      depth,
      numberOf: (item, k, vectors, at) => (k < f ? vectors[at + k] : k === f ? itemBias[item] : 1),
      isScored: scored,
      async foldIn(profiles, out, step) {
        using own = engine.arena();
        const { factors, bias, isKnown } = await foldIn(profiles, own, step);
        for (let row = 0; row < profiles.rows; row++) {
          if (!isKnown(row)) continue;
          out.set(factors.subarray(row * stride, row * stride + f), row * depth);
          out[row * depth + f] = 1;
          out[row * depth + f + 1] = centre + bias[row];
        }
      },
    }),

    async predict({ profiles }, wanted, out, step) {
      using own = engine.arena();
      const { factors, bias, isKnown } = await foldIn(profiles, own, step);
      for (let row = 0; row < profiles.rows; row++) {
        const { items, ratings, rules } = predictionsOf(wanted, out, row);
        const user = { vector: factors, at: row * stride, constant: centre + bias[row] };
        fillPredictions(fitted, isKnown(row) ? user : undefined, items, ratings, rules);
      }
    },
  };
}
