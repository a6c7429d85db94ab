import { Command } from "commander";
import { type RatedFilm, ratedFilms } from "../../recommend/neighbours.ts";
import { addDataOptions, type DataFlags } from "../options/model.ts";
import { readData } from "../options/source.ts";
import { personAmong } from "../options/user.ts";
import { printJson, printLines } from "../terminal/output.ts";

interface Flags extends DataFlags {
  user: string;
  json?: true;
}

export function ratingsCommand(): Command {
  return addDataOptions(new Command("ratings"))
    .description("What a user of the data has rated, best first.")
    .requiredOption("--user <id>", "a user of the data")
    .option("--json", "print one JSON document")
    .action(run);
}

async function run(flags: Flags): Promise<void> {
  const dataset = await readData(flags);
  const { query, user } = personAmong(dataset, flags.user);
  const items = ratedFilms(dataset, query.profile);
  if (flags.json) printJson({ user, items });
  else printLines(items.map(inOneLine));
}

function inOneLine({ id, title, genres, rating, time }: RatedFilm): string {
  const when = time === undefined ? "" : `  ${new Date(1000 * time).toISOString().slice(0, 10)}`;
  return `${String(rating).padStart(4)}  ${title || "(no title)"}  ${genres.join(", ")}${when}  [${id}]`;
}
