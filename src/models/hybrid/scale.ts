/** Scores of different models on one scale. */

export const normalisations = ["min-max", "rank", "z-score"] as const;
export type Normalisation = (typeof normalisations)[number];

/** What numbers are normalised by, except by ranks. */
export interface Scale {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** Standard deviation. */
  readonly sd: number;
}

/** Collects numbers, and tells their scale. */
export function scaleMeter() {
  let [count, sum, squares] = [0, 0, 0];
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  return {
    /** @param left marks of the numbers that do not count; −Infinity and NaN never do */
    add(values: Float32Array | Float64Array, left?: Uint8Array): void {
      // Locals, since the loop runs for every answer.
      let [ownCount, ownSum, ownSquares, ownMin, ownMax] = [count, sum, squares, min, max];
      for (let n = 0; n < values.length; n++) {
        const value = values[n];
        if (!(value > -Infinity) || left?.[n] === 1) continue;
        if (value < ownMin) ownMin = value;
        if (value > ownMax) ownMax = value;
        ownCount++;
        ownSum += value;
        ownSquares += value * value;
      }
      [count, sum, squares, min, max] = [ownCount, ownSum, ownSquares, ownMin, ownMax];
    },
    scale(): Scale {
      if (count === 0) return { min: 0, max: 0, mean: 0, sd: 0 };
      const mean = sum / count;
      return { min, max, mean, sd: Math.sqrt(Math.max(0, squares / count - mean * mean)) };
    },
  };
}

/**
 * The scale of a user's finite scores, without the items that they rated, which are most similar to themselves, and without those that
 * came after training.
 */
export function scaleOf(scores: Float32Array, rated: Int32Array, placed?: Uint8Array): Scale {
  const left = placed ? placed.slice() : new Uint8Array(scores.length);
  for (const item of rated) left[item] = 1;
  const meter = scaleMeter();
  meter.add(scores, left);
  return meter.scale();
}

/**
 * Numbers closer together than this share of their magnitude differ by rounding alone: eight steps of single precision, which sums
 * of a few hundred products stay within.
 */
const rounding = 2 ** -20;

/** normalised = factor · value + shift. Where all numbers are equal but for rounding, everything becomes 0. */
export function linear(
  normalisation: Exclude<Normalisation, "rank">,
  { min, max, mean, sd }: Scale,
): { factor: number; shift: number } {
  if (max - min <= rounding * Math.max(Math.abs(min), Math.abs(max))) return { factor: 0, shift: 0 };
  const [origin, unit] = normalisation === "min-max" ? [min, max - min] : [mean, sd];
  return unit > 0 ? { factor: 1 / unit, shift: -origin / unit } : { factor: 0, shift: 0 };
}

/** A model's numbers for every item, what they are normalised by, and what stands in for −Infinity. */
export interface ModelScores {
  readonly values: Float32Array | Float64Array;
  readonly scale: Scale;
  readonly missing: number;
}

/**
 * The numbers of one model, normalised. By ranks: from 0, the lowest, to 1; equal ones share their mean rank, −Infinity has 0.
 *
 * @param placed marks of the items that are ranked among the others and change no ranks
 */
export function normalised(
  { values, scale, missing }: ModelScores,
  normalisation: Normalisation,
  placed?: Uint8Array,
): Float64Array {
  const out = new Float64Array(values);
  if (normalisation === "rank") return ranksOf(out, withoutPlaced(values, placed));
  const { factor, shift } = linear(normalisation, scale);
  for (let item = 0; item < out.length; item++) {
    out[item] = factor * (out[item] > -Infinity ? out[item] : missing) + shift;
  }
  return out;
}

/** A user's scores by one model: −Infinity counts as the lowest of the others. */
export function modelScores(values: Float32Array, rated: Int32Array, placed?: Uint8Array): ModelScores {
  const scale = scaleOf(values, rated, placed);
  return { values, scale, missing: scale.min };
}

/** Σ weight · normalised, into `out`; −Infinity where every row has it. */
export function blendRows(
  rows: readonly (ModelScores & { readonly weight: number })[],
  normalisation: Normalisation,
  out: Float32Array | Float64Array,
  placed?: Uint8Array,
): void {
  const sums = new Float64Array(out.length);
  const scored = new Uint8Array(out.length);
  for (const row of rows) {
    const own = normalised(row, normalisation, placed);
    const { values, weight } = row;
    for (let item = 0; item < out.length; item++) {
      sums[item] += weight * own[item];
      if (values[item] > -Infinity) scored[item] = 1;
    }
  }
  for (let item = 0; item < out.length; item++) out[item] = scored[item] === 1 ? sums[item] : -Infinity;
}

/** A copy with −Infinity for the items that came after training. */
function withoutPlaced<T extends Float32Array | Float64Array>(values: T, placed: Uint8Array | undefined): T {
  return (placed ? values.map((value, item) => (placed[item] ? -Infinity : value)) : values.slice()) as T;
}

/** The ranks of numbers among others. */
function ranksOf(values: Float64Array, others: Float32Array | Float64Array): Float64Array {
  const sorted = Float64Array.from(others)
    .filter((value) => value > -Infinity)
    .sort();
  const last = Math.max(1, sorted.length - 1);
  return values.map((value) => {
    if (value === -Infinity) return 0;
    const [first, beyond] = [
      countPassing(sorted, (other) => other < value),
      countPassing(sorted, (other) => other <= value),
    ];
    return Math.max(0, (first + beyond - 1) / 2 / last);
  });
}

/** How many of the ascending numbers pass a test that the first ones pass and the others do not. */
function countPassing(sorted: Float64Array, passes: (value: number) => boolean): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (passes(sorted[middle])) from = middle + 1;
    else to = middle;
  }
  return from;
}
