/**
 * How much of the catalogue the lists show, over all items of the index space:
 *
 *   catalogue-coverage = items in at least one list / items
 *     M. Ge, C. Delgado-Battenfeld, D. Jannach, "Beyond accuracy: evaluating recommender systems by coverage and serendipity",
 *     RecSys 2010
 *   gini = Σ_{j=1..I} (2j − I − 1) · x_j / ((I − 1) Σ x)      x: how often each of the I items is listed, ascending
 *     0 where all items are listed equally often, 1 where all lists hold one and the same item. G. Shani, A. Gunawardana,
 *     "Evaluating recommendation systems", Recommender Systems Handbook, 2011
 *
 * Neither direction is better in itself: lists drawn at random cover everything.
 */
import { MatineeError } from "../../errors.ts";
import type { ListsMetric, MetricKind } from "../metric.ts";

export const catalogueCoverage = {
  name: "catalogue-coverage",
  summary: "share of all films that are in at least one list",
  formula: "films in at least one list / films",
  at: "required",
  make: (k, { items }) => ({
    over: "lists",
    of: (lists) => countListings(lists, k, items.size).filter((times) => times > 0).length / items.size,
  }),
} as const satisfies MetricKind;

export const gini = {
  name: "gini",
  summary: "how unevenly films are listed: 0 if all are listed equally often, 1 if one film takes every place",
  formula: "Σ (2j − I − 1) x_j / ((I − 1) Σ x); x: how often each of the I films is listed, ascending",
  at: "required",
  make: (k, { items }) => ({
    over: "lists",
    of(lists) {
      const times = countListings(lists, k, items.size).sort();
      let [sum, weighted] = [0, 0];
      for (let n = 0; n < times.length; n++) {
        sum += times[n];
        weighted += (2 * n + 1 - times.length) * times[n];
      }
      if (sum === 0) throw new MatineeError("METRIC_EMPTY", "gini has nothing to compare: the lists are empty");
      return times.length === 1 ? 0 : weighted / ((times.length - 1) * sum);
    },
  }),
} as const satisfies MetricKind;

function countListings({ users, k: length, items }: Parameters<ListsMetric["of"]>[0], k: number, size: number) {
  const times = new Int32Array(size);
  for (let user = 0; user < users; user++) {
    for (const item of items.subarray(user * length, user * length + Math.min(k, length))) if (item >= 0) times[item]++;
  }
  return times;
}
