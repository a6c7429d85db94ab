/**
 * Share of the K places of a list that hold a relevant film. Places that the model leaves empty are not relevant:
 *
 *   P@K = hits / K      hits: relevant films among the first K
 *
 * `precision` averages people with a relevant film held out; `precision-all` everybody, so that those without one count as 0,
 * as studies do that draw no line between the two.
 */
import type { MetricKind } from "../metric.ts";
import { hitsIn, overEverybody, overRelevant } from "../relevant.ts";

export const precision: MetricKind = {
  name: "precision",
  summary: "share of the list that is relevant",
  formula: "hits / K, also where the list is shorter",
  better: "higher",
  at: "required",
  make: (k) => overRelevant((person) => hitsIn(person, k) / k),
};

export const precisionAll: MetricKind = {
  name: "precision-all",
  summary: "share of the list that is relevant, 0 for people to whom nothing is",
  formula: "as precision; people without a relevant film held out count as 0",
  better: "higher",
  at: "required",
  make: (k) => overEverybody((person) => hitsIn(person, k) / k),
};
