/** Data of a few films, random and described, and what models say of them. */
import fc from "fast-check";
import { emptyCatalog, labelsFrom } from "../../src/data/catalog.ts";
import type { Dataset } from "../../src/data/dataset.ts";
import type { Model, Profile } from "../../src/models/model.ts";
import { toyDataset } from "./toy.ts";

export function scoresOf(model: Model, profile: Profile): Float32Array {
  const scores = new Float32Array(model.items);
  model.ask({ profile }).score(scores);
  return scores;
}

export function similarTo(model: Model, item: number): Float64Array {
  const out = new Float64Array(model.items);
  model.similarItems!(item, out);
  return out;
}

export function profileOf(...ratings: [item: number, rating: number][]): Profile {
  return {
    items: Int32Array.from(ratings, ([item]) => item),
    values: Float32Array.from(ratings, ([, rating]) => rating),
  };
}

/** A handful of ratings, some of them 0, of films with genres, tags and years, some without any. */
export const datasets = fc
  .record({
    users: fc.integer({ min: 1, max: 6 }),
    films: fc.array(
      fc.record({
        genres: fc.uniqueArray(fc.constantFrom("a", "b", "c"), { maxLength: 2 }),
        tags: fc.array(fc.constantFrom("x", "y", "X"), { maxLength: 3 }),
        year: fc.constantFrom(0, 1987, 1991, 1999),
      }),
      { minLength: 2, maxLength: 7 },
    ),
  })
  .chain(({ users, films }) => {
    const rating = fc.constantFrom(0, 0.5, 2, 3.5, 5);
    const cell = fc.tuple(fc.nat(users - 1), fc.nat(films.length - 1), rating);
    return fc.array(cell, { minLength: 1, maxLength: 20 }).map((triples) => ({
      ...toyDataset(users, films.length, triples),
      catalog: {
        ...emptyCatalog(films.length),
        years: Int16Array.from(films, ({ year }) => year),
        genres: labelsFrom(films.map(({ genres }) => genres)),
        tags: labelsFrom(films.map(({ tags }) => tags)),
      },
    }));
  });

/** r_ui, dense; 0 where nobody rated. */
export function denseRatings({ byUser }: Dataset): number[][] {
  return Array.from({ length: byUser.rows }, (_, user) => {
    const row = new Array<number>(byUser.columns).fill(0);
    for (let n = byUser.offsets[user]; n < byUser.offsets[user + 1]; n++) row[byUser.indices[n]] = byUser.values[n];
    return row;
  });
}

export const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
