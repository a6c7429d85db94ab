/** Films and the terms that mark them. */
import type { Model } from "../models/model.ts";

/** A film and terms of its texts, heaviest first. */
export interface MarkedFilm {
  readonly title: string;
  readonly terms: readonly WeighedTerm[];
}

export interface WeighedTerm {
  readonly term: string;
  readonly weight: number;
}

/** How many of each film's terms are shown. */
export const termsEach = 5;

/** For each film, its terms among those that mark any of the films: the heaviest ones of each. */
export function sharedTerms(topTerms: NonNullable<Model["topTerms"]>, films: readonly number[]): WeighedTerm[][] {
  const all = films.map((film) => topTerms(film, Number.POSITIVE_INFINITY));
  const shown = new Set(all.flatMap((terms) => terms.slice(0, termsEach)).map(({ term }) => term));
  return all.map((terms) => terms.filter(({ term }) => shown.has(term)));
}
