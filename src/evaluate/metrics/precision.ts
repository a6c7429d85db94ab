/**
 * Share of the K places of a list that hold a relevant film. Places that are empty count as not relevant:
 *
 *   P@K = hits / K      hits: relevant films among the first K
 *
 * `precision` averages the users with a relevant film held out; `precision-all` averages all users, and those without one count
 * as 0, as in studies that make no distinction.
 */
import type { MetricKind } from "../metric.ts";
import { averageAll, averageWithRelevant, countHits } from "../relevant-items.ts";

export const precision = {
  name: "precision",
  summary: "share of the list that is relevant",
  formula: "hits / K, even where the list is shorter",
  better: "higher",
  at: "required",
  make: (k) => averageWithRelevant((user) => countHits(user, k) / k),
} as const satisfies MetricKind;

export const precisionAll = {
  name: "precision-all",
  summary: "as precision, but 0 for users without a relevant film",
  formula: "as precision; users without a relevant film held out count as 0",
  better: "higher",
  at: "required",
  make: (k) => averageAll((user) => countHits(user, k) / k),
} as const satisfies MetricKind;
