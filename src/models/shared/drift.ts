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
import { type DenseRows, dot } from "../../matrix/dense.ts";
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
    p = varianceAfter(p, share, variance);
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
  const { order, times, forwards, backwards } = filtered;
  const count = order.length;
  if (!times || time === undefined) return { weights: meanWeights(filtered), variance: filtered.variance };
  const { before, past, future, variance } = sidesOf(filtered, times, time);
  const weights = new Float64Array(count);
  for (let n = before - 1, weight = past; n >= 0; n--) {
    weights[order[n]] = weight * forwards.gains[n];
    weight *= (1 - forwards.gains[n]) * forwards.kept[n];
  }
  for (let n = count - before - 1, weight = future; n >= 0; n--) {
    weights[order[count - 1 - n]] = weight * backwards.gains[n];
    weight *= (1 - backwards.gains[n]) * backwards.kept[n];
  }
  return { weights, variance };
}

/**
 * g at any times, as `driftAt` weighs the ratings: for many times of one user.
 * @param rest float64 [ratings]: e
 */
export function driftOver(filtered: FilteredTimes, rest: Float64Array): (time: number | undefined) => number {
  const { order, times, forwards, backwards } = filtered;
  const count = order.length;
  const mean = dot(meanWeights(filtered), 0, rest, 0, count);
  if (!times) return () => mean;
  const ways = ([pass, at]: readonly [Pass, (n: number) => number]) => {
    let expected = 0;
    return pass.gains.map((gain, n) => {
      expected *= pass.kept[n];
      expected += gain * (rest[order[at(n)]] - expected);
      return expected;
    });
  };
  const [there, back] = [ways([forwards, (n) => n]), ways([backwards, (n) => count - 1 - n])];
  return (time) => {
    if (time === undefined) return mean;
    const { before, past, future } = sidesOf(filtered, times, time);
    return (before === 0 ? 0 : past * there[before - 1]) + (before === count ? 0 : future * back[count - before - 1]);
  };
}

/** How many ratings lie before a time or at it, how much the ends of the filters over those and over the others count, and the variance. */
function sidesOf({ variance, seconds, order, forwards, backwards }: FilteredTimes, times: Float64Array, time: number) {
  const count = order.length;
  let [before, end] = [0, count];
  while (before < end) {
    const middle = (before + end) >>> 1;
    if (times[middle] <= time) before = middle + 1;
    else end = middle;
  }
  const toPast = before === 0 ? 0 : keptAfter(time - times[before - 1], seconds);
  const toFuture = before === count ? 0 : keptAfter(times[before] - time, seconds);
  const ofPast = varianceAfter(before === 0 ? variance : forwards.gains[before - 1], toPast, variance);
  const ofFuture = varianceAfter(before === count ? variance : backwards.gains[count - before - 1], toFuture, variance);
  const left = 1 / (1 / ofPast + 1 / ofFuture - 1 / variance);
  return { before, past: (left / ofPast) * toPast, future: (left / ofFuture) * toFuture, variance: left };
}

function varianceAfter(p: number, share: number, variance: number): number {
  return variance + share * share * (p - variance);
}

/** 1 / n of what all ratings together say of g at each: with the covariances K, K (I + K)⁻¹ 1 = 1 − (I + K)⁻¹ 1. */
function meanWeights(filtered: FilteredTimes): Float64Array {
  const count = filtered.order.length;
  return precisionTimes(filtered, new Float64Array(count).fill(1)).map((share) => (1 - share) / count);
}

/** (I + K)⁻¹ b of numbers that go with the ratings, K being the covariances of g. */
export function precisionTimes(filtered: FilteredTimes, numbers: Float64Array): Float64Array {
  const { order, forwards } = filtered;
  const { kept, gains } = forwards;
  let expected = 0;
  const whitened = gains.map((gain, n) => {
    const before = kept[n] * expected;
    const rest = numbers[order[n]] - before;
    expected = before + gain * rest;
    return rest * Math.sqrt(1 - gain);
  });
  return unwhitened(filtered, whitened);
}
