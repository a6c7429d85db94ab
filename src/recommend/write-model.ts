/** What a model knows of its items and users, as tables in files. For Node alone. */
import { nodeName } from "../content/graph.ts";
import { asItemIndex } from "../data/dataset.ts";
import type { Ids } from "../data/ids.ts";
import type { ProgressOptions } from "../data/progress.ts";
import { idColumn, type TableColumn, type TableRows, tableRowsAtOnce, writeTable } from "../data/write-table.ts";
import { stepper } from "../models/fit.ts";
import { present } from "../present.ts";
import { type Factors, type FactorsOptions, factorsOf } from "./factors.ts";
import type { OpenModel } from "./open-model.ts";
import { checkListLength } from "./query.ts";
import { similarItems } from "./similar.ts";

/**
 * Writes the k items most similar to every item as CSV, JSON lines or Parquet, as the ending of the file's name says (`.csv`,
 * `.jsonl`, `.parquet`): item, rank from 1, similar, similarity. The file is there whole or as it was.
 *
 * @param options k: how many similar items each item has, 10 unless given
 * @throws CAPABILITY_MISSING where the model does not compare films; USAGE, WRITE_FAILED, CANCELLED
 * @example
 * import { writeSimilar } from "matinee";
 * await writeSimilar("similar.csv", recommender.opened, { k: 3 });
 */
export async function writeSimilar(
  file: string,
  opened: OpenModel,
  options: ProgressOptions & { readonly k?: number } = {},
): Promise<void> {
  const { k = 10, ...progress } = options;
  const { items } = opened.info;
  const columns: readonly TableColumn[] = [
    idColumn("item", items),
    { name: "rank", type: "whole" },
    idColumn("similar", items),
    { name: "similarity", type: "number" },
  ];
  await writeTable(
    file,
    columns,
    similarRows(opened, checkListLength(k), progress),
    present({ signal: progress.signal }),
  );
}

async function* similarRows(opened: OpenModel, k: number, progress: ProgressOptions): AsyncGenerator<TableRows> {
  const { items } = opened.info;
  const step = stepper("comparing films", progress);
  let rows: (string | number)[][] = [[], [], [], []];
  for (let item = 0; item < items.size; item++) {
    await step(item, items.size);
    const { others, scores } = similarItems(opened, asItemIndex(item), k);
    for (const [n, other] of others.entries()) {
      rows[0].push(items.id(item));
      rows[1].push(n + 1);
      rows[2].push(items.id(other));
      rows[3].push(scores[other]);
    }
    if (rows[0].length < tableRowsAtOnce) continue;
    yield rows;
    rows = [[], [], [], []];
  }
  yield rows;
}

/**
 * Writes the vectors of all items and, if their ratings are given, of users, as CSV, JSON lines or Parquet, as the ending of the
 * file's name says: of ("item" or "user"), id, factor_1, factor_2 … The inner product of a user's and an item's vector is the
 * model's score. A model of the film graph adds its genres and tags: of ("genre" or "tag"), and the name as id. The file is there whole or
 * as it was.
 *
 * @returns how many genres and tags were written; undefined where the model has no vectors of such
 * @throws CAPABILITY_MISSING where the model's scores are no inner products; USAGE, WRITE_FAILED, CANCELLED
 * @example
 * import { als, train, writeFactors } from "matinee";
 * using trained = await train(data, als({ factors: 8 }));
 * await writeFactors("factors.parquet", trained.opened, { users: trained.users! });
 */
export async function writeFactors(
  file: string,
  opened: OpenModel,
  options: FactorsOptions = {},
): Promise<number | undefined> {
  const { users, engine, ...progress } = options;
  const factors = await factorsOf(opened, present({ users, engine, signal: progress.signal }));
  const { items, catalog } = opened.info;
  const { nodes = [], length } = factors;
  const named = nodes.flatMap(({ kind, vectors }) =>
    Array.from({ length: vectors.length / length }, (_, node) => ({
      kind,
      id: nodeName(catalog, kind, node),
      vector: vectors.subarray(node * length, (node + 1) * length),
    })).filter(({ vector }) => vector.some(Boolean)),
  );
  const columns: readonly TableColumn[] = [
    { name: "of", type: "text" },
    named.length > 0 ? { name: "id", type: "text" } : idColumn("id", items, ...(users ? [users.users] : [])),
    ...Array.from({ length: factors.length }, (_, n) => ({ name: `factor_${n + 1}`, type: "single" }) as const),
  ];
  function* batches(): Generator<TableRows> {
    yield* factorRows("item", items, factors.items, factors);
    if (users) yield* factorRows("user", users.users, factors.users!, factors);
    for (const { kind, id, vector } of named) yield [[kind], [id], ...Array.from(vector, (value) => [value])];
  }
  const rows = items.size + (users?.users.size ?? 0) + named.length;
  await writeTable(file, columns, batches(), { ...progress, rows });
  return factors.nodes && named.length;
}

function* factorRows(of: string, ids: Ids, vectors: Float32Array, { length }: Factors): Generator<TableRows> {
  const atOnce = Math.max(1, Math.ceil(2 ** 20 / length));
  for (let from = 0; from < ids.size; from += atOnce) {
    const rows = Array.from({ length: Math.min(atOnce, ids.size - from) }, (_, n) => from + n);
    const factor = (n: number) => Float32Array.from(rows, (row) => vectors[row * length + n]);
    yield [rows.map(() => of), rows.map((row) => ids.id(row)), ...Array.from({ length }, (_, n) => factor(n))];
  }
}
