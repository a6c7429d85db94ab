/**
 * Bayesian matrix factorisation with implicit feedback on both sides, by Gibbs sampling: R. Salakhutdinov, A. Mnih, "Bayesian
 * probabilistic matrix factorization using Markov chain Monte Carlo", ICML 2008, with the features of users and films as in
 * S. Rendle, L. Zhang, Y. Koren, "On the difficulty of evaluating baselines", 2019 (SVD++ on both sides), and their weights drawn as in
 * J. Simm et al., "Macau: scalable Bayesian multi-relational factorization with side information using MCMC", 2015. In the terms of
 * S. Rendle, "Factorization machines with libFM", ACM TIST 3(3), 2012, it is the factorisation machine of ids and sets of ids, without
 * products within a side.
 *
 *   r_ui ~ N(c + b_u + b_i + p_u · q_i, 1 / α)                             c: the mean rating
 *   (p_u, b_u) ~ N(μ + n_u^(−½) Σ_{rated i} w_i, Λ⁻¹),   w_i ~ N(0, (λ Λ)⁻¹)          users; films likewise, by their users
 *   μ, Λ: normal-Wishart about 0 and I;   α, λ: gamma
 *
 * A sample samples, in turn, for users and then for films: Λ and μ, the weights w, λ, and all vectors of the side at once, each by its
 * normal equations; and then α (chain.ts). After the burn-in, the films' side of some samples is kept, evenly spaced, in coordinates in
 * which users' vectors have deviations of 1: with Λ = RᵀR, y_i = √α R⁻ᵀ (q_i, 1), and w_i and μ multiplied by R.
 *
 * Every user, in the training data or not, has for each kept sample the mean of their vector given the films', so that users are not
 * kept, and those of training are answered as new ones are. σ = 1 / √α:
 *
 *   A = I + Σ_{rated i} y_i y_iᵀ,   m = μ + n_u^(−½) Σ_{rated i} w_i
 *   x = A⁻¹ (m + Σ_{rated i} t_i y_i),   t_i = (r_ui − c − b_i) / σ
 *   score(u, j) = c + mean over the samples of b_j + σ x · y_j, not clipped
 *   deviation of a rating of j: root of the mean over the samples of σ² (1 + y_j · A⁻¹ y_j), and the variance of their scores
 *   part of rating i in score j: mean over the samples of σ (t_i y_i + n_u^(−½) w_i) · A⁻¹ y_j
 *
 * With dates, a user's ratings drift: a process g of each user's times (src/models/shared/drift.ts), κ and ℓ of every sample found from the ratings
 * (drift-chain.ts). The ratings have σ g_u(t_ui) besides, and with C = I + K, K the covariances of g at a user's times, Y the y_i, and the weights
 * h = C⁻¹ k of the ratings for a time of asking, k being the covariances with it,
 *
 *   A = I + Yᵀ C⁻¹ Y,   x = A⁻¹ (m + Yᵀ C⁻¹ t),   score(u, j) = … + σ (x · y_j + h · (t − Y x))
 *   deviations and parts: as above with y_j − Yᵀh in place of y_j, and for Y the rows of C⁻¹ Y; t_i h_i besides; κ − h · k besides
 *
 * With features, a film's prior mean has Σ_f c_if w_f besides, over its content f (src/models/shared/features.ts), with a λ of its own.
 * A film without ratings has the mean of its prior.
 *
 * Ratings are on the standard scale (src/models/shared/standard-scale.ts), since the priors suit no other, and scores, explanations
 * and predictions come back to that of the data. Events are refused.
 *
 * State, with m = factors + 1 numbers in a vector: items float32 [kept × items × m] = y, itemBias float32 [kept × items], centres
 * float32 [kept × m] = R μ, noise float32 [kept] = σ; where users have implicit features, implicit float32 [kept × items × m] = R w;
 * where ratings drift, drift float32 [kept × 2] = κ and ℓ in seconds; facts mean = c, implicit and dates: the settings, min and max of the rating scale.
 */

import { MatineeError } from "../../errors.ts";
import { dot, solveByFactor } from "../../matrix/dense.ts";
import { present } from "../../present.ts";
import type { Algorithm, Answer, Explanation, ExplanationPart, Profile, State } from "../model.ts";
import type { Drift } from "../shared/drift.ts";
import { projectionBytes } from "../shared/features.ts";
import { choiceOf, numberOf, stateError, tensorOf } from "../shared/state.ts";
import { bayesianMfAnswers } from "./answers.ts";
import { drawSamples, keptOf } from "./chain.ts";
import { driftBytes } from "./drift-chain.ts";
import {
  alongRatings,
  atTime,
  deviationsOf,
  type FittedBayesianMf,
  type FoldedSample,
  foldInAll,
  scoresOf,
  type TimeOfAsking,
  vectorAt,
} from "./fold-in.ts";
import { type BayesianMfSettings, bayesianMfSettings, implicitSides } from "./settings.ts";
import { featureBytes, implicitScale, sideBytes, vectorLength } from "./side.ts";
import { similarityOverSamples } from "./similar.ts";

/** Of the noise of a sample, in stars: ratings that fit without any leave some, as its prior says. */
const leastNoise = 1e-6;

export const bayesianMfAlgorithm: Algorithm<BayesianMfSettings> = {
  name: "bayesian-mf",
  summary: "Bayesian matrix factorisation with implicit feedback, by samples; predicts ratings.",
  settings: bayesianMfSettings,
  learnsFrom: "ratings",
  foldIn: "exact",
  ratingsOnly: true,

  estimate({ users, items, ratings }, settings) {
    const { factors, samples, burnIn, features: kind, dates } = settings;
    const { m, n } = vectorLength(factors);
    const sides = implicitSides(settings);
    const features = (sides.length * (featureBytes(users, items, n) + featureBytes(items, users, n))) / 2;
    const content = projectionBytes({ items }, kind, n);
    const state = 4 * keptOf(settings) * (items * (m * (sides.includes("users") ? 2 : 1) + 1) + m + 1);
    const perSample =
      2 * ratings * n * (n + 4) + 4 * sides.length * ratings * 2 * n + (users + items) * (n ** 3 / 3 + 8 * n * n);
    return {
      bytes:
        sideBytes(users, n) +
        sideBytes(items, n) +
        features +
        content +
        (16 + (dates ? driftBytes : 0)) * ratings +
        state,
      operations: (samples + burnIn) * perSample,
    };
  },

  async fit(data, settings, context) {
    using arena = context.engine.arena();
    if (settings.dates && !data.byUser.times) {
      throw new MatineeError(
        "CONFIG_INVALID",
        `bayesian-mf: dates=true, and the ratings of ${data.name} have no times`,
        {
          fix: "leave dates out, or name the column of times",
        },
      );
    }
    const { mean, items, itemBias, implicit, centres, noise, drift } = await drawSamples(
      data,
      settings,
      arena,
      context,
    );
    const { min, max } = data.scale;
    const { m } = vectorLength(settings.factors);
    const [kept, count] = [noise.length, data.byItem.rows];
    const vectors = (numbers: Float32Array) => ({ shape: [kept, count, m], data: numbers });
    return {
      algorithm: "bayesian-mf",
      facts: { mean, implicit: settings.implicit, ...(settings.dates && { dates: true }), min, max },
      tensors: {
        items: vectors(items),
        itemBias: { shape: [kept, count], data: itemBias },
        centres: { shape: [kept, m], data: centres },
        noise: { shape: [kept], data: noise },
        ...(implicit && { implicit: vectors(implicit) }),
        ...(drift && { drift: { shape: [kept, 2], data: drift } }),
      },
    };
  },

  open(state) {
    const fitted = readState(state);
    const { items, m, kept, mean, min, max, y, w, noise, centres, meanBias } = fitted;

    function predictByScores(scores: Float64Array, out: Float32Array): void {
      for (let n = 0; n < out.length; n++) out[n] = Math.min(max, Math.max(min, scores[n]));
    }

    /** What each sample's ratings say of a film: σ (t_i z_i + n_u^(−½) w_i) · A⁻¹ y_j for the rating of film i. */
    function explain(
      { items: rated, values }: Profile,
      samples: readonly FoldedSample[],
      times: readonly (TimeOfAsking | undefined)[],
      item: number,
    ): Explanation {
      const parts = new Float64Array(rated.length);
      let ofUser = 0;
      const scale = implicitScale(rated.length);
      for (const [sample, folded] of samples.entries()) {
        const at = times[sample];
        const along = vectorAt(y[sample].subarray(item * m, (item + 1) * m), at);
        solveByFactor(folded.factor, m, along);
        const share = noise[sample] / kept;
        for (let k = 0; k < m; k++) ofUser += share * centres[sample * m + k] * along[k];
        const moved = alongRatings(folded, along);
        for (const [n, other] of rated.entries()) {
          const byBeingThere = w ? scale * dot(along, 0, w[sample], other * m, m) : 0;
          parts[n] += share * (folded.targets[n] * (moved[n] + (at ? at.weights[n] : 0)) + byBeingThere);
        }
      }
      const ratings = Array.from(rated, (other, n): ExplanationPart => {
        return { kind: "rating", item: other, rating: values[n], value: parts[n] };
      });
      return {
        parts: [
          { kind: "global mean", value: mean },
          { kind: "user bias", value: ofUser },
          { kind: "item bias", value: meanBias[item] },
          ...ratings,
        ],
      };
    }

    return {
      items,
      ask({ profile, time }): Answer {
        let folded: readonly FoldedSample[] | undefined;
        let asked: readonly (TimeOfAsking | undefined)[] | undefined;
        const samples = () => (folded ??= foldInAll(fitted, profile));
        const times = () => (asked ??= samples().map((sample, n) => atTime(fitted, n, profile.items, sample, time)));
        return {
          score(out) {
            out.set(scoresOf(fitted, samples(), times()));
          },
          predict(wanted, out) {
            predictByScores(scoresOf(fitted, samples(), times(), wanted), out);
          },
          deviate(wanted, out) {
            out.set(deviationsOf(fitted, samples(), times(), wanted));
          },
          explain: (item) => explain(profile, samples(), times(), item),
        };
      },
      askAll: (engine, arena) => bayesianMfAnswers(engine, arena, fitted),
      similarItems: similarityOverSamples(fitted),
      [Symbol.dispose]() {},
    };
  },
};

/** @throws ARTIFACT_CONTENT */
function readState(state: State): FittedBayesianMf {
  const noise = tensorOf(state, "noise", Float32Array, undefined);
  const kept = noise.length;
  if (kept === 0) throw stateError(state, "it has no samples");
  const bad = noise.find((deviation) => !(deviation >= leastNoise));
  if (bad !== undefined) throw stateError(state, `tensor noise holds ${bad}`);
  const centres = tensorOf(state, "centres", Float32Array, kept, undefined);
  const m = centres.length / kept;
  const itemBias = tensorOf(state, "itemBias", Float32Array, kept, undefined);
  const items = itemBias.length / kept;
  const bySample = (numbers: Float32Array) =>
    Array.from({ length: kept }, (_, sample) => numbers.subarray(sample * items * m, (sample + 1) * items * m));
  const implicit = choiceOf(state, "implicit", ["both", "users", "items", "none"]);
  const w = implicitSides({ implicit }).includes("users")
    ? tensorOf(state, "implicit", Float32Array, kept, items, m)
    : undefined;
  const drift = state.facts.dates === true ? readDrift(state, kept) : undefined;
  const meanBias = new Float64Array(items);
  for (let sample = 0; sample < kept; sample++) {
    for (let item = 0; item < items; item++) meanBias[item] += itemBias[sample * items + item] / kept;
  }
  return {
    m,
    items,
    kept,
    mean: numberOf(state, "mean"),
    min: numberOf(state, "min"),
    max: numberOf(state, "max"),
    y: bySample(tensorOf(state, "items", Float32Array, kept, items, m)),
    ...present({ w: w && bySample(w), drift }),
    itemBias,
    centres,
    noise,
    meanBias,
  };
}

/** @throws ARTIFACT_CONTENT */
function readDrift(state: State, kept: number): readonly Drift[] {
  const numbers = tensorOf(state, "drift", Float32Array, kept, 2);
  const bad = numbers.find((number) => !(number > 0));
  if (bad !== undefined) throw stateError(state, `tensor drift holds ${bad}`);
  return Array.from({ length: kept }, (_, n) => ({ variance: numbers[2 * n], seconds: numbers[2 * n + 1] }));
}
