import { Command } from "commander";
import { readArtifact } from "../artifact/file.ts";
import { shapeOf } from "../data/dataset.ts";
import { MatineeError } from "../errors.ts";
import { type Entrant, entrant, trainedEntrant } from "../evaluate/entrant.ts";
import type { Evaluation } from "../evaluate/evaluation.ts";
import { defaultModel } from "../models/registry.ts";
import { showColdStart } from "./cold-start.ts";
import {
  addJudgingOptions,
  checkJudging,
  decimal,
  headline,
  interval,
  type JudgingFlags,
  judged,
  namesSplit,
} from "./judging.ts";
import { addSourceOptions } from "./options.ts";
import { aligned, printJson, printLines } from "./output.ts";
import { readData } from "./source.ts";

export function evaluateCommand(): Command {
  return addJudgingOptions(addSourceOptions(new Command("evaluate")))
    .description("Measure a model on ratings that are held out.")
    .action(run);
}

async function run(flags: JudgingFlags, command: Command): Promise<void> {
  await checkJudging(flags, command);
  const chosen = await chosenEntrant(flags);
  const dataset = await readData(flags);
  const entrants = [chosen ?? entrant(defaultModel(shapeOf(dataset)), flags.set)];
  if (flags.coldStart) return showColdStart(dataset, entrants, flags, namesSplit(flags, command));
  const { evaluation } = await judged(dataset, entrants, flags);
  if (flags.json) printJson(flat(evaluation));
  else printLines(lines(evaluation));
}

/** What the flags name; undefined where they leave it to the size of the data. */
async function chosenEntrant({ artifact, model, set }: JudgingFlags): Promise<Entrant | undefined> {
  if (artifact === undefined) return model === undefined ? undefined : entrant(model, set);
  if (model !== undefined || set !== undefined) {
    throw new MatineeError("USAGE", "--artifact already holds a model with its settings", {
      fix: "leave out --model and --set, or --artifact",
    });
  }
  return trainedEntrant(await readArtifact(artifact));
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
    division: split,
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
