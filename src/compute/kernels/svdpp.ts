/** SVD++: assembly/svdpp.ts, which has the formulas. */
import type { Engine } from "../engine.ts";

interface SvdppArguments {
  /** int32 [users + 1], int32 and float32 [ratings]: the ratings by user. */
  readonly offsets: Int32Array;
  readonly indices: Int32Array;
  readonly values: Float32Array;
  /** int32 [users]: in which order users come. */
  readonly order: Int32Array;
  /** float32 [users × f] */
  readonly users: Float32Array;
  /** float32 [items × f], each. */
  readonly items: Float32Array;
  readonly implicit: Float32Array;
  /** float32 [rows] */
  readonly userBias: Float32Array;
  readonly itemBias: Float32Array;
  /** float64 [users]: receives Σ e² of each user's ratings, e before its step. */
  readonly losses: Float64Array;
  /** A multiple of 4. */
  readonly f: number;
  /** What is subtracted from ratings. */
  readonly mean: number;
  readonly rate: number;
  readonly regularisation: number;
}

/** Takes the steps of the users order[first .. end], one after another: on one thread, as each begins where the one before has ended. */
export async function svdppSgd(
  engine: Engine,
  {
    offsets,
    indices,
    values,
    order,
    users,
    items,
    implicit,
    userBias,
    itemBias,
    losses,
    f,
    mean,
    rate,
    regularisation,
  }: SvdppArguments,
  first: number,
  end: number,
): Promise<void> {
  const arrays = [users, items, implicit, userBias, itemBias, losses];
  const args = [offsets, indices, values, order, first, ...arrays, f, mean, rate, regularisation];
  await engine.run("svdppSgd", { rows: end - first, blockRows: end - first, scratch: 8 * f, args });
}
