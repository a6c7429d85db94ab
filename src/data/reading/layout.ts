import { stat } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { MatineeError } from "../../errors.ts";
import { present } from "../../present.ts";
import type { Feedback, RatingScale } from "../dataset.ts";
import { findRole, plainName } from "./columns.ts";
import type { Encoding } from "./encoding.ts";
import { type CatalogFiles, findCatalog, findRatings } from "./folder.ts";
import { exportSiteOf } from "./personal-export.ts";
import { type Column, openTable, type TableFile } from "./table.ts";
import { maxRating, parseDecimal, parseDecimalComma, parseTime, type ValueKind } from "./values.ts";

/** Where the ratings are and, where known, what describes their items. */
export interface DataLayout {
  readonly name: string;
  readonly ratings: RatingsTable;
  readonly catalog?: CatalogFiles;
}

/** What becomes of several rows with the same user and item: the latest counts, their amounts are added, or they are counted. */
export type Repeats = "latest" | "sum" | "count";

/** The table that holds the ratings, and the meaning of its columns. */
export interface RatingsTable {
  readonly table: TableFile;
  readonly user: Column;
  readonly item: Column;
  /** Ratings, or amounts of events; where there are none, each row is one event. */
  readonly rating?: Column;
  readonly time?: Column;
  /** Type of the event. */
  readonly event?: Column;
  readonly title?: Column;
  readonly genres?: Column;
  readonly feedback: Feedback;
  /** Ratings outside are errors. Without it, the scale is that of the ratings. */
  readonly scale?: RatingScale;
  /** What an event of each type counts; other types are left out. Without it, each counts 1. */
  readonly weights?: ReadonlyMap<string, number>;
  /** Seconds after which an event counts half. */
  readonly halfLife?: number;
  readonly repeats: Repeats;
  /** The value that means unrated; NaN: a blank. Without it, none does. */
  readonly unrated?: number;
  /** Rows with lower ratings or amounts are left out. */
  readonly minRating?: number;
}

/** How to read a table: what is not said is found out from the table. */
export interface TableMapping {
  /**
   * Names of the columns, or their numbers from 1 (2, or "2" where no column has that name). Common names need not be given.
   * "none" leaves out times, types of events, titles or genres. Of a matrix, `item` is the range of its columns: "2-101".
   */
  readonly columns?: { readonly [role in MappedRole]?: string | number };
  /** Whether the first line names the columns. */
  readonly header?: boolean;
  readonly delimiter?: string;
  readonly encoding?: Encoding;
  /** "wide": a matrix with users in rows and items in columns. "table": any other. */
  readonly layout?: "table" | "wide";
  /** Ratings outside are errors. Default: the scale is that of the ratings. */
  readonly scale?: { readonly min: number; readonly max: number; readonly step?: number };
  /** What the numbers are. Default: events where the table has types of events or amounts but no ratings. */
  readonly feedback?: Feedback;
  /** What an event of each type counts, as in `{ view: 1, purchase: 5 }`; other types are left out. Default: each counts 1. */
  readonly weights?: Readonly<Record<string, number>>;
  /** The time after which an event counts half, from the newest event back: "90d", or hours (h), weeks (w), years (y). */
  readonly halfLife?: string;
  /** What becomes of several rows with the same user and item. Default: of ratings the latest counts, amounts of events are added. */
  readonly repeats?: Repeats;
  /** The number that means unrated, as −1 or 99 in some files, or "" for a blank: such rows are left out. */
  readonly unrated?: number | "";
  /** Rows with a lower rating, or a lower amount of one event, are left out. */
  readonly minRating?: number;
  /** The file that describes items: titles, genres, years. "none" leaves out files that lie beside the ratings. */
  readonly catalog?: string;
}

type MappedRole = "user" | "item" | "rating" | "time" | "event" | "title" | "genres";

/**
 * Finds the ratings in a folder or a file, the meaning of their columns, and the files of the catalog.
 *
 * @throws DATA_LAYOUT, DATA_COLUMN, DATA_NOT_FOUND, USAGE, and what `openTable` throws
 */
export async function findLayout(path: string, mapping: TableMapping): Promise<DataLayout> {
  const paths = (await stat(path)).isDirectory() ? await findRatings(path) : [path];
  const ratings = await openRatings(paths, mapping);
  const catalog = await openCatalog(paths, mapping.catalog);
  return { name: basename(resolve(path)), ratings, ...present({ catalog }) };
}

/** The files that describe the items of tables of ratings. @throws DATA_NOT_FOUND for one that is given and is not there */
export async function openCatalog(
  ratings: readonly string[],
  given: string | undefined,
): Promise<CatalogFiles | undefined> {
  if (given === "none") return undefined;
  if (given !== undefined && !(await stat(given).catch(() => undefined))?.isFile()) {
    throw new MatineeError("DATA_NOT_FOUND", `there is no catalog file ${JSON.stringify(given)}`, {
      fix: "give the file with the titles",
    });
  }
  return findCatalog(dirname(given ?? ratings[0]), ratings, given);
}

async function openRatings(paths: readonly string[], mapping: TableMapping): Promise<RatingsTable> {
  const { header, delimiter, encoding, columns = {} } = mapping;
  const table = await openTable(paths[0], {
    ...present({ header, delimiter, encoding, firstNumber: numberOfColumn(columns.rating) }),
    names: Object.values(columns).map(String),
  });
  const parts = paths.length > 1 ? paths : undefined;
  const whole = { ...table, ...present({ parts }) };
  const site = columns.user === undefined ? exportSiteOf(table.columns) : undefined;
  if (site !== undefined) {
    throw new MatineeError("DATA_LAYOUT", `${basename(table.path)} is one person's export from ${site}`, {
      fix: "give it with --ratings, and the ratings of many people with --data",
    });
  }
  const given = givenColumns(whole, mapping);
  const wide = findMatrix(whole, mapping, given);
  return addMeaning(wide ?? findColumns(whole, mapping, given), mapping);
}

type Given = { readonly [role in MappedRole]?: number };

/** The positions of the columns that the mapping gives. @throws DATA_COLUMN for one that is not there */
function givenColumns(table: TableFile, { columns = {} }: TableMapping): Given {
  const given: { [role in MappedRole]?: number } = {};
  for (const [role, wanted] of Object.entries(columns) as [MappedRole, string | number | undefined][]) {
    if (wanted === undefined || (wanted === "none" && !["user", "item", "rating"].includes(role))) continue;
    const named = typeof wanted === "number" ? -1 : table.columns.indexOf(wanted);
    const at = named >= 0 ? named : (numberOfColumn(wanted) ?? 0) - 1;
    if (at in table.columns) given[role] = at;
    // Titles and genres may be columns of the catalog; of a matrix, items may be a range of columns.
    else if (role !== "title" && role !== "genres" && !(role === "item" && /^\d+-\d+$/.test(String(wanted)))) {
      throw noColumnError(table, `column ${JSON.stringify(wanted)} for the ${role}`);
    }
  }
  return given;
}

function noColumnError(table: TableFile, sought: string, fix = fixOfColumns(table)): MatineeError {
  const columns =
    table.header || table.sample.length === 0
      ? `its columns are ${table.columns.join(", ")}`
      : `its first row is ${table.sample[0].join(table.delimiter)}`;
  return new MatineeError("DATA_COLUMN", `${basename(table.path)} has no ${sought}; ${columns}`, present({ fix }));
}

/** What a table holds, before the mapping says what it means. */
type Columns = Pick<RatingsTable, "table" | "user" | "item" | "rating" | "time" | "event" | "title" | "genres">;

/** The columns that are given, or else those that the names in the header or, without one, the usual order suggest. */
function findColumns(table: TableFile, mapping: TableMapping, given: Given): Columns {
  const usual =
    table.header || table.format !== "text" ? usualByName(table, mapping, given) : usualByOrder(table, mapping, given);
  const found: Given = { ...present(usual), ...given };
  for (const role of ["user", "item"] as const) {
    if (found[role] !== undefined) continue;
    const isCatalog = found.user === undefined && findRole(table.columns, "title") >= 0;
    throw noColumnError(
      table,
      `${role} column`,
      isCatalog ? "if it describes films, give the file with the ratings, and this one with --catalog" : undefined,
    );
  }
  const column = (role: MappedRole, as: ValueKind): Column | undefined => {
    const at = found[role];
    return at === undefined ? undefined : { at, name: table.header ? table.columns[at] : role, as };
  };
  const columns = {
    table,
    user: column("user", "id")!,
    item: column("item", "id")!,
    ...present({
      rating: column("rating", "number"),
      time: column("time", "time"),
      event: column("event", "text id"),
      title: column("title", "text"),
      genres: column("genres", "text"),
    }),
  };
  if (columns.rating === undefined && columns.event === undefined && mapping.feedback !== "events") {
    const used = Object.values(found);
    const numbers = table.columns.filter((_, at) => !used.includes(at) && holdsNumbers(table, at));
    if (numbers.length > 0) {
      throw noColumnError(
        table,
        "rating column",
        `name it with --rating-column, ${numbers.slice(0, 3).join(" or ")} perhaps; or say with --feedback events that there is none`,
      );
    }
  }
  return columns;
}

function usualByName(
  table: TableFile,
  mapping: TableMapping,
  given: Given,
): { [role in MappedRole]?: number | undefined } {
  const { columns } = table;
  const used = Object.values(given);
  const find = (at: number, role?: MappedRole) =>
    at < 0 || used.includes(at) || (role && mapping.columns?.[role] === "none") ? undefined : at;
  const rating = find(findRole(columns, "rating")) ?? find(findRole(columns, "amount"));
  const title = find(findRole(columns, "title"), "title");
  return {
    user: find(findRole(columns, "user")),
    item: find(findRole(columns, "item")),
    rating,
    time: find(findRole(columns, "time"), "time"),
    event: find(findRole(columns, "event"), "event"),
    title: title !== undefined && plainName(columns[title]) !== "name" ? title : undefined,
    genres: title === undefined ? undefined : find(findRole(columns, "genres"), "genres"),
  };
}

/** Without a header: user, item, rating, time in this order, where they can be that. @throws DATA_COLUMN where they cannot */
function usualByOrder(
  table: TableFile,
  { feedback, columns: mapped = {} }: TableMapping,
  given: Given,
): { [role in MappedRole]?: number | undefined } {
  const { columns } = table;
  const used = Object.values(given);
  const free = columns.map((_, at) => at).filter((at) => !used.includes(at));
  const isOpen = given.user === undefined || given.item === undefined;
  const isUsual = columns.length <= 4 && free.slice(0, 2).every((at) => holdsNumbers(table, at));
  if (isOpen && !isUsual) {
    const text =
      columns.length <= 4 ? "which is the user and which the item is not known" : "its columns are not known";
    throw noColumnError(
      table,
      "line of names",
      `${text}: number the columns, as in --user-column 1 --item-column 2 --rating-column 3`,
    );
  }
  const user = given.user ?? free.shift();
  const item = given.item ?? free.shift();
  // Events are given by their number, and the rest of their columns with them.
  if (given.event !== undefined || feedback === "events") return { user, item };
  const rating = given.rating ?? free.shift();
  if (rating !== undefined && given.rating === undefined && !holdsNumbers(table, rating)) {
    throw noColumnError(table, "line of names", "number the columns, as in --user-column 1 --rating-column 3");
  }
  const time = mapped.time === "none" ? undefined : (given.time ?? free.shift());
  return { user, item, rating, time: time !== undefined && holdsTimes(table, time) ? time : undefined };
}

function holdsNumbers(table: TableFile, at: number): boolean {
  const values = valuesOf(table, at);
  const parse = table.decimalComma ? parseDecimalComma : parseDecimal;
  return values.length > 0 && values.filter((value) => !Number.isNaN(parse(value))).length > 0.9 * values.length;
}

function holdsTimes(table: TableFile, at: number): boolean {
  const values = valuesOf(table, at);
  return values.length > 0 && values.some((value) => !Number.isNaN(parseTime(value)));
}

/** The values of a column in the first rows, without those that are missing. */
function valuesOf({ sample }: TableFile, at: number): string[] {
  return sample.map((row) => row[at].trim()).filter((value) => value !== "");
}

/** Fewer columns of numbers are not taken for a matrix unless the mapping says so. */
const leastItems = 5;
/** A matrix of ratings holds few different values; other tables of numbers hold more. */
const mostValues = 25;

/** The columns of a matrix, as those of a table of its cells; undefined where the table is none. */
function findMatrix(table: TableFile, { layout, columns = {} }: TableMapping, given: Given): Columns | undefined {
  if (layout === "table" || table.format !== "text") return undefined;
  const [, from, to] = /^(\d+)-(\d+)$/.exec(String(columns.item ?? "")) ?? [];
  const named = given.user ?? findRole(table.columns, "user");
  const user = named >= 0 ? named : table.header ? 0 : undefined;
  const all = table.columns.map((_, at) => at).filter((at) => at !== user);
  const items = from === undefined ? all : all.filter((at) => at >= Number(from) - 1 && at <= Number(to) - 1);
  if (layout !== "wide") {
    const others = ["item", "rating", "time", "event"] as const;
    if (!table.header || others.some((role) => given[role] !== undefined || findRole(table.columns, role) >= 0)) {
      return undefined;
    }
    const values = items.flatMap((at) => valuesOf(table, at));
    const isNumeric = items.every((at) => valuesOf(table, at).length === 0 || holdsNumbers(table, at));
    if (items.length < leastItems || !isNumeric || new Set(values).size > mostValues || values.length === 0)
      return undefined;
  }
  const matrix = { inner: table, items, ...present({ user }) };
  return {
    table: { ...table, format: "wide", columns: ["user", "item", "rating"], matrix },
    user: { at: 0, name: user === undefined ? "row" : table.columns[user], as: "id" },
    item: { at: 1, name: "item", as: "id" },
    rating: { at: 2, name: "rating", as: "number" },
  };
}

/** What the numbers of a table mean, and what becomes of them. @throws USAGE for options that do not go together */
function addMeaning(columns: Columns, mapping: TableMapping): RatingsTable {
  const { weights, repeats, unrated, minRating } = mapping;
  const { table, rating, event, time } = columns;
  const named = table.header && rating ? [rating.name] : [];
  const isRating =
    rating !== undefined && (findRole(named, "rating") === 0 || (!event && findRole(named, "amount") < 0));
  const feedback = mapping.feedback ?? (isRating ? "ratings" : "events");
  const halfLife = mapping.halfLife === undefined ? undefined : parseHalfLife(mapping.halfLife);
  const file = basename(table.path);
  const refuse = (problem: string, fix: string) => new MatineeError("USAGE", `${file}: ${problem}`, { fix });
  if (feedback === "ratings") {
    if (rating === undefined) throw noColumnError(table, "rating column");
    const given = Object.keys(present({ weights, halfLife: mapping.halfLife }));
    if (repeats !== undefined && repeats !== "latest") given.push(`repeats ${repeats}`);
    if (given.length > 0) {
      throw refuse(
        `${given.join(", ")} is for events, and these are ratings`,
        "leave it out, or say --feedback events",
      );
    }
  }
  if (weights && !event) throw refuse("there are weights, but no column of event types", "name it with --event-column");
  if (halfLife !== undefined && !time)
    throw refuse("there is a half-life, but no column of times", "name it with --time-column");
  for (const [type, weight] of Object.entries(weights ?? {})) {
    if (!(weight > 0 && weight < maxRating)) {
      throw refuse(
        `the weight of ${type} is ${weight}`,
        "give numbers above 0, below 3.4e38; types that are not named are left out",
      );
    }
  }
  const scale = checkScale(mapping);
  if (scale && feedback === "events") throw refuse("a scale is for ratings, and these are events", "leave it out");
  return {
    ...columns,
    feedback,
    repeats: repeats ?? (feedback === "events" ? "sum" : "latest"),
    ...present({
      scale,
      halfLife,
      minRating,
      weights: weights && new Map(Object.entries(weights)),
      unrated: unrated === "" ? Number.NaN : unrated,
    }),
  };
}

const unitSeconds = { h: 3600, d: 86_400, w: 7 * 86_400, y: 365.25 * 86_400 };

/** "90d" in seconds. @throws USAGE */
export function parseHalfLife(text: string): number {
  const [, number, unit] = /^\s*(\d+(?:\.\d+)?)\s*([hdwy])\s*$/.exec(String(text)) ?? [];
  const seconds = Number(number) * unitSeconds[unit as keyof typeof unitSeconds];
  if (seconds > 0) return seconds;
  throw new MatineeError("USAGE", `a half-life of ${JSON.stringify(text)} is not a time`, {
    fix: "write 90d, or hours (h), weeks (w) or years (y)",
  });
}

/** The number of a column that is given by number. */
function numberOfColumn(column: string | number | undefined): number | undefined {
  return column !== undefined && /^[1-9]\d*$/.test(String(column)) ? Number(column) : undefined;
}

/** What to do where a column is not found. */
function fixOfColumns({ header, firstLine, delimiter, columns }: TableFile): string | undefined {
  const other = ["::", "|", "\t", ";", " "].find((candidate) => firstLine?.trim().includes(candidate));
  if (other !== undefined && other !== delimiter && columns.length === 1) {
    return `if ${JSON.stringify(other)} stands between the columns, say so with --delimiter ${JSON.stringify(other)}`;
  }
  return header
    ? "name the columns, --user-column NAME and so on, or number them from 1"
    : "the file has no line of names: number the columns, --user-column 1 and so on";
}

function checkScale({ scale }: TableMapping): RatingScale | undefined {
  if (scale === undefined) return undefined;
  const { min, max, step = 0 } = scale;
  if (!(min < max && step >= 0 && Number.isFinite(max - min))) {
    throw new MatineeError("USAGE", `a rating scale of ${min}–${max} with step ${step} is not possible`, {
      fix: "give a minimum below the maximum, and a step of at least 0",
    });
  }
  return { min, max, step };
}

/** What was recognised of the data, in one line. */
export function describeLayout(
  { ratings, catalog }: Omit<DataLayout, "name">,
  encoding: Encoding | undefined,
  remark: string | undefined,
): string {
  const { table, user, item, rating, time, event, feedback, repeats, weights } = ratings;
  const roles = { user, item, [feedback === "events" ? "amount" : "rating"]: rating, time, event };
  const columns = Object.entries(roles).flatMap(([role, column]) => {
    if (column === undefined) return [];
    if (table.format === "wide")
      return role === "user" ? [`users in rows, ${table.matrix!.items.length} films in columns`] : [];
    const place = table.header ? JSON.stringify(column.name) : `column ${column.at + 1}`;
    return [`${role} ${place}`];
  });
  const counting =
    feedback === "ratings"
      ? ""
      : `events${weights ? ` by weights ${[...weights].map(([type, weight]) => `${type}=${weight}`).join(", ")}` : event ? " of every type alike" : ""}, repeated ones ${
          repeats === "sum" ? "added" : repeats === "count" ? "counted" : "by the latest"
        }`;
  const parts = [
    columns.join(", "),
    counting,
    encoding !== undefined && encoding !== "utf-8" ? `text in ${encoding}` : "",
    remark ??
      (catalog ? `titles from ${basename(catalog.films)}` : ratings.title ? `titles from "${ratings.title.name}"` : ""),
  ];
  return `${basename(table.path)}: ${parts.filter(Boolean).join("; ")}`;
}
