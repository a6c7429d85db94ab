/**
 * Drift: a user's ratings of one time lie higher or lower together than those of another. In units of the noise σ it is an Ornstein–Uhlenbeck
 * process g of each user, a normal process of mean 0 with the covariance κ exp(−|t − t′| / ℓ), and so one that a Kalman filter follows (R. E.
 * Kalman, 1960) in as many steps as there are ratings: given the ratings before, g is normal at each with a variance p, and
 *
 *   p ← ρ² p + κ (1 − ρ²),   ρ = exp(−Δt / ℓ)          to the next rating
 *   gain = p / (1 + p),   p ← gain                     by that rating, whose noise is 1
 *
 * What the ratings say less what is expected of them, (e − ĝ) √(1 − gain), has deviations of 1 and no correlations: `whiten` does this to what is
 * linear in them. g at any time follows from the filter over the ratings up to it and, since the process is the same in both directions, over those
 * after it, backwards. A rating without a time is of a time of its own, which tells nothing of others.
 */
import type { Times } from "../../matrix/csr.ts";
import type { DenseRows } from "../../matrix/dense.ts";
import type { Profile } from "../model.ts";

/** How much ratings drift, and how long: κ, in squares of the noise, and ℓ in seconds. */
export interface Drift {
  readonly variance: number;
  readonly seconds: number;
}

/** Positions from .. to of entries in the order of their times, those of one time as they stand. */
export function inOrderOfTime(times: Times, from: number, to: number): Int32Array {
  return Int32Array.from({ length: to - from }, (_, n) => from + n).sort((a, b) => times[a] - times[b] || a - b);
}

/** One way through the ratings of a user: what is kept of g on the way to each (0: all is new), and how much each counts. */
interface Pass {
  readonly kept: Float64Array;
  readonly gains: Float64Array;
}

/** A user's ratings in the order of time. */
export interface SortedTimes {
  /** int32 [ratings]: positions in the profile. */
  readonly order: Int32Array;
  /** float64 [ratings], ascending; absent where no times are known. */
  readonly times?: Float64Array;
}

/** Those ratings, and the filters over them. */
export interface FilteredTimes extends SortedTimes, Drift {
  readonly forwards: Pass;
  /** From the last rating back to the first, which come in this order here. */
  readonly backwards: Pass;
}

export function sortTimes({ items, times }: Profile): SortedTimes {
  if (!times) return { order: Int32Array.from(items.keys()) };
  const order = inOrderOfTime(times, 0, items.length);
  return { order, times: Float64Array.from(order, (n) => times[n]) };
}

export function filterTimes(sorted: SortedTimes, { variance, seconds }: Drift): FilteredTimes {
  const { order, times } = sorted;
  const kept = new Float64Array(order.length);
  if (times) for (let n = 1; n < kept.length; n++) kept[n] = keptAfter(times[n] - times[n - 1], seconds);
  const back = kept.map((_, n) => (n === 0 ? 0 : kept[kept.length - n]));
  return { ...sorted, variance, seconds, forwards: passOf(kept, variance), backwards: passOf(back, variance) };
}

/** ρ */
export function keptAfter(elapsed: number, seconds: number): number {
  return Math.exp(-elapsed / seconds);
}

function passOf(kept: Float64Array, variance: number): Pass {
  let p = variance;
  const gains = kept.map((share) => {
    p = variance + share * share * (p - variance);
    p /= 1 + p;
    return p;
  });
  return { kept, gains };
}

/** What goes with the ratings of a user: row rows_n of `y`, f numbers, and a target. */
export interface RatedVectors extends DenseRows {
  readonly rows: Int32Array;
  readonly targets: Float64Array;
}

/**
 * Whitens vectors and targets.
 *
 * @param out receives them in the order of time, vectors `stride` numbers apart
 */
export function whiten(
  { order, forwards: { kept, gains } }: FilteredTimes,
  { y, f, rows, targets }: RatedVectors,
  out: { readonly y: Float32Array; readonly targets: Float32Array | Float64Array },
  stride: number,
): void {
  const expected = new Float64Array(f);
  let target = 0;
  for (let n = 0; n < order.length; n++) {
    const [share, gain] = [kept[n], gains[n]];
    const scale = Math.sqrt(1 - gain);
    const [from, to] = [rows[order[n]] * f, n * stride];
    for (let k = 0; k < f; k++) {
      const before = share * expected[k];
      const rest = y[from + k] - before;
      out.y[to + k] = scale * rest;
      expected[k] = before + gain * rest;
    }
    const rest = targets[order[n]] - share * target;
    out.targets[n] = scale * rest;
    target = share * target + gain * rest;
  }
}

/**
 * Σ numbers_n · (what `whiten` makes of a column)_n as a sum over that column: the factor of each rating, as they stand in the profile.
 * @param numbers float64 [ratings], in the order of time
 */
export function unwhitened({ order, forwards: { kept, gains } }: FilteredTimes, numbers: Float64Array): Float64Array {
  const factors = new Float64Array(order.length);
  let later = 0;
  for (let n = order.length - 1; n >= 0; n--) {
    const factor = numbers[n] * Math.sqrt(1 - gains[n]) + gains[n] * later;
    factors[order[n]] = factor;
    later = kept[n] * (later - factor);
  }
  return factors;
}

/** g at a time: Σ weights_n e_n, e being the ratings less what is expected of them without it, and the variance that is left. */
export interface DriftAt {
  /** float64 [ratings], as they stand in the profile. */
  readonly weights: Float64Array;
  readonly variance: number;
}

/** @param time without it, the mean of g over the times of the ratings, about which it varies as it does about 0 */
export function driftAt(filtered: FilteredTimes, time: number | undefined): DriftAt {
  const { variance, seconds, order, times, forwards, backwards } = filtered;
  const count = order.length;
  if (!times || time === undefined) return { weights: meanWeights(filtered), variance };
  const weights = new Float64Array(count);
  let before = 0;
  while (before < count && times[before] <= time) before++;
  const past = afterwards(forwards, before, keptAfter(time - times[before - 1], seconds), variance);
  const future = afterwards(backwards, count - before, keptAfter(times[before] - time, seconds), variance);
  const left = 1 / (1 / past.variance + 1 / future.variance - 1 / variance);
  for (let n = 0; n < before; n++) weights[order[n]] = (left / past.variance) * past.weights[n];
  for (let n = before; n < count; n++) weights[order[n]] = (left / future.variance) * future.weights[count - 1 - n];
  return { weights, variance: left };
}

/** 1 / n of what all ratings together say of g at each: with the covariances K, K (I + K)⁻¹ 1 = 1 − (I + K)⁻¹ 1. */
function meanWeights(filtered: FilteredTimes): Float64Array {
  const { gains, kept } = filtered.forwards;
  const count = gains.length;
  let expected = 0;
  const ones = gains.map((gain, n) => {
    const rest = 1 - kept[n] * expected;
    expected = kept[n] * expected + gain * rest;
    return rest * Math.sqrt(1 - gain);
  });
  return unwhitened(filtered, ones).map((share) => (1 - share) / count);
}

/** g some time after the first ratings of a pass, if there are any: the weight of each of them, and the variance. */
function afterwards({ kept, gains }: Pass, count: number, share: number, variance: number) {
  const weights = new Float64Array(count);
  if (count === 0) return { weights, variance };
  let weight = share;
  for (let n = count - 1; n >= 0; n--) {
    weights[n] = weight * gains[n];
    weight *= (1 - gains[n]) * kept[n];
  }
  return { weights, variance: variance + share * share * (gains[count - 1] - variance) };
}
