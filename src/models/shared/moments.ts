/**
 * The order in which a user rated films, as far as it is known. Ratings of one time are of one moment, and have no order among themselves;
 * without times, all of a profile are of one moment.
 */
import type { Times } from "../../matrix/csr.ts";
import type { Random } from "../../random.ts";
import type { Profile } from "../model.ts";

/** Ratings in the order of their times. */
export interface RatingOrder {
  /** int32 [ratings]: their positions in the profile, the earliest first; those of one moment as they stand there, or drawn. */
  readonly order: Int32Array;
  /** float64 [ratings], in that order: the place of each, from 0; those of one moment share the mean of theirs. */
  readonly places: Float64Array;
}

/**
 * Puts ratings in order.
 *
 * @param draw shuffles those of one moment, where some of them have to stand for all
 */
export function ratingOrder(count: number, times: Times | undefined, draw?: Random): RatingOrder {
  const order = Int32Array.from({ length: count }, (_, n) => n);
  if (times) order.sort((a, b) => times[a] - times[b] || a - b);
  const places = new Float64Array(count);
  for (let from = 0; from < count; ) {
    let to = from + 1;
    while (to < count && (!times || times[order[to]] === times[order[from]])) to++;
    places.fill((from + to - 1) / 2, from, to);
    for (let n = from; draw && n < to - 1; n++) {
      const other = n + draw.int(to - n);
      [order[n], order[other]] = [order[other], order[n]];
    }
    from = to;
  }
  return { order, places };
}

/** float64 [ratings], as they stand in the profile: how many places each lies before those of the last moment. */
export function placesBeforeLast({ items, times }: Pick<Profile, "items" | "times">): Float64Array {
  const { order, places } = ratingOrder(items.length, times);
  const before = new Float64Array(items.length);
  for (const [n, position] of order.entries()) before[position] = places[places.length - 1] - places[n];
  return before;
}
