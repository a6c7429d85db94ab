/**
 * Share of the held-out ratings that the model itself predicts; the fallback predicts the others by a mean:
 *
 *   prediction-coverage = ratings predicted by the rule "model" / n      n: held-out ratings
 *
 * J. Herlocker, J. Konstan, L. Terveen, J. Riedl, "Evaluating collaborative filtering recommender systems", ACM TOIS 22(1),
 * 2004.
 */
import { predictionRules } from "../../models/model.ts";
import type { MetricKind } from "../metric.ts";

const byModel = predictionRules.indexOf("model");

export const predictionCoverage = {
  name: "prediction-coverage",
  summary: "share of held-out ratings that the model predicts without falling back on a mean",
  formula: "ratings predicted by the model itself / n, over all n held-out ratings",
  better: "higher",
  at: "none",
  make: () => ({
    over: "users",
    averages: "users whose held-out ratings are predicted",
    judges: "predictions",
    of({ rules }) {
      if (!rules || rules.length === 0) return undefined;
      let sum = 0;
      for (const rule of rules) if (rule === byModel) sum++;
      return { sum, weight: rules.length };
    },
  }),
} as const satisfies MetricKind;
