import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { MatineeError } from "../../errors.ts";
import { present } from "../../present.ts";
import { type Catalog, labelsFrom } from "../catalog.ts";
import { yearOf } from "../film-title.ts";
import { findRole, plainName } from "./columns.ts";
import { type Encoding, findEncoding, textDecoder } from "./encoding.ts";
import type { CatalogFiles } from "./folder.ts";
import type { TableMapping } from "./layout.ts";
import { type IdNumbering, textNumberingOf } from "./numbering.ts";
import type { ScanOptions } from "./row-chunk.ts";
import { scanTable } from "./scan-table.ts";
import { type Column, openTable, type TableFile } from "./table.ts";
import { parseDecimal, parseId, parseTime, splitLabels } from "./values.ts";

/** A film as a file describes it. */
export interface FilmRow {
  readonly title: string;
  readonly genres: readonly string[];
  /** Of a column of its own; 0 where there is none. */
  readonly year?: number;
}

/** A tag, and when it was given; NaN where the file does not say. */
export interface GivenTag {
  readonly tag: string;
  readonly time: number;
}

/** What the files say of each item, by its number in `items`. */
export interface CatalogRows {
  /** The numbering of the items, which may have become one of texts. */
  readonly items: IdNumbering;
  readonly genreNames: readonly string[];
  readonly films: Map<number, FilmRow>;
  readonly tags: Map<number, GivenTag[]>;
  readonly links: Map<number, { readonly imdb: number; readonly tmdb: number }>;
  readonly skipped: number;
  /** Why the films have no titles though there is a file of them. */
  readonly remark?: string;
}

/** How the files are read. */
export interface CatalogOptions extends ScanOptions {
  readonly mapping: TableMapping;
  /** The name of the ratings' column of items: a catalog that has one of this name too means the same ids. */
  readonly itemName: string;
}

export function emptyCatalogRows(items: IdNumbering): CatalogRows {
  return { items, genreNames: [], films: new Map(), tags: new Map(), links: new Map(), skipped: 0 };
}

/**
 * Reads the files that are there. Films without ratings get numbers too. Tags and links of items that neither the ratings nor
 * the films name are left out.
 *
 * @throws DATA_ROW, DATA_COLUMN, DATA_ENCODING
 */
export async function readCatalogRows(
  files: CatalogFiles,
  ratedItems: IdNumbering,
  options: CatalogOptions,
): Promise<CatalogRows> {
  const genreNames = files.genres === undefined ? [] : await readGenreNames(files.genres, options.mapping.encoding);
  const table = await openFilms(files, genreNames, options);
  const linkRows = files.links === undefined ? { links: [], skipped: 0 } : await readLinks(files.links, options);
  let byTmdb: Map<number, string> | undefined;
  if (table.byTmdb && options.mapping.catalog === undefined) {
    if (files.links === undefined) {
      const remark = `${basename(files.films)} goes by the ids of TMDB, and there is no links.csv beside it: name it with --catalog if the ratings do so too`;
      return { ...emptyCatalogRows(ratedItems), remark };
    }
    byTmdb = new Map(linkRows.links.map(({ id, tmdb }) => [tmdb, id]));
  }
  const filmRows = await readFilms(table, byTmdb, options);

  // A row without a title and with an id of another kind than all others is no film: movies_metadata.csv has three of them.
  const titled = filmRows.films.filter(
    ({ film, id }) => film.title !== "" || ratedItems.kind === "text" || isNumericId(id),
  );
  const items =
    ratedItems.kind === "number" && titled.some(({ id }) => !isNumericId(id))
      ? textNumberingOf(ratedItems)
      : ratedItems;
  const films = new Map(titled.map(({ id, film }) => [numberOf(items, id), film]));
  const tagRows = files.tags === undefined ? { tags: [], skipped: 0 } : await readTags(files.tags, options);
  const tags = new Map<number, GivenTag[]>();
  for (const { id, ...given } of tagRows.tags) {
    const item = find(items, id);
    if (item < 0) continue;
    const list = tags.get(item);
    if (list === undefined) tags.set(item, [given]);
    else list.push(given);
  }
  const links = new Map<number, { imdb: number; tmdb: number }>();
  for (const { id, imdb, tmdb } of [...filmRows.links, ...linkRows.links]) {
    const item = find(items, id);
    if (item >= 0) links.set(item, { imdb, tmdb });
  }
  return { items, genreNames, films, tags, links, skipped: filmRows.skipped + linkRows.skipped + tagRows.skipped };
}

/** Builds the catalog in the order of the index space: `indexOf[number]` is the index of the item with that number. */
export function buildCatalog(rows: CatalogRows, indexOf: Int32Array): Catalog {
  const size = indexOf.length;
  const titles = new Array<string>(size).fill("");
  const genres = new Array<readonly string[]>(size).fill([]);
  const tags = new Array<readonly GivenTag[]>(size).fill([]);
  const years = new Int16Array(size);
  const imdb = new Int32Array(size);
  const tmdb = new Int32Array(size);
  for (const [number, film] of rows.films) {
    const item = indexOf[number];
    titles[item] = film.title;
    years[item] = yearOf(film.title) || (film.year ?? 0);
    genres[item] = film.genres;
  }
  for (const [number, list] of rows.tags) tags[indexOf[number]] = list;
  for (const [number, link] of rows.links) {
    imdb[indexOf[number]] = link.imdb;
    tmdb[indexOf[number]] = link.tmdb;
  }
  const tagTimes = Float64Array.from(tags.flat(), ({ time }) => time);
  return {
    titles,
    years,
    genres: labelsFrom(genres, rows.genreNames),
    tags: labelsFrom(tags.map((list) => list.map(({ tag }) => tag))),
    ...present({ tagTimes: tagTimes.some((time) => !Number.isNaN(time)) ? tagTimes : undefined }),
    imdb,
    tmdb,
  };
}

function isNumericId(id: string): boolean {
  return Number.isSafeInteger(parseId(id));
}

function numberOf(items: IdNumbering, id: string): number {
  return items.kind === "text" ? items.numberOf(id) : items.numberOf(parseId(id));
}

/** The number of a known item, or −1. */
function find(items: IdNumbering, id: string): number {
  return items.kind === "text" ? items.find(id) : isNumericId(id) ? items.find(parseId(id)) : -1;
}

/** The table of films, and its columns. */
interface FilmsTable {
  readonly table: TableFile;
  readonly id: Column;
  readonly title: Column;
  readonly genres?: Column;
  readonly year?: Column;
  readonly imdb?: Column;
  readonly tmdb?: Column;
  /** A column of 0 and 1 for each genre, of ml-100k. */
  readonly flags?: readonly Column[];
  /** Whether its ids are those of TMDB, as in Kaggle's movies_metadata.csv. */
  readonly byTmdb?: boolean;
}

async function openFilms(
  { films }: CatalogFiles,
  genreNames: readonly string[],
  { mapping, itemName }: CatalogOptions,
): Promise<FilmsTable> {
  const { encoding, columns: given = {} } = mapping;
  const read = present({ encoding });
  if (/^u\.item$/i.test(basename(films))) {
    const table = await openTable(films, { header: false, delimiter: "|", quote: "", ...read });
    return { table, ...flagColumns(table, genreNames) };
  }
  let table = await openTable(films, { ...read, ...(await givenDelimiter(films, mapping)) });
  if (!table.header && table.format === "text") {
    const [id, second, third] = [0, 1, 2].map((at) => ({
      at,
      name: ["id", "title", "genres"][at],
      as: "text" as const,
    }));
    const isDated = table.sample.every((row) => /^(\d{4}|NULL)$/.test(row[1]?.trim() ?? ""));
    if (table.columns.length < 2) throw noColumnError(table, "title");
    if (!isDated)
      return { table, id: { ...id, as: "text id" }, title: second, ...(table.columns.length > 2 && { genres: third }) };
    // The titles of the Netflix Prize hold commas, and stand last.
    table = await openTable(films, { header: false, delimiter: table.delimiter, quote: "", lastOf: 3, ...read });
    const three = { ...table, columns: ["id", "year", "title"] };
    return {
      table: three,
      id: { ...id, as: "text id" },
      year: { ...second, name: "year" },
      title: { ...third, name: "title" },
    };
  }
  const { columns } = table;
  const named = (name: string | number | undefined, fallback: number) =>
    name !== undefined && columns.includes(String(name)) ? columns.indexOf(String(name)) : fallback;
  const plain = columns.map(plainName);
  const own = plain.indexOf(plainName(itemName));
  const tmdbId = plain.indexOf("id");
  const byTmdb = own < 0 && findRole(columns, "item") < 0 && tmdbId >= 0 && findRole(columns, "imdb") >= 0;
  const id = own >= 0 ? own : [findRole(columns, "item"), tmdbId].find((at) => at >= 0);
  const title = named(given.title, findRole(columns, "title"));
  if (id === undefined) throw noColumnError(table, itemName);
  if (title < 0) throw noColumnError(table, "title");
  const column = (at: number, as: Column["as"] = "text"): Column | undefined =>
    at < 0 ? undefined : { at, name: columns[at], as };
  return {
    table,
    id: column(id, "text id")!,
    title: column(title)!,
    byTmdb,
    ...present({
      genres: column(named(given.genres, findRole(columns, "genres"))),
      year: column(findRole(columns, "year")),
      imdb: column(findRole(columns, "imdb")),
      tmdb: column(byTmdb ? id : findRole(columns, "tmdb")),
    }),
  };
}

/** The delimiter that is given for the ratings, where this file has it too. */
async function givenDelimiter(path: string, { delimiter }: TableMapping): Promise<{ delimiter?: string }> {
  if (delimiter === undefined) return {};
  const { columns } = await openTable(path, { delimiter });
  return columns.length > 1 ? { delimiter } : {};
}

/** u.item: id, title, release date, video date, address, then one 0/1 flag per genre in the order of u.genre. */
function flagColumns(table: TableFile, genreNames: readonly string[]): Omit<FilmsTable, "table"> {
  const flags = 5;
  if (table.columns.length < flags + genreNames.length) {
    const found = `${table.columns.length} columns where ${flags + genreNames.length} are expected`;
    throw new MatineeError("DATA_COLUMN", `u.item has ${found}`, {
      fix: "check that u.item and u.genre belong together",
    });
  }
  return {
    id: { at: 0, name: "item", as: "text id" },
    title: { at: 1, name: "title", as: "text" },
    flags: genreNames.map((name, n) => ({ at: flags + n, name, as: "text" })),
  };
}

/** The names of u.genre in the order of their numbers. */
async function readGenreNames(path: string, encoding?: Encoding): Promise<string[]> {
  const text = textDecoder(encoding ?? (await findEncoding(path)))(await readFile(path));
  const lines = text.split(/\r?\n/).filter((line) => line.includes("|"));
  return lines
    .map((line) => line.split("|"))
    .sort((a, b) => Number(a[1]) - Number(b[1]))
    .map(([name]) => name);
}

interface FilmRows {
  readonly films: { readonly id: string; readonly film: FilmRow }[];
  readonly links: LinkRow[];
  readonly skipped: number;
}

interface LinkRow {
  readonly id: string;
  readonly imdb: number;
  readonly tmdb: number;
}

/** @param byTmdb the ids of the ratings by those of TMDB, by which the table goes */
async function readFilms(
  { table, id, title, genres, year, imdb, tmdb, flags = [] }: FilmsTable,
  byTmdb: ReadonlyMap<number, string> | undefined,
  options: ScanOptions,
): Promise<FilmRows> {
  const films: FilmRows["films"] = [];
  const links: LinkRow[] = [];
  const places: Column[] = [id, title];
  const place = (column: Column | undefined) => (column === undefined ? -1 : places.push(column) - 1);
  const at = {
    genres: place(genres),
    year: place(year),
    imdb: place(imdb),
    tmdb: place(tmdb),
    flags: flags.map(place),
  };
  // RecBole's sequences are separated by blanks.
  const labels = genres?.name.endsWith(":token_seq")
    ? (text: string | null) => text?.split(" ").filter((name) => name !== "") ?? []
    : splitLabels;
  const skipped = await readTexts(table, places, options, (own, values) => {
    const item = byTmdb ? byTmdb.get(parseLink(own)) : own;
    if (item === undefined) return;
    const marked = flags.flatMap(({ name }, n) => (values[at.flags[n]] === "1" ? [name] : []));
    films.push({
      id: item,
      film: {
        title: values[1] ?? "",
        genres: flags.length > 0 ? marked : labels(values[at.genres]),
        year: Number(/\d{4}/.exec(values[at.year] ?? "")?.[0] ?? 0),
      },
    });
    if (at.imdb >= 0 || at.tmdb >= 0)
      links.push({ id: item, imdb: parseLink(values[at.imdb]), tmdb: parseLink(values[at.tmdb]) });
  });
  return { films, links, skipped };
}

async function readLinks(path: string, options: CatalogOptions): Promise<{ links: LinkRow[]; skipped: number }> {
  const table = await openTable(path, present({ encoding: options.mapping.encoding }));
  const links: LinkRow[] = [];
  const columns = [itemColumn(table, options), namedColumn(table, "imdb"), namedColumn(table, "tmdb")];
  const skipped = await readTexts(table, columns, options, (id, [, imdb, tmdb]) => {
    links.push({ id, imdb: parseLink(imdb), tmdb: parseLink(tmdb) });
  });
  return { links, skipped };
}

async function readTags(
  path: string,
  options: CatalogOptions,
): Promise<{ tags: ({ readonly id: string } & GivenTag)[]; skipped: number }> {
  const table = await openTable(path, present({ encoding: options.mapping.encoding }));
  const tags: ({ id: string } & GivenTag)[] = [];
  const columns: Column[] = table.header
    ? [itemColumn(table, options), namedColumn(table, "tag")]
    : [
        { at: 1, name: "item", as: "text id" },
        { at: 2, name: "tag", as: "text" },
      ];
  if (table.columns.length < columns.length + 1 && !table.header) throw noColumnError(table, "tag");
  const at = table.header ? findRole(table.columns, "time") : table.columns.length > 3 ? 3 : -1;
  if (at >= 0) columns.push({ at, name: table.columns[at], as: "text" });
  const skipped = await readTexts(table, columns, options, (id, [, tag, time]) => {
    if (tag !== null) tags.push({ id, tag, time: parseTime((time ?? "").trim()) });
  });
  return { tags, skipped };
}

function itemColumn(table: TableFile, { itemName }: CatalogOptions): Column {
  const own = table.columns.map(plainName).indexOf(plainName(itemName));
  const at = own >= 0 ? own : findRole(table.columns, "item");
  if (at < 0) throw noColumnError(table, itemName);
  return { at, name: table.columns[at], as: "text id" };
}

const usualNames = { imdb: "imdbId", tmdb: "tmdbId", tag: "tag" };

function namedColumn(table: TableFile, role: keyof typeof usualNames): Column {
  const at = findRole(table.columns, role);
  if (at < 0) throw noColumnError(table, usualNames[role]);
  return { at, name: table.columns[at], as: "text" };
}

function noColumnError({ path, columns }: TableFile, name: string): MatineeError {
  return new MatineeError(
    "DATA_COLUMN",
    `${basename(path)} has no column ${name}; its columns are ${columns.join(", ")}`,
    { fix: "name it so in the first line, as MovieLens does; or leave the file out with --catalog none" },
  );
}

/**
 * Reads a table whose first column is the item's id; `each` receives the id and all values.
 * @returns the number of rows that were skipped
 */
async function readTexts(
  table: TableFile,
  columns: readonly Column[],
  options: ScanOptions,
  each: (id: string, values: readonly (string | null)[]) => void,
): Promise<number> {
  let skipped = 0;
  const { broken } = await scanTable(table, columns, options, (chunk) => {
    const texts = columns.map((_, position) => chunk.texts(position));
    for (let n = 0; n < chunk.rowCount; n++) {
      const id = texts[0][n];
      if (id !== null) {
        each(
          id,
          texts.map((list) => list[n]),
        );
        continue;
      }
      if (!options.lenient) {
        throw new MatineeError("DATA_ROW", `${chunk.place(n)}: ${columns[0].name} is missing`);
      }
      skipped++;
    }
  });
  return broken + skipped;
}

/** An IMDb or TMDB number, as 114709 or tt0114709; 0 where there is none. */
function parseLink(text: string | null | undefined): number {
  const value = parseDecimal((text ?? "").trim().replace(/^tt/, ""));
  return Number.isInteger(value) && value > 0 && value < 2 ** 31 ? value : 0;
}
