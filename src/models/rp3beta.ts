/** Walks of three edges, person → film → person → film: formulas in walk.ts. */
import { allProducts, neighboursBytes } from "../compute/neighbours.ts";
import type { Dataset, Shape } from "../data/dataset.ts";
import type { Csr } from "../matrix/csr.ts";
import type { Answer, ExplanationPart, FitContext, Model, State, Tensors } from "./model.ts";
import { checkLists, numberOf, tensorOf } from "./shared/state.ts";

export interface Rp3betaConfig {
  readonly k: number;
  readonly alpha: number;
  readonly beta: number;
}

export function rp3betaBytes({ users, items, ratings }: Shape, k: number): number {
  return neighboursBytes(items, users, ratings, k, true) + 8 * items;
}

/**
 * w_ij n_j^β m_i^α is one and the same from both ends, Σ_u (r_ui r_uj / m_u)^α. As i's list is ordered alike with or without a
 * factor of i, the greatest of these products, each divided by (n_i n_j)^β, are the greatest w_ij.
 */
export async function rp3betaTensors(
  { byItem, byUser, counts }: Dataset,
  { k, alpha, beta }: Rp3betaConfig,
  { engine, step }: FitContext,
): Promise<Tensors> {
  const ofUsers = weightsOfRows(byUser);
  const entry = (user: number, rating: number) => (rating > 0 ? (rating / Math.sqrt(ofUsers[user])) ** alpha : 0);
  const lengths = Float64Array.from(counts, (count) => Math.max(1, count) ** beta);
  const { offsets, indices, similarities } = await allProducts(engine, byItem, { k, entry, lengths }, step);
  weightsOfRows(byItem).forEach((weight, item) => {
    const factor = lengths[item] / weight ** alpha;
    for (let n = offsets[item]; n < offsets[item + 1]; n++) similarities[n] *= factor;
  });
  return {
    offsets: { shape: [offsets.length], data: offsets },
    reached: { shape: [indices.length], data: indices },
    weights: { shape: [similarities.length], data: similarities },
  };
}

/** m of each row: the sum of its ratings above 0. */
function weightsOfRows({ rows, offsets, values }: Csr): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => {
    let sum = 0;
    for (let n = offsets[row]; n < offsets[row + 1]; n++) sum += Math.max(0, values[n]);
    return sum;
  });
}

export function openRp3beta(state: State): Model {
  const offsets = tensorOf(state, "offsets", Int32Array, undefined);
  const reached = tensorOf(state, "reached", Int32Array, undefined);
  const weights = tensorOf(state, "weights", Float64Array, reached.length);
  const alpha = numberOf(state, "alpha");
  const items = offsets.length - 1;
  checkLists(state, offsets, reached, items);
  const firstStep = (rating: number) => (rating > 0 ? rating ** alpha : 0);

  return {
    items,
    ask: ({ profile }): Answer => ({
      score(out) {
        const sums = new Float64Array(items);
        profile.items.forEach((item, n) => {
          const x = firstStep(profile.values[n]);
          for (let m = offsets[item]; m < offsets[item + 1]; m++) sums[reached[m]] += x * weights[m];
        });
        for (let item = 0; item < items; item++) out[item] = sums[item] > 0 ? sums[item] : -Infinity;
      },
      explain(target) {
        const parts: ExplanationPart[] = [];
        profile.items.forEach((item, n) => {
          const m = reached.subarray(offsets[item], offsets[item + 1]).indexOf(target);
          if (m < 0) return;
          const [rating, weight] = [profile.values[n], weights[offsets[item] + m]];
          parts.push({ kind: "rating", item, rating, value: firstStep(rating) * weight });
        });
        return { parts };
      },
    }),
    similarItems(item, out) {
      out.fill(-Infinity);
      for (let n = offsets[item]; n < offsets[item + 1]; n++) out[reached[n]] = weights[n];
    },
    [Symbol.dispose]() {},
  };
}
