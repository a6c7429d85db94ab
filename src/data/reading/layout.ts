import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { MatineeError } from "../../errors.ts";
import { present } from "../../present.ts";
import type { RatingScale } from "../dataset.ts";
import { type Column, type Encoding, openTable, type TableFile } from "./table.ts";

/** Where the ratings are and, where known, what describes their items. */
export interface DataLayout {
  readonly name: string;
  readonly ratings: RatingsTable;
  readonly catalog?: CatalogFiles;
}

/** The table that holds the ratings, and the meaning of its columns. */
export interface RatingsTable {
  readonly table: TableFile;
  readonly user: Column;
  readonly item: Column;
  readonly rating: Column;
  readonly time?: Column;
  /** Ratings outside are errors. Without it, the scale is that of the ratings. */
  readonly scale?: RatingScale;
  /** Ids must be whole numbers, as in MovieLens; otherwise a column with any other id is read as text. */
  readonly numericIds: boolean;
}

/** Files that describe items: the MovieLens family they are of, and the files in their folder. */
export interface CatalogFiles {
  readonly kind: "100k" | "1m" | "latest";
  readonly folder: string;
  readonly names: ReadonlySet<string>;
  /** Encoding of the latest layout's files; the older ones are always latin-1. */
  readonly encoding: Encoding;
}

/** The meaning of a table that is not of MovieLens. */
export interface TableMapping {
  /** Names of the columns, or their numbers from 1 (2 or "2"). Common names need not be given. */
  readonly columns?: {
    readonly user?: string | number;
    readonly item?: string | number;
    readonly rating?: string | number;
    readonly time?: string | number;
  };
  /** Whether the first line names the columns. Default: found out from the line. */
  readonly header?: boolean;
  readonly delimiter?: string;
  readonly encoding?: Encoding;
  /** Ratings outside are errors. Default: the scale of MovieLens for MovieLens, else that of the ratings. */
  readonly scale?: { readonly min: number; readonly max: number; readonly step?: number };
}

const wholeStars: RatingScale = { min: 1, max: 5, step: 1 };
const halfStars: RatingScale = { min: 0.5, max: 5, step: 0.5 };

/** Names by which columns are recognised, letter case apart; the first one found counts. */
const commonNames = {
  user: ["userid", "user_id", "user"],
  item: ["movieid", "item_id", "itemid", "item", "movie_id"],
  rating: ["rating"],
  time: ["timestamp", "time"],
};

/**
 * Finds the ratings in a folder or a file, the meaning of their columns, and the files of the catalog.
 *
 * @throws DATA_LAYOUT, DATA_COLUMN, and what `openTable` throws
 */
export async function findLayout(path: string, mapping: TableMapping): Promise<DataLayout> {
  const name = basename(resolve(path));
  if (!(await stat(path)).isDirectory()) return { name, ...(await findFileLayout(path, mapping)) };
  const files = new Set(await readdir(path));
  for (const file of ["ratings.csv", "ratings.dat", "u.data"]) {
    if (files.has(file)) return { name, ...(await findFileLayout(join(path, file), mapping)) };
  }
  throw new MatineeError("DATA_LAYOUT", `folder ${name} holds none of ratings.csv, ratings.dat, u.data`, {
    fix: "give a MovieLens folder, or the file with the ratings itself",
  });
}

async function findFileLayout(path: string, mapping: TableMapping): Promise<Omit<DataLayout, "name">> {
  const file = basename(path);
  const folder = dirname(path);
  if (mapping.columns === undefined) {
    if (/^u(\d|a|b)?\.(data|base|test)$/.test(file)) {
      const table = await openTable(path, { header: false, delimiter: "\t", quote: "" });
      return addCatalog("100k", folder, "u.item", movieLensColumns(table, mapping));
    }
    if (/\.dat$/.test(file)) {
      const table = await openTable(path, { header: false, delimiter: "::", quote: "", encoding: "latin-1" });
      return addCatalog("1m", folder, "movies.dat", movieLensColumns(table, mapping));
    }
  }
  const table = await openTable(path, {
    ...present({ firstNumber: numberOfColumn(mapping.columns?.rating) }),
    ...mapping,
  });
  const movieLens =
    mapping.columns === undefined &&
    /^ratings\.csv(\.gz)?$/.test(file) &&
    ["userId", "movieId", "rating"].every((column, index) => table.columns[index] === column);
  const ratings = findColumns(table, mapping, movieLens);
  return /^ratings\.csv(\.gz)?$/.test(file) ? addCatalog("latest", folder, "movies.csv", ratings) : { ratings };
}

/** Adds the catalog's files where they lie beside the ratings. */
async function addCatalog(
  kind: CatalogFiles["kind"],
  folder: string,
  needed: string,
  ratings: RatingsTable,
): Promise<Omit<DataLayout, "name">> {
  const names = new Set(await readdir(folder));
  const { encoding } = ratings.table;
  return names.has(needed) ? { ratings, catalog: { kind, folder, names, encoding } } : { ratings };
}

/** The old MovieLens files: user, item, rating, time, in this order and without a header. */
function movieLensColumns(table: TableFile, mapping: TableMapping): RatingsTable {
  if (table.columns.length !== 4) {
    const found = `${table.columns.length} columns where user, item, rating and time are expected`;
    throw new MatineeError("DATA_COLUMN", `${basename(table.path)} has ${found}`);
  }
  return {
    table,
    user: { at: 0, name: "user", as: "number" },
    item: { at: 1, name: "item", as: "number" },
    rating: { at: 2, name: "rating", as: "number" },
    time: { at: 3, name: "time", as: "time" },
    scale: checkScale(mapping) ?? wholeStars,
    numericIds: true,
  };
}

/** The columns that the mapping gives, or else those of the common names. */
function findColumns(table: TableFile, mapping: TableMapping, movieLens: boolean): RatingsTable {
  const find = (role: keyof typeof commonNames): Column | undefined => {
    // MovieLens writes its ids as plain numbers; elsewhere 007 and 7 may be two users.
    const id = movieLens ? "number" : "id";
    const as = role === "time" ? "time" : role === "rating" ? "number" : id;
    const wanted = mapping.columns?.[role];
    for (const name of wanted === undefined ? commonNames[role] : [wanted]) {
      const named =
        wanted === undefined
          ? table.columns.findIndex((column) => column.toLowerCase() === name)
          : table.columns.indexOf(String(name));
      const at = named < 0 && /^\d+$/.test(String(name)) ? Number(name) - 1 : named;
      if (at in table.columns) return { at, name: table.header ? table.columns[at] : role, as };
    }
    if (wanted === undefined && role === "time") return undefined;
    const sought = wanted === undefined ? `${role} column` : `column ${JSON.stringify(wanted)} for the ${role}`;
    throw new MatineeError(
      "DATA_COLUMN",
      `${basename(table.path)} has no ${sought}; its columns are ${table.columns.join(", ")}`,
      present({ fix: fixOfColumns(table) }),
    );
  };
  const time = find("time");
  const scale = checkScale(mapping) ?? (movieLens ? halfStars : undefined);
  return {
    table,
    user: find("user")!,
    item: find("item")!,
    rating: find("rating")!,
    ...present({ time, scale }),
    numericIds: movieLens,
  };
}

/** The number of a column that is given by number. */
function numberOfColumn(column: string | number | undefined): number | undefined {
  return column !== undefined && /^[1-9]\d*$/.test(String(column)) ? Number(column) : undefined;
}

/** What to do where a column is not found. */
function fixOfColumns({ header, firstLine }: TableFile): string | undefined {
  const other = ["::", "|", "\t", ";", " "].find((candidate) => firstLine?.trim().includes(candidate));
  if (other !== undefined && firstLine !== undefined && !firstLine.includes(",")) {
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
