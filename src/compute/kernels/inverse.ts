/** The passes of an inverse in tiles: assembly/inverse.ts, which has the formulas and the order of the tiles. */
import type { Engine, Step } from "../engine.ts";

/** Rows and columns of a tile. */
export const tileRows = 96;

type Numbers = Float32Array | Float64Array;

/** Numbers of a tile. */
const area = tileRows * tileRows;

interface InversePivotArguments {
  /** All tiles, in one precision, as `column` and `diagonal` below. */
  readonly tiles: Numbers;
  /** float64 [1]: receives the first pivot that is not positive, where there is one. */
  readonly pivot: Float64Array;
  /** int32 [1]: receives the row of that pivot; −1 where all are positive. */
  readonly at: Int32Array;
  /** The tile on the diagonal. */
  readonly i: number;
}

/** Factorises tile i of the diagonal, and leaves the inverse of its factor. */
export async function inversePivot(engine: Engine, { tiles, pivot, at, i }: InversePivotArguments): Promise<void> {
  const double = tiles instanceof Float64Array;
  const args = [tiles, pivot, at, i, Number(double)];
  await engine.run("inversePivot", { rows: 1, blockRows: 1, scratch: inverseScratch, args });
}

interface InverseFactorArguments {
  readonly tiles: Numbers;
  /** The row of tiles. */
  readonly i: number;
  /** Rows of tiles in all. */
  readonly count: number;
}

/** Finds the factor's tiles right of the pivot in row i. */
export async function inverseFactor(
  engine: Engine,
  { tiles, i, count }: InverseFactorArguments,
  step?: Step,
): Promise<void> {
  const double = tiles instanceof Float64Array;
  const scratch = area * tiles.BYTES_PER_ELEMENT;
  const args = [tiles, i, Number(double)];
  await engine.run("inverseFactor", { rows: count - i - 1, blockRows: 1, scratch, args }, step);
}

interface InverseTriangleArguments {
  readonly tiles: Numbers;
  /** [j + 1 tiles]: a copy of tile column j, its last tile transposed. */
  readonly column: Numbers;
  readonly j: number;
}

/** Replaces the factor's tiles above the diagonal in column j by those of its inverse. */
export async function inverseTriangle(
  engine: Engine,
  { tiles, column, j }: InverseTriangleArguments,
  step?: Step,
): Promise<void> {
  const double = tiles instanceof Float64Array;
  const scratch = area * tiles.BYTES_PER_ELEMENT;
  const args = [tiles, column, j, Number(double)];
  await engine.run("inverseTriangle", { rows: j, blockRows: 1, scratch, args }, step);
}

interface InverseProductArguments {
  readonly tiles: Numbers;
  /** [1 tile]: a copy of tile (j, j). */
  readonly diagonal: Numbers;
  readonly j: number;
  /** Rows of tiles in all. */
  readonly count: number;
}

/** Replaces tile column j by that of the inverse; columns from the first. */
export async function inverseProduct(
  engine: Engine,
  { tiles, diagonal, j, count }: InverseProductArguments,
  step?: Step,
): Promise<void> {
  const double = tiles instanceof Float64Array;
  const scratch = area * tiles.BYTES_PER_ELEMENT;
  const args = [tiles, diagonal, j, count, Number(double)];
  await engine.run("inverseProduct", { rows: j + 1, blockRows: 1, scratch, args }, step);
}

/** Bytes of scratch memory that these kernels take, at most: two tiles in double precision. */
export const inverseScratch = 16 * area;
