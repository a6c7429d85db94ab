import type { State } from "../model.ts";
import { stateError } from "./state.ts";

/** Numbers from one row to the next where rows begin at whole vectors of four numbers: so many, up to a multiple of 4. */
export function paddedLength(length: number): number {
  return 4 * Math.ceil(length / 4);
}

/** The length of vectors that a state keeps. @throws ARTIFACT_CONTENT where rows do not begin at whole vectors of four numbers */
export function checkPadded(state: State, length: number): number {
  if (length % 4 === 0) return length;
  throw stateError(state, `its vectors are ${length} long, no multiple of 4`);
}
