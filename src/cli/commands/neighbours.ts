import { Command } from "commander";
import { neighbours, type SimilarUser } from "../../recommend/neighbours.ts";
import { open } from "../../recommend/recommender.ts";
import { addSourceOptions, atLeastOne, type ModelFlags } from "../options/model.ts";
import { sourceFrom } from "../options/source.ts";
import { addPersonOptions, checkPerson, type PersonFlags, personFrom } from "../options/user.ts";
import { printJson, printLines } from "../terminal/output.ts";
import { inCommon } from "../terminal/wording.ts";

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
  const { query, ...who } = await personFrom(source, recommender, flags);
  const people = neighbours(recommender, query, flags.k);
  if (flags.json) printJson({ model: recommender.name, ...who, neighbours: people });
  else printLines(people.length > 0 ? people.map(inOneLine) : ["Nobody is like them: no rating in common says so."]);
}

export function inOneLine({ user, similarity, overlap, liked = [] }: SimilarUser): string {
  const both = liked.length > 0 ? `; you both like ${liked.map(({ title, id }) => title || id).join(", ")}` : "";
  return `user ${user}  similarity ${similarity.toFixed(3)}, ${inCommon(overlap)}${both}`;
}
