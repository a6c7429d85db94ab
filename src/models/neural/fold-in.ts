/** Fold-in of `neural`: a user's embedding by Adam, everything else fixed. */
import type { Profile } from "../model.ts";

/** What a state of `neural` holds; h: units of the hidden layer. */
export interface FittedNetwork {
  /** float32 [embedding × h], [embedding], [h], [items × h] */
  readonly weights: Float32Array;
  readonly newcomer: Float32Array;
  readonly output: Float32Array;
  readonly films: Float32Array;
  readonly constant: number;
  /** Weight decay times the number of ratings in training. */
  readonly decay: number;
}

/** Of Adam, which assembly/neural.ts takes in the same order for many users. */
export const foldInSteps = 100;
export const foldInRate = 0.02;

/** A user's half of the hidden layer, from their ratings: float64 [h]. */
export function foldIn(profile: Profile, network: FittedNetwork): Float64Array {
  return hiddenHalf(embeddingOf(profile, network), network.weights, network.output.length);
}

/** A user's embedding, from their ratings: float64 [e]. About 4 e h + 6 n h flops a step. */
export function embeddingOf({ items, values }: Profile, network: FittedNetwork): Float64Array {
  const { weights, newcomer, output, films, constant, decay } = network;
  const [e, h] = [newcomer.length, output.length];
  const x = Float64Array.from(newcomer);
  const [first, second] = [new Float64Array(e), new Float64Array(e)];
  let [power1, power2] = [1, 1];
  for (let step = 1; step <= foldInSteps && items.length > 0; step++) {
    const half = hiddenHalf(x, weights, h);
    const slopes = new Float64Array(h);
    for (let n = 0; n < items.length; n++) {
      const film = items[n] * h;
      let error = constant - values[n];
      for (let j = 0; j < h; j++) error += output[j] * Math.max(0, half[j] + films[film + j]);
      for (let j = 0; j < h; j++) if (half[j] + films[film + j] > 0) slopes[j] += error * output[j];
    }
    power1 *= 0.9;
    power2 *= 0.999;
    const scale = 2 / items.length;
    for (let k = 0; k < e; k++) {
      let g = (decay / items.length) * x[k];
      if (x[k] > 0) for (let j = 0; j < h; j++) g += scale * slopes[j] * weights[k * h + j];
      first[k] = 0.9 * first[k] + 0.1 * g;
      second[k] = 0.999 * second[k] + 0.001 * g * g;
      const [m, v] = [first[k] / (1 - power1), second[k] / (1 - power2)];
      x[k] -= (foldInRate * m) / (Math.sqrt(v) + 1e-8);
    }
  }
  return x;
}

/** Σ_k relu(x_k) W_k */
export function hiddenHalf(x: Float32Array | Float64Array, weights: Float32Array, h: number): Float64Array {
  const half = new Float64Array(h);
  for (let k = 0; k < x.length; k++) {
    if (x[k] > 0) for (let j = 0; j < h; j++) half[j] += x[k] * weights[k * h + j];
  }
  return half;
}

/** The score of a film for the user whose half of the hidden layer this is. */
export function scoreOfFilm(film: number, half: Float64Array, { output, films, constant }: FittedNetwork): number {
  const h = output.length;
  let score = constant;
  for (let j = 0; j < h; j++) score += output[j] * Math.max(0, half[j] + films[film * h + j]);
  return score;
}
