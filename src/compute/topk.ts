/** The binding of assembly/topk.ts: the k best items of many people, by inner products. */
import { countingOrder } from "../matrix/csr.ts";
import type { Arena, Engine, Step } from "./engine.ts";

/** People that one thread takes at a time: as many as the kernel's scratch memory holds. */
const blockRows = 64;

/** Items' vectors as the kernel reads them: by falling length, so that it may stop early. Vectors of zeros are left out. */
export interface Panels {
  readonly length: number;
  /** float32 [⌈count / 8⌉ × length × 8]: eight items side by side, zeros after the last. */
  readonly vectors: Float32Array;
  /** What the kernel topkCoarse leaves of them: rounded to whole numbers, and what bounds the error of that. */
  readonly coarse: Uint8Array;
  readonly bounds: Uint8Array;
  /** int32 [count]: the item at each place. */
  readonly order: Int32Array;
  /** int32 [items]: the place of each item, −1: none. */
  readonly places: Int32Array;
  /** float64 [⌈count / 64⌉]: the greatest length of a vector (|y|) from each block of 64 places on. */
  readonly lengths: Float64Array;
}

/** @param vectors float32 [items × length], length a multiple of 4 */
export async function panelsOf(engine: Engine, arena: Arena, vectors: Float32Array, length: number): Promise<Panels> {
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
  const rows = Math.ceil(order.length / 8);
  const coarse = arena.uint8(panels.length * (engine.arithmetic === "relaxed" ? 1 : 2));
  const bounds = arena.uint8(48 * rows);
  await engine.run("topkCoarse", { rows, blockRows: 64, scratch: 0, args: [panels, coarse, bounds, length] });
  return { length, vectors: panels, coarse, bounds, order, places, lengths };
}

/** Lengths of vectors, and the items whose length is above 0, by its first 16 bits as a single-precision number, then by index. */
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

/** Who asks; all arrays in the engine's memory. */
export interface People {
  readonly rows: number;
  /** float32 [rows × length] */
  readonly vectors: Float32Array;
  /** The items of each row, which it is not given again: as in a Csr. */
  readonly offsets: Int32Array;
  readonly indices: Int32Array;
}

/** Best first, equal scores by ascending index; −1 and −Infinity where there are fewer. All in the engine's memory. */
export interface Best {
  readonly k: number;
  /** int32 [rows × k] */
  readonly items: Int32Array;
  /** float32 [rows × k] */
  readonly scores: Float32Array;
}

/** Fills `best` with the k items of the highest inner products for each row; a row of zeros gets none. */
export async function topKOfAll(engine: Engine, people: People, panels: Panels, best: Best, step?: Step) {
  const { rows, vectors, offsets, indices } = people;
  const { length, coarse, bounds, order, places, lengths } = panels;
  const args = [
    vectors,
    panels.vectors,
    coarse,
    bounds,
    order,
    places,
    lengths,
    offsets,
    indices,
    best.items,
    best.scores,
    order.length,
    length,
    best.k,
  ];
  const scratch = 128 * length + 512 * lengths.length + 2080;
  await engine.run("topk", { rows, blockRows, scratch, args }, step);
}
