/** Fits the weights of `sequence`; sequence.ts has the formulas. */
import { placeCsr } from "../../compute/engine.ts";
import {
  eachRun,
  fillGram,
  gramBytes,
  inverseBytes,
  invertTiles,
  type Precision,
  type Tiles,
  tileBytes,
  tilesIn,
} from "../../compute/inverse.ts";
import { sparsePanel, sparseScores } from "../../compute/kernels/scores.ts";
import type { Dataset, Shape } from "../../data/dataset.ts";
import { type Csr, csrFromTriplets, transpose } from "../../matrix/csr.ts";
import { random } from "../../random.ts";
import type { Cost, FitContext } from "../model.ts";
import { ratingOrder } from "../shared/moments.ts";
import { profileOf } from "../shared/profiles.ts";

/** A context ends where a film would weigh less. */
const leastWeight = 0.1;
/** Columns of P that are packed at a time. */
const width = 16 * sparsePanel;

export interface SequenceInput {
  /** How many films take part. */
  readonly films: number;
  /** int32 [items]: the place of each film among them, or −1. */
  readonly rows: Int32Array;
  readonly lambda: number;
  readonly decay: number;
  readonly backward: number;
  readonly precision: Precision;
}

/** What was rated around each rating. */
export interface Contexts {
  /** S: ratings × films that take part. */
  readonly weights: Csr;
  /** int32 [rows]: the film that each row is the context of. */
  readonly targets: Int32Array;
}

/** How many places a context reaches to either side. */
function reachOf(decay: number): number {
  return decay > 0 ? 1 + Math.floor(Math.log(leastWeight) / Math.log(decay) + 1e-9) : 1;
}

/** The entries of the contexts of n ratings. */
function contextEntries(n: number, reach: number): number {
  const most = Math.min(reach, n - 1);
  return n < 2 ? 0 : 2 * most * n - most * (most + 1);
}

/** S, and the films of its rows: one for each rating of a film that takes part, unless its user rated no other. */
export function contextsOf(
  { byUser }: Pick<Dataset, "byUser">,
  { films, rows, decay, backward }: Omit<SequenceInput, "lambda" | "precision">,
  seed: number,
): Contexts {
  const draw = random(seed);
  const reach = reachOf(decay);
  const takingPart = Array.from({ length: byUser.rows }, (_, user) => {
    return profileOf(byUser, user).items.reduce((sum, item) => sum + Number(rows[item] >= 0), 0);
  });
  const entries = takingPart.reduce((sum, count) => sum + contextEntries(count, reach), 0);
  const rowOf = new Int32Array(entries);
  const columnOf = new Int32Array(entries);
  const values = new Float32Array(entries);
  const targets = new Int32Array(takingPart.reduce((sum, count) => sum + (count > 1 ? count : 0), 0));
  let [row, at] = [0, 0];
  for (const [user, count] of takingPart.entries()) {
    if (count < 2) continue;
    const profile = profileOf(byUser, user);
    const kept = profile.items.map((_, n) => n).filter((n) => rows[profile.items[n]] >= 0);
    const { order, places } = ratingOrder(
      count,
      profile.times?.filter((_, n) => rows[profile.items[n]] >= 0),
      draw,
    );
    for (const [t, target] of order.entries()) {
      for (let n = Math.max(0, t - reach); n <= Math.min(count - 1, t + reach); n++) {
        if (n === t) continue;
        const apart = places[n] - places[t];
        const side = apart < 0 ? 1 : apart > 0 ? backward : (1 + backward) / 2;
        rowOf[at] = row;
        columnOf[at] = rows[profile.items[kept[order[n]]]];
        values[at++] = side * decay ** Math.max(0, Math.abs(apart) - 1);
      }
      targets[row++] = rows[profile.items[kept[target]]];
    }
  }
  return { weights: csrFromTriplets(row, films, { rowOf, columnOf, values }).csr, targets };
}

/** float32 [films × films]: B, whose row i is what film i counts for all others. */
export async function fitSequence(
  train: Pick<Dataset, "byUser">,
  input: SequenceInput,
  { engine, step, seed }: FitContext,
): Promise<Float32Array> {
  const n = input.films;
  const contexts = contextsOf(train, input, seed);
  using arena = engine.arena();
  const tiles = tilesIn(arena, n, input.precision);
  const byFilm = transpose(contexts.weights);
  await fillGram(engine, tiles, byFilm, contexts.weights, input.lambda, (done, total) => step((0.3 * done) / total, 1));
  await invertTiles(engine, tiles, (done, total) => step(0.3 + (0.5 * done) / total, 1));
  const sums = placeCsr(arena, contextSums(contexts));
  const b = new Float32Array(n * n);
  const panels = arena.float32(n * width);
  const out = arena.float32(n * width);
  for (let first = 0; first < n; first += width) {
    packColumns(tiles, first, panels);
    await sparseScores(engine, { matrix: sums, panels, out, depth: n, columns: width, first: 0 });
    for (let column = first; column < Math.min(n, first + width); column++) {
      for (let target = 0; target < n; target++) b[column * n + target] = out[target * width + column - first];
    }
    await step(0.8 + (0.2 * Math.min(n, first + width)) / n, 1);
  }
  for (let film = 0; film < n; film++) b[film * n + film] = 0;
  return b;
}

/** (SᵀT)ᵀ: row j is the sum of the contexts of film j. */
function contextSums({ weights, targets }: Contexts): Csr {
  const films = weights.columns;
  const rowsOf = transpose({
    rows: targets.length,
    columns: films,
    offsets: Int32Array.from({ length: targets.length + 1 }, (_, row) => row),
    indices: targets,
    values: new Float32Array(targets.length),
  });
  const offsets = new Int32Array(films + 1);
  const [indices, values]: [number[], number[]] = [[], []];
  const sum = new Float64Array(films);
  for (let film = 0; film < films; film++) {
    sum.fill(0);
    for (let m = rowsOf.offsets[film]; m < rowsOf.offsets[film + 1]; m++) {
      const row = rowsOf.indices[m];
      for (let e = weights.offsets[row]; e < weights.offsets[row + 1]; e++)
        sum[weights.indices[e]] += weights.values[e];
    }
    for (let other = 0; other < films; other++) {
      if (sum[other] === 0) continue;
      indices.push(other);
      values.push(sum[other]);
    }
    offsets[film + 1] = indices.length;
  }
  return { rows: films, columns: films, offsets, indices: Int32Array.from(indices), values: Float32Array.from(values) };
}

/** Writes columns first .. first + width of a symmetric matrix as `sparseScores` takes them, zeros after the last. */
function packColumns(tiles: Tiles, first: number, panels: Float32Array): void {
  const { n } = tiles;
  const last = Math.min(n, first + width);
  panels.fill(0);
  const write = (row: number, column: number, value: number) => {
    const at = column - first;
    panels[(at - (at % sparsePanel)) * n + row * sparsePanel + (at % sparsePanel)] = value;
  };
  eachRun(tiles, (i, j, start, length) => {
    for (let m = 0; m < length; m++) {
      if (j + m >= first && j + m < last) write(i, j + m, tiles.data[start + m]);
      if (i >= first && i < last) write(j + m, i, tiles.data[start + m]);
    }
  });
}

/** Peak bytes of `fitSequence`, with one thread. */
export function sequenceBytes(
  { items, ratings }: Shape,
  decay: number,
  precision: Precision,
): Pick<Cost, "bytes" | "engineBytes"> {
  const entries = 2 * reachOf(decay) * ratings;
  const engineBytes =
    tileBytes(items, precision) +
    Math.max(gramBytes(items, ratings, entries) + inverseBytes(items, precision), 8 * width * items + 8 * entries);
  return { bytes: engineBytes + 4 * items * items + 28 * entries, engineBytes };
}
