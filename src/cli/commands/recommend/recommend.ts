import { Command } from "commander";
import { MatineeError } from "../../../errors.ts";
import { present } from "../../../present.ts";
import type { ListColumn } from "../../../recommend/lists.ts";
import { openModel } from "../../../recommend/open-model.ts";
import { recommend } from "../../../recommend/recommend.ts";
import { tasteOf } from "../../../recommend/taste.ts";
import { checkListColumns, usualListColumns } from "../../../recommend/write-lists.ts";
import { addBlendOption, blendAsFlagged } from "../../options/blend.ts";
import { addListOptions, readListOptions } from "../../options/list.ts";
import { addSourceOptions, loadModel } from "../../options/model.ts";
import { parseNames } from "../../options/parse.ts";
import { addSparkOptions, type SparkFlags } from "../../options/spark.ts";
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
import { recommendOnSpark } from "./all-on-spark.ts";
import { recommendToAll } from "./recommend-all.ts";
import { recommendToSeveral, type SeveralFlags, type Stages } from "./recommend-several.ts";
import { parseSweep, recommendBySweep, type Sweep } from "./sweep.ts";

interface RecommendFlags extends Omit<SeveralFlags, "columns">, StageFlags, SparkFlags {
  all?: true;
  columns?: string[];
  approximate?: true;
  sweep?: Sweep;
}

export function recommendCommand(): Command {
  const command = new Command("recommend").option("--json", "print one JSON document");
  addListOptions(addUserOptions(command, true))
    .description("Lists films for users of the data, for ratings of your own, or for every user.")
    .option("--sweep <setting=values>", "a list for each value of a model's setting: k=5,10,20", parseSweep)
    .option("--all", "a list for every user, in a file; with --engine spark, on Spark")
    .option("--out <file>", "a table of the lists: .csv, .jsonl or .parquet")
    .option("--columns <names>", "of the table, such as user,rank,title,predicted,reason", parseNames)
    .option("--approximate", "search an index (package usearch): for many millions of films")
    .action(run);
  return addStageOptions(addBlendOption(addSparkOptions(addSourceOptions(command), false)));
}

async function run(flags: RecommendFlags): Promise<void> {
  const stages = { retrieval: makeRetrieval(flags), stage: makeReranking(flags) };
  await list(flags, stages);
  // Last, because lists are good without the stage too.
  stages.retrieval?.retrieve.checkAnswers?.();
  stages.stage?.rerank.checkAnswers?.();
}

async function list(
  { columns: named, ...flags }: RecommendFlags,
  { retrieval, stage }: Required<Stages>,
): Promise<void> {
  const [user] = flags.user;
  const { user: _, ...rest } = flags;
  const alone = { ...rest, ...present({ user }) };
  checkUserFlags(alone);
  const columns = checkColumns(named, flags);
  const notRetrieving = flags.all ? "--all" : flags.sweep && "--sweep";
  if (retrieval && notRetrieving) {
    throw new MatineeError("USAGE", `--retrieve and ${notRetrieving} do not go together`, {
      fix: "retrieve for one user at a time; in a program, compare withRetriever(…)",
    });
  }
  if (flags.all) {
    const other = oneUserFlag(flags);
    if (other) throw new MatineeError("USAGE", `--all and ${other} do not go together`, { fix: "give one of them" });
    if (flags.engine === "spark") {
      if (stage) throw new MatineeError("USAGE", "lists on Spark are not reranked", { fix: "leave out --rerank" });
      return recommendOnSpark({ ...alone, columns });
    }
    return recommendToAll({ ...alone, columns }, stage);
  }
  if (flags.approximate) {
    throw new MatineeError("USAGE", "--approximate is for the lists of everybody", { fix: "give --all as well" });
  }
  const several = flags.user.length > 1 ? "several users" : flags.out === undefined ? undefined : "--out";
  if (flags.sweep) {
    if (flags.blend)
      throw new MatineeError("USAGE", "--sweep and --blend do not go together", { fix: "give one of them" });
    if (several)
      throw new MatineeError("USAGE", `--sweep and ${several} do not go together`, { fix: "give one of them" });
    return recommendBySweep(alone, flags.sweep, stage);
  }
  if (several) return recommendToSeveral({ ...flags, columns }, { retrieval, stage });
  const loaded = await loadModel(flags);
  using opened = openModel(loaded.trained);
  const recommender = blendAsFlagged(opened, flags);
  const { query, seen, ...who } = await readAskingUser(loaded, recommender, alone);
  const options = await readListOptions(recommender, alone, seen);
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

function checkColumns(named: string[] | undefined, { out, all }: RecommendFlags): readonly ListColumn[] {
  if (named !== undefined && out === undefined && !all) {
    throw new MatineeError("USAGE", "--columns are those of a table", { fix: "name a file for it with --out" });
  }
  return checkListColumns(named ?? usualListColumns);
}

/** The first flag given that does not go with the lists of everybody. */
function oneUserFlag({
  user,
  rate,
  ratings,
  exclude,
  genre,
  from,
  to,
  popularity,
  explain,
  sweep,
}: RecommendFlags): string | undefined {
  const given = {
    "--user": user.length > 0,
    "--rate": rate.length > 0,
    "--ratings": ratings !== undefined,
    "--exclude": exclude.length > 0,
    "--genre": genre.length > 0,
    "--from": from !== undefined,
    "--to": to !== undefined,
    "--popularity": popularity !== undefined,
    "--explain": explain !== undefined,
    "--sweep": sweep !== undefined,
  };
  return Object.entries(given).find(([, present]) => present)?.[0];
}
