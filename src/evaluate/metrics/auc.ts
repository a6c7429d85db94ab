/**
 * Area under the ROC curve: how often a relevant film is ranked above a film that is not, over all such pairs of a user's
 * candidates.
 *
 *   AUC = ( Σ_{pairs in order} 1 + Σ_{tied pairs} ½ ) / (R (C − R))      R: relevant films held out; C: candidates
 *
 * Films of the list are tied where the model scores them alike, in single precision. Those that the fallback fills in rank below the
 * model's, and are tied where the fallback scores them alike. A reranker's order has no ties: it says which film comes first.
 *
 * Films outside the list rank below it and are tied with one another. Those are the films without a score and, with a length K, all films
 * after the first K, those with the score of the last one too; with K, this is the limited AUC of G. Schröder, M. Thiele, W. Lehner,
 * "Setting goals and choosing metrics for recommender system evaluations", UCERSTI 2 at RecSys 2011.
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
    of({ list, tied, relevant, candidates }) {
      const others = candidates - relevant.size;
      if (relevant.size === 0 || others === 0) return undefined;
      const length = Math.min(k, list.length);
      // for every relevant film, the others that rank above it, and half of those tied with it
      let [hits, before] = [0, 0];
      for (let n = 0; n < length; ) {
        const [start, hitsAbove] = [n, hits];
        do if (relevant.has(list[n])) hits++;
        while (++n < length && tied?.[n]);
        const level = hits - hitsAbove;
        before += level * (start - hitsAbove + (n - start - level) / 2);
      }
      const [missed, othersListed] = [relevant.size - hits, length - hits];
      before += missed * (othersListed + (others - othersListed) / 2);
      return { sum: 1 - before / (relevant.size * others), weight: 1 };
    },
  }),
} as const satisfies MetricKind;
