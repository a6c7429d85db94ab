/** Scores of every item for many users, and the best of them: assembly/scores.ts, which has the formulas. */
import type { Csr } from "../../matrix/csr.ts";
import type { Engine, KernelWork, Step } from "../engine.ts";

/** Columns of a panel that `denseScores` takes, and `sparseScores`. */
export const densePanel = 8;
export const sparsePanel = 32;

/** Rows that one thread takes at a time: whole register tiles of 6. */
const blockRows = 48;

interface DenseScoresArguments {
  readonly rows: number;
  /** float32 [rows × depth] */
  readonly left: Float32Array;
  /** float32 [⌈columns / 8⌉ × depth × 8] */
  readonly panels: Float32Array;
  /** float32 [rows × columns]: receives the product. */
  readonly out: Float32Array;
  readonly depth: number;
  readonly columns: number;
}

/** Multiplies two dense matrices. */
export async function denseScores(
  engine: Engine,
  { rows, left, panels, out, depth, columns }: DenseScoresArguments,
  step?: Step,
): Promise<void> {
  const args = [left, panels, out, depth, columns];
  await engine.run("denseScores", { rows, blockRows, scratch: 32, args }, step);
}

interface SparseScoresArguments {
  /** Of `depth` columns; in the engine's memory. */
  readonly matrix: Csr;
  /** float32 [panels × depth × 32] */
  readonly panels: Float32Array;
  /** float32 [rows × columns]: receives the product, from column `first` on. */
  readonly out: Float32Array;
  readonly depth: number;
  readonly columns: number;
  readonly first: number;
}

function sparseScoresWork(
  { matrix: { rows, offsets, indices, values }, panels, out, depth, columns, first }: SparseScoresArguments,
  count: number,
): KernelWork {
  const args = [offsets, indices, values, panels, out, rows, depth, columns, first];
  return { rows: count, blockRows: 1, scratch: 128, args };
}

/** Multiplies a sparse matrix by some columns of a dense one. */
export async function sparseScores(engine: Engine, given: SparseScoresArguments, step?: Step): Promise<void> {
  const count = given.panels.length / (sparsePanel * given.depth);
  await engine.run("sparseScores", sparseScoresWork(given, count), step);
}

interface SparsePanelArguments {
  /** In the engine's memory. */
  readonly matrix: Csr;
  /** float32 [its columns × 32] */
  readonly panel: Float32Array;
  /** float32 [its rows × 32]: receives the product. */
  readonly out: Float32Array;
}

/** Multiplies a sparse matrix by 32 columns, on the calling thread. */
export function sparsePanelProduct(engine: Engine, { matrix, panel, out }: SparsePanelArguments): void {
  const given = { matrix, panels: panel, out, depth: matrix.columns, columns: sparsePanel, first: 0 };
  engine.call("sparseScores", sparseScoresWork(given, 1));
}

interface ScatterScoresArguments {
  /** In the engine's memory. */
  readonly matrix: Csr;
  /** int32 [its columns + 1], int32 and float64: the rows of the other one. */
  readonly lists: Int32Array;
  readonly targets: Int32Array;
  readonly weights: Float64Array;
  /** float32 [rows × columns]: receives the product. */
  readonly out: Float32Array;
  readonly columns: number;
  /** What stands where nothing is added. */
  readonly missing: number;
}

/** Multiplies two sparse matrices. */
export async function scatterScores(
  engine: Engine,
  {
    matrix: { rows, offsets, indices, values },
    lists,
    targets,
    weights,
    out,
    columns,
    missing,
  }: ScatterScoresArguments,
  step?: Step,
): Promise<void> {
  const args = [offsets, indices, values, lists, targets, weights, out, columns, missing];
  const scratch = 32 * Math.ceil(columns / 4);
  await engine.run("scatterScores", { rows, blockRows, scratch, args }, step);
}

interface BestScoresArguments {
  readonly rows: number;
  /** float32 [rows × columns]; −Infinity comes where a row holds the column. */
  readonly scores: Float32Array;
  /** int32 [rows + 1] and int32: the columns that each row is not to be given. */
  readonly offsets: Int32Array;
  readonly indices: Int32Array;
  /** int32 and float32 [rows × k]: receive the lists. */
  readonly items: Int32Array;
  readonly best: Float32Array;
  /** int32 [rows]: receives the first column whose score is NaN or +Infinity, or −1. */
  readonly wrong: Int32Array;
  readonly columns: number;
  readonly k: number;
}

/** Finds the k best columns of every row. */
export async function bestScores(
  engine: Engine,
  { rows, scores, offsets, indices, items, best, wrong, columns, k }: BestScoresArguments,
): Promise<void> {
  const args = [scores, offsets, indices, items, best, wrong, columns, k];
  await engine.run("bestScores", { rows, blockRows, scratch: 0, args });
}
