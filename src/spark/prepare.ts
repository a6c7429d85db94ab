/**
 * Preparing ratings on Spark: ids become indices, repeats one rating and filters are applied where the data are, and ids and numbers alone
 * come here. The rules are those of `readRatings`, for tables of Parquet, and of CSV with a line of names.
 */
import { readdir, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Step } from "../compute/engine.ts";
import { type CoRatings, coRatingSample, createCoRatingCounter } from "../data/co-ratings.ts";
import { type DatasetInfo, leniently, likedFrom, ratingScaleOf } from "../data/dataset.ts";
import { checkFilter, type Filter, selectCatalog, selectIds, selectItems } from "../data/filter.ts";
import { idsFrom } from "../data/ids.ts";
import { checkReadOptions, nameOfSource, notFoundError, type ReadOptions, resolveSource } from "../data/read.ts";
import { columnNames, type Role } from "../data/reading/columns.ts";
import { findRatings } from "../data/reading/folder.ts";
import { finishIds } from "../data/reading/index-spaces.ts";
import { openCatalog, type RatingsTable } from "../data/reading/layout.ts";
import { type IdNumbering, numericIdNumbering, textIdNumbering } from "../data/reading/numbering.ts";
import type { Column } from "../data/reading/table.ts";
import { syntheticNames } from "../data/synthetic/synthetic-ratings.ts";
import { MatineeError } from "../errors.ts";
import { sha256, sha256OfPieces } from "../hash.ts";
import type { ClusterRatings } from "../models/cluster.ts";
import { present } from "../present.ts";
import { addressOf, eachRow } from "./tables.ts";

/** What the job says of the table, and what came of it. */
export interface Prepared {
  readonly ratings: number;
  readonly checksum: string;
  readonly rows: Readonly<Record<"users" | "items" | "values" | "sample", number>>;
  readonly report: Readonly<Record<"rows" | "skipped" | "leftOut" | "repeats" | "filtered", number>>;
  /** The names of the columns that were read. */
  readonly columns: { readonly user: string; readonly item: string; readonly rating: string; readonly time?: string };
  readonly kinds: Readonly<Record<"user" | "item", "number" | "text">>;
  /** Every value of a rating, before filters. */
  readonly values: readonly number[];
}

/** Ratings on the cluster, and what became of the rows. */
export interface PreparedRatings extends ClusterRatings {
  readonly report: Prepared["report"] & { readonly recognised: string };
}

/** What a job reads: where it is, and the files here that describe its items. */
export interface PreparableSource {
  readonly name: string;
  /** With a scheme, as Spark takes it. */
  readonly address: string;
  /** The task's part that says how rows are understood. */
  readonly reading: Readonly<Record<string, unknown>>;
  readonly filter: Filter;
  readonly options: ReadOptions;
  /** The path of the table here; undefined of what only Spark reads. */
  readonly path?: string;
}

const roles: readonly Role[] = ["user", "item", "rating", "amount", "time", "event"];

/** Whether a source is an address that Spark reads, such as hdfs:// or s3a://. */
export function isAddress(source: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(source);
}

/** Finds what a job is to read. @throws USAGE for options that it does not know, DATA_NOT_FOUND, DATA_LAYOUT */
export async function findSource(source: string, options: ReadOptions): Promise<PreparableSource> {
  checkReadOptions("prepare", source, options);
  checkPreparable(options);
  const path = isAddress(source) ? undefined : await findTable(source, options);
  const here = path ?? (/^file:\/\/\//i.test(source) ? fileURLToPath(source) : undefined);
  const address = here === undefined ? source : addressOf(resolve(here));
  const { columns = {}, delimiter, unrated, minRating, scale, lenient = false, feedback, filter = {} } = options;
  const names = Object.fromEntries(roles.map((role) => [role, columnNames[role]]));
  const usualDelimiter = /\.(tsv|tab)(\.gz)?$/i.test(address) ? "\t" : ",";
  return {
    name: nameOfSource(source),
    address,
    filter,
    options,
    reading: {
      ...{ columns, names, lenient },
      delimiter: delimiter?.replace("\\t", "\t") ?? usualDelimiter,
      unrated: unrated ?? null,
      minRating: minRating ?? null,
      scale: scale ? [scale.min, scale.max] : null,
      feedback: feedback ?? null,
    },
    ...present({ path }),
  };
}

/** @throws USAGE for options of reading that a job on Spark does not know */
function checkPreparable(options: ReadOptions): void {
  const { header, encoding, layout, feedback, weights, halfLife, repeats, columns, filter } = options;
  const given = {
    ...{ header, encoding, layout, weights, halfLife, repeats },
    feedback: feedback === "ratings" ? undefined : feedback,
    "the event column": columns?.event,
    "the title column": columns?.title,
    "the genre column": columns?.genres,
    sample: filter?.sample,
  };
  const [name] = Object.entries(given).find(([, value]) => value !== undefined && value !== "none") ?? [];
  if (name !== undefined) {
    throw new MatineeError("USAGE", `preparation on Spark does not know the option ${name}`, {
      fix: "leave it out; or read the ratings here, without --spark-prepare",
    });
  }
  checkFilter(filter ?? {});
}

/** The table of ratings in a file or folder; a folder of parts, as Spark writes them, is one table. */
async function findTable(source: string, options: ReadOptions): Promise<string> {
  const path = await resolveSource(source, options);
  if (path === undefined) {
    if (!syntheticNames.some((name) => name === source)) throw notFoundError(source);
    throw new MatineeError("USAGE", `${source} is made up here, and not on Spark`, {
      fix: "leave out --spark-prepare, or give a file or a folder",
    });
  }
  const folder = (await stat(path)).isDirectory();
  if (folder && (await readdir(path)).some((name) => name.startsWith("part-"))) return path;
  const [table] = folder ? await findRatings(path) : [path];
  if (/\.(parquet|(csv|tsv|tab|txt)(\.gz)?)$/i.test(table)) return table;
  throw new MatineeError("DATA_LAYOUT", `${basename(table)} is neither Parquet nor CSV, which Spark reads`, {
    fix: "leave out --spark-prepare, or give a table of one of these kinds",
  });
}

/** The task of a job that prepares ratings, but for the names of its folders. */
export function prepareTask({ address: input, reading, filter }: PreparableSource) {
  const { minUserRatings = 0, minItemRatings = 0, topItems = null } = filter;
  const settings = { minUserRatings, minItemRatings, topItems, together: coRatingSample };
  return { task: "prepare", input, ...reading, settings };
}

/** Reads what the job found, and completes it with what the files here say of items. @throws what reading a catalog throws */
export async function readPrepared(
  folder: string,
  prepared: Prepared,
  source: PreparableSource,
  step: Step,
): Promise<PreparedRatings> {
  const { kinds, rows, ratings, report } = prepared;
  const people = await readIds(folder, "users", kinds.user, rows.users);
  const films = await readIds(folder, "items", kinds.item, rows.items);
  await step(1, 1);
  const { name, options } = source;
  const layout = await layoutOf(source, prepared);
  const found = await finishIds(
    layout,
    {
      ...{ users: finished(people.ids), items: numberingOf(films.ids), films: new Map() },
      ...{ rows: report.rows, skipped: report.skipped, leftOut: report.leftOut },
    },
    name,
    options,
  );
  const all = found.info;
  const countsBefore = new Int32Array(all.items.size);
  films.counts.forEach((count, number) => {
    countsBefore[found.items[number]] = count;
  });
  const kept = selectItems({ counts: countsBefore, items: all.items }, source.filter);
  const place = new Int32Array(all.items.size).fill(-1);
  kept.forEach((item, index) => {
    place[item] = index;
  });
  /** The index of each number of an item. */
  const indexOf = Int32Array.from({ length: rows.items }, (_, number) => place[found.items[number]]);

  const given = options.scale && { step: 0, ...options.scale };
  const scale = given && given.step > 0 ? given : ratingScaleOf(Float32Array.from(prepared.values), given);
  const likedAt = leniently(likedFrom({ scale, feedback: "ratings" }));
  const { counts, likes, histogram } = await readValues(folder, rows.values, { indexOf, items: kept.length, likedAt });
  const whole = kept.length === all.items.size;
  const info: DatasetInfo = {
    name,
    users: all.users,
    items: whole ? all.items : (selectIds(all.items, kept) as DatasetInfo["items"]),
    catalog: whole ? all.catalog : selectCatalog(all.catalog, kept),
    scale,
    feedback: "ratings",
    ...{ counts, likes },
    coRatings: await readSample(folder, rows.sample, { indexOf, users: rows.users, counts }),
  };
  const digest = [await digestOf(info.users), await digestOf(info.items), ratings, prepared.checksum].join("\n");
  return {
    ...{ info, ratings, histogram, folder, indexOf },
    fingerprint: await sha256(new TextEncoder().encode(digest)),
    report: { ...report, skipped: found.report.skipped, recognised: found.report.recognised },
  };
}

/** What the reader would call the layout of the table. */
async function layoutOf({ name, address, path, options }: PreparableSource, { columns }: Prepared) {
  const column = (of: string, as: Column["as"]): Column => ({ at: 0, name: of, as });
  const ratings: RatingsTable = {
    table: {
      ...{ path: path ?? new URL(address).pathname, format: "parquet", columns: Object.values(columns), header: true },
      ...{ delimiter: "", quote: "", decimalComma: false, sample: [] },
    },
    user: column(columns.user, "id"),
    item: column(columns.item, "id"),
    rating: column(columns.rating, "number"),
    ...present({ time: columns.time === undefined ? undefined : column(columns.time, "time") }),
    feedback: "ratings",
    repeats: "latest",
  };
  // Beside a folder of parts, and what only Spark reads, nothing is looked for.
  const isFile = path !== undefined && (await stat(path)).isFile();
  const catalog =
    isFile || options.catalog !== undefined ? await openCatalog(path ? [path] : [], options.catalog) : undefined;
  return { name, ratings, ...present({ catalog }) };
}

interface IdRows {
  readonly ids: Float64Array | string[];
  readonly counts: Int32Array;
}

async function readIds(
  folder: string,
  name: "users" | "items",
  kind: "number" | "text",
  size: number,
): Promise<IdRows> {
  const ids = kind === "number" ? new Float64Array(size) : new Array<string>(size).fill("");
  const counts = new Int32Array(size);
  const column = name === "users" ? "user" : "item";
  await eachRow<Record<string, unknown>>(join(folder, name), [column, "count", "number"], size, (row) => {
    const at = Number(row.number);
    ids[at] = kind === "number" ? Number(row[column]) : String(row[column]);
    counts[at] = Number(row.count);
  });
  return { ids, counts };
}

/** A numbering of ids that are in their order already. */
function finished(ids: Float64Array | string[]): IdNumbering {
  const indexOf = Int32Array.from({ length: ids.length }, (_, index) => index);
  const known = idsFrom(ids);
  const common = {
    size: ids.length,
    find: known.index,
    numberOf: known.index,
    finish: () => ({ ids: known, indexOf }),
  };
  return typeof ids[0] === "string" ? { kind: "text", ...common } : { kind: "number", ...common };
}

/** The same for ids to which a catalog may add others. */
function numberingOf(ids: Float64Array | string[]): IdNumbering {
  const texts = textIdNumbering();
  const numbers = numericIdNumbering();
  for (const id of ids) {
    if (typeof id === "string") texts.numberOf(id);
    else numbers.numberOf(id);
  }
  return texts.size > 0 ? texts : numbers;
}

/** How many ratings of each value there are, of each item, and how many of them are likes. */
export async function readValues(
  folder: string,
  counted: number,
  { indexOf, items, likedAt }: { readonly indexOf: Int32Array; readonly items: number; readonly likedAt: number },
) {
  const [counts, likes] = [new Int32Array(items), new Int32Array(items)];
  const total = new Map<number, number>();
  type Row = { readonly item: number; readonly rating: number; readonly count: bigint };
  await eachRow<Row>(join(folder, "values"), ["item", "rating", "count"], counted, ({ item, rating, count }) => {
    const [at, ratings] = [indexOf[item], Number(count)];
    counts[at] += ratings;
    if (rating >= likedAt) likes[at] += ratings;
    total.set(rating, (total.get(rating) ?? 0) + ratings);
  });
  const histogram = [...total]
    .sort(([a], [b]) => a - b)
    .map(([value, ratings]) => ({ stored: value, value, count: ratings }));
  return { counts, likes, histogram };
}

/** Counts together what the job chose of ratings: those of the most rated films by the users who count. */
async function readSample(
  folder: string,
  rows: number,
  { indexOf, users, counts }: { readonly indexOf: Int32Array; readonly users: number; readonly counts: Int32Array },
): Promise<CoRatings> {
  const counter = createCoRatingCounter(users, counts);
  const filmsOf = new Map<number, number[]>();
  type Row = { readonly user: number; readonly item: number };
  await eachRow<Row>(join(folder, "sample"), ["user", "item"], rows, ({ user, item }) => {
    const films = filmsOf.get(user) ?? [];
    films.push(indexOf[item]);
    filmsOf.set(user, films);
  });
  let counted = 0;
  for (let user = 0; user < users; user++) {
    if (!counter.counts(user)) continue;
    counted++; // everybody has ratings, if perhaps of other films
    counter.add(Int32Array.from(filmsOf.get(user) ?? []));
  }
  return { ...counter.finish(), users: counted };
}

async function digestOf({ values }: DatasetInfo["users"] | DatasetInfo["items"]): Promise<string> {
  const bytes = values instanceof Float64Array ? values : new TextEncoder().encode(values.join("\n"));
  const pieces = await sha256OfPieces([new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)]);
  return pieces.join(" ");
}
