/** A user's vectors given those of the films, one for each sample that is kept; bayesian-mf.ts has the formulas. */
import { addOuterProducts, dot, factorCholesky, multiplyRows, solveByFactor, sumOfRows } from "../../matrix/dense.ts";
import type { Profile } from "../model.ts";
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
}

/** What a sample says of one user. */
export interface FoldedSample {
  /** t of each rating. */
  readonly targets: Float64Array;
  /** Cholesky's factor of A: float64 [m × m]. */
  readonly factor: Float64Array;
  /** The vector's prior mean, and the vector: float64 [m]. */
  readonly prior: Float64Array;
  readonly x: Float64Array;
}

export function foldInto(fitted: FittedBayesianMf, sample: number, { items: rated, values }: Profile): FoldedSample {
  const { m, items, mean, y, w, itemBias, centres, noise } = fitted;
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
  const factor = new Float64Array(m * m);
  for (let k = 0; k < m; k++) factor[k * m + k] = 1;
  addOuterProducts(factor, m, { y: y[sample], f: m, rows: rated, weights: new Float64Array(rated.length).fill(1) });
  factorCholesky(factor, m);
  const x = new Float64Array(m);
  sumOfRows(
    Array.from(rated, (item, n) => ({ values: y[sample], at: item * m, factor: targets[n] })),
    x,
  );
  for (let k = 0; k < m; k++) x[k] += prior[k];
  solveByFactor(factor, m, x);
  return { targets, factor, prior, x };
}

/**
 * Standard deviations of a user's ratings of some items: of the noise, of the vector given each sample, and of the samples' scores
 * among each other (the law of total variance).
 */
export function deviationsOf(
  fitted: FittedBayesianMf,
  samples: readonly FoldedSample[],
  wanted: Int32Array,
): Float64Array {
  const { items, m, kept, y, itemBias, noise } = fitted;
  return Float64Array.from(wanted, (item) => {
    let [within, sum, squares] = [0, 0, 0];
    for (const [sample, { x, factor }] of samples.entries()) {
      const along = Float64Array.from(y[sample].subarray(item * m, (item + 1) * m));
      solveByFactor(factor, m, along);
      within += noise[sample] ** 2 * (1 + dot(along, 0, y[sample], item * m, m));
      const score = itemBias[sample * items + item] + noise[sample] * dot(x, 0, y[sample], item * m, m);
      sum += score;
      squares += score ** 2;
    }
    return Math.sqrt(within / kept + Math.max(0, squares / kept - (sum / kept) ** 2));
  });
}

/** Scores of all items, or of some: means over the samples. float64, one for each item asked. */
export function scoresOf(
  fitted: FittedBayesianMf,
  samples: readonly FoldedSample[],
  wanted?: Int32Array,
): Float64Array {
  const { items, m, kept, mean, y, meanBias, noise } = fitted;
  const count = wanted?.length ?? items;
  const scores = new Float64Array(count);
  const products = new Float64Array(count);
  for (const [sample, { x }] of samples.entries()) {
    multiplyRows({ y: y[sample], f: m }, x, products, wanted);
    for (let n = 0; n < count; n++) scores[n] += noise[sample] * products[n];
  }
  for (let n = 0; n < count; n++) scores[n] = mean + meanBias[wanted ? wanted[n] : n] + scores[n] / kept;
  return scores;
}
