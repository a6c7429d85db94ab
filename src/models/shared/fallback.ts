/** Predicting where a model's own rule cannot. */
import { type PredictionRule, predictionRules } from "../model.ts";

export type Fallback = Exclude<PredictionRule, "model">;

/** What each rule would predict; NaN where there is nothing to take a mean of. */
export type Means = Readonly<Record<Fallback, number>>;

/** The first of some rules that has a mean. */
export function firstMean(
  rules: readonly Fallback[],
  means: Means,
): { readonly rule: Fallback; readonly value: number } {
  const rule = rules.find((name) => !Number.isNaN(means[name])) ?? "global mean";
  return { rule, value: means[rule] };
}

/** Index of a rule, as `Answer.predict` tells it. */
export function ruleIndex(rule: PredictionRule): number {
  return predictionRules.indexOf(rule);
}

/** The mean of some ratings; NaN of none. */
export function meanOf(values: Float32Array): number {
  let sum = 0;
  for (let n = 0; n < values.length; n++) sum += values[n];
  return sum / values.length;
}
