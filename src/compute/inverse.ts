/** The inverse of a symmetric positive definite matrix in tiles; assembly/inverse.ts describes how. */
import type { Arena, Engine, Step } from "./engine.ts";
import { type SparseRows, sparseGram, sparseGramScratch } from "./kernels/ease.ts";
import {
  inverseFactor,
  inversePivot,
  inverseProduct,
  inverseScratch,
  inverseTriangle,
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
  /** Rows of tiles: n / 96, rounded up. */
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
  return 16 * entries + 4 * (rows + columns) + sparseGramScratch(Math.ceil(rows / side));
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
  const { n, count, data } = tiles;
  await sparseGram(engine, { byRow: place(byRow), byColumn: place(byColumn), tiles: data, n, count, lambda }, step);
}

/**
 * Replaces a positive definite matrix by its inverse. About n³ flops.
 *
 * @throws RangeError where the matrix is not positive definite in its precision
 */
export async function invertTiles(engine: Engine, tiles: Tiles, step: Step = async () => {}): Promise<void> {
  using arena = engine.arena();
  const { count, data } = tiles;
  const column = data instanceof Float64Array ? arena.float64(area * count) : arena.float32(area * count);
  const [pivot, at] = [arena.float64(1), arena.int32(1)];
  const total = (count * (count + 1) * (count + 2)) / 2; // products of two tiles, all three passes
  let done = 0;
  /** Runs a pass over `rows` tiles; each of them multiplies `products` pairs of tiles, on average. */
  async function pass(rows: number, products: number, run: (step: Step) => Promise<void>): Promise<void> {
    const before = done;
    await run((row) => step(before + row * products, total));
    done += rows * products;
  }

  for (let i = 0; i < count; i++) {
    await inversePivot(engine, { tiles: data, pivot, at, i });
    if (at[0] >= 0) throw new RangeError(`the matrix is not positive definite: pivot ${at[0]} is ${pivot[0]}`);
    done += i + 1;
    await pass(count - i - 1, i + 1, (rowStep) => inverseFactor(engine, { tiles: data, i, count }, rowStep));
  }
  for (let j = 0; j < count; j++) {
    column.set(data.subarray(startOf(0, j), startOf(0, j + 1)));
    transposeTile(data, startOf(j, j));
    await pass(j, (j + 3) / 2, (rowStep) => inverseTriangle(engine, { tiles: data, column, j }, rowStep));
  }
  for (let j = 0; j < count; j++) {
    column.set(data.subarray(startOf(j, j), startOf(j, j) + area));
    await pass(j + 1, count - j, (rowStep) =>
      inverseProduct(engine, { tiles: data, diagonal: column, j, count }, rowStep),
    );
  }
}

/** Calls back with each entry of the upper triangle, i ≤ j. */
export function eachEntry({ n, count, data }: Tiles, take: (i: number, j: number, value: number) => void): void {
  for (let tileColumn = 0; tileColumn < count; tileColumn++) {
    for (let tileRow = 0; tileRow <= tileColumn; tileRow++) {
      const start = startOf(tileRow, tileColumn);
      const end = Math.min(n, (tileColumn + 1) * side);
      for (let i = tileRow * side; i < Math.min(n, (tileRow + 1) * side); i++) {
        const row = start + (i - tileRow * side) * side - tileColumn * side;
        for (let j = Math.max(i, tileColumn * side); j < end; j++) take(i, j, data[row + j]);
      }
    }
  }
}

/** Index of entry (i, j), i ≤ j, among the tiles. */
export function indexOf(i: number, j: number): number {
  const [tileRow, tileColumn] = [Math.floor(i / side), Math.floor(j / side)];
  return startOf(tileRow, tileColumn) + (i % side) * side + (j % side);
}

function startOf(tileRow: number, tileColumn: number): number {
  return area * ((tileColumn * (tileColumn + 1)) / 2 + tileRow);
}

function transposeTile(data: Float32Array | Float64Array, start: number): void {
  for (let i = 0; i < side; i++) {
    for (let j = 0; j < i; j++) {
      const [a, b] = [start + i * side + j, start + j * side + i];
      [data[a], data[b]] = [data[b], data[a]];
    }
  }
}
