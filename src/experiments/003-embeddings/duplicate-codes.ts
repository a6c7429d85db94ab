/** The films that study 003's codes confuse. */
import type { Split } from "../../index.ts";

/**
 * The study numbers films twice: once in the training ratings, once in the test ratings, each time in the order in which ratings
 * first name films. For each film of the test ratings, this is the film with the same code in training.
 */
export function filmsWithSameCode({ train, test }: Split): ReadonlyMap<number, number> {
  const inTraining = [...new Set(train.byUser.indices)];
  return new Map(Array.from(new Set(test.indices), (item, code) => [item, inTraining[code] ?? item]));
}
