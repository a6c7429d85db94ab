/** Queries, from ratings that are given or from those of a known user. */
import { quoteArgument } from "../check-arguments.ts";
import type { Dataset, DatasetInfo, ItemIndex, UserIndex } from "../data/dataset.ts";
import { type Id, idText, sameIds } from "../data/ids.ts";
import { MatineeError } from "../errors.ts";
import type { Model, Profile, Query } from "../models/model.ts";
import { profileOf } from "../models/shared/profiles.ts";
import { present } from "../present.ts";

/** A film, its rating on the data's scale and, where it is known, the time of the rating in seconds since 1970. */
export type TimedRating = readonly [item: ItemIndex, rating: number, time?: number | undefined];

/**
 * The query of a new user, from their ratings. Of several ratings of one film the latest counts, and of those of one time the last. Where some
 * have times, the others are of one moment after all of them; where none has, all are of one moment, whatever order they come in.
 *
 * @throws RATING_INVALID, ITEM_UNKNOWN for an index outside the catalog, USAGE for what is no time
 * @example
 * import { queryFromRatings } from "matinee/core";
 * queryFromRatings(data, [[data.items.index(260), 5]]);
 * queryFromRatings(data, [[data.items.index(260), 5, 1_700_000_000]]);
 */
export function queryFromRatings(info: DatasetInfo, ratings: Iterable<TimedRating>): Query {
  const { min, max } = info.scale;
  const possible = possibleRatings(info);
  const last = new Map<ItemIndex, readonly [rating: number, time: number]>();
  for (const [item, rating, time] of ratings) {
    checkItem(info, item);
    if (!possible(rating)) {
      const film = idText(info.items.id(item));
      throw info.feedback === "events"
        ? new MatineeError("RATING_INVALID", `the amount ${rating} of film ${film} is not a number`)
        : new MatineeError("RATING_INVALID", `rating ${rating} of film ${film} is outside ${min}–${max}`);
    }
    if (time !== undefined) checkTime(time, () => `the rating of film ${idText(info.items.id(item))}`);
    const before = last.get(item)?.[1] ?? -Infinity;
    if ((time ?? Infinity) >= before) last.set(item, [rating, time ?? Infinity]);
  }
  return { profile: profileFrom(last), space: info };
}

/** @param ratings those without a time have infinity */
function profileFrom(ratings: ReadonlyMap<number, readonly [rating: number, time: number]>): Profile {
  const items = Int32Array.from(ratings.keys()).sort();
  const values = Float32Array.from(items, (item) => ratings.get(item)![0]);
  const known = Float64Array.from(items, (item) => ratings.get(item)![1]);
  const latest = known.reduce((most, time) => (time < Infinity ? Math.max(most, time) : most), -Infinity);
  if (latest === -Infinity) return { items, values };
  return { items, values, times: known.map((time) => Math.min(time, latest + 1)) };
}

/** The start of the year 2100: no rating is later, while the same number of milliseconds was over in February 1970. */
const latestTime = 4_102_444_800;

/**
 * Refuses what is no time in seconds since 1970.
 * @param of what the time is of
 * @throws USAGE
 */
function checkTime(time: unknown, of: () => string): void {
  if (typeof time === "number" && time >= 0 && time < latestTime) return;
  const seconds = typeof time === "number" ? Math.floor(time / 1000) : Number.NaN;
  throw new MatineeError("USAGE", `the time of ${of()} is ${quoteArgument(time)}`, {
    fix:
      seconds >= 1e8 && seconds < latestTime
        ? `give seconds since 1970, not milliseconds: ${seconds}`
        : "give seconds since 1970, such as 1700000000",
  });
}

/** Whether a rating is on the scale of the data; amounts of events may be any. Both are kept in single precision. */
export function possibleRatings({
  scale: { min, max },
  feedback,
}: Pick<DatasetInfo, "scale" | "feedback">): (rating: number) => boolean {
  // 9.6 is stored as 9.6000004.
  const [lowest, highest] = [Math.fround(min), Math.fround(max)];
  if (feedback === "events") return (amount) => Number.isFinite(Math.fround(amount));
  return (rating) => Math.fround(rating) >= lowest && Math.fround(rating) <= highest;
}

/** Ratings of users with ids, in the index space of a model's films: a data set, or what a model keeps of one. */
export interface UserRatings extends Pick<Dataset, "name" | "users" | "items" | "byUser"> {
  /**
   * int32 [users]: the row of each user among the ratings that the model was fitted on, or −1 for a new user; row for row unless
   * given.
   */
  readonly trainingRows?: Int32Array;
}

/**
 * The ratings that a model keeps of its users; undefined where it keeps none.
 * @example
 * import { keptUserRatings } from "matinee/core";
 * keptUserRatings(recommender.opened); // undefined, unless the model is user-knn
 */
export function keptUserRatings({ info, model }: { info: DatasetInfo; model: Model }): UserRatings | undefined {
  const { name, users, items } = info;
  return model.ratings && { name, users, items, byUser: model.ratings };
}

/**
 * The query of a known user, with all their ratings.
 * @throws USER_UNKNOWN
 * @example
 * import { queryOfUser } from "matinee/core";
 * queryOfUser(data, 3);
 */
export function queryOfUser(ratings: UserRatings, user: Id): Query {
  const { name, users, items, byUser, trainingRows } = ratings;
  const index = users.index(user);
  if (index < 0) {
    throw new MatineeError("USER_UNKNOWN", `no user has the id ${idText(user)} in ${name}`, {
      fix: `its ${users.size} users run from ${users.id(0)} to ${users.id(users.size - 1)}`,
    });
  }
  const profile = profileOf(byUser, index);
  if (!trainingRows) return { profile, user: index, space: { name, users, items } };
  const row = trainingRows[index];
  return { profile, space: { name, items }, ...present({ user: row < 0 ? undefined : (row as UserIndex) }) };
}

/**
 * The query with further ratings, of which those of films that it rates already replace its own. Where only one of both has times, its own ratings
 * without times are of one moment before all others, and further ones of one moment after them.
 * @param given in the same index space of items
 */
export function withRatings(query: Query, given: Profile): Query {
  if (given.items.length === 0) return query;
  const { profile } = query;
  let earliest = Infinity;
  for (const time of given.times ?? []) earliest = Math.min(earliest, time);
  const ratings = new Map<number, readonly [rating: number, time: number]>();
  for (const [n, item] of profile.items.entries()) {
    ratings.set(item, [profile.values[n], profile.times?.[n] ?? earliest - 1]);
  }
  for (const [n, item] of given.items.entries()) ratings.set(item, [given.values[n], given.times?.[n] ?? Infinity]);
  return { ...query, profile: profileFrom(ratings) };
}

/**
 * Refuses a query whose indices stand for other films or users than the model's, or whose time is none.
 * @throws USAGE
 */
export function checkQuery(info: DatasetInfo, { space, user, time }: Query): void {
  if (time !== undefined) checkTime(time, () => "asking");
  if (space) checkSpace(info, user === undefined ? { name: space.name, items: space.items } : space);
}

/** Refuses indices that stand for other films or users than the model's. @throws USAGE */
export function checkSpace(
  info: DatasetInfo,
  { name, users, items }: Pick<DatasetInfo, "name" | "items"> & { readonly users?: DatasetInfo["users"] },
): void {
  const other = !sameIds(items, info.items) ? "films" : users && !sameIds(users, info.users) ? "users" : undefined;
  if (other === undefined) return;
  throw new MatineeError("USAGE", `the ${other} of ${name} are not those that the model was trained on`, {
    fix: "match them by their ids: loadRecommender(file, { data }), or userRatingsFor of matinee/core",
  });
}

/** @throws ITEM_UNKNOWN where no film has this index */
export function checkItem({ items, name }: DatasetInfo, item: ItemIndex): void {
  if (Number.isInteger(item) && item >= 0 && item < items.size) return;
  throw new MatineeError("ITEM_UNKNOWN", `no film of ${name} has the index ${item}`, {
    fix: "indices run from 0; items.index(id) finds that of an id",
  });
}

/** Returns k. @throws USAGE where it is no length of a list */
export function checkListLength(k: number): number {
  if (Number.isInteger(k) && k >= 1) return k;
  throw new MatineeError("USAGE", `the length of the list is ${k}`, { fix: "give a whole number from 1" });
}
