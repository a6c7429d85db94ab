import { Command } from "commander";
import { MatineeError } from "../errors.ts";
import { type Recommendation, recommend } from "../recommend/recommend.ts";
import { open, type Recommender } from "../recommend/recommender.ts";
import { filmNamed } from "./film.ts";
import { addSourceOptions, atLeastOne, type ModelFlags, whole } from "./options.ts";
import { note, printJson, printLines } from "./output.ts";
import { addPersonOptions, checkPerson, type PersonFlags, personFrom, repeated } from "./people.ts";
import { recommendToAll } from "./recommend-all.ts";
import { sourceFrom } from "./source.ts";
import { partLines } from "./words.ts";

interface Flags extends ModelFlags, PersonFlags {
  all?: true;
  out?: string;
  approximate?: true;
  exclude: string[];
  genre: string[];
  from?: number;
  to?: number;
  k: number;
  explain?: true;
}

export function recommendCommand(): Command {
  return addPersonOptions(addSourceOptions(new Command("recommend")))
    .description("Recommend films to somebody: a user of the data, anyone by a few ratings, or everybody.")
    .option("--all", "everybody in the data, into a file: user, rank, item, score and source")
    .option("--out <file>", "where --all writes: CSV, or Parquet if the name ends in .parquet")
    .option(
      "--approximate",
      "with --all: find films by an index (package usearch); pays for many millions of films, if at all",
    )
    .option("--exclude <film>", "a film to leave out; may be repeated", repeated, [])
    .option("--genre <name>", "only films with this genre; may be repeated", repeated, [])
    .option("--from <year>", "only films from this year on", whole)
    .option("--to <year>", "only films up to this year", whole)
    .option("--k <n>", "how many films", atLeastOne, 10)
    .option("--explain", "tell every part of each score")
    .option("--json", "print one JSON document")
    .action(run);
}

async function run(flags: Flags): Promise<void> {
  checkPerson(flags);
  if (flags.all) {
    const alone = aloneWith(flags);
    if (alone) throw new MatineeError("USAGE", `--all and ${alone} do not go together`, { fix: "give one of them" });
    return recommendToAll(flags);
  }
  if (flags.out !== undefined) {
    throw new MatineeError("USAGE", "--out is for the lists of everybody", { fix: "give --all as well" });
  }
  if (flags.approximate) {
    throw new MatineeError("USAGE", "--approximate is for the lists of everybody", { fix: "give --all as well" });
  }
  const source = await sourceFrom(flags);
  using recommender = open(source.trained);
  const { subject, ...who } = await personFrom(source, recommender, flags);
  if (subject.profile.items.length === 0) {
    note("No ratings given (--user or --rate), so these are the films that most people know.");
  }
  const { from, to, genre } = flags;
  const items = await recommend(recommender, subject, {
    k: flags.k,
    exclude: await Promise.all(flags.exclude.map((film) => filmNamed(recommender, film, flags.json))),
    ...(genre.length > 0 ? { genres: genre } : {}),
    ...(from !== undefined || to !== undefined
      ? { years: { ...(from !== undefined ? { from } : {}), ...(to !== undefined ? { to } : {}) } }
      : {}),
    explain: flags.explain ?? false,
  });
  if (flags.json) printJson({ model: recommender.name, ...who, items });
  else printLines(describe(recommender, items));
}

/** The first flag given that only one person's list has a place for. */
function aloneWith({ user, rate, exclude, genre, from, to, explain }: Flags): string | undefined {
  const given = {
    "--user": user !== undefined,
    "--rate": rate.length > 0,
    "--exclude": exclude.length > 0,
    "--genre": genre.length > 0,
    "--from": from !== undefined,
    "--to": to !== undefined,
    "--explain": explain !== undefined,
  };
  return Object.entries(given).find(([, present]) => present)?.[0];
}

function describe(recommender: Recommender, items: readonly Recommendation[]): string[] {
  const lines = items.flatMap((film, n) => {
    const stars = film.predicted === undefined ? "" : `  ${film.predicted.toFixed(1)} stars`;
    const title = film.title || "(no title)";
    const instead = film.source === recommender.name ? "" : `  (${film.source})`;
    return [`${String(n + 1).padStart(2)}  ${title}${stars}  [${film.id}]${instead}`, ...reasons(film)];
  });
  return lines.length > 0 ? lines : ["No film is left after these choices."];
}

function reasons({ because, neighbours, parts, score }: Recommendation): string[] {
  if (parts) {
    return partLines(parts, [score, "score"]);
  }
  if (neighbours) {
    const { count, meanRating } = neighbours;
    const who = count === 1 ? "somebody" : `${count} people`;
    return [`      ${who} with your taste gave it ${meanRating.toFixed(1)}${count === 1 ? "" : " on average"}`];
  }
  if (!because) return [];
  const named = because.slice(0, 2).map(({ title, id, rating }) => `${title || id} ${rating}`);
  return [`      because you rated ${named.join(" and ")}`];
}
