/** Steps of a Gibbs sampler for a factorisation of ratings: assembly/gibbs.ts, which has the formulas. */
import type { Engine, Step } from "../engine.ts";

export interface GibbsRowsArguments {
  /** int32 [rows + 1], int32 and float32 [ratings]: the ratings by row. */
  readonly offsets: Int32Array;
  readonly indices: Int32Array;
  readonly values: Float32Array;
  /** float32 [columns × n] and [columns] */
  readonly fixed: Float32Array;
  readonly fixedBias: Float32Array;
  /** float32 [rows × n]: the vectors' prior means. */
  readonly priors: Float32Array;
  /** float32 [rows × n], standard normal; without it, rows receive their means. */
  readonly noise?: Float32Array;
  /** float32 [rows × n]: receives the vectors. */
  readonly factors: Float32Array;
  /** float64, at least [rows]: receives each row's Σ (t − x · y)². */
  readonly losses: Float64Array;
  /** A multiple of 8. */
  readonly n: number;
  /** What is subtracted from ratings, and what they are then multiplied by. */
  readonly mean: number;
  readonly unit: number;
}

/** Draws the vectors of one side given those of the other. */
export async function gibbsRows(
  engine: Engine,
  { offsets, indices, values, fixed, fixedBias, priors, noise, factors, losses, n, mean, unit }: GibbsRowsArguments,
  step?: Step,
): Promise<void> {
  const ratings = [offsets, indices, values];
  const args = [...ratings, fixed, fixedBias, priors, noise ?? 0, factors, losses, n, mean, unit];
  await engine.run("gibbsRows", { rows: offsets.length - 1, blockRows: 64, scratch: gibbsRowsScratch(n), args }, step);
}

/** Bytes of scratch memory for vectors of n numbers: one system, its right side, the vectors of 32 ratings, and 8 rows of a factor. */
export function gibbsRowsScratch(n: number): number {
  return 4 * n * (n + 42);
}

interface GibbsWeightsArguments {
  /** int32 [features + 1] and int32 [entries]: the rows that have each feature. */
  readonly offsets: Int32Array;
  readonly indices: Int32Array;
  /** float32 [entries]: what they have of it; `scales` unless given. */
  readonly entries?: Float32Array | undefined;
  /** float32 [rows]: what a row has of each of its features, where these have no entries. */
  readonly scales?: Float32Array | undefined;
  /** float32 [features]: Σ of the squares of what rows have. */
  readonly squares: Float32Array;
  /** float32 [n / 4][rows][4]: what is left of the rows' vectors. */
  readonly residuals: Float32Array;
  /** float32 [features × n]: the weights, old and new. */
  readonly weights: Float32Array;
  /** float32 [features × n], standard normal; without it nothing is drawn, and what the weights say is taken off the residuals. */
  readonly noise?: Float32Array;
  readonly n: number;
  /** Precision of the prior. */
  readonly lambda: number;
}

/** Draws the weights of features given what they leave of the rows' vectors. */
export async function gibbsWeights(
  engine: Engine,
  { offsets, indices, entries, scales, squares, residuals, weights, noise, n, lambda }: GibbsWeightsArguments,
): Promise<void> {
  const [rows, features] = [residuals.length / n, offsets.length - 1];
  const matrix = [offsets, indices, entries ?? 0, scales ?? 0, squares];
  const args = [...matrix, residuals, weights, noise ?? 0, rows, features, n, lambda];
  await engine.run("gibbsWeights", { rows: n / 4, blockRows: 1, scratch: 0, args });
}
