/** Fits both forms of EASE; ease.ts has the formulas and describes the tensors. */
import type { Engine } from "../../compute/engine.ts";
import {
  eachRun,
  fillDiagonal,
  fillGram,
  fillRow,
  gramBytes,
  indexOf,
  inverseBytes,
  invertTiles,
  type Precision,
  type Tiles,
  tileBytes,
  tilesIn,
} from "../../compute/inverse.ts";
import { easeWeights, easeWeightsScratch } from "../../compute/kernels/ease.ts";
import type { Dataset, Shape } from "../../data/dataset.ts";
import { type Csr, transpose } from "../../matrix/csr.ts";
import type { ClusterRatings, TakeProducts } from "../cluster.ts";
import type { ClusterContext, Cost, FitContext, Tensors } from "../model.ts";
import { paddedLength } from "../shared/padding.ts";

/** What both forms are fitted with, besides data. */
export interface EaseInput {
  /** x of a rating. */
  readonly entry: (rating: number) => number;
  /** items × features: what X has of each item below the users. */
  readonly content?: Csr;
  readonly lambda: number;
  /** κ: what each item's regularisation grows by for Σ x² of its ratings. */
  readonly growth: number;
  readonly precision: Precision;
}

type Fitting = Pick<FitContext, "engine" | "cluster" | "step">;

/** λ / λ_i of every item, λ_i = λ + κ Σ_u x_ui². @param x items × users, with their entries */
export function sharesOfLambda(x: Csr, lambda: number, growth: number): Float64Array {
  return Float64Array.from({ length: x.rows }, (_, item) => shareOf(squaresOf(x, item), lambda, growth));
}

/** The sum of the squares of a row. */
export function squaresOf({ offsets, values }: Csr, row: number): number {
  let sum = 0;
  for (let n = offsets[row]; n < offsets[row + 1]; n++) sum += values[n] * values[n];
  return sum;
}

function shareOf(squares: number, lambda: number, growth: number): number {
  return lambda / (lambda + growth * squares);
}

/** Items of W that are computed together. */
const panel = 512;

export async function fitOverItems(
  data: Dataset,
  { lambda, growth, precision, ...input }: EaseInput,
  { engine, cluster, step }: Fitting,
): Promise<Tensors> {
  const n = data.byItem.rows;
  const x = entriesByItem(data, input);
  using arena = engine.arena();
  // There before a cluster starts, which would otherwise work for nothing.
  const tiles = tilesIn(arena, n, precision);
  const inverting = cluster ? 0.5 : 0.15;
  const gramStep = phase(step, 0, inverting);
  if (cluster) {
    fillDiagonal(tiles, lambda);
    await cluster.products(
      entriesByUser(data, input),
      (i, others, found) => fillRow(tiles, lambda, i, others, found),
      gramStep,
    );
  } else {
    await fillGram(engine, tiles, x, entriesByUser(data, input), lambda, gramStep);
  }
  if (growth > 0) regulariseMore(tiles, lambda, sharesOfLambda(x, lambda, growth));
  return await inverted(engine, tiles, ratedItems(data.byItem), phase(step, inverting, 1));
}

/**
 * The same from ratings that lie on a cluster, whose values are the entries of X.
 * @throws what the cluster throws
 */
export async function fitFromCluster(
  ratings: ClusterRatings,
  { lambda, growth, precision }: Omit<EaseInput, "entry" | "content">,
  { engine, cluster, step }: ClusterContext,
): Promise<Tensors> {
  const n = ratings.info.items.size;
  using arena = engine.arena();
  const tiles = tilesIn(arena, n, precision);
  fillDiagonal(tiles, lambda);
  const squares = new Float64Array(n);
  const take: TakeProducts = (i, others, found) => {
    fillRow(tiles, lambda, i, others, found);
    const own = others.indexOf(i);
    if (own >= 0) squares[i] = found[own];
  };
  const { counts } = await cluster.products(ratings, take, phase(step, 0, 0.5));
  if (growth > 0) {
    regulariseMore(
      tiles,
      lambda,
      squares.map((square) => shareOf(square, lambda, growth)),
    );
  }
  const rated = Uint8Array.from(counts, (count) => (count > 0 ? 1 : 0));
  return await inverted(engine, tiles, rated, phase(step, 0.5, 1));
}

/** What each item has more than λ. */
function regulariseMore(tiles: Tiles, lambda: number, shares: Float64Array): void {
  for (const [j, share] of shares.entries()) tiles.data[indexOf(tiles, j, j)] += lambda / share - lambda;
}

/** The state's tensors, from XᵀX + Λ. */
async function inverted(engine: Engine, tiles: Tiles, rated: Uint8Array, step: FitContext["step"]): Promise<Tensors> {
  const n = rated.length;
  await invertTiles(engine, tiles, step);
  const diagonal = Float64Array.from({ length: n }, (_, j) => tiles.data[indexOf(tiles, j, j)]);
  const scale = diagonal.map((p) => -1 / p);
  const weights = new Float32Array(n * n);
  eachRun(tiles, (i, j, start, length) => {
    for (let m = 0; m < length; m++) {
      const p = tiles.data[start + m];
      weights[i * n + j + m] = p * scale[j + m];
      weights[(j + m) * n + i] = p * scale[i];
    }
  });
  for (let j = 0; j < n; j++) weights[j * n + j] = 0;
  return {
    weights: { shape: [n, n], data: weights },
    diagonal: { shape: [n], data: diagonal },
    rated: { shape: [n], data: rated },
  };
}

/** What `ease` tells of its cost in memory. */
export type EaseBytes = Required<Pick<Cost, "bytes" | "engineBytes">>;

/** Peak bytes of `fitOverItems`, with one thread. */
export function bytesOverItems({ users, items, ratings }: Shape, precision: Precision): EaseBytes {
  const beside = Math.max(gramBytes(items, users, ratings), inverseBytes(items, precision));
  const engineBytes = tileBytes(items, precision) + beside;
  return { bytes: engineBytes + 4 * items * items + 17 * items, engineBytes };
}

export async function fitOverUsers(
  data: Dataset,
  { lambda, growth, precision, ...input }: EaseInput,
  { engine, step }: Fitting,
): Promise<Tensors> {
  const x = entriesByItem(data, input);
  const [items, users] = [x.rows, x.columns];
  // With S² the shares of λ, the regularisation of X S is λ again: (XᵀX + Λ)⁻¹ = S (S XᵀX S + λI)⁻¹ S.
  const scale = sharesOfLambda(x, lambda, growth).map(Math.sqrt);
  const scaled = growth === 0 ? x : { ...x, values: timesRows(x, scale) };
  const scaledByUser = entriesByUser(data, input);
  if (growth > 0) {
    for (const [n, item] of scaledByUser.indices.entries()) scaledByUser.values[n] *= scale[item];
  }
  using arena = engine.arena();
  const stride = paddedLength(users);
  const length = users * stride;
  const k = precision === "double" ? arena.float64(length) : arena.float32(length);
  {
    using room = engine.arena();
    const tiles = tilesIn(room, users, precision);
    await fillGram(engine, tiles, scaledByUser, scaled, lambda, phase(step, 0, 0.1));
    await invertTiles(engine, tiles, phase(step, 0.1, 0.5));
    unpack(tiles, k, stride);
  }
  const w = new Float32Array(users * items);
  const slack = arena.float64(items);
  const placed = {
    offsets: arena.place(x.offsets),
    raters: arena.place(x.indices),
    values: arena.place(scaled.values),
  };
  const part = arena.float32(users * Math.min(panel, items));
  for (let first = 0; first < items; first += panel) {
    const width = Math.min(panel, items - first);
    await easeWeights(engine, { k, ...placed, w: part, slack, users, stride, first, width }, (done) =>
      step(0.5 + (first + done) / items / 2, 1),
    );
    for (let u = 0; u < users; u++) w.set(part.subarray(u * width, (u + 1) * width), u * items + first);
  }
  if (growth > 0) for (let n = 0; n < w.length; n++) w[n] /= scale[n % items];
  return {
    w: { shape: [users, items], data: w },
    slack: { shape: [items], data: new Float64Array(slack) },
    offsets: { shape: [items + 1], data: x.offsets },
    raters: { shape: [x.indices.length], data: x.indices },
    values: { shape: [x.values.length], data: x.values },
    rated: { shape: [items], data: ratedItems(data.byItem) },
  };
}

/** Peak bytes of `fitOverUsers`, with one thread. */
export function bytesOverUsers({ users, items, ratings }: Shape, precision: Precision): EaseBytes {
  const number = precision === "double" ? 8 : 4;
  const inverting =
    tileBytes(users, precision) + Math.max(gramBytes(users, items, ratings), inverseBytes(users, precision));
  const multiplying =
    8 * ratings + 12 * items + 4 * users * Math.min(panel, items) + easeWeightsScratch(paddedLength(users), number);
  const engineBytes = number * users * paddedLength(users) + Math.max(inverting, multiplying);
  return { bytes: engineBytes + 4 * users * items + 17 * items + 4 * ratings, engineBytes };
}

/** Both triangles, row-major. */
export function unpack(tiles: Tiles, out: Float32Array | Float64Array, stride: number): void {
  eachRun(tiles, (i, j, start, length) => {
    for (let m = 0; m < length; m++) {
      const value = tiles.data[start + m];
      out[i * stride + j + m] = value;
      out[(j + m) * stride + i] = value;
    }
  });
}

/** Xᵀ, of its own values: features come after the users. */
export function entriesByItem({ byItem }: Dataset, { entry, content }: Pick<EaseInput, "entry" | "content">): Csr {
  const x = withEntries(byItem, entry);
  if (!content) return x;
  const length = x.values.length + content.values.length;
  const offsets = x.offsets.map((offset, row) => offset + content.offsets[row]);
  const [indices, values] = [new Int32Array(length), new Float32Array(length)];
  for (let item = 0; item < x.rows; item++) {
    const own = entriesOfRow(x, item);
    const added = entriesOfRow(content, item);
    const middle = offsets[item] + own.values.length;
    indices.set(own.indices, offsets[item]);
    values.set(own.values, offsets[item]);
    added.indices.forEach((feature, n) => {
      indices[middle + n] = x.columns + feature;
    });
    values.set(added.values, middle);
  }
  return { rows: x.rows, columns: x.columns + content.columns, offsets, indices, values };
}

/** X, of its own values. */
function entriesByUser(data: Dataset, input: Pick<EaseInput, "entry" | "content">): Csr {
  return input.content ? transpose(entriesByItem(data, input)) : withEntries(data.byUser, input.entry);
}

function entriesOfRow({ offsets, indices, values }: Csr, row: number) {
  const range = [offsets[row], offsets[row + 1]] as const;
  return { indices: indices.subarray(...range), values: values.subarray(...range) };
}

function withEntries(csr: Csr, entry: (rating: number) => number): Csr {
  return { ...csr, values: csr.values.map(entry) };
}

/** The entries, each times the number of its row. */
export function timesRows({ rows, offsets, values }: Csr, factors: Float64Array): Float32Array {
  const out = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let n = offsets[row]; n < offsets[row + 1]; n++) out[n] = values[n] * factors[row];
  }
  return out;
}

/** The step of a part of the work that takes the run from one share of its length to another. */
export function phase(step: FitContext["step"], from: number, to: number): FitContext["step"] {
  return (done, total) => step(from + ((to - from) * done) / total, 1);
}

export function ratedItems(byItem: Csr): Uint8Array {
  return Uint8Array.from({ length: byItem.rows }, (_, item) =>
    byItem.offsets[item + 1] > byItem.offsets[item] ? 1 : 0,
  );
}
