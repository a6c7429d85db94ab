/** The binding of assembly/topk.ts: the k best items of many people, by inner products. */
import type { Arena, Engine, Step } from "./engine.ts";

/** People that one thread takes at a time: as many as the kernel's scratch memory holds. */
const blockRows = 64;

/** Items' vectors as the kernel reads them, and which of them are never chosen. */
export interface Panels {
  readonly items: number;
  readonly length: number;
  /** float32 [⌈items / 8⌉ × length × 8]: eight items side by side, zeros after the last. */
  readonly vectors: Float32Array;
  /** One bit an item, in whole words of 64: set for vectors of zeros, and after the last. */
  readonly barred: Uint8Array;
}

/** @param vectors float32 [items × length], length a multiple of 4 */
export function panelsOf(arena: Arena, vectors: Float32Array, length: number): Panels {
  const items = vectors.length / length;
  const panels = arena.float32(Math.ceil(items / 8) * 8 * length);
  const barred = arena.uint8(Math.ceil(items / 64) * 8).fill(255);
  for (let item = 0; item < items; item++) {
    const panel = (item >> 3) * 8 * length + (item & 7);
    for (let k = 0; k < length; k++) {
      const value = vectors[item * length + k];
      panels[panel + 8 * k] = value;
      if (value !== 0) barred[item >> 3] &= ~(1 << (item & 7));
    }
  }
  return { items, length, vectors: panels, barred };
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

/** Fills `best` with the k items of the highest inner products for each row. */
export async function topKOfAll(engine: Engine, people: People, panels: Panels, best: Best, step?: Step) {
  const { rows, vectors, offsets, indices } = people;
  const { items, length } = panels;
  const args = [
    vectors,
    panels.vectors,
    panels.barred,
    offsets,
    indices,
    best.items,
    best.scores,
    items,
    length,
    best.k,
  ];
  const scratch = 64 * (4 * length + 12) + 32;
  await engine.run("topk", { rows, blockRows, scratch, args }, step);
}
