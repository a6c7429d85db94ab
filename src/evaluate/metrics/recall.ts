/**
 * Share of a person's relevant films that are in the list:
 *
 *   R@K = hits / R      R: relevant films held out; recall-capped: hits / min(K, R), which reaches 1 where R > K too
 */
import type { MetricKind } from "../metric.ts";
import { hitsIn, overRelevant } from "../relevant.ts";

export const recall: MetricKind = {
  name: "recall",
  summary: "share of the relevant films that are listed",
  formula: "hits / R",
  better: "higher",
  at: "required",
  make: (k) => overRelevant((person) => hitsIn(person, k) / person.relevant.size),
};

export const recallCapped: MetricKind = {
  name: "recall-capped",
  summary: "share of as many relevant films as fit in the list that are listed",
  formula: "hits / min(K, R)",
  better: "higher",
  at: "required",
  make: (k) => overRelevant((person) => hitsIn(person, k) / Math.min(k, person.relevant.size)),
};
