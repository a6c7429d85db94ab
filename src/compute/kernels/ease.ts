/** What EASE needs beside the inverse: assembly/ease.ts. */
import type { Engine, Step } from "../engine.ts";
import { tileRows } from "./inverse.ts";

/** Items of one block: their columns of W are written side by side. */
const blockItems = 8;

/** Sparse rows; the column indices of a row ascend. */
export interface SparseRows {
  readonly offsets: Int32Array;
  readonly indices: Int32Array;
  readonly values: Float32Array;
}

interface SparseGramArguments {
  /** X by its n rows, and by its columns, in the engine's memory. */
  readonly byRow: SparseRows;
  readonly byColumn: SparseRows;
  /** Receives the tiles of the upper triangle, in the order of assembly/inverse.ts. */
  readonly tiles: Float32Array | Float64Array;
  readonly n: number;
  readonly lambda: number;
}

/** Fills tiles with XXᵀ + λI. */
export async function sparseGram(
  engine: Engine,
  { byRow: { offsets, indices, values }, byColumn, tiles, n, lambda }: SparseGramArguments,
  step?: Step,
): Promise<void> {
  const { offsets: columnOffsets, indices: columnIndices, values: columnValues } = byColumn;
  const double = tiles instanceof Float64Array;
  const sparse = [offsets, indices, values, columnOffsets, columnIndices, columnValues];
  const args = [...sparse, tiles, n, lambda, Number(double)];
  const rows = tileRows * Math.ceil(n / tileRows);
  await engine.run("sparseGram", { rows, blockRows: 32, scratch: sparseGramScratch(n), args }, step);
}

/** Bytes of scratch memory that `sparseGram` takes for a matrix of n rows. */
export function sparseGramScratch(n: number): number {
  return 8 * tileRows * Math.ceil(n / tileRows);
}

interface EaseWeightsArguments {
  /** K, symmetric: [users × stride], zero beyond users. */
  readonly k: Float32Array | Float64Array;
  /** X by item: int32 [items + 1], int32 and float32 [ratings]. */
  readonly offsets: Int32Array;
  readonly raters: Int32Array;
  readonly values: Float32Array;
  /** float32 [users × width]: receives W, item by `item − first`. */
  readonly w: Float32Array;
  /** float64 [items]: receives d_j = 1 − Σ_u x_uj w_uj. */
  readonly slack: Float64Array;
  readonly users: number;
  /** A multiple of 4. */
  readonly stride: number;
  /** Items: from `first` on, `width` of them. */
  readonly first: number;
  readonly width: number;
}

/** Computes W = K X for a range of items. */
export async function easeWeights(
  engine: Engine,
  { k, offsets, raters, values, w, slack, users, stride, first, width }: EaseWeightsArguments,
  step?: Step,
): Promise<void> {
  const double = k instanceof Float64Array;
  const args = [k, offsets, raters, values, w, slack, users, stride, first, width, Number(double)];
  const scratch = easeWeightsScratch(stride, k.BYTES_PER_ELEMENT);
  await engine.run("easeWeights", { rows: width, blockRows: blockItems, scratch, args }, step);
}

/** Bytes of scratch memory that `easeWeights` takes. */
export function easeWeightsScratch(stride: number, bytesPerNumber: number): number {
  return blockItems * stride * bytesPerNumber;
}

interface RegressionsArguments {
  /** float32 [n × n]: A, symmetric and positive definite. */
  readonly a: Float32Array;
  readonly n: number;
  /** int32 [rows × f]: for each row i the indices of a set S, −1 after the last. */
  readonly sets: Int32Array;
  /** float32 [rows × f]: A_Si, zeros after the last; receives A_SS⁻¹ A_Si. */
  readonly products: Float32Array;
  /** float64 [rows]: A_ii; receives A_ii − A_iS A_SS⁻¹ A_Si. */
  readonly rest: Float64Array;
  /** A multiple of 8. */
  readonly f: number;
  readonly rows: number;
}

/** Solves a system for each row. */
export async function regressions(
  engine: Engine,
  { a, n, sets, products, rest, f, rows }: RegressionsArguments,
  step?: Step,
): Promise<void> {
  const args = [a, n, sets, products, rest, f];
  await engine.run("regressions", { rows, blockRows: 16, scratch: regressionsScratch(f), args }, step);
}

/** Bytes of scratch memory that `regressions` takes. */
export function regressionsScratch(f: number): number {
  return 4 * f * (f + 9);
}
