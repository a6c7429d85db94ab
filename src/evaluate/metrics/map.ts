/**
 * Mean average precision, cut at K:
 *
 *   AP@K = Σ_{n=1..K} P@n · rel_n / min(K, R)      P@n: relevant share of the first n; R: relevant films held out
 *
 * Divided by min(K, R), as the best possible list then has 1; some divide by R.
 */
import type { MetricKind } from "../metric.ts";
import { overRelevant } from "../relevant.ts";

export const map: MetricKind = {
  name: "map",
  summary: "mean of the precision at each relevant film in the list",
  formula: "Σ precision@n over the places n ≤ K of relevant films / min(K, R)",
  better: "higher",
  at: "required",
  make: (k) =>
    overRelevant(({ list, relevant }) => {
      let [hits, sum] = [0, 0];
      for (let n = 0; n < Math.min(k, list.length); n++) if (relevant.has(list[n])) sum += ++hits / (n + 1);
      return sum / Math.min(k, relevant.size);
    }),
};
