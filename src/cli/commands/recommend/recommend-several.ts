/** matinee recommend for several users, or into a table: one list after another, each as one user is given it. */
import { stat } from "node:fs/promises";
import type { Id } from "../../../data/ids.ts";
import { checkTableFile } from "../../../data/write-table.ts";
import { MatineeError } from "../../../errors.ts";
import type { Query } from "../../../models/model.ts";
import { count } from "../../../numbers.ts";
import { present } from "../../../present.ts";
import type { ListColumn } from "../../../recommend/lists.ts";
import { type OpenModel, openModel } from "../../../recommend/open-model.ts";
import type { UserRatings } from "../../../recommend/query.ts";
import { type Recommendation, type RecommendOptions, recommend } from "../../../recommend/recommend.ts";
import { type DetailedList, writeDetailedLists } from "../../../recommend/write-lists.ts";
import { type BlendFlags, blendAsFlagged } from "../../options/blend.ts";
import { type ListFlags, readListOptions } from "../../options/list.ts";
import { loadModel } from "../../options/model.ts";
import { noteReranking, noteRetrieval, type Reranking, type Retrieval } from "../../options/stages.ts";
import { askingUserAmong, readAskingUser, requireUserRatings } from "../../options/user.ts";
import { printJson, printLines } from "../../terminal/output.ts";
import { withProgress } from "../../terminal/progress.ts";
import { cancellation } from "../../terminal/run.ts";
import { listLines, predictorLines } from "../../terminal/wording.ts";

export interface SeveralFlags extends Omit<ListFlags, "user">, BlendFlags {
  user: string[];
  out?: string;
  columns: readonly ListColumn[];
}

/** The stages before and after the model, where they are named. */
export interface Stages {
  readonly retrieval?: Retrieval | undefined;
  readonly stage?: Reranking | undefined;
}

function noteStages(who: string, { retrieval, stage }: Stages, items: readonly Recommendation[]): void {
  noteRetrieval(who, retrieval, items);
  noteReranking(who, stage, items);
}

/** Somebody who asks; `user` is null for one who is not in the data. */
interface Asking {
  readonly user: Id | null;
  readonly query: Query;
}

export async function recommendToSeveral(
  { user: ids, out: file, columns, ...flags }: SeveralFlags,
  stages: Stages,
): Promise<void> {
  const repeated = ids.find((id, n) => ids.indexOf(id) < n);
  if (repeated !== undefined)
    throw new MatineeError("USAGE", `--user ${repeated} is given twice`, { fix: "give it once" });
  if (file !== undefined) {
    if (flags.explain) {
      throw new MatineeError("USAGE", "a table has no room for every part of a score", {
        fix: "leave out --explain, or --out; the column reason has the films behind a score",
      });
    }
    await checkTableFile(file);
  }
  const loaded = await loadModel(flags);
  using opened = openModel(loaded.trained);
  const recommender = blendAsFlagged(opened, flags);
  const known = ids.length > 0 ? await requireUserRatings(loaded, recommender) : undefined;
  const stranger = known ? undefined : await readAskingUser(loaded, recommender, flags);
  const asking: readonly Asking[] = known
    ? ids.map((id) => askingUserAmong(known, id))
    : [{ user: null, query: stranger!.query }];
  const options = {
    ...(await readListOptions(recommender, flags, stranger?.seen ?? [])),
    ...stages.retrieval,
    ...stages.stage,
  };
  const { name: model, predictor, info } = recommender;
  if (file !== undefined) {
    const users = known?.users ?? info.users;
    await writeListsOf(file, recommender, users, asking, {
      columns,
      options,
      stages,
      ...present({ json: flags.json }),
    });
    return;
  }
  const lists: { user: Id | null; items: Recommendation[] }[] = [];
  for (const { user, query } of asking) {
    const items = await recommend(recommender, query, options);
    noteStages(`${model}, user ${user}`, stages, items);
    lists.push({ user, items });
  }
  if (flags.json) printJson({ model, ...present({ predictor }), lists });
  else {
    const texts = lists.map(({ user, items }) => [
      `For user ${user}:`,
      ...listLines(model, items, { ...info, who: `user ${user}` }),
      "",
    ]);
    printLines([...texts.flat().slice(0, -1), ...predictorLines(recommender)]);
  }
}

/** Writes the lists of some users as `recommend` makes them, one query after another, and says so. */
export async function writeListsOf(
  file: string,
  recommender: OpenModel,
  users: UserRatings["users"],
  asking: Iterable<Asking> & { readonly length: number },
  {
    columns,
    options,
    stages,
    json,
  }: {
    readonly columns: readonly ListColumn[];
    readonly options: RecommendOptions;
    readonly stages: Stages;
    readonly json?: true;
  },
) {
  let [rows, done] = [0, 0];
  await withProgress(`Writing ${file}`, (onProgress) => {
    async function* lists(): AsyncGenerator<DetailedList> {
      for (const { user, query } of asking) {
        const items = await recommend(recommender, query, options);
        noteStages(`${recommender.name}${user === null ? "" : `, user ${user}`}`, stages, items);
        rows += items.length;
        onProgress(++done / asking.length);
        yield { user, items };
      }
    }
    return writeDetailedLists(file, recommender, users, lists(), columns, { signal: cancellation });
  });
  const { size: bytes } = await stat(file);
  const { name: model } = recommender;
  const people = done === 1 ? "1 person" : `${count(done)} people`;
  if (json) printJson({ model, users: done, k: options.k, rows, file, bytes });
  else printLines([`${file}: ${count(rows)} films for ${people} by ${model}`]);
}
