/** Repeated events of a user with an item become one amount. */
import { MatineeError } from "../../errors.ts";
import { type Times, timesLike } from "../../matrix/csr.ts";
import { present } from "../../present.ts";
import type { RatingArrays } from "./rating-list.ts";
import { maxRating } from "./values.ts";

/** How events become amounts. */
export interface Adding {
  readonly repeats: "sum" | "count";
  /** Seconds after which an event counts half, from the newest of all events back. */
  readonly halfLife?: number;
}

/**
 * One row for each user and item: the sum of their amounts, or the number of their events, at the time of the latest. The
 * order of the rows makes no difference to the sums. Amounts that have become too small for single precision are left out.
 *
 * @param file its name, for messages
 * @throws DATA_ROW where a sum is too large for single precision
 */
export function addEvents(
  events: RatingArrays,
  users: number,
  { repeats, halfLife }: Adding,
  file: string,
): RatingArrays {
  const { userOf, itemOf, values, times } = events;
  const amounts = Float64Array.from(values, (value) => (repeats === "count" ? 1 : value));
  if (halfLife !== undefined && times) {
    let newest = Number.NEGATIVE_INFINITY;
    for (const time of times) newest = Math.max(newest, time);
    for (let n = 0; n < amounts.length; n++) amounts[n] *= 2 ** ((times[n] - newest) / halfLife);
  }
  const order = orderByUser(userOf, users);
  const added = {
    userOf: new Int32Array(values.length),
    itemOf: new Int32Array(values.length),
    values: new Float32Array(values.length),
    times: times && timesLike(times, values.length),
  };
  const scale = { min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY, step: 0 };
  let length = 0;
  for (let at = 0; at < order.length; ) {
    const user = userOf[order[at]];
    let end = at;
    while (end < order.length && userOf[order[end]] === user) end++;
    // Equal amounts change places without a difference, so the sum is that of the amounts and not of their order.
    const own = order.subarray(at, end).sort((a, b) => itemOf[a] - itemOf[b] || amounts[a] - amounts[b]);
    for (let n = 0; n < own.length; ) {
      const item = itemOf[own[n]];
      let sum = 0;
      let latest = Number.NEGATIVE_INFINITY;
      for (; n < own.length && itemOf[own[n]] === item; n++) {
        sum += amounts[own[n]];
        if (times) latest = Math.max(latest, times[own[n]]);
      }
      const value = Math.fround(sum);
      if (value === 0) continue;
      if (value > maxRating) {
        throw new MatineeError(
          "DATA_ROW",
          `${file}: the amounts of one user with one item add up to more than ${maxRating}`,
          {
            fix: "divide all amounts by a constant",
          },
        );
      }
      added.userOf[length] = user;
      added.itemOf[length] = item;
      added.values[length] = value;
      if (added.times) added.times[length] = latest;
      scale.min = Math.min(scale.min, value);
      scale.max = Math.max(scale.max, value);
      length++;
    }
    at = end;
  }
  return {
    userOf: added.userOf.slice(0, length),
    itemOf: added.itemOf.subarray(0, length),
    values: added.values.subarray(0, length),
    ...present({ times: added.times?.subarray(0, length) as Times | undefined }),
    scale,
  };
}

/** The positions of rows by user, in the order of the rows for each user. */
function orderByUser(userOf: Int32Array, users: number): Int32Array {
  const next = new Int32Array(users + 1);
  for (const user of userOf) next[user + 1]++;
  for (let user = 0; user < users; user++) next[user + 1] += next[user];
  const order = new Int32Array(userOf.length);
  for (let n = 0; n < userOf.length; n++) order[next[userOf[n]]++] = n;
  return order;
}
