/** Users' vectors of training, which are not needed for answers: `mf` and `neural` keep them if asked, to go on training from them. */
import type { EarlierTraining } from "../model.ts";
import { Type } from "./schema.ts";
import { tensorOf } from "./state.ts";

/** The setting of models that fold all users in. */
export const keepUsersSetting = Type.Boolean({
  default: false,
  description:
    "users' vectors of training are part of the model, so that its training can go on from the very numbers; answers are the same",
});

/** Whether a state has the vectors of its users. */
export function keepsUsers({ state }: EarlierTraining): boolean {
  return Object.hasOwn(state.tensors, "users");
}

/** float32 [users × width], in the order of the state. @throws ARTIFACT_CONTENT */
export function usersOf({ state, shape }: EarlierTraining, width: number): Float32Array {
  return tensorOf(state, "users", Float32Array, shape.users, width);
}
