/**
 * How popular the listed films are in the training data:
 *
 *   novelty = mean over the list of −log₂(n_i / N)      n_i: users who rated film i; N: users with a rating
 *     Self-information: T. Zhou et al., "Solving the apparent diversity-accuracy dilemma of recommender systems", PNAS 107(10),
 *     2010. A film without ratings counts as rated once, to keep the value finite.
 *   popularity-bias = (GAP_r − GAP_p) / GAP_p
 *     GAP_r: mean over users of the mean n_i of their list; GAP_p: the same of their profile. Above 0, users are shown films that
 *     are more popular than those they chose. H. Abdollahpouri, M. Mansoury, R. Burke, B. Mobasher, "The unfairness of popularity
 *     bias in recommendation", RMSE workshop at RecSys 2019 (ΔGAP, here with all users in one group)
 *
 * Users with an empty list are not averaged. Neither direction is better in itself: films drawn at random are novel.
 */
import type { MetricKind } from "../metric.ts";

export const novelty = {
  name: "novelty",
  summary: "how little known the listed films are, in bits",
  formula: "mean of −log₂(share of the training users who rated the film), at least one user",
  at: "required",
  make(k, { counts, byUser: { rows, offsets } }) {
    let users = 0;
    for (let user = 0; user < rows; user++) if (offsets[user + 1] > offsets[user]) users++;
    return {
      over: "users",
      averages: "users with a film in the list",
      judges: "lists",
      of({ list }) {
        const bits = (item: number) => Math.log2(users / Math.max(1, counts[item]));
        return list.length === 0 ? undefined : { sum: meanOver(list.subarray(0, k), bits), weight: 1 };
      },
    };
  },
} as const satisfies MetricKind;

export const popularityBias = {
  name: "popularity-bias",
  summary: "how much more popular the listed films are than those of the profiles; 0.5 means 50 % more",
  formula: "GAP of the lists / GAP of the profiles − 1; GAP: mean over users of their films' mean number of ratings",
  at: "required",
  make: (k, { counts }) => ({
    over: "users",
    averages: "users with a film in the list and a rated film in the profile",
    judges: "lists",
    of({ list, profile }) {
      const popularity = (item: number) => counts[item];
      const weight = profile.length === 0 ? 0 : meanOver(profile, popularity);
      if (list.length === 0 || weight === 0) return undefined;
      return { sum: meanOver(list.subarray(0, k), popularity), weight };
    },
    finish: (ratio) => ratio - 1,
  }),
} as const satisfies MetricKind;

function meanOver(items: Int32Array, value: (item: number) => number): number {
  let sum = 0;
  for (const item of items) sum += value(item);
  return sum / items.length;
}
