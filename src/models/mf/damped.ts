/** `mf` with damped biases: those of the model `bias` by its default settings, found first; the vectors learn what they leave of ratings. */
import type { Dataset } from "../../data/dataset.ts";
import { type Csr, transpose } from "../../matrix/csr.ts";
import { biasSettings, type ItemBiases, itemBiases, userBias } from "../bias.ts";
import { profileOf } from "../shared/profiles.ts";
import { completeSettings } from "../shared/settings.ts";

export interface DampedBiases extends ItemBiases {
  /** float32 [items] */
  readonly itemBias: Float32Array;
  /** λ_u */
  readonly userDamping: number;
}

/** The biases of some data, and the data with what they leave: r − μ − b_u − b_i in the place of r. */
export function leaveDampedBiases(data: Dataset): DampedBiases & { readonly left: Dataset } {
  const { itemDamping, userDamping } = completeSettings("bias", biasSettings);
  const { mean, itemBias } = itemBiases(data.byItem, itemDamping);
  // As a state keeps them, so that whoever is folded in has the biases of training.
  const biases = { mean, itemBias: Float32Array.from(itemBias), userDamping };
  const byUser = leftOf(data.byUser, biases);
  let byItem: Csr | undefined;
  const left = Object.defineProperties({} as Dataset, {
    ...Object.getOwnPropertyDescriptors(data),
    byUser: { enumerable: true, value: byUser },
    byItem: { enumerable: true, get: () => (byItem ??= transpose(byUser, data.counts)) },
  });
  return { ...biases, left };
}

function leftOf(byUser: Csr, { mean, itemBias, userDamping }: DampedBiases): Csr {
  const { rows, offsets, indices } = byUser;
  const values = new Float32Array(byUser.values.length);
  for (let user = 0; user < rows; user++) {
    const ofUser = userBias(profileOf(byUser, user), { mean, itemBias }, userDamping);
    for (let n = offsets[user]; n < offsets[user + 1]; n++) {
      values[n] = byUser.values[n] - mean - itemBias[indices[n]] - ofUser;
    }
  }
  return { ...byUser, values };
}
