/** Writes the ratings of any source as column blocks: no more than ids, and some of the ratings, are in memory. */
import { mkdir, stat } from "node:fs/promises";
import { basename } from "node:path";
import { checkNumber } from "../../check-arguments.ts";
import { csrFromTriplets, rowsOfEntries } from "../../matrix/csr.ts";
import { present } from "../../present.ts";
import { withTemporary } from "../../replace-file.ts";
import { type RatingScale, ratingScaleOf } from "../dataset.ts";
import { pathExists } from "../download/download.ts";
import {
  checkReadOptions,
  nameOfSource,
  notFoundError,
  type ReadOptions,
  readRatings,
  resolveSource,
  withUnpacked,
} from "../read.ts";
import { addEvents } from "../reading/events.ts";
import { finishIds } from "../reading/index-spaces.ts";
import { type DataLayout, findLayout, type RatingsTable } from "../reading/layout.ts";
import { acceptedBy, createTimeUnit, type RatingArrays, type RatingSink } from "../reading/rating-list.ts";
import { passRatingRows } from "../reading/rating-rows.ts";
import { syntheticNames, syntheticShape, syntheticSource } from "../synthetic/synthetic-ratings.ts";
import { createSpill, type Spill } from "./spill.ts";
import { type RatingBatch, sourceOfDataset, type WriteBlocksOptions, writeBlocks } from "./write-blocks.ts";

/** Options of `writeRatingBlocks`. */
export type WriteRatingBlocksOptions = ReadOptions & Pick<WriteBlocksOptions, "blockRatings">;

/**
 * Reads ratings, and writes them as a folder of column blocks, which is there once it is complete. Options that need all ratings at once,
 * `filter` and `halfLife`, are for sources that fit in memory.
 *
 * @throws what `readRatings` throws, and WRITE_FAILED
 */
export async function writeRatingBlocks(
  source: string,
  folder: string,
  options: WriteRatingBlocksOptions = {},
): Promise<void> {
  const { blockRatings, ...reading } = options;
  checkReadOptions("writeRatingBlocks", source, reading);
  checkNumber("writeRatingBlocks", "blockRatings", blockRatings, { least: 1, whole: true });
  const { signal, onProgress } = options;
  const writing = (from: number): WriteBlocksOptions => ({
    ...present({ blockRatings, signal }),
    onProgress: (share) => onProgress?.(from + (1 - from) * share),
  });
  if (reading.filter || reading.halfLife !== undefined) {
    const share = { ...reading, onProgress: (done: number) => onProgress?.(0.5 * done) };
    return writeBlocks(folder, sourceOfDataset(await readRatings(source, share)), writing(0.5));
  }
  const path = await resolveSource(source, reading);
  if (path === undefined) {
    const synthetic = syntheticNames.find((name) => name === source);
    if (!synthetic) throw notFoundError(source);
    return writeBlocks(folder, syntheticSource(synthetic, present({ signal })), writing(0));
  }
  await withUnpacked(path, signal, (unpacked) =>
    withTemporary(folder, async (spills) => {
      await mkdir(spills, { recursive: true });
      await writeFiles(unpacked, folder, spills, nameOfSource(path), reading, writing(0.4));
    }),
  );
}

/** What is known of a source before it is read. */
export interface SourceEstimate {
  /** About how many ratings it holds; undefined where that is not known. */
  readonly ratings: number | undefined;
  /** What is another once the source has changed: the size and the time of its ratings. */
  readonly state: string;
}

/** @throws what `readRatings` throws before it reads rows */
export async function estimateSource(source: string, options: ReadOptions): Promise<SourceEstimate> {
  if (!(await pathExists(source))) {
    // Made-up data, or MovieLens of the same size, which is not downloaded for this.
    const size = syntheticNames.find((name) => name === source.replace(/^ml-/, "synthetic-"));
    return { ratings: size && syntheticShape(size).ratings, state: "known" };
  }
  const stateOf = async (file: string) => {
    const { size, mtimeMs } = await stat(file);
    return `${size} bytes of ${mtimeMs}`;
  };
  // What is in an archive is known once it has been unpacked.
  if (/\.zip$/i.test(source)) return { ratings: undefined, state: await stateOf(source) };
  const { table } = (await findLayout(source, options)).ratings;
  return { ratings: table.rowsEstimate, state: await stateOf(table.path) };
}

async function writeFiles(
  path: string,
  folder: string,
  spills: string,
  name: string,
  options: ReadOptions,
  writing: WriteBlocksOptions,
): Promise<void> {
  const { lenient = false, signal, threads, onProgress } = options;
  const layout = await findLayout(path, options);
  const sinks: SpilledRatings[] = [];
  try {
    const onRows = (share: number) => onProgress?.(0.4 * share);
    const rows = await passRatingRows(
      layout.ratings,
      lenient,
      { ...present({ signal, threads }), onProgress: onRows },
      () => {
        for (const sink of sinks.splice(0)) sink[Symbol.dispose]();
        sinks.push(createSpilledRatings(layout.ratings, spills));
        return sinks[0];
      },
    );
    const ids = await finishIds(layout, rows, name, options);
    const merged = mergeRepeats(layout, rows, ids);
    await writeBlocks(folder, { info: ids.info, ratings: rows.ratings, ...merged }, writing);
  } finally {
    for (const sink of sinks) sink[Symbol.dispose]();
  }
}

/** Buckets of raw ratings: user number n is in bucket n mod 2⁶. */
const bucketBits = 6;
const buckets = 2 ** bucketBits;

interface RawRatings {
  readonly spill: Spill;
  readonly ratings: number;
  /** Of the rows as they are. */
  readonly scale: RatingScale;
}
type SpilledRatings = RatingSink<RawRatings> & Disposable;

/** Puts ratings into buckets by user, each as user, item, value and, where there are times, its time in double precision. */
function createSpilledRatings(table: RatingsTable, folder: string): SpilledRatings {
  const spill = createSpill(folder, "raw", buckets, table.time ? 5 : 3);
  const { words, floats } = spill;
  const [time, timeWords] = timeView();
  const accepts = acceptedBy(table);
  const unit = createTimeUnit(table);
  const scale = createScale(table.scale);
  let length = 0;
  return {
    get length() {
      return length;
    },
    accepts,
    add(user, item, value, seconds) {
      if (!accepts(value, seconds)) return false;
      const at = spill.slot(user % buckets);
      words[at] = user;
      words[at + 1] = item;
      floats[at + 2] = value;
      if (table.time) {
        time[0] = seconds;
        words[at + 3] = timeWords[0];
        words[at + 4] = timeWords[1];
        unit.add(seconds);
      }
      scale.add(floats[at + 2]);
      length++;
      return true;
    },
    finish() {
      unit.finish();
      return { spill, ratings: length, scale: scale.finish() };
    },
    [Symbol.dispose]: () => spill[Symbol.dispose](),
  };
}

/** A time, and its two words. */
function timeView(): [Float64Array<ArrayBuffer>, Uint32Array] {
  const time = new Float64Array(1);
  return [time, new Uint32Array(time.buffer)];
}

/** The scale of values as they come. */
function createScale(given: RatingsTable["scale"]): { add(value: number): void; finish(): RatingScale } {
  const distinct = new Set<number>();
  let [min, max, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN];
  return {
    add(value) {
      if (value === last) return;
      last = value;
      if (value < min) min = value;
      if (value > max) max = value;
      // More than a scale of steps has: with so many it has none.
      if (distinct.size < 128) distinct.add(value);
    },
    finish: () => (given && given.step > 0 ? given : ratingScaleOf(Float32Array.of(...distinct, min, max), given)),
  };
}

/** Ratings by index, bucket by bucket, repeats made one as they are in memory. */
function mergeRepeats(
  { ratings: { table, repeats } }: DataLayout,
  { spill, scale }: RawRatings,
  {
    users,
    items,
    info,
  }: {
    readonly users: Int32Array;
    readonly items: Int32Array;
    readonly info: { readonly items: { readonly size: number } };
  },
): { batches(): Generator<RatingBatch>; scale(): RatingScale } {
  const added = { min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY, step: 0 };
  return {
    *batches() {
      for (let bucket = 0; bucket < buckets; bucket++) {
        const raw = ratingsOf(spill.take(bucket), items, scale, spill.width);
        if (raw.values.length === 0) continue;
        const rows = Math.ceil((users.length - bucket) / buckets);
        const merged = repeats === "latest" ? raw : addEvents(raw, rows, { repeats }, basename(table.path));
        added.min = Math.min(added.min, merged.scale.min);
        added.max = Math.max(added.max, merged.scale.max);
        const { csr } = csrFromTriplets(rows, info.items.size, {
          rowOf: merged.userOf,
          columnOf: merged.itemOf,
          ...merged,
        });
        const userOf = rowsOfEntries(csr.offsets).map((row) => users[row * buckets + bucket]);
        yield { userOf, itemOf: csr.indices, values: csr.values };
      }
    },
    scale: () => (repeats === "latest" ? scale : added),
  };
}

/** The records of a bucket: users by their place in it, items by index. */
function ratingsOf(
  records: Uint32Array<ArrayBuffer>,
  items: Int32Array,
  scale: RatingScale,
  width: number,
): RatingArrays {
  const length = records.length / width;
  const floats = new Float32Array(records.buffer);
  const [time, timeWords] = timeView();
  const userOf = new Int32Array(length);
  const itemOf = new Int32Array(length);
  const values = new Float32Array(length);
  const times = new Float64Array(width === 5 ? length : 0);
  for (let n = 0, at = 0; n < length; n++, at += width) {
    userOf[n] = records[at] >>> bucketBits;
    itemOf[n] = items[records[at + 1]];
    values[n] = floats[at + 2];
    if (width === 5) {
      timeWords.set([records[at + 3], records[at + 4]]);
      times[n] = time[0];
    }
  }
  return { userOf, itemOf, values, scale, ...(width === 5 && { times }) };
}
