/** How `mf` finds its factors: steps by the kernel mfSgd, or half-steps by mfCholesky (assembly/mf.ts). */
import type { Arena, NumberArray } from "../compute/engine.ts";
import { type Dataset, shapeOf } from "../data/dataset.ts";
import type { Csr } from "../matrix/csr.ts";
import { dot } from "../matrix/dense.ts";
import { type Random, random } from "../random.ts";
import { blocksOf, partsFor } from "./mf-blocks.ts";
import type { FitContext } from "./model.ts";

export interface MfSettings {
  readonly factors: number;
  readonly epochs: number;
  readonly optimiser: "sgd" | "als";
  readonly regularisation: number;
  readonly scaling: number;
  readonly rate: number;
}

/** What training finds, in the engine's memory, until the arena is disposed of. */
export interface Factors {
  readonly mean: number;
  readonly users: Side;
  readonly items: Side;
  /** Mean squared error of the ratings: of each as it was met, before its step (sgd); after each epoch (als). */
  readonly losses: readonly number[];
}
interface Side {
  /** float32 [rows × stride]: `factors` numbers and then zeros. */
  readonly factors: Float32Array;
  /** float32 [rows] */
  readonly bias: Float32Array;
  /** float32 [rows]: λ n^ν, n: ratings of the row; sgd: λ n^(ν − 1), each rating's share of it. */
  readonly weights: Float32Array;
}

/** Rows of a half-step that one thread takes at a time. */
const blockRows = 64;
/** Standard deviation of the factors at the start. */
const spread = 0.1;
/** Factors below this become 0 between epochs: products with numbers near 1e-38 take a hundred times as long. */
const negligible = 1e-20;

/** Numbers from one row of factors to the next. */
export function strideOf(factors: number): number {
  return Math.ceil(factors / 4) * 4;
}

/** Order of the systems of half-steps: factors, bias, and then up to a multiple of 8. */
export function orderOf(factors: number): number {
  return Math.ceil((strideOf(factors) + 1) / 8) * 8;
}

/** Bytes that each thread has to itself in a half-step: a system, its solution, and the vectors of 32 ratings. */
export function scratchOf(factors: number): number {
  const n = orderOf(factors);
  return 4 * n * (n + 33);
}

export async function train(data: Dataset, settings: MfSettings, arena: Arena, context: FitContext): Promise<Factors> {
  const { byUser, byItem } = data;
  const generator = random(context.seed);
  let total = 0;
  for (const value of byUser.values) total += value;
  const sides = {
    mean: Math.fround(total / byUser.values.length),
    users: sideOf(arena, byUser, settings, generator),
    items: sideOf(arena, byItem, settings, generator),
  };
  const losses = await (settings.optimiser === "sgd"
    ? descend(data, settings, sides, arena, generator, context)
    : alternate(data, settings, sides, arena, context));
  return { ...sides, losses };
}

function sideOf(arena: Arena, { rows, offsets }: Csr, settings: MfSettings, { float }: Random): Side {
  const { factors: f, regularisation, scaling, optimiser } = settings;
  const stride = strideOf(f);
  const factors = arena.float32(rows * stride);
  const weights = arena.float32(rows);
  for (let row = 0; row < rows; row++) {
    const count = offsets[row + 1] - offsets[row];
    if (count === 0) continue; // stays 0: nothing would ever move it
    for (let k = 0; k < f; k++) factors[row * stride + k] = spread * Math.sqrt(12) * (float() - 0.5);
    weights[row] = regularisation * count ** (optimiser === "sgd" ? scaling - 1 : scaling);
  }
  return { factors, bias: arena.float32(rows), weights };
}

/** Stochastic gradient descent: an epoch takes the diagonals of the grid of blocks in turn, in an order of its own. */
async function descend(
  data: Dataset,
  { factors, epochs, rate }: MfSettings,
  { mean, users, items }: Omit<Factors, "losses">,
  arena: Arena,
  generator: Random,
  { engine, step }: FitContext,
): Promise<number[]> {
  const shape = shapeOf(data);
  const parts = partsFor(shape, factors);
  const { offsets, userOf, itemOf, values } = blocksOf(arena, data.byUser, data.byItem, parts, generator);
  const errors = arena.float64(parts * parts);
  const rows = [users.factors, items.factors, users.bias, items.bias, users.weights, items.weights];
  const losses: number[] = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const [n, diagonal] of shuffled(parts, generator).entries()) {
      const rest = [errors, parts, diagonal, strideOf(factors), mean, rate];
      await engine.run(
        "mfSgd",
        { rows: parts, blockRows: 1, scratch: 0, args: [offsets, userOf, itemOf, values, ...rows, ...rest] },
        (done) => step(epoch * parts + n + done / parts, epochs * parts),
      );
    }
    flush(users.factors);
    flush(items.factors);
    losses.push(sum(errors) / shape.ratings);
  }
  return losses;
}

/** Alternating least squares: users first, each row's factors and bias at once. */
async function alternate(
  { byUser, byItem }: Dataset,
  { factors, epochs }: MfSettings,
  { mean, users, items }: Omit<Factors, "losses">,
  arena: Arena,
  { engine, step }: FitContext,
): Promise<number[]> {
  const [f, n] = [strideOf(factors), orderOf(factors)];
  const place = ({ offsets, indices, values }: Csr) => [
    arena.place(offsets),
    arena.place(indices),
    arena.place(values),
  ];
  const [userRows, itemRows] = [place(byUser), place(byItem)];
  const errors = arena.float64(Math.max(byUser.rows, byItem.rows));

  async function half(
    rows: number,
    matrix: readonly NumberArray[],
    free: Side,
    fixed: Side,
    before: number,
  ): Promise<void> {
    const sides = [fixed.factors, fixed.bias, free.factors, free.bias, free.weights];
    const work = { rows, blockRows, scratch: scratchOf(factors), args: [...matrix, ...sides, errors, f, n, mean] };
    await engine.run("mfCholesky", work, (done, total) => step(before + done / total, 2 * epochs));
  }

  const losses: number[] = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    await half(byUser.rows, userRows, users, items, 2 * epoch);
    await half(byItem.rows, itemRows, items, users, 2 * epoch + 1);
    losses.push((sum(errors.subarray(0, byItem.rows)) - penalty(items, f)) / byUser.values.length);
  }
  return losses;
}

/** Σ w (|x|² + b²) */
function penalty({ factors, bias, weights }: Side, f: number): number {
  let total = 0;
  for (let row = 0; row < bias.length; row++) {
    total += weights[row] * (dot(factors, row * f, factors, row * f, f) + bias[row] ** 2);
  }
  return total;
}

/** 0 .. n − 1 in random order. */
function shuffled(n: number, { int }: Random): number[] {
  const order = Array.from({ length: n }, (_, k) => k);
  for (let k = n - 1; k > 0; k--) {
    const other = int(k + 1);
    [order[k], order[other]] = [order[other], order[k]];
  }
  return order;
}

function flush(factors: Float32Array): void {
  for (let n = 0; n < factors.length; n++) if (Math.abs(factors[n]) < negligible) factors[n] = 0;
}

function sum(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
