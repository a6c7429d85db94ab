/**
 * Statistics of a mean over users, each of whom adds a sum and a weight: R = Σ s / Σ w, then `finish` (the root, for RMSE).
 *
 * Standard error, by linearisation: √( n/(n−1) Σ (s_i − R w_i)² ) / Σ w, times the slope of `finish` at R. For weights of 1 it is
 * the standard deviation (n − 1) / √n: W. Cochran, "Sampling techniques", 1977, section 6.4.
 * Interval: percentiles of the bootstrap over users. B. Efron, R. Tibshirani, "An introduction to the bootstrap", 1993,
 * chapter 13.
 *
 * Users are the sample. More than 4,000 users are assigned at random to 4,000 groups of equal size (give or take one), which take
 * the place of users in the bootstrap, and in the test of permutation-test.ts. This changes the width of an interval less than drawing 2,000 other
 * samples.
 */
import { MatineeError } from "../errors.ts";
import { type Random, random } from "../random.ts";
import type { Estimate } from "./evaluation.ts";
import type { UserMetric } from "./metric.ts";

/** One entry for each user. Weight 0: the user is not averaged. */
export interface UserTerms {
  readonly sums: Float64Array;
  readonly weights: Float64Array;
}

const resamples = 2000;
const mostGroups = 4000;

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

/** Samples by the number of users. */
type DrawnSamples = Map<number, Uint16Array>;

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
  const [low, high] = bootstrapInterval({ sums, weights }, seed, drawn).map(finish);
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

/** Sums columns with one number for each user in at most `mostGroups` random groups; the same groups for every column. */
export function sumInGroups(columns: readonly Float64Array[], { int }: Random): readonly Float64Array[] {
  const users = columns[0].length;
  if (users <= mostGroups) return columns;
  const order = Int32Array.from({ length: users }, (_, user) => user);
  for (let n = users - 1; n > 0; n--) {
    const other = int(n + 1);
    [order[n], order[other]] = [order[other], order[n]];
  }
  return columns.map((values) => {
    const groups = new Float64Array(mostGroups);
    for (let n = 0; n < users; n++) groups[n % mostGroups] += values[order[n]];
    return groups;
  });
}

/** The 2.5th and the 97.5th percentile of Σ s / Σ w over samples of the same size, drawn with replacement. */
function bootstrapInterval(terms: UserTerms, seed: number, drawn: DrawnSamples): [low: number, high: number] {
  const generator = random(seed);
  const [sums, weights] = sumInGroups([terms.sums, terms.weights], generator);
  const size = sums.length;
  const users = terms.sums.length;
  const samples = drawn.get(users) ?? drawSamples(size, generator);
  drawn.set(users, samples);
  const drawnSums = sumSamples(sums, samples);
  const drawnWeights = weights.every((weight) => weight === 1) ? undefined : sumSamples(weights, samples);
  const ratios = drawnSums.map((sum, sample) => sum / (drawnWeights?.[sample] ?? size));
  ratios.sort();
  return [quantile(ratios, 0.025), quantile(ratios, 0.975)];
}

/** The sum of each sample, added in its order; of four at a time, so that an addition does not wait for the one before. */
function sumSamples(values: Float64Array, samples: Uint16Array): Float64Array {
  const size = values.length;
  const sums = new Float64Array(resamples);
  for (let sample = 0; sample < resamples; sample += 4) {
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let n = sample * size; n < (sample + 1) * size; n++) {
      a += values[samples[n]];
      b += values[samples[n + size]];
      c += values[samples[n + 2 * size]];
      d += values[samples[n + 3 * size]];
    }
    sums.set([a, b, c, d], sample);
  }
  return sums;
}

/** int [resamples × size]: numbers below `size`, which is at most `mostGroups`. */
function drawSamples(size: number, { uint32 }: Random): Uint16Array {
  const scale = size / 2 ** 32;
  const samples = new Uint16Array(resamples * size);
  for (let n = 0; n < samples.length; n++) samples[n] = uint32() * scale;
  return samples;
}

/** The quantile of ascending values, by linear interpolation. */
function quantile(values: Float64Array, share: number): number {
  const at = share * (values.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, values.length - 1);
  return values[below] + (at - below) * (values[above] - values[below]);
}
