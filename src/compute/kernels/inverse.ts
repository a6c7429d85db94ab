/** The passes of an inverse in tiles: assembly/inverse.ts, which has the formulas and the order of the tiles. */
import type { Engine, Step } from "../engine.ts";

/** Rows and columns of a tile. */
export const tileRows = 192;

/** Bytes of a row of a panel: columns of a tile that lie together. */
export const panelRowBytes = 96;

/** Parts of a tile that threads take. */
const parts = 2;

type Numbers = Float32Array | Float64Array;

interface InversePivotArguments {
  /** All tiles, in one precision, as `column`. */
  readonly tiles: Numbers;
  /** [i + 1 tiles]: receives tile column i of the factor, and the inverse of its pivot tile. */
  readonly column: Numbers;
  /** float64 [1]: receives the first pivot that is not positive, where there is one. */
  readonly pivot: Float64Array;
  /** int32 [1]: receives the row of that pivot; −1 where all are positive. */
  readonly at: Int32Array;
  /** The tile on the diagonal. */
  readonly i: number;
  /** Rows of the matrix. */
  readonly n: number;
}

/** Factorises tile i of the diagonal, and leaves the inverse of its factor. On the calling thread: half a product for each i. */
export function inversePivot(engine: Engine, { tiles, column, pivot, at, i, n }: InversePivotArguments): void {
  const double = tiles instanceof Float64Array;
  const args = [tiles, column, pivot, at, i, n, Number(double)];
  engine.call("inversePivot", { rows: 1, blockRows: 1, scratch: inverseScratch, args });
}

interface InverseLevelArguments {
  readonly tiles: Numbers;
  /** [i + 1 tiles]: what `inversePivot` left. */
  readonly column: Numbers;
  readonly i: number;
  readonly n: number;
}

/** Finds tile row i of the factor, right of the pivot, and of its inverse. Its rows are halves of the tiles. */
export async function inverseLevel(
  engine: Engine,
  { tiles, column, i, n }: InverseLevelArguments,
  step?: Step,
): Promise<void> {
  const rows = parts * (Math.ceil(n / tileRows) - 1);
  const double = tiles instanceof Float64Array;
  const args = [tiles, column, i, n, Number(double)];
  await engine.run("inverseLevel", { rows, blockRows: 1, scratch: 0, args }, step);
}

interface InverseProductArguments {
  readonly tiles: Numbers;
  /** [j + 1 tiles]: a copy of tile column j. */
  readonly column: Numbers;
  readonly j: number;
  readonly n: number;
}

/** Replaces tile column j by that of the inverse; columns from the first. Its rows are halves of the tiles. */
export async function inverseProduct(
  engine: Engine,
  { tiles, column, j, n }: InverseProductArguments,
  step?: Step,
): Promise<void> {
  const double = tiles instanceof Float64Array;
  const args = [tiles, column, j, n, Number(double)];
  await engine.run("inverseProduct", { rows: parts * (j + 1), blockRows: 1, scratch: 0, args }, step);
}

/** Bytes of scratch memory that these kernels take, at most: three tiles in double precision. */
export const inverseScratch = 24 * tileRows * tileRows;
