/** The inverse of a symmetric positive definite matrix in tiles; assembly/inverse.ts describes how. */
import type { Arena, Engine, Step } from "./engine.ts";
import { type SparseRows, sparseGram, sparseGramScratch } from "./kernels/ease.ts";
import {
  inverseLevel,
  inversePivot,
  inverseProduct,
  inverseScratch,
  panelRowBytes,
  tileRows as side,
} from "./kernels/inverse.ts";

/** Numbers of a tile. */
const area = side * side;

/** How the large arrays are kept: 4 bytes a number, or 8. */
export type Precision = "single" | "double";

/** The upper triangle of a symmetric matrix in tiles, in the engine's memory and in the order of assembly/inverse.ts. */
export interface Tiles {
  /** Rows of the matrix. */
  readonly n: number;
  /** Rows of tiles: n / 192, rounded up. */
  readonly count: number;
  readonly data: Float32Array | Float64Array;
}

export function tilesIn(arena: Arena, n: number, precision: Precision): Tiles {
  const count = Math.ceil(n / side);
  const length = area * ((count * (count + 1)) / 2);
  return { n, count, data: precision === "double" ? arena.float64(length) : arena.float32(length) };
}

export function tileBytes(n: number, precision: Precision): number {
  const count = Math.ceil(n / side);
  return bytesOf(precision) * area * ((count * (count + 1)) / 2);
}

/** Bytes that `fillGram` takes beside the tiles: X twice, and scratch memory for one thread. */
export function gramBytes(rows: number, columns: number, entries: number): number {
  return 16 * entries + 4 * (rows + columns) + sparseGramScratch(rows);
}

/** Bytes that `invertTiles` takes beside the tiles: a column of them, and scratch memory for one thread. */
export function inverseBytes(n: number, precision: Precision): number {
  return area * bytesOf(precision) * Math.ceil(n / side) + inverseScratch;
}

function bytesOf(precision: Precision): number {
  return precision === "double" ? 8 : 4;
}

/** Fills the tiles with XXᵀ + λI, given X by rows and by columns. */
export async function fillGram(
  engine: Engine,
  tiles: Tiles,
  byRow: SparseRows,
  byColumn: SparseRows,
  lambda: number,
  step?: Step,
): Promise<void> {
  using arena = engine.arena();
  const place = ({ offsets, indices, values }: SparseRows): SparseRows => ({
    offsets: arena.place(offsets),
    indices: arena.place(indices),
    values: arena.place(values),
  });
  const { n, data } = tiles;
  await sparseGram(engine, { byRow: place(byRow), byColumn: place(byColumn), tiles: data, n, lambda }, step);
}

/** Sets the diagonal of a matrix of zeros, and to 1 what fills up the last tile: λI, to which `fillRow` adds. */
export function fillDiagonal(tiles: Tiles, lambda: number): void {
  for (let i = 0; i < tiles.count * side; i++) tiles.data[indexOf(tiles, i, i)] = i < tiles.n ? lambda : 1;
}

/** Sets some entries of row i of XXᵀ + λI; the matrix is symmetric. */
export function fillRow(tiles: Tiles, lambda: number, i: number, columns: Int32Array, products: Float64Array): void {
  for (let n = 0; n < columns.length; n++) {
    const j = columns[n];
    tiles.data[indexOf(tiles, Math.min(i, j), Math.max(i, j))] = i === j ? products[n] + lambda : products[n];
  }
}

/**
 * Replaces a positive definite matrix by its inverse. About n³ flops.
 *
 * @throws RangeError where the matrix is not positive definite in its precision
 */
export async function invertTiles(engine: Engine, tiles: Tiles, step: Step = async () => {}): Promise<void> {
  using arena = engine.arena();
  const { n, count, data } = tiles;
  const column = data instanceof Float64Array ? arena.float64(area * count) : arena.float32(area * count);
  const [pivot, at] = [arena.float64(1), arena.int32(1)];
  const total = (count * (count + 1) * (count + 2)) / 2; // products of two tiles
  let done = 0;
  /** Runs a kernel that multiplies so many pairs of tiles. */
  async function pass(products: number, run: (step: Step) => Promise<void>): Promise<void> {
    await run((row, rows) => step(done + (products * row) / rows, total));
    done += products;
  }

  for (let i = 0; i < count; i++) {
    inversePivot(engine, { tiles: data, column, pivot, at, i, n });
    if (at[0] >= 0) throw new RangeError(`the matrix is not positive definite: pivot ${at[0]} is ${pivot[0]}`);
    await pass((i + 1) * (count - i) + (i * (i + 3)) / 2, (rowStep) =>
      inverseLevel(engine, { tiles: data, column, i, n }, rowStep),
    );
  }
  for (let j = 0; j < count; j++) {
    column.set(data.subarray(startOf(0, j), startOf(0, j + 1)));
    await pass((j + 1) * (count - j), (rowStep) => inverseProduct(engine, { tiles: data, column, j, n }, rowStep));
  }
}

/** A run of entries: columns j, j + 1, … of row i, i ≤ j, are data[start .. start + length]. */
type Run = (i: number, j: number, start: number, length: number) => void;

/** Calls back with all entries of the upper triangle, in runs, neighbouring rows one after the other. */
export function eachRun({ n, count, data }: Tiles, take: Run): void {
  const width = panelRowBytes / data.BYTES_PER_ELEMENT;
  for (let tileColumn = 0; tileColumn < count; tileColumn++) {
    for (let tileRow = 0; tileRow <= tileColumn; tileRow++) {
      for (let panel = 0; panel < side / width; panel++) {
        const start = startOf(tileRow, tileColumn) + panel * side * width;
        const first = tileColumn * side + panel * width;
        const end = Math.min(n, first + width);
        for (let r = 0; r < side; r++) {
          const i = tileRow * side + r;
          const j = Math.max(i, first);
          if (j < end) take(i, j, start + r * width + j - first, end - j);
        }
      }
    }
  }
}

/** Index of entry (i, j), i ≤ j, among the tiles. */
export function indexOf({ data }: Tiles, i: number, j: number): number {
  const [tileRow, tileColumn] = [Math.floor(i / side), Math.floor(j / side)];
  const width = panelRowBytes / data.BYTES_PER_ELEMENT;
  const column = j % side;
  const panel = Math.floor(column / width);
  return startOf(tileRow, tileColumn) + (panel * side + (i % side)) * width + (column % width);
}

function startOf(tileRow: number, tileColumn: number): number {
  return area * ((tileColumn * (tileColumn + 1)) / 2 + tileRow);
}
