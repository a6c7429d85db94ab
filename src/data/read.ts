import { stat } from "node:fs/promises";
import { setImmediate as nextTurn } from "node:timers/promises";
import { MatineeError } from "../errors.ts";
import { csrFromTriplets, entryAt } from "../matrix/csr.ts";
import { didYouMean } from "../suggest.ts";
import { catalogFrom, noCatalogRows, readCatalogRows } from "./catalog-files.ts";
import { type Dataset, datasetFromCsr } from "./dataset.ts";
import { fetchMovieLens, movieLensNames } from "./download.ts";
import { type Filter, filterRatings } from "./filter.ts";
import type { Ids } from "./ids.ts";
import { findLayout, type TableMapping } from "./layout.ts";
import type { IdNumbering } from "./numbering.ts";
import { checkCancelled, type ProgressOptions } from "./progress.ts";
import { readRatingRows } from "./ratings.ts";
import { syntheticNames, syntheticRatings } from "./synthetic.ts";

export interface ReadOptions extends TableMapping, ProgressOptions {
  /** Skip rows that cannot be read, and count them in the report, instead of failing. */
  readonly lenient?: boolean;
  readonly filter?: Filter;
  /** Where downloads are kept. */
  readonly cacheFolder?: string;
}

/**
 * Reads ratings, and titles, genres, tags and links where they are there.
 *
 * @param source a folder in one of the MovieLens layouts; a file (u.data, ratings.dat, ratings.csv, any CSV, TSV, .csv.gz or
 *   Parquet with columns for user, item and rating); or a name: "ml-latest-small" is downloaded once, "synthetic-100k"
 *   made up. Something that exists at the path wins over a name.
 * @throws DATA_NOT_FOUND, DATA_LAYOUT, DATA_EMPTY, DATA_COLUMN, DATA_ENCODING, DATA_ROW, DATA_FILTERED, USAGE,
 *   DOWNLOAD_FAILED, DOWNLOAD_CHECKSUM, CANCELLED
 */
export async function readRatings(source: string, options: ReadOptions = {}): Promise<Dataset> {
  checkCancelled(options.signal, `reading ${source}`);
  const dataset = await readWhole(source, options);
  return options.filter ? filterRatings(dataset, options.filter) : dataset;
}

async function readWhole(source: string, options: ReadOptions): Promise<Dataset> {
  const path = await resolveSource(source, options);
  if (path !== undefined) return readFiles(path, options);
  const synthetic = syntheticNames.find((name) => name === source);
  if (synthetic) return syntheticRatings(synthetic, options);
  throw notFound(source);
}

/** The file or folder that a source stands for, downloaded where it must be; undefined for what is in none. */
export async function resolveSource(source: string, options: ReadOptions): Promise<string | undefined> {
  if (await exists(source)) return source;
  const movieLens = movieLensNames.find((name) => name === source);
  return movieLens && fetchMovieLens(movieLens, options);
}

/**
 * Reads a table of ratings for the place of each of its rows in a data set: the entry of `byUser` with the same user and item,
 * or −1 where the data set has none. In the order of the rows.
 *
 * @throws what `readRatings` throws
 */
export async function readRatingEntries(
  path: string,
  { users, items, byUser }: Dataset,
  options: ReadOptions = {},
): Promise<Int32Array> {
  if (!(await exists(path))) throw notFound(path);
  const { ratings } = await findLayout(path, options);
  const rows = await readRatingRows(ratings, false, { ...(options.signal ? { signal: options.signal } : {}) });
  const [userAt, itemAt] = [places(rows.users, users), places(rows.items, items)];
  return Int32Array.from(rows.userOf, (user, n) => {
    const [row, column] = [userAt[user], itemAt[rows.itemOf[n]]];
    return row < 0 || column < 0 ? -1 : entryAt(byUser, row, column);
  });
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** The index of each id of a numbering, by its number. */
function places(numbering: IdNumbering, ids: Ids): Int32Array {
  const { ids: own, indexOf } = numbering.finish();
  return indexOf.map((index) => ids.index(own.id(index)));
}

async function readFiles(path: string, options: ReadOptions): Promise<Dataset> {
  const { lenient = false, signal } = options;
  const onProgress = forward(options.onProgress);
  const { name, ratings, catalog } = await findLayout(path, options);
  const watch = { ...(signal ? { signal } : {}), onProgress: (share: number) => onProgress(rowsShare * share) };
  const rows = await readRatingRows(ratings, lenient, watch);
  const scanOptions = { lenient, ...(signal ? { signal } : {}) };
  const catalogRows = catalog ? await readCatalogRows(catalog, rows.items, scanOptions) : noCatalogRows();
  const users = rows.users.finish();
  const items = rows.items.finish();
  renumber(rows.userOf, users.indexOf);
  renumber(rows.itemOf, items.indexOf);
  const { csr, repeats } = csrFromTriplets(users.ids.size, items.ids.size, {
    rowOf: rows.userOf,
    columnOf: rows.itemOf,
    values: rows.values,
    ...(rows.times ? { times: rows.times } : {}),
  });
  // Given back now, not when memory is next collected: what comes next takes its place.
  rows.userOf.buffer.transfer(0);
  onProgress(sortedShare);
  await nextTurn();
  checkCancelled(signal, `reading ${path}`);
  const space = {
    name,
    users: users.ids,
    items: items.ids,
    catalog: catalogFrom(catalogRows, items.indexOf),
    scale: rows.scale,
  };
  const report = { rows: rows.rows, repeats, skipped: rows.skipped + catalogRows.skipped, filtered: 0 };
  const dataset = datasetFromCsr(space, csr, report);
  await nextTurn();
  checkCancelled(signal, `reading ${path}`);
  return dataset;
}

/** Shares of the time that reading takes until all rows are read, and until the first of both matrices is there. */
const rowsShare = 0.7;
const sortedShare = 0.8;

/** Passes on what goes forward: where a table turns out not to be plain, it is read again from its beginning. */
function forward(onProgress: ProgressOptions["onProgress"]): (share: number) => void {
  let most = 0;
  return (share) => {
    most = Math.max(most, share);
    onProgress?.(most);
  };
}

function renumber(numbers: Int32Array, indexOf: Int32Array): void {
  for (let n = 0; n < numbers.length; n++) numbers[n] = indexOf[numbers[n]];
}

function notFound(source: string): MatineeError {
  const names = [...movieLensNames, ...syntheticNames];
  return new MatineeError("DATA_NOT_FOUND", `there is no file, folder or known data set ${JSON.stringify(source)}`, {
    fix: `${didYouMean(source, names)}give a path, or one of ${names.join(", ")}`,
  });
}
