import { Command } from "commander";
import { MatineeError } from "../../errors.ts";
import { type Contender, contender } from "../../evaluate/contender.ts";
import type { Evaluation, ModelResult } from "../../evaluate/evaluation.ts";
import { standingsOf } from "../../evaluate/standings.ts";
import {
  addJudgingOptions,
  checkJudging,
  decimal,
  headline,
  type JudgingFlags,
  judged,
  namesSplit,
} from "../options/evaluation.ts";
import { addDataOptions, addTrainingOptions } from "../options/model.ts";
import { readData } from "../options/source.ts";
import { aligned, printJson, printLines } from "../terminal/output.ts";
import { showColdStart } from "./cold-start.ts";

interface Flags extends JudgingFlags {
  models: Contender[];
}

const usual = "popular,bias,item-knn,user-knn,mf,als,ease";

export function compareCommand(): Command {
  return addJudgingOptions(
    addTrainingOptions(addDataOptions(new Command("compare")).optionsGroup("Models:")).option(
      "--models <list>",
      'models with commas between, each with its settings: "popular,als,als factors=32 alpha=40"',
      entrantsFrom,
      entrantsFrom(usual),
    ),
  )
    .description(
      "Measure models side by side on ratings that are held out, and say whether they differ by more than luck.",
    )
    .action(run);
}

async function run(flags: Flags, command: Command): Promise<void> {
  await checkJudging(flags, command);
  const dataset = await readData(flags);
  if (flags.coldStart) return showColdStart(dataset, flags.models, flags, namesSplit(flags, command));
  const { evaluation } = await judged(dataset, flags.models, flags);
  if (flags.json) printJson(evaluation);
  else printLines(table(evaluation));
}

function entrantsFrom(text: string): Contender[] {
  return text.split(",").map((spec) => {
    const [model, ...settings] = spec.trim().split(/\s+/);
    const set = settings.map((setting): [string, string] => {
      const at = setting.indexOf("=");
      if (at > 0) return [setting.slice(0, at), setting.slice(at + 1)];
      throw new MatineeError("USAGE", `--models: "${setting}" of "${spec.trim()}" is no setting`, {
        fix: 'write a model and its settings with spaces between: "als factors=32 alpha=40"',
      });
    });
    return contender(model, Object.fromEntries(set));
  });
}

function table(evaluation: Evaluation): string[] {
  const { metrics, models } = evaluation;
  const head = ["", ...metrics.map(({ name }) => name), "fit"];
  const rows = models.map((judgement) => [
    judgement.name,
    ...metrics.map((metric) => cell(evaluation, judgement, metric)),
    `${judgement.seconds.fit.toFixed(1)} s`,
  ]);
  const missing = models.flatMap((judgement) => Object.values(judgement.missing));
  return [
    headline(evaluation),
    ...aligned([head, ...rows], (column) => column > 0, ""),
    "* best; = not distinguishable from it (paired permutation test over people, Holm, p ≥ .05)",
    ...(missing.length > 0 ? [`–: ${[...new Set(missing)].join("; ")}`] : []),
  ];
}

function cell(evaluation: Evaluation, judgement: ModelResult, metric: Evaluation["metrics"][number]): string {
  const estimate = judgement.metrics[metric.name];
  if (!estimate) return "–  ";
  const error = estimate.se === undefined ? "" : ` ±${decimal(estimate.se)}`;
  const standing = standingsOf(evaluation, metric).get(judgement.name);
  const mark = standing === "best" ? "*" : standing === "level" ? "=" : " ";
  return `${decimal(estimate.mean)}${error} ${mark}`;
}
