import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { MatineeError } from "../../errors.ts";
import { type Catalog, labelsFrom } from "../catalog.ts";
import { yearOf } from "../film-title.ts";
import type { CatalogFiles } from "./layout.ts";
import type { IdNumbering } from "./numbering.ts";
import type { ScanOptions } from "./row-chunk.ts";
import { scanTable } from "./scan-table.ts";
import { type Column, type Encoding, openTable, type TableFile } from "./table.ts";
import { parseDecimal } from "./values.ts";

/** What the files say of each item, by its number in the numbering of items. */
export interface CatalogRows {
  readonly genreNames: readonly string[];
  readonly films: Map<number, { readonly title: string; readonly genres: readonly string[] }>;
  readonly tags: Map<number, string[]>;
  readonly links: Map<number, { readonly imdb: number; readonly tmdb: number }>;
  skipped: number;
}

export function emptyCatalogRows(): CatalogRows {
  return { genreNames: [], films: new Map(), tags: new Map(), links: new Map(), skipped: 0 };
}

/**
 * Reads the files that are there. Films without ratings get numbers too. Tags and links of items that neither the ratings nor
 * the films name are left out.
 *
 * @throws DATA_ROW, DATA_COLUMN, DATA_ENCODING
 */
export async function readCatalogRows(
  { kind, folder, names, encoding }: CatalogFiles,
  items: IdNumbering,
  options: ScanOptions,
): Promise<CatalogRows> {
  if (kind === "100k") return read100k(folder, names, items, options);
  const rows = emptyCatalogRows();
  if (kind === "1m") {
    const table = await openTable(join(folder, "movies.dat"), {
      header: false,
      delimiter: "::",
      quote: "",
      encoding: "latin-1",
    });
    const columns = [idColumn(0, "item"), textColumn(1, "title"), textColumn(2, "genres")];
    await readTexts(table, columns, items, options, rows, (item, [title, genres]) => {
      rows.films.set(item, { title: title ?? "", genres: splitGenres(genres) });
    });
    return rows;
  }
  const latest = { ...options, encoding };
  await readLatest(join(folder, "movies.csv"), ["title", "genres"], items, latest, rows, (item, [title, genres]) => {
    rows.films.set(item, { title: title ?? "", genres: splitGenres(genres) });
  });
  const rated = { ...latest, knownOnly: true };
  if (names.has("tags.csv")) {
    await readLatest(join(folder, "tags.csv"), ["tag"], items, rated, rows, (item, [tag]) => {
      if (tag === null) return;
      const list = rows.tags.get(item);
      if (list === undefined) rows.tags.set(item, [tag]);
      else list.push(tag);
    });
  }
  if (names.has("links.csv")) {
    await readLatest(join(folder, "links.csv"), ["imdbId", "tmdbId"], items, rated, rows, (item, [imdb, tmdb]) => {
      rows.links.set(item, { imdb: parseLink(imdb), tmdb: parseLink(tmdb) });
    });
  }
  return rows;
}

/** Builds the catalog in the order of the index space: `indexOf[number]` is the index of the item with that number. */
export function buildCatalog(rows: CatalogRows, indexOf: Int32Array): Catalog {
  const size = indexOf.length;
  const titles = new Array<string>(size).fill("");
  const genres = new Array<readonly string[]>(size).fill([]);
  const tags = new Array<readonly string[]>(size).fill([]);
  const years = new Int16Array(size);
  const imdb = new Int32Array(size);
  const tmdb = new Int32Array(size);
  for (const [number, film] of rows.films) {
    const item = indexOf[number];
    titles[item] = film.title;
    years[item] = yearOf(film.title);
    genres[item] = film.genres;
  }
  for (const [number, list] of rows.tags) tags[indexOf[number]] = list;
  for (const [number, link] of rows.links) {
    imdb[indexOf[number]] = link.imdb;
    tmdb[indexOf[number]] = link.tmdb;
  }
  return { titles, years, genres: labelsFrom(genres, rows.genreNames), tags: labelsFrom(tags), imdb, tmdb };
}

/** u.item: id, title, release date, video date, address, then one 0/1 flag per genre in the order of u.genre. */
async function read100k(folder: string, files: ReadonlySet<string>, items: IdNumbering, options: ScanOptions) {
  const genreNames = files.has("u.genre") ? await readGenreNames(join(folder, "u.genre")) : [];
  const rows = { ...emptyCatalogRows(), genreNames };
  const table = await openTable(join(folder, "u.item"), {
    header: false,
    delimiter: "|",
    quote: "",
    encoding: "latin-1",
  });
  const flags = 5;
  if (table.columns.length < flags + genreNames.length) {
    const found = `${table.columns.length} columns where ${flags + genreNames.length} are expected`;
    throw new MatineeError("DATA_COLUMN", `u.item has ${found}`, {
      fix: "check that u.item and u.genre belong together",
    });
  }
  const columns = [
    idColumn(0, "item"),
    textColumn(1, "title"),
    ...genreNames.map((name, n) => textColumn(flags + n, name)),
  ];
  await readTexts(table, columns, items, options, rows, (item, [title, ...marks]) => {
    rows.films.set(item, { title: title ?? "", genres: genreNames.filter((_, n) => marks[n] === "1") });
  });
  return rows;
}

/** The names of u.genre in the order of their numbers. */
async function readGenreNames(path: string): Promise<string[]> {
  const lines = (await readFile(path, "latin1")).split(/\r?\n/).filter((line) => line.includes("|"));
  return lines
    .map((line) => line.split("|"))
    .sort((a, b) => Number(a[1]) - Number(b[1]))
    .map(([name]) => name);
}

/** Reads named columns of a file of the latest layout, beside movieId. */
async function readLatest(
  path: string,
  names: readonly string[],
  items: IdNumbering,
  options: TextOptions & { readonly encoding: Encoding },
  rows: CatalogRows,
  each: (item: number, values: (string | null)[]) => void,
): Promise<void> {
  const table = await openTable(path, { header: true, delimiter: ",", encoding: options.encoding });
  const columns = ["movieId", ...names].map((name) => {
    const at = table.columns.indexOf(name);
    if (at >= 0) return name === "movieId" ? idColumn(at, name) : textColumn(at, name);
    throw new MatineeError(
      "DATA_COLUMN",
      `${basename(path)} has no column ${name}; its columns are ${table.columns.join(", ")}`,
      { fix: "name it so in the first line, as MovieLens does" },
    );
  });
  await readTexts(table, columns, items, options, rows, each);
}

interface TextOptions extends ScanOptions {
  /** Leave out rows about items that have no number yet. */
  readonly knownOnly?: boolean;
}

/** Reads a table whose first column is the item's id; `each` receives the item's number and the other values. */
async function readTexts(
  table: TableFile,
  columns: readonly Column[],
  items: IdNumbering,
  options: TextOptions,
  rows: CatalogRows,
  each: (item: number, values: (string | null)[]) => void,
): Promise<void> {
  rows.skipped += await scanTable(table, columns, options, (chunk) => {
    const [ids, ...values] = columns.map((_, position) => chunk.texts(position));
    for (let n = 0; n < ids.length; n++) {
      const item = findNumber(ids[n], items, options.knownOnly ?? false);
      if (item === undefined) {
        if (!options.lenient) {
          const problem = ids[n] === null ? "is missing" : `${JSON.stringify(ids[n])} is not a whole number`;
          throw new MatineeError("DATA_ROW", `${chunk.place(n)}: ${columns[0].name} ${problem}`);
        }
        rows.skipped++;
      } else if (item >= 0) {
        each(
          item,
          values.map((list) => list[n]),
        );
      }
    }
  });
}

/**
 * The number of an item: −1 where only known items count and it is not known; undefined where the id is missing, or is no number
 * as those of the ratings are.
 */
function findNumber(id: string | null, items: IdNumbering, knownOnly: boolean): number | undefined {
  if (id === null) return undefined;
  if (items.kind === "text") return knownOnly ? items.find(id) : items.numberOf(id);
  const value = parseDecimal(id);
  if (!Number.isSafeInteger(value)) return undefined;
  return knownOnly ? items.find(value) : items.numberOf(value);
}

function idColumn(at: number, name: string): Column {
  return { at, name, as: "text id" };
}

function textColumn(at: number, name: string): Column {
  return { at, name, as: "text" };
}

function splitGenres(genres: string | null): string[] {
  return genres === null || genres === "(no genres listed)" ? [] : genres.split("|");
}

/** An IMDb or TMDB number; 0 where there is none. */
function parseLink(text: string | null): number {
  const value = Number(text ?? 0);
  return Number.isInteger(value) && value > 0 && value < 2 ** 31 ? value : 0;
}
