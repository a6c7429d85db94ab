import { Command, Option } from "commander";
import type { Dataset } from "../../../data/dataset.ts";
import { MatineeError } from "../../../errors.ts";
import { type Contender, contender } from "../../../evaluate/contender.ts";
import type { Estimate, Evaluation } from "../../../evaluate/evaluation.ts";
import { type Standing, standingsOf } from "../../../evaluate/standings.ts";
import { doViewsAgree, otherViewOf, viewSummaries } from "../../../evaluate/views.ts";
import { configure } from "../../../models/configure.ts";
import { algorithmNamed } from "../../../models/registry.ts";
import { metricDecimal } from "../../../numbers.ts";
import { addDataOptions, readData } from "../../options/data.ts";
import {
  addEvaluationOptions,
  checkEvaluationFlags,
  type EvaluationFlags,
  isSplitGiven,
} from "../../options/evaluation.ts";
import { addTrainingOptions } from "../../options/model.ts";
import { addRerankOptions, besideReranked, makeReranking, type StageFlags } from "../../options/stages.ts";
import { alignColumns, printJson, printLines } from "../../terminal/output.ts";
import { runColdStart } from "./cold-start.ts";
import {
  endIfCancelled,
  evaluationHeadline,
  noteFailures,
  runEvaluation,
  unfilledNote,
  unfilledText,
} from "./run-evaluation.ts";

interface CompareFlags extends EvaluationFlags, StageFlags {
  models: Contender[];
}

const usual = ["popular", "bias", "item-knn", "user-knn", "mf", "als", "ease"];

export function compareCommand(): Command {
  const command = new Command("compare")
    .description("Measures models on the same held-out ratings, and tests whether they differ by more than chance.")
    .action(run);
  addEvaluationOptions(command)
    .optionsGroup("Models:")
    .addOption(
      new Option(
        "--models <list>",
        'models, each with its settings: "popular,als factors=32"; with ; between them, settings may hold commas: "popular;hybrid models=als,tfidf"',
      )
        .argParser(parseContenders)
        .default([], `${usual.join(",")}; of events those that rank`),
    );
  return addDataOptions(addTrainingOptions(addRerankOptions(command)));
}

async function run(flags: CompareFlags, command: Command): Promise<void> {
  await checkEvaluationFlags(flags, command);
  const stage = makeReranking(flags);
  const dataset = await readData(flags);
  const chosen = command.getOptionValueSource("models") === "cli" ? flags.models : usualContenders(dataset);
  const models = besideReranked(chosen, stage);
  if (flags.coldStart) return runColdStart(dataset, models, flags, isSplitGiven(flags, command));
  const { evaluation } = await runEvaluation(dataset, models, flags);
  noteFailures(evaluation.models);
  if (flags.json) printJson(evaluation);
  else printLines(comparisonLines(evaluation));
  endIfCancelled(evaluation.models);
}

function usualContenders({ feedback }: Dataset): Contender[] {
  const fitting = usual.filter((name) => feedback === "ratings" || !algorithmNamed(name).ratingsOnly);
  return fitting.map((name) => contender(configure(name)));
}

/**
 * Models are separated by commas or, where a semicolon stands among them, by semicolons alone, so that settings may hold commas; a
 * semicolon at the end says so of a single model.
 */
function parseContenders(text: string): Contender[] {
  const separator = text.includes(";") ? ";" : ",";
  const specs = text.replace(/;\s*$/, "").split(separator);
  try {
    return contendersOf(specs);
  } catch (error) {
    if (separator === ";" || !/(^|,)\s*(hybrid|stacking)\s/.test(text) || !(error instanceof MatineeError)) throw error;
    throw new MatineeError(error.code, error.message, {
      fix: 'separate models by semicolons where settings hold commas: "popular;hybrid models=als,tfidf weights=0.7,0.3"',
    });
  }
}

function contendersOf(specs: readonly string[]): Contender[] {
  return specs.map((spec) => {
    const [model, ...settings] = spec.trim().split(/\s+/);
    if (model === "") {
      throw new MatineeError("USAGE", "--models: a model is missing from the list", {
        fix: 'name models with commas or semicolons between: "popular,als factors=32"',
      });
    }
    const set = settings.map((setting): [string, string] => {
      const at = setting.indexOf("=");
      if (at > 0) return [setting.slice(0, at), setting.slice(at + 1)];
      throw new MatineeError("USAGE", `--models: "${setting}" of "${spec.trim()}" is no setting`, {
        fix: 'write a model and its settings with spaces between: "als factors=32 alpha=40"',
      });
    });
    const twice = set.find(([name], n) => set.findIndex(([other]) => other === name) < n)?.[0];
    if (twice !== undefined) {
      throw new MatineeError("USAGE", `--models: "${spec.trim()}" says what ${twice} is twice`, { fix: "say it once" });
    }
    return contender(configure(model, Object.fromEntries(set)));
  });
}

/** What `compare` prints of an evaluation, and `evaluate` of a model beside itself reranked. */
export function comparisonLines(evaluation: Evaluation): string[] {
  const { metrics, models, view } = evaluation;
  const listed = evaluation.listLength !== undefined;
  const head = ["", ...metrics.map(({ name }) => name), ...(listed ? ["not filled"] : []), "fit"];
  const rows = models.map((judgement) => [
    judgement.name,
    ...metrics.map((metric) =>
      cell(judgement.metrics[metric.name], standingsOf(evaluation, metric).get(judgement.name)),
    ),
    ...(listed ? [unfilledText(judgement)] : []),
    judgement.failed
      ? judgement.failed.leftOut
        ? "left out"
        : "failed"
      : `${judgement.kept ? "kept " : ""}${judgement.seconds.fit.toFixed(1)} s`,
  ]);
  const beside = models.map(({ name, otherView }) => [name, ...metrics.map((metric) => cell(otherView[metric.name]))]);
  const missing = models.flatMap((judgement) => Object.values(judgement.missing));
  const starred = metrics.some((metric) => standingsOf(evaluation, metric).size > 0);
  return [
    evaluationHeadline(evaluation),
    ...(listed ? [viewSummaries[view]] : []),
    ...alignColumns([head, ...rows], (column) => column > 0, ""),
    ...(starred
      ? [
          "* best; = not distinguishable from it (paired permutation test over people, Holm: p ≥ .05, or a difference of 0.0000)",
        ]
      : []),
    ...(listed ? [unfilledNote(evaluation), ...otherViewLines()] : []),
    ...(missing.length > 0 ? [`–: ${[...new Set(missing)].join("; ")}`] : []),
  ];

  function otherViewLines(): string[] {
    const summary = viewSummaries[otherViewOf(view)];
    if (doViewsAgree(evaluation)) return [`${summary}. The values are the same.`];
    return [summary, ...alignColumns([head.slice(0, 1 + metrics.length), ...beside], (column) => column > 0, "")];
  }
}

function cell(estimate: Estimate | undefined, standing?: Standing): string {
  if (!estimate) return "–  ";
  const error = estimate.se === undefined ? "" : ` ±${metricDecimal(estimate.se)}`;
  const mark = standing === "best" ? "*" : standing === "level" ? "=" : " ";
  return `${metricDecimal(estimate.mean)}${error} ${mark}`;
}
