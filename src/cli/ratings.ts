import { Command } from "commander";
import { type RatedFilm, ratedFilms } from "../recommend/taste.ts";
import { addDataOptions, type DataFlags } from "./options.ts";
import { printJson, printLines } from "./output.ts";
import { personAmong } from "./people.ts";
import { readData } from "./source.ts";

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
  const { subject, user } = personAmong(dataset, flags.user);
  const items = ratedFilms(dataset, subject.profile);
  if (flags.json) printJson({ user, items });
  else printLines(items.map(inOneLine));
}

function inOneLine({ id, title, genres, rating, time }: RatedFilm): string {
  const when = time === undefined ? "" : `  ${new Date(1000 * time).toISOString().slice(0, 10)}`;
  return `${String(rating).padStart(4)}  ${title || "(no title)"}  ${genres.join(", ")}${when}  [${id}]`;
}
