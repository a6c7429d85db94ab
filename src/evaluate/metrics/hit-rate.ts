/**
 * Share of the users with at least one relevant film in the list:
 *
 *   HR@K = 1 if hits > 0, else 0      hits: relevant films among the first K
 */
import type { MetricKind } from "../metric.ts";
import { averageWithRelevant, countHits } from "../relevant-items.ts";

export const hitRate = {
  name: "hit-rate",
  summary: "share of users with a relevant film in the list",
  formula: "1 if hits > 0, else 0",
  better: "higher",
  at: "required",
  make: (k) => averageWithRelevant((user) => Number(countHits(user, k) > 0)),
} as const satisfies MetricKind;
