/** What people rated, and who rates alike. */
import type { DatasetInfo } from "../data/dataset.ts";
import type { Id } from "../data/ids.ts";
import { MatineeError } from "../errors.ts";
import type { Profile, Query } from "../models/model.ts";
import { profileOf } from "../models/shared/profiles.ts";
import { type Film, filmOf, listLength, shortest } from "./recommend.ts";
import type { Recommender } from "./recommender.ts";

/** A film that somebody rated. */
export interface RatedFilm extends Film {
  readonly rating: number;
  /** Seconds since 1970, where known. */
  readonly time?: number;
}

/** What somebody rated, best first, ties by item index. */
export function ratedFilms(space: DatasetInfo, { items, values, times }: Profile): RatedFilm[] {
  const order = Array.from(items.keys()).sort((a, b) => values[b] - values[a] || a - b);
  return order.map((n) => ({
    ...filmOf(space, items[n]),
    rating: shortest(values[n]),
    ...(times ? { time: times[n] } : {}),
  }));
}

/** Somebody of like taste. */
export interface SimilarUser {
  readonly user: Id;
  readonly similarity: number;
  /** Number of films that both rated. */
  readonly overlap: number;
  /** Films that both rated in the upper half of the scale, best first, at most three; absent where the model keeps no ratings. */
  readonly liked?: readonly SharedFilm[];
}

export interface SharedFilm {
  readonly id: Id;
  readonly title: string;
  /** The asker's. */
  readonly rating: number;
  /** The other person's. */
  readonly theirs: number;
}

/** More films in common nobody reads. */
const likedTold = 3;

/**
 * The k people most like somebody, or as many as the model has found.
 * @throws CAPABILITY_MISSING where the model compares no people, USAGE for a list length that makes no sense
 */
export function neighbours({ info, name, model }: Recommender, query: Query, k = 10): SimilarUser[] {
  const found = model.ask(query).neighbours?.();
  if (!found) {
    throw new MatineeError("CAPABILITY_MISSING", `the model ${name} compares no people`, {
      fix: "use one that does, such as user-knn",
    });
  }
  const { ratings } = model;
  return found.slice(0, listLength(k)).map(({ user, similarity, overlap }) => ({
    user: info.users.id(user),
    similarity,
    overlap,
    ...(ratings ? { liked: likedByBoth(info, query.profile, profileOf(ratings, user)) } : {}),
  }));
}

function likedByBoth({ items: ids, catalog, scale }: DatasetInfo, own: Profile, other: Profile): SharedFilm[] {
  const middle = (scale.min + scale.max) / 2;
  const theirs = new Map(Array.from(other.items, (item, n) => [item, other.values[n]]));
  return Array.from(own.items, (item, n) => ({ item, rating: own.values[n], theirs: theirs.get(item) ?? -Infinity }))
    .filter((both) => Math.min(both.rating, both.theirs) >= middle)
    .sort((a, b) => b.rating + b.theirs - a.rating - a.theirs || a.item - b.item)
    .slice(0, likedTold)
    .map(({ item, rating, theirs }) => ({
      id: ids.id(item),
      title: catalog.titles[item],
      rating: shortest(rating),
      theirs: shortest(theirs),
    }));
}
