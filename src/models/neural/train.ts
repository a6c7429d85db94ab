/** Trains `neural`: three passes over each batch by the kernels of assembly/neural.ts, then a step of Adam for all parameters. */
import type { Arena, Engine } from "../../compute/engine.ts";
import {
  neuralBackward,
  neuralBlockRows,
  neuralBlocks,
  neuralForward,
  neuralLoss,
} from "../../compute/kernels/neural.ts";
import type { Dataset } from "../../data/dataset.ts";
import { sum } from "../../matrix/dense.ts";
import type { Random } from "../../random.ts";
import type { FitContext } from "../model.ts";
import { createAdam } from "../shared/adam.ts";
import { type Batches, batchSize, dealBatches, shuffled } from "../shared/batches.ts";
import { paddedLength } from "../shared/padding.ts";
import type { NetworkSettings } from "./settings.ts";

/** All parameters, in the engine's memory. h: `hidden` and then up to a multiple of 4, with zeros. */
export interface Network {
  /** float32: all of them, in one array whose length is a multiple of 4. */
  readonly numbers: Float32Array;
  /** float32 [rows × embedding] */
  readonly users: Float32Array;
  readonly items: Float32Array;
  /** float32 [embedding × h]: what leaves each unit of a user's embedding, and of an item's. */
  readonly userWeights: Float32Array;
  readonly itemWeights: Float32Array;
  /** float32 [2 h + 4]: biases of the hidden layer, weights of the output, its bias. */
  readonly output: Float32Array;
}

/** The first value of a number: row and k count as in W1 [hidden × 2 embedding], w2 [1 × hidden], c1 and c2 (row 0). */
export type NetworkStart = (part: "users" | "items" | "W1" | "c1" | "w2" | "c2", row: number, k: number) => number;

/** Bytes that a network over these numbers of rows takes while it learns. */
export function trainingBytes(
  { users, items, ratings }: { users: number; items: number; ratings: number },
  { embedding: e, hidden, batch }: NetworkSettings,
): number {
  const h = paddedLength(hidden);
  const numbers = (users + items) * e + 2 * e * h + 2 * h + 4;
  const partials = neuralBlocks * (2 * e * h + 2 * h + 4);
  return 4 * (4 * numbers + partials + h * batchSize(ratings, batch)) + 24 * ratings + 8 * items;
}

export function createNetwork(
  arena: Arena,
  { byUser, byItem }: Pick<Dataset, "byUser" | "byItem">,
  { embedding: e, hidden }: Pick<NetworkSettings, "embedding" | "hidden">,
  start?: NetworkStart,
): Network {
  const h = paddedLength(hidden);
  const lengths = [byUser.rows * e, byItem.rows * e, e * h, e * h, 2 * h + 4];
  const numbers = arena.float32(4 * Math.ceil(lengths.reduce((a, b) => a + b) / 4));
  let at = 0;
  const [users, items, userWeights, itemWeights, output] = lengths.map((length) => {
    at += length;
    return numbers.subarray(at - length, at);
  });
  if (start) {
    for (let n = 0; n < users.length; n++) users[n] = start("users", Math.floor(n / e), n % e);
    for (let n = 0; n < items.length; n++) items[n] = start("items", Math.floor(n / e), n % e);
    for (let row = 0; row < hidden; row++) {
      for (let k = 0; k < e; k++) userWeights[k * h + row] = start("W1", row, k);
      for (let k = 0; k < e; k++) itemWeights[k * h + row] = start("W1", row, e + k);
      output[row] = start("c1", row, 0);
      output[h + row] = start("w2", 0, row);
    }
    output[2 * h] = start("c2", 0, 0);
  }
  return { numbers, users, items, userWeights, itemWeights, output };
}

/** Changes the network, by an Adam whose moments start at 0. Returns each epoch's mean squared error of ratings as they were met. */
export async function trainNetwork(
  data: Pick<Dataset, "byUser" | "byItem">,
  settings: NetworkSettings,
  network: Network,
  arena: Arena,
  generator: Random,
  { engine, step, onEpoch }: Pick<FitContext, "engine" | "step" | "onEpoch">,
): Promise<number[]> {
  const { epochs, batch, rate, decay } = settings;
  const gradients = createNetwork(arena, data, settings);
  const dealt = dealBatches(arena, data, batch, generator);
  const advance = createAdam(engine, arena, network.numbers, gradients.numbers);
  const propagate = createPropagation(engine, arena, dealt, data, settings, network, gradients);
  const batches = dealt.offsets.length - 1;
  const losses: number[] = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    let loss = 0;
    for (const [n, at] of shuffled(batches, generator).entries()) {
      loss += await propagate(at, [generator.uint32(), generator.uint32()]);
      await advance({ rate, decay });
      await step(epoch * batches + n + 1, epochs * batches);
    }
    losses.push(loss / data.byUser.values.length);
    onEpoch?.({ epoch: epoch + 1, epochs, loss: losses[epoch] });
  }
  return losses;
}

/**
 * Forward and back: each call finds the gradients of a batch's mean squared error and returns the sum of its squares. The seeds
 * say which units each rating drops, of users' embeddings and of items'.
 */
export function createPropagation(
  engine: Engine,
  arena: Arena,
  { offsets, userOf, itemOf, values, byItem }: Batches,
  { byUser, byItem: { rows: itemCount } }: Pick<Dataset, "byUser" | "byItem">,
  { embedding: e, hidden, dropout, batch }: NetworkSettings,
  network: Network,
  gradients: Network,
): (batch: number, seeds: readonly [number, number]) => Promise<number> {
  const h = paddedLength(hidden);
  const ratings = values.length;
  const [itemRows, itemValues] = [arena.int32(ratings), arena.float32(ratings)];
  for (let n = 0; n < ratings; n++) {
    itemRows[n] = itemOf[byItem[n]];
    itemValues[n] = values[byItem[n]];
  }
  const hiddens = arena.float32(batchSize(ratings, batch) * h);
  const [fromUsers, fromItems] = [e * h, e * h + 2 * h + 4].map((length) => arena.float32(neuralBlocks * length));
  const squares = arena.float64(itemCount);
  const threshold = Math.round(dropout * 65536);
  const keep = 65536 / (65536 - threshold);

  return async (at, seeds) => {
    const [from, to] = [offsets[at], offsets[at + 1]];
    const shared = { from, to, hidden: hiddens, e, h, keep, threshold };
    const ofUsers = {
      ...shared,
      rows: byUser.rows,
      rowOf: userOf,
      embeddings: network.users,
      weights: network.userWeights,
      seed: seeds[0],
    };
    await neuralForward(engine, ofUsers);
    await neuralLoss(engine, {
      ...shared,
      rows: itemCount,
      rowOf: itemRows,
      byItem,
      values: itemValues,
      embeddings: network.items,
      weights: network.itemWeights,
      output: network.output,
      gradients: gradients.items,
      partials: fromItems,
      losses: squares,
      scale: 2 / (to - from),
      seed: seeds[1],
    });
    await neuralBackward(engine, { ...ofUsers, gradients: gradients.users, partials: fromUsers });
    addBlocks(fromUsers, e * h, byUser.rows, 0, gradients.userWeights);
    addBlocks(fromItems, e * h + 2 * h + 4, itemCount, 0, gradients.itemWeights);
    addBlocks(fromItems, e * h + 2 * h + 4, itemCount, e * h, gradients.output);
    return sum(squares);
  };
}

/** out ← Σ of the blocks' numbers from `at`, each `length` from the next, in double precision. */
function addBlocks(partials: Float32Array, length: number, rows: number, at: number, out: Float32Array): void {
  const end = Math.ceil(rows / neuralBlockRows(rows)) * length;
  for (let k = 0; k < out.length; k++) {
    let total = 0;
    for (let n = at + k; n < end; n += length) total += partials[n];
    out[k] = total;
  }
}
