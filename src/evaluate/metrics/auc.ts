/**
 * Area under the ROC curve: how often a relevant film is ranked above a film that is not, over all such pairs of a user's
 * candidates.
 *
 *   AUC = ( Σ_{pairs in order} 1 + Σ_{tied pairs} ½ ) / (R (C − R))      R: relevant films held out; C: candidates
 *
 * Films outside the list rank below it and are tied with one another. Those are the films that the model could not score and,
 * with a length K, all films after the first K; with K, this is the limited AUC of G. Schröder, M. Thiele, W. Lehner, "Setting
 * goals and choosing metrics for recommender system evaluations", UCERSTI 2 at RecSys 2011.
 */
import type { MetricKind } from "../metric.ts";

export const auc = {
  name: "auc",
  summary: "how often a relevant film is ranked above one that is not",
  formula:
    "share of the R · (C − R) pairs in the right order, ties count ½; films outside the list (or its first K) are tied below it",
  better: "higher",
  at: "optional",
  make: (k) => ({
    over: "users",
    averages: "users with a relevant film held out, and a film to list that is not",
    judges: "relevance",
    of({ list, relevant, candidates }) {
      const others = candidates - relevant.size;
      if (relevant.size === 0 || others === 0) return undefined;
      // for every relevant film, the others that rank above it
      const length = Math.min(k, list.length);
      let [hits, before] = [0, 0];
      for (let n = 0; n < length; n++) if (relevant.has(list[n])) before += n - hits++;
      const [missed, othersListed] = [relevant.size - hits, length - hits];
      before += missed * (othersListed + (others - othersListed) / 2);
      return { sum: 1 - before / (relevant.size * others), weight: 1 };
    },
  }),
} as const satisfies MetricKind;
