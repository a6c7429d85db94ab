import { Command } from "commander";
import { open } from "../recommend/recommender.ts";
import { type LikePerson, neighbours } from "../recommend/taste.ts";
import { addSourceOptions, atLeastOne, type ModelFlags } from "./options.ts";
import { printJson, printLines } from "./output.ts";
import { addPersonOptions, checkPerson, type PersonFlags, personFrom } from "./people.ts";
import { sourceFrom } from "./source.ts";
import { inCommon } from "./words.ts";

interface Flags extends ModelFlags, PersonFlags {
  k: number;
}

export function neighboursCommand(): Command {
  return addPersonOptions(addSourceOptions(new Command("neighbours"), "user-knn"))
    .description("People whose taste is most like somebody's.")
    .option("--k <n>", "how many people; no more than the model finds (its own k)", atLeastOne, 10)
    .option("--json", "print one JSON document")
    .action(run);
}

async function run(flags: Flags): Promise<void> {
  checkPerson(flags, true);
  const source = await sourceFrom(flags, "user-knn");
  using recommender = open(source.trained);
  const { subject, ...who } = await personFrom(source, recommender, flags);
  const people = neighbours(recommender, subject, flags.k);
  if (flags.json) printJson({ model: recommender.name, ...who, neighbours: people });
  else printLines(people.length > 0 ? people.map(inOneLine) : ["Nobody is like them: no rating in common says so."]);
}

export function inOneLine({ user, similarity, overlap, liked = [] }: LikePerson): string {
  const both = liked.length > 0 ? `; you both like ${liked.map(({ title, id }) => title || id).join(", ")}` : "";
  return `user ${user}  similarity ${similarity.toFixed(3)}, ${inCommon(overlap)}${both}`;
}
