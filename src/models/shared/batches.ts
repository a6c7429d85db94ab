/** Ratings in batches, for gradient steps on a part of the ratings at a time. */
import type { Arena } from "../../compute/engine.ts";
import type { Dataset } from "../../data/dataset.ts";
import type { Random } from "../../random.ts";

/** Batch b is entries offsets[b] .. offsets[b + 1]. Arrays in the engine's memory, int32 and float32 [ratings]. */
export interface Batches {
  readonly offsets: readonly number[];
  /** Sorted by user within a batch. */
  readonly userOf: Int32Array;
  readonly itemOf: Int32Array;
  readonly values: Float32Array;
  /** The entries in the order in which each batch is sorted by item. */
  readonly byItem: Int32Array;
}

/** Ratings of the largest batch when batches have `size` ratings at most (0: all in one) and are as even as that allows. */
export function batchSize(ratings: number, size: number): number {
  return Math.ceil(ratings / countOf(ratings, size));
}

function countOf(ratings: number, size: number): number {
  return size === 0 ? 1 : Math.ceil(ratings / size);
}

/** Deals ratings out to batches at random, once. */
export function dealBatches(
  arena: Arena,
  { byUser, byItem }: Pick<Dataset, "byUser" | "byItem">,
  size: number,
  { int }: Random,
): Batches {
  const ratings = byUser.values.length;
  const count = countOf(ratings, size);
  const offsets = Array.from({ length: count + 1 }, (_, batch) => Math.floor((batch * ratings) / count));
  const batchOf = new Int32Array(ratings);
  for (let batch = 0; batch < count; batch++) batchOf.fill(batch, offsets[batch], offsets[batch + 1]);
  for (let n = ratings - 1; n > 0 && count > 1; n--) {
    const other = int(n + 1);
    [batchOf[n], batchOf[other]] = [batchOf[other], batchOf[n]];
  }

  const [userOf, itemOf, values] = [arena.int32(ratings), arena.int32(ratings), arena.float32(ratings)];
  const placeOf = new Int32Array(ratings);
  const next = offsets.slice();
  for (let user = 0; user < byUser.rows; user++) {
    for (let n = byUser.offsets[user]; n < byUser.offsets[user + 1]; n++) {
      const at = next[batchOf[n]]++;
      userOf[at] = user;
      itemOf[at] = byUser.indices[n];
      values[at] = byUser.values[n];
      placeOf[n] = at;
    }
  }
  // Films in order, and of each film the users in order: so each user's ratings are met in their order too.
  const order = arena.int32(ratings);
  const nextOfUser = byUser.offsets.slice();
  const nextByItem = offsets.slice();
  for (const user of byItem.indices) {
    const n = nextOfUser[user]++;
    order[nextByItem[batchOf[n]]++] = placeOf[n];
  }
  return { offsets, userOf, itemOf, values, byItem: order };
}

/** The numbers 0 .. n − 1 in random order. */
export function shuffled(n: number, { int }: Random): number[] {
  const order = Array.from({ length: n }, (_, k) => k);
  for (let k = n - 1; k > 0; k--) {
    const other = int(k + 1);
    [order[k], order[other]] = [order[other], order[k]];
  }
  return order;
}
