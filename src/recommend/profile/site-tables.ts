/** The tables that sites export. */
import { filmName, withoutYear, yearOf } from "../../data/film-title.ts";
import type { ExportForm } from "../../data/reading/personal-export.ts";
import { present } from "../../present.ts";
import { type ExportedFilm, parseExternalId, parseRating, parseYear } from "./exported-film.ts";
import type { TextRow } from "./text-rows.ts";

/** A table of an export, with the name of its file. */
export interface ExportTable {
  readonly form: ExportForm;
  readonly file: string;
  readonly rows: readonly TextRow[];
}

/**
 * The films of a person's tables from one site.
 * @throws DATA_ROW
 */
export function filmsOfTables(tables: readonly ExportTable[]): ExportedFilm[] {
  const letterboxd = tables.filter(({ form }) => form.site === "Letterboxd" && form.rows !== "import");
  const others = tables.filter((table) => !letterboxd.includes(table));
  const films = others.flatMap(({ form, rows }) =>
    rows.map(form.site === "IMDb" ? filmOfImdb : form.rows === "import" ? filmToImport : filmOfMovieLens),
  );
  return [...filmsOfLetterboxd(letterboxd), ...films];
}

/** Ten stars. What is not a film is so by its `Title Type`. Lists have ratings too, and an unrated film in one need not be seen. */
function filmOfImdb(row: TextRow): ExportedFilm {
  const imdb = parseExternalId(row.value("const"));
  const [title, original, kind] = [row.value("title"), row.value("original title"), row.value("title type")];
  const rating = parseRating(row.value("your rating", "you rated"), 10, row.place);
  const year = parseYear(row.value("year"));
  return {
    key: imdb > 0 ? `imdb ${imdb}` : `${title} ${year}`,
    names: original === "" || original === title ? [title] : [title, original],
    year,
    imdb,
    tmdb: 0,
    ...present({ rating, otherKind: isOtherKind(kind) ? kind : undefined }),
    highest: 10,
  };
}

/** "TV Series" or tvSeries, of an episode or of a game; a "TV Movie", a "Short" and a "Video" are films. */
function isOtherKind(kind: string): boolean {
  return /series|episode|game|podcast|music/i.test(kind);
}

/** Half stars; the ids of IMDb are written without tt. A rating below 0 marks a film that is hidden. */
function filmOfMovieLens(row: TextRow): ExportedFilm {
  const title = row.value("title");
  const [id, text] = [row.value("movie_id"), row.value("rating")];
  const rating = text.startsWith("-") ? undefined : parseRating(text, 5, row.place);
  return {
    key: `movielens ${id}`,
    names: [withoutYear(title), filmName(title)],
    year: yearOf(title),
    imdb: parseExternalId(row.value("imdb_id")),
    tmdb: parseExternalId(row.value("tmdb_id")),
    id,
    ...present({ rating }),
    highest: 5,
  };
}

/** A row of a file for Letterboxd's import. */
function filmToImport(row: TextRow): ExportedFilm {
  const [title, year] = [row.value("title"), parseYear(row.value("year"))];
  const [imdb, tmdb] = [parseExternalId(row.value("imdbid")), parseExternalId(row.value("tmdbid"))];
  const stars = parseRating(row.value("rating"), 5, row.place);
  const rating = stars ?? parseRating(row.value("rating10"), 10, row.place);
  return {
    key: imdb > 0 ? `imdb ${imdb}` : tmdb > 0 ? `tmdb ${tmdb}` : `${title} ${year}`,
    names: [title],
    year,
    imdb,
    tmdb,
    ...present({ rating }),
    highest: stars === undefined ? 10 : 5,
    mark: "seen",
  };
}

/**
 * The films of a Letterboxd export, in half stars. They are rated as in ratings.csv, or else as in the latest rated entry of the
 * diary. Films go by title and year: the addresses of a diary are those of its entries. Where a file has two films of one title and
 * year, they are told apart by their order, and the diary says nothing of them.
 */
function filmsOfLetterboxd(tables: readonly ExportTable[]): ExportedFilm[] {
  const films = new Map<string, ExportedFilm>();
  const numbers = new Map<string, number>();
  const add = (row: TextRow, number: number, rating: number | undefined) => {
    const [title, year] = [row.value("name"), parseYear(row.value("year"))];
    const key = `${labelOf(row)} #${number}`;
    const known = films.get(key);
    const rated = known?.rating ?? rating;
    films.set(key, {
      ...{ key, names: [title], year, imdb: 0, tmdb: 0, highest: 5, mark: "seen" },
      ...present({ rating: rated }),
    });
  };
  for (const rows of ["ratings", "films"] as const) {
    for (const table of tables.filter(({ form }) => form.rows === rows)) {
      const addresses = new Map<string, string[]>();
      for (const row of table.rows) {
        const known = addresses.get(labelOf(row)) ?? [];
        const address = row.value("letterboxd uri");
        if (!known.includes(address)) known.push(address);
        addresses.set(labelOf(row), known);
        numbers.set(labelOf(row), Math.max(known.length, numbers.get(labelOf(row)) ?? 1));
        add(row, known.indexOf(address) + 1, parseRating(row.value("rating"), 5, row.place));
      }
    }
  }
  const entries = tables
    .filter(({ form }) => form.rows === "diary")
    .flatMap(({ rows }) => rows)
    .map((row) => ({ row, rating: parseRating(row.value("rating"), 5, row.place), day: dayOf(row) }))
    .reverse() // of two entries on one day, the later row counts
    .sort((a, b) => (a.day < b.day ? 1 : a.day > b.day ? -1 : 0));
  for (const { row, rating } of entries) {
    if ((numbers.get(labelOf(row)) ?? 1) === 1) add(row, 1, rating);
  }
  return [...films.values()];
}

function labelOf(row: TextRow): string {
  return `${row.value("name")} ${row.value("year")}`;
}

function dayOf(row: TextRow): string {
  return row.value("watched date") || row.value("date");
}
