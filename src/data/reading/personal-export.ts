/** Files in which a site gives one person their ratings, known by the names of their columns. Nothing of Node. */

/** A site whose exports are read as a person's ratings. */
export type ExportSite = "Letterboxd" | "IMDb" | "movielens.org" | "Trakt";

/** A table of a personal export: the columns by which it is known, in small letters. Of two forms that fit, the first counts. */
export interface ExportForm {
  readonly site: ExportSite;
  /** What a row tells: a rating, a day on which the film was seen, that it was seen, or a film to be imported by Letterboxd. */
  readonly rows: "ratings" | "diary" | "films" | "import";
  readonly columns: readonly string[];
}

const forms: readonly ExportForm[] = [
  { site: "Letterboxd", rows: "diary", columns: ["date", "name", "year", "letterboxd uri", "rating", "watched date"] },
  { site: "Letterboxd", rows: "ratings", columns: ["date", "name", "year", "letterboxd uri", "rating"] },
  { site: "Letterboxd", rows: "films", columns: ["date", "name", "year", "letterboxd uri"] },
  { site: "IMDb", rows: "ratings", columns: ["const", "your rating", "title"] },
  { site: "IMDb", rows: "ratings", columns: ["const", "you rated", "title"] },
  { site: "movielens.org", rows: "ratings", columns: ["movie_id", "imdb_id", "tmdb_id", "rating", "title"] },
  { site: "Letterboxd", rows: "import", columns: ["title", "tmdbid", "rating"] },
  { site: "Letterboxd", rows: "import", columns: ["title", "imdbid", "rating"] },
  { site: "Letterboxd", rows: "import", columns: ["title", "rating10"] },
  { site: "Letterboxd", rows: "import", columns: ["title", "rating", "watcheddate"] },
];

/** The form of a table by the names of its columns, letter case and order apart; undefined where it is no personal export. */
export function exportFormOf(columns: readonly string[]): ExportForm | undefined {
  const names = new Set(columns.map((column) => column.trim().toLowerCase()));
  // A table that names users holds the ratings of several.
  if ([...names].some((name) => /^user/.test(name))) return undefined;
  return forms.find((form) => form.columns.every((column) => names.has(column)));
}

/** The site that a table is a personal export of, by the names of its columns; undefined where it is none. */
export function exportSiteOf(columns: readonly string[]): ExportSite | undefined {
  if (columns.includes("movie.ids.trakt")) return "Trakt";
  return exportFormOf(columns)?.site;
}
