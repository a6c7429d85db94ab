/**
 * Normalised discounted cumulative gain: K. Järvelin, J. Kekäläinen, "Cumulated gain-based evaluation of IR techniques",
 * ACM TOIS 20(4), 2002, with a gain of 1 for a relevant film and the discount of log₂(rank + 1).
 *
 *   DCG = Σ_{n=1..K} rel_n / log₂(n + 1)      rel_n: 1 if the n-th film listed is relevant, else 0
 *   NDCG@K = DCG / IDCG,   IDCG = Σ_{n=1..min(K, R)} 1 / log₂(n + 1)      R: relevant films held out
 *
 * `ndcg` averages people with a relevant film held out; `ndcg-all` everybody, those without one as 0.
 */
import { listNdcg } from "../../matrix/ndcg.ts";
import type { EvaluatedUser, MetricKind } from "../metric.ts";
import { overEverybody, overRelevant } from "../relevant.ts";

export const ndcg: MetricKind = {
  name: "ndcg",
  summary: "relevant films in the list, the higher the more, against the best possible list",
  formula: "DCG / IDCG, gain 1 for relevant, discount log₂(rank + 1), IDCG over min(K, R) places",
  better: "higher",
  at: "required",
  make: (k) => overRelevant(gainOf(k)),
};

export const ndcgAll: MetricKind = {
  name: "ndcg-all",
  summary: "as ndcg, 0 for people to whom nothing is relevant",
  formula: "as ndcg; people without a relevant film held out count as 0",
  better: "higher",
  at: "required",
  make: (k) => overEverybody(gainOf(k)),
};

function gainOf(k: number): (person: EvaluatedUser) => number {
  return ({ list, relevant }) => listNdcg(list, relevant, k);
}
