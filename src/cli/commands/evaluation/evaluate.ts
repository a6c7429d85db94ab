import { Command } from "commander";
import { readArtifact } from "../../../artifact/file.ts";
import { MatineeError } from "../../../errors.ts";
import { type Contender, contender, trainedContender } from "../../../evaluate/contender.ts";
import type { Evaluation } from "../../../evaluate/evaluation.ts";
import { otherViewOf, viewNames, viewSummaries } from "../../../evaluate/views.ts";
import { configure } from "../../../models/configure.ts";
import { count, metricDecimal } from "../../../numbers.ts";
import { present } from "../../../present.ts";
import { readData } from "../../options/data.ts";
import {
  addEvaluationOptions,
  checkEvaluationFlags,
  type EvaluationFlags,
  isSplitGiven,
} from "../../options/evaluation.ts";
import { addSourceOptions, usualSpec } from "../../options/model.ts";
import { addSparkOptions, type SparkFlags } from "../../options/spark.ts";
import { addRerankOptions, besideReranked, makeReranking, type StageFlags } from "../../options/stages.ts";
import { alignColumns, printJson, printLines } from "../../terminal/output.ts";
import { runColdStart } from "./cold-start.ts";
import { comparisonLines } from "./compare.ts";
import { evaluateOnSpark } from "./evaluate-on-spark.ts";
import { endIfCancelled, evaluationHeadline, intervalText, runEvaluation, unfilledText } from "./run-evaluation.ts";

export function evaluateCommand(): Command {
  const command = new Command("evaluate")
    .description("Measures a model on held-out ratings; with --engine spark, on Spark.")
    .action(run);
  return addRerankOptions(addSparkOptions(addSourceOptions(addEvaluationOptions(command)), false));
}

async function run(flags: EvaluationFlags & StageFlags & SparkFlags, command: Command): Promise<void> {
  await checkEvaluationFlags(flags, command);
  const stage = makeReranking(flags);
  if (flags.engine === "spark") {
    if (stage) throw new MatineeError("USAGE", "lists on Spark are not reranked", { fix: "leave out --rerank" });
    return evaluateOnSpark(flags, command.getOptionValueSource("metrics") === "cli");
  }
  const chosen = await contenderFrom(flags);
  const dataset = await readData(flags);
  const contenders = besideReranked([chosen ?? contender(usualSpec(dataset, flags.set))], stage);
  if (flags.coldStart) return runColdStart(dataset, contenders, flags, isSplitGiven(flags, command));
  const { evaluation } = await runEvaluation(dataset, contenders, flags);
  if (stage) {
    if (flags.json) printJson(evaluation);
    else printLines(comparisonLines(evaluation));
    return endIfCancelled(evaluation.models);
  }
  if (flags.json) printJson({ ...documentOf(evaluation), ...present({ predictor: contenders[0].predictor }) });
  else printLines(evaluationLines(evaluation));
}

/** What the flags name; undefined where they leave it to the size of the data. */
async function contenderFrom({ artifact, model, set }: EvaluationFlags): Promise<Contender | undefined> {
  if (artifact === undefined) return model === undefined ? undefined : contender(configure(model, set));
  if (model !== undefined || set !== undefined) {
    throw new MatineeError("USAGE", "--artifact already holds a model with its settings", {
      fix: "leave out --model and --set, or --artifact",
    });
  }
  return trainedContender(await readArtifact(artifact));
}

/** The document of one model. */
function documentOf({
  version,
  data,
  split,
  models: [judgement],
  versus: _,
  metrics: _definitions,
  ...rest
}: Evaluation) {
  const { model, config, seed, seconds, kept, metrics, otherView, unfilled, missing } = judgement;
  return {
    model,
    split: split.name,
    metrics,
    otherView,
    ...present({ unfilled }),
    missing,
    config,
    seed,
    ...rest,
    data,
    splits: split,
    seconds,
    ...present({ kept }),
    version,
  };
}

function evaluationLines(evaluation: Evaluation): string[] {
  const { view, listLength, models, split } = evaluation;
  const [{ name, metrics, otherView, missing }] = models;
  const listed = listLength !== undefined;
  const people = Math.round(split.people);
  const rows = Object.entries(metrics).map(([metric, estimate]) => [
    metric,
    metricDecimal(estimate.mean),
    estimate.se === undefined ? "" : `± ${metricDecimal(estimate.se)}`,
    intervalText(estimate),
    estimate.se === undefined ? "" : `${estimate.n}`,
    ...(listed ? [otherView[metric] ? metricDecimal(otherView[metric].mean) : "–"] : []),
  ]);
  const mean = listed ? viewNames[view] : "mean";
  const beside = listed ? [viewNames[otherViewOf(view)]] : [];
  const table = [["", mean, "± se", "95 % interval", "people", ...beside], ...rows];
  return [
    `${name} on ${evaluationHeadline(evaluation)}`,
    ...alignColumns(table, (column) => column > 0),
    ...(listed
      ? [`Lists of ${count(listLength)} that the model could not fill: ${unfilledText(models[0])} of ${count(people)}`]
      : []),
    ...(listed ? [...Object.values(viewSummaries)] : []),
    ...Object.entries(missing).map(([metric, why]) => `  ${metric}: ${why}`),
  ];
}
