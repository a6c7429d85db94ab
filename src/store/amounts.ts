/** Events of a user as amounts of items: for training, and for the profile that a trained model is asked with. */
import { checkNumber } from "../check-arguments.ts";
import { MatineeError } from "../errors.ts";
import type { StoredEvent } from "./store.ts";

/** How events become amounts. */
export interface EventWeighting {
  /** What each type of event counts: `{ view: 1, purchase: 5 }`. Types without a weight are left out. */
  readonly weights: Readonly<Record<string, number>>;
  /** Days after which an event counts half. Events do not age unless given. */
  readonly halfLifeDays?: number;
  /** Seconds since 1970 that ages are counted to; the time of the call unless given. An event of later counts as one of now. */
  readonly now?: number;
}

/** What a user's events of one item amount to. */
export interface ItemAmount {
  /** Above 0, in single precision. */
  readonly amount: number;
  /** Of the latest event with a weight, seconds since 1970. */
  readonly time: number;
}

/** The largest amount: near the largest number in single precision. */
const largestAmount = 3.4e38;

/** @throws USAGE for weights that are no numbers, or a half-life that is not above 0 */
export function checkWeighting(call: string, { weights, halfLifeDays, now }: EventWeighting): void {
  if (typeof weights !== "object" || weights === null) {
    throw new MatineeError("USAGE", `${call} has no weights of events`, { fix: "give weights: { view: 1 }" });
  }
  for (const [type, weight] of Object.entries(weights)) {
    checkNumber(call, `the weight of ${type}`, weight, { least: -1e9, most: 1e9 });
  }
  checkNumber(call, "halfLifeDays", halfLifeDays, { least: Number.MIN_VALUE });
  checkNumber(call, "now", now, { least: -Number.MAX_VALUE });
}

/**
 * What one event adds: weight(type) · value · ½^(age / half-life). Undefined for a type without a weight.
 */
export function shareOfEvent(
  { type, value, time }: Pick<StoredEvent, "type" | "value" | "time">,
  { weights, halfLifeDays = Number.POSITIVE_INFINITY, now = Date.now() / 1000 }: EventWeighting,
): number | undefined {
  if (!Object.hasOwn(weights, type)) return undefined;
  return weights[type] * value * 2 ** (-Math.max(0, now - time) / (86_400 * halfLifeDays));
}

/** A sum of shares as an amount; 0 where it is left out. */
export function amountOfSum(sum: number): number {
  return sum > 0 ? Math.fround(Math.min(sum, largestAmount)) : 0;
}

/**
 * The amounts of a user's events, by item: the sum of weight · value · ½^(age / half-life). Items whose amount is not above 0 are left
 * out. `datasetOf` makes the same numbers of the same events.
 *
 * @param events of one user, in the order of arrival, as `Store.readUser` returns them
 * @throws USAGE
 * @example
 * import { amountsOf } from "matinee/server";
 * const event = { user: "ann", item: "260", value: 1, time: 1_700_000_000 };
 * const events = [{ ...event, type: "view" }, { ...event, type: "purchase" }];
 * console.log(amountsOf(events, { weights: { view: 1, purchase: 5 } }).get("260")); // { amount: 6, time: 1700000000 }
 */
export function amountsOf(events: Iterable<StoredEvent>, weighting: EventWeighting): Map<string, ItemAmount> {
  checkWeighting("amountsOf", weighting);
  const fixed = { now: Date.now() / 1000, ...weighting };
  const sums = new Map<string, { amount: number; time: number }>();
  for (const event of events) {
    const share = shareOfEvent(event, fixed);
    if (share === undefined) continue;
    const sum = sums.get(event.item);
    if (sum === undefined) sums.set(event.item, { amount: share, time: event.time });
    else {
      sum.amount += share;
      sum.time = Math.max(sum.time, event.time);
    }
  }
  for (const [item, sum] of sums) {
    sum.amount = amountOfSum(sum.amount);
    if (sum.amount === 0) sums.delete(item);
  }
  return sums;
}
