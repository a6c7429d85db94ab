/** Share of people with at least one relevant film among the first K: HR@K = 1 if hits > 0, else 0. */
import type { MetricKind } from "../metric.ts";
import { hitsIn, overRelevant } from "../relevant.ts";

export const hitRate: MetricKind = {
  name: "hit-rate",
  summary: "share of people with a relevant film in the list",
  formula: "1 if hits > 0, else 0",
  better: "higher",
  at: "required",
  make: (k) => overRelevant((person) => Number(hitsIn(person, k) > 0)),
};
