import { Command } from "commander";
import { type RatedFilm, ratedFilms } from "../../recommend/neighbours.ts";
import { addDataOptions, type DataFlags, readData } from "../options/data.ts";
import { askingUserAmong } from "../options/user.ts";
import { printJson, printLines } from "../terminal/output.ts";
import { titleText } from "../terminal/wording.ts";

interface RatingsFlags extends DataFlags {
  user: string;
  json?: true;
}

export function ratingsCommand(): Command {
  const command = new Command("ratings")
    .description("Lists what a user of the data has rated, the highest ratings first.")
    .requiredOption("--user <id>", "a user of the data")
    .option("--json", "print one JSON document")
    .action(run);
  return addDataOptions(command);
}

async function run(flags: RatingsFlags): Promise<void> {
  const dataset = await readData(flags);
  const { query, user } = askingUserAmong(dataset, flags.user);
  const items = ratedFilms(dataset, query.profile);
  if (flags.json) printJson({ user, items });
  else printLines(items.map(ratedFilmLine));
}

function ratedFilmLine(film: RatedFilm): string {
  const { id, genres, rating, time } = film;
  const when = time === undefined ? "" : `  ${new Date(1000 * time).toISOString().slice(0, 10)}`;
  return `${String(rating).padStart(4)}  ${titleText(film)}  ${genres.join(", ")}${when}  [${id}]`;
}
