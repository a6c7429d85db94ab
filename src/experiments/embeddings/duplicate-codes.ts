/** Held-out ratings as study 003 judges by them: of films that were trained on, and, by mistake, under other films' numbers. */
import {
  type Dataset,
  open,
  predictAll,
  role,
  rowsAt,
  type Split,
  splitOf,
  type Trained,
  usersWithRatings,
} from "../../index.ts";
import type { ExperimentContext } from "../experiment.ts";

/** The same split without the held-out ratings of films that nobody rated in training. */
export function withoutUnratedFilms(data: Dataset, { name, roles, train }: Split): Promise<Split> {
  const { indices } = data.byUser;
  const left = roles.map((own, n) => (own === role.test && train.counts[indices[n]] === 0 ? role.unused : own));
  return splitOf(data, name, left);
}

/**
 * For each film that was held out, the one that is asked for in its place where films are numbered twice: in training the film
 * with its number among the held-out ratings, both in the order in which ratings first name films.
 */
export function filmsWithSameCode({ train, test }: Split): ReadonlyMap<number, number> {
  const inTraining = [...new Set(train.byUser.indices)];
  return new Map(Array.from(new Set(test.indices), (item, code) => [item, inTraining[code] ?? item]));
}

/** Mean squared errors of the held-out ratings, predicted for their own films and for those taken for them. */
export function squaredErrors(
  { step }: ExperimentContext,
  trained: Trained,
  { test, profiles }: Split,
  taken: ReadonlyMap<number, number>,
): Promise<{ readonly right: number; readonly wrong: number }> {
  const people = usersWithRatings(test);
  const { offsets, indices, values } = rowsAt(test, people);
  // Of each person first their own films, then the others, so that everybody is asked once.
  const both = { offsets: offsets.map((offset) => 2 * offset), indices: new Int32Array(2 * indices.length) };
  for (const row of people.keys()) {
    const own = indices.subarray(offsets[row], offsets[row + 1]);
    both.indices.set(own, both.offsets[row]);
    both.indices.set(
      own.map((item) => taken.get(item)!),
      both.offsets[row] + own.length,
    );
  }
  return step("Predicting ratings", async (watch) => {
    using recommender = open(trained, watch.engine);
    const found = await predictAll(recommender.model, rowsAt(profiles, people), both, people, watch.step);
    const { ratings } = found!;
    let [right, wrong] = [0, 0];
    for (const row of people.keys()) {
      const [from, to] = [offsets[row], offsets[row + 1]];
      for (let n = from; n < to; n++) {
        right += (ratings[from + n] - values[n]) ** 2 / indices.length;
        wrong += (ratings[to + n] - values[n]) ** 2 / indices.length;
      }
    }
    return { right, wrong };
  });
}
