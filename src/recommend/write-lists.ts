/** Lists of all users as a file. For Node alone. */
import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { csvField, joinLines } from "../data/csv.ts";
import { sqlPath, sqlString, withDuckDB } from "../data/duckdb.ts";
import type { Ids } from "../data/ids.ts";
import { checkCancelled, type ProgressOptions } from "../data/progress.ts";
import { replaceFile, withTemporary } from "../replace-file.ts";
import type { Lists } from "./lists.ts";
import type { OpenModel } from "./open-model.ts";

/**
 * Writes lists as CSV, or as Parquet where the name of the file ends in `.parquet`: user, rank from 1, item, score, and the
 * model that ranked the item. The file is there whole or as it was.
 *
 * @param opened that made the lists
 * @param users ids of the users, in the order of the lists
 * @throws WRITE_FAILED, CANCELLED
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
  const writeCsv = (path: string) =>
    pipeline(
      Readable.from(joinLines(csvLines(opened, users, lists, progress))),
      createWriteStream(path, { flags: "wx", flush: true }),
    );
  await replaceFile(file, async (temporary) => {
    if (!/\.parquet$/i.test(file)) return writeCsv(temporary);
    await withTemporary(file, async (csv) => {
      await writeCsv(csv);
      await convertToParquet(csv, temporary, users, opened.info.items);
      checkCancelled(progress.signal, "writing lists");
    });
  });
}

async function convertToParquet(csv: string, parquet: string, users: Ids, items: Ids): Promise<void> {
  const columns = `{user: '${sqlType(users)}', rank: 'INTEGER', item: '${sqlType(items)}', score: 'FLOAT', source: 'VARCHAR'}`;
  await withDuckDB((connection) =>
    connection.run(
      `COPY (SELECT * FROM read_csv(${sqlPath(csv)}, header = true, delim = ',', quote = '"', escape = '"', columns = ${columns}))
       TO ${sqlString(parquet)} (FORMAT parquet, COMPRESSION zstd)`,
    ),
  );
}

function* csvLines(
  { name, fallback, info }: OpenModel,
  users: Ids,
  lists: Lists,
  { onProgress, signal }: ProgressOptions,
): Generator<string> {
  const itemTexts = Array.from(info.items.values, csvField);
  const { k, items, scores, chosen } = lists;
  yield "user,rank,item,score,source\n";
  for (let user = 0; user < lists.users; user++) {
    checkCancelled(signal, "writing lists");
    if (user % 1000 === 0) onProgress?.(user / lists.users);
    const id = csvField(users.id(user));
    let part = "";
    for (let n = 0; n < k && items[user * k + n] >= 0; n++) {
      const at = user * k + n;
      const score = Number(scores[at].toPrecision(9)); // 9 digits tell any two single-precision numbers apart
      part += `${id},${n + 1},${itemTexts[items[at]]},${score},${n < chosen[user] ? name : fallback.name}\n`;
    }
    yield part;
  }
}

function sqlType({ values }: Ids): string {
  if (!(values instanceof Float64Array)) return "VARCHAR";
  return values.every((id) => Number.isSafeInteger(id)) ? "BIGINT" : "DOUBLE";
}
