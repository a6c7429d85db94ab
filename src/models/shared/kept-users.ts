/** Users' vectors of training, which are not needed for answers: `mf` and `neural` keep them if asked, to go on training from them. */
import type { State } from "../model.ts";
import { Type } from "./schema.ts";
import { numberOf, tensorOf } from "./state.ts";

/** The setting of models that fold all users in. */
export const keepUsersSetting = Type.Boolean({
  default: false,
  description:
    "users' vectors of training are part of the model, so that its training can go on from the very numbers; answers are the same",
});

/** Vectors of users as a state keeps them: the fact `users`, their number, and the tensor of that name, float32 [users × width]. */
export function keptUsers(vectors: Float32Array, width: number): Pick<State, "facts" | "tensors"> {
  const users = vectors.length / width;
  return { facts: { users }, tensors: { users: { shape: [users, width], data: vectors } } };
}

/** Whether a state has the vectors of its users. */
export function keepsUsers({ facts }: State): boolean {
  return Object.hasOwn(facts, "users");
}

/** float32 [users × width], where a state keeps them, and has them in memory. @param users how many there must be @throws ARTIFACT_CONTENT */
export function usersOf(state: State, width: number, users?: number): Float32Array | undefined {
  if (!keepsUsers(state) || (state.stored && Object.hasOwn(state.stored, "users"))) return undefined;
  return tensorOf(state, "users", Float32Array, users ?? numberOf(state, "users"), width);
}
