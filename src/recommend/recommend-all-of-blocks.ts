/** The lists of all users of column blocks: their ratings are read some at a time, and their lists wait on disk to be put in order. */
import type { RatingBlocks } from "../data/blocks/rating-blocks.ts";
import { cutRows, rowsByIndex } from "../data/blocks/rows-by-index.ts";
import { createSpill } from "../data/blocks/spill.ts";
import { countFilms, emptyLists, type PartOfLists } from "./lists.ts";
import type { OpenModel } from "./open-model.ts";
import { checkListLength } from "./query.ts";
import { type RecommendAllOptions, recommendInParts } from "./recommend-all.ts";
import { checkRatings, itemIndices, renumbered } from "./user-ratings.ts";

/** Ratings, and users, that are in memory at a time. */
const [ratingsAtOnce, usersAtOnce] = [2 ** 20, 2 ** 16];
/** Bytes of lists that are put in order at a time. */
const orderedAtOnce = 2 ** 24;

/** Lists on disk. */
export interface SpilledLists extends Disposable {
  readonly users: number;
  readonly k: number;
  /** How many films there are in them, and how many of these the model chose. */
  readonly rows: number;
  readonly chosen: number;
  /** All of them, users by index. They are then no longer kept. */
  inOrder(): Generator<PartOfLists>;
}

/**
 * The lists of `recommendAll` for ratings on disk. Users and films are matched with those of the model by their ids. In memory are some of
 * the ratings, and some of the lists.
 *
 * @param folder where lists wait
 * @throws what `recommendAll` throws; USAGE where ratings lie outside the scale that the model was trained on; DATA_DAMAGED, WRITE_FAILED
 */
export async function recommendAllOfBlocks(
  opened: OpenModel,
  blocks: RatingBlocks,
  folder: string,
  { onProgress, ...options }: Omit<RecommendAllOptions, "users" | "approximate">,
): Promise<SpilledLists> {
  const { name, feedback, items } = blocks.info;
  const users = blocks.info.users.size;
  const k = Math.min(checkListLength(options.k ?? 10), opened.info.items.size);
  // A record: the user, how many the model chose, films, scores.
  const width = 2 + 2 * k;
  const usersOfBucket = Math.max(1, Math.floor(orderedAtOnce / (4 * width)));
  const spill = createSpill(folder, "lists", Math.ceil(users / usersOfBucket), width);
  const total = { rows: 0, chosen: 0 };
  try {
    const indexOf = itemIndices(opened.info, items);
    const starts = cutRows(blocks.counts.users, (rows, ratings) => rows > usersAtOnce || ratings > ratingsAtOnce);
    for await (const { from, csr } of rowsByIndex(blocks, "users", starts)) {
      const indices = blocks.order.users.subarray(from, from + csr.rows);
      checkRatings(opened.info, { name, feedback, byUser: csr });
      const byUser = renumbered(csr, indexOf, opened.info.items.size);
      const trained = indices.map((user) => opened.info.users.index(blocks.info.users.id(user)));
      for await (const part of recommendInParts(opened, { byUser }, { ...options, users: trained })) {
        const { lists } = part;
        for (let row = 0; row < lists.users; row++) {
          const user = indices[part.from + row];
          const at = spill.slot(Math.floor(user / usersOfBucket));
          spill.words[at] = user;
          spill.words[at + 1] = lists.chosen[row];
          spill.words.set(lists.items.subarray(row * k, (row + 1) * k), at + 2);
          spill.floats.set(lists.scores.subarray(row * k, (row + 1) * k), at + 2 + k);
        }
        const { rows, chosen } = countFilms(lists);
        total.rows += rows;
        total.chosen += chosen;
        onProgress?.((from + part.from + lists.users) / users);
      }
    }
  } catch (error) {
    spill[Symbol.dispose]();
    throw error;
  }
  return {
    users,
    k,
    ...total,
    *inOrder() {
      for (let from = 0; from < users; from += usersOfBucket) {
        const lists = emptyLists(Math.min(usersOfBucket, users - from), k);
        const words = spill.take(from / usersOfBucket);
        const floats = new Float32Array(words.buffer);
        for (let at = 0; at < words.length; at += width) {
          const row = words[at] - from;
          lists.chosen[row] = words[at + 1];
          lists.items.set(words.subarray(at + 2, at + 2 + k), row * k);
          lists.scores.set(floats.subarray(at + 2 + k, at + width), row * k);
        }
        yield { from, lists };
      }
    },
    [Symbol.dispose]: () => spill[Symbol.dispose](),
  };
}
