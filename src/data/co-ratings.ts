/** How many users rated both of two films, for the films that most users rated. */
import type { Csr } from "../matrix/csr.ts";
import { topK } from "../matrix/topk.ts";

/** Counted of some users of a data set, who stand for all. */
export interface CoRatings {
  /** How many users were counted. */
  readonly users: number;
  /** int32 [films]: the indices of the most rated films, ascending. */
  readonly films: Int32Array;
  /**
   * int32 [films · (films + 1) / 2]: of the films at the places a ≥ b of `films`, the users who rated both are at a (a + 1) / 2 + b; with a = b,
   * those who rated the film.
   */
  readonly both: Int32Array;
}

/** How many films are compared with each other, and the users that suffice for it: of more, every second, third … is counted. */
export const coRatingSample = { films: 200, users: 20_000 } as const;

/** Counts them: of every user who rated a film or, of very many, of every second, third … */
export function countCoRatings({ rows, offsets, indices }: Csr, counts: Int32Array): CoRatings {
  const counter = createCoRatingCounter(rows, counts);
  for (let row = 0; row < rows; row++) {
    if (counter.counts(row)) counter.add(indices.subarray(offsets[row], offsets[row + 1]));
  }
  return counter.finish();
}

/** Counts the users of a data set one after another, in any order. */
export interface CoRatingCounter {
  /** Whether the user of an index counts. */
  counts(user: number): boolean;
  /** Counts the films of such a user, in any order. */
  add(films: Int32Array): void;
  finish(): CoRatings;
}

/** @param counts int32 [films]: the number of ratings of each */
export function createCoRatingCounter(rows: number, counts: Int32Array): CoRatingCounter {
  const films = topK(Float64Array.from(counts), coRatingSample.films)
    .filter((film) => counts[film] > 0)
    .sort();
  const placeOf = new Int32Array(counts.length).fill(-1);
  films.forEach((film, place) => {
    placeOf[film] = place;
  });
  const both = new Int32Array((films.length * (films.length + 1)) / 2);
  const rated = new Int32Array(films.length);
  const every = Math.ceil(rows / coRatingSample.users);
  let users = 0;
  return {
    counts: (user) => user % every === 0,
    add(own) {
      if (own.length === 0) return;
      users++;
      let length = 0;
      for (const film of own) {
        const place = placeOf[film];
        if (place < 0) continue;
        rated[length++] = place;
        for (let n = 0; n < length; n++) both[placeInTriangle(place, rated[n])]++;
      }
    },
    finish: () => ({ users, films, both }),
  };
}

/** How many of the users counted rated the films at two places of `films`. */
export function coRated({ both }: CoRatings, a: number, b: number): number {
  return both[placeInTriangle(a, b)];
}

function placeInTriangle(a: number, b: number): number {
  return a < b ? triangular(b) + a : triangular(a) + b;
}

/** The numbers before row n of a triangle. */
export function triangular(n: number): number {
  return (n * (n + 1)) / 2;
}
