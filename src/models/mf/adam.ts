/**
 * Gradient descent of `mf`: the gradients of users, those of items, then a step of Adam for all parameters, by the kernels
 * mfGradient and adam. For a batch of B of N ratings it descends
 *
 *   L = 1/B Σ_{batch} e² + 1/N (Σ_u λ n_u^ν (|p_u|² + b_u²) + Σ_i λ n_i^ν (|q_i|² + b_i²))
 */
import type { Arena } from "../../compute/engine.ts";
import { mfGradient } from "../../compute/kernels/mf.ts";
import type { Dataset } from "../../data/dataset.ts";
import { sum } from "../../matrix/dense.ts";
import type { Random } from "../../random.ts";
import type { FitContext } from "../model.ts";
import { createAdam } from "../shared/adam.ts";
import { dealBatches, shuffled } from "../shared/batches.ts";
import { paddedLength } from "../shared/padding.ts";
import { allocateParameters, biasUnit, type MfParameters, type MfSide, type MfSides } from "./parameters.ts";
import type { MfSettings } from "./settings.ts";

/** For each epoch: the mean squared error of ratings as they were met, and the rest of L, both before the steps. */
export interface AdamLosses {
  readonly losses: readonly number[];
  readonly penalties: readonly number[];
}

/** Changes the sides, by an Adam whose moments start at 0. */
export async function descendByAdam(
  data: Dataset,
  settings: Pick<MfSettings, "factors" | "epochs" | "rate" | "batch" | "biases">,
  { users, items, centre, all }: MfSides,
  arena: Arena,
  generator: Random,
  { engine, step, onEpoch }: Pick<FitContext, "engine" | "step" | "onEpoch">,
): Promise<AdamLosses> {
  const { epochs, rate, batch } = settings;
  const ratings = data.byUser.values.length;
  const gradients = allocateParameters(arena, data, settings);
  const advance = createAdam(engine, arena, all, gradients.all);
  const { offsets, userOf, itemOf, values, byItem } = dealBatches(arena, data, batch, generator);
  const [itemRows, itemColumns, itemValues] = [arena.int32(ratings), arena.int32(ratings), arena.float32(ratings)];
  for (let n = 0; n < ratings; n++) {
    itemRows[n] = itemOf[byItem[n]];
    itemColumns[n] = userOf[byItem[n]];
    itemValues[n] = values[byItem[n]];
  }
  const [squares, penaltyTerms] = [numbersPerRow(arena, data), numbersPerRow(arena, data)];

  const ofUsers = { rowOf: userOf, columnOf: itemOf, values, losses: squares.users, penalties: penaltyTerms.users };
  const ofItems = {
    rowOf: itemRows,
    columnOf: itemColumns,
    values: itemValues,
    losses: squares.items,
    penalties: penaltyTerms.items,
  };
  async function gradient(
    entries: typeof ofUsers,
    { from, to }: { readonly from: number; readonly to: number },
    [own, other]: readonly [MfSide, MfSide],
    out: MfParameters["users"],
  ): Promise<void> {
    await mfGradient(engine, {
      ...entries,
      from,
      to,
      own: own.factors,
      ownBias: own.bias,
      other: other.factors,
      otherBias: other.bias,
      gradients: out.factors,
      biasGradients: out.bias,
      weights: own.weights,
      f: paddedLength(settings.factors),
      mean: centre,
      scale: 2 / (to - from),
      decay: 2 / ratings,
      one: biasUnit(settings),
    });
  }

  const batches = offsets.length - 1;
  const [losses, penalties]: [number[], number[]] = [[], []];
  for (let epoch = 0; epoch < epochs; epoch++) {
    let [loss, penalty] = [0, 0];
    for (const [n, at] of shuffled(batches, generator).entries()) {
      const range = { from: offsets[at], to: offsets[at + 1] };
      await gradient(ofUsers, range, [users, items], gradients.users);
      await gradient(ofItems, range, [items, users], gradients.items);
      await advance({ rate, decay: 0 });
      loss += sum(squares.users);
      penalty += sum(penaltyTerms.users) + sum(penaltyTerms.items);
      await step(epoch * batches + n + 1, epochs * batches);
    }
    losses.push(loss / ratings);
    onEpoch?.({ epoch: epoch + 1, epochs, loss: losses[epoch] });
    penalties.push(penalty / ratings / batches);
  }
  return { losses, penalties };
}

function numbersPerRow(arena: Arena, { byUser, byItem }: Dataset) {
  return { users: arena.float64(byUser.rows), items: arena.float64(byItem.rows) };
}
