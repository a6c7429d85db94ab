/** Predictions by the vectors that training left, of users too: as the study predicts, and not by users folded in, as Matinee does. */
import type { State } from "../core.ts";

/** The rating that a user of the training data would give a film, by their indices; not clipped to the scale. */
export type PredictByVectors = (user: number, film: number) => number;

/** @param state of `mf` or `neural`, with keepUsers and scale=data */
export function byTrainedVectors(state: State): PredictByVectors {
  return state.algorithm === "mf" ? byProducts(state) : byNetwork(state);
}

/** b_u + b_i + p_u · q_i */
function byProducts({ tensors, facts }: State): PredictByVectors {
  const { users, userBias, items, itemBias } = tensors;
  const [, f] = items.shape;
  const centre = Number(facts.centred) * Number(facts.mean);
  return (user, film) => {
    let rating = centre + userBias.data[user] + itemBias.data[film];
    for (let k = 0; k < f; k++) rating += users.data[user * f + k] * items.data[film * f + k];
    return rating;
  };
}

/** w2 · relu(A_u + B_i) + c2, where the state has B of all films, and A_u = W1 relu(u, 0). */
function byNetwork({ tensors, facts }: State): PredictByVectors {
  const { users, weights, items, output } = tensors;
  const [e, h] = weights.shape;
  const halves = new Map<number, Float64Array>();
  const halfOf = (user: number) => {
    const half = halves.get(user) ?? new Float64Array(h);
    if (halves.has(user)) return half;
    halves.set(user, half);
    for (let k = 0; k < e; k++) {
      const unit = Math.max(0, users.data[user * e + k]);
      for (let j = 0; j < h; j++) half[j] += unit * weights.data[k * h + j];
    }
    return half;
  };
  return (user, film) => {
    const half = halfOf(user);
    let rating = Number(facts.constant);
    for (let j = 0; j < h; j++) rating += output.data[j] * Math.max(0, half[j] + items.data[film * h + j]);
    return rating;
  };
}
