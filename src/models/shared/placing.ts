/** Rows of a state for the items of before and for new ones, in the larger index space (`NewItems`). */
import { type Csr, concatenateRows, rowsAt } from "../../matrix/csr.ts";
import type { NewItems } from "../model.ts";

/** Sparse rows of all items. */
export function placedRows({ order }: Pick<NewItems, "order">, before: Csr, added: Csr): Csr {
  return rowsAt(concatenateRows(before, added), order);
}

/** Vectors of all items, `width` numbers each; zeros for the new ones unless given. */
export function placedVectors<T extends Float32Array | Int32Array | Uint8Array>(
  { order }: Pick<NewItems, "order">,
  before: T,
  width = 1,
  added?: T,
): T {
  const all = new (before.constructor as new (length: number) => T)(order.length * width);
  for (const [item, at] of order.entries()) {
    const [from, row] = at * width < before.length ? [before, at * width] : [added, at * width - before.length];
    if (from) all.set(from.subarray(row, row + width), item * width);
  }
  return all;
}

/** uint8 [all items]: 1 for those that came after training, now or earlier. */
export function placedMarks({ order, known }: NewItems, before?: Uint8Array): Uint8Array {
  const added = new Uint8Array(order.length - known.length).fill(1);
  return placedVectors({ order }, before ?? new Uint8Array(known.length), 1, added);
}

/** The rows without entries. */
export function emptyRows({ rows, offsets }: Csr): number[] {
  return Array.from({ length: rows }, (_, row) => row).filter((row) => offsets[row] === offsets[row + 1]);
}
