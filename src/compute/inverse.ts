import type { Arena, Engine, Step } from "./engine.ts";

/** Rows of a tile, as in assembly/inverse.ts. */
const side = 96;

/** How the large arrays are kept: 4 bytes a number, or 8. */
export type Precision = "single" | "double";

/** A symmetric matrix by the tiles of its upper triangle, in an engine's memory, as assembly/inverse.ts describes them. */
export interface Tiles {
  /** Rows of the matrix. */
  readonly n: number;
  /** Rows of tiles: n / 96, rounded up. */
  readonly count: number;
  readonly data: Float32Array | Float64Array;
}

/** Sparse rows; the column indices of a row ascend. */
export interface SparseRows {
  readonly offsets: Int32Array;
  readonly indices: Int32Array;
  readonly values: Float32Array;
}

export function tilesIn(arena: Arena, n: number, precision: Precision): Tiles {
  const count = Math.ceil(n / side);
  const length = side * side * ((count * (count + 1)) / 2);
  return { n, count, data: precision === "double" ? arena.float64(length) : arena.float32(length) };
}

export function tileBytes(n: number, precision: Precision): number {
  const count = Math.ceil(n / side);
  return bytesOf(precision) * side * side * ((count * (count + 1)) / 2);
}

/** Bytes that `sparseGram` takes beside the tiles: X twice, and a row of sums. */
export function gramBytes(rows: number, columns: number, entries: number): number {
  return 16 * entries + 4 * (rows + columns) + 8 * side * Math.ceil(rows / side);
}

/** Bytes that `invertTiles` takes beside the tiles: a column of them, and two to work in. */
export function inverseBytes(n: number, precision: Precision): number {
  return side * side * (bytesOf(precision) * Math.ceil(n / side) + 16);
}

function bytesOf(precision: Precision): number {
  return precision === "double" ? 8 : 4;
}

/** Fills the tiles with XXᵀ + λI, given X by rows and by columns. */
export async function sparseGram(
  engine: Engine,
  tiles: Tiles,
  byRow: SparseRows,
  byColumn: SparseRows,
  lambda: number,
  step?: Step,
): Promise<void> {
  using arena = engine.arena();
  const { n, count, data } = tiles;
  const x = [byRow, byColumn].flatMap(({ offsets, indices, values }) => [
    arena.place(offsets),
    arena.place(indices),
    arena.place(values),
  ]);
  const args = [...x, data, n, count, lambda, isDouble(tiles)];
  await engine.run("sparseGram", { rows: count, blockRows: 1, scratch: 8 * side * count, args }, step);
}

/**
 * Replaces a positive definite matrix by its inverse. About n³ flops.
 *
 * @throws RangeError where the matrix is not positive definite, in the precision it is kept in
 */
export async function invertTiles(engine: Engine, tiles: Tiles, step: Step = async () => {}): Promise<void> {
  using arena = engine.arena();
  const { count, data } = tiles;
  const double = isDouble(tiles);
  const area = side * side;
  const scratch = area * data.BYTES_PER_ELEMENT;
  const column = data instanceof Float64Array ? arena.float64(area * count) : arena.float32(area * count);
  const [pivot, at] = [arena.float64(1), arena.int32(1)];
  const total = (count * (count + 1) * (count + 2)) / 2; // products of two tiles, all three passes
  let done = 0;
  /** Runs a kernel over `rows` tiles; each of them multiplies `products` pairs of tiles, on average. */
  async function pass(
    kernel: "inverseFactor" | "inverseTriangle" | "inverseProduct",
    rows: number,
    products: number,
    rest: readonly (number | typeof data)[],
  ): Promise<void> {
    const before = done;
    const work = { rows, blockRows: 1, scratch, args: [data, ...rest, double] };
    await engine.run(kernel, work, (row) => step(before + row * products, total));
    done += rows * products;
  }

  for (let i = 0; i < count; i++) {
    const args = [data, pivot, at, i, double];
    await engine.run("inversePivot", { rows: 1, blockRows: 1, scratch: 16 * area, args });
    if (at[0] >= 0) throw new RangeError(`the matrix is not positive definite: pivot ${at[0]} is ${pivot[0]}`);
    done += i + 1;
    await pass("inverseFactor", count - i - 1, i + 1, [i]);
  }
  for (let j = 0; j < count; j++) {
    column.set(data.subarray(startOf(0, j), startOf(0, j + 1)));
    transposeTile(data, startOf(j, j));
    await pass("inverseTriangle", j, (j + 3) / 2, [column, j]);
  }
  for (let j = 0; j < count; j++) {
    column.set(data.subarray(startOf(j, j), startOf(j, j) + area));
    await pass("inverseProduct", j + 1, count - j, [column, j, count]);
  }
}

/** Calls `take` with each entry of the upper triangle, i ≤ j. */
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

/** Where entry (i, j), i ≤ j, lies among the tiles. */
export function indexOf(i: number, j: number): number {
  const [tileRow, tileColumn] = [Math.floor(i / side), Math.floor(j / side)];
  return startOf(tileRow, tileColumn) + (i % side) * side + (j % side);
}

function startOf(tileRow: number, tileColumn: number): number {
  return side * side * ((tileColumn * (tileColumn + 1)) / 2 + tileRow);
}

function isDouble({ data }: Tiles): number {
  return data instanceof Float64Array ? 1 : 0;
}

function transposeTile(data: Float32Array | Float64Array, start: number): void {
  for (let i = 0; i < side; i++) {
    for (let j = 0; j < i; j++) {
      const [a, b] = [start + i * side + j, start + j * side + i];
      [data[a], data[b]] = [data[b], data[a]];
    }
  }
}
