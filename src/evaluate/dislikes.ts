/** What a dislike does to lists: whether films like the disliked one rise (docs/adr/0035-dislikes-are-no-evidence.md). */
import type { Dataset } from "../data/dataset.ts";
import { topK } from "../matrix/topk.ts";
import type { Model, Profile } from "../models/model.ts";
import { random } from "../random.ts";

/** A profile of random films and ratings, and a film that it has not rated with a dislike of it. */
export interface DislikeCase {
  readonly profile: ReadonlyMap<number, number>;
  readonly film: number;
  readonly dislike: number;
}

const profiles = 200;
/** Ratings of a profile, at most. */
const longest = 20;
/** Ratings that a film of a case has, at least. */
const leastRatings = 20;
/** Films most similar to the disliked one. */
const compared = 10;

/** 200 cases by a fixed seed: profiles of 1 to 20 ratings of films with 20 ratings or more. */
export function drawDislikes({ counts, scale: { min, max, step } }: Dataset): DislikeCase[] {
  const { int } = random(11);
  const films = [...counts.keys()].filter((film) => counts[film] >= leastRatings);
  const steps = Math.round((max - min) / step);
  return Array.from({ length: profiles }, () => {
    const length = 1 + int(longest);
    const profile = new Map<number, number>();
    while (profile.size < length) profile.set(films[int(films.length)], min + step * int(steps + 1));
    let film = films[int(films.length)];
    while (profile.has(film)) film = films[int(films.length)];
    return { profile, film, dislike: min + step * int(Math.ceil(steps / 2)) };
  });
}

/** Ratings by item as a profile. */
export function profileFrom(ratings: ReadonlyMap<number, number>): Profile {
  const items = Int32Array.from(ratings.keys()).sort();
  return { items, values: Float32Array.from(items, (item) => ratings.get(item)!) };
}

/** Where each film stands in the whole list of a model; those without a score at its end. */
export function placesIn(model: Model, ratings: ReadonlyMap<number, number>, leftOut: Iterable<number>): Int32Array {
  const scores = new Float32Array(model.items);
  model.ask({ profile: profileFrom(ratings) }).score(scores);
  for (const item of leftOut) scores[item] = -Infinity;
  const standing = new Int32Array(model.items).fill(model.items);
  topK(scores, model.items).forEach((item, place) => {
    if (scores[item] > -Infinity) standing[item] = place;
  });
  return standing;
}

/**
 * Of the ten films most similar to each disliked one, the share that stands higher in the list for the dislike.
 * @param similar a model that compares films, the same for all models: that of `item-knn`, by which the same users rated them
 */
export function shareRaised(
  model: Model,
  similar: Model,
  cases: readonly DislikeCase[],
): { readonly pairs: number; readonly share: number } {
  let [pairs, risen] = [0, 0];
  const similarities = new Float64Array(model.items);
  for (const { profile, film, dislike } of cases) {
    const more = new Map(profile).set(film, dislike);
    const [first, then] = [placesIn(model, profile, more.keys()), placesIn(model, more, more.keys())];
    similar.similarItems!(film, similarities);
    for (const item of profile.keys()) similarities[item] = -Infinity;
    for (const item of topK(similarities, compared)) {
      pairs++;
      if (then[item] < first[item]) risen++;
    }
  }
  return { pairs, share: pairs === 0 ? 0 : risen / pairs };
}
