/**
 * Similarity of films over the kept samples of `bayesian-mf`: the mean of the cosines of y_i − ȳ and y_j − ȳ, ȳ being the mean of all
 * films, since what vectors have in common tells no films apart. Where a film's vector differs from sample to sample, as that of one with few ratings
 * does, its cosines cancel out.
 */
import { dot } from "../../matrix/dense.ts";
import type { Model } from "../model.ts";
import type { FittedBayesianMf } from "./fold-in.ts";

export function similarityOverSamples({
  y,
  m,
  items,
  kept,
}: Pick<FittedBayesianMf, "y" | "m" | "items" | "kept">): NonNullable<Model["similarItems"]> {
  let unitVectors: readonly Float32Array[] | undefined;
  return (item, out, among) => {
    unitVectors ??= y.map((vectors) => centredToLength(vectors, m));
    const count = among?.length ?? items;
    for (let n = 0; n < count; n++) {
      const other = among ? among[n] : n;
      let sum = 0;
      for (const vectors of unitVectors) sum += dot(vectors, item * m, vectors, other * m, m);
      out[other] = other === item ? -Infinity : sum / kept;
    }
  };
}

/** Each vector less the mean of all, of length 1, or 0 where nothing is left. */
function centredToLength(vectors: Float32Array, m: number): Float32Array {
  const rows = vectors.length / m;
  const mean = new Float64Array(m);
  for (let at = 0; at < vectors.length; at++) mean[at % m] += vectors[at] / rows;
  const out = vectors.map((value, at) => value - mean[at % m]);
  for (let at = 0; at < out.length; at += m) {
    const length = Math.sqrt(dot(out, at, out, at, m));
    for (let k = 0; k < m; k++) out[at + k] = length > 0 ? out[at + k] / length : 0;
  }
  return out;
}
