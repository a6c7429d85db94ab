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

/** How many films are compared with each other, and the users that suffice for it. */
const [mostFilms, enoughUsers] = [200, 20_000];

/** Counts them: of every user who rated a film or, of very many, of every second, third … */
export function countCoRatings({ rows, columns, offsets, indices }: Csr, counts: Int32Array): CoRatings {
  const films = topK(Float64Array.from(counts), mostFilms)
    .filter((film) => counts[film] > 0)
    .sort();
  const placeOf = new Int32Array(columns).fill(-1);
  films.forEach((film, place) => {
    placeOf[film] = place;
  });
  const both = new Int32Array((films.length * (films.length + 1)) / 2);
  const rated = new Int32Array(films.length);
  const every = Math.ceil(rows / enoughUsers);
  let users = 0;
  for (let row = 0; row < rows; row += every) {
    if (offsets[row + 1] === offsets[row]) continue;
    users++;
    let length = 0;
    for (let entry = offsets[row]; entry < offsets[row + 1]; entry++) {
      const place = placeOf[indices[entry]];
      if (place < 0) continue;
      rated[length++] = place;
      for (let n = 0; n < length; n++) both[triangular(place) + rated[n]]++;
    }
  }
  return { users, films, both };
}

/** How many of the users counted rated the films at two places of `films`. */
export function coRated({ both }: CoRatings, a: number, b: number): number {
  return a < b ? both[triangular(b) + a] : both[triangular(a) + b];
}

/** The numbers before row n of a triangle. */
export function triangular(n: number): number {
  return (n * (n + 1)) / 2;
}
