/**
 * Area under the ROC curve: how often a relevant film stands before one that is not, over all pairs of a person's candidates.
 *
 *   AUC = ( Σ_{ordered pairs} 1 + Σ_{tied pairs} ½ ) / (R (C − R))      R: relevant films held out; C: candidates
 *
 * Films that the list does not hold are tied below it, as at their mean rank: those that the model could not score; with a length
 * K also all that come after the first K, which is the limited AUC of G. Schröder, M. Thiele, W. Lehner, "Setting goals and
 * choosing metrics for recommender system evaluations", UCERSTI 2 at RecSys 2011.
 */
import type { MetricKind } from "../metric.ts";

export const auc: MetricKind = {
  name: "auc",
  summary: "how often a relevant film stands before another",
  formula:
    "share of the R · (C − R) pairs in the right order, ties ½; what is not listed (with K: in the first K) is tied below",
  better: "higher",
  at: "optional",
  make: (k) => ({
    over: "people",
    averages: "people with a relevant film held out, and a film to list that is not",
    predicts: false,
    of({ list, relevant, candidates }) {
      const others = candidates - relevant.size;
      if (relevant.size === 0 || others === 0) return undefined;
      // for every relevant film, the others that stand before it
      const length = Math.min(k, list.length);
      let [hits, before] = [0, 0];
      for (let n = 0; n < length; n++) if (relevant.has(list[n])) before += n - hits++;
      const [missed, othersListed] = [relevant.size - hits, length - hits];
      before += missed * (othersListed + (others - othersListed) / 2);
      return { sum: 1 - before / (relevant.size * others), weight: 1 };
    },
  }),
};
