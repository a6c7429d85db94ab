/** What a recommender is asked, by outside ids, and the query that it means. */
import type { ItemIndex } from "../data/dataset.ts";
import type { Id } from "../data/ids.ts";
import { MatineeError } from "../errors.ts";
import type { Query } from "../models/model.ts";
import type { OpenModel } from "./open-model.ts";
import { queryFromRatings, queryOfUser, type UserRatings, withRatings } from "./query.ts";

/** A rating by the film's id. */
export interface RatingOfFilm {
  readonly id: Id;
  readonly rating: number;
}

/**
 * Whom a request is about: a user of the data, anybody by some ratings, or a user with further ratings, which replace the user's
 * own of the same films. Without either, a user who rated nothing.
 */
export interface UserRequest {
  readonly user?: Id;
  readonly ratings?: Iterable<RatingOfFilm>;
}

/** A list, the model that made it, and the ids of its request that the recommender does not know, which it leaves aside. */
export interface ListWithUnknown<T> extends ReadonlyArray<T> {
  /** The recommender's own model, or its stand-in. */
  readonly model: string;
  readonly unknown: readonly Id[];
}

/** `model` and `unknown` are not enumerable, so that the list prints and compares as an array. */
export function listWithUnknown<T>(items: T[], model: string, unknown: Iterable<Id>): ListWithUnknown<T> {
  return Object.defineProperties(items, {
    model: { value: model },
    unknown: { value: [...new Set(unknown)] },
  }) as T[] & { model: string; unknown: Id[] };
}

/**
 * The query that a request means.
 *
 * @param unknown is given the ids of films that the model does not know
 * @throws USER_UNKNOWN, RATING_INVALID, USAGE
 */
export function queryOfRequest(
  { info }: OpenModel,
  users: UserRatings | undefined,
  { user, ratings = [] }: UserRequest,
  unknown: Id[],
): Query {
  const given: [ItemIndex, number][] = [];
  for (const { id, rating } of ratings) {
    const item = indexOrUnknown(info.items, id, unknown);
    if (item !== undefined) given.push([item, rating]);
  }
  const query = queryFromRatings(info, given);
  return user === undefined ? query : withRatings(queryOfUser(users ?? throwNoUsers(user), user), query.profile);
}

/** The indices of the ids that a model knows; the others go to `unknown`. @throws USAGE for what is no id */
export function knownItems({ info }: OpenModel, ids: Iterable<Id>, unknown: Id[]): ItemIndex[] {
  return Array.from(ids, (id) => indexOrUnknown(info.items, id, unknown)).filter((item) => item !== undefined);
}

function indexOrUnknown(items: OpenModel["info"]["items"], id: Id, unknown: Id[]): ItemIndex | undefined {
  if (typeof id !== "number" && typeof id !== "string") {
    throw new MatineeError("USAGE", `${id} is not the id of a film`, {
      fix: "write ratings as { id: 260, rating: 5 }, and other films by their ids alone",
    });
  }
  const item = items.index(id);
  if (item >= 0) return item;
  unknown.push(id);
  return undefined;
}

function throwNoUsers(user: Id): UserRatings {
  throw new MatineeError("USER_UNKNOWN", `no users' ratings are at hand, so user ${user} cannot be answered`, {
    fix: "give the data: loadRecommender(file, { data }); or give the ratings of the user",
  });
}
