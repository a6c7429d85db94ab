import { Command } from "commander";
import { fingerprint, type ItemIndex } from "../data/dataset.ts";
import { MatineeError } from "../errors.ts";
import type { Subject } from "../models/model.ts";
import { type Recommendation, recommend, type ScorePart } from "../recommend/recommend.ts";
import { open, type Recommender } from "../recommend/recommender.ts";
import { subjectFrom, subjectOf } from "../recommend/subject.ts";
import { filmNamed } from "./film.ts";
import { addSourceOptions, atLeastOne, type ModelFlags, whole } from "./options.ts";
import { note, printJson, printLines } from "./output.ts";
import { recommendToAll } from "./recommend-all.ts";
import { type Source, sourceFrom } from "./source.ts";

interface Flags extends ModelFlags {
  all?: true;
  out?: string;
  approximate?: true;
  user?: string;
  rate: string[];
  exclude: string[];
  genre: string[];
  from?: number;
  to?: number;
  k: number;
  explain?: true;
  json?: true;
}

export function recommendCommand(): Command {
  return addSourceOptions(new Command("recommend"))
    .description("Recommend films to somebody: a user of the data, anyone by a few ratings, or everybody.")
    .option("--user <id>", "a user of the data")
    .option("--rate <film=rating>", 'a rating, by id or title: 260=5, "Heat (1995)=3.5"; may be repeated', repeated, [])
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
  if (flags.user !== undefined && flags.rate.length > 0) {
    throw new MatineeError("USAGE", "--user and --rate both say who asks", { fix: "give one of them" });
  }
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
  const subject = flags.user === undefined ? await unseen(recommender, flags) : await seen(source, flags.user);
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
  if (flags.json) printJson({ model: recommender.name, items });
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

/** Somebody by their ratings alone; films are asked for one after the other, since a title may need an answer. */
async function unseen(recommender: Recommender, { rate, json }: Flags): Promise<Subject> {
  const ratings: [ItemIndex, number][] = [];
  for (const text of rate) {
    const at = text.lastIndexOf("=");
    const rating = at < 1 || text.slice(at + 1).trim() === "" ? Number.NaN : Number(text.slice(at + 1));
    if (Number.isNaN(rating)) {
      throw new MatineeError("USAGE", `--rate "${text}" is not a film and a rating`, {
        fix: 'write an id or a title, then = and the rating: --rate 260=5, --rate "Heat (1995)=3.5"',
      });
    }
    ratings.push([await filmNamed(recommender, text.slice(0, at), json), rating]);
  }
  const { items, catalog } = recommender.space;
  for (const [item, rating] of ratings) note(`You rated ${catalog.titles[item] || items.id(item)} ${rating}.`);
  if (ratings.length === 0) note("No ratings given (--user or --rate), so these are the films that most people know.");
  return subjectFrom(recommender.space, ratings);
}

/** A user of the data. A model trained on the same data knows them; any other meets them as somebody new. */
async function seen({ trained, dataset }: Source, user: string): Promise<Subject> {
  if (!dataset) {
    throw new MatineeError("USAGE", "a saved model holds no users' ratings", {
      fix: "give the ratings with --data as well, or the person's own with --rate",
    });
  }
  const subject = subjectOf(dataset, user);
  if ((await fingerprint(dataset)) === trained.record.data) return subject;
  note(
    `${dataset.name} is not what the model was trained on: user ${user} is taken as somebody new, films by their ids.`,
  );
  const { items, values } = subject.profile;
  const known = Array.from(items, (item, n) => [trained.space.items.index(dataset.items.id(item)), values[n]] as const);
  return subjectFrom(
    trained.space,
    known.filter(([item]) => item >= 0),
  );
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
    const told = parts.map((part) => `      ${part.value.toFixed(4).padStart(10)}  ${inWords(part)}`);
    return [...told, `      ${score.toFixed(4).padStart(10)}  score`];
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

function inWords(part: ScorePart): string {
  if (part.kind === "rating") return `you rated ${part.title || part.id} ${part.rating}`;
  if (part.kind !== "neighbour") return part.kind;
  const { user, rating, similarity, overlap } = part;
  const common = `${overlap} ${overlap === 1 ? "film" : "films"} in common`;
  return `user ${user} rated it ${rating} (similarity ${similarity.toFixed(3)}, ${common})`;
}

function repeated(text: string, before: string[]): string[] {
  return [...before, text];
}
