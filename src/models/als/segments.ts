/**
 * Ratings of implicit ALS on disk, as its kernels take them: each side in segments of whole blocks of rows, which are read into the
 * engine's memory one after another. In each block the order of ratings is that of createAlsSides (rating-layout.ts), and so is the order of
 * sums.
 *
 * A segment is a piece of a file: int32 rows, visits, blocks, ratings; float32 weights [rows]; int32 blocks [blocks + 1][2] and visits
 * [visits + 1], counted from the segment's beginning; uint32 entries [ratings]; and float32 values [ratings] where the shift is 0.
 */
import { type EntryPacking, entryWriter, packingOf } from "../../compute/entries.ts";
import { alsBlockRows } from "../../compute/kernels/als.ts";
import type { Levels } from "../../compute/levels.ts";
import type { AppendPiece, BlockSide, PieceMeta, RatingBlocks } from "../../data/blocks/rating-blocks.ts";
import { MatineeError } from "../../errors.ts";
import { type AlsRows, mostMet, type Plan, type RowRegularisation, tilePlan } from "./rating-layout.ts";

/** Numbers before the arrays of a segment. */
const headWords = 4;
/**
 * Blocks that a segment has at least where its rows allow it, so that several threads find work. The rows of a block share what they read of the
 * fixed side, so that fewer rows take longer.
 */
const leastBlocks = 8;

export interface SegmentOptions {
  readonly f: number;
  readonly tiles: boolean;
  readonly levels: Levels | undefined;
  readonly weigh: RowRegularisation;
  /** Bytes of a segment with the factors of its rows, about. A row of more is a segment of its own. */
  readonly bytes: number;
  /** Called with the share of the ratings that are written. */
  readonly step: (done: number, total: number) => Promise<void>;
}

/** What is kept beside the segments of a side. */
export interface SegmentMeta extends EntryPacking, PieceMeta {
  /** The first row of each segment, and the number of rows. */
  readonly starts: readonly number[];
  /** The sum of all ratings. */
  readonly total: number;
}

/** Writes the segments of a side. @throws DATA_EMPTY for a rating of 0 or below */
export async function writeSegments(
  append: AppendPiece,
  blocks: RatingBlocks,
  side: BlockSide,
  { f, tiles, levels, weigh, bytes, step }: SegmentOptions,
): Promise<SegmentMeta> {
  const columns = blocks.order[side === "users" ? "items" : "users"].length;
  const counts = blocks.counts[side];
  const plan = tilePlan(counts, columns, f, tiles);
  const packing = packingOf(levels, columns);
  const cutter = createCutter(counts, columns, f, plan, bytes);
  const starts = [0];
  let total = 0;
  let done = 0;
  let pending = createPending(0);

  async function flush(): Promise<void> {
    await append(...segmentOf(pending, plan, packing));
    starts.push(pending.from + pending.counts.length);
    done += pending.length;
    pending = createPending(starts[starts.length - 1]);
    await step(done, blocks.ratings);
  }

  for await (const block of blocks.read(side)) {
    for (let row = block.from; row < block.to; row++) {
      const [from, to] = [block.offsets[row - block.from], block.offsets[row - block.from + 1]];
      const own = block.columns.subarray(from, to);
      const values = block.values.subarray(from, to);
      let sum = 0;
      for (const value of values) {
        if (!(value > 0)) throw notPositive(blocks.info.name, value);
        sum += value;
      }
      total += sum;
      const begins = cutter.next(row, own);
      if (begins && cutter.isFull(pending)) await flush();
      if (begins) pending.begins.push(row - pending.from);
      pending.add(own, values, weigh(own.length, sum));
    }
  }
  await flush();
  return { starts, ...packing, total };
}

function notPositive(name: string, value: number): MatineeError {
  return new MatineeError(
    "DATA_EMPTY",
    `${name} holds the value ${value}, and als out of core learns from values above 0 alone`,
    {
      fix: "leave out the others with --min-rating, or scale=standard",
    },
  );
}

/** Rows that are to become a segment. */
interface Pending {
  readonly from: number;
  /** The first row of each block, from the segment's first row. */
  readonly begins: number[];
  readonly counts: number[];
  readonly weights: number[];
  readonly columns: Int32Array;
  readonly values: Float32Array;
  readonly length: number;
  add(columns: Int32Array, values: Float32Array, weight: number): void;
}

function createPending(from: number): Pending {
  let columns = new Int32Array(2 ** 16);
  let values = new Float32Array(2 ** 16);
  let length = 0;
  const [counts, weights]: [number[], number[]] = [[], []];
  return {
    from,
    begins: [],
    counts,
    weights,
    get columns() {
      return columns;
    },
    get values() {
      return values;
    },
    get length() {
      return length;
    },
    add(own, ratings, weight) {
      if (length + own.length > columns.length) {
        const capacity = Math.ceil(1.5 * (length + own.length));
        const before = { columns, values };
        [columns, values] = [new Int32Array(capacity), new Float32Array(capacity)];
        columns.set(before.columns);
        values.set(before.values);
      }
      columns.set(own, length);
      values.set(ratings, length);
      length += own.length;
      counts.push(own.length);
      weights.push(weight);
    },
  };
}

/** Cuts rows into the blocks of the kernels, as blockStarts does (rating-layout.ts), and blocks into segments. */
function createCutter(counts: Int32Array, columns: number, f: number, { tiled, cuts }: Plan, bytes: number) {
  const most = mostMet(f);
  const mostRatings = bytes / (4 * leastBlocks);
  const metBy = new Int32Array(columns).fill(-1); // the last row that met each column
  let [first, met] = [0, 0];
  const wordsOf = (rows: number, ratings: number, visits: number) => ratings + visits + rows * (f + 3);
  return {
    /** Whether a row begins a block. */
    next(row: number, own: Int32Array): boolean {
      if (row < tiled) {
        if (row > first && row - first < alsBlockRows && met + own.length <= mostRatings) {
          met += own.length;
          return false;
        }
        [first, met] = [row, own.length];
        return true;
      }
      if (row === tiled) first = tiled;
      let fresh = 0;
      for (const column of own) {
        if (metBy[column] < first) fresh++;
        metBy[column] = row;
      }
      if (row > tiled && row - first < alsBlockRows && met + fresh <= most) {
        met += fresh;
        return false;
      }
      [first, met] = [row, own.length];
      return true;
    },
    /** Whether a segment takes no other block. */
    isFull({ from, counts: held, length }: Pending): boolean {
      if (held.length === 0) return false;
      const visits = Math.max(0, Math.min(held.length, tiled - from)) * cuts;
      const next = counts[from + held.length];
      return 4 * wordsOf(held.length + 1, length + next, visits + cuts) > bytes;
    },
  };
}

/** The arrays of a segment. */
function segmentOf(pending: Pending, plan: Plan, packing: EntryPacking): ArrayBufferView[] {
  const { from, begins, counts, weights, columns, values, length } = pending;
  const { width, cuts } = plan;
  const rows = counts.length;
  const tiled = Math.max(0, Math.min(rows, plan.tiled - from));
  const visits = new Int32Array(tiled * cuts + rows - tiled + 1);
  const blocks = new Int32Array(2 * (begins.length + 1));
  const entries = new Int32Array(length);
  const own = new Float32Array(packing.shift === 0 ? length : 0);
  const put = entryWriter({ entries, values: own, ...packing });
  let [visit, at, source] = [0, 0, 0];
  for (const [block, first] of begins.entries()) {
    blocks[2 * block] = first;
    blocks[2 * block + 1] = visit;
    const last = begins[block + 1] ?? rows;
    if (first >= tiled) {
      for (let row = first; row < last; row++) {
        visits[visit++] = at;
        for (let n = 0; n < counts[row]; n++, source++, at++) put(at, columns[source], values[source]);
      }
      continue;
    }
    // Tile after tile, and in each tile row after row: `next` is where each row goes on.
    const next = new Int32Array(last - first);
    const ends = new Int32Array(last - first);
    for (let row = first; row < last; row++) {
      next[row - first] = source;
      source += counts[row];
      ends[row - first] = source;
    }
    for (let cut = 0; cut < cuts; cut++) {
      const end = (cut + 1) * width;
      for (let row = 0; row < next.length; row++) {
        visits[visit++] = at;
        let n = next[row];
        for (; n < ends[row] && columns[n] < end; n++, at++) put(at, columns[n], values[n]);
        next[row] = n;
      }
    }
  }
  visits[visit] = at;
  blocks[2 * begins.length] = rows;
  blocks[2 * begins.length + 1] = visit;
  const head = Int32Array.of(rows, visits.length - 1, begins.length, length);
  return [head, Float32Array.from(weights), blocks, visits, entries, own];
}

/** A segment in the engine's memory. */
export function rowsOfSegment(
  bytes: Uint8Array,
  { shift, unit }: SegmentMeta,
  room: Pick<AlsRows, "factors" | "losses">,
  f: number,
): AlsRows {
  const { buffer } = bytes;
  const [rows, visits, blocks, ratings] = new Int32Array(buffer, bytes.byteOffset, headWords);
  let at = bytes.byteOffset + 4 * headWords;
  const take = <T>(type: new (buffer: ArrayBufferLike, at: number, length: number) => T, length: number): T => {
    const array = new type(buffer, at, length);
    at += 4 * length;
    return array;
  };
  return {
    rows,
    shift,
    unit,
    weights: take(Float32Array, rows),
    blocks: take(Int32Array, 2 * (blocks + 1)),
    visits: take(Int32Array, visits + 1),
    entries: take(Int32Array, ratings),
    values: take(Float32Array, shift === 0 ? ratings : 0),
    factors: room.factors.subarray(0, rows * f),
    losses: room.losses.subarray(0, rows),
  };
}
