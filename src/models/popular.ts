/**
 * Most rated first: the baseline that every recommender has to beat.
 * score(i) = number of ratings of item i. How high they are, or how great the amounts of events, plays no part.
 *
 * State: counts int32 [items].
 */

import type { Algorithm, Answer, State } from "./model.ts";
import { Type } from "./shared/schema.ts";
import { tensorOf } from "./shared/state.ts";

const popularSettings = Type.Object({});

export const popularAlgorithm: Algorithm<Record<string, never>> = {
  name: "popular",
  summary: "The most rated films, the same for every user.",
  settings: popularSettings,
  learnsFrom: "ratings",
  foldIn: "exact",

  estimate: ({ items, ratings }) => ({ bytes: 4 * items, operations: ratings }),

  estimateBlocks: ({ items }) => ({ bytes: 4 * items }),

  onCluster: { defaults: {}, only: {} },

  fit: async ({ byUser, counts }, _, { cluster, step }) =>
    popularState(cluster ? (await cluster.sums(byUser, step)).counts : counts),

  fitOnCluster: async ({ info }) => popularState(info.counts),

  fitBlocks: async ({ info }) => popularState(info.counts),

  open(state) {
    const counts = tensorOf(state, "counts", Int32Array, undefined);
    const answer: Answer = {
      score: (out) => out.set(counts),
      explain: (item) => ({ parts: [{ kind: "number of ratings", value: counts[item] }] }),
    };
    return { items: counts.length, ask: () => answer, [Symbol.dispose]() {} };
  },
};

function popularState(counts: Int32Array): State {
  return { algorithm: "popular", facts: {}, tensors: { counts: { shape: [counts.length], data: counts } } };
}
