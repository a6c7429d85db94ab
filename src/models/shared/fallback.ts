/** Predictions by means, where a model has too little evidence for its own. */
import { type PredictionRule, predictionRules } from "../model.ts";

export type FallbackRule = Exclude<PredictionRule, "model">;

/** The mean that each rule predicts; NaN where it has no ratings. */
export type Means = Readonly<Record<FallbackRule, number>>;

/** The first of some rules that has a mean. */
export function firstMean(
  rules: readonly FallbackRule[],
  means: Means,
): { readonly rule: FallbackRule; readonly value: number } {
  const rule = rules.find((name) => !Number.isNaN(means[name])) ?? "global mean";
  return { rule, value: means[rule] };
}

/** Index of a rule in `predictionRules`, as `Answer.predict` reports it. */
export function ruleIndex(rule: PredictionRule): number {
  return predictionRules.indexOf(rule);
}

/** The mean of some ratings; NaN of none. */
export function meanRating(values: Float32Array): number {
  let sum = 0;
  for (let n = 0; n < values.length; n++) sum += values[n];
  return sum / values.length;
}
