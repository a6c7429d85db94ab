/** Made-up personal exports of films of a catalog, as each site writes them. */
import type { Dataset } from "../../src/data/dataset.ts";
import type { Id } from "../../src/data/ids.ts";
import { random } from "../../src/random.ts";
import { zip } from "./zip.ts";

/** A film as a site knows it. */
interface SiteFilm {
  /** Its id in the data; undefined where the data do not have it. */
  readonly id?: Id;
  /** As MovieLens writes it, with its year. */
  readonly title: string;
  /** As sites write it. */
  readonly name: string;
  readonly original: string;
  readonly year: number;
  readonly imdb: number;
  readonly tmdb: number;
  /** 1 to 10. */
  readonly rating: number;
}

export interface MadeExport {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * 300 films: 270 of the data, and 30 that the data do not have, of which 10 are remakes of a film in it. Sites write articles first,
 * leave accents out or put other signs, take the title in brackets, or count the year of another country.
 */
export function madeUpFilmsOf({ items, catalog }: Dataset, seed: number): SiteFilm[] {
  const draw = random(seed);
  const known = new Set(catalog.titles.map((title) => title.trim()));
  const order = Array.from({ length: items.size }, (_, item) => item)
    .filter((item) => /\(\d{4}\)\s*$/.test(catalog.titles[item]))
    .map((item) => [draw.float(), item])
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item);
  const films = order.slice(0, 270).map((item, n): SiteFilm => {
    const title = catalog.titles[item].trim();
    const [, bare, year] = /^(.*?)\s*\((\d{4})\)$/.exec(title)!;
    const names = namesOf(bare);
    const other = names.length > 1 && n % 3 === 0 ? names[1 + (n % (names.length - 1))] : names[0];
    const off = n % 10 === 7 && !known.has(`${bare} (${Number(year) + 1})`) ? 1 : 0;
    return {
      id: items.id(item),
      title,
      name: habits[n % habits.length](other),
      original: names.at(-1)!,
      year: Number(year) + off,
      imdb: catalog.imdb[item] || 8_000_000 + n,
      tmdb: catalog.tmdb[item] || 8_000_000 + n,
      rating: 1 + (n % 10),
    };
  });
  const remakes = order
    .slice(270)
    .map((item) => /^(.*?)\s*\((\d{4})\)$/.exec(catalog.titles[item].trim())!)
    .map(([, bare, year], n) => ({ bare, name: namesOf(bare)[0], year: Number(year) + (n % 2 === 0 ? 2 : 15) + n }))
    .filter(({ bare, year }) => [-1, 0, 1].every((off) => !known.has(`${bare} (${year + off})`)))
    .slice(0, 10);
  const others = Array.from({ length: 20 }, (_, n) => ({
    name: `${n % 2 === 0 ? "The " : ""}Unheard Film ${"ABCDEFGHIJKLMNOPQRST"[n]}`,
    year: 1970 + n,
  }));
  const unknown = [...remakes, ...others].map(({ name, year }, n): SiteFilm => {
    const title = `${name} (${year})`;
    return { title, name, original: name, year, imdb: 9_000_000 + n, tmdb: 9_000_000 + n, rating: 1 + (n % 10) };
  });
  return [...films, ...unknown];
}

/** The names in a title of MovieLens without its year, their articles first. */
function namesOf(bare: string): string[] {
  const brackets = Array.from(bare.matchAll(/\s\(([^()]+)\)(?=\s|$)/g), ([, name]) => name);
  const main = brackets.length > 0 ? bare.slice(0, bare.indexOf(` (${brackets[0]})`)) : bare;
  return [main, ...brackets.map((name) => name.replace(/^a\.?k\.?a\.? /, ""))].map((name) => {
    const [, rest, article] = /^(.+), (The|An?|L[aeo]s?|L'|I[l]?|El|De[rtn]|Die|Das|Une?|O)$/.exec(name) ?? [];
    return rest === undefined ? name : `${article}${article.endsWith("'") ? "" : " "}${rest}`;
  });
}

/** What sites do to the titles of others. */
const habits: readonly ((name: string) => string)[] = [
  (name) => name,
  (name) => name.normalize("NFD").replace(/\p{M}/gu, ""),
  (name) => name.replaceAll("'", "’").replaceAll("...", "…"),
  (name) => (name.includes("&") ? name.replaceAll("&", "and") : name.replace(/\band\b/, "&")),
  (name) =>
    name
      .replace(/\bII$/, "2")
      .replace(/\bIII\b/, "3")
      .replace(/\b2$/, "II"),
  (name) => name.replace(": ", " - ").replace(/(?<=\w)-(?=\w)/g, " "),
  (name) => name.toUpperCase(),
];

const field = (text: string | number) => (/[",]/.test(`${text}`) ? `"${`${text}`.replaceAll('"', '""')}"` : `${text}`);
const csv = (lines: readonly (readonly (string | number)[])[]) =>
  lines.map((fields) => `${fields.map(field).join(",")}\n`).join("");
const tt = (imdb: number) => `tt${String(imdb).padStart(7, "0")}`;

const encode = (text: string) => new TextEncoder().encode(text);
const encodeCsv = (lines: Parameters<typeof csv>[0]) => encode(csv(lines));
const encodeJson = (value: unknown) => encode(JSON.stringify(value));

/** Letterboxd's table of films, with a rating where `rated` gives one. */
function letterboxd(films: readonly SiteFilm[], rated: (film: SiteFilm) => number[]): string {
  const rows = films.map((film, n) => ["2024-01-01", film.name, film.year, `https://boxd.it/${n}`, ...rated(film)]);
  const header = ["Date", "Name", "Year", "Letterboxd URI", ...(rated(films[0]).length > 0 ? ["Rating"] : [])];
  return csv([header, ...rows]);
}

/** An export in every form, by its name. */
export const exportsOf: Readonly<Record<string, (films: readonly SiteFilm[]) => MadeExport>> = {
  "Letterboxd archive": (films) => ({
    name: "letterboxd-somebody-2024.zip",
    bytes: zip({
      "profile.csv": "Date Joined,Username\n2020-01-01,somebody\n",
      "ratings.csv": letterboxd(films, ({ rating }) => [rating / 2]),
      "watched.csv": letterboxd(films, () => []),
      "watchlist.csv": letterboxd([{ ...films[0], name: "To Be Watched" }], () => []),
      "deleted/diary.csv": letterboxd(films, () => [0.5]),
      "likes/films.csv": letterboxd([{ ...films[0], name: "Liked Alone" }], () => []),
      "lists/best.csv": "Letterboxd list export v7\nDate,Name\n",
    }),
  }),
  Letterboxd: (films) => ({
    name: "ratings.csv",
    bytes: encode(letterboxd(films, ({ rating }) => [rating / 2])),
  }),
  "Letterboxd diary": (films) => ({
    name: "diary.csv",
    bytes: encodeCsv([
      ["Date", "Name", "Year", "Letterboxd URI", "Rating", "Rewatch", "Tags", "Watched Date"],
      // Every film twice: the first entry has another rating, or none.
      ...films.flatMap(({ name, year, rating }, n) => [
        ["2024-02-02", name, year, `https://boxd.it/a${n}`, rating / 2, "Yes", "", "2024-02-01"],
        ["2024-02-03", name, year, `https://boxd.it/b${n}`, n % 2 === 0 ? "" : 0.5, "", "a, b", "2023-12-01"],
      ]),
    ]),
  }),
  "Letterboxd import": (films) => ({
    name: "import.csv",
    bytes: encodeCsv([
      ["tmdbID", "Title", "Year", "Rating10"],
      ...films.map(({ tmdb, name, year, rating }) => [tmdb, name, year, rating]),
    ]),
  }),
  IMDb: (films) => ({
    name: "ratings.csv",
    bytes: encodeCsv([
      ["Const", "Your Rating", "Date Rated", "Title", "Original Title", "URL", "Title Type", "IMDb Rating", "Year"],
      ...films.map(({ imdb, name, original, year, rating }) => {
        return [tt(imdb), rating, "2024-01-01", name, original, `https://x/${tt(imdb)}/`, "Movie", 7.1, year];
      }),
    ]),
  }),
  "IMDb of old": (films) => ({
    name: "ratings.csv",
    bytes: encodeCsv([
      ["position", "const", "created", "Title", "Title type", "You rated", "Year"],
      ...films.map(({ imdb, name, year, rating }, n) => [n + 1, tt(imdb), "", name, "Feature Film", rating, year]),
    ]),
  }),
  "movielens.org": (films) => ({
    name: "movielens-ratings.csv",
    bytes: encodeCsv([
      ["movie_id", "imdb_id", "tmdb_id", "rating", "average_rating", "title"],
      ...films.map(({ imdb, tmdb, title, rating }, n) => {
        return [n + 1, String(imdb).padStart(7, "0"), tmdb, (rating / 2).toFixed(1), 3.51, title];
      }),
    ]),
  }),
  Trakt: (films) => ({
    name: "ratings_movies.json",
    bytes: encodeJson(
      films.map(({ imdb, tmdb, name, year, rating }, n) => ({
        rated_at: "2024-02-01T10:00:00.000Z",
        rating,
        type: "movie",
        movie: { title: name, year, ids: { trakt: n, slug: `film-${n}`, ...(n % 2 ? { imdb: tt(imdb) } : {}), tmdb } },
      })),
    ),
  }),
};
