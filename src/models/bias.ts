/**
 * Damped means: Y. Koren, "Factor in the neighbors", ACM TKDD 4(1), 2010, section 2.1.
 *
 *   b_i = Σ_{u ∈ R(i)} (r_ui − μ) / (λ_i + |R(i)|)              item bias
 *   b_u = Σ_{i ∈ R(u)} (r_ui − μ − b_i) / (λ_u + |R(u)|)        user bias, for new users by the same formula
 *   score(u, i) = μ + b_u + b_i
 *
 * Means learn the same on any scale. They are found on the standard one (src/models/shared/standard-scale.ts),
 * and predictions come back to that of the data. Events are refused.
 *
 * Out of core and on a cluster Σ (r − μ) is Σ r − n μ: item biases are those of memory to 11 digits.
 *
 * State: itemBias float64 [items]; facts mean = μ, userDamping = λ_u, min and max of the rating scale.
 */
import type { Static } from "typebox";
import type { Dataset, RatingScale } from "../data/dataset.ts";
import type { Csr } from "../matrix/csr.ts";
import { sum } from "../matrix/dense.ts";
import type { ItemSums } from "./cluster.ts";
import type { Algorithm, Answer, Profile, State } from "./model.ts";
import { sumsOfItems } from "./shared/block-sums.ts";
import { cautionSetting } from "./shared/caution.ts";
import { meanRating } from "./shared/fallback.ts";
import { Type } from "./shared/schema.ts";
import { numberOf, tensorOf } from "./shared/state.ts";

export const biasSettings = Type.Object({
  itemDamping: Type.Number({
    default: 25,
    minimum: 0,
    tune: "0:100",
    description: "λ_i: damping, as if every film had this many more ratings at the global mean",
  }),
  userDamping: Type.Number({
    default: 10,
    minimum: 0,
    tune: "0:100",
    description: "λ_u: damping, as if every user had this many more ratings at the films' means",
  }),
  caution: cautionSetting,
});

export const biasAlgorithm: Algorithm<Static<typeof biasSettings>> = {
  name: "bias",
  summary: "Damped means of films and users: the baseline for predicted ratings.",
  settings: biasSettings,
  learnsFrom: "ratings",
  foldIn: "exact",
  ratingsOnly: true,

  estimate: ({ items, ratings }) => ({ bytes: 8 * items, operations: 2 * ratings }),

  estimateBlocks: ({ items }) => ({ bytes: 20 * items }),

  onCluster: { defaults: {}, only: {} },

  async fit(train, settings, { cluster, step }) {
    if (!cluster) return biasState(train, settings);
    const biases = biasesOfSums(await cluster.sums(train.byUser, step), settings.itemDamping);
    return stateOf(biases, settings.userDamping, train.scale);
  },

  async fitOnCluster(train, { itemDamping, userDamping }, { cluster, step }) {
    return stateOf(biasesOfSums(await cluster.sums(train, step), itemDamping), userDamping, train.info.scale);
  },

  async fitBlocks(blocks, { itemDamping, userDamping }, { step }) {
    const { counts, scale } = blocks.info;
    const sums = await sumsOfItems(blocks, step);
    return stateOf(biasesOfSums({ counts, sums }, itemDamping), userDamping, scale);
  },

  open(state) {
    const [mean, userDamping] = [numberOf(state, "mean"), numberOf(state, "userDamping")];
    const [min, max] = [numberOf(state, "min"), numberOf(state, "max")];
    const itemBias = tensorOf(state, "itemBias", Float64Array, undefined);

    return {
      items: itemBias.length,
      ask({ profile }): Answer {
        const ofUser = userBias(profile, { mean, itemBias }, userDamping);
        return {
          score(out) {
            for (let item = 0; item < itemBias.length; item++) out[item] = mean + ofUser + itemBias[item];
          },
          predict(items, out) {
            for (let n = 0; n < items.length; n++) {
              out[n] = Math.min(max, Math.max(min, mean + ofUser + itemBias[items[n]]));
            }
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
      [Symbol.dispose]() {},
    };
  },
};

/** What fitting leaves. */
export function biasState(
  { byItem, scale }: Pick<Dataset, "byItem" | "scale">,
  { itemDamping, userDamping }: Static<typeof biasSettings>,
): State {
  return stateOf(itemBiases(byItem, itemDamping), userDamping, scale);
}

function stateOf({ mean, itemBias }: ItemBiases, userDamping: number, { min, max }: RatingScale): State {
  return {
    algorithm: "bias",
    facts: { mean, userDamping, min, max },
    tensors: { itemBias: { shape: [itemBias.length], data: itemBias } },
  };
}

export interface ItemBiases {
  /** μ: of all ratings. */
  readonly mean: number;
  /** [items]: b_i; 0 without ratings. */
  readonly itemBias: Float64Array | Float32Array;
}

export function itemBiases(byItem: Csr, damping: number): ItemBiases & { itemBias: Float64Array } {
  const mean = meanRating(byItem.values);
  return { mean, itemBias: biasesAbout(byItem, mean, damping) };
}

/** b_i of each row, with the mean of all ratings given. */
export function biasesAbout({ rows, offsets, values }: Csr, mean: number, damping: number): Float64Array {
  const itemBias = new Float64Array(rows);
  for (let item = 0; item < rows; item++) {
    const count = offsets[item + 1] - offsets[item];
    let sum = 0;
    for (let n = offsets[item]; n < offsets[item + 1]; n++) sum += values[n] - mean;
    itemBias[item] = count === 0 ? 0 : sum / (damping + count);
  }
  return itemBias;
}

/** The same from the sums of items, to 11 digits. */
export function biasesOfSums({ counts, sums }: ItemSums, damping: number): ReturnType<typeof itemBiases> {
  const mean = sum(sums) / sum(counts);
  // Σ (r − μ) = Σ r − n μ
  const itemBias = sums.map((own, item) =>
    counts[item] === 0 ? 0 : (own - counts[item] * mean) / (damping + counts[item]),
  );
  return { mean, itemBias };
}

/** b_u; 0 for an empty profile. */
export function userBias({ items, values }: Profile, { mean, itemBias }: ItemBiases, damping: number): number {
  let sum = 0;
  for (let n = 0; n < items.length; n++) sum += values[n] - mean - itemBias[items[n]];
  return items.length === 0 ? 0 : sum / (damping + items.length);
}
