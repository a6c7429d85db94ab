/** The parameters of `mf` in the engine's memory, and their first values. */
import type { Arena } from "../../compute/engine.ts";
import type { Dataset } from "../../data/dataset.ts";
import type { Csr } from "../../matrix/csr.ts";
import { sum } from "../../matrix/dense.ts";
import { paddedLength } from "../shared/padding.ts";
import type { MfSettings } from "./settings.ts";

/** All parameters, in the engine's memory, until the arena is disposed of. */
export interface MfParameters {
  /** float32: all of them, in one array whose length is a multiple of 4. */
  readonly all: Float32Array;
  readonly users: Rows;
  readonly items: Rows;
}
interface Rows {
  /** float32 [rows × stride]: `factors` numbers and then zeros. */
  readonly factors: Float32Array;
  /** float32 [rows]; zeros where no biases are learnt beside the vectors. */
  readonly bias: Float32Array;
}

export interface MfSides extends MfParameters {
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
export type MfStart = (side: "users" | "items", row: number, k: number) => number;

/** Order of the linear systems of half-steps: factors and bias, padded to a multiple of 8. */
export function systemOrder(factors: number): number {
  return Math.ceil((paddedLength(factors) + 1) / 8) * 8;
}

/** The last entry of the vectors (q, 1): 1, or 0 where no biases are learnt beside the vectors. */
export function biasUnit({ biases }: Pick<MfSettings, "biases">): number {
  return biases === "none" || biases === "damped" ? 0 : 1;
}

/** Allocates users' factors, items' factors, users' biases and items' biases, in this order. */
export function allocateParameters(
  arena: Arena,
  { byUser, byItem }: Pick<Dataset, "byUser" | "byItem">,
  { factors }: Pick<MfSettings, "factors">,
): MfParameters {
  const stride = paddedLength(factors);
  const lengths = [byUser.rows * stride, byItem.rows * stride, byUser.rows, byItem.rows];
  const all = arena.float32(4 * Math.ceil(lengths.reduce((a, b) => a + b) / 4));
  let at = 0;
  const [p, q, ofUsers, ofItems] = lengths.map((length) => {
    at += length;
    return all.subarray(at - length, at);
  });
  return { all, users: { factors: p, bias: ofUsers }, items: { factors: q, bias: ofItems } };
}

/** Both sides with their first values; calls `start` for users' rows before items', in order. */
export function createMfSides(
  arena: Arena,
  data: Pick<Dataset, "byUser" | "byItem">,
  settings: Pick<MfSettings, "factors" | "biases" | "optimiser" | "regularisation" | "scaling">,
  start: MfStart,
): MfSides {
  const { values } = data.byUser;
  const mean = Math.fround(sum(values) / values.length);
  const centre = settings.biases === "mean+user+item" ? mean : 0;
  const learnt = allocateParameters(arena, data, settings);

  function sideOf(side: "users" | "items", { rows, offsets }: Csr): MfSide {
    const { factors: f, regularisation, scaling, optimiser } = settings;
    const { factors, bias } = learnt[side];
    const stride = paddedLength(f);
    const weights = arena.float32(rows);
    for (let row = 0; row < rows; row++) {
      const count = offsets[row + 1] - offsets[row];
      if (count === 0) continue; // stays 0: nothing would ever move it
      for (let k = 0; k < f; k++) factors[row * stride + k] = start(side, row, k);
      if (biasUnit(settings) === 1) bias[row] = start(side, row, f);
      weights[row] = regularisation * count ** (optimiser === "sgd" ? scaling - 1 : scaling);
    }
    return { factors, bias, weights };
  }
  return { ...learnt, mean, centre, users: sideOf("users", data.byUser), items: sideOf("items", data.byItem) };
}
