/**
 * Training ratings as tensors of a State: offsets int32 [users + 1], items int32 [ratings], and levels uint8 [ratings] in units of
 * the fact `unit`, or values float32 [ratings].
 */
import { levelsOf } from "../../compute/levels.ts";
import type { Csr } from "../../matrix/csr.ts";
import type { State, Tensors } from "../model.ts";
import { checkRows, numberOf, tensorOf } from "./state.ts";

/** The tensors, and the fact `unit`: 0 where values are not whole numbers of any unit. */
export function ratingTensors({ offsets, indices, values }: Csr): { readonly unit: number; readonly tensors: Tensors } {
  const unit = levelsOf(values)?.unit ?? 0;
  return {
    unit,
    tensors: {
      offsets: { shape: [offsets.length], data: offsets },
      items: { shape: [indices.length], data: indices },
      ...(unit > 0
        ? { levels: { shape: [values.length], data: inUnits(values, unit) } }
        : { values: { shape: [values.length], data: values } }),
    },
  };
}

/** Values as whole numbers of units. */
function inUnits(values: Float32Array, unit: number): Uint8Array {
  const levels = new Uint8Array(values.length);
  for (let n = 0; n < values.length; n++) levels[n] = values[n] / unit;
  return levels;
}

/** users × items. @throws ARTIFACT_CONTENT */
export function readKeptRatings(state: State, columns: number): Csr {
  const offsets = tensorOf(state, "offsets", Int32Array, undefined);
  const indices = tensorOf(state, "items", Int32Array, undefined);
  checkRows(state, offsets, indices, columns);
  const unit = numberOf(state, "unit");
  const values =
    unit > 0
      ? new Float32Array(tensorOf(state, "levels", Uint8Array, indices.length))
      : tensorOf(state, "values", Float32Array, indices.length);
  if (unit > 0) for (let n = 0; n < values.length; n++) values[n] *= unit;
  return { rows: offsets.length - 1, columns, offsets, indices, values };
}
