/** Errors of predicted ratings, counted by what predicted them. */
import {
  type Csr,
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

/** The splits's first part, with the test ratings of so many people at most; those of the others train. */
export async function limitSplit({ data, splits }: ExperimentContext, most: number): Promise<Split> {
  const split = await splits.split(0);
  const people = usersWithRatings(split.test);
  if (people.length <= most) return split;
  const chosen = new Set(Array.from({ length: most }, (_, n) => people[Math.floor((n * people.length) / most)]));
  const roles = split.roles.slice();
  const { offsets } = data.byUser;
  for (const user of people) {
    if (chosen.has(user)) continue;
    for (let n = offsets[user]; n < offsets[user + 1]; n++) if (roles[n] === role.test) roles[n] = role.train;
  }
  return splitOf(data, `${split.name}, ${most} people`, roles);
}

/** Predicted less given. */
export interface PredictionErrors {
  /** Of what the model itself predicts. */
  readonly own: readonly number[];
  /** Of everything, means that stand in included. */
  readonly all: readonly number[];
}

/** @param told what people are asked with; as the split has it unless given */
export function measureErrors(
  { step }: ExperimentContext,
  trained: Trained,
  { test, profiles }: Split,
  told: Csr = profiles,
): Promise<PredictionErrors> {
  const people = usersWithRatings(test);
  const wanted = rowsAt(test, people);
  return step("Predicting ratings", async (watch) => {
    using recommender = open(trained, watch.engine);
    const found = await predictAll(recommender.model, rowsAt(told, people), wanted, people, watch.step);
    const { ratings, rules } = found!;
    const all = Array.from(ratings, (rating, n) => rating - wanted.values[n]);
    return { own: all.filter((_, n) => rules[n] === 0), all };
  });
}
