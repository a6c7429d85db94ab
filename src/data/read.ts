import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { checkNumber, checkOptions, quoteArgument } from "../check-arguments.ts";
import { didYouMean } from "../did-you-mean.ts";
import { MatineeError } from "../errors.ts";
import { type Csr, csrFromTriplets, entryAt, rowsOfEntries } from "../matrix/csr.ts";
import { present } from "../present.ts";
import { isBlocksFolder, readBlocksFolder } from "./blocks/open-blocks.ts";
import { type Dataset, datasetFromCsr, type Feedback, type RatingScale } from "./dataset.ts";
import { pathExists } from "./download/download.ts";
import { fetchMovieLens, movieLensNames } from "./download/movielens.ts";
import { unzip } from "./download/unzip.ts";
import { type Filter, filterRatings } from "./filter.ts";
import type { Ids } from "./ids.ts";
import { checkCancelled, type ProgressOptions } from "./progress.ts";
import { emptyCatalogRows, readCatalogRows } from "./reading/catalog-rows.ts";
import { encodings } from "./reading/encoding.ts";
import { addEvents } from "./reading/events.ts";
import { finishIds } from "./reading/index-spaces.ts";
import { describeLayout, findLayout, type RatingsTable, type TableMapping } from "./reading/layout.ts";
import { type IdNumbering, textIdNumbering } from "./reading/numbering.ts";
import { type RatingRows, readFirstRows, readRatingRows, type UnderstoodRow } from "./reading/rating-rows.ts";
import { syntheticNames, syntheticRatings } from "./synthetic/synthetic-ratings.ts";

/** Options of `readRatings`. */
export interface ReadOptions extends TableMapping, ProgressOptions {
  /** Skip rows that cannot be read, and count them in the report, instead of failing. */
  readonly lenient?: boolean;
  readonly filter?: Filter;
  /** Threads to read large files with; 1 unless given. The data set is the same for any number. */
  readonly threads?: number;
  /** The folder that downloads are kept in. */
  readonly cacheFolder?: string;
}

const readOptionNames = Object.keys({
  columns: true,
  header: true,
  delimiter: true,
  encoding: true,
  layout: true,
  scale: true,
  feedback: true,
  weights: true,
  halfLife: true,
  repeats: true,
  unrated: true,
  minRating: true,
  catalog: true,
  lenient: true,
  filter: true,
  threads: true,
  cacheFolder: true,
  onProgress: true,
  signal: true,
} satisfies Record<keyof ReadOptions, true>);

/**
 * Reads ratings, and the titles, genres, tags and links that lie beside them.
 *
 * @param source a file (CSV and its like, JSON, Parquet, a matrix …; .gz too), a folder or a .zip archive that is searched for the
 *   ratings, or a name: "ml-latest-small" is downloaded once, "synthetic-100k" is generated. A file or folder of that name takes
 *   precedence. docs/data.md has what is recognised; `previewRatings` shows it.
 * @throws DATA_NOT_FOUND, DATA_LAYOUT, DATA_EMPTY, DATA_COLUMN, DATA_ENCODING, DATA_ROW, DATA_FILTERED, USAGE,
 *   DOWNLOAD_FAILED, DOWNLOAD_CHECKSUM, CANCELLED
 * @example
 * import { readRatings } from "matinee";
 * const small = await readRatings("ml-latest-small", { filter: { minItemRatings: 5 } });
 * console.log(small.users.size, small.items.size);
 */
export async function readRatings(source: string, options: ReadOptions = {}): Promise<Dataset> {
  checkReadOptions("readRatings", source, options);
  checkCancelled(options.signal, `reading ${source}`);
  const dataset = await readSource(source, options);
  const filtered = options.filter ? filterRatings(dataset, options.filter) : dataset;
  const { signal, onProgress, ...mapping } = options;
  sources.set(filtered, { source, options: mapping });
  return filtered;
}

/** The first rows of a source as they are understood, before all of it is read. */
export interface RatingsPreview {
  /** What was recognised, in one line. */
  readonly recognised: string;
  readonly feedback: Feedback;
  readonly rows: readonly (UnderstoodRow & { readonly title?: string })[];
}

/**
 * Shows how a file or folder would be read: what is recognised, and the first rows as they are understood.
 *
 * @throws what `readRatings` throws before it reads rows
 * @example
 * import { previewRatings } from "matinee";
 * import { writeFile } from "node:fs/promises";
 * await writeFile("events.csv", "visitor,itemid,event\n7,12,view\n7,12,addtocart\n");
 * const options = { columns: { user: "visitor" }, weights: { view: 1, addtocart: 3 } };
 * const { recognised, rows } = await previewRatings("events.csv", options);
 * console.log(recognised, rows[1].rating); // 3
 */
export async function previewRatings(source: string, options: ReadOptions = {}): Promise<RatingsPreview> {
  checkReadOptions("previewRatings", source, options);
  const path = await resolveSource(source, options);
  if (path === undefined) {
    if (!syntheticNames.some((name) => name === source)) throw notFoundError(source);
    throw new MatineeError("USAGE", `${source} is made up: there is no file to preview`, {
      fix: "give a file or a folder",
    });
  }
  return withUnpacked(path, options.signal, async (unpacked) => {
    const { ratings, catalog } = await findLayout(unpacked, options);
    const { rows, encoding } = await readFirstRows(ratings, previewRows);
    const items = textIdNumbering();
    const described = catalog
      ? await readCatalogRows(catalog, items, { lenient: true, mapping: options, itemName: ratings.item.name })
      : emptyCatalogRows(items);
    const titleOf = ({ item }: UnderstoodRow) =>
      item === undefined ? undefined : described.films.get(items.find(item))?.title;
    return {
      recognised: describeLayout({ ratings, ...present({ catalog }) }, encoding, described.remark),
      feedback: ratings.feedback,
      rows: rows.map((row) => ({ ...row, ...present({ title: titleOf(row) }) })),
    };
  });
}

const previewRows = 10;

/** What `readRatings` was given for each data set that it returned: published splits refer to the rows of its files. */
const sources = new WeakMap<Dataset, DataSource>();

/** Where a data set was read from, and how. */
export interface DataSource {
  readonly source: string;
  readonly options: ReadOptions;
}

/** Where `readRatings` read a data set from; undefined for a data set that was made in another way. */
export function sourceOf(dataset: Dataset): DataSource | undefined {
  return sources.get(dataset);
}

async function readSource(source: string, options: ReadOptions): Promise<Dataset> {
  const path = await resolveSource(source, options);
  if (path !== undefined) {
    if (await isBlocksFolder(path)) return readBlocksFolder(path);
    return withUnpacked(path, options.signal, (unpacked) => readFiles(unpacked, nameOfSource(path), options));
  }
  const synthetic = syntheticNames.find((name) => name === source);
  if (synthetic) return syntheticRatings(synthetic, options);
  throw notFoundError(source);
}

/** The name of the data in a file or folder. */
export function nameOfSource(path: string): string {
  return basename(resolve(path)).replace(/\.zip$/i, "");
}

/** The file or folder that a source names, after a download where it needs one; undefined where there is none. */
export async function resolveSource(source: string, options: ReadOptions): Promise<string | undefined> {
  if (await pathExists(source)) return source;
  const movieLens = movieLensNames.find((name) => name === source);
  return movieLens && fetchMovieLens(movieLens, options);
}

export function checkReadOptions(name: string, source: string, options: ReadOptions): void {
  if (typeof source !== "string") {
    throw new MatineeError("USAGE", `${name} takes a folder, a file or a name, not ${quoteArgument(source)}`, {
      fix: `write ${name}("ml-latest-small")`,
    });
  }
  checkOptions(name, options, readOptionNames);
  checkNumber(name, "threads", options.threads, { least: 1, whole: true });
  const { columns, scale, unrated } = options;
  checkNumber(name, "minRating", options.minRating, { least: -Number.MAX_VALUE });
  if (!(unrated === undefined || unrated === "" || Number.isFinite(unrated))) {
    throw new MatineeError("USAGE", `${name}: unrated is ${quoteArgument(unrated)}`, {
      fix: 'give the number that means unrated, or "" for a blank',
    });
  }
  if (columns) checkOptions("columns", columns, ["user", "item", "rating", "time", "event", "title", "genres"]);
  if (scale) checkOptions("scale", scale, ["min", "max", "step"]);
  const choices = {
    feedback: ["ratings", "events"],
    repeats: ["latest", "sum", "count"],
    layout: ["table", "wide"],
    encoding: encodings,
  } as const;
  for (const [option, values] of Object.entries(choices)) {
    const value = options[option as keyof typeof choices];
    if (value === undefined || (values as readonly string[]).includes(value)) continue;
    throw new MatineeError("USAGE", `${option} is ${quoteArgument(value)}`, {
      fix: `give one of ${values.join(", ")}`,
    });
  }
}

/** Does something with the folder that an archive unpacks to; with any other file or folder as it is. */
export async function withUnpacked<T>(
  path: string,
  signal: AbortSignal | undefined,
  work: (path: string) => Promise<T>,
): Promise<T> {
  if (!/\.zip$/i.test(path) || !(await stat(path)).isFile()) return work(path);
  const folder = await mkdtemp(join(tmpdir(), "matinee-"));
  try {
    await unzip(path, folder, signal);
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The steps from files to a data set: layout, rows with their ids numbered, catalog, index spaces, matrix. */
async function readFiles(path: string, name: string, options: ReadOptions): Promise<Dataset> {
  const { lenient = false, signal, threads } = options;
  const onProgress = reportForward(options.onProgress);
  const layout = await findLayout(path, options);
  const onRows = (share: number) => onProgress(rowsShare * share);
  const rows = await readRatingRows(layout.ratings, lenient, { ...present({ signal, threads }), onProgress: onRows });
  const { users, items, ascends, info, report } = await finishIds(layout, rows, name, options);
  if (rows.userOf) replaceByIndices(rows.userOf, users);
  replaceByIndices(rows.itemOf, items);
  const { csr, repeats, scale } = matrixOf(rows, layout.ratings, info.users.size, info.items.size, ascends);
  onProgress(matrixShare);
  await nextTurn();
  checkCancelled(signal, `reading ${path}`);
  const dataset = datasetFromCsr({ ...info, scale }, csr, { ...report, repeats });
  await nextTurn();
  checkCancelled(signal, `reading ${path}`);
  return dataset;
}

/**
 * The matrix of users × items, and the number of rows that went into others. Consumes the rows, whose users and items are indices.
 *
 * @param ascends whether the order of items by index is that by number
 */
function matrixOf(
  rows: RatingRows,
  { table, repeats, halfLife }: RatingsTable,
  users: number,
  items: number,
  ascends: boolean,
): { readonly csr: Csr; readonly repeats: number; readonly scale: RatingScale } {
  const { itemOf, values, scale } = rows;
  const times = present({ times: rows.times });
  if (rows.userOf === undefined && ascends && repeats === "latest") {
    const csr = { rows: users, columns: items, offsets: rows.offsets, indices: itemOf, values, ...times };
    return { csr, repeats: 0, scale };
  }
  const userOf = rows.userOf ?? rowsOfEntries(rows.offsets);
  const all = { userOf, itemOf, values, scale, ...times };
  const added =
    repeats === "latest" ? all : addEvents(all, users, { repeats, ...present({ halfLife }) }, basename(table.path));
  const sorted = csrFromTriplets(users, items, {
    rowOf: added.userOf,
    columnOf: added.itemOf,
    values: added.values,
    ...present({ times: added.times }),
  });
  // Released now rather than at the next collection: what follows needs the memory.
  userOf.buffer.transfer(0);
  return { csr: sorted.csr, repeats: sorted.repeats + values.length - added.values.length, scale: added.scale };
}

/** Shares of the time that reading takes until all rows are read, and until the matrix is there. */
const rowsShare = 0.7;
const matrixShare = 0.8;

/** Reports only progress beyond the furthest so far: a table that holds more than numbers is read again from its beginning. */
function reportForward(onProgress: ProgressOptions["onProgress"]): (share: number) => void {
  let furthest = 0;
  return (share) => {
    furthest = Math.max(furthest, share);
    onProgress?.(furthest);
  };
}

function replaceByIndices(numbers: Int32Array, indexOf: Int32Array): void {
  // Numbers are often given in the order of ids.
  if (indexOf.every((index, number) => index === number)) return;
  for (let n = 0; n < numbers.length; n++) numbers[n] = indexOf[numbers[n]];
}

/**
 * Reads a table of ratings that a data set also holds, such as one part of a published split. For each of its rows, in order:
 * the entry of `byUser` with the same user and item, or −1 where the data set has none.
 *
 * @throws what `readRatings` throws
 */
export async function readRatingEntries(
  path: string,
  { users, items, byUser }: Dataset,
  options: ReadOptions = {},
): Promise<Int32Array> {
  if (!(await pathExists(path))) throw notFoundError(path);
  const { ratings } = await findLayout(path, options);
  const rows = await readRatingRows(ratings, false, present({ signal: options.signal, threads: options.threads }));
  const [userIndexOf, itemIndexOf] = [indicesIn(users, rows.users), indicesIn(items, rows.items)];
  const userOf = rows.userOf ?? rowsOfEntries(rows.offsets);
  return Int32Array.from(userOf, (user, n) => {
    const [row, column] = [userIndexOf[user], itemIndexOf[rows.itemOf[n]]];
    return row < 0 || column < 0 ? -1 : entryAt(byUser, row, column);
  });
}

/** The index in `ids` of each number of a numbering, or −1. */
function indicesIn(ids: Ids, numbering: IdNumbering): Int32Array {
  const { ids: own, indexOf } = numbering.finish();
  return indexOf.map((index) => ids.index(own.id(index)));
}

export function notFoundError(source: string): MatineeError {
  const names = [...movieLensNames, ...syntheticNames];
  return new MatineeError("DATA_NOT_FOUND", `there is no file, folder or known data set ${JSON.stringify(source)}`, {
    fix: `${didYouMean(source, names)}give a path, or one of ${names.join(", ")}`,
  });
}
