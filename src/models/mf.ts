/**
 * Explicit matrix factorisation with biases: Y. Koren, R. Bell, C. Volinsky, "Matrix factorization techniques for recommender
 * systems", IEEE Computer 42(8), 2009 (equations 4 and 5).
 *
 *   r̂_ui = μ + b_u + b_i + p_u · q_i
 *   minimise Σ_{rated u,i} (r_ui − r̂_ui)² + Σ_u λ n_u^ν (|p_u|² + b_u²) + Σ_i λ n_i^ν (|q_i|² + b_i²)
 *   μ: mean rating; n_u, n_i: ratings of u, of i               ν = 1: λ per rating, ν = 0: plain
 *
 * sgd: one step a rating, p_u ← p_u + γ (e q_i − λ n_u^(ν−1) p_u), likewise q_i, b_u, b_i (e = r − r̂), over a fixed grid of
 * blocks that share no rows within a diagonal: R. Gemulla et al., KDD 2011; Y. Zhuang et al., RecSys 2013.
 * als: p_u and b_u together by their normal equations, then q_i and b_i: Y. Zhou, D. Wilkinson, R. Schreiber, R. Pan,
 * "Large-scale parallel collaborative filtering for the Netflix Prize", AAIM 2008.
 *
 * Whoever asks is folded in by the same objective with the films fixed, in the data or not, so the factors of users are not
 * kept. With y_i = (q_i, 1):
 *
 *   (p_u, b_u) = A⁻¹ Σ_i (r_ui − μ − b_i) y_i,   A = Σ_i y_i y_iᵀ + λ n_u^ν I
 *   score(u, j) = μ + b_u + b_j + p_u · q_j, not clipped; a film that nobody rated: μ + b_u
 *   part of rating i in score j: (r_ui − μ − b_i) · (q_j, 0)ᵀ A⁻¹ y_i
 *
 * State: items float32 [items × factors] = q, itemBias float32 [items]; facts mean = μ, regularisation = λ, scaling = ν, min
 * and max of the rating scale, losses (mean squared error of the training ratings: as each was met, before its step, in
 * each epoch of sgd; after each epoch of als).
 */
import { type Static, Type } from "typebox";
import { dot, solvePositiveDefinite } from "../matrix/dense.ts";
import { partsFor } from "./mf-blocks.ts";
import { orderOf, scratchOf, strideOf, train } from "./mf-train.ts";
import type { Algorithm, Answer, Part, Profile } from "./model.ts";
import { numberOf, tensorOf } from "./state.ts";

const config = Type.Object({
  factors: Type.Integer({ default: 64, minimum: 1, maximum: 512, description: "length of the vectors" }),
  optimiser: Type.Enum(["sgd", "als"], {
    default: "sgd",
    description: "stochastic gradient descent, or alternating least squares",
  }),
  epochs: Type.Integer({
    default: 40,
    minimum: 1,
    maximum: 10000,
    description: "passes over the ratings; als needs about 10",
  }),
  rate: Type.Number({ default: 0.01, minimum: 0.000001, maximum: 1, description: "γ: length of a step of sgd" }),
  regularisation: Type.Number({
    default: 0.1,
    minimum: 0.000001,
    description: "λ: draws vectors and biases towards 0",
  }),
  scaling: Type.Number({
    default: 1,
    minimum: 0,
    maximum: 1,
    description: "ν: regularisation grows with the number of ratings to this power; 1: λ per rating, 0: plain",
  }),
});

export const mf: Algorithm<Static<typeof config>> = {
  name: "mf",
  summary: "Explicit matrix factorisation with biases: predicts ratings.",
  config,
  foldIn: "exact",

  estimate(shape, { factors, optimiser, epochs }) {
    const { users, items, ratings } = shape;
    const [stride, order, rows] = [strideOf(factors), orderOf(factors), users + items];
    const common = 4 * (stride + 2) * rows + 4 * (factors + 1) * items;
    if (optimiser === "sgd") {
      const bytes = common + 12 * ratings + 12 * partsFor(shape, factors) ** 2;
      return { bytes, operations: epochs * ratings * (8 * stride + 20) };
    }
    const bytes = common + 16 * ratings + 4 * rows + 8 * Math.max(users, items) + scratchOf(factors);
    return { bytes, operations: epochs * (2 * ratings * order * (order + 2) + (rows * order ** 3) / 3) };
  },

  async fit(data, settings, context) {
    using arena = context.engine.arena();
    const { mean, items, losses } = await train(data, settings, arena, context);
    const { factors: f, regularisation, scaling } = settings;
    const stride = strideOf(f);
    const rows = data.byItem.rows;
    const factors = new Float32Array(rows * f);
    for (let item = 0; item < rows; item++) {
      factors.set(items.factors.subarray(item * stride, item * stride + f), item * f);
    }
    return {
      algorithm: "mf",
      facts: { mean, regularisation, scaling, min: data.scale.min, max: data.scale.max, losses },
      tensors: {
        items: { shape: [rows, f], data: factors },
        itemBias: { shape: [rows], data: new Float32Array(items.bias) },
      },
    };
  },

  open(state) {
    const q = tensorOf(state, "items", Float32Array, undefined, undefined);
    const [items, f] = state.tensors.items.shape;
    const itemBias = tensorOf(state, "itemBias", Float32Array, items);
    const [mean, min, max] = [numberOf(state, "mean"), numberOf(state, "min"), numberOf(state, "max")];
    const [regularisation, scaling] = [numberOf(state, "regularisation"), numberOf(state, "scaling")];
    const norms = Float64Array.from({ length: items }, (_, item) => Math.sqrt(dot(q, item * f, q, item * f, f)));
    const n = f + 1;

    /** A of somebody's ratings, n × n, lower triangle: the bias comes last. */
    function systemOf({ items: rated }: Profile): Float64Array {
      const a = new Float64Array(n * n);
      const weight = regularisation * rated.length ** scaling;
      for (const item of rated) {
        const row = item * f;
        for (let k = 0; k < f; k++) {
          for (let l = 0; l <= k; l++) a[k * n + l] += q[row + k] * q[row + l];
          a[f * n + k] += q[row + k];
        }
      }
      a[f * n + f] = rated.length;
      for (let k = 0; k < n; k++) a[k * n + k] += weight;
      return a;
    }

    return {
      items,
      ask({ profile }): Answer {
        const { items: rated, values } = profile;
        const residuals = Float64Array.from(rated, (item, k) => values[k] - mean - itemBias[item]);
        const x = new Float64Array(n);
        for (let k = 0; k < rated.length; k++) {
          for (let l = 0; l < f; l++) x[l] += residuals[k] * q[rated[k] * f + l];
          x[f] += residuals[k];
        }
        if (rated.length > 0) solvePositiveDefinite(systemOf(profile), n, x);
        const scoreOf = (item: number) => mean + x[f] + itemBias[item] + dot(x, 0, q, item * f, f);
        return {
          score(out) {
            for (let item = 0; item < items; item++) out[item] = scoreOf(item);
          },
          predict(wanted, out) {
            for (let k = 0; k < wanted.length; k++) out[k] = Math.min(max, Math.max(min, scoreOf(wanted[k])));
          },
          explain(item) {
            const w = new Float64Array(n);
            for (let k = 0; k < f; k++) w[k] = q[item * f + k];
            if (rated.length > 0) solvePositiveDefinite(systemOf(profile), n, w);
            const ratings = Array.from(rated, (other, k): Part => {
              const value = residuals[k] * (w[f] + dot(w, 0, q, other * f, f));
              return { kind: "rating", item: other, rating: values[k], value };
            });
            const same: Part[] = [
              { kind: "global mean", value: mean },
              { kind: "user bias", value: x[f] },
              { kind: "item bias", value: itemBias[item] },
            ];
            return { parts: [...same, ...ratings] };
          },
        };
      },
      similarItems(item, out) {
        for (let other = 0; other < items; other++) {
          const length = norms[item] * norms[other];
          out[other] = other === item || length === 0 ? -Infinity : dot(q, item * f, q, other * f, f) / length;
        }
      },
      [Symbol.dispose]() {},
    };
  },
};
