/** Lists of films as a table in a file, with the columns of one's choice. For Node alone. */
import { labelsOf } from "../data/catalog.ts";
import type { DatasetInfo } from "../data/dataset.ts";
import type { Id, Ids } from "../data/ids.ts";
import type { ProgressOptions } from "../data/progress.ts";
import { idColumn, type TableColumn, type TableRows, tableRowsAtOnce, writeTable } from "../data/write-table.ts";
import { MatineeError } from "../errors.ts";
import { present } from "../present.ts";
import {
  countFilms,
  type ListColumn,
  type Lists,
  listColumns,
  type PartOfLists,
  type WriteListsOptions,
} from "./lists.ts";
import type { OpenModel } from "./open-model.ts";
import type { Recommendation } from "./recommend.ts";

/** A film at its place in a list. */
interface ListRow {
  /** null for somebody who is not in the data. */
  readonly user: Id | null;
  /** From 1. */
  readonly rank: number;
  readonly item: number;
  readonly score: number;
  readonly source: string;
  /** What `recommend` says of the film, where it made the list. */
  readonly details?: Recommendation;
}

interface ListColumnKind {
  readonly type: TableColumn["type"] | "user id" | "item id";
  /** Whether the value comes from `details`. */
  readonly detailed?: true;
  value(row: ListRow, info: DatasetInfo): string | number | null;
}

const kinds = {
  user: { type: "user id", value: ({ user }) => user },
  rank: { type: "whole", value: ({ rank }) => rank },
  item: { type: "item id", value: ({ item }, { items }) => items.id(item) },
  title: { type: "text", value: ({ item }, { catalog }) => catalog.titles[item] },
  year: { type: "whole", value: ({ item }, { catalog }) => catalog.years[item] || null },
  genres: { type: "text", value: ({ item }, { catalog }) => labelsOf(catalog.genres, item).join("|") },
  ratings: { type: "whole", value: ({ item }, { counts }) => counts[item] },
  score: { type: "single", value: ({ score }) => score },
  source: { type: "text", value: ({ source }) => source },
  predicted: { type: "single", detailed: true, value: ({ details }) => details?.predicted ?? null },
  rule: { type: "text", detailed: true, value: ({ details }) => details?.rule ?? null },
  confidence: { type: "text", detailed: true, value: ({ details }) => details?.confidence.level ?? null },
  neighbours: { type: "whole", detailed: true, value: ({ details }) => details?.neighbours?.count ?? null },
  reason: { type: "text", detailed: true, value: ({ details }) => (details ? reasonText(details) : null) },
} as const satisfies Record<ListColumn, ListColumnKind>;

/** Those that it has where none are named. */
export const usualListColumns: readonly ListColumn[] = ["user", "rank", "item", "score", "source"];

/** Whether one of the columns says what only `recommend` knows: ratings to expect, and reasons. */
export function needDetails(columns: readonly ListColumn[]): boolean {
  return columns.some((name) => (kinds[name] as ListColumnKind).detailed === true);
}

/** @throws USAGE for a name that is none, or one that is given twice */
export function checkListColumns(names: readonly string[]): readonly ListColumn[] {
  for (const [n, name] of names.entries()) {
    if (!(listColumns as readonly string[]).includes(name)) {
      throw new MatineeError("USAGE", `lists have no column "${name}"`, {
        fix: `the columns are ${listColumns.join(", ")}`,
      });
    }
    if (names.indexOf(name) < n) {
      throw new MatineeError("USAGE", `the column "${name}" is named twice`, { fix: "name it once" });
    }
  }
  return names as readonly ListColumn[];
}

/** Why a film is listed, in a few words: films or genres that the user likes, or how many similar users rated it. */
function reasonText({ because, likedGenres, neighbours }: Recommendation): string | null {
  if (because) return because.map(({ title, id }) => title || id).join("; ");
  if (likedGenres) return likedGenres.join("; ");
  return neighbours ? `${neighbours.count} similar people rated it` : null;
}

/**
 * Writes lists as CSV, JSON lines or Parquet, as the ending of the file's name says (`.csv`, `.jsonl`, `.parquet`): user, rank from
 * 1, item, score, and the model that ranked the item. The file is there whole or as it was.
 *
 * @param opened that made the lists
 * @param users ids of the users, in the order of the lists
 * @param options columns: in place of those, any of user, rank, item, title, year, genres, ratings, score, source
 * @throws USAGE for any other ending, and for columns of which lists know nothing; WRITE_FAILED, CANCELLED
 * @example
 * import { writeLists } from "matinee";
 * import { recommendAll } from "matinee/core";
 * const lists = await recommendAll(recommender.opened, data, { k: 3 });
 * await writeLists("lists.csv", recommender.opened, data.users, lists, { columns: ["user", "rank", "title"] });
 */
export async function writeLists(
  file: string,
  opened: OpenModel,
  users: Ids,
  lists: Lists,
  options: WriteListsOptions = {},
): Promise<void> {
  const { columns = usualListColumns, ...progress } = options;
  if (needDetails(checkListColumns(columns))) {
    throw new MatineeError("USAGE", "lists of everybody know no predicted ratings and no reasons", {
      fix: `choose of ${listColumns.filter((name) => !needDetails([name])).join(", ")}`,
    });
  }
  await writePartsOfLists(file, opened, users, [{ from: 0, lists }], columns, {
    ...progress,
    rows: countFilms(lists).rows,
  });
}

/**
 * Writes lists that come some after others: all of `users`, in their order.
 *
 * @param progress without the number of `rows`, nothing is reported
 * @throws USAGE, WRITE_FAILED, CANCELLED, and whatever `parts` throws
 */
export async function writePartsOfLists(
  file: string,
  opened: OpenModel,
  users: Ids,
  parts: Iterable<PartOfLists> | AsyncIterable<PartOfLists>,
  columns: readonly ListColumn[],
  progress: ProgressOptions & { readonly rows?: number },
): Promise<void> {
  async function* groups(): AsyncGenerator<Iterable<ListRow>> {
    for await (const part of parts) yield rowsOfLists(opened, users, part);
  }
  await writeListRows(file, opened.info, users, groups(), columns, progress);
}

function* rowsOfLists({ name, fallback }: OpenModel, users: Ids, { from, lists }: PartOfLists): Generator<ListRow> {
  const { k, items, scores, chosen } = lists;
  for (let row = 0; row < lists.users; row++) {
    const user = users.id(from + row);
    for (let n = 0; n < k && items[row * k + n] >= 0; n++) {
      const at = row * k + n;
      const source = n < chosen[row] ? name : fallback.name;
      yield { user, rank: n + 1, item: items[at], score: scores[at], source };
    }
  }
}

/** A list that `recommend` made; `user` is null for somebody who is not in the data. */
export interface DetailedList {
  readonly user: Id | null;
  readonly items: readonly Recommendation[];
}

/**
 * Writes lists that `recommend` made, with any columns.
 * @throws USAGE, WRITE_FAILED, CANCELLED, and whatever `lists` throws
 */
export async function writeDetailedLists(
  file: string,
  { info }: OpenModel,
  users: Ids,
  lists: AsyncIterable<DetailedList>,
  columns: readonly ListColumn[],
  progress: ProgressOptions = {},
): Promise<void> {
  async function* groups(): AsyncGenerator<Iterable<ListRow>> {
    for await (const { user, items } of lists) {
      yield items.map((details, n): ListRow => {
        const { id, score, source } = details;
        return { user, rank: n + 1, item: info.items.index(id), score, source, details };
      });
    }
  }
  await writeListRows(file, info, users, groups(), columns, { ...progress, strangers: true });
}

async function writeListRows(
  file: string,
  info: DatasetInfo,
  users: Ids,
  groups: AsyncIterable<Iterable<ListRow>>,
  columns: readonly ListColumn[],
  { strangers, ...options }: ProgressOptions & { readonly rows?: number; readonly strangers?: true },
): Promise<void> {
  const chosen = columns.map((name): ListColumnKind => kinds[name]);
  async function* batches(): AsyncGenerator<TableRows> {
    const empty = () => chosen.map((): (string | number | null)[] => []);
    let values = empty();
    const add = (row: ListRow) => {
      for (const [at, kind] of chosen.entries()) values[at].push(kind.value(row, info));
    };
    for await (const rows of groups) {
      for (const row of rows) {
        add(row);
        if (values[0].length < tableRowsAtOnce) continue;
        yield values;
        values = empty();
      }
    }
    yield values;
  }
  const tableColumns = columns.map((name): TableColumn => {
    const { type }: ListColumnKind = kinds[name];
    if (type === "user id") return { ...idColumn(name, users), ...present({ optional: strangers }) };
    if (type === "item id") return idColumn(name, info.items);
    return ["rank", "score", "source"].includes(name) ? { name, type } : { name, type, optional: true };
  });
  await writeTable(file, tableColumns, batches(), options);
}
