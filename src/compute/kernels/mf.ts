/** Explicit matrix factorisation with biases: assembly/mf.ts, which has the formulas. */
import type { Engine, Step } from "../engine.ts";

interface MfSgdArguments {
  /** int32 [parts² + 1]: where the ratings of each block begin, by user part and then item part. */
  readonly offsets: Int32Array;
  /** int32, int32 and float32 [ratings] */
  readonly userOf: Int32Array;
  readonly itemOf: Int32Array;
  readonly values: Float32Array;
  /** float32 [rows × f] */
  readonly users: Float32Array;
  readonly items: Float32Array;
  /** float32 [rows] */
  readonly userBias: Float32Array;
  readonly itemBias: Float32Array;
  readonly userWeights: Float32Array;
  readonly itemWeights: Float32Array;
  /** float64 [parts²]: receives Σ e² of each block of the diagonal, e before its step. */
  readonly losses: Float64Array;
  readonly parts: number;
  readonly diagonal: number;
  /** A multiple of 4. */
  readonly f: number;
  /** What is subtracted from ratings. */
  readonly mean: number;
  readonly rate: number;
  /** 1; 0 without biases. */
  readonly one: number;
  /** float32 [items × apart]: what an item's factors and its bias are drawn to instead of 0. */
  readonly priors?: Float32Array | undefined;
  /** Numbers from one prior to the next. */
  readonly apart: number;
}

/**
 * Takes one step of stochastic gradient descent for each rating in the blocks of a diagonal.
 *
 * @param step is called with numbers of blocks
 */
export async function mfSgd(
  engine: Engine,
  {
    offsets,
    userOf,
    itemOf,
    values,
    users,
    items,
    userBias,
    itemBias,
    userWeights,
    itemWeights,
    losses,
    parts,
    diagonal,
    f,
    mean,
    rate,
    one,
    priors,
    apart,
  }: MfSgdArguments,
  step?: Step,
): Promise<void> {
  const ratings = [offsets, userOf, itemOf, values];
  const sides = [users, items, userBias, itemBias, userWeights, itemWeights];
  const args = [...ratings, ...sides, losses, parts, diagonal, f, mean, rate, one, priors ?? 0, apart];
  await engine.run("mfSgd", { rows: parts, blockRows: 1, scratch: 0, args }, step);
}

interface MfCholeskyArguments {
  /** int32 [rows + 1], int32 and float32 [ratings]: the ratings by row. */
  readonly offsets: Int32Array;
  readonly indices: Int32Array;
  readonly values: Float32Array;
  /** float32 [columns × f] and [columns] */
  readonly fixed: Float32Array;
  readonly fixedBias: Float32Array;
  /** float32 [rows × f] and [rows]: receive the solution. */
  readonly factors: Float32Array;
  readonly bias: Float32Array;
  /** float32 [rows], above 0 where a row has ratings. */
  readonly weights: Float32Array;
  /** float64, at least [rows]: receives each row's loss, regularisation included. */
  readonly losses: Float64Array;
  /** A multiple of 4. */
  readonly f: number;
  /** Order of a system: f + 1 and then up to a multiple of 8. */
  readonly n: number;
  /** What is subtracted from ratings. */
  readonly mean: number;
  /** 1; 0 without biases. */
  readonly one: number;
  /** float32 [rows × n]: what factors and bias are drawn to instead of 0. */
  readonly priors?: Float32Array | undefined;
  /** Rows that one thread takes at a time; 64 unless given. */
  readonly blockRows?: number;
}

/** Solves for the factors and biases of one side with the other side fixed. */
export async function mfCholesky(
  engine: Engine,
  {
    offsets,
    indices,
    values,
    fixed,
    fixedBias,
    factors,
    bias,
    weights,
    losses,
    f,
    n,
    mean,
    one,
    priors,
    blockRows = 64,
  }: MfCholeskyArguments,
  step?: Step,
): Promise<void> {
  const ratings = [offsets, indices, values];
  const args = [...ratings, fixed, fixedBias, factors, bias, weights, losses, f, n, mean, one, priors ?? 0];
  await engine.run("mfCholesky", { rows: offsets.length - 1, blockRows, scratch: mfCholeskyScratch(n), args }, step);
}

/** Bytes of scratch memory for systems of order n: one, its solution, the vectors of 32 ratings, and 8 rows of a factor. */
export function mfCholeskyScratch(n: number): number {
  return 4 * n * (n + 41);
}

interface MfGradientArguments {
  /** int32, int32 and float32 [ratings], sorted by row. */
  readonly rowOf: Int32Array;
  readonly columnOf: Int32Array;
  readonly values: Float32Array;
  /** The batch: ratings from .. to. */
  readonly from: number;
  readonly to: number;
  /** float32 [rows × f] and [rows] */
  readonly own: Float32Array;
  readonly ownBias: Float32Array;
  /** float32 [columns × f] and [columns] */
  readonly other: Float32Array;
  readonly otherBias: Float32Array;
  /** float32 [rows × f] and [rows]: receive the gradients. */
  readonly gradients: Float32Array;
  readonly biasGradients: Float32Array;
  /** float32 [rows] */
  readonly weights: Float32Array;
  /** float64 [rows]: receives Σ e². */
  readonly losses: Float64Array;
  /** float64 [rows]: receives w (|x|² + b²). */
  readonly penalties: Float64Array;
  /** A multiple of 4. */
  readonly f: number;
  /** What is subtracted from ratings. */
  readonly mean: number;
  /** Factors of the error's part of a gradient, and of the weight's. */
  readonly scale: number;
  readonly decay: number;
  /** 1; 0 without biases. */
  readonly one: number;
  /** Rows that one thread takes at a time; 64 unless given. */
  readonly blockRows?: number;
}

/** Finds the gradients of the rows of one side. */
export async function mfGradient(
  engine: Engine,
  {
    rowOf,
    columnOf,
    values,
    from,
    to,
    own,
    ownBias,
    other,
    otherBias,
    gradients,
    biasGradients,
    weights,
    losses,
    penalties,
    f,
    mean,
    scale,
    decay,
    one,
    blockRows = 64,
  }: MfGradientArguments,
): Promise<void> {
  const ratings = [rowOf, columnOf, values, from, to];
  const sides = [own, ownBias, other, otherBias, gradients, biasGradients, weights];
  const args = [...ratings, ...sides, losses, penalties, f, mean, scale, decay, one];
  await engine.run("mfGradient", { rows: ownBias.length, blockRows, scratch: 0, args });
}
