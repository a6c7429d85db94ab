import { Command } from "commander";
import { MatineeError } from "../../../errors.ts";
import { present } from "../../../present.ts";
import { openModel } from "../../../recommend/open-model.ts";
import { recommend } from "../../../recommend/recommend.ts";
import { tasteOf } from "../../../recommend/taste.ts";
import { addListOptions, type ListFlags, readListOptions } from "../../options/list.ts";
import { addSourceOptions, loadModel } from "../../options/model.ts";
import {
  addStageOptions,
  makeReranking,
  makeRetrieval,
  noteReranking,
  noteRetrieval,
  type StageFlags,
} from "../../options/stages.ts";
import { addUserOptions, checkUserFlags, readAskingUser } from "../../options/user.ts";
import { printJson, printLines } from "../../terminal/output.ts";
import { listLines, predictorLines, tasteLines } from "../../terminal/wording.ts";
import { recommendToAll } from "./recommend-all.ts";
import { parseSweep, recommendBySweep, type Sweep } from "./sweep.ts";

interface RecommendFlags extends ListFlags, StageFlags {
  all?: true;
  out?: string;
  approximate?: true;
  sweep?: Sweep;
}

export function recommendCommand(): Command {
  const command = addListOptions(addUserOptions(new Command("recommend").option("--json", "print one JSON document")))
    .description("Lists films for a user of the data, for ratings of your own, or for every user.")
    .option("--sweep <setting=values>", "a list for each value of a model's setting: k=5,10,20", parseSweep)
    .optionsGroup("Every user:")
    .option("--all", "a list for every user of the data, in a file")
    .option("--out <file>", "where --all writes: .csv, .jsonl or .parquet")
    .option("--approximate", "search an index (package usearch): for many millions of films")
    .action(run);
  return addStageOptions(addSourceOptions(command));
}

async function run(flags: RecommendFlags): Promise<void> {
  checkUserFlags(flags);
  const retrieval = makeRetrieval(flags);
  const stage = makeReranking(flags);
  const alone = flags.all ? "--all" : flags.sweep && "--sweep";
  if (retrieval && alone) {
    throw new MatineeError("USAGE", `--retrieve and ${alone} do not go together`, {
      fix: "retrieve for one user at a time; in a program, compare withRetriever(…)",
    });
  }
  if (flags.all) {
    const alone = oneUserFlag(flags);
    if (alone) throw new MatineeError("USAGE", `--all and ${alone} do not go together`, { fix: "give one of them" });
    return recommendToAll(flags, stage);
  }
  if (flags.out !== undefined) {
    throw new MatineeError("USAGE", "--out is for the lists of everybody", { fix: "give --all as well" });
  }
  if (flags.approximate) {
    throw new MatineeError("USAGE", "--approximate is for the lists of everybody", { fix: "give --all as well" });
  }
  if (flags.sweep) return recommendBySweep(flags, flags.sweep, stage);
  const loaded = await loadModel(flags);
  using recommender = openModel(loaded.trained);
  const { query, seen, ...who } = await readAskingUser(loaded, recommender, flags);
  const options = await readListOptions(recommender, flags, seen);
  const items = await recommend(recommender, query, { ...options, ...retrieval, ...stage });
  noteRetrieval(recommender.name, retrieval, items);
  noteReranking(recommender.name, stage, items);
  const { name: model, predictor, info } = recommender;
  const taste = recommender.model.ask(query).taste && tasteOf(recommender, query);
  if (flags.json) printJson({ model, ...present({ predictor, taste }), ...who, items });
  else {
    const told = taste && flags.explain ? tasteLines(taste) : [];
    printLines([...told, ...listLines(model, items, info), ...predictorLines(recommender)]);
  }
}

/** The first flag given that is for the list of one user alone. */
function oneUserFlag({
  user,
  rate,
  ratings,
  exclude,
  genre,
  from,
  to,
  explain,
  sweep,
}: RecommendFlags): string | undefined {
  const given = {
    "--user": user !== undefined,
    "--rate": rate.length > 0,
    "--ratings": ratings !== undefined,
    "--exclude": exclude.length > 0,
    "--genre": genre.length > 0,
    "--from": from !== undefined,
    "--to": to !== undefined,
    "--explain": explain !== undefined,
    "--sweep": sweep !== undefined,
  };
  return Object.entries(given).find(([, present]) => present)?.[0];
}
