/** Similarity of items by the cosine of their factors. */

import { dot } from "../../matrix/dense.ts";

/** The factors of items, and the length of each item's vector. */
export interface ItemFactors {
  /** [items × factors], row-major. */
  readonly values: Float32Array;
  readonly factors: number;
  /** float64 [items] */
  readonly norms: Float64Array;
}

export function itemFactors(values: Float32Array, factors: number): ItemFactors {
  const norms = Float64Array.from({ length: values.length / factors }, (_, item) =>
    Math.sqrt(dot(values, item * factors, values, item * factors, factors)),
  );
  return { values, factors, norms };
}

/** `Model.similarItems` by cosine: −Infinity for the item itself, and where a vector has no length. */
export function cosineSimilarities(
  { values, factors: f, norms }: ItemFactors,
  item: number,
  out: Float64Array,
  among?: Int32Array,
): void {
  const count = among?.length ?? norms.length;
  for (let n = 0; n < count; n++) {
    const other = among ? among[n] : n;
    const length = norms[item] * norms[other];
    out[other] = other === item || length === 0 ? -Infinity : dot(values, item * f, values, other * f, f) / length;
  }
}
