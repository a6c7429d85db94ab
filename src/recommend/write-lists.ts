/** Lists of all users as a file. For Node alone. */
import type { Ids } from "../data/ids.ts";
import type { ProgressOptions } from "../data/progress.ts";
import { idColumn, type TableRows, tableRowsAtOnce, writeTable } from "../data/write-table.ts";
import type { Lists } from "./lists.ts";
import type { OpenModel } from "./open-model.ts";

/**
 * Writes lists as CSV, JSON lines or Parquet, as the ending of the file's name says (`.csv`, `.jsonl`, `.parquet`): user, rank from
 * 1, item, score, and the model that ranked the item. The file is there whole or as it was.
 *
 * @param opened that made the lists
 * @param users ids of the users, in the order of the lists
 * @throws USAGE for any other ending, WRITE_FAILED, CANCELLED
 * @example
 * import { writeLists } from "matinee";
 * import { recommendAll } from "matinee/core";
 * const lists = await recommendAll(recommender.opened, data, { k: 3 });
 * await writeLists("lists.csv", recommender.opened, data.users, lists);
 */
export async function writeLists(
  file: string,
  opened: OpenModel,
  users: Ids,
  lists: Lists,
  progress: ProgressOptions = {},
): Promise<void> {
  const columns = [
    idColumn("user", users),
    { name: "rank", type: "whole" },
    idColumn("item", opened.info.items),
    { name: "score", type: "single" },
    { name: "source", type: "text" },
  ] as const;
  const rows = lists.items.reduce((sum, item) => sum + (item < 0 ? 0 : 1), 0);
  await writeTable(file, columns, listRows(opened, users, lists), { ...progress, rows });
}

function* listRows({ name, fallback, info }: OpenModel, users: Ids, lists: Lists): Generator<TableRows> {
  const { k, items, scores, chosen } = lists;
  const usersAtOnce = Math.ceil(tableRowsAtOnce / k);
  for (let first = 0; first < lists.users; first += usersAtOnce) {
    const [user, rank, item, score, source]: (string | number)[][] = [[], [], [], [], []];
    for (let row = first; row < Math.min(first + usersAtOnce, lists.users); row++) {
      for (let n = 0; n < k && items[row * k + n] >= 0; n++) {
        user.push(users.id(row));
        rank.push(n + 1);
        item.push(info.items.id(items[row * k + n]));
        score.push(scores[row * k + n]);
        source.push(n < chosen[row] ? name : fallback.name);
      }
    }
    yield [user, rank, item, score, source];
  }
}
