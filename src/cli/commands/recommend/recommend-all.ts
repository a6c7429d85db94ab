/** matinee recommend --all: a list for every user of the data, into a file. */
import { mkdir, stat } from "node:fs/promises";
import { hnsw, type MakeIndex } from "../../../compute/hnsw.ts";
import { createEngine } from "../../../compute/pool.ts";
import { isBlocksFolder, openBlocks } from "../../../data/blocks/open-blocks.ts";
import { sameIds } from "../../../data/ids.ts";
import { checkTableFile } from "../../../data/write-table.ts";
import { MatineeError } from "../../../errors.ts";
import type { Csr } from "../../../matrix/csr.ts";
import { count } from "../../../numbers.ts";
import { present } from "../../../present.ts";
import { recallOf } from "../../../recommend/approximate-recall.ts";
import { countFilms, type ListColumn, type Lists, type PartOfLists } from "../../../recommend/lists.ts";
import { type OpenModel, openModel } from "../../../recommend/open-model.ts";
import { recommendAll, recommendInParts } from "../../../recommend/recommend-all.ts";
import { recommendAllOfBlocks, type SpilledLists } from "../../../recommend/recommend-all-of-blocks.ts";
import { rerankAll } from "../../../recommend/reranking/rerank.ts";
import { needDetails, writeLists, writePartsOfLists } from "../../../recommend/write-lists.ts";
import { withTemporary } from "../../../replace-file.ts";
import { type BlendFlags, blendAsFlagged } from "../../options/blend.ts";
import { readOptionsFrom } from "../../options/data.ts";
import type { ModelFlags } from "../../options/model.ts";
import { loadModel } from "../../options/model.ts";
import type { Reranking } from "../../options/stages.ts";
import { askingUserAmong, noteOtherData, requireUserRatings } from "../../options/user.ts";
import { note, printJson, printLines } from "../../terminal/output.ts";
import { withProgress } from "../../terminal/progress.ts";
import { cancellation } from "../../terminal/run.ts";
import { writeListsOf } from "./recommend-several.ts";

export interface AllFlags extends ModelFlags, BlendFlags {
  out?: string;
  columns: readonly ListColumn[];
  approximate?: true;
  k: number;
  json?: true;
}

export async function recommendToAll(flags: AllFlags, stage?: Reranking): Promise<void> {
  const { out: file, k, columns } = flags;
  if (file === undefined) {
    throw new MatineeError("USAGE", "--all needs a file for its lists", { fix: "name one with --out" });
  }
  await checkTableFile(file);
  if (needDetails(columns)) return writeDetails(file, flags, stage);
  if (!stage && (await isReadInBlocks(flags))) return recommendToBlocks(file, flags.data!, flags);
  const makeIndex = flags.approximate ? hnsw() : undefined;
  const loaded = await loadModel(flags);
  using engine = await createEngine({ threads: flags.threads, arithmetic: flags.arithmetic });
  using opened = openModel(loaded.trained, engine);
  const recommender = blendAsFlagged(opened, flags);
  const { byUser: ratings, users, trainingRows } = await requireUserRatings(loaded, recommender);
  const who = present({ users: trainingRows });
  const options = { k: Math.max(k, stage?.pool ?? 0), engine, ...who, signal: cancellation };
  if (!stage && !makeIndex) {
    const written = tally();
    await withProgress("Recommending to everybody", (onProgress) => {
      const parts = recommendInParts(recommender, { byUser: ratings }, { ...options, onProgress });
      return writePartsOfLists(file, recommender, users, written.count(parts), columns, { signal: cancellation });
    });
    await say(file, recommender, written, flags);
    return;
  }
  const approximate = makeIndex && indexWithProgress(makeIndex);
  let lists = await withProgress("Recommending to everybody", (onProgress) =>
    recommendAll(recommender, { byUser: ratings }, { ...options, ...present({ approximate }), onProgress }),
  );
  if (makeIndex) {
    const sampleSize = Math.min(200, lists.users);
    const recall = await withProgress(`Exact lists of ${sampleSize} people`, (onProgress) =>
      recallOf(lists, recommender, ratings, sampleSize, { ...options, onProgress }),
    );
    note(`recall@${lists.k} against them: ${recall.toFixed(4)}`);
  }
  if (stage) lists = await rerankWithProgress(lists, recommender, ratings, stage, { k, ...who });
  await withProgress(`Writing ${file}`, (onProgress) =>
    writeLists(file, recommender, users, lists, { columns, onProgress, signal: cancellation }),
  );
  await say(file, recommender, { users: lists.users, k: lists.k, ...countFilms(lists) }, flags);
}

/** What was written. */
type Written = Pick<SpilledLists, "users" | "k" | "rows" | "chosen">;

/** Counts lists that pass. */
function tally(): Written & { count(parts: AsyncIterable<PartOfLists>): AsyncGenerator<PartOfLists> } {
  const counts = { users: 0, k: 0, rows: 0, chosen: 0 };
  return Object.assign(counts, {
    async *count(parts: AsyncIterable<PartOfLists>) {
      for await (const part of parts) {
        const { rows, chosen } = countFilms(part.lists);
        counts.users += part.lists.users;
        counts.k = part.lists.k;
        counts.rows += rows;
        counts.chosen += chosen;
        yield part;
      }
    },
  });
}

/** Whether the data of a saved model are column blocks, of which all ratings count: they are not read into memory then. */
async function isReadInBlocks(flags: AllFlags): Promise<boolean> {
  if (flags.artifact === undefined || flags.data === undefined || flags.approximate) return false;
  const { filter, halfLife } = readOptionsFrom(flags);
  return filter === undefined && halfLife === undefined && (await isBlocksFolder(flags.data));
}

async function recommendToBlocks(file: string, source: string, flags: AllFlags): Promise<void> {
  const { data: _, ...named } = flags;
  const { trained } = await loadModel(named);
  using engine = await createEngine({ threads: flags.threads, arithmetic: flags.arithmetic });
  using opened = openModel(trained, engine);
  const recommender = blendAsFlagged(opened, flags);
  const blocks = await openBlocks(source);
  try {
    const { name, users, items } = blocks.info;
    if (!sameIds(items, recommender.info.items) || !sameIds(users, recommender.info.users)) noteOtherData(name);
    await withTemporary(file, async (folder) => {
      await mkdir(folder, { recursive: true });
      using lists = await withProgress("Recommending to everybody", (onProgress) =>
        recommendAllOfBlocks(recommender, blocks, folder, { k: flags.k, engine, onProgress, signal: cancellation }),
      );
      const { rows } = lists;
      await withProgress(`Writing ${file}`, (onProgress) =>
        writePartsOfLists(file, recommender, users, lists.inOrder(), flags.columns, {
          ...{ rows, onProgress, signal: cancellation },
        }),
      );
      await say(file, recommender, lists, flags);
    });
  } finally {
    await blocks.close();
  }
}

async function say(
  file: string,
  recommender: OpenModel,
  { users, k, rows, chosen }: Written,
  { json }: AllFlags,
): Promise<void> {
  const { size: bytes } = await stat(file);
  const summary = { model: recommender.name, users, k, rows, fallback: rows - chosen, file, bytes };
  if (json) printJson(summary);
  else printLines([describe(summary, recommender)]);
}

/** Lists with predicted ratings or reasons: those of one user after another. */
async function writeDetails(file: string, flags: AllFlags, stage?: Reranking): Promise<void> {
  const { k, columns, approximate, json } = flags;
  if (approximate) {
    const named = columns.filter((name) => needDetails([name])).join(", ");
    throw new MatineeError("USAGE", `an index says nothing of ${named}`, {
      fix: "leave out --approximate, or these columns",
    });
  }
  const loaded = await loadModel(flags);
  using opened = openModel(loaded.trained);
  const recommender = blendAsFlagged(opened, flags);
  const known = await requireUserRatings(loaded, recommender);
  const everybody = {
    length: known.users.size,
    *[Symbol.iterator]() {
      for (let user = 0; user < known.users.size; user++) yield askingUserAmong(known, known.users.id(user));
    },
  };
  const options = { k, ...stage };
  await writeListsOf(file, recommender, known.users, everybody, {
    columns,
    options,
    stages: { stage },
    ...present({ json }),
  });
}

/** Reranks the lists; says for how many users the reranker failed, and what it cost. */
async function rerankWithProgress(
  lists: Lists,
  recommender: OpenModel,
  ratings: Csr,
  { rerank, signal }: Reranking,
  who: { readonly k: number; readonly users?: Int32Array },
): Promise<Lists> {
  const made = await withProgress(`Reranking by ${rerank.name}`, (onProgress) =>
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

/** The same index, made under a display of its own. */
function indexWithProgress(makeIndex: MakeIndex): MakeIndex {
  return (vectors, length, step) =>
    withProgress("Making the index", (onProgress) =>
      makeIndex(vectors, length, async (done, total) => {
        onProgress(done / total);
        await step(done, total);
      }),
    );
}

function describe(
  { file, rows, users, fallback }: { file: string; rows: number; users: number; fallback: number },
  recommender: OpenModel,
): string {
  const instead = fallback > 0 ? `, ${count(fallback)} of them from ${recommender.fallback.name}` : "";
  return `${file}: ${count(rows)} films for ${count(users)} people by ${recommender.name}${instead}`;
}
