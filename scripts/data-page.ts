/** docs/data.md: its tables of layouts, made by running the command on a sample of each, and of the names of columns. */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { columnNames } from "../src/data/reading/columns.ts";

const page = resolve(import.meta.dirname, "../docs/data.md");

/** Where the samples are: made-up files in the layouts that people have. */
export const sampleFiles = process.env.MATINEE_TEST_FILES ?? resolve(import.meta.dirname, "../../shared/files");

export const haveSamples = existsSync(sampleFiles);

/** What a run of the command ended with. */
export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const personal = (path: string) => `recommend --data ml-10m --ratings ${path}`;

/** A layout, the command that reads a sample of it, and what is peculiar. */
const samples: readonly [layout: string, command: string][] = [
  ["MovieLens 10M and 1M", "data --data ml-10m"],
  ["MovieLens as Kaggle has it", "data --data kaggle-ml20m"],
  ["The Movies Dataset (Kaggle)", "data --data kaggle-movies"],
  [
    "The same, where its ids are those of the ratings",
    "data --data kaggle-movies/ratings_small.csv --catalog kaggle-movies/movies_metadata.csv",
  ],
  ["Netflix Prize", "data --data netflix"],
  ["RecBole", "data --data recbole"],
  ["Goodbooks", "data --data goodbooks"],
  ["Book-Crossing, 0 is implicit", "data --data book-crossing/BX-Book-Ratings.csv --unrated 0"],
  ["Book-Crossing with backslashes", "data --data book-crossing/bx_backslash.csv"],
  ["FilmTrust", "data --data filmtrust"],
  ["Amazon reviews, 2014", "data --data amazon/ratings_Movies_and_TV.csv --user-column 1 --item-column 2"],
  ["Amazon reviews, 2018", "data --data amazon/2018_item_first.csv --user-column 2 --item-column 1"],
  ["Amazon without saying which column is which", "data --data amazon/2018_item_first.csv"],
  ["Yelp, and other JSON lines", "data --data yelp"],
  ["A matrix of users and films", "data --data wide"],
  ["A spreadsheet's CSV", "data --data excel/semicolon.csv"],
  ["A spreadsheet's Unicode text", "data --data excel/utf16.txt"],
  ["The same with titles", "data --data excel-folder"],
  ["Packed with gzip", "data --data gz"],
  ["RetailRocket", "data --data retailrocket --weights view=1,addtocart=3,transaction=5 --half-life 90d"],
  ["Amazon Personalize", "data --data personalize"],
  ["Gorse", "data --data gorse"],
  [
    "Steam: hours played",
    "data --data steam/steam-200k.csv --user-column 1 --item-column 2 --event-column 3 --rating-column 4 --weights play=1",
  ],
  ["Letterboxd, ratings", personal("letterboxd/ratings.csv")],
  ["Letterboxd, diary", personal("letterboxd/diary.csv")],
  ["Letterboxd, films watched", personal("letterboxd/watched.csv")],
  ["IMDb", personal("imdb/ratings.csv")],
  ["movielens.org", personal("movielens-org/movielens-ratings.csv")],
  ["Trakt", personal("trakt/ratings_movies.json")],
  ["One person's ratings given as data", "data --data letterboxd/ratings.csv"],
  ["A file of films given as data", "data --data kaggle-ml20m/movie.csv"],
];

/** docs/data.md as it is, with its tables made anew. */
export async function dataPage(run: (...args: string[]) => Promise<Run>): Promise<string> {
  const rows: string[] = [];
  for (const [layout, command] of samples) {
    const args = command
      .split(" ")
      .map((word) => (existsSync(join(sampleFiles, word)) ? join(sampleFiles, word) : word));
    rows.push(`| ${layout} | \`matinee ${command}\` | ${understood(await run(...args, "--json"))} |`);
  }
  return withTables(readFileSync(page, "utf8"), {
    layouts: ["| Layout | Command | What is understood |", "|---|---|---|", ...rows],
    names: nameRows(),
  });
}

/** What a run says that it understood, or why it refused. */
function understood({ code, stdout, stderr }: Run): string {
  const clean = (text: string) => text.replaceAll(`${sampleFiles}/`, "").replaceAll("|", "\\|");
  if (code !== 0)
    return clean(
      `refused: ${stderr
        .trim()
        .split("\n")
        .at(-1)!
        .replace(/^matinee: /, "")}`,
    );
  const result = JSON.parse(stdout);
  if (result.import) {
    const { matched, doubtful, unmatched } = result.import;
    return `${matched} films matched, ${doubtful.length} doubtful, ${unmatched.length} unmatched`;
  }
  const { ratings, items, users, scale, feedback, report } = result;
  const size = `${ratings} ${feedback === "events" ? "pairs with events" : `ratings from ${scale.min} to ${scale.max}`}, ${items} films, ${users} users`;
  return clean(`${report.recognised}. ${size}`);
}

function nameRows(): string[] {
  const rows = Object.entries(columnNames).map(
    ([role, names]) => `| ${role} | ${names.map((name) => `\`${name}\``).join(", ")} |`,
  );
  return ["| Column | Names |", "|---|---|", ...rows];
}

function withTables(text: string, tables: Readonly<Record<string, readonly string[]>>): string {
  let result = text;
  for (const [name, rows] of Object.entries(tables)) {
    const start = `<!-- ${name}: made by npm run docs -->`;
    const end = `<!-- end of ${name} -->`;
    const [from, to] = [result.indexOf(start), result.indexOf(end)];
    if (from < 0 || to < 0) throw new Error(`docs/data.md has no place for the table of ${name}`);
    result = `${result.slice(0, from)}${start}\n\n${rows.join("\n")}\n\n${result.slice(to)}`;
  }
  return result;
}
