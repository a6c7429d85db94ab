/** What the files of a personal export say. Nothing of Node. */
import { MatineeError } from "../../errors.ts";
import type { ExportedFilm } from "./exported-film.ts";
import { filmsOfRatings, filmsOfTrakt } from "./json-lists.ts";
import { type ExportTable, filmsOfTables } from "./site-tables.ts";
import { decodeText, findExportHeader, readTextRows } from "./text-rows.ts";
import type { FileInMemory } from "./unpack-export.ts";

/** The forms that `writeProfile` writes; they may hold no film yet. */
export const writtenForms: readonly string[] = ["Ratings of matinee rate", "File for Letterboxd"];

/** The forms that are read, for messages. */
const knownForms =
  "give an export of Letterboxd (.zip or one of its .csv files), IMDb or movielens.org (.csv) or Trakt (.json), or a file that Matinee saved";

/**
 * The films of an export that were rated or marked, each once.
 * @param name of the file or the archive, for messages
 * @throws DATA_LAYOUT, DATA_ROW
 */
export function readExport(files: readonly FileInMemory[], name: string): { form: string; films: ExportedFilm[] } {
  const forms: string[] = [];
  const tables: ExportTable[] = [];
  const listed: ExportedFilm[] = [];
  for (const { name: file, bytes } of files) {
    const text = decodeText(bytes);
    if (/^\s*[[{]/.test(text)) {
      const content = parseJson(text, file);
      const own = filmsOfRatings(content);
      const films = own ?? filmsOfTrakt(content, file);
      if (films === undefined) continue;
      forms.push(own === undefined ? "Trakt list" : writtenForms[0]);
      listed.push(...(isWatchlist(file) ? films.map(toBeSeen) : films));
    } else {
      const header = findExportHeader(text);
      if (header === undefined) continue;
      const { site, rows } = header.form;
      forms.push(rows === "import" ? writtenForms[1] : `${site} export`);
      tables.push({ form: header.form, file, rows: readTextRows(text, header, file) });
    }
  }
  if (forms.length === 0) {
    throw new MatineeError("DATA_LAYOUT", `${name} is no personal export that is known`, { fix: knownForms });
  }
  const watchlists = tables.filter(({ file }) => isWatchlist(file));
  const others = tables.filter((table) => !watchlists.includes(table));
  const films = new Map<string, ExportedFilm>();
  for (const film of [...filmsOfTables(others), ...listed, ...filmsOfTables(watchlists).map(toBeSeen)]) {
    if (film.rating === undefined && film.mark === undefined) continue;
    const known = films.get(film.key);
    // The rating of a list stays where another list says only that the film was seen, and that it was seen where it is to be seen again.
    if (known?.rating !== undefined && film.rating === undefined) continue;
    if (known === undefined || film.rating !== undefined || film.mark === "seen") films.set(film.key, film);
  }
  return { form: [...new Set(forms)].join(", "), films: [...films.values()] };
}

/** There is no other difference between films that were seen and films that are to be seen. */
function isWatchlist(file: string): boolean {
  return /watch-?list/i.test(file);
}

function toBeSeen(film: ExportedFilm): ExportedFilm {
  return film.rating === undefined ? { ...film, mark: "watchlist" } : film;
}

/** @throws DATA_LAYOUT */
function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new MatineeError("DATA_LAYOUT", `${file} is not readable JSON: ${(cause as Error).message}`, {
      cause,
      fix: "check that the file is complete",
    });
  }
}
