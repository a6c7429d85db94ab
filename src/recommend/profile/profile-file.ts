/** One person's ratings as a file: read from any personal export, and written. For Node alone. */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { quoteArgument } from "../../check-arguments.ts";
import type { DatasetInfo } from "../../data/dataset.ts";
import { MatineeError } from "../../errors.ts";
import { replaceText } from "../../replace-file.ts";
import type { OpenModel } from "../open-model.ts";
import type { Recommender } from "../recommender.ts";
import type { RatingOfFilm } from "../request.ts";
import { type FilmSearch, filmSearch } from "../search.ts";
import { type ImportedProfile, importProfile } from "./import-profile.ts";
import { letterboxdTable } from "./letterboxd-table.ts";
import { type FileInMemory, unpackExport } from "./unpack-export.ts";

/** The films among which those of a profile are: a recommender's, or those of a data set. */
export type KnownFilms = Recommender | OpenModel | DatasetInfo;

/**
 * Reads one person's ratings: an export of Letterboxd (the archive, or one of its files), IMDb, movielens.org or Trakt, or a file that
 * `writeProfile` or `matinee rate --save` wrote. Films are matched by their ids of IMDb and TMDB, or else by title and year; what is not
 * certain is told in `import`, and not guessed. `importProfile` of `matinee/core` says how, and does the same in a page.
 *
 * @param source the name of a file; or its bytes and name, as a server has them of an upload
 * @throws DATA_NOT_FOUND, DATA_LAYOUT, DATA_ROW; DATA_EMPTY where no film is rated or seen; ITEM_UNKNOWN where no film is matched
 * @example
 * import { readProfile, writeProfile } from "matinee";
 * await writeProfile("mine.json", [{ id: 260, rating: 5 }]);
 * const mine = await readProfile("mine.json", recommender);
 * await recommender.recommend({ ratings: mine.ratings, exclude: mine.seen });
 * console.log(mine.import.matched, mine.import.unmatched);
 */
export async function readProfile(source: string | FileInMemory, films: KnownFilms): Promise<ImportedProfile> {
  const file = typeof source === "string" ? await readWhole(source) : checkFile(source);
  return importProfile(await unpackExport(file), file.name, searchable(films));
}

/**
 * Writes one person's ratings, for `readProfile` and `matinee recommend --ratings`. A name that ends in .csv gives a file that
 * Letterboxd imports: ids of TMDB and IMDb where the data have them, title, year, and the rating in half stars. Any other gives JSON with
 * the data's own ids. The file is replaced in one step.
 *
 * @param films those of the ratings; needed for .csv
 * @throws WRITE_FAILED, USAGE; ITEM_UNKNOWN for a film that the data do not have
 * @example
 * import { writeProfile } from "matinee";
 * const ratings = [{ id: 260, rating: 5 }];
 * await writeProfile("mine.json", ratings);
 * await writeProfile("for-letterboxd.csv", ratings, recommender);
 */
export async function writeProfile(file: string, ratings: Iterable<RatingOfFilm>, films?: KnownFilms): Promise<void> {
  if (!/\.csv$/i.test(file)) {
    await replaceText(file, `${JSON.stringify({ ratings: [...ratings] })}\n`);
    return;
  }
  if (films === undefined) {
    throw new MatineeError("USAGE", `${file} needs the titles of films`, {
      fix: "give the recommender or the data as well: writeProfile(file, ratings, recommender)",
    });
  }
  await replaceText(file, letterboxdTable(ratings, infoOf(films)));
}

function infoOf(films: KnownFilms): DatasetInfo {
  return "info" in films ? films.info : films;
}

function searchable(films: KnownFilms): Pick<OpenModel, "info" | "search"> {
  if ("opened" in films) return films.opened;
  if ("search" in films) return films;
  const search = searches.get(films) ?? filmSearch(films);
  searches.set(films, search);
  return { info: films, search };
}

/** What finds the films of data sets: made once for all profiles. */
const searches = new WeakMap<DatasetInfo, FilmSearch>();

async function readWhole(path: string): Promise<FileInMemory> {
  try {
    return { name: basename(path), bytes: await readFile(path) };
  } catch (cause) {
    const message = `${path} cannot be read: ${(cause as Error).message}`;
    throw new MatineeError("DATA_NOT_FOUND", message, { fix: "check the path", cause });
  }
}

/** @throws USAGE */
function checkFile(source: FileInMemory): FileInMemory {
  if (typeof source?.name === "string" && source.bytes instanceof Uint8Array) return source;
  throw new MatineeError("USAGE", `readProfile takes the name of a file, not ${quoteArgument(source)}`, {
    fix: "give a path, or { name, bytes } of a file in memory",
  });
}
