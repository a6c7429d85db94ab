/** A user's vectors given those of the films, one for each sample that is kept; bayesian-mf.ts has the formulas. */
import { addOuterProducts, dot, factorCholesky, multiplyRows, solveByFactor, sumOfRows } from "../../matrix/dense.ts";
import { present } from "../../present.ts";
import type { Profile } from "../model.ts";
import {
  type Drift,
  driftAt,
  type FilteredTimes,
  filterTimes,
  type RatedVectors,
  type SortedTimes,
  sortTimes,
  unwhitened,
  whiten,
} from "../shared/drift.ts";
import { implicitScale } from "./side.ts";

/** A fitted model, by the names of bayesian-mf.ts. */
export interface FittedBayesianMf {
  /** Of a vector: factors and bias. */
  readonly m: number;
  readonly items: number;
  /** Samples that are kept. */
  readonly kept: number;
  readonly mean: number;
  readonly min: number;
  readonly max: number;
  /** float32 [items × m] for each sample. */
  readonly y: readonly Float32Array[];
  readonly w?: readonly Float32Array[];
  /** float32 [kept × items] */
  readonly itemBias: Float32Array;
  /** float32 [kept × m] */
  readonly centres: Float32Array;
  /** float32 [kept] */
  readonly noise: Float32Array;
  /** float64 [items]: mean of an item's biases. */
  readonly meanBias: Float64Array;
  /** Of each sample, where ratings drift. */
  readonly drift?: readonly Drift[];
}

/** What a sample says of one user. */
export interface FoldedSample {
  /** t of each rating. */
  readonly targets: Float64Array;
  /** The rated films' vectors; where ratings drift, whitened and in the order of time. */
  readonly rated: Omit<RatedVectors, "targets">;
  /** Cholesky's factor of A: float64 [m × m]. */
  readonly factor: Float64Array;
  /** The vector: float64 [m]. */
  readonly x: Float64Array;
  readonly filtered?: FilteredTimes;
}

/** What all samples say of one user. */
export function foldInAll(fitted: FittedBayesianMf, profile: Profile): readonly FoldedSample[] {
  const sorted = fitted.drift && sortTimes(profile);
  return Array.from({ length: fitted.kept }, (_, sample) => foldInto(fitted, sample, profile, sorted));
}

function foldInto(
  fitted: FittedBayesianMf,
  sample: number,
  { items: rated, values }: Profile,
  sorted: SortedTimes | undefined,
): FoldedSample {
  const { m, items, mean, y, w, itemBias, centres, noise, drift } = fitted;
  const prior = new Float64Array(m);
  if (w) {
    const scale = implicitScale(rated.length);
    sumOfRows(
      Array.from(rated, (item) => ({ values: w[sample], at: item * m, factor: scale })),
      prior,
    );
  }
  for (let k = 0; k < m; k++) prior[k] += centres[sample * m + k];
  const targets = Float64Array.from(
    rated,
    (item, n) => (values[n] - mean - itemBias[sample * items + item]) / noise[sample],
  );
  const filtered = sorted && filterTimes(sorted, drift![sample]);
  let system: RatedVectors = { y: y[sample], f: m, rows: rated, targets };
  if (filtered) {
    const whitened = { y: new Float32Array(rated.length * m), targets: new Float64Array(rated.length) };
    whiten(filtered, system, whitened, m);
    system = { ...whitened, f: m, rows: Int32Array.from(rated.keys()) };
  }
  const factor = new Float64Array(m * m);
  for (let k = 0; k < m; k++) factor[k * m + k] = 1;
  addOuterProducts(factor, m, { ...system, weights: new Float64Array(rated.length).fill(1) });
  factorCholesky(factor, m);
  const x = new Float64Array(m);
  sumOfRows(
    Array.from(system.rows, (row, n) => ({ values: system.y, at: row * m, factor: system.targets[n] })),
    x,
  );
  for (let k = 0; k < m; k++) x[k] += prior[k];
  solveByFactor(factor, m, x);
  return { targets, rated: system, factor, x, ...present({ filtered }) };
}

/** The factors t_n of the ratings in `along` · Σ t y: how far a rating one higher moves it. */
export function alongRatings({ rated: { y, f, rows }, filtered }: FoldedSample, along: Float64Array): Float64Array {
  const products = Float64Array.from(rows, (row) => dot(along, 0, y, row * f, f));
  return filtered ? unwhitened(filtered, products) : products;
}

/** How a user's ratings of a time differ from their others, in units of σ. */
export interface TimeOfAsking {
  /** What every score has besides. */
  readonly drift: number;
  /** float64 [ratings]: the part of each in that, without what it says by the user's vector. */
  readonly weights: Float64Array;
  /** float64 [m]: what is to be taken off a film's vector for what it says by the user's vector. */
  readonly common: Float64Array;
  /** What is not known of it. */
  readonly variance: number;
}

/** @returns undefined where ratings do not drift */
export function atTime(
  { m, y }: FittedBayesianMf,
  sample: number,
  rated: Int32Array,
  { filtered, targets, x }: FoldedSample,
  time: number | undefined,
): TimeOfAsking | undefined {
  if (!filtered) return undefined;
  const { weights, variance } = driftAt(filtered, time);
  const common = new Float64Array(m);
  sumOfRows(
    Array.from(rated, (item, n) => ({ values: y[sample], at: item * m, factor: weights[n] })),
    common,
  );
  let drift = 0;
  for (let n = 0; n < rated.length; n++) drift += weights[n] * targets[n];
  for (let k = 0; k < m; k++) drift -= common[k] * x[k];
  return { drift, weights, common, variance };
}

/**
 * Standard deviations of a user's ratings of some items: of the noise, of the vector and the drift given each sample, and of the samples' scores
 * among each other (the law of total variance).
 */
export function deviationsOf(
  fitted: FittedBayesianMf,
  samples: readonly FoldedSample[],
  times: readonly (TimeOfAsking | undefined)[],
  wanted: Int32Array,
): Float64Array {
  const { items, m, kept, y, itemBias, noise } = fitted;
  return Float64Array.from(wanted, (item) => {
    let [within, sum, squares] = [0, 0, 0];
    for (const [sample, { x, factor }] of samples.entries()) {
      const at = times[sample];
      const vector = vectorAt(y[sample].subarray(item * m, (item + 1) * m), at);
      const along = vector.slice();
      solveByFactor(factor, m, along);
      within += noise[sample] ** 2 * (1 + dot(along, 0, vector, 0, m) + (at?.variance ?? 0));
      const score =
        itemBias[sample * items + item] + noise[sample] * (dot(x, 0, y[sample], item * m, m) + (at?.drift ?? 0));
      sum += score;
      squares += score ** 2;
    }
    return Math.sqrt(within / kept + Math.max(0, squares / kept - (sum / kept) ** 2));
  });
}

/** A film's vector, less what it says of a time by the user's other ratings then. */
export function vectorAt(vector: Float32Array, at: TimeOfAsking | undefined): Float64Array {
  return Float64Array.from(vector, (value, k) => value - (at ? at.common[k] : 0));
}

/** Scores of all items, or of some: means over the samples. float64, one for each item asked. */
export function scoresOf(
  fitted: FittedBayesianMf,
  samples: readonly FoldedSample[],
  times: readonly (TimeOfAsking | undefined)[],
  wanted?: Int32Array,
): Float64Array {
  const { items, m, kept, mean, y, meanBias, noise } = fitted;
  const count = wanted?.length ?? items;
  const scores = new Float64Array(count);
  const products = new Float64Array(count);
  let drift = 0;
  for (const [sample, { x }] of samples.entries()) {
    multiplyRows({ y: y[sample], f: m }, x, products, wanted);
    for (let n = 0; n < count; n++) scores[n] += noise[sample] * products[n];
    drift += (noise[sample] * (times[sample]?.drift ?? 0)) / kept;
  }
  for (let n = 0; n < count; n++) scores[n] = mean + meanBias[wanted ? wanted[n] : n] + scores[n] / kept + drift;
  return scores;
}
