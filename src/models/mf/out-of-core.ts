/**
 * Fits `mf` to column blocks by alternating least squares: the factors and biases of the fixed side lie in the engine's memory, the ratings of
 * the other side come from disk segment by segment (shared/half-steps.ts). Columns are numbered by index, in ascending order, as in memory, so that
 * sums, and with them the factors, are the same bytes.
 *
 * A segment is a piece of a file: int32 rows and ratings; int32 offsets [rows + 1], counted from its beginning; int32 indices [ratings] and
 * float32 values [ratings].
 */
import type { Arena } from "../../compute/engine.ts";
import { mfCholesky } from "../../compute/kernels/mf.ts";
import type {
  AppendPiece,
  BlockSide,
  PieceFile,
  RatingBlocks,
  TrainingFiles,
} from "../../data/blocks/rating-blocks.ts";
import { ratingsByIndex } from "../../data/blocks/rows-by-index.ts";
import { dot, sum } from "../../matrix/dense.ts";
import { inverseOrder } from "../../matrix/order.ts";
import { random } from "../../random.ts";
import type { BlocksContext } from "../model.ts";
import {
  factorsFile,
  type HalfMeta,
  openSegments,
  openSides,
  readFactors,
  readHalves,
  takeHalfStep,
} from "../shared/half-steps.ts";
import { paddedLength } from "../shared/padding.ts";
import { biasUnit, systemOrder } from "./parameters.ts";
import type { MfSettings } from "./settings.ts";
import { randomFactors } from "./start.ts";

interface Factors {
  /** float32 [rows × stride] and [rows] */
  readonly factors: Float32Array;
  readonly bias: Float32Array;
}

interface MfMeta extends HalfMeta {
  /** Mean squared error after each epoch. */
  readonly losses: readonly number[];
}

interface Side {
  readonly name: BlockSide;
  /** The index of each row of the segments. */
  readonly order: Int32Array;
  readonly file: PieceFile;
  /** The first row of each segment, and the number of rows. */
  readonly starts: readonly number[];
  /** The sum of all ratings. */
  readonly total: number;
}

/** The share of the work that writing segments takes, about, in half-steps. */
const preparation = 0.1;

/** Alternates half-steps, users first, from first values or from where an interrupted training ended. Returns the factors of items by index. */
export async function alternateBlocks(
  blocks: RatingBlocks,
  settings: MfSettings,
  { engine, files, segmentBytes, seed, step, onEpoch }: BlocksContext,
): Promise<{ mean: number; items: Factors; losses: readonly number[] }> {
  const { epochs, factors: f } = settings;
  const [stride, n, one] = [paddedLength(f), systemOrder(f), biasUnit(settings)];
  const work = 2 * epochs + 2 * preparation;
  const sides = await openSides((name) =>
    openSide(files, blocks, name, segmentBytes - 4 * (stride + 1), stride, (done, total) =>
      step((name === "users" ? 0 : preparation) + (preparation * done) / total, work),
    ),
  );
  const { users, items } = sides;
  try {
    const mean = Math.fround(users.total / blocks.ratings);
    const centre = settings.biases === "mean+user+item" ? mean : 0;
    using arena = engine.arena();
    const most = Math.max(users.order.length, items.order.length);
    const fixed: Factors = { factors: arena.float32(most * stride), bias: arena.float32(most) };
    const found = await readHalves<MfMeta>(files);
    let half = Math.max(found?.users.half ?? 0, found?.items.half ?? 0);
    let losses = found?.items.losses ?? [];
    if (!found) await drawStart(files, blocks, [users, items], settings, seed, fixed);
    const room = [0, 1].map(() => roomFor(arena, [users, items], stride));
    for (; half < 2 * epochs; half++) {
      const [free, other] = half % 2 === 0 ? [users, items] : [items, users];
      await readByIndex(files, other, fixed, stride);
      const isLast = free === items;
      // By index, so that sums are taken in the order of training in memory.
      const errors = new Float64Array(isLast ? free.order.length : 0);
      const penalties = new Float64Array(errors.length);
      await takeHalfStep<Solved, MfMeta>(files, free.name, {
        segments: free.file.lengths.length,
        async load(segment) {
          const { bytes, ...own } = room[segment % 2];
          const piece = bytes.subarray(0, free.file.lengths[segment]);
          await free.file.read(segment, piece);
          return rowsOfSegment(piece, own, stride);
        },
        async solve(rows, segment) {
          rows.weights.forEach((_, row) => {
            rows.weights[row] = weightOf(rows.offsets[row + 1] - rows.offsets[row], settings);
          });
          const given = { fixed: fixed.factors, fixedBias: fixed.bias };
          await mfCholesky(engine, { ...rows, ...given, f: stride, n, mean: centre, one }, (done, total) =>
            step(2 * preparation + half + (segment + done / total) / free.file.lengths.length, work),
          );
        },
        solved(rows, segment) {
          const from = free.starts[segment];
          if (isLast) {
            for (let row = 0; row < rows.bias.length; row++) {
              const index = free.order[from + row];
              errors[index] = rows.losses[row];
              const squares = dot(rows.factors, row * stride, rows.factors, row * stride, stride) + rows.bias[row] ** 2;
              penalties[index] = rows.weights[row] * squares;
            }
          }
          return [rows.factors, rows.bias];
        },
        async finish() {
          if (isLast) losses = [...losses, (sum(errors) - sum(penalties)) / blocks.ratings];
          return { half: half + 1, losses };
        },
      });
      if (isLast) onEpoch?.({ epoch: losses.length, epochs, loss: losses[losses.length - 1] });
    }
    await readByIndex(files, items, fixed, stride);
    const rows = items.order.length;
    return {
      mean,
      items: { factors: fixed.factors.slice(0, rows * stride), bias: new Float32Array(fixed.bias.subarray(0, rows)) },
      losses,
    };
  } finally {
    await sides.close();
  }
}

/** λ n^ν, 0 without ratings. */
function weightOf(ratings: number, { regularisation, scaling }: MfSettings): number {
  return ratings === 0 ? 0 : regularisation * ratings ** scaling;
}

async function openSide(
  files: TrainingFiles,
  blocks: RatingBlocks,
  name: BlockSide,
  bytes: number,
  stride: number,
  step: BlocksContext["step"],
): Promise<Side> {
  const file = await openSegments(files, name, (append) => writeSegments(append, blocks, name, bytes, stride, step));
  const { starts, total } = file.meta as unknown as Pick<Side, "starts" | "total">;
  return { name, order: blocks.order[name], file, starts, total };
}

/** Whole rows, until they and their factors take the bytes of a segment. */
async function writeSegments(
  append: AppendPiece,
  blocks: RatingBlocks,
  side: BlockSide,
  bytes: number,
  stride: number,
  step: BlocksContext["step"],
) {
  const index = blocks.order[side === "users" ? "items" : "users"];
  const counts = blocks.counts[side];
  const starts = [0];
  let [total, done] = [0, 0];
  let lengths: number[] = [];
  let held: { indices: Int32Array; values: Float32Array }[] = [];
  let words = 0;

  async function flush(): Promise<void> {
    const offsets = new Int32Array(lengths.length + 1);
    lengths.forEach((length, row) => {
      offsets[row + 1] = offsets[row] + length;
    });
    const parts = [...held.map(({ indices }) => indices), ...held.map(({ values }) => values)];
    await append(Int32Array.of(lengths.length, offsets[lengths.length]), offsets, ...parts);
    starts.push(starts[starts.length - 1] + lengths.length);
    done += offsets[lengths.length];
    [lengths, held, words] = [[], [], 0];
    await step(done, blocks.ratings);
  }

  for await (const { from, to, offsets, columns, values } of blocks.read(side)) {
    for (let row = from; row < to; row++) {
      const own = 2 * counts[row] + stride + 4;
      if (lengths.length > 0 && 4 * (words + own) > bytes) await flush();
      const [first, last] = [offsets[row - from], offsets[row - from + 1]];
      const sorted = ratingsByIndex(columns.subarray(first, last), values.subarray(first, last), index);
      for (const value of sorted.values) total += value;
      held.push(sorted);
      lengths.push(last - first);
      words += own;
    }
  }
  await flush();
  return { starts, total };
}

/** Random first values, drawn as in memory: of users and then of items, by index, for rows with ratings. */
async function drawStart(
  files: TrainingFiles,
  { counts }: RatingBlocks,
  sides: readonly Side[],
  settings: MfSettings,
  seed: number,
  { factors, bias }: Factors,
): Promise<void> {
  const { factors: f, biases } = settings;
  const stride = paddedLength(f);
  const start = randomFactors(settings, random(seed));
  for (const { name, order, starts } of sides) {
    factors.fill(0);
    bias.fill(0);
    for (const [index, row] of inverseOrder(order).entries()) {
      if (counts[name][row] === 0) continue;
      for (let k = 0; k < f; k++) factors[row * stride + k] = start(name, index, k);
      if (biases !== "none") bias[row] = start(name, index, f);
    }
    await files.write(factorsFile(name), async (append) => {
      for (let segment = 0; segment + 1 < starts.length; segment++) {
        const [from, to] = [starts[segment], starts[segment + 1]];
        await append(factors.subarray(from * stride, to * stride), bias.subarray(from, to));
      }
      return { half: 0, losses: [] };
    });
  }
}

/** Reads all factors and biases of a side, by index. */
async function readByIndex(
  files: TrainingFiles,
  { name, order, starts }: Side,
  { factors, bias }: Factors,
  stride: number,
): Promise<void> {
  await readFactors(files, name, async (segment, read) => {
    const [from, to] = [starts[segment], starts[segment + 1]];
    const rows = new Float32Array((to - from) * (stride + 1));
    await read(rows);
    for (let row = 0; row < to - from; row++) {
      const index = order[from + row];
      factors.set(rows.subarray(row * stride, (row + 1) * stride), index * stride);
      bias[index] = rows[(to - from) * stride + row];
    }
  });
}

/** A segment in the engine's memory, and room for what it is solved to. */
interface Solved extends Factors {
  readonly offsets: Int32Array;
  readonly indices: Int32Array;
  readonly values: Float32Array;
  readonly weights: Float32Array;
  readonly losses: Float64Array;
}
type Room = Omit<Solved, "offsets" | "indices" | "values"> & { readonly bytes: Uint8Array };

function roomFor(arena: Arena, sides: readonly Side[], stride: number): Room {
  const greatest = (lengths: readonly number[]) => lengths.reduce((most, length) => Math.max(most, length), 0);
  const rows = greatest(sides.flatMap(({ starts }) => starts.slice(1).map((to, segment) => to - starts[segment])));
  return {
    bytes: arena.uint8(greatest(sides.flatMap(({ file }) => file.lengths))),
    factors: arena.float32(rows * stride),
    bias: arena.float32(rows),
    weights: arena.float32(rows),
    losses: arena.float64(rows),
  };
}

function rowsOfSegment({ buffer, byteOffset }: Uint8Array, room: Omit<Room, "bytes">, stride: number): Solved {
  const [rows, ratings] = new Int32Array(buffer, byteOffset, 2);
  const indices = byteOffset + 4 * (2 + rows + 1);
  return {
    offsets: new Int32Array(buffer, byteOffset + 8, rows + 1),
    indices: new Int32Array(buffer, indices, ratings),
    values: new Float32Array(buffer, indices + 4 * ratings, ratings),
    factors: room.factors.subarray(0, rows * stride),
    bias: room.bias.subarray(0, rows),
    weights: room.weights.subarray(0, rows),
    losses: room.losses.subarray(0, rows),
  };
}
