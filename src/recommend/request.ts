/** What a recommender is asked, by outside ids, and the query and options that it means. */
import { checkList, checkOptions } from "../check-arguments.ts";
import type { ItemIndex } from "../data/dataset.ts";
import type { Id } from "../data/ids.ts";
import { MatineeError } from "../errors.ts";
import type { Json, Query } from "../models/model.ts";
import { present } from "../present.ts";
import type { OpenModel } from "./open-model.ts";
import { queryFromRatings, queryOfUser, type TimedRating, type UserRatings, withRatings } from "./query.ts";
import type { RecommendOptions } from "./recommend.ts";

/** A rating by the film's id. */
export interface RatingOfFilm {
  readonly id: Id;
  readonly rating: number;
  /** In seconds since 1970, for models that go by when films were rated; see `queryFromRatings` for ratings without. */
  readonly time?: number;
}

/**
 * Whom a request is about: a user of the data, anybody by some ratings, or a user with further ratings, which replace the user's
 * own of the same films. Without either, a user who rated nothing.
 */
export interface UserRequest {
  readonly user?: Id;
  readonly ratings?: Iterable<RatingOfFilm>;
}

/** A film and its place in a list, from 1. */
export interface PinnedFilm {
  readonly id: Id;
  readonly position: number;
}

/** A film and how often it was shown lately. */
export interface ShownFilm {
  readonly id: Id;
  readonly times: number;
}

/** What a list should be like: `RecommendOptions` with films by their ids. */
export interface ListOptions
  extends Omit<RecommendOptions, "exclude" | "like" | "pin" | "shown" | "session" | "attributes"> {
  /** Films to leave out, besides those that the user has rated. */
  readonly exclude?: Iterable<Id>;
  /** Films that have a place of their own, even if they are rated or do not fit. */
  readonly pin?: Iterable<PinnedFilm>;
  /** How often films were shown lately, up to 1,000 times each: for `rotation`. */
  readonly shown?: Iterable<ShownFilm>;
  /**
   * Films that the user looked at just now, the latest last, at most 50. The list is then by similarity to them, in equal parts with the scores for
   * the user where the model knows the user. They are left out of it, and such films have no reasons.
   */
  readonly session?: Iterable<Id>;
  /** What else is known of a film, for filters by `attributes.NAME`. */
  readonly attributes?: (id: Id) => Readonly<Record<string, Json>> | undefined;
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
  const given: TimedRating[] = [];
  for (const { id, rating, time } of ratings) {
    const item = indexOrUnknown(info.items, id, unknown);
    if (item !== undefined) given.push([item, rating, time]);
  }
  const query = queryFromRatings(info, given);
  return user === undefined ? query : withRatings(queryOfUser(users ?? throwNoUsers(user), user), query.profile);
}

/**
 * The options that a request means.
 *
 * @param unknown is given the ids of films that the model does not know
 * @throws USAGE for what is no list of ids, or of pins
 */
export function optionsOfRequest(
  opened: OpenModel,
  { exclude, pin, shown, session, attributes, ...options }: ListOptions,
  unknown: Id[],
): RecommendOptions {
  const { items } = opened.info;
  for (const [name, list] of Object.entries({ exclude, pin, shown, session })) checkList("recommend", name, list);
  /** The entries of films that the model knows, by index. */
  function known<T extends { readonly id: Id }>(list: Iterable<T>, name: string, key: keyof T & string) {
    return Array.from(list, (each, n) => {
      checkOptions(`${name}[${n}]`, each, ["id", key]);
      const item = indexOrUnknown(items, each.id, unknown);
      return item === undefined ? undefined : ([item, each] as const);
    }).filter((entry) => entry !== undefined);
  }
  return {
    ...options,
    ...present({
      exclude: exclude && knownItems(opened, exclude, unknown),
      session: session && knownItems(opened, session, unknown),
      pin: pin && known(pin, "pin", "position").map(([item, { position }]) => ({ item, position })),
      shown: shown && timesShown(known(shown, "shown", "times")),
      attributes: attributes && ((item: ItemIndex) => attributes(items.id(item))),
    }),
  };
}

/** The times of a film that is named twice are added up. */
function timesShown(shown: readonly (readonly [ItemIndex, ShownFilm])[]): Map<ItemIndex, number> {
  const all = new Map<ItemIndex, number>();
  for (const [item, { times }] of shown) all.set(item, (all.get(item) ?? 0) + times);
  return all;
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
