/** Where the queries of users come from: the ratings of a data set at hand, or what the store keeps. */
import { asItemIndex, type ItemIndex } from "../data/dataset.ts";
import type { Id } from "../data/ids.ts";
import { MatineeError } from "../errors.ts";
import type { Query } from "../models/model.ts";
import { possibleRatings, queryFromRatings, queryOfUser } from "../recommend/query.ts";
import { amountsOf } from "../store/amounts.ts";
import type { Store, StoredEvent } from "../store/store.ts";
import type { ServedModel } from "./models/models.ts";
import type { EventOptions } from "./options.ts";

/** A user, as a model is asked. */
export interface UserQuery {
  /** The id as the data write it. */
  readonly user: Id;
  readonly query: Query;
  /** Films that the user does not want to see. */
  readonly unwanted: readonly ItemIndex[];
  /** How often films were shown to the user within the last week, by events of the type `impression`; empty unless asked for. */
  readonly shown: readonly { readonly id: Id; readonly times: number }[];
}

/** Makes the queries of users. */
export interface Profiles {
  /**
   * @param withShown whether it is to say how often films were shown
   * @throws USER_UNKNOWN where users are those of a data set, and it has no such
   */
  queryOf(served: Omit<ServedModel, "name">, user: string, withShown?: boolean): Promise<UserQuery>;
}

/** What a store has for the time of a rating that came without one. */
const unknownTime = 0;

/** Seconds within which an impression counts as lately. */
const lately = 7 * 86_400;

/** Of the data set that a model was opened with. */
export const profilesOfData: Profiles = {
  async queryOf({ users: known }, user) {
    if (!known) {
      throw new MatineeError("USER_UNKNOWN", "the server holds no users' ratings: its model was saved without them", {
        fix: "start it with --data beside --artifact, or post the person's ratings to /api/v1/recommendations",
      });
    }
    const index = known.users.index(user);
    // Without the way out of `queryOfUser`, which says what ids there are.
    if (index < 0) throw new MatineeError("USER_UNKNOWN", `no user has the id "${user}" in ${known.name}`);
    return { user: known.users.id(index), query: queryOfUser(known, user), unwanted: [], shown: [] };
  },
};

/**
 * Of a store: ratings, or for models of events what the user's events amount to. Who has none is asked about as somebody new. Films that
 * the model does not know, and ratings off its scale, are left aside.
 */
export function profilesOfStore(store: Store, events: EventOptions): Profiles {
  return {
    async queryOf({ opened: { info } }, user, withShown = false) {
      const byEvents = info.feedback === "events";
      const { ratings, marks, events: done } = await store.readUser(user, { events: byEvents || withShown });
      const given = byEvents
        ? Array.from(amountsOf(done, events), ([item, { amount, time }]) => ({ item, value: amount, time }))
        : ratings.map(({ item, rating, time }) => ({ item, value: rating, time }));
      const possible = possibleRatings(info);
      const known = given.flatMap(({ item, value, time }) => {
        const index = info.items.index(item);
        return index < 0 || !possible(value) ? [] : [{ item: index, value, time }];
      });
      const { profile, ...query } = queryFromRatings(
        info,
        known.map(({ item, value }) => [item, value]),
      );
      const timeOf = new Map(known.map(({ item, time }) => [item, time]));
      const times = Float64Array.from(profile.items, (item) => timeOf.get(asItemIndex(item)) ?? unknownTime);
      const timed = times.some((time) => time !== unknownTime);
      const unwanted = marks.flatMap(({ item, kind }) => {
        const index = info.items.index(item);
        return kind === "not-interested" && index >= 0 ? [index] : [];
      });
      return {
        user,
        query: { ...query, profile: timed ? { ...profile, times } : profile },
        unwanted,
        shown: withShown ? timesShown(done) : [],
      };
    },
  };
}

function timesShown(events: readonly StoredEvent[]): UserQuery["shown"] {
  const since = Date.now() / 1000 - lately;
  const times = new Map<string, number>();
  for (const { type, item, time } of events) {
    if (type === "impression" && time >= since) times.set(item, (times.get(item) ?? 0) + 1);
  }
  return Array.from(times, ([id, count]) => ({ id, times: count }));
}
