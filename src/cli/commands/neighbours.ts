import { Command } from "commander";
import { configure } from "../../models/configure.ts";
import { neighbours, type SimilarUser } from "../../recommend/neighbours.ts";
import { openModel } from "../../recommend/open-model.ts";
import { addSourceOptions, loadModel, type ModelFlags } from "../options/model.ts";
import { parsePositive } from "../options/parse.ts";
import { addUserOptions, checkUserFlags, readAskingUser, type UserFlags } from "../options/user.ts";
import { printJson, printLines } from "../terminal/output.ts";
import { overlapText, titleText } from "../terminal/wording.ts";

interface NeighboursFlags extends ModelFlags, UserFlags {
  k: number;
}

export function neighboursCommand(): Command {
  const command = new Command("neighbours")
    .description("Lists the users whose taste is most like that of a user.")
    .option("--k <n>", "how many users, at most as many as the model finds", parsePositive, 10)
    .option("--json", "print one JSON document")
    .action(run);
  return addSourceOptions(addUserOptions(command), "user-knn");
}

async function run(flags: NeighboursFlags): Promise<void> {
  checkUserFlags(flags, true);
  const loaded = await loadModel(flags, (_data, settings) => configure("user-knn", settings));
  using recommender = openModel(loaded.trained);
  const { query, seen, ...who } = await readAskingUser(loaded, recommender, flags);
  const found = neighbours(recommender, query, flags.k, who.user);
  if (flags.json) printJson({ model: recommender.name, ...who, neighbours: found });
  else printLines(found.length > 0 ? found.map(neighbourLine) : ["Nobody is like them: no rating in common says so."]);
}

export function neighbourLine({ user, similarity, overlap, liked = [] }: SimilarUser): string {
  const both =
    liked.length > 0 ? `; you both like ${liked.map(({ title, id }) => titleText({ title }, id)).join(", ")}` : "";
  return `user ${user}  similarity ${similarity.toFixed(3)}, ${overlapText(overlap)}${both}`;
}
