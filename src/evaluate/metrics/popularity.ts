/**
 * How popular the listed films are, by what the models were fitted on:
 *
 *   novelty = mean over the list of −log₂(n_i / N)      n_i: people who rated film i, N: people with a rating
 *     Self-information: T. Zhou et al., "Solving the apparent diversity-accuracy dilemma of recommender systems", PNAS 107(10),
 *     2010. A film that nobody rated counts as rated by one, as it has no finite value else.
 *   popularity-bias = (GAP_r − GAP_p) / GAP_p
 *     GAP_r: mean over people of the mean n_i of their lists; GAP_p: likewise of their profiles. Above 0, people get more popular
 *     films than they choose: H. Abdollahpouri, M. Mansoury, R. Burke, B. Mobasher, "The unfairness of popularity bias in
 *     recommendation", RMSE workshop at RecSys 2019 (ΔGAP, here with everybody in one group)
 *
 * People with an empty list are not averaged. Neither way is better for itself: films drawn at random are new.
 */
import type { MetricKind } from "../metric.ts";

export const novelty: MetricKind = {
  name: "novelty",
  summary: "how little known the listed films are, in bits",
  formula: "mean of −log₂(share of training people who rated the film), at least one person",
  at: "required",
  make(k, { counts, byUser: { rows, offsets } }) {
    let people = 0;
    for (let user = 0; user < rows; user++) if (offsets[user + 1] > offsets[user]) people++;
    return {
      over: "people",
      averages: "people with a film in the list",
      predicts: false,
      of({ list }) {
        const bits = (item: number) => Math.log2(people / Math.max(1, counts[item]));
        return list.length === 0 ? undefined : { sum: meanOver(list.subarray(0, k), bits), weight: 1 };
      },
    };
  },
};

export const popularityBias: MetricKind = {
  name: "popularity-bias",
  summary: "how much more popular the listed films are than those of people's profiles: 0.5 for half as much again",
  formula: "GAP of the lists / GAP of the profiles − 1, GAP: mean over people of the mean number of ratings",
  at: "required",
  make: (k, { counts }) => ({
    over: "people",
    averages: "people with a film in the list and a rated film in the profile",
    predicts: false,
    of({ list, profile }) {
      const popularity = (item: number) => counts[item];
      const weight = profile.length === 0 ? 0 : meanOver(profile, popularity);
      if (list.length === 0 || weight === 0) return undefined;
      return { sum: meanOver(list.subarray(0, k), popularity), weight };
    },
    finish: (ratio) => ratio - 1,
  }),
};

function meanOver(items: Int32Array, value: (item: number) => number): number {
  let sum = 0;
  for (const item of items) sum += value(item);
  return sum / items.length;
}
