/**
 * Resampling of users: percentiles of the bootstrap. B. Efron, R. Tibshirani, "An introduction to the bootstrap", 1993, chapter 13.
 *
 * More than 4,000 users are assigned at random to 4,000 groups of equal size (give or take one), which take the place of users. This changes the
 * width of an interval less than drawing 2,000 other samples.
 */
import type { Random } from "./random.ts";

const resamples = 2000;
const mostGroups = 4000;

/** One entry for each user: the terms of Σ s / Σ w. */
export interface RatioTerms {
  readonly sums: Float64Array;
  readonly weights: Float64Array;
}

/** Samples by the number of users, for those who draw as many again. */
export type DrawnSamples = Map<number, Uint16Array>;

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

/** Σ s / Σ w over 2,000 samples of the same size, drawn with replacement; in the order in which they were drawn. */
export function resampledRatios(terms: RatioTerms, generator: Random, drawn: DrawnSamples = new Map()): Float64Array {
  const [sums, weights] = sumInGroups([terms.sums, terms.weights], generator);
  const size = sums.length;
  const users = terms.sums.length;
  const samples = drawn.get(users) ?? drawSamples(size, generator);
  drawn.set(users, samples);
  const drawnSums = sumSamples(sums, samples);
  const drawnWeights = weights.every((weight) => weight === 1) ? undefined : sumSamples(weights, samples);
  return drawnSums.map((sum, sample) => sum / (drawnWeights?.[sample] ?? size));
}

/** The 2.5th and the 97.5th percentile of some values, which are sorted. */
export function middleInterval(values: Float64Array): [low: number, high: number] {
  values.sort();
  return [quantile(values, 0.025), quantile(values, 0.975)];
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
