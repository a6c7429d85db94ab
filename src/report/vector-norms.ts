/** Lengths of the vectors of films and users as histograms: how much a model has learnt about each. */
import { dot } from "../matrix/dense.ts";
import { median } from "../numbers.ts";
import { present } from "../present.ts";
import type { HistogramBin } from "./rating-histograms.ts";

/** Vectors of films and, where they are known, of users; of `length` numbers each. */
export interface ModelVectors {
  /** The name of the model. */
  readonly model: string;
  readonly length: number;
  readonly films: Float32Array;
  readonly users?: Float32Array;
}

/** The Euclidean norms of some vectors. */
export interface Norms {
  /** How many vectors there are, and how many of them are zeros throughout. */
  readonly n: number;
  readonly zeros: number;
  readonly least: number;
  readonly median: number;
  readonly most: number;
  /** Of equal width, from 0 to the largest norm. */
  readonly bins: readonly HistogramBin[];
}

/** The norms of a model's vectors; of users, where there are such. */
export interface VectorNorms {
  /** The name of the model. */
  readonly model: string;
  /** How many numbers a vector has. */
  readonly length: number;
  readonly films: Norms;
  readonly users?: Norms;
}

/** The Euclidean norms of a model's vectors. */
export function normsOf({ model, length, films, users }: ModelVectors): VectorNorms {
  const norms = (vectors: Float32Array) =>
    summariseNorms(
      Float64Array.from({ length: vectors.length / length }, (_, row) =>
        Math.sqrt(dot(vectors, row * length, vectors, row * length, length)),
      ),
    );
  return { model, length, films: norms(films), ...present({ users: users && norms(users) }) };
}

const binCount = 30;

function summariseNorms(norms: Float64Array): Norms {
  const ascending = norms.slice().sort();
  const [least, most] = [ascending[0], ascending[norms.length - 1]];
  const highest = most || 1;
  const numbers = new Int32Array(binCount);
  for (const norm of norms) numbers[Math.min(binCount - 1, Math.floor((norm / highest) * binCount))]++;
  const edge = (bin: number) => (bin * highest) / binCount;
  return {
    n: norms.length,
    zeros: norms.reduce((sum, norm) => sum + (norm === 0 ? 1 : 0), 0),
    least,
    median: median(ascending),
    most,
    bins: Array.from(numbers, (n, bin) => ({ from: edge(bin), to: edge(bin + 1), n })),
  };
}
