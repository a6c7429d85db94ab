/** The squared errors of study 003: of films that were trained on, and of the films that its codes confuse with them. */
import { type Dataset, rowsAt, type Trained } from "../../core.ts";
import { role, type Split, splitOf, usersWithRatings } from "../../index.ts";
import { type ExperimentContext, predictRatings } from "../experiment.ts";

/** The split without test ratings of films that have no training ratings. */
export function withoutUnratedFilms(data: Dataset, { name, roles, train }: Split): Promise<Split> {
  const { indices } = data.byUser;
  const left = roles.map((own, n) => (own === role.test && train.counts[indices[n]] === 0 ? role.unused : own));
  return splitOf(data, name, left);
}

/**
 * The study numbers films twice: once in the training ratings, once in the test ratings, each time in the order in which ratings
 * first name films. For each film of the test ratings, this is the film with the same code in training.
 */
export function filmsWithSameCode({ train, test }: Split): ReadonlyMap<number, number> {
  const inTraining = [...new Set(train.byUser.indices)];
  return new Map(Array.from(new Set(test.indices), (item, code) => [item, inTraining[code] ?? item]));
}

/** Mean squared errors of the test ratings, predicted for the films themselves and for the films confused with them. */
export async function squaredErrors(
  context: ExperimentContext,
  trained: Trained,
  { test, profiles }: Split,
  confused: ReadonlyMap<number, number>,
): Promise<{ readonly right: number; readonly wrong: number }> {
  const users = usersWithRatings(test);
  const { offsets, indices, values } = rowsAt(test, users);
  // for each user first the films themselves, then those confused with them, so that the model is asked once
  const both = { offsets: offsets.map((offset) => 2 * offset), indices: new Int32Array(2 * indices.length) };
  for (const row of users.keys()) {
    const own = indices.subarray(offsets[row], offsets[row + 1]);
    both.indices.set(own, both.offsets[row]);
    both.indices.set(
      own.map((item) => confused.get(item)!),
      both.offsets[row] + own.length,
    );
  }
  const { ratings } = await predictRatings(context, trained, profiles, users, both);
  let [right, wrong] = [0, 0];
  for (const row of users.keys()) {
    const [from, to] = [offsets[row], offsets[row + 1]];
    for (let n = from; n < to; n++) {
      right += (ratings[from + n] - values[n]) ** 2 / indices.length;
      wrong += (ratings[to + n] - values[n]) ** 2 / indices.length;
    }
  }
  return { right, wrong };
}
