/**
 * Fits the factors of `als` to column blocks: the factors of the fixed side lie in the engine's memory, and the ratings of the other side, with
 * its factors, come from disk segment by segment (segments.ts). While the kernel works on one segment, the next is read.
 *
 * After each half-step the factors that it found are a file, in place of those of the half-step before the last; what it says of itself (`half`)
 * is where an interrupted training goes on. Sums are those of training in memory, in the same order, so the factors are the same bytes.
 */
import type { Arena, Engine } from "../../compute/engine.ts";
import { gramPartials, sumGram } from "../../compute/gram.ts";
import type { BlockSide, PieceFile, RatingBlocks, TrainingFiles } from "../../data/blocks/rating-blocks.ts";
import { levelsOfCounts } from "../../data/blocks/value-counts.ts";
import { dot } from "../../matrix/dense.ts";
import { inverseOrder } from "../../matrix/order.ts";
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
import type { AlsRows } from "./rating-layout.ts";
import { rowsOfSegment, type SegmentMeta, writeSegments } from "./segments.ts";
import type { AlsSettings } from "./settings.ts";
import { type AlsStart, baseConfidence, rowRegularisation, solveRows, totalConfidence } from "./train.ts";

interface FactorMeta extends HalfMeta {
  /** Of users: Σ λ_u |x_u|². */
  readonly penalty: number;
  /** Of films: the loss after each iteration. */
  readonly losses: readonly number[];
}

interface SegmentedSide {
  readonly name: BlockSide;
  readonly rows: number;
  readonly file: PieceFile;
  readonly meta: SegmentMeta;
}

/** The share of the work that preparing segments takes, about, in half-steps. */
const preparation = 0.5;

/**
 * Alternates half-steps, users first, from given first values or from where an interrupted training ended.
 *
 * @returns the factors of items, by index; after each iteration the loss over the sum of all c
 */
export async function factoriseBlocks(
  blocks: RatingBlocks,
  settings: AlsSettings,
  start: AlsStart,
  { engine, files, segmentBytes, step, onEpoch }: BlocksContext,
): Promise<{ items: Float32Array; losses: readonly number[] }> {
  const { factors: f, iterations, solver, alpha } = settings;
  const base = baseConfidence(settings);
  const { histogram, order } = blocks;
  const levels = levelsOfCounts(histogram);
  const work = 2 * iterations + 2 * preparation;
  const sides = await openSides(async (name): Promise<SegmentedSide> => {
    const columns = order[name === "users" ? "items" : "users"].length;
    const options = {
      f,
      tiles: solver === "conjugate-gradient",
      levels,
      weigh: rowRegularisation(columns, { ...settings, base }),
      bytes: segmentBytes,
      step: (done: number, total: number) =>
        step((name === "users" ? 0 : preparation) + (preparation * done) / total, work),
    };
    const file = await openSegments(files, name, (append) => writeSegments(append, blocks, name, options));
    return { name, rows: order[name].length, file, meta: file.meta as SegmentMeta };
  });
  const { users, items } = sides;
  try {
    using arena = engine.arena();
    const room = createRoom(arena, [users, items], f);
    let { half, penalty, losses } = await resumeOrStart(files, blocks, [users, items], room.fixed, start, f);
    const all = totalConfidence(users.rows * items.rows, blocks.ratings, users.meta.total, base, alpha);
    for (; half < 2 * iterations; half++) {
      const [free, fixed] = half % 2 === 0 ? [users, items] : [items, users];
      const done = 2 * preparation + half;
      await readAll(files, fixed, room.fixed, f);
      const solved = await halfStep(
        engine,
        files,
        free,
        fixed,
        room,
        settings,
        (sums) => {
          if (free === users) penalty = sums.penalty;
          else losses = [...losses, (sums.loss + penalty) / all];
          return { half: half + 1, penalty, losses };
        },
        (share) => step(done + share, work),
      );
      if (free === items) onEpoch?.({ epoch: losses.length, epochs: iterations, loss: solved.losses.at(-1)! });
    }
    await readAll(files, items, room.fixed, f);
    const factors = new Float32Array(items.rows * f);
    for (const [row, item] of order.items.entries()) {
      factors.set(room.fixed.subarray(row * f, (row + 1) * f), item * f);
    }
    return { items: factors, losses };
  } finally {
    await sides.close();
  }
}

/** The engine's memory: what lies fixed, and room for two segments. */
interface Room {
  readonly fixed: Float32Array;
  readonly gram: Float32Array;
  readonly partials: Float32Array;
  readonly segments: readonly {
    readonly bytes: Uint8Array;
    readonly factors: Float32Array;
    readonly losses: Float64Array;
  }[];
}

function createRoom(arena: Arena, sides: readonly SegmentedSide[], f: number): Room {
  const most = Math.max(...sides.map(({ rows }) => rows));
  const bytes = sides.flatMap(({ file }) => file.lengths).reduce((longest, length) => Math.max(longest, length), 0);
  const rows = sides
    .flatMap(({ meta }) => rangesOf(meta).map(([from, to]) => to - from))
    .reduce((longest, length) => Math.max(longest, length), 0);
  return {
    fixed: arena.float32(most * f),
    gram: arena.float32(f * f),
    partials: arena.float32(gramPartials(most, f)),
    segments: [0, 1].map(() => ({
      bytes: arena.uint8(bytes),
      factors: arena.float32(rows * f),
      losses: arena.float64(rows),
    })),
  };
}

/** Where training stands. First values are drawn for the users' rows and then for the items', by index, as in memory. */
async function resumeOrStart(
  files: TrainingFiles,
  { order }: RatingBlocks,
  sides: readonly SegmentedSide[],
  fixed: Float32Array,
  start: AlsStart,
  f: number,
): Promise<FactorMeta> {
  const found = await readHalves<FactorMeta>(files);
  if (found) {
    const { users, items } = found;
    return { half: Math.max(users.half, items.half), penalty: users.penalty, losses: items.losses };
  }
  const first: FactorMeta = { half: 0, penalty: 0, losses: [] };
  for (const { name, meta } of sides) {
    for (const [index, row] of inverseOrder(order[name]).entries()) {
      for (let k = 0; k < f; k++) fixed[row * f + k] = start(name, index, k);
    }
    await files.write(factorsFile(name), async (append) => {
      for (const [from, to] of rangesOf(meta)) await append(fixed.subarray(from * f, to * f));
      return { ...first };
    });
  }
  return first;
}

/** The rows from .. to of each segment. */
function rangesOf({ starts }: SegmentMeta): [from: number, to: number][] {
  return starts.slice(1).map((to, segment) => [starts[segment], to]);
}

/** Reads the factors of a side, all of them. */
async function readAll(
  files: TrainingFiles,
  { name, meta }: SegmentedSide,
  into: Float32Array,
  f: number,
): Promise<void> {
  const ranges = rangesOf(meta);
  await readFactors(files, name, (segment, read) => {
    const [from, to] = ranges[segment];
    return read(into.subarray(from * f, to * f));
  });
}

interface Sums {
  /** Σ of the losses of rows, and Σ λ |x|². */
  loss: number;
  penalty: number;
}

/** Solves for the factors of `free`, segment by segment, and writes them. */
async function halfStep(
  engine: Engine,
  files: TrainingFiles,
  free: SegmentedSide,
  fixed: SegmentedSide,
  room: Room,
  settings: AlsSettings,
  finish: (sums: Sums) => FactorMeta,
  report: (share: number) => Promise<void>,
): Promise<FactorMeta> {
  const { factors: f } = settings;
  const y = room.fixed.subarray(0, fixed.rows * f);
  await sumGram(engine, { y, f, partials: room.partials.subarray(0, gramPartials(fixed.rows, f)) }, room.gram);
  const before = (await files.open(factorsFile(free.name)))!;
  const { file, meta } = free;
  const segments = file.lengths.length;
  const sums: Sums = { loss: 0, penalty: 0 };
  try {
    return await takeHalfStep<AlsRows, FactorMeta>(files, free.name, {
      segments,
      async load(segment) {
        const own = room.segments[segment % 2];
        const bytes = own.bytes.subarray(0, file.lengths[segment]);
        await file.read(segment, bytes);
        const rows = rowsOfSegment(bytes, meta, own, f);
        await before.read(segment, rows.factors);
        return rows;
      },
      async solve(rows, segment) {
        await solveRows(engine, rows, { fixed: y, gram: room.gram }, settings, (done, total) =>
          report((segment + done / total) / segments),
        );
      },
      solved(rows) {
        addSums(sums, rows, f);
        return [rows.factors];
      },
      async finish() {
        await before.close();
        return finish(sums);
      },
    });
  } finally {
    await before.close();
  }
}

function addSums(sums: Sums, { rows, losses, weights, factors }: AlsRows, f: number): void {
  for (let row = 0; row < rows; row++) {
    sums.loss += losses[row];
    sums.penalty += weights[row] * dot(factors, row * f, factors, row * f, f);
  }
}
