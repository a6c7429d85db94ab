/**
 * SVD++: matrix factorisation in which the films that a user rated say something by being rated. Y. Koren, "Factorization meets the
 * neighborhood: a multifaceted collaborative filtering model", KDD 2008, equation 15.
 *
 *   r̂_ui = μ + b_u + b_i + q_i · (p_u + z_u),   z_u = n_u^(−½) Σ_{rated j} y_j
 *   minimise Σ_{rated u,i} (r_ui − r̂_ui)² + λ (b_u² + b_i² + |p_u|² + |q_i|² + Σ_{rated j} |y_j|²)
 *
 * One step a rating, as in the paper, users in an order that each epoch draws anew: assembly/svdpp.ts, in as many operations as without
 * y but for a half. The rate is γ δ^t in epoch t = 0, 1, … Each step begins where the one before has ended, so one thread takes them all.
 *
 * Every user is folded in, in the training data or not, with the films' parameters as they are, so that users are not kept:
 *
 *   with x = p_u + z_u and h_i = (q_i, 1):
 *   (x, b_u) = A⁻¹ (Σ_{rated i} (r_ui − μ − b_i) h_i + λ n_u (z_u, 0)),   A = Σ_{rated i} h_i h_iᵀ + λ n_u I
 *   score(u, j) = μ + b_u + b_j + q_j · x, not clipped; a film without ratings: μ + b_u
 *   part of rating i in score j: ((r_ui − μ − b_i) h_i + λ n_u n_u^(−½) (y_i, 0)) · A⁻¹ (q_j, 0)
 *
 * Ratings are on the standard scale (src/models/shared/standard-scale.ts), since λ and γ suit no other. Events are refused.
 *
 * State: items float32 [items × factors] = q, implicit float32 [items × factors] = y, itemBias float32 [items]; facts mean = μ,
 * regularisation = λ, min and max of the rating scale, losses (mean squared error in each epoch, of ratings as they were met).
 */
import type { Static } from "typebox";
import { placeCsr } from "../../compute/engine.ts";
import { mfCholeskyScratch } from "../../compute/kernels/mf.ts";
import { svdppSgd } from "../../compute/kernels/svdpp.ts";
import { addOuterProducts, dot, factorCholesky, multiplyRows, solveByFactor, sum } from "../../matrix/dense.ts";
import { random } from "../../random.ts";
import { systemOrder } from "../mf/parameters.ts";
import type { Algorithm, Answer, ExplanationPart, Profile } from "../model.ts";
import { shuffled } from "../shared/batches.ts";
import { cautionSetting } from "../shared/caution.ts";
import { cosineSimilarities, itemFactors } from "../shared/cosine.ts";
import { dislikeSetting } from "../shared/dislikes.ts";
import { meanRating } from "../shared/fallback.ts";
import { paddedLength } from "../shared/padding.ts";
import { Type } from "../shared/schema.ts";
import { scaleSetting } from "../shared/standard-scale.ts";
import { numberOf, tensorOf } from "../shared/state.ts";
import { type FittedSvdpp, priorInto, svdppAnswers } from "./answers.ts";

export const svdppSettings = Type.Object({
  factors: Type.Integer({
    default: 64,
    minimum: 1,
    maximum: 512,
    tune: "8~100",
    description: "number of factors: the length of each vector",
  }),
  epochs: Type.Integer({
    default: 40,
    minimum: 1,
    maximum: 10000,
    tune: "10~100",
    description: "passes over the ratings",
  }),
  rate: Type.Number({
    default: 0.02,
    minimum: 0.000001,
    maximum: 1,
    tune: "0.002~0.05",
    description: "γ: learning rate of the first epoch",
  }),
  decay: Type.Number({
    default: 0.95,
    minimum: 0.01,
    maximum: 1,
    description: "δ: what the learning rate is multiplied by from one epoch to the next",
  }),
  regularisation: Type.Number({
    default: 0.1,
    minimum: 0.000001,
    maximum: 1,
    tune: "0.005~0.2",
    description: "λ: regularisation of each rating's step, which draws vectors and biases towards 0",
  }),
  dislike: dislikeSetting,
  caution: cautionSetting,
  scale: scaleSetting,
});
type SvdppSettings = Static<typeof svdppSettings>;

/** Standard deviation of q and p at the start; y and the biases begin at 0. */
const spread = 0.1;
/** Numbers below this become 0 between epochs: products with numbers near 1e-38 take a hundred times as long. */
const negligible = 1e-20;
/** Ratings whose steps are taken before other work may run. */
const ratingsAtATime = 2 ** 16;

export const svdppAlgorithm: Algorithm<SvdppSettings> = {
  name: "svdpp",
  summary: "SVD++: matrix factorisation with implicit feedback, by SGD; predicts ratings.",
  settings: svdppSettings,
  learnsFrom: "ratings",
  foldIn: "exact",
  ratingsOnly: true,
  learnsInEpochs: {
    loss: "mean squared error of the training ratings during the epoch, each before its step, in stars",
  },

  estimate({ users, items, ratings }, { factors, epochs }) {
    const stride = paddedLength(factors);
    const rows = 4 * (stride + 3) * users + 4 * (2 * stride + 1) * items;
    return {
      bytes: rows + 8 * factors * items + 8 * ratings + mfCholeskyScratch(systemOrder(factors)),
      operations: epochs * ratings * (12 * stride + 20),
    };
  },

  async fit({ byUser, scale }, settings, { engine, seed, step, onEpoch }) {
    const { factors: f, epochs, rate, decay, regularisation } = settings;
    using arena = engine.arena();
    const { normal, ...generator } = random(seed);
    const stride = paddedLength(f);
    const ratings = placeCsr(arena, byUser);
    const { rows, columns, offsets } = ratings;
    const mean = Math.fround(meanRating(byUser.values));
    const rated = new Uint8Array(columns);
    for (const item of byUser.indices) rated[item] = 1;
    const vectors = (count: number, moves: (row: number) => boolean) => {
      const numbers = arena.float32(count * stride);
      for (let row = 0; row < count; row++) {
        // a row without ratings stays 0: nothing would ever move it
        for (let k = 0; moves(row) && k < f; k++) numbers[row * stride + k] = spread * normal();
      }
      return numbers;
    };
    const items = vectors(columns, (item) => rated[item] === 1);
    const users = vectors(rows, (user) => offsets[user + 1] > offsets[user]);
    const implicit = arena.float32(columns * stride);
    const [userBias, itemBias] = [arena.float32(rows), arena.float32(columns)];
    const order = arena.int32(rows);
    const errors = arena.float64(rows);
    const sides = { users, items, implicit, userBias, itemBias, losses: errors };
    const losses: number[] = [];

    for (let epoch = 0; epoch < epochs; epoch++) {
      order.set(shuffled(rows, { normal, ...generator }));
      const how = { f: stride, mean, rate: rate * decay ** epoch, regularisation };
      for (let from = 0; from < rows; ) {
        let [to, count] = [from, 0];
        for (; to < rows && count < ratingsAtATime; to++) count += offsets[order[to] + 1] - offsets[order[to]];
        await svdppSgd(engine, { ...ratings, order, ...sides, ...how }, from, to);
        from = to;
        await step(epoch + from / rows, epochs);
      }
      for (const numbers of [users, items, implicit]) {
        for (let n = 0; n < numbers.length; n++) if (Math.abs(numbers[n]) < negligible) numbers[n] = 0;
      }
      losses.push(sum(errors) / byUser.values.length);
      onEpoch?.({ epoch: epoch + 1, epochs, loss: losses[epoch] });
    }

    const unpadded = (numbers: Float32Array) => {
      const own = new Float32Array(columns * f);
      for (let item = 0; item < columns; item++) own.set(numbers.subarray(item * stride, item * stride + f), item * f);
      return { shape: [columns, f], data: own };
    };
    const { min, max } = scale;
    return {
      algorithm: "svdpp",
      facts: { mean, regularisation, min, max, losses },
      tensors: {
        items: unpadded(items),
        implicit: unpadded(implicit),
        itemBias: { shape: [columns], data: new Float32Array(itemBias) },
      },
    };
  },

  open(state) {
    const q = tensorOf(state, "items", Float32Array, undefined, undefined);
    const [items, f] = state.tensors.items.shape;
    const fitted: FittedSvdpp = {
      q,
      y: tensorOf(state, "implicit", Float32Array, items, f),
      itemBias: tensorOf(state, "itemBias", Float32Array, items),
      f,
      mean: numberOf(state, "mean"),
      regularisation: numberOf(state, "regularisation"),
      min: numberOf(state, "min"),
      max: numberOf(state, "max"),
    };
    const { y, itemBias, mean, regularisation, min, max } = fitted;
    const factors = itemFactors(q, f);
    const n = f + 1;

    /** The Cholesky factor of A, what is left of the ratings, and (x, b_u). */
    function foldIn({ items: rated, values }: Profile) {
      const factor = new Float64Array(n * n);
      const weight = regularisation * rated.length;
      const left = Float64Array.from(rated, (item, k) => values[k] - mean - itemBias[item]);
      const x = new Float64Array(n);
      if (rated.length === 0) return { factor, left, x };
      priorInto(fitted, rated, x);
      for (let k = 0; k < f; k++) x[k] *= weight;
      addOuterProducts(factor, n, { y: q, f, rows: rated, weights: new Float64Array(rated.length).fill(1) });
      for (const [place, item] of rated.entries()) {
        for (let k = 0; k < f; k++) {
          x[k] += left[place] * q[item * f + k];
          factor[f * n + k] += q[item * f + k];
        }
        x[f] += left[place];
      }
      factor[f * n + f] = rated.length;
      for (let k = 0; k < n; k++) factor[k * n + k] += weight;
      factorCholesky(factor, n);
      solveByFactor(factor, n, x);
      return { factor, left, x };
    }

    return {
      items,
      ask({ profile }): Answer {
        const { items: rated, values } = profile;
        let folded: ReturnType<typeof foldIn> | undefined;
        const user = () => (folded ??= foldIn(profile));
        return {
          score(out) {
            const { x } = user();
            const products = new Float64Array(items);
            multiplyRows({ y: q, f }, x, products);
            for (let item = 0; item < items; item++) out[item] = mean + x[f] + itemBias[item] + products[item];
          },
          predict(wanted, out) {
            const { x } = user();
            for (const [place, item] of wanted.entries()) {
              const score = mean + x[f] + itemBias[item] + dot(x, 0, q, item * f, f);
              out[place] = Math.min(max, Math.max(min, score));
            }
          },
          explain(item) {
            const { factor, left, x } = user();
            const along = new Float64Array(n);
            for (let k = 0; k < f; k++) along[k] = q[item * f + k];
            if (rated.length > 0) solveByFactor(factor, n, along);
            const scale = regularisation * Math.sqrt(rated.length);
            const ratings = Array.from(rated, (other, place): ExplanationPart => {
              const ofRating = left[place] * (dot(along, 0, q, other * f, f) + along[f]);
              const value = ofRating + scale * dot(along, 0, y, other * f, f);
              return { kind: "rating", item: other, rating: values[place], value };
            });
            return {
              parts: [
                { kind: "global mean", value: mean },
                { kind: "user bias", value: x[f] },
                { kind: "item bias", value: itemBias[item] },
                ...ratings,
              ],
            };
          },
        };
      },
      askAll: (engine, arena) => svdppAnswers(engine, arena, fitted),
      similarItems: (item, out, among) => cosineSimilarities(factors, item, out, among),
      [Symbol.dispose]() {},
    };
  },
};
