/** Asks a model for many users. */
import type { Step } from "../../compute/engine.ts";
import type { Csr } from "../../matrix/csr.ts";
import type { Answer, Model, Profile } from "../model.ts";

/** The profile of somebody who has rated nothing. */
export const emptyProfile: Profile = { items: new Int32Array(0), values: new Float32Array(0) };

/** One row of ratings as a profile, without copying it. */
export function profileOf({ offsets, indices, values, times }: Csr, row: number): Profile {
  const range = [offsets[row], offsets[row + 1]] as const;
  return {
    items: indices.subarray(...range),
    values: values.subarray(...range),
    ...(times ? { times: times.subarray(...range) } : {}),
  };
}

/**
 * Calls `each` with the answer for every profile, in order. Asks for all of them at once if the model can.
 *
 * @param profiles ratings (rows × items)
 * @param users the training row of each profile's user, or −1
 */
export async function askEach(
  model: Model,
  profiles: Csr,
  users: Int32Array,
  each: (answer: Answer, row: number) => void,
  step: Step = async () => {},
): Promise<void> {
  if (model.askAll) return model.askAll(profiles, users, each, step);
  for (let row = 0; row < profiles.rows; row++) {
    const profile = profileOf(profiles, row);
    each(model.ask(users[row] < 0 ? { profile } : { profile, user: users[row] }), row);
    await step(row + 1, profiles.rows);
  }
}

/** Predicted ratings, each with the index in `predictionRules` of what predicted it. */
export interface Predictions {
  readonly ratings: Float32Array;
  readonly rules: Uint8Array;
}

/**
 * Predicts many ratings: for profile n those of the items wanted.indices[wanted.offsets[n] .. wanted.offsets[n + 1]].
 *
 * @param profiles ratings (rows × items)
 * @param users the training row of each profile's user, or −1
 * @returns undefined where the model predicts no ratings
 */
export async function predictAll(
  model: Model,
  profiles: Csr,
  wanted: Pick<Csr, "offsets" | "indices">,
  users: Int32Array,
  step?: Step,
): Promise<Predictions | undefined> {
  const { offsets, indices } = wanted;
  const out = { ratings: new Float32Array(indices.length), rules: new Uint8Array(indices.length) };
  let able = true;
  const predict = (answer: Answer, row: number) => {
    able &&= answer.predict !== undefined;
    const own = [offsets[row], offsets[row + 1]] as const;
    answer.predict?.(indices.subarray(...own), out.ratings.subarray(...own), out.rules.subarray(...own));
  };
  await askEach(model, profiles, users, predict, step);
  return able ? out : undefined;
}
