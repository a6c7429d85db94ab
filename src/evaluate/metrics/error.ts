/**
 * Errors of predicted ratings, over all held-out ratings:
 *
 *   RMSE = √( Σ (r̂_ui − r_ui)² / n )      MAE = Σ |r̂_ui − r_ui| / n      n: held-out ratings
 *
 * Predictions of the fallback count like those of the model; `prediction-coverage` says how many of them there are. J. Herlocker,
 * J. Konstan, L. Terveen, J. Riedl, "Evaluating collaborative filtering recommender systems", ACM TOIS 22(1), 2004.
 */
import type { EvaluatedUser, MetricKind } from "../metric.ts";

export const rmse = {
  name: "rmse",
  summary: "root mean squared error of predicted ratings",
  formula: "√(Σ (r̂ − r)² / n) over all n held-out ratings",
  better: "lower",
  at: "none",
  make: () => ({ ...errors((error) => error * error), finish: Math.sqrt }),
} as const satisfies MetricKind;

export const mae = {
  name: "mae",
  summary: "mean absolute error of predicted ratings",
  formula: "Σ |r̂ − r| / n over all n held-out ratings",
  better: "lower",
  at: "none",
  make: () => errors(Math.abs),
} as const satisfies MetricKind;

function errors(loss: (error: number) => number) {
  return {
    over: "users",
    averages: "users whose held-out ratings are predicted",
    judges: "predictions",
    of({ values, predicted }: EvaluatedUser) {
      if (!predicted || values.length === 0) return undefined;
      let sum = 0;
      for (let n = 0; n < values.length; n++) sum += loss(predicted[n] - values[n]);
      return { sum, weight: values.length };
    },
  } as const;
}
