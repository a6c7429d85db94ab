/** Errors of predicted ratings, with and without those that a fallback predicts. */
import { type Csr, rowsAt, type Trained } from "../../core.ts";
import { role, type Split, splitOf, usersWithRatings } from "../../index.ts";
import { type ExperimentContext, predictRatings } from "../experiment.ts";

/**
 * The first part of the splits, with the test ratings of at most `most` users, evenly over all.
 *
 * @param others what becomes of the other users: their test ratings are trained on too, or no rating of theirs is
 * @param offset from 0 to 1: another one chooses other users
 */
export async function limitTestUsers(
  { data, splits }: ExperimentContext,
  most: number,
  others: "trained on" | "left out",
  offset = 0,
): Promise<Split> {
  const split = await splits.split(0);
  const users = usersWithRatings(split.test);
  if (users.length <= most) return split;
  const kept = new Set(Array.from({ length: most }, (_, n) => users[Math.floor(((n + offset) * users.length) / most)]));
  const roles = split.roles.slice();
  const { rows, offsets } = data.byUser;
  for (let user = 0; user < rows; user++) {
    if (kept.has(user)) continue;
    for (let n = offsets[user]; n < offsets[user + 1]; n++) {
      if (others === "left out") roles[n] = role.unused;
      else if (roles[n] === role.test) roles[n] = role.train;
    }
  }
  return splitOf(data, `${split.name}, ${most} people`, roles);
}

/** A held-out rating and its prediction. */
export interface Miss {
  readonly rating: number;
  /** Predicted minus true rating. */
  readonly error: number;
  /** Whether the model itself predicts it, not a fallback. */
  readonly own: boolean;
}

/** @param profiles what the model is asked with; by default, the profiles of the split */
export async function predictionErrors(
  context: ExperimentContext,
  trained: Trained,
  split: Split,
  profiles: Csr = split.profiles,
): Promise<readonly Miss[]> {
  const users = usersWithRatings(split.test);
  const wanted = rowsAt(split.test, users);
  const { ratings, rules } = await predictRatings(context, trained, profiles, users, wanted);
  return Array.from(ratings, (predicted, n) => {
    return { rating: wanted.values[n], error: predicted - wanted.values[n], own: rules[n] === 0 };
  });
}

/** The errors of all predictions, or of the model's own. */
export function errorsOf(misses: readonly Miss[], which: "all" | "own"): number[] {
  return misses.flatMap(({ error, own }) => (which === "all" || own ? [error] : []));
}
