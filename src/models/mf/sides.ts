/** What `mf` learns, as it lies in the engine's memory, and where it starts. */
import type { Arena } from "../../compute/engine.ts";
import type { Dataset } from "../../data/dataset.ts";
import type { Csr } from "../../matrix/csr.ts";
import { sum } from "../../matrix/dense.ts";
import type { MfSettings } from "./settings.ts";

/** Everything that is learnt, in the engine's memory, until the arena is disposed of. */
export interface Numbers {
  /** float32: all of it, in one array whose length is a multiple of 4. */
  readonly numbers: Float32Array;
  readonly users: Rows;
  readonly items: Rows;
}
interface Rows {
  /** float32 [rows × stride]: `factors` numbers and then zeros. */
  readonly factors: Float32Array;
  /** float32 [rows]; zeros where the model has no biases. */
  readonly bias: Float32Array;
}

export interface Sides extends Numbers {
  /** μ: mean of the ratings. */
  readonly mean: number;
  /** What is subtracted from ratings: μ, or 0. */
  readonly centre: number;
  readonly users: MfSide;
  readonly items: MfSide;
}
export interface MfSide extends Rows {
  /** float32 [rows]: λ n^ν, n: ratings of the row; sgd: λ n^(ν − 1), each rating's share of it. */
  readonly weights: Float32Array;
}

/** The first value of factor `k` of a row; k = factors: of its bias. */
export type Start = (side: "users" | "items", row: number, k: number) => number;

/** Numbers from one row of factors to the next. */
export function strideOf(factors: number): number {
  return Math.ceil(factors / 4) * 4;
}

/** Order of the systems of half-steps: factors, bias, and then up to a multiple of 8. */
export function orderOf(factors: number): number {
  return Math.ceil((strideOf(factors) + 1) / 8) * 8;
}

/** What stands for 1 in vectors whose last factor is a bias: 0 where the model has none. */
export function oneOf({ biases }: Pick<MfSettings, "biases">): number {
  return biases === "none" ? 0 : 1;
}

/** Room for what is learnt: users' factors, items' factors, users' biases, items' biases. */
export function numbersOf(
  arena: Arena,
  { byUser, byItem }: Pick<Dataset, "byUser" | "byItem">,
  { factors }: Pick<MfSettings, "factors">,
): Numbers {
  const stride = strideOf(factors);
  const lengths = [byUser.rows * stride, byItem.rows * stride, byUser.rows, byItem.rows];
  const numbers = arena.float32(4 * Math.ceil(lengths.reduce((a, b) => a + b) / 4));
  let at = 0;
  const [p, q, ofUsers, ofItems] = lengths.map((length) => {
    at += length;
    return numbers.subarray(at - length, at);
  });
  return { numbers, users: { factors: p, bias: ofUsers }, items: { factors: q, bias: ofItems } };
}

/** Both sides at their start; `start` is asked for users' rows before items', in order. */
export function sidesOf(
  arena: Arena,
  data: Pick<Dataset, "byUser" | "byItem">,
  settings: Pick<MfSettings, "factors" | "biases" | "optimiser" | "regularisation" | "scaling">,
  start: Start,
): Sides {
  const { values } = data.byUser;
  const mean = Math.fround(sum(values) / values.length);
  const centre = settings.biases === "mean+user+item" ? mean : 0;
  const learnt = numbersOf(arena, data, settings);

  function sideOf(side: "users" | "items", { rows, offsets }: Csr): MfSide {
    const { factors: f, biases, regularisation, scaling, optimiser } = settings;
    const { factors, bias } = learnt[side];
    const stride = strideOf(f);
    const weights = arena.float32(rows);
    for (let row = 0; row < rows; row++) {
      const count = offsets[row + 1] - offsets[row];
      if (count === 0) continue; // stays 0: nothing would ever move it
      for (let k = 0; k < f; k++) factors[row * stride + k] = start(side, row, k);
      if (biases !== "none") bias[row] = start(side, row, f);
      weights[row] = regularisation * count ** (optimiser === "sgd" ? scaling - 1 : scaling);
    }
    return { factors, bias, weights };
  }
  return { ...learnt, mean, centre, users: sideOf("users", data.byUser), items: sideOf("items", data.byItem) };
}
