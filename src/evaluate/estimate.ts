/**
 * Statistics of a mean over users, each of whom adds a sum and a weight: R = Σ s / Σ w, then `finish` (the root, for RMSE).
 *
 * Standard error, by linearisation: √( n/(n−1) Σ (s_i − R w_i)² ) / Σ w, times the slope of `finish` at R. For weights of 1 it is
 * the standard deviation (n − 1) / √n: W. Cochran, "Sampling techniques", 1977, section 6.4.
 * Interval: percentiles of the bootstrap over users, who are the sample (bootstrap.ts).
 */
import { type DrawnSamples, middleInterval, type RatioTerms, resampledRatios } from "../bootstrap.ts";
import { MatineeError } from "../errors.ts";
import { random } from "../random.ts";
import type { Estimate } from "./evaluation.ts";
import type { UserMetric } from "./metric.ts";

/** One entry for each user. Weight 0: the user is not averaged. */
export type UserTerms = RatioTerms;

/** Estimates means over users. */
export interface Estimator {
  readonly seed: number;
  /** @throws METRIC_EMPTY where no user is averaged */
  estimate(metric: UserMetric, terms: UserTerms): Estimate;
}

/** Makes an estimator, whose estimates of means over as many users share the samples of the bootstrap: drawing them takes longest. */
export function createEstimator(seed: number): Estimator {
  const drawn: DrawnSamples = new Map();
  return { seed, estimate: (metric, terms) => estimate(metric, terms, seed, drawn) };
}

function estimate(metric: UserMetric, terms: UserTerms, seed: number, drawn: DrawnSamples): Estimate {
  const finish = metric.finish ?? ((mean) => mean);
  const averaged = Int32Array.from(terms.weights.keys()).filter((user) => terms.weights[user] > 0);
  const n = averaged.length;
  if (n === 0) {
    const message = `${metric.name} has nobody to average: it takes ${metric.averages}, there are none among ${terms.weights.length}`;
    throw new MatineeError("METRIC_EMPTY", message);
  }
  const sums = Float64Array.from(averaged, (user) => terms.sums[user]);
  const weights = Float64Array.from(averaged, (user) => terms.weights[user]);
  const ratio = total(sums) / total(weights);
  const mean = finish(ratio);
  // one user says nothing about others
  if (n === 1) return { mean, n };
  let squares = 0;
  for (let user = 0; user < n; user++) squares += (sums[user] - ratio * weights[user]) ** 2;
  const se = Math.sqrt((n / (n - 1)) * squares) / total(weights);
  const [low, high] = middleInterval(resampledRatios({ sums, weights }, random(seed), drawn)).map(finish);
  return { mean, se: metric.finish ? se * slope(finish, ratio) : se, low, high, n };
}

export function total(values: Iterable<number>): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

export function meanOverFolds(values: readonly number[]): number {
  return total(values) / values.length;
}

function slope(finish: (mean: number) => number, at: number): number {
  const step = 1e-5 * Math.abs(at);
  return step === 0 ? 1 : (finish(at + step) - finish(at - step)) / (2 * step);
}
