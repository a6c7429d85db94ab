/** Squared errors of held-out ratings, by the vectors that training left and as Matinee predicts. */
import { type Dataset, rowsAt, type Trained } from "../core.ts";
import { role, type Split, splitOf, usersWithRatings } from "../index.ts";
import { type ExperimentContext, mean, predictRatings } from "./experiment.ts";
import type { PredictByVectors } from "./trained-vectors.ts";

/** The split without test ratings of films that have no training ratings. */
export function withoutUnratedFilms(data: Dataset, { name, roles, train }: Split): Promise<Split> {
  const { indices } = data.byUser;
  const left = roles.map((own, n) => (own === role.test && train.counts[indices[n]] === 0 ? role.unused : own));
  return splitOf(data, name, left);
}

/** Mean squared error of the test ratings. @param filmOf the film that is predicted for each film of the test ratings */
export function squaredError(predict: PredictByVectors, { test }: Split, filmOf = (film: number) => film): number {
  const { offsets, indices, values } = test;
  let total = 0;
  for (let user = 0; user < test.rows; user++) {
    for (let n = offsets[user]; n < offsets[user + 1]; n++)
      total += (predict(user, filmOf(indices[n])) - values[n]) ** 2;
  }
  return total / indices.length;
}

/** Mean squared error of the test ratings as Matinee predicts them: users folded in by their training ratings, clipped to the scale. */
export async function foldedInError(
  context: ExperimentContext,
  trained: Trained,
  { test, profiles }: Split,
): Promise<number> {
  const users = usersWithRatings(test);
  const { ratings } = await predictRatings(context, trained, profiles, users, rowsAt(test, users));
  return mean(test.values.map((rating, n) => (ratings[n] - rating) ** 2));
}
