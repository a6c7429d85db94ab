/** Errors of predicted ratings, with and without those that the fallback predicts. */
import { type Csr, rowsAt, type Trained } from "../../core.ts";
import { role, type Split, splitOf, usersWithRatings } from "../../index.ts";
import { type ExperimentContext, predictRatings } from "../experiment.ts";

/** The first part of the splits, with the test ratings of at most `most` users; those of the others are trained on. */
export async function limitTestUsers({ data, splits }: ExperimentContext, most: number): Promise<Split> {
  const split = await splits.split(0);
  const users = usersWithRatings(split.test);
  if (users.length <= most) return split;
  const kept = new Set(Array.from({ length: most }, (_, n) => users[Math.floor((n * users.length) / most)]));
  const roles = split.roles.slice();
  const { offsets } = data.byUser;
  for (const user of users) {
    if (kept.has(user)) continue;
    for (let n = offsets[user]; n < offsets[user + 1]; n++) if (roles[n] === role.test) roles[n] = role.train;
  }
  return splitOf(data, `${split.name}, ${most} people`, roles);
}

/** Predicted minus true ratings. */
export interface PredictionErrors {
  /** Of the ratings that the model itself predicts. */
  readonly own: readonly number[];
  /** Of all ratings, those predicted by the fallback included. */
  readonly all: readonly number[];
}

/** @param profiles what the model is asked with; by default, the profiles of the split */
export async function predictionErrors(
  context: ExperimentContext,
  trained: Trained,
  split: Split,
  profiles: Csr = split.profiles,
): Promise<PredictionErrors> {
  const users = usersWithRatings(split.test);
  const wanted = rowsAt(split.test, users);
  const { ratings, rules } = await predictRatings(context, trained, profiles, users, wanted);
  const all = Array.from(ratings, (rating, n) => rating - wanted.values[n]);
  return { own: all.filter((_, n) => rules[n] === 0), all };
}
