/**
 * Mean average precision, cut at K:
 *
 *   AP@K = Σ_{n=1..K} P@n · rel_n / min(K, R)
 *     P@n: share of the first n films that are relevant; rel_n: 1 if the n-th film is relevant, else 0
 *     R: relevant films held out
 *
 * Dividing by min(K, R) makes the best possible list 1; some studies divide by R.
 */
import type { MetricKind } from "../metric.ts";
import { averageWithRelevant } from "../relevant-items.ts";

export const map = {
  name: "map",
  summary: "mean of the precision at each relevant film in the list",
  formula: "Σ precision@n over the ranks n ≤ K of relevant films / min(K, R)",
  better: "higher",
  at: "required",
  make: (k) =>
    averageWithRelevant(({ list, relevant }) => {
      let [hits, sum] = [0, 0];
      for (let n = 0; n < Math.min(k, list.length); n++) if (relevant.has(list[n])) sum += ++hits / (n + 1);
      return sum / Math.min(k, relevant.size);
    }),
} as const satisfies MetricKind;
