/** The graph of films and genres, and the taste of one user, as study 004 makes them. */
import { type Dataset, labelsOf, likedFrom, profileOf } from "../../core.ts";

/** Nodes are all films, and the genres that a film has; an edge joins a film and its genre. */
export function graphOf({ catalog: { genres }, items }: Dataset): { readonly nodes: number; readonly edges: number } {
  return { nodes: items.size + new Set(genres.indices).size, edges: genres.indices.length };
}

/** How many of the films that a user liked, and rated as high as any, have each genre. */
export function tasteOf(train: Dataset, user: number): Map<string, number> {
  const { items, values } = profileOf(train.byUser, user);
  const least = values.reduce((highest, value) => Math.max(highest, value), likedFrom(train));
  const taste = new Map<string, number>();
  for (const [n, item] of items.entries()) {
    if (values[n] < least) continue;
    for (const genre of labelsOf(train.catalog.genres, item)) taste.set(genre, (taste.get(genre) ?? 0) + 1);
  }
  return taste;
}

/** How many films have a genre of a taste, whether the user has rated them or not. */
export function countReached({ catalog, items }: Dataset, taste: ReadonlyMap<string, number>): number {
  let films = 0;
  for (let item = 0; item < items.size; item++) {
    if (labelsOf(catalog.genres, item).some((genre) => taste.has(genre))) films++;
  }
  return films;
}
