/**
 * Writes ratings as blocks on disk, in both orders, with an external sort: no more than a bucket of them is in memory.
 *
 * A folder of blocks holds piece files (pieces.ts). `users.blocks` and `items.blocks` have a piece for each block: int32 offsets [rows + 1];
 * entries uint32 [ratings], each column << shift | level, level × unit being the value; or, where values have no unit or columns leave no
 * room, the columns alone with a shift of 0, and float32 values [ratings] after them. `info.blocks` has what the indices stand for, and
 * `order` and `counts` of both sides.
 */
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type EntryPacking, packingOf, valueReader } from "../../compute/entries.ts";
import type { Levels } from "../../compute/levels.ts";
import { MatineeError } from "../../errors.ts";
import { inverseOrder, mostRatedFirst } from "../../matrix/order.ts";
import { replaceFile, withTemporary } from "../../replace-file.ts";
import { createCoRatingCounter } from "../co-ratings.ts";
import { type Dataset, type DatasetInfo, leniently, likedFrom, type RatingScale } from "../dataset.ts";
import { checkCancelled, type ProgressOptions } from "../progress.ts";
import { writeInfo } from "./info.ts";
import { openPieces, writePieces } from "./pieces.ts";
import type { BlockSide, ValueCount } from "./rating-blocks.ts";
import { createSpill, type Spill } from "./spill.ts";
import { createValueCounter, levelsOfCounts } from "./value-counts.ts";

/** Some ratings by index. */
export interface RatingBatch {
  readonly userOf: Int32Array;
  readonly itemOf: Int32Array;
  readonly values: Float32Array;
}

/** Ratings that are written as blocks: each pair of user and item once, in any order. */
export interface BlockSource {
  readonly info: Omit<DatasetInfo, "scale" | "counts" | "likes" | "coRatings">;
  /** Asked for once all ratings have been given. */
  scale(): RatingScale;
  /** Called once. */
  batches(): AsyncIterable<RatingBatch> | Iterable<RatingBatch>;
  /** About how many there are, for progress. */
  readonly ratings: number;
}

export interface WriteBlocksOptions extends ProgressOptions {
  /** Ratings of a block, about; by their number unless given. */
  readonly blockRatings?: number;
}

/** A block has at least this many ratings, about, and there are not many more than this many blocks. */
const [leastBlock, mostBlocks] = [2 ** 20, 128];

/**
 * Writes a folder of blocks, which is there once it is complete.
 *
 * @throws WRITE_FAILED, also where the folder exists and is not empty; DATA_EMPTY, CANCELLED
 */
export async function writeBlocks(
  folder: string,
  source: BlockSource,
  options: WriteBlocksOptions = {},
): Promise<void> {
  await replaceFile(resolve(folder), async (temporary) => {
    await mkdir(temporary);
    await withTemporary(join(temporary, "spill"), async (spills) => {
      await mkdir(spills);
      const share = (from: number, to: number) => (done: number) => {
        checkCancelled(options.signal, `writing ${folder}`);
        options.onProgress?.(from + (to - from) * Math.min(1, done));
      };
      const draft = await writeDraft(join(spills, "draft"), source, share(0, 0.4));
      if (draft.ratings === 0) throw new MatineeError("DATA_EMPTY", `${source.info.name} holds no ratings`);
      await sortDraft(temporary, spills, { draft, source, options }, share(0.4, 1));
    });
  });
}

/** What is known of the ratings once all of them have been seen. */
interface Draft {
  readonly path: string;
  readonly ratings: number;
  readonly counts: Readonly<Record<BlockSide, Int32Array>>;
  readonly histogram: readonly ValueCount[] | undefined;
}

type Report = (done: number) => void;

/** Keeps the ratings as they come, and counts them. */
async function writeDraft(path: string, { info, batches, ratings: expected }: BlockSource, report: Report) {
  const counts = { users: new Int32Array(info.users.size), items: new Int32Array(info.items.size) };
  const values = createValueCounter();
  let ratings = 0;
  await writePieces(path, async (append) => {
    for await (const { userOf, itemOf, values: own } of batches()) {
      for (let n = 0; n < own.length; n++) {
        counts.users[userOf[n]]++;
        counts.items[itemOf[n]]++;
        values.add(own[n]);
      }
      await append(userOf, itemOf, own);
      ratings += own.length;
      report(ratings / Math.max(1, expected));
    }
    return {};
  });
  return { path, ratings, counts, histogram: values.finish() };
}

async function sortDraft(
  folder: string,
  spills: string,
  {
    draft,
    source,
    options,
  }: {
    readonly draft: Draft;
    readonly source: BlockSource;
    readonly options: WriteBlocksOptions;
  },
  report: Report,
): Promise<void> {
  const { ratings, counts, histogram } = draft;
  const info = { ...source.info, scale: source.scale() };
  const blockRatings = options.blockRatings ?? Math.max(leastBlock, Math.ceil(ratings / mostBlocks));
  const users = sideOf(counts.users, blockRatings);
  const items = sideOf(counts.items, blockRatings);
  const levels = levelsOfCounts(histogram);
  const packed = { users: recordOf(items, levels), items: recordOf(users, levels) };
  const coRatings = createCoRatingCounter(counts.users.length, counts.items);
  const likes = info.feedback === "ratings" ? new Int32Array(counts.items.length) : undefined;
  const liked = leniently(likedFrom(info));

  using byUser = createSpill(spills, "users", users.starts.length - 1, packed.users.width);
  const putByUser = recordWriter(byUser, users, packed.users);
  await forEachBatch(draft.path, (batch, share) => {
    for (let n = 0; n < batch.values.length; n++) {
      putByUser(users.places[batch.userOf[n]], items.places[batch.itemOf[n]], batch.values[n]);
    }
    report(0.3 * share);
  });

  using byItem = createSpill(spills, "items", items.starts.length - 1, packed.items.width);
  const putByItem = recordWriter(byItem, items, packed.items);
  const checksums: number[] = [];
  await writeSide(join(folder, "users.blocks"), users, packed.users, byUser, checksums, (from, block, share) => {
    handOn(block, from, packed.users, putByItem);
    countTogether(coRatings, from, block, { users, items, shift: packed.users.shift });
    if (likes) countLikes(likes, liked, block, items, packed.users);
    report(0.3 + 0.4 * share);
  });
  await writeSide(join(folder, "items.blocks"), items, packed.items, byItem, checksums, (_, __, share) =>
    report(0.7 + 0.3 * share),
  );
  const all = { ...info, counts: counts.items, ...(likes && { likes }), coRatings: coRatings.finish() };
  const order = { users: users.order, items: items.order };
  await writeInfo(join(folder, "info.blocks"), {
    info: all,
    ratings,
    histogram,
    order,
    counts: counts.users,
    checksums,
  });
}

/** One side of the sort: rows by descending number of ratings, cut into buckets of whole rows. */
interface SortSide {
  readonly order: Int32Array;
  /** The row of each index. */
  readonly places: Int32Array;
  /** The number of ratings of each row. */
  readonly counts: Int32Array;
  /** The first row of each bucket, and the number of rows. */
  readonly starts: readonly number[];
  readonly bucketOf: Uint16Array;
}

function sideOf(countOf: Int32Array, blockRatings: number): SortSide {
  const order = mostRatedFirst(countOf);
  const counts = order.map((index) => countOf[index]);
  const bucketOf = new Uint16Array(order.length);
  const starts = [0];
  let held = 0;
  for (let row = 0; row < order.length; row++) {
    if (held > 0 && held + counts[row] > blockRatings) {
      starts.push(row);
      held = 0;
    }
    held += counts[row];
    bucketOf[row] = starts.length - 1;
  }
  return { order, places: inverseOrder(order), counts, starts: [...starts, order.length], bucketOf };
}

/** How a rating is written beside its row. */
interface Packing extends EntryPacking {
  /** Words of a record of the sort. */
  readonly width: number;
}

function recordOf({ order }: SortSide, levels: Levels | undefined): Packing {
  const packing = packingOf(levels, order.length);
  return { ...packing, width: packing.shift > 0 ? 2 : 3 };
}

async function forEachBatch(path: string, each: (batch: RatingBatch, share: number) => void): Promise<void> {
  const draft = await openPieces(path);
  try {
    for (const [piece, bytes] of draft.lengths.entries()) {
      const buffer = new ArrayBuffer(bytes);
      await draft.read(piece, new Uint8Array(buffer));
      const length = bytes / 12;
      each(
        {
          userOf: new Int32Array(buffer, 0, length),
          itemOf: new Int32Array(buffer, 4 * length, length),
          values: new Float32Array(buffer, 8 * length, length),
        },
        (piece + 1) / draft.lengths.length,
      );
    }
  } finally {
    await draft.close();
  }
}

/** A block in the order of its rows. */
interface SortedBlock {
  readonly offsets: Int32Array;
  readonly entries: Uint32Array;
  readonly values: Float32Array;
}

async function writeSide(
  path: string,
  { starts, counts }: SortSide,
  { shift, unit }: Packing,
  spill: Spill,
  checksums: number[],
  each: (from: number, block: SortedBlock, share: number) => void,
): Promise<void> {
  await writePieces(path, async (append) => {
    for (let bucket = 0; bucket + 1 < starts.length; bucket++) {
      const block = sortBucket(
        spill.take(bucket),
        starts[bucket],
        counts.subarray(starts[bucket], starts[bucket + 1]),
        shift,
      );
      checksums.push(await append(block.offsets, block.entries, block.values));
      each(starts[bucket], block, (bucket + 1) / (starts.length - 1));
    }
    return { starts, shift, unit };
  });
}

/** Sorts the records of a bucket by row, and within a row by column. */
function sortBucket(records: Uint32Array<ArrayBuffer>, from: number, counts: Int32Array, shift: number): SortedBlock {
  const width = shift > 0 ? 2 : 3;
  const floats = new Float32Array(records.buffer);
  const offsets = new Int32Array(counts.length + 1);
  for (let row = 0; row < counts.length; row++) offsets[row + 1] = offsets[row] + counts[row];
  const next = offsets.slice();
  const ratings = offsets[counts.length];
  const entries = new Uint32Array(ratings);
  const values = new Float32Array(shift > 0 ? 0 : ratings);
  for (let at = 0; at < records.length; at += width) {
    const place = next[records[at] - from]++;
    entries[place] = records[at + 1];
    if (shift === 0) values[place] = floats[at + 2];
  }
  for (let row = 0; row < counts.length; row++) sortRow(entries, values, offsets[row], offsets[row + 1], shift);
  return { offsets, entries, values };
}

function sortRow(entries: Uint32Array, values: Float32Array, from: number, to: number, shift: number): void {
  let ascends = true;
  for (let n = from + 1; n < to; n++) if (entries[n] < entries[n - 1]) ascends = false;
  if (ascends) return;
  if (shift > 0) {
    entries.subarray(from, to).sort();
    return;
  }
  const order = Array.from({ length: to - from }, (_, n) => from + n).sort((a, b) => entries[a] - entries[b]);
  const sorted = order.map((n) => [entries[n], values[n]] as const);
  sorted.forEach(([column, value], n) => {
    entries[from + n] = column;
    values[from + n] = value;
  });
}

/** Returns what puts a rating into the bucket of its row. */
function recordWriter({ words, floats, slot }: Spill, { bucketOf }: SortSide, { shift, unit }: Packing) {
  return (row: number, column: number, value: number) => {
    const at = slot(bucketOf[row]);
    words[at] = row;
    words[at + 1] = shift > 0 ? (column << shift) | (value / unit) : column;
    if (shift === 0) floats[at + 2] = value;
  };
}

/** Hands the ratings of a block of users on, by item: users ascend, and so do the columns of each item. */
function handOn(
  { offsets, entries, values }: SortedBlock,
  from: number,
  packing: Packing,
  put: ReturnType<typeof recordWriter>,
): void {
  const valueAt = valueReader({ entries, values, ...packing });
  for (let row = 0; row + 1 < offsets.length; row++) {
    for (let n = offsets[row]; n < offsets[row + 1]; n++) put(entries[n] >>> packing.shift, from + row, valueAt(n));
  }
}

function countTogether(
  counter: ReturnType<typeof createCoRatingCounter>,
  from: number,
  { offsets, entries }: SortedBlock,
  { users, items, shift }: { users: SortSide; items: SortSide; shift: number },
): void {
  for (let row = 0; row + 1 < offsets.length; row++) {
    if (!counter.counts(users.order[from + row])) continue;
    counter.add(
      Int32Array.from(entries.subarray(offsets[row], offsets[row + 1]), (entry) => items.order[entry >>> shift]),
    );
  }
}

function countLikes(
  likes: Int32Array,
  liked: number,
  { entries, values }: SortedBlock,
  { order }: SortSide,
  packing: Packing,
): void {
  const valueAt = valueReader({ entries, values, ...packing });
  for (let n = 0; n < entries.length; n++) {
    if (valueAt(n) >= liked) likes[order[entries[n] >>> packing.shift]]++;
  }
}

/** The ratings of a data set, as they are written as blocks. */
export function sourceOfDataset({ byUser, ...dataset }: Dataset): BlockSource {
  const { name, users, items, catalog, scale, feedback } = dataset;
  return {
    info: { name, users, items, catalog, feedback },
    scale: () => scale,
    ratings: byUser.values.length,
    *batches() {
      const { rows, offsets, indices, values } = byUser;
      const most = 2 ** 20;
      for (let row = 0; row < rows; ) {
        const from = offsets[row];
        const first = row;
        do row++;
        while (row < rows && offsets[row + 1] - from <= most);
        const userOf = new Int32Array(offsets[row] - from);
        for (let user = first; user < row; user++) userOf.fill(user, offsets[user] - from, offsets[user + 1] - from);
        yield { userOf, itemOf: indices.subarray(from, offsets[row]), values: values.subarray(from, offsets[row]) };
      }
    },
  };
}
