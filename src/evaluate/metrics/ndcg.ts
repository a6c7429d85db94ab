/**
 * Normalised discounted cumulative gain: K. Järvelin, J. Kekäläinen, "Cumulated gain-based evaluation of IR techniques",
 * ACM TOIS 20(4), 2002, with a gain of 1 for a relevant film and the discount log₂(rank + 1).
 *
 *   DCG = Σ_{n=1..K} rel_n / log₂(n + 1)      rel_n: 1 if the n-th film is relevant, else 0
 *   NDCG@K = DCG / IDCG,   IDCG = Σ_{n=1..min(K, R)} 1 / log₂(n + 1)      R: relevant films held out
 *
 * `ndcg` averages the users with a relevant film held out; `ndcg-all` averages all users, and those without one count as 0.
 */
import { listNdcg } from "../../matrix/discounted-gain.ts";
import type { EvaluatedUser, MetricKind } from "../metric.ts";
import { averageAll, averageWithRelevant } from "../relevant-items.ts";

export const ndcg = {
  name: "ndcg",
  summary: "relevant films in the list, weighted by rank, as a share of the best possible list",
  formula: "DCG / IDCG; gain 1 for a relevant film, discount log₂(rank + 1), IDCG over min(K, R) ranks",
  better: "higher",
  at: "required",
  make: (k) => averageWithRelevant(normalisedGain(k)),
} as const satisfies MetricKind;

export const ndcgAll = {
  name: "ndcg-all",
  summary: "as ndcg, but 0 for users without a relevant film",
  formula: "as ndcg; users without a relevant film held out count as 0",
  better: "higher",
  at: "required",
  make: (k) => averageAll(normalisedGain(k)),
} as const satisfies MetricKind;

function normalisedGain(k: number): (user: EvaluatedUser) => number {
  return ({ list, relevant }) => listNdcg(list, relevant, k);
}
