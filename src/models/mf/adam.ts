/**
 * How `mf` follows gradients: those of users, those of items, and a step of Adam for everything, by the kernels mfGradient and
 * adam. For a batch of B of N ratings it descends
 *
 *   L = 1/B Σ_{batch} e² + 1/N (Σ_u λ n_u^ν (|p_u|² + b_u²) + Σ_i λ n_i^ν (|q_i|² + b_i²))
 */
import type { Arena } from "../../compute/engine.ts";
import { mfGradient } from "../../compute/kernels/mf.ts";
import type { Dataset } from "../../data/dataset.ts";
import { sum } from "../../matrix/dense.ts";
import type { Random } from "../../random.ts";
import type { FitContext } from "../model.ts";
import { adamOf } from "../shared/adam.ts";
import { batchesOf, shuffled } from "../shared/batches.ts";
import { type MfSettings, type MfSide, type Numbers, numbersOf, oneOf, type Sides, strideOf } from "./sides.ts";

/** Of each epoch: mean squared error of the ratings as each was met, and the rest of L, before the steps. */
export interface Curve {
  readonly losses: readonly number[];
  readonly penalties: readonly number[];
}

/** Changes the sides by an Adam that starts anew. */
export async function descendByAdam(
  data: Dataset,
  settings: Pick<MfSettings, "factors" | "epochs" | "rate" | "batch" | "biases">,
  { users, items, centre, numbers }: Sides,
  arena: Arena,
  generator: Random,
  { engine, step }: Pick<FitContext, "engine" | "step">,
): Promise<Curve> {
  const { epochs, rate, batch } = settings;
  const ratings = data.byUser.values.length;
  const gradients = numbersOf(arena, data, settings);
  const advance = adamOf(engine, arena, numbers, gradients.numbers);
  const { offsets, userOf, itemOf, values, byItem } = batchesOf(arena, data, batch, generator);
  const [itemRows, itemColumns, itemValues] = [arena.int32(ratings), arena.int32(ratings), arena.float32(ratings)];
  for (let n = 0; n < ratings; n++) {
    itemRows[n] = itemOf[byItem[n]];
    itemColumns[n] = userOf[byItem[n]];
    itemValues[n] = values[byItem[n]];
  }
  const [squares, shares] = [numbersPerRow(arena, data), numbersPerRow(arena, data)];

  const ofUsers = { rowOf: userOf, columnOf: itemOf, values, losses: squares.users, penalties: shares.users };
  const ofItems = {
    rowOf: itemRows,
    columnOf: itemColumns,
    values: itemValues,
    losses: squares.items,
    penalties: shares.items,
  };
  async function gradient(
    entries: typeof ofUsers,
    { from, to }: { readonly from: number; readonly to: number },
    [own, other]: readonly [MfSide, MfSide],
    out: Numbers["users"],
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
      f: strideOf(settings.factors),
      mean: centre,
      scale: 2 / (to - from),
      decay: 2 / ratings,
      one: oneOf(settings),
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
      penalty += sum(shares.users) + sum(shares.items);
      await step(epoch * batches + n + 1, epochs * batches);
    }
    losses.push(loss / ratings);
    penalties.push(penalty / ratings / batches);
  }
  return { losses, penalties };
}

function numbersPerRow(arena: Arena, { byUser, byItem }: Dataset) {
  return { users: arena.float64(byUser.rows), items: arena.float64(byItem.rows) };
}
