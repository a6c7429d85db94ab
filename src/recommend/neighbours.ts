/** What a user rated, and which users are alike. */
import { asItemIndex, type DatasetInfo, middleRating } from "../data/dataset.ts";
import type { Id } from "../data/ids.ts";
import { MatineeError } from "../errors.ts";
import type { Profile, Query } from "../models/model.ts";
import { profileOf } from "../models/shared/profiles.ts";
import { present } from "../present.ts";
import { roundRating } from "./explanation.ts";
import { type Film, filmOf } from "./films.ts";
import type { OpenModel } from "./open-model.ts";
import { checkListLength, checkQuery } from "./query.ts";

/** A film and a user's rating of it. */
export interface RatedFilm extends Film {
  readonly rating: number;
  /** Seconds since 1970, where known. */
  readonly time?: number;
}

/** The films of a profile, best rated first, ties by item index. */
export function ratedFilms(info: DatasetInfo, { items, values, times }: Profile): RatedFilm[] {
  const order = Array.from(items.keys()).sort((a, b) => values[b] - values[a] || a - b);
  return order.map((n) => ({
    ...filmOf(info, asItemIndex(items[n])),
    rating: roundRating(values[n]),
    ...present({ time: times?.[n] }),
  }));
}

/** A neighbour, by id. */
export interface SimilarUser {
  readonly user: Id;
  readonly similarity: number;
  /** Number of films that both rated. */
  readonly overlap: number;
  /** Films that both rated in the upper half of the scale, best first, at most three; absent where the model keeps no ratings. */
  readonly liked?: readonly SharedFilm[];
}

/** A film that a user and a neighbour both rated. */
export interface SharedFilm {
  readonly id: Id;
  readonly title: string;
  /** The asking user's. */
  readonly rating: number;
  /** The neighbour's. */
  readonly theirs: number;
}

const maxShared = 3;

/**
 * The k users most similar to the one of the query, or as many as the model finds.
 *
 * @param self the id of the user of the query, who is left out: a model that was trained on earlier ratings may know them
 * @throws CAPABILITY_MISSING where the model does not compare users; USAGE for a list length that makes no sense, or a query from
 *   other data than the model's
 * @example
 * import { fit, neighbours, openModel, queryOfUser, userKnn } from "matinee/core";
 * using opened = openModel(await fit(data, userKnn()));
 * neighbours(opened, queryOfUser(data, 3), 5);
 */
export function neighbours({ info, name, model }: OpenModel, query: Query, k = 10, self?: Id): SimilarUser[] {
  checkQuery(info, query);
  const found = model.ask(query).neighbours?.();
  if (!found) {
    throw new MatineeError("CAPABILITY_MISSING", `the model ${name} compares no people`, {
      fix: "use one that does, such as user-knn",
    });
  }
  const { ratings } = model;
  const own = self === undefined ? -1 : info.users.index(self);
  const others = found.filter(({ user }) => user !== own);
  return others.slice(0, checkListLength(k)).map(({ user, similarity, overlap }) => ({
    user: info.users.id(user),
    similarity,
    overlap,
    ...present({ liked: ratings && filmsLikedByBoth(info, query.profile, profileOf(ratings, user)) }),
  }));
}

function filmsLikedByBoth(info: DatasetInfo, own: Profile, other: Profile): SharedFilm[] {
  const { items: ids, catalog } = info;
  const middle = middleRating(info);
  const theirs = new Map(Array.from(other.items, (item, n) => [item, other.values[n]]));
  return Array.from(own.items, (item, n) => ({ item, rating: own.values[n], theirs: theirs.get(item) ?? -Infinity }))
    .filter((both) => Math.min(both.rating, both.theirs) >= middle)
    .sort((a, b) => b.rating + b.theirs - a.rating - a.theirs || a.item - b.item)
    .slice(0, maxShared)
    .map(({ item, rating, theirs }) => ({
      id: ids.id(item),
      title: catalog.titles[item],
      rating: roundRating(rating),
      theirs: roundRating(theirs),
    }));
}
