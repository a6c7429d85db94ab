/** Fits the factors of `als`: half-steps by the kernels of assembly/als.ts, between them projections of content (projection.ts). */
import type { Arena, Engine } from "../../compute/engine.ts";
import { sumGram } from "../../compute/gram.ts";
import { alsCholesky, alsConjugate } from "../../compute/kernels/als.ts";
import { type Csr, rowsAt } from "../../matrix/csr.ts";
import { dot, sum } from "../../matrix/dense.ts";
import { inverseOrder } from "../../matrix/order.ts";
import { present } from "../../present.ts";
import type { FitContext } from "../model.ts";
import { createProjection, type Projection } from "../shared/projection.ts";
import { type AlsRows, type AlsSide, createAlsSides, type RowRegularisation } from "./rating-layout.ts";
import type { AlsSettings } from "./settings.ts";

/** The first value of factor `k` of a row. */
export type AlsStart = (side: "users" | "items", row: number, k: number) => number;

/**
 * Alternates half-steps, users first, from given first values.
 *
 * @param start asked for in order, users' rows before items'
 * @param features content (items × features), where items' factors are drawn towards its projection
 * @returns the factors of items; Wᵀ, float32 [features × factors], where there are features; after each iteration the loss over the
 *   sum of all c (of 1 where unrated)
 */
export async function factorise(
  byUser: Csr,
  settings: AlsSettings,
  start: AlsStart,
  { engine, step, onEpoch }: Pick<FitContext, "engine" | "step" | "onEpoch">,
  features?: Csr,
): Promise<{ items: Float32Array; projection?: Float32Array; losses: number[] }> {
  const { factors: f, iterations, solver } = settings;
  using arena = engine.arena();
  const base = baseConfidence(settings);
  const weigh = {
    users: rowRegularisation(byUser.columns, { ...settings, base }),
    items: rowRegularisation(byUser.rows, { ...settings, base }),
  };
  const { users, items } = createAlsSides(arena, byUser, f, solver === "conjugate-gradient", weigh);
  const initialise = (name: "users" | "items", { order, factors }: AlsSide) => {
    inverseOrder(order).forEach((at, row) => {
      for (let k = 0; k < f; k++) factors[at * f + k] = start(name, row, k);
    });
  };
  initialise("users", users);
  initialise("items", items);
  const projection = features && projectionFor(engine, arena, byUser, items, features, settings);
  const { length } = byUser.values;
  const all = totalConfidence(byUser.rows * byUser.columns, length, sum(byUser.values), base, settings.alpha);
  const losses: number[] = [];
  for (let iteration = 0; iteration < iterations; iteration++) {
    const half =
      (from: number): FitContext["step"] =>
      (done, total) =>
        step(2 * iteration + from + done / total, 2 * iterations);
    await halfStep(engine, users, items, settings, undefined, half(0));
    await projection?.update(items.factors);
    await halfStep(engine, items, users, settings, projection?.priors, half(1));
    losses.push((sum(items.losses) + penalty(users, f) + (projection?.penalty ?? 0)) / all);
    onEpoch?.({ epoch: iteration + 1, epochs: iterations, loss: losses[iteration] });
  }
  await projection?.update(items.factors);
  await projection?.fillUnrated(items.factors);
  const factors = new Float32Array(items.rows * f);
  for (const [row, item] of items.order.entries()) {
    factors.set(items.factors.subarray(row * f, (row + 1) * f), item * f);
  }
  return { items: factors, losses, ...present({ projection: projection?.w.slice() }) };
}

/** The projection of content to items' factors, learnt from the items with ratings. */
function projectionFor(
  engine: Engine,
  arena: Arena,
  byUser: Csr,
  { order, weights }: AlsSide,
  features: Csr,
  { factors, contentRegularisation }: AlsSettings,
): Projection {
  const rated = markRated(byUser);
  return createProjection(engine, arena, rowsAt(features, order), {
    weights: weights.map((weight, at) => rated[order[at]] * weight),
    width: factors,
    mu: contentRegularisation,
  });
}

/** uint8 [items]: 1 where the item has ratings. */
export function markRated({ columns, indices }: Csr): Uint8Array {
  const rated = new Uint8Array(columns);
  for (const item of indices) rated[item] = 1;
  return rated;
}

/** Solves for the factors of `free`, with those of `fixed` as they are. */
async function halfStep(
  engine: Engine,
  free: AlsSide,
  fixed: AlsSide,
  settings: AlsSettings,
  priors: Float32Array | undefined,
  step: FitContext["step"],
): Promise<void> {
  await sumGram(engine, { y: fixed.factors, f: settings.factors, partials: fixed.partials }, fixed.gram);
  await solveRows(engine, free, { fixed: fixed.factors, gram: fixed.gram, priors }, settings, step);
}

/** Solves for the factors of some rows. */
export async function solveRows(
  engine: Engine,
  { rows, visits, blocks, entries, values, shift, unit, factors, losses, weights }: AlsRows,
  other: { readonly fixed: Float32Array; readonly gram: Float32Array; readonly priors?: Float32Array | undefined },
  settings: AlsSettings,
  step: FitContext["step"],
): Promise<void> {
  const { factors: f, alpha, solver, steps } = settings;
  const ratings = { entries, values, shift, unit };
  const system = { ...ratings, ...other, factors, losses, weights, f, base: baseConfidence(settings), alpha };
  // In ratings: a row costs as much as f / 4 of them.
  const effort = (row: number, visit: number) => visits[visit] + (f / 4) * row;
  const total = effort(rows, visits.length - 1);
  if (solver === "cholesky") {
    await alsCholesky(engine, { ...system, offsets: visits }, (row) => step(effort(row, row), total));
  } else {
    await alsConjugate(engine, { ...system, visits, blocks, steps }, (block) =>
      step(effort(blocks[2 * block], blocks[2 * block + 1]), total),
    );
  }
}

/** How λ of a row follows from its ratings. `cells`: columns of the matrix. */
export function rowRegularisation(
  cells: number,
  {
    base,
    alpha,
    regularisation,
    scaling,
    scaledBy,
  }: Pick<AlsSettings, "alpha" | "regularisation" | "scaling" | "scaledBy"> & { base: number },
): RowRegularisation {
  // Of a row without ratings as of one with a single one: a weight of 0 would leave its vector undetermined.
  const weight = (mass: number) => regularisation * Math.max(1, mass) ** scaling;
  if (scaledBy === "ratings") return weight;
  return (count, total) => weight(totalConfidence(cells, count, total, base, alpha));
}

/** c = base + α r */
export function baseConfidence({ confidence }: Pick<AlsSettings, "confidence">): number {
  return confidence === "alpha*r" ? 0 : 1;
}

/** Σ c over so many cells, `count` of which have ratings of the sum `total`. */
export function totalConfidence(cells: number, count: number, total: number, base: number, alpha: number): number {
  return cells + (base - 1) * count + alpha * total;
}

/** Σ λ_u |x_u|² */
function penalty({ rows, factors, weights }: AlsSide, f: number): number {
  let total = 0;
  for (let row = 0; row < rows; row++) total += weights[row] * dot(factors, row * f, factors, row * f, f);
  return total;
}
