/** Files of a folder by what their names say of them. */
import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { MatineeError } from "../../errors.ts";
import { present } from "../../present.ts";

const tableEnding = /\.(csv|tsv|tab|txt|dat|data|inter|item|genre|jsonl?|ndjson|parquet)(\.gz)?$/i;

/** Names of files that hold ratings, the most telling first. */
const ratingsNames = [
  /^ratings\.csv(\.gz)?$/i,
  /^ratings\.dat$/i,
  /^u\.data$/i,
  /^ratings?\.[^.]+(\.gz)?$/i,
  /\.inter(\.gz)?$/i,
  /^combined_data_\d+\.txt$/i,
  /rating/i,
  /interaction|event|feedback|review/i,
  /^/,
];

/** Names of files that describe films, the most telling first. */
const filmsNames = [
  ...[/^u\.item$/i, /^movies\.(csv|dat)(\.gz)?$/i, /^movies?\.[^.]+(\.gz)?$/i, /^movie_titles\.(csv|txt)$/i],
  ...[/\.item(\.gz)?$/i, /^(items|films|books)\.[^.]+(\.gz)?$/i, /^movies_metadata\.csv$/i],
];

const tagsNames = [/^tags?\.(csv|dat)$/i];
const linksNames = [/^links?\.csv$/i, /^links_small\.csv$/i];
const otherNames = /^(readme|license|users?\.|u\.(user|info|genre|occupation)$|genome-)/i;

/** The files with the ratings of a folder: one, or all the parts of one table. Where it holds but one folder, those of that one. */
export async function findRatings(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
  const tables = files.filter(
    (name) =>
      tableEnding.test(name) &&
      ![...filmsNames, ...tagsNames, ...linksNames, otherNames].some((pattern) => pattern.test(name)),
  );
  for (const pattern of ratingsNames) {
    const found = tables.filter((name) => pattern.test(name)).sort();
    if (found.length === 1 || found.every((name) => /^combined_data_/i.test(name))) {
      if (found.length > 0) return found.map((name) => join(folder, name));
    } else {
      throw new MatineeError("DATA_LAYOUT", `folder ${basename(folder)} holds several tables: ${found.join(", ")}`, {
        fix: "give the file with the ratings itself",
      });
    }
  }
  const folders = entries.filter((entry) => entry.isDirectory() && !/^(__MACOSX|\.)/.test(entry.name));
  if (folders.length === 1) return findRatings(join(folder, folders[0].name));
  throw new MatineeError("DATA_LAYOUT", `folder ${basename(folder)} holds no table of ratings, such as ratings.csv`, {
    fix: "give the file with the ratings itself",
  });
}

/** Files that describe items. */
export interface CatalogFiles {
  readonly films: string;
  readonly tags?: string;
  readonly links?: string;
  /** The names of the genres, of ml-100k. */
  readonly genres?: string;
}

/** The files that describe items in a folder; undefined where none describes films. */
export async function findCatalog(
  folder: string,
  ratings: readonly string[],
  films?: string,
): Promise<CatalogFiles | undefined> {
  const names = (await readdir(folder)).filter(
    (name) => tableEnding.test(name) && !ratings.includes(join(folder, name)),
  );
  const find = (patterns: readonly RegExp[]) => {
    for (const pattern of patterns) {
      const name = names.find((one) => pattern.test(one));
      if (name !== undefined) return join(folder, name);
    }
    return undefined;
  };
  const found = films ?? find(filmsNames);
  if (found === undefined) return undefined;
  const [tags, links, genres] = [tagsNames, linksNames, [/^u\.genre$/]].map(find);
  return { films: found, ...present({ tags, links, genres }) };
}
