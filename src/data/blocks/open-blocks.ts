/** Opens a folder of blocks (write-blocks.ts). */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { valueReader } from "../../compute/entries.ts";
import { sha256 } from "../../hash.ts";
import { csrFromTriplets } from "../../matrix/csr.ts";
import { type Dataset, datasetFromCsr, type Shape } from "../dataset.ts";
import { readInfo } from "./info.ts";
import { openPieces } from "./pieces.ts";
import type { PieceFile, RatingBlock, RatingBlocks } from "./rating-blocks.ts";

/** Whether a path is a folder of blocks. */
export async function isBlocksFolder(path: string): Promise<boolean> {
  const found = await stat(join(path, "info.blocks")).catch(() => undefined);
  return found?.isFile() ?? false;
}

/**
 * Opens ratings in blocks. Close them to close their files.
 *
 * @throws DATA_NOT_FOUND, DATA_DAMAGED
 */
export async function openBlocks(folder: string): Promise<RatingBlocks> {
  const { info, ratings, histogram, order, counts, checksums } = await readInfo(join(folder, "info.blocks"));
  const users = await openPieces(join(folder, "users.blocks"));
  const items = await openPieces(join(folder, "items.blocks")).catch(async (error: unknown) => {
    await users.close();
    throw error;
  });
  const files = { users, items };
  const digested = [info.users.values.join("\n"), info.items.values.join("\n"), checksums.join(" ")];
  return {
    info,
    ratings,
    histogram,
    order,
    counts: {
      users: order.users.map((index) => counts[index]),
      items: order.items.map((index) => info.counts[index]),
    },
    fingerprint: await sha256(new TextEncoder().encode(digested.join("\n\n"))),
    read: (side) => readBlocks(files[side]),
    async close() {
      await files.users.close();
      await files.items.close();
    },
  };
}

/** The name and the shape of the ratings in a folder of blocks. @throws DATA_NOT_FOUND, DATA_DAMAGED */
export async function describeBlocks(folder: string): Promise<Shape & { readonly name: string }> {
  const { info, ratings } = await readInfo(join(folder, "info.blocks"));
  return { name: info.name, users: info.users.size, items: info.items.size, ratings };
}

async function* readBlocks(file: PieceFile): AsyncGenerator<RatingBlock> {
  const { starts, shift, unit } = file.meta as unknown as { starts: number[]; shift: number; unit: number };
  const bytes = new ArrayBuffer(file.lengths.reduce((most, length) => Math.max(most, length), 0));
  let columns = new Int32Array(0);
  let values = new Float32Array(0);
  for (let block = 0; block + 1 < starts.length; block++) {
    const [from, to] = [starts[block], starts[block + 1]];
    await file.read(block, new Uint8Array(bytes, 0, file.lengths[block]));
    const offsets = new Int32Array(bytes, 0, to - from + 1);
    const ratings = offsets[to - from];
    const entries = new Uint32Array(bytes, offsets.byteLength, ratings);
    if (columns.length < ratings) [columns, values] = [new Int32Array(ratings), new Float32Array(ratings)];
    const beside = new Float32Array(bytes, offsets.byteLength + entries.byteLength, shift > 0 ? 0 : ratings);
    const valueAt = valueReader({ entries, values: beside, shift, unit });
    for (let n = 0; n < ratings; n++) {
      columns[n] = entries[n] >>> shift;
      values[n] = valueAt(n);
    }
    yield { from, to, offsets, columns: columns.subarray(0, ratings), values: values.subarray(0, ratings) };
  }
}

/** The data set of a folder of blocks, in memory. */
export async function readBlocksFolder(folder: string): Promise<Dataset> {
  const blocks = await openBlocks(folder);
  try {
    const { info, ratings, order } = blocks;
    const all = {
      rowOf: new Int32Array(ratings),
      columnOf: new Int32Array(ratings),
      values: new Float32Array(ratings),
    };
    let at = 0;
    for await (const { from, to, offsets, columns, values } of blocks.read("users")) {
      for (let row = from; row < to; row++) {
        all.rowOf.fill(order.users[row], at + offsets[row - from], at + offsets[row - from + 1]);
      }
      for (let n = 0; n < columns.length; n++) all.columnOf[at + n] = order.items[columns[n]];
      all.values.set(values, at);
      at += values.length;
    }
    const { csr } = csrFromTriplets(info.users.size, info.items.size, all);
    return datasetFromCsr(info, csr, { rows: ratings, repeats: 0, skipped: 0, leftOut: 0, filtered: 0 });
  } finally {
    await blocks.close();
  }
}
