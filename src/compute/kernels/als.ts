/** Half-steps of implicit ALS: assembly/als.ts, which has the formulas. */
import type { Engine, Step } from "../engine.ts";

/** Rows of a block of `alsConjugate`, at most. */
export const alsBlockRows = 128;

/** The systems of a half-step: for the factors of one side, with those of the other fixed. */
interface AlsArguments {
  /** int32 [ratings]: column << shift | level of each rating r = level × unit; the column alone where shift is 0. */
  readonly entries: Int32Array;
  /** float32 [ratings]: each r, where shift is 0; not read otherwise. */
  readonly values: Float32Array;
  readonly shift: number;
  readonly unit: number;
  /** float32 [columns × f] */
  readonly fixed: Float32Array;
  /** float32 [f × f]: YᵀY of the fixed factors. */
  readonly gram: Float32Array;
  /** float32 [rows × f]: the factors to find. `alsConjugate` starts from those there. */
  readonly factors: Float32Array;
  /** float64 [rows]: receives each row's loss. */
  readonly losses: Float64Array;
  /** float32 [rows]: λ of each row. */
  readonly weights: Float32Array;
  /** Length of a row's factors, a multiple of 8. */
  readonly f: number;
  /** c = base + alpha · r */
  readonly base: number;
  readonly alpha: number;
  /** float32 [rows × f]: what factors are drawn to instead of 0; zeros for rows without ratings. */
  readonly priors?: Float32Array | undefined;
}

interface AlsConjugateArguments extends AlsArguments {
  /** int32 [visits + 1]: where the ratings of each visit begin. */
  readonly visits: Int32Array;
  /** int32 [blocks + 1][2]: the first row and the first visit of each block, which has at most `alsBlockRows` rows. */
  readonly blocks: Int32Array;
  /** Steps of conjugate gradient. */
  readonly steps: number;
}

interface AlsCholeskyArguments extends AlsArguments {
  /** int32 [rows + 1]: where the ratings of each row begin. */
  readonly offsets: Int32Array;
}

/**
 * Takes the factors a few steps of conjugate gradient nearer to the solution.
 *
 * @param step is called with numbers of blocks
 */
export async function alsConjugate(
  engine: Engine,
  {
    visits,
    entries,
    values,
    shift,
    unit,
    fixed,
    gram,
    factors,
    losses,
    weights,
    f,
    base,
    alpha,
    priors,
    steps,
    blocks,
  }: AlsConjugateArguments,
  step?: Step,
): Promise<void> {
  const sparse = [visits, entries, values, shift, unit];
  const args = [...sparse, fixed, gram, factors, losses, weights, f, base, alpha, priors ?? 0, steps, blocks];
  const scratch = 4 * ((3 * f + 1) * alsBlockRows + 8);
  await engine.run("alsConjugate", { rows: blocks.length / 2 - 1, blockRows: 1, scratch, args }, step);
}

/** Solves for the factors; rows without ratings get zeros. */
export async function alsCholesky(
  engine: Engine,
  {
    offsets,
    entries,
    values,
    shift,
    unit,
    fixed,
    gram,
    factors,
    losses,
    weights,
    f,
    base,
    alpha,
    priors,
  }: AlsCholeskyArguments,
  step?: Step,
): Promise<void> {
  const sparse = [offsets, entries, values, shift, unit];
  const args = [...sparse, fixed, gram, factors, losses, weights, f, base, alpha, priors ?? 0];
  const scratch = 4 * (f * f + f + 64 * f);
  await engine.run("alsCholesky", { rows: offsets.length - 1, blockRows: 64, scratch, args }, step);
}
