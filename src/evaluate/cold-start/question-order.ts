/**
 * The orders in which a new user may be asked about the films that they know. The last order is "log pop * ent" of A. Rashid et
 * al., "Getting to know you: learning new user preferences in recommender systems", IUI 2002:
 *
 *   log n_i · H_i      n_i: training ratings of film i; H_i = −Σ_r p_ir log p_ir over the values r of these ratings
 */
import type { Dataset } from "../../data/dataset.ts";
import { profileOf } from "../../models/shared/profiles.ts";
import { random } from "../../random.ts";

export interface QuestionOrder {
  readonly name: string;
  readonly summary: string;
  /** Returns a function that orders the films of one user after another: positions in `films`, first asked first. */
  order(train: Dataset, seed: number): (films: Int32Array) => Int32Array;
}

export const questionOrders: readonly QuestionOrder[] = [
  {
    name: "random",
    summary: "films they know, at random",
    order(_train, seed) {
      const { float } = random(seed);
      return (films) => orderDescending(Float64Array.from(films, () => float()));
    },
  },
  {
    name: "popular",
    summary: "films they know, the most rated first",
    order: ({ counts }) => orderByWorth((film) => counts[film]),
  },
  {
    name: "varied",
    summary: "films they know, first those that many have rated and rated differently (log popularity × entropy)",
    order({ byItem, counts }) {
      const worth = Float64Array.from(counts, (count, film) =>
        count === 0 ? 0 : Math.log(count) * entropy(profileOf(byItem, film).values),
      );
      return orderByWorth((film) => worth[film]);
    },
  },
];

function orderByWorth(worth: (film: number) => number) {
  return (films: Int32Array) => orderDescending(Float64Array.from(films, worth));
}

/** Positions of the keys, largest first; of equal keys the first position. */
function orderDescending(keys: Float64Array): Int32Array {
  return Int32Array.from(keys.keys()).sort((a, b) => keys[b] - keys[a] || a - b);
}

function entropy(values: Float32Array): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  let sum = 0;
  for (const count of counts.values()) sum -= (count / values.length) * Math.log(count / values.length);
  return sum;
}
