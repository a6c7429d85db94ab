import { dot, solvePositiveDefinite } from "../../src/matrix/dense.ts";
import { random } from "../../src/random.ts";

/** One side of a factorisation: `f` factors and a bias for each row, and each row's weight. */
export interface TwinSide {
  readonly factors: Float64Array;
  readonly bias: Float64Array;
  readonly weights: Float64Array;
  /** What factors and biases are drawn to, instead of 0. */
  readonly priors?: Pick<TwinSide, "factors" | "bias">;
}
export type Rating = readonly [user: number, item: number, value: number];

/** The steps of mfSgd (assembly/mf.ts) in plain TypeScript and double precision; returns Σ e², e before each step. */
export function sgdSteps(
  ratings: Iterable<Rating>,
  users: TwinSide,
  items: TwinSide,
  { f, mean, rate }: { f: number; mean: number; rate: number },
): number {
  let loss = 0;
  for (const [user, item, value] of ratings) {
    const e = errorOf([user, item, value], users, items, f, mean);
    loss += e * e;
    users.bias[user] += rate * (e - users.weights[user] * users.bias[user]);
    items.bias[item] += rate * (e - items.weights[item] * (items.bias[item] - (items.priors?.bias[item] ?? 0)));
    for (let k = 0; k < f; k++) {
      const [p, q] = [users.factors[user * f + k], items.factors[item * f + k]];
      users.factors[user * f + k] += rate * (e * q - users.weights[user] * p);
      items.factors[item * f + k] +=
        rate * (e * p - items.weights[item] * (q - (items.priors?.factors[item * f + k] ?? 0)));
    }
  }
  return loss;
}

/** The half-step of mfCholesky: `free`'s factors and biases for `fixed`; `ratings` as (free row, fixed row, value). */
export function ridgeHalfStep(
  ratings: readonly Rating[],
  free: TwinSide,
  fixed: TwinSide,
  { f, mean }: { f: number; mean: number },
): void {
  const n = f + 1;
  for (let row = 0; row < free.bias.length; row++) {
    const own = ratings.filter(([of]) => of === row);
    const [a, x] = [new Float64Array(n * n), new Float64Array(n)];
    for (let k = 0; k < n; k++) a[k * n + k] = free.weights[row];
    const prior = free.priors && [...free.priors.factors.subarray(row * f, (row + 1) * f), free.priors.bias[row]];
    for (let k = 0; k < n; k++) x[k] = own.length > 0 && prior ? free.weights[row] * prior[k] : 0;
    for (const [, other, value] of own) {
      const y = [...fixed.factors.subarray(other * f, (other + 1) * f), 1];
      for (let k = 0; k < n; k++) {
        x[k] += (value - mean - fixed.bias[other]) * y[k];
        for (let l = 0; l < n; l++) a[k * n + l] += y[k] * y[l];
      }
    }
    if (own.length > 0) solvePositiveDefinite(a, n, x);
    free.factors.set(x.subarray(0, f), row * f);
    free.bias[row] = x[f];
  }
}

/**
 * Gradients of 1/B Σ e² + 1/N Σ_rows w (|x|² + b²) by everything on both sides, for B ratings of N (mfGradient); and the two
 * sums. The gradients of biases are 0 without biases.
 */
export function gradientsOf(
  ratings: readonly Rating[],
  users: TwinSide,
  items: TwinSide,
  { f, mean, all, biases }: { f: number; mean: number; all: number; biases: boolean },
) {
  const start = ({ factors, bias, weights }: TwinSide) => ({
    factors: factors.map((value, n) => (2 / all) * weights[Math.floor(n / f)] * value),
    bias: bias.map((value, row) => (biases ? (2 / all) * weights[row] * value : 0)),
  });
  const gradients = { users: start(users), items: start(items) };
  let squares = 0;
  for (const [user, item, value] of ratings) {
    const e = errorOf([user, item, value], users, items, f, mean);
    squares += e * e;
    const factor = (-2 / ratings.length) * e;
    for (let k = 0; k < f; k++) {
      gradients.users.factors[user * f + k] += factor * items.factors[item * f + k];
      gradients.items.factors[item * f + k] += factor * users.factors[user * f + k];
    }
    if (biases) {
      gradients.users.bias[user] += factor;
      gradients.items.bias[item] += factor;
    }
  }
  return { ...gradients, loss: squares / ratings.length, penalty: (penalty(users, f) + penalty(items, f)) / all };
}

/** r − r̂ */
function errorOf([user, item, value]: Rating, users: TwinSide, items: TwinSide, f: number, mean: number): number {
  return value - mean - users.bias[user] - items.bias[item] - dot(users.factors, user * f, items.factors, item * f, f);
}

/** Σ e² + Σ_u w_u (|p_u|² + b_u²) + Σ_i w_i (|q_i|² + b_i²) */
export function objective(
  ratings: readonly Rating[],
  users: TwinSide,
  items: TwinSide,
  { f, mean }: { f: number; mean: number },
): number {
  let total = 0;
  for (const rating of ratings) total += errorOf(rating, users, items, f, mean) ** 2;
  return total + penalty(users, f) + penalty(items, f);
}

function penalty({ factors, bias, weights, priors }: TwinSide, f: number): number {
  let total = 0;
  for (let row = 0; row < bias.length; row++) {
    let squares = (bias[row] - (priors?.bias[row] ?? 0)) ** 2;
    for (let n = row * f; n < (row + 1) * f; n++) squares += (factors[n] - (priors?.factors[n] ?? 0)) ** 2;
    total += weights[row] * squares;
  }
  return total;
}

/** A side at random. */
export function twinSide(rows: number, f: number, seed: number): TwinSide {
  const { normal, float } = random(seed);
  // as they lie in single precision, so that the twin starts where the kernel does
  const numbers = (length: number, next: () => number) => Float64Array.from({ length }, () => Math.fround(next()));
  return {
    factors: numbers(rows * f, () => 0.2 * normal()),
    bias: numbers(rows, () => 0.3 * normal()),
    weights: numbers(rows, () => 0.05 + float()),
  };
}

export function someRatings(users: number, items: number, n: number, seed: number): Rating[] {
  const { int } = random(seed);
  return Array.from({ length: n }, (): Rating => [int(users), int(items), 0.5 * (1 + int(10))]);
}
