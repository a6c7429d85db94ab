/** The k best items of many users, by inner products. */
import { countingOrder } from "../matrix/csr.ts";
import type { Arena, Engine, Step } from "./engine.ts";
import { topk, topkCoarse } from "./kernels/topk.ts";

/** Items' vectors in descending order of length, so that the kernel can stop early. Vectors of zeros are left out. */
export interface ItemPanels {
  readonly length: number;
  /** float32 [⌈count / 8⌉ × length × 8]: eight items side by side, zeros after the last. */
  readonly vectors: Float32Array;
  /** The same vectors rounded to whole numbers, and bounds of their error, from the kernel topkCoarse. */
  readonly coarse: Uint8Array;
  readonly bounds: Uint8Array;
  /** int32 [count]: the item at each place. */
  readonly order: Int32Array;
  /** int32 [items]: the place of each item, −1: none. */
  readonly places: Int32Array;
  /** float64 [⌈count / 64⌉]: the greatest length of a vector (|y|) from each block of 64 places on. */
  readonly lengths: Float64Array;
}

/**
 * Arranges items' vectors in panels.
 *
 * @param vectors float32 [items × length], length a multiple of 4
 */
export async function panelsOf(
  engine: Engine,
  arena: Arena,
  vectors: Float32Array,
  length: number,
): Promise<ItemPanels> {
  const { norms, order: falling } = byFallingNorm(vectors, length);
  const order = arena.place(falling);
  const places = arena.int32(norms.length).fill(-1);
  const panels = arena.float32(Math.ceil(order.length / 8) * 8 * length);
  const lengths = arena.float64(Math.ceil(order.length / 64));
  for (let place = order.length - 1; place >= 0; place--) {
    const item = order[place];
    const panel = (place >> 3) * 8 * length + (place & 7);
    for (let k = 0; k < length; k++) panels[panel + 8 * k] = vectors[item * length + k];
    places[item] = place;
    const block = place >> 6;
    lengths[block] = Math.max(lengths[block], lengths[block + 1] ?? 0, norms[item]);
  }
  const coarse = arena.uint8(panels.length * (engine.arithmetic === "relaxed" ? 1 : 2));
  const bounds = arena.uint8(48 * Math.ceil(order.length / 8));
  await topkCoarse(engine, { panels, coarse, bounds, f: length });
  return { length, vectors: panels, coarse, bounds, order, places, lengths };
}

/**
 * Lengths of vectors, and the items whose length is above 0 in descending order of it. Lengths that agree in their first 16 bits
 * as single-precision numbers count as equal; equal ones come by ascending index.
 */
export function byFallingNorm(vectors: Float32Array, length: number): { norms: Float64Array; order: Int32Array } {
  const norms = Float64Array.from({ length: vectors.length / length }, (_, item) => {
    let squares = 0;
    for (let n = item * length; n < (item + 1) * length; n++) squares += vectors[n] * vectors[n];
    return Math.sqrt(squares);
  });
  const bits = new Uint32Array(Float32Array.from(norms).buffer);
  const keys = Int32Array.from(bits, (value) => 0xffff - (value >>> 15));
  const order = countingOrder(keys, 0x10000);
  return { norms, order: order.filter((item) => norms[item] > 0) };
}

/** Users and what they rated, in the engine's memory. */
export interface UserVectors {
  readonly rows: number;
  /** float32 [rows × length] */
  readonly vectors: Float32Array;
  /** The items that each user rated, as in a Csr. They are not listed. */
  readonly offsets: Int32Array;
  readonly indices: Int32Array;
}

/** Best first, equal scores by ascending index; −1 and −Infinity where there are fewer. All in the engine's memory. */
export interface TopLists {
  readonly k: number;
  /** int32 [rows × k] */
  readonly items: Int32Array;
  /** float32 [rows × k] */
  readonly scores: Float32Array;
}

/** Fills `lists` with the k items of the highest inner products for each user; a user whose vector is zero gets none. */
export async function topKOfAll(
  engine: Engine,
  { rows, vectors: users, offsets, indices }: UserVectors,
  { length: f, vectors: panels, coarse, bounds, order, places, lengths }: ItemPanels,
  { k, items: outItems, scores: outScores }: TopLists,
  step?: Step,
): Promise<void> {
  const ranked = { panels, coarse, bounds, order, places, lengths };
  await topk(engine, { rows, users, offsets, indices, ...ranked, outItems, outScores, f, k }, step);
}
