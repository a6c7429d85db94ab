import { Command } from "commander";
import { readArtifact } from "../../artifact/file.ts";
import { shapeOf } from "../../data/dataset.ts";
import { MatineeError } from "../../errors.ts";
import { type Contender, contender, trainedContender } from "../../evaluate/contender.ts";
import type { Evaluation } from "../../evaluate/evaluation.ts";
import { defaultModel } from "../../models/registry.ts";
import {
  addJudgingOptions,
  checkJudging,
  decimal,
  headline,
  interval,
  type JudgingFlags,
  judged,
  namesSplit,
} from "../options/evaluation.ts";
import { addSourceOptions } from "../options/model.ts";
import { readData } from "../options/source.ts";
import { aligned, printJson, printLines } from "../terminal/output.ts";
import { showColdStart } from "./cold-start.ts";

export function evaluateCommand(): Command {
  return addJudgingOptions(addSourceOptions(new Command("evaluate")))
    .description("Measure a model on ratings that are held out.")
    .action(run);
}

async function run(flags: JudgingFlags, command: Command): Promise<void> {
  await checkJudging(flags, command);
  const chosen = await chosenEntrant(flags);
  const dataset = await readData(flags);
  const contenders = [chosen ?? contender(defaultModel(shapeOf(dataset)), flags.set)];
  if (flags.coldStart) return showColdStart(dataset, contenders, flags, namesSplit(flags, command));
  const { evaluation } = await judged(dataset, contenders, flags);
  if (flags.json) printJson(flat(evaluation));
  else printLines(lines(evaluation));
}

/** What the flags name; undefined where they leave it to the size of the data. */
async function chosenEntrant({ artifact, model, set }: JudgingFlags): Promise<Contender | undefined> {
  if (artifact === undefined) return model === undefined ? undefined : contender(model, set);
  if (model !== undefined || set !== undefined) {
    throw new MatineeError("USAGE", "--artifact already holds a model with its settings", {
      fix: "leave out --model and --set, or --artifact",
    });
  }
  return trainedContender(await readArtifact(artifact));
}

/** The document of one model. */
function flat({ version, data, split, relevant, models: [judgement] }: Evaluation) {
  const { model, config, seed, seconds, metrics, missing } = judgement;
  return {
    model,
    split: split.name,
    metrics,
    missing,
    config,
    seed,
    relevant,
    data,
    splits: split,
    seconds,
    version,
  };
}

function lines(evaluation: Evaluation): string[] {
  const [{ name, metrics, missing }] = evaluation.models;
  const rows = Object.entries(metrics).map(([metric, estimate]) => [
    metric,
    decimal(estimate.mean),
    estimate.se === undefined ? "" : `± ${decimal(estimate.se)}`,
    interval(estimate),
    estimate.se === undefined ? "" : `${estimate.n}`,
  ]);
  const table = [["", "mean", "± se", "95 % interval", "people"], ...rows];
  return [
    `${name} on ${headline(evaluation)}`,
    ...aligned(table, (column) => column > 0),
    ...Object.entries(missing).map(([metric, why]) => `  ${metric}: ${why}`),
  ];
}
