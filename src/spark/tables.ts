/** The tables that Matinee and a job of Spark hand each other: Parquet. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { type TableRows, tableRowsAtOnce, writeTable } from "../data/write-table.ts";
import { MatineeError } from "../errors.ts";
import type { Csr } from "../matrix/csr.ts";

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
  const { asyncBufferFromFile, parquetRead } = await import("hyparquet");
  const vectors = new Float32Array(rows * width);
  let read = 0;
  // Beside the parts, Spark leaves checksums and a mark.
  for (const name of (await readdir(folder)).filter((part) => part.startsWith("part-")).sort()) {
    const file = await asyncBufferFromFile(join(folder, name));
    await parquetRead({
      file,
      columns: ["id", "features"],
      rowFormat: "object",
      onComplete(found) {
        for (const { id, features } of found as unknown as readonly Vector[]) {
          const fits = id >= 0 && id < rows && features?.length === width;
          if (!fits) throw damaged(folder, `the vector of ${id} has ${features?.length} numbers`);
          vectors.set(features, id * width);
          read++;
        }
      },
    });
  }
  if (read !== counted) throw damaged(folder, `${read} vectors, and the job counted ${counted}`);
  return vectors;
}

/**
 * Reads columns of a table that a job wrote, part after part: for each its number of rows and the values of the columns.
 * @throws CLUSTER_FAILED where a column is not whole
 */
export async function readRows(
  folder: string,
  columns: readonly string[],
  visit: (length: number, values: readonly ArrayLike<unknown>[]) => void,
): Promise<void> {
  const { asyncBufferFromFile, parquetRead } = await import("hyparquet");
  for (const name of (await readdir(folder)).filter((part) => part.startsWith("part-")).sort()) {
    const file = await asyncBufferFromFile(join(folder, name));
    const values: ArrayLike<unknown>[] = [];
    for (const column of columns) {
      const pieces: { readonly rowStart: number; readonly columnData: ArrayLike<unknown> }[] = [];
      await parquetRead({ file, columns: [column], onChunk: (piece) => void pieces.push(piece) });
      pieces.sort((a, b) => a.rowStart - b.rowStart);
      values.push(pieces.length === 1 ? pieces[0].columnData : pieces.flatMap((piece) => Array.from(piece.columnData)));
    }
    const { length } = values[0];
    if (values.some((own) => own.length !== length)) throw damaged(folder, "its columns differ in length");
    visit(length, values);
  }
}

interface Vector {
  readonly id: number;
  readonly features?: ArrayLike<number>;
}

function damaged(folder: string, what: string): MatineeError {
  return new MatineeError("CLUSTER_FAILED", `${folder}: ${what}`, { fix: "train again" });
}
