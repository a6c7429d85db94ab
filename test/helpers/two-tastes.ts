/** Made-up people of two tastes, for what is told of those who rate alike. */
import type { Dataset } from "../../src/data/dataset.ts";
import { toyDataset } from "./toy.ts";

/** Ratings of the films 1 to 6 and 9 by somebody of the first taste, who does not share their opinion of film 9. */
export const ofFirstTaste = [
  { id: 1, rating: 5 },
  { id: 2, rating: 5 },
  { id: 3, rating: 5 },
  { id: 4, rating: 4.5 },
  { id: 6, rating: 1 },
  { id: 9, rating: 4 },
] as const;

/**
 * People of the first taste, and as many of the second, who rate the films 1 to 5 with one star and 6 and 10 with five. Those of the first rate 1 to 4 with five
 * stars, 5 with four, 6 with one and 9 with two; six of them rate 7 with 4.5, and four of them 8 with 5. Of 30 films, nobody has rated the last 20.
 */
export function twoTastes(people = 12): Dataset {
  const triples: [number, number, number][] = [];
  for (let user = 0; user < people; user++) {
    for (const item of [0, 1, 2, 3]) triples.push([user, item, 5]);
    triples.push([user, 4, 4], [user, 5, 1], [user, 8, 2]);
    if (user < 6) triples.push([user, 6, 4.5]);
    if (user < 4) triples.push([user, 7, 5]);
  }
  for (let user = people; user < 2 * people; user++) {
    for (const item of [0, 1, 2, 3, 4]) triples.push([user, item, 1]);
    triples.push([user, 5, 5], [user, 9, 5]);
  }
  return toyDataset(2 * people, 30, triples);
}
