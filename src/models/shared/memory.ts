/**
 * What training takes of a machine's memory, as a person sees it: the greatest memory of the process. docs/results/memory.md holds the
 * estimate against what processes took; scripts/memory.ts makes it.
 */
import type { Shape } from "../../data/dataset.ts";
import type { Algorithm } from "../model.ts";

/** Node, the code, the engine and the pieces of data that its fingerprint is taken of. */
export const processBytes = 145e6;
/** Of each rating: by user with its time, by item in part, as not every model asks for that, and what reading left behind. */
const ratingBytes = 18;

/** Bytes that a process takes at most that reads data of this shape and trains the model. */
export function estimatePeak(algorithm: Pick<Algorithm, "estimate">, settings: unknown, shape: Shape): number {
  return processBytes + ratingBytes * shape.ratings + algorithm.estimate(shape, settings).bytes;
}

/** A number of bytes in words: 730 MB, 2.4 GB. */
export function describeBytes(bytes: number): string {
  const megabytes = bytes / 1e6;
  if (megabytes >= 1000) return `${(megabytes / 1000).toFixed(1)} GB`;
  return `${megabytes >= 10 ? Math.round(megabytes) : megabytes.toFixed(1)} MB`;
}

/** Two different numbers of bytes in words, with as many digits as tell them apart. */
export function describeApart(a: number, b: number): [string, string] {
  const texts: [string, string] = [describeBytes(a), describeBytes(b)];
  if (texts[0] !== texts[1] || a === b) return texts;
  const [unit, size] = Math.max(a, b) >= 1e9 ? ["GB", 1e9] : ["MB", 1e6];
  for (let digits = 1; ; digits++) {
    const [one, other] = [a, b].map((bytes) => `${(bytes / size).toFixed(digits)} ${unit}`);
    if (one !== other || digits === 9) return [one, other];
  }
}
