/**
 * Ratings cut into parts × parts blocks, for steps that threads take without sharing a row: R. Gemulla, P. J. Haas,
 * E. Nijkamp, Y. Sismanis, KDD 2011; Y. Zhuang, W.-S. Chin, Y.-C. Juan, C.-J. Lin, RecSys 2013.
 */
import type { Arena } from "../../compute/engine.ts";
import type { Shape } from "../../data/dataset.ts";
import type { Csr } from "../../matrix/csr.ts";
import type { Random } from "../../random.ts";

/** Ratings by block (user part, then item part), shuffled once within each block. */
export interface Blocks {
  readonly parts: number;
  /** int32 [parts² + 1]: where each block begins. */
  readonly offsets: Int32Array;
  readonly userOf: Int32Array;
  readonly itemOf: Int32Array;
  readonly values: Float32Array;
}

/** The factors of a block's users and items are to stay in the second level of cache, two threads sharing it. */
const blockBytes = 2 ** 18;
/** At least so many threads have work on any data, */
const fewestParts = 8;
/** unless blocks held fewer ratings than this, so that starting on one cost more than its steps. */
const blockRatings = 256;

/** The number of parts: by the data's size alone, so that the number of threads changes no result. */
export function partCount({ users, items, ratings }: Shape, factors: number): number {
  const wanted = Math.max(fewestParts, Math.ceil((4 * factors * (users + items)) / blockBytes));
  return Math.max(1, Math.min(wanted, Math.floor(Math.sqrt(ratings / blockRatings)), users, items));
}

/** Cuts ratings into blocks. Parts are ranges of users and of items with about as many ratings each. */
export function cutIntoBlocks(arena: Arena, byUser: Csr, byItem: Csr, parts: number, { int }: Random): Blocks {
  const ratings = byUser.values.length;
  const share = parts / ratings;
  const blockOf = (user: number, item: number) =>
    Math.floor(byUser.offsets[user] * share) * parts + Math.floor(byItem.offsets[item] * share);

  const offsets = arena.int32(parts * parts + 1);
  for (let user = 0; user < byUser.rows; user++) {
    for (let n = byUser.offsets[user]; n < byUser.offsets[user + 1]; n++)
      offsets[blockOf(user, byUser.indices[n]) + 1]++;
  }
  for (let block = 0; block < parts * parts; block++) offsets[block + 1] += offsets[block];

  const [userOf, itemOf, values] = [arena.int32(ratings), arena.int32(ratings), arena.float32(ratings)];
  const next = offsets.slice(0, -1);
  for (let user = 0; user < byUser.rows; user++) {
    for (let n = byUser.offsets[user]; n < byUser.offsets[user + 1]; n++) {
      const at = next[blockOf(user, byUser.indices[n])]++;
      userOf[at] = user;
      itemOf[at] = byUser.indices[n];
      values[at] = byUser.values[n];
    }
  }
  for (let block = 0; block < parts * parts; block++) {
    for (let at = offsets[block + 1] - 1; at > offsets[block]; at--) {
      const other = offsets[block] + int(at + 1 - offsets[block]);
      swap(userOf, at, other);
      swap(itemOf, at, other);
      swap(values, at, other);
    }
  }
  return { parts, offsets, userOf, itemOf, values };
}

function swap(array: Int32Array | Float32Array, a: number, b: number): void {
  const value = array[a];
  array[a] = array[b];
  array[b] = value;
}
