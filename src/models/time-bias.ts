/**
 * Means of films and users, and the drift of users' ratings with time: what is left of Y. Koren, "Collaborative filtering with temporal dynamics",
 * KDD 2009, section 4, where a user's time is one process in place of a line and a parameter for each day. In units of the noise:
 *
 *   r_ui ~ μ + b_i + b_u + g_u(t_ui) + noise       b_u ~ N(0, 1 / λ_u);   g: src/models/shared/drift.ts, with the covariances K
 *   b_u = 1ᵀ C⁻¹ e / (λ_u + 1ᵀ C⁻¹ 1),   C = I + K,   e_i = r_ui − μ − b_i
 *   b_i = Σ_{u ∈ R(i)} (r_ui − μ − b_u − g_u(t_ui)) / (λ_i + |R(i)|)
 *   score(u, j) = μ + b_j + b_u + g_u(time of asking)
 *
 * b_i and the users' terms are found in turns. A user's terms are the posterior means, of new users as of those of training. Ratings without
 * times are each of a time of their own.
 *
 * Ratings are on the standard scale (src/models/shared/standard-scale.ts), and predictions come back to that of the data. Events are refused.
 *
 * State: itemBias float64 [items]; facts mean = μ, userDamping = λ_u, drift = κ, minutes = ℓ / 60, min and max of the rating scale.
 */
import type { Static } from "typebox";
import { dot, sum } from "../matrix/dense.ts";
import type { Algorithm, Answer, Profile } from "./model.ts";
import { predictionsOf, rowOf } from "./shared/answers.ts";
import { cautionSetting } from "./shared/caution.ts";
import {
  type Drift,
  driftAt,
  driftOver,
  type FilteredTimes,
  filterTimes,
  precisionTimes,
  sortTimes,
} from "./shared/drift.ts";
import { meanRating } from "./shared/fallback.ts";
import { profileOf } from "./shared/profiles.ts";
import { Type } from "./shared/schema.ts";
import { numberOf, stateError, tensorOf } from "./shared/state.ts";

export const timeBiasSettings = Type.Object({
  itemDamping: Type.Number({
    default: 4,
    minimum: 0,
    tune: "0:50",
    description: "λ_i: damping, as if every film had this many more ratings at the global mean",
  }),
  userDamping: Type.Number({
    default: 5,
    minimum: 0.1,
    tune: "1:50",
    description: "λ_u: damping, as if every user had this many more ratings at the films' means",
  }),
  drift: Type.Number({
    default: 0.15,
    minimum: 0.001,
    tune: "0.02~1",
    description: "κ: variance by which a user's ratings go up and down together, as a multiple of the noise's",
  }),
  minutes: Type.Number({
    default: 10,
    minimum: 0.01,
    tune: "1~10000",
    description: "ℓ: time after which they have 1/e of it in common, in minutes",
  }),
  rounds: Type.Integer({
    default: 4,
    minimum: 1,
    maximum: 100,
    description: "how often the means of films and users are found in turns",
  }),
  caution: cautionSetting,
});

/** A user's terms. */
interface UserTerms {
  readonly bias: number;
  readonly filtered: FilteredTimes;
  /** float64 [ratings]: e less the bias. */
  readonly rest: Float64Array;
}

interface Means {
  readonly mean: number;
  /** float64 [items] */
  readonly itemBias: Float64Array;
  readonly userDamping: number;
  readonly drift: Drift;
}

function termsOf(profile: Profile, { mean, itemBias, userDamping, drift }: Means): UserTerms {
  const rest = Float64Array.from(profile.items, (item, n) => profile.values[n] - mean - itemBias[item]);
  const filtered = filterTimes(sortTimes(profile), drift);
  const weights = precisionTimes(filtered, new Float64Array(rest.length).fill(1));
  const bias = dot(weights, 0, rest, 0, rest.length) / (userDamping + sum(weights));
  return { bias, filtered, rest: rest.map((value) => value - bias) };
}

/** b_u + g */
function userAt({ bias, filtered, rest }: UserTerms, time: number | undefined): number {
  return bias + dot(driftAt(filtered, time).weights, 0, rest, 0, rest.length);
}

export const timeBiasAlgorithm: Algorithm<Static<typeof timeBiasSettings>> = {
  name: "time-bias",
  summary: "Means of films and users, which drift with time.",
  settings: timeBiasSettings,
  learnsFrom: "ratings",
  foldIn: "exact",
  ratingsOnly: true,

  estimate: ({ items, ratings }, { rounds }) => ({ bytes: 24 * items + 200, operations: 60 * rounds * ratings }),

  async fit({ byUser, scale, counts }, { itemDamping, userDamping, drift, minutes, rounds }, { step }) {
    const { rows, columns: items } = byUser;
    const mean = meanRating(byUser.values);
    const itemBias = new Float64Array(items);
    const means = { mean, itemBias, userDamping, drift: { variance: drift, seconds: 60 * minutes } };
    for (let round = 0; round < rounds; round++) {
      const sums = new Float64Array(items);
      for (let user = 0; user < rows; user++) {
        const profile = profileOf(byUser, user);
        const { filtered, rest } = termsOf(profile, means);
        // What is neither the user's nor the film's is C⁻¹ of the rest.
        const noise = precisionTimes(filtered, rest);
        for (const [n, item] of profile.items.entries()) sums[item] += noise[n] + itemBias[item];
        if (user % 256 === 0) await step(round * rows + user, rounds * rows);
      }
      for (let item = 0; item < items; item++) {
        itemBias[item] = counts[item] === 0 ? 0 : sums[item] / (itemDamping + counts[item]);
      }
    }
    const { min, max } = scale;
    return {
      algorithm: "time-bias",
      facts: { mean, userDamping, drift, minutes, min, max },
      tensors: { itemBias: { shape: [items], data: itemBias } },
    };
  },

  open(state) {
    const [mean, userDamping] = [numberOf(state, "mean"), numberOf(state, "userDamping")];
    const [variance, minutes] = [numberOf(state, "drift"), numberOf(state, "minutes")];
    const [min, max] = [numberOf(state, "min"), numberOf(state, "max")];
    for (const [name, value] of Object.entries({ userDamping, drift: variance, minutes })) {
      if (!(value > 0)) throw stateError(state, `fact ${name} is ${value}`);
    }
    const itemBias = tensorOf(state, "itemBias", Float64Array, undefined);
    const means = { mean, itemBias, userDamping, drift: { variance, seconds: 60 * minutes } };
    const clipped = (rating: number) => Math.min(max, Math.max(min, rating));

    function fillScores(profile: Profile, time: number | undefined, out: Float32Array): void {
      const ofUser = userAt(termsOf(profile, means), time);
      for (let item = 0; item < itemBias.length; item++) out[item] = mean + ofUser + itemBias[item];
    }

    return {
      items: itemBias.length,
      ask({ profile, time }): Answer {
        const ofUser = userAt(termsOf(profile, means), time);
        return {
          score: (out) => fillScores(profile, time, out),
          predict(items, out) {
            for (let n = 0; n < items.length; n++) out[n] = clipped(mean + ofUser + itemBias[items[n]]);
          },
          explain: (item) => ({
            parts: [
              { kind: "global mean", value: mean },
              { kind: "user bias", value: ofUser },
              { kind: "item bias", value: itemBias[item] },
            ],
          }),
        };
      },
      askAll: () => ({
        async score({ profiles, users }, out, step) {
          for (let row = 0; row < users.length; row++) {
            fillScores(profileOf(profiles, row), undefined, rowOf(out, row, itemBias.length));
            await step?.(row + 1, users.length);
          }
        },
        async predict({ profiles, users }, wanted, out, step) {
          for (let row = 0; row < users.length; row++) {
            const terms = termsOf(profileOf(profiles, row), means);
            const driftTo = driftOver(terms.filtered, terms.rest);
            const { items, ratings } = predictionsOf(wanted, out, row);
            for (const [n, item] of items.entries()) {
              const ofUser = terms.bias + driftTo(wanted.times?.[wanted.offsets[row] + n]);
              ratings[n] = clipped(mean + ofUser + itemBias[item]);
            }
            await step?.(row + 1, users.length);
          }
        },
      }),
      [Symbol.dispose]() {},
    };
  },
};
