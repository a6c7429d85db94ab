/**
 * Share of a user's relevant films that are in the list:
 *
 *   R@K = hits / R      hits: relevant films among the first K; R: relevant films held out
 *
 * `recall-capped` is hits / min(K, R), which can reach 1 even where R > K.
 */
import type { MetricKind } from "../metric.ts";
import { averageWithRelevant, countHits } from "../relevant-items.ts";

export const recall = {
  name: "recall",
  summary: "share of the relevant films that are listed",
  formula: "hits / R",
  better: "higher",
  at: "required",
  make: (k) => averageWithRelevant((user) => countHits(user, k) / user.relevant.size),
} as const satisfies MetricKind;

export const recallCapped = {
  name: "recall-capped",
  summary: "share of the relevant films that are listed, of those that fit in the list",
  formula: "hits / min(K, R)",
  better: "higher",
  at: "required",
  make: (k) => averageWithRelevant((user) => countHits(user, k) / Math.min(k, user.relevant.size)),
} as const satisfies MetricKind;
