/** matinee recommend --all: a list for every user of the data, into a file. */
import { createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { hnsw, type MakeIndex } from "../../../compute/hnsw.ts";
import { createEngine } from "../../../compute/pool.ts";
import { csvField, joinLines } from "../../../data/csv.ts";
import { sqlPath, sqlString, withDuckDB } from "../../../data/duckdb.ts";
import type { Ids } from "../../../data/ids.ts";
import { checkCancelled, type ProgressOptions } from "../../../data/progress.ts";
import { MatineeError } from "../../../errors.ts";
import type { Csr } from "../../../matrix/csr.ts";
import { recallOf } from "../../../recommend/recall.ts";
import { type Lists, recommendAll } from "../../../recommend/recommend-all.ts";
import { open, type Recommender } from "../../../recommend/recommender.ts";
import { rerankAll } from "../../../recommend/reranking/rerank.ts";
import type { ModelFlags } from "../../options/model.ts";
import type { SecondStage } from "../../options/rerank.ts";
import { sourceFrom } from "../../options/source.ts";
import { peopleOf } from "../../options/user.ts";
import { count, note, printJson, printLines, timed } from "../../terminal/output.ts";
import { cancellation } from "../../terminal/run.ts";
import { ensureWritable, replaced } from "../../terminal/target.ts";

export interface AllFlags extends ModelFlags {
  out?: string;
  approximate?: true;
  k: number;
  json?: true;
}

export async function recommendToAll(flags: AllFlags, stage?: SecondStage): Promise<void> {
  const { out: file, k } = flags;
  if (file === undefined) {
    throw new MatineeError("USAGE", "--all needs a file for its lists", { fix: "name one with --out" });
  }
  await ensureWritable(file);
  const makeIndex = flags.approximate ? hnsw() : undefined;
  const source = await sourceFrom(flags);
  using engine = await createEngine({ threads: flags.threads, arithmetic: flags.arithmetic });
  using recommender = open(source.trained, engine);
  const { byUser: ratings, users, newUsers = false } = await peopleOf(source, recommender);
  const who = newUsers ? { users: new Int32Array(ratings.rows).fill(-1) } : {};
  const options = { k: Math.max(k, stage?.pool ?? 0), engine, ...who, signal: cancellation };
  const approximate = makeIndex ? { approximate: timedIndex(makeIndex) } : {};
  let lists = await timed("Recommending to everybody", (onProgress) =>
    recommendAll(recommender, { byUser: ratings }, { ...options, ...approximate, onProgress }),
  );
  if (makeIndex) {
    const people = Math.min(200, lists.users);
    const recall = await timed(`Exact lists of ${people} people`, (onProgress) =>
      recallOf(lists, recommender, ratings, people, { ...options, onProgress }),
    );
    note(`recall@${lists.k} against them: ${recall.toFixed(4)}`);
  }
  if (stage) lists = await reranked(lists, recommender, ratings, stage, { k, ...who });
  const watch = (onProgress: (share: number) => void): ProgressOptions => ({ onProgress, signal: cancellation });
  await timed(`Writing ${file}`, (onProgress) => write(file, recommender, users, lists, watch(onProgress)));
  const rows = lists.items.reduce((sum, item) => sum + (item < 0 ? 0 : 1), 0);
  const chosen = lists.chosen.reduce((sum, own) => sum + own, 0);
  const { size: bytes } = await stat(file);
  const summary = {
    model: recommender.name,
    users: lists.users,
    k: lists.k,
    rows,
    fallback: rows - chosen,
    file,
    bytes,
  };
  if (flags.json) printJson(summary);
  else printLines([describe(summary, recommender)]);
}

/** Everybody's list by a second stage; says where it failed, and what it cost. */
async function reranked(
  lists: Lists,
  recommender: Recommender,
  ratings: Csr,
  { rerank, signal }: SecondStage,
  who: { readonly k: number; readonly users?: Int32Array },
): Promise<Lists> {
  const made = await timed(`Reranking by ${rerank.name}`, (onProgress) =>
    rerankAll(lists, recommender, ratings, rerank, { ...who, signal, onProgress }),
  );
  if (made.failures > 0) {
    note(
      `${rerank.name} did not rank for ${count(made.failures)} people, whose lists are as ${recommender.name} ranks them: ${made.failure}`,
    );
  }
  const spent = rerank.spent?.();
  if (spent !== undefined) note(spent);
  return made;
}

/** The same index, its making under a display of its own. */
function timedIndex(makeIndex: MakeIndex): MakeIndex {
  return (vectors, length, step) =>
    timed("Making the index", (onProgress) =>
      makeIndex(vectors, length, async (done, total) => {
        onProgress(done / total);
        await step(done, total);
      }),
    );
}

function describe(
  { file, rows, users, fallback }: { file: string; rows: number; users: number; fallback: number },
  recommender: Recommender,
): string {
  const instead = fallback > 0 ? `, ${count(fallback)} of them from ${recommender.fallback.name}` : "";
  return `${file}: ${count(rows)} films for ${count(users)} people by ${recommender.name}${instead}`;
}

/** CSV, or Parquet where the name of the file ends so: user, rank from 1, item, score, and the model that chose it. */
async function write(
  file: string,
  recommender: Recommender,
  users: Ids,
  lists: Lists,
  watch: ProgressOptions,
): Promise<void> {
  await replaced(file, async (name) => {
    const csv = name(".csv");
    await pipeline(
      Readable.from(joinLines(lines(recommender, users, lists, watch))),
      createWriteStream(csv, { flags: "wx", flush: true }),
    );
    if (!/\.parquet$/i.test(file)) return csv;
    const parquet = name(".parquet");
    const { items } = recommender.info;
    const columns = `{user: '${sqlType(users)}', rank: 'INTEGER', item: '${sqlType(items)}', score: 'FLOAT', source: 'VARCHAR'}`;
    await withDuckDB((connection) =>
      connection.run(
        `COPY (SELECT * FROM read_csv(${sqlPath(csv)}, header = true, delim = ',', quote = '"', escape = '"', columns = ${columns}))
         TO ${sqlString(parquet)} (FORMAT parquet, COMPRESSION zstd)`,
      ),
    );
    checkCancelled(watch.signal, "writing lists");
    return parquet;
  });
}

function* lines(
  { name, fallback, info }: Recommender,
  users: Ids,
  lists: Lists,
  { onProgress, signal }: ProgressOptions,
): Generator<string> {
  const films = Array.from(info.items.values, csvField);
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
      part += `${id},${n + 1},${films[items[at]]},${score},${n < chosen[user] ? name : fallback.name}\n`;
    }
    yield part;
  }
}

function sqlType({ values }: Ids): string {
  if (!(values instanceof Float64Array)) return "VARCHAR";
  return values.every((id) => Number.isSafeInteger(id)) ? "BIGINT" : "DOUBLE";
}
