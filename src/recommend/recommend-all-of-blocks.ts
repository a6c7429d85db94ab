/** The lists of all users of column blocks: their ratings are read some at a time. */
import type { RatingBlocks } from "../data/blocks/rating-blocks.ts";
import { cutRows, rowsByIndex } from "../data/blocks/rows-by-index.ts";
import type { Lists } from "./lists.ts";
import type { OpenModel } from "./open-model.ts";
import { checkListLength } from "./query.ts";
import { type RecommendAllOptions, recommendAll } from "./recommend-all.ts";
import { checkRatings, itemIndices, renumbered } from "./user-ratings.ts";

/** Ratings, and users, that are in memory at a time. */
const [ratingsAtOnce, usersAtOnce] = [2 ** 20, 2 ** 16];

/**
 * The lists of `recommendAll` for ratings on disk, users by index. Users and films are matched with those of the model by their ids. In memory are
 * the lists and some of the ratings.
 *
 * @throws what `recommendAll` throws; USAGE where ratings lie outside the scale that the model was trained on; DATA_DAMAGED
 */
export async function recommendAllOfBlocks(
  opened: OpenModel,
  blocks: RatingBlocks,
  { onProgress, ...options }: Omit<RecommendAllOptions, "users" | "approximate">,
): Promise<Lists> {
  const { name, feedback, items } = blocks.info;
  const users = blocks.info.users.size;
  const k = Math.min(checkListLength(options.k ?? 10), opened.info.items.size);
  const lists: Lists = {
    users,
    k,
    items: new Int32Array(users * k),
    scores: new Float32Array(users * k),
    chosen: new Int32Array(users),
  };
  const indexOf = itemIndices(opened.info, items);
  const starts = cutRows(blocks.counts.users, (rows, ratings) => rows > usersAtOnce || ratings > ratingsAtOnce);
  for await (const { from, csr } of rowsByIndex(blocks, "users", starts)) {
    const indices = blocks.order.users.subarray(from, from + csr.rows);
    checkRatings(opened.info, { name, feedback, byUser: csr });
    const byUser = renumbered(csr, indexOf, opened.info.items.size);
    const trained = indices.map((user) => opened.info.users.index(blocks.info.users.id(user)));
    const own = await recommendAll(opened, { byUser }, { ...options, users: trained });
    for (const [row, user] of indices.entries()) {
      lists.items.set(own.items.subarray(row * k, (row + 1) * k), user * k);
      lists.scores.set(own.scores.subarray(row * k, (row + 1) * k), user * k);
      lists.chosen[user] = own.chosen[row];
    }
    onProgress?.((from + csr.rows) / users);
  }
  return lists;
}
