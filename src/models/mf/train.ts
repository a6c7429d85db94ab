/** Fits the factors of `mf`: steps by the kernel mfSgd, half-steps by mfCholesky (assembly/mf.ts), or Adam (adam.ts). */
import { type Arena, placeCsr } from "../../compute/engine.ts";
import { mfCholesky, mfSgd } from "../../compute/kernels/mf.ts";
import { type Dataset, shapeOf } from "../../data/dataset.ts";
import type { Csr } from "../../matrix/csr.ts";
import { dot, sum } from "../../matrix/dense.ts";
import { present } from "../../present.ts";
import { type Random, random } from "../../random.ts";
import type { FitContext } from "../model.ts";
import { shuffled } from "../shared/batches.ts";
import { keepsUsers } from "../shared/kept-users.ts";
import { paddedLength } from "../shared/padding.ts";
import { descendByAdam } from "./adam.ts";
import { cutIntoBlocks, partCount } from "./blocks.ts";
import { type Content, createContent } from "./content.ts";
import { biasUnit, createMfSides, type MfSide, type MfSides, systemOrder } from "./parameters.ts";
import type { MfSettings } from "./settings.ts";
import { earlierFactors, randomFactors, solveForUsers } from "./start.ts";

/** Factors below this become 0 between epochs: products with numbers near 1e-38 take a hundred times as long. */
const negligible = 1e-20;

/**
 * Factors and biases learnt in the engine's memory, what they were drawn to with features, and the mean squared error of the ratings in each epoch: of each as it was
 * met, before its step (sgd, adam); after the epoch (als). With adam also the rest of the objective.
 */
export async function trainMf(
  data: Dataset,
  settings: MfSettings,
  arena: Arena,
  context: FitContext,
): Promise<{ sides: MfSides; losses: readonly number[]; penalties?: readonly number[]; content?: Content }> {
  const generator = random(context.seed);
  const { optimiser } = settings;
  const { from, engine } = context;
  const start = randomFactors(settings, generator);
  const sides = createMfSides(arena, data, settings, from ? earlierFactors(from, settings, start) : start);
  if (from && !keepsUsers(from.state) && optimiser !== "als") {
    using own = engine.arena(); // als begins with the users anyway
    await solveForUsers(data.byUser, settings, sides, own, engine);
  }
  if (optimiser === "adam") {
    return { sides, ...(await descendByAdam(data, settings, sides, arena, generator, context)) };
  }
  const content = await createContent(arena, data, settings, sides.items, context);
  const losses =
    optimiser === "als"
      ? await alternate(data, settings, sides, content, arena, context)
      : await descendByRating(data, settings, sides, content, arena, generator, context);
  await content?.update();
  await content?.fillUnrated();
  return { sides, losses, ...present({ content }) };
}

/** Stochastic gradient descent: an epoch takes the diagonals of the grid of blocks in turn, in an order of its own. */
async function descendByRating(
  data: Dataset,
  settings: MfSettings,
  { centre, users, items }: MfSides,
  content: Content | undefined,
  arena: Arena,
  generator: Random,
  { engine, step, onEpoch }: FitContext,
): Promise<readonly number[]> {
  const { factors, epochs, rate } = settings;
  const shape = shapeOf(data);
  const parts = partCount(shape, factors);
  const { offsets, userOf, itemOf, values } = cutIntoBlocks(arena, data.byUser, data.byItem, parts, generator);
  const errors = arena.float64(parts * parts);
  const sides = {
    users: users.factors,
    items: items.factors,
    userBias: users.bias,
    itemBias: items.bias,
    userWeights: users.weights,
    itemWeights: items.weights,
    priors: content?.priors,
    apart: systemOrder(factors),
  };
  const [f, mean, one] = [paddedLength(factors), centre, biasUnit(settings)];
  const losses: number[] = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    await content?.update();
    for (const [n, diagonal] of shuffled(parts, generator).entries()) {
      await mfSgd(
        engine,
        { offsets, userOf, itemOf, values, ...sides, losses: errors, parts, diagonal, f, mean, rate, one },
        (done) => step(epoch * parts + n + done / parts, epochs * parts),
      );
    }
    flush(users.factors);
    flush(items.factors);
    losses.push(sum(errors) / shape.ratings);
    onEpoch?.({ epoch: epoch + 1, epochs, loss: losses[epoch] });
  }
  return losses;
}

/** Alternating least squares: users first, each row's factors and bias at once. */
async function alternate(
  { byUser, byItem }: Dataset,
  settings: MfSettings,
  { centre, users, items }: MfSides,
  content: Content | undefined,
  arena: Arena,
  { engine, step, onEpoch }: FitContext,
): Promise<readonly number[]> {
  const { factors, epochs } = settings;
  const [f, n] = [paddedLength(factors), systemOrder(factors)];
  const [userRows, itemRows] = [placeCsr(arena, byUser), placeCsr(arena, byItem)];
  const one = biasUnit(settings);
  const errors = arena.float64(Math.max(byUser.rows, byItem.rows));

  async function half(
    ratings: Csr,
    { factors, bias, weights }: MfSide,
    fixed: MfSide,
    priors: Float32Array | undefined,
    before: number,
  ): Promise<void> {
    const sides = { fixed: fixed.factors, fixedBias: fixed.bias, factors, bias, weights, losses: errors, priors };
    await mfCholesky(engine, { ...ratings, ...sides, f, n, mean: centre, one }, (done, total) =>
      step(before + done / total, 2 * epochs),
    );
  }

  const losses: number[] = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    await half(userRows, users, items, undefined, 2 * epoch);
    await content?.update();
    await half(itemRows, items, users, content?.priors, 2 * epoch + 1);
    losses.push((sum(errors.subarray(0, byItem.rows)) - penalty(items, f, n, content?.priors)) / byUser.values.length);
    onEpoch?.({ epoch: epoch + 1, epochs, loss: losses[epoch] });
  }
  return losses;
}

/** Σ w (|x − m|² + (b − m_b)²), with priors of n numbers a row, or without. */
function penalty({ factors, bias, weights }: MfSide, f: number, n: number, priors?: Float32Array): number {
  let total = 0;
  for (let row = 0; row < bias.length; row++) {
    total += weights[row] * (dot(factors, row * f, factors, row * f, f) + bias[row] ** 2);
    if (!priors) continue;
    const m = row * n;
    const along = dot(factors, row * f, priors, m, f) + bias[row] * priors[m + f];
    total += weights[row] * (dot(priors, m, priors, m, n) - 2 * along);
  }
  return total;
}

function flush(factors: Float32Array): void {
  for (let n = 0; n < factors.length; n++) if (Math.abs(factors[n]) < negligible) factors[n] = 0;
}
