/** Similarities among some films: by a model, or by the cosine of their ratings. */
import { finish } from "../in-steps.ts";
import type { Csr } from "../matrix/csr.ts";
import type { Model } from "../models/model.ts";

/** float64 [n × n]: 1 on the diagonal; NaN where the model finds no similarity. */
export type Similarities = Float64Array;

/** Films that are compared with one another; a map of more would be illegible. */
export const mostCompared = 30;

/** The similarities of some films to each other, as a model finds them. */
export function modelSimilarities(
  similarItems: NonNullable<Model["similarItems"]>,
  films: readonly number[],
  items: number,
): Similarities {
  return finish(compareFilms(similarItems, films, items));
}

/** The same a film at a time, because a model of many films may take some milliseconds for each. */
export function* compareFilms(
  similarItems: NonNullable<Model["similarItems"]>,
  films: readonly number[],
  items: number,
): Generator<undefined, Similarities> {
  const n = films.length;
  const all = new Float64Array(items);
  const similarities = new Float64Array(n * n);
  for (const [row, film] of films.entries()) {
    similarItems(film, all);
    films.forEach((other, column) => {
      const value = row === column ? 1 : all[other];
      similarities[row * n + column] = value === -Infinity ? Number.NaN : value;
    });
    yield;
  }
  return similarities;
}

/** Cosines of the films' ratings, with 0 for no rating. @param byItem items × users */
export function ratingSimilarities(byItem: Csr, films: readonly number[]): Similarities {
  const n = films.length;
  const { offsets, indices, values } = byItem;
  const column = new Float64Array(byItem.columns);
  const inner = (film: number) => {
    let sum = 0;
    for (let entry = offsets[film]; entry < offsets[film + 1]; entry++) sum += column[indices[entry]] * values[entry];
    return sum;
  };
  const products = new Float64Array(n * n);
  films.forEach((film, row) => {
    for (let entry = offsets[film]; entry < offsets[film + 1]; entry++) column[indices[entry]] = values[entry];
    films.forEach((other, at) => {
      products[row * n + at] = inner(other);
    });
    for (let entry = offsets[film]; entry < offsets[film + 1]; entry++) column[indices[entry]] = 0;
  });
  return products.map((product, at) => {
    const [row, other] = [Math.floor(at / n), at % n];
    return row === other ? 1 : product / Math.sqrt(products[row * n + row] * products[other * n + other]);
  });
}
