/** Answers of `user-knn` from the neighbours that were found; user-knn.ts has the formulas. */
import type { Nearest } from "../../compute/neighbours.ts";
import { type Csr, entryAt } from "../../matrix/csr.ts";
import type { Answer, Explanation, ExplanationPart, Neighbour, Profile } from "../model.ts";
import { type FallbackRule, firstMean, meanRating, ruleIndex } from "../shared/fallback.ts";
import type { UserKnnSettings } from "./settings.ts";

/** The users who may be neighbours, and how their ratings are combined. */
export interface Population extends Pick<UserKnnSettings, "minOverlap" | "minNeighbours" | "prediction" | "fallback"> {
  readonly ratings: Csr;
  /** Mean rating of each user. */
  readonly means: Float64Array;
  /** Mean rating of each item; NaN without ratings. */
  readonly itemMeans: Float64Array;
  /** Mean of all ratings. */
  readonly mean: number;
  /** One zero for each item, to be set and cleared within a call. */
  readonly marks: Uint8Array;
  readonly min: number;
  readonly max: number;
}

const chains: Record<Population["fallback"], readonly FallbackRule[]> = {
  item: ["item mean", "user mean"],
  user: ["user mean"],
};

/** A neighbour of sufficient overlap, with the weight of their ratings and what is subtracted from them. */
interface Rater extends Neighbour {
  readonly weight: number;
  readonly centre: number;
}

/**
 * Turns scores of wanted items into predictions: within the scale, and where there is no score the mean that predicts instead.
 *
 * @param out a score for each wanted item, −Infinity where too few neighbours rated it; receives the predictions
 */
export function completePredictions(
  population: Population,
  profile: Profile,
  wanted: Int32Array,
  out: Float32Array,
  rules?: Uint8Array,
): void {
  const instead = fallbackOf(population, profile);
  wanted.forEach((item, n) => {
    const other = out[n] > -Infinity ? undefined : instead(item);
    out[n] = Math.min(population.max, Math.max(population.min, other?.value ?? out[n]));
    if (rules) rules[n] = ruleIndex(other?.rule ?? "model");
  });
}

/** For an item that too few neighbours rated, the mean that predicts instead. */
function fallbackOf({ itemMeans, mean, fallback }: Population, { items, values }: Profile) {
  const rules: readonly FallbackRule[] = items.length === 0 ? ["global mean"] : chains[fallback];
  const ownMean = meanRating(values);
  return (item: number) =>
    firstMean(rules, { "item mean": itemMeans[item], "user mean": ownMean, "global mean": mean });
}

export function answerFrom(population: Population, profile: Profile, nearest: Nearest): Answer {
  const { ratings, means, itemMeans, minOverlap, minNeighbours, prediction } = population;
  const items = itemMeans.length;
  const { items: rated } = profile;
  const base = prediction === "deviation" ? meanRating(profile.values) : 0;
  const neighbours = withOverlaps(population, rated, nearest);
  const raters = neighbours.filter(({ overlap }) => overlap >= minOverlap).map(rater);

  function rater({ user, similarity, overlap }: Neighbour): Rater {
    const trust = prediction === "overlap" ? similarity * (overlap / rated.length) : similarity;
    const weight = prediction === "mean" ? 1 : trust;
    return { user, similarity, overlap, weight, centre: prediction === "deviation" ? means[user] : 0 };
  }

  /** The neighbours who rated an item, with their ratings. */
  function ratersOf(item: number): { readonly rater: Rater; readonly rating: number }[] {
    return raters.flatMap((each) => {
      const entry = entryAt(ratings, each.user, item);
      return entry < 0 ? [] : [{ rater: each, rating: ratings.values[entry] }];
    });
  }

  /** Sums Σ weight · (rating − centre), Σ weight and the number of the neighbours who rated each item; then scores single items. */
  function scorer(): (item: number) => number {
    const [sums, weights] = [new Float64Array(items), new Float64Array(items)];
    const counts = new Int32Array(items);
    for (const { user, weight, centre } of raters) {
      for (let n = ratings.offsets[user]; n < ratings.offsets[user + 1]; n++) {
        const item = ratings.indices[n];
        sums[item] += weight * (ratings.values[n] - centre);
        weights[item] += weight;
        counts[item]++;
      }
    }
    return (item) => (counts[item] >= minNeighbours ? base + sums[item] / weights[item] : -Infinity);
  }

  function score(out: Float32Array): void {
    const scoreOf = scorer();
    for (let item = 0; item < items; item++) out[item] = scoreOf(item);
  }

  function predict(wanted: Int32Array, out: Float32Array, rules?: Uint8Array): void {
    const scoreOf = scorer();
    wanted.forEach((item, n) => {
      out[n] = scoreOf(item);
    });
    completePredictions(population, profile, wanted, out, rules);
  }

  function explain(item: number): Explanation {
    const found = ratersOf(item);
    if (found.length < minNeighbours) {
      const { rule, value } = fallbackOf(population, profile)(item);
      return { parts: [{ kind: rule, value }] };
    }
    const total = found.reduce((sum, { rater: { weight } }) => sum + weight, 0);
    const parts = found.map(({ rater: { user, similarity, overlap, weight, centre }, rating }): ExplanationPart => {
      const value = (weight * (rating - centre)) / total;
      return { kind: "neighbour", user, similarity, overlap, rating, value };
    });
    return { parts: prediction === "deviation" ? [{ kind: "user mean", value: base }, ...parts] : parts };
  }

  return { score, predict, explain, neighbours: () => neighbours };
}

/** The nearest users as neighbours, with their overlaps. */
function withOverlaps(
  { ratings, marks }: Population,
  rated: Int32Array,
  { indices, similarities }: Nearest,
): Neighbour[] {
  const neighbours: Neighbour[] = [];
  for (const item of rated) marks[item] = 1;
  for (const [n, user] of indices.entries()) {
    let overlap = 0;
    for (let m = ratings.offsets[user]; m < ratings.offsets[user + 1]; m++) overlap += marks[ratings.indices[m]];
    neighbours.push({ user, similarity: similarities[n], overlap });
  }
  for (const item of rated) marks[item] = 0;
  return neighbours;
}
