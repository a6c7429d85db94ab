/** X B D for many profiles at once, x as ease.ts has it and D the discounts, by which columns of B are multiplied; B is not made where the model holds W. */
import type { Arena, Engine, Step } from "../../compute/engine.ts";
import { densePanel, denseScores, scatterScores, sparsePanel, sparseScores } from "../../compute/kernels/scores.ts";
import type { Csr } from "../../matrix/csr.ts";
import { partOf } from "../shared/answers.ts";

/** Writes X B D into `out`: float32 [rows × items], in the engine's memory, as x is. */
export type Multiply = (x: Csr, out: Float32Array, step?: Step) => Promise<void>;

/** Bytes of B that lie in the engine's memory at a time. */
const chunkBytes = 2 ** 26;

/**
 * By rows of B, some columns after others: 2 · items flops a rating.
 * @param b float32 [items × items]
 * @param discount float64 [items]
 */
export function multiplyByItems(engine: Engine, arena: Arena, b: Float32Array, discount: Float64Array): Multiply {
  const items = discount.length;
  const panelBytes = 4 * sparsePanel * items;
  const count = Math.min(Math.ceil(items / sparsePanel), Math.max(1, Math.floor(chunkBytes / panelBytes)));
  const panels = arena.float32(count * sparsePanel * items);
  const width = count * sparsePanel;
  let packed = -1;
  return async (x, out, step) => {
    for (let first = 0; first < items; first += width) {
      if (packed !== first) pack(first);
      const part = partOf(step, first, Math.min(items, first + width), items);
      await sparseScores(engine, { matrix: x, panels, out, depth: items, columns: items, first }, part);
    }
  };

  function pack(first: number): void {
    const last = Math.min(items, first + width);
    for (let i = 0; i < items; i++) {
      for (let column = first; column < last; column += sparsePanel) {
        const start = (column - first) * items + i * sparsePanel;
        const row = i * items + column;
        const size = Math.min(sparsePanel, last - column);
        for (let n = 0; n < size; n++) panels[start + n] = b[row + n] * discount[column + n];
      }
    }
    packed = first;
  }
}

/** What the form over users holds: see ease.ts. */
export interface UserForm {
  readonly w: Float32Array;
  readonly slack: Float64Array;
  readonly offsets: Int32Array;
  readonly raters: Int32Array;
  readonly values: Float32Array;
}

/** By V = X Xᵀ, over users, and then V W: 2 · users · items flops a profile. @param discount float64 [items] */
export function multiplyByUsers(
  engine: Engine,
  arena: Arena,
  { w, slack, offsets, raters, values }: UserForm,
  discount: Float64Array,
): Multiply {
  const items = slack.length;
  const users = w.length / Math.max(1, items);
  const lists = {
    lists: arena.place(offsets),
    targets: arena.place(raters),
    weights: arena.place(Float64Array.from(values)),
  };
  const panels = packByRows();
  return async (x, out, step) => {
    using own = engine.arena();
    const { rows } = x;
    const left = own.float32(rows * users);
    await scatterScores(engine, { matrix: x, ...lists, out: left, columns: users, missing: 0 });
    await denseScores(engine, { rows, left, panels, out, depth: users, columns: items }, step);
    for (let row = 0; row < rows; row++) {
      for (let n = x.offsets[row]; n < x.offsets[row + 1]; n++) {
        const item = x.indices[n];
        out[row * items + item] -= (x.values[n] * (1 - slack[item]) * discount[item]) / slack[item];
      }
    }
  };

  /** W with its columns over their slack and times their discount, as `denseScores` takes it; by rows, since W is too large to be read by columns. */
  function packByRows(): Float32Array {
    const packed = arena.float32(Math.ceil(items / densePanel) * users * densePanel);
    for (let user = 0; user < users; user++) {
      for (let item = 0; item < items; item++) {
        const start = Math.floor(item / densePanel) * users * densePanel;
        packed[start + user * densePanel + (item % densePanel)] =
          (w[user * items + item] * discount[item]) / slack[item];
      }
    }
    return packed;
  }
}
