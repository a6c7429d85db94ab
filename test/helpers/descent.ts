import { createEngine } from "../../src/compute/pool.ts";
import type { Dataset } from "../../src/data/dataset.ts";
import { dot } from "../../src/matrix/dense.ts";
import { descendByAdam } from "../../src/models/mf/adam.ts";
import { createMfSides, type MfStart } from "../../src/models/mf/parameters.ts";
import type { MfSettings } from "../../src/models/mf/settings.ts";
import { createNetwork, trainNetwork } from "../../src/models/neural/train.ts";
import { paddedLength } from "../../src/models/shared/padding.ts";
import { random } from "../../src/random.ts";

/** Full batches by an Adam of its own; the decay is added to the gradient. */
export interface Stage {
  readonly epochs: number;
  readonly rate: number;
  readonly decay: number;
}
/** Predicts the rating of a user's row and an item's row. */
export type Predict = (user: number, item: number) => number;

const step = async () => {};

/**
 * A factorisation by the kernels of `mf`, in stages.
 *
 * @param lambda for each rating of a row, beside the mean squared error
 * @returns the objective before the last step, and what predicts after it
 */
export async function descended(
  data: Dataset,
  { factors, biases }: Pick<MfSettings, "factors" | "biases">,
  stages: readonly Stage[],
  start: MfStart,
  lambda = 0,
): Promise<{ loss: number; predict: Predict }> {
  using engine = await createEngine({ arithmetic: "strict" });
  using arena = engine.arena();
  const settings = { factors, biases, optimiser: "adam", scaling: 1, regularisation: lambda, batch: 0 } as const;
  const sides = createMfSides(arena, data, settings, start);
  const generator = random(0);
  let loss = Number.NaN;
  for (const { epochs, rate, decay } of stages) {
    // a decay of w beside the mean of N squared errors: λ = w N / 2 for each row
    const extra = (decay * data.byUser.values.length) / 2;
    const plain = [sides.users, sides.items].map(({ weights }) => weights.slice());
    for (const { weights } of [sides.users, sides.items]) for (const row of weights.keys()) weights[row] += extra;
    const context = { engine, step };
    const curve = await descendByAdam(data, { ...settings, epochs, rate }, sides, arena, generator, context);
    loss = curve.losses.at(-1)! + curve.penalties.at(-1)!;
    sides.users.weights.set(plain[0]);
    sides.items.weights.set(plain[1]);
  }
  const [{ factors: p, bias: bu }, { factors: q, bias: bi }] = [sides.users, sides.items].map((side) => ({
    factors: side.factors.slice(),
    bias: side.bias.slice(),
  }));
  const stride = paddedLength(factors);
  const predict: Predict = (user, item) =>
    sides.centre + bu[user] + bi[item] + dot(p, user * stride, q, item * stride, stride);
  return { loss, predict };
}

/** A network by the kernels of `neural`, in stages, started as a well-known library starts one. */
export async function networkDescended(
  data: Dataset,
  settings: { readonly embedding: number; readonly hidden: number; readonly dropout: number },
  stages: readonly Stage[],
  seed: number,
): Promise<Predict> {
  using engine = await createEngine({ arithmetic: "strict" });
  using arena = engine.arena();
  const generator = random(seed);
  const { embedding, hidden } = settings;
  const network = createNetwork(arena, data, settings, (part) => {
    if (part === "users" || part === "items") return generator.normal();
    return (2 * generator.float() - 1) / Math.sqrt(part === "W1" || part === "c1" ? 2 * embedding : hidden);
  });
  for (const stage of stages) {
    await trainNetwork(data, { ...settings, ...stage, batch: 0 }, network, arena, generator, { engine, step });
  }
  const { users, items, userWeights, itemWeights, output } = network;
  const own = { users, items, userWeights, itemWeights, output };
  for (const name of ["users", "items", "userWeights", "itemWeights", "output"] as const) own[name] = own[name].slice();
  return predictorOf(own, embedding);
}

/** What a network of so long embeddings predicts. */
export function predictorOf(
  {
    users,
    items,
    userWeights,
    itemWeights,
    output,
  }: Pick<ReturnType<typeof createNetwork>, "users" | "items" | "userWeights" | "itemWeights" | "output">,
  embedding: number,
): Predict {
  const h = userWeights.length / embedding;
  return (user, item) => {
    let rating = output[2 * h];
    for (let j = 0; j < h; j++) {
      let z = output[j];
      for (let k = 0; k < embedding; k++) {
        z += Math.max(0, users[user * embedding + k]) * userWeights[k * h + j];
        z += Math.max(0, items[item * embedding + k]) * itemWeights[k * h + j];
      }
      rating += output[h + j] * Math.max(0, z);
    }
    return rating;
  };
}
