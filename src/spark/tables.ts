/** The tables that Matinee and a job of Spark hand each other: Parquet. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Neighbours } from "../compute/neighbours.ts";
import { type TableRows, tableRowsAtOnce, writeTable } from "../data/write-table.ts";
import { MatineeError } from "../errors.ts";
import type { Csr } from "../matrix/csr.ts";
import type { ItemSums, TakeProducts } from "../models/cluster.ts";

/** A path with the scheme file:, as Hadoop takes it: as it is, where a URL would have %20 for a blank. */
export function addressOf(path: string): string {
  return decodeURIComponent(pathToFileURL(path).href);
}

/** Writes ratings as rows of user, item and rating: their indices, users ascending. @throws WRITE_FAILED, CANCELLED */
export async function writeRatings(file: string, ratings: Csr, signal?: AbortSignal): Promise<void> {
  const columns = [
    { name: "user", type: "index" },
    { name: "item", type: "index" },
    { name: "rating", type: "single" },
  ] as const;
  await writeTable(file, columns, batchesOf(ratings), signal ? { signal } : {});
}

function* batchesOf({ offsets, indices, values }: Csr): Generator<TableRows> {
  let user = 0;
  for (let from = 0; from < values.length; from += tableRowsAtOnce) {
    const to = Math.min(values.length, from + tableRowsAtOnce);
    const users = new Int32Array(to - from);
    for (let n = from; n < to; n++) {
      while (offsets[user + 1] <= n) user++;
      users[n - from] = user;
    }
    yield [users, indices.subarray(from, to), values.subarray(from, to)];
  }
}

/**
 * Reads the vectors that a job wrote, rows of id and features, into float32 [rows × width]; zeros where a row has none.
 * @throws CLUSTER_FAILED for other tables, and for another number of vectors than the job counted
 */
export async function readVectors(
  folder: string,
  { rows, width, counted }: { readonly rows: number; readonly width: number; readonly counted: number },
): Promise<Float32Array> {
  const vectors = new Float32Array(rows * width);
  await eachRow<Vector>(folder, ["id", "features"], counted, ({ id, features }) => {
    const fits = id >= 0 && id < rows && features?.length === width;
    if (!fits) throw damaged(folder, `the vector of ${id} has ${features?.length} numbers`);
    vectors.set(features, id * width);
  });
  return vectors;
}

interface Vector {
  readonly id: number;
  readonly features?: ArrayLike<number>;
}

/** Reads rows of item, count and sum; zeros where an item has none. @throws CLUSTER_FAILED, also where not all ratings were counted */
export async function readSums(
  folder: string,
  { items, ratings, counted }: { readonly items: number; readonly ratings: number; readonly counted: number },
): Promise<ItemSums> {
  const found = { counts: new Int32Array(items), sums: new Float64Array(items) };
  let total = 0;
  await eachRow<SumRow>(folder, ["item", "count", "sum"], counted, ({ item, count, sum }) => {
    if (!(item >= 0 && item < items && count > 0 && Number.isFinite(sum))) {
      throw damaged(folder, `item ${item} has ${count} ratings, which sum up to ${sum}`);
    }
    found.counts[item] = count;
    found.sums[item] = sum;
    total += count;
  });
  if (total !== ratings) throw damaged(folder, `${total} ratings were counted, and ${ratings} written`);
  return found;
}

interface SumRow {
  readonly item: number;
  readonly count: number;
  readonly sum: number;
}

/** Reads rows of item, neighbour and similarity, items ascending, the nearest first. @throws CLUSTER_FAILED for others */
export async function readNeighbours(
  folder: string,
  { items, counted }: { readonly items: number; readonly counted: number },
): Promise<Neighbours> {
  const offsets = new Int32Array(items + 1);
  const [indices, similarities] = [new Int32Array(counted), new Float64Array(counted)];
  let [read, last]: [number, NeighbourRow | undefined] = [0, undefined];
  await eachRow<NeighbourRow>(folder, ["item", "neighbour", "similarity"], counted, (row) => {
    const { item, neighbour, similarity } = row;
    const fits = item >= 0 && item < items && neighbour >= 0 && neighbour < items && similarity > 0;
    if (!fits || (last && !inOrder(last, row))) {
      throw damaged(folder, `row ${read} has neighbour ${neighbour} of ${item} at ${similarity}, out of order`);
    }
    offsets[item + 1]++;
    indices[read] = neighbour;
    similarities[read++] = similarity;
    last = row;
  });
  for (let item = 0; item < items; item++) offsets[item + 1] += offsets[item];
  return { offsets, indices, similarities };
}

interface NeighbourRow {
  readonly item: number;
  readonly neighbour: number;
  readonly similarity: number;
}

function inOrder(a: NeighbourRow, b: NeighbourRow): boolean {
  if (a.item !== b.item) return a.item < b.item;
  return a.similarity === b.similarity ? a.neighbour < b.neighbour : a.similarity > b.similarity;
}

/** Reads rows of item, block and products, float64 as bytes, with the items of the block: block, block + blocks … @throws CLUSTER_FAILED */
export async function readProducts(
  folder: string,
  { items, blocks, counted }: { readonly items: number; readonly blocks: number; readonly counted: number },
  take: TakeProducts,
): Promise<void> {
  const others = Array.from({ length: blocks }, (_, block) =>
    Int32Array.from({ length: Math.max(0, Math.ceil((items - block) / blocks)) }, (_, n) => block + n * blocks),
  );
  await eachRow<ProductRow>(folder, ["item", "block", "products"], counted, ({ item, block, products }) => {
    const length = products?.byteLength / 8;
    if (!(item >= 0 && item < items && Number.isInteger(length) && length <= others[block]?.length)) {
      throw damaged(folder, `item ${item} has ${length} products with block ${block}`);
    }
    take(item, others[block].subarray(0, length), new Float64Array(products.slice().buffer));
  });
}

interface ProductRow {
  readonly item: number;
  readonly block: number;
  readonly products: Uint8Array;
}

/** Calls back with each row of a table that a job wrote, in its order. @throws CLUSTER_FAILED where there are not so many */
export async function eachRow<Row>(
  folder: string,
  columns: readonly string[],
  counted: number,
  take: (row: Row) => void,
): Promise<void> {
  const { asyncBufferFromFile, parquetRead } = await import("hyparquet");
  let read = 0;
  // Beside the parts, Spark leaves checksums and a mark.
  for (const name of (await readdir(folder)).filter((part) => part.startsWith("part-")).sort()) {
    await parquetRead({
      file: await asyncBufferFromFile(join(folder, name)),
      columns: [...columns],
      utf8: false,
      rowFormat: "object",
      onComplete(rows) {
        for (const row of rows) take(row as Row);
        read += rows.length;
      },
    });
  }
  if (read !== counted) throw damaged(folder, `${read} rows, and the job counted ${counted}`);
}

function damaged(folder: string, what: string): MatineeError {
  return new MatineeError("CLUSTER_FAILED", `${folder}: ${what}`, { fix: "train again" });
}
