/** Flags that say how ratings are held out and what is measured. */
import { access } from "node:fs/promises";
import { type Command, Option } from "commander";
import type { Dataset } from "../../data/dataset.ts";
import { checkTableFile } from "../../data/write-table.ts";
import { MatineeError } from "../../errors.ts";
import { defaultMetrics } from "../../evaluate/evaluate.ts";
import type { View } from "../../evaluate/evaluation.ts";
import type { MetricName } from "../../evaluate/metrics.ts";
import { viewSummaries } from "../../evaluate/views.ts";
import type { Splits } from "../../split/split.ts";
import { parseSplitter, splitRatings } from "../../split/splits.ts";
import { splitterKinds } from "../../split/splitters.ts";
import { describeTerm } from "../terminal/output.ts";
import { cancellation } from "../terminal/run.ts";
import type { ModelFlags } from "./model.ts";
import { parseNames, parseNumber } from "./parse.ts";
import { checkReportFile } from "./report.ts";

export interface EvaluationFlags extends ModelFlags {
  split: string;
  mask?: string;
  metrics: readonly MetricName[];
  relevant?: number;
  view: View;
  report?: string;
  people?: string;
  coldStart?: true;
  fresh?: true;
  json?: true;
}

export function addEvaluationOptions(command: Command): Command {
  return addSplitOptions(
    command
      .option("--metrics <list>", "what is measured; see docs/metrics.md", parseMetricNames, defaultMetrics)
      .option("--cold-start", "measure what new users get after 0, 1, 2 … 20 questions instead")
      .option("--people <file>", "write the values of each user: .csv, .jsonl or .parquet"),
  );
}

/** The names are checked when the evaluation begins. */
function parseMetricNames(text: string): readonly MetricName[] {
  return parseNames(text) as MetricName[];
}

export function addSplitOptions(command: Command): Command {
  return command
    .option("--split <name>", "how ratings are held out; see matinee help splits", "per-user:0.8")
    .option("--mask <file>", "the same as --split mask:FILE")
    .option("--relevant <rating>", "the lowest rating of a relevant film (default: 4 of 5; every event)", parseNumber)
    .addOption(
      new Option("--view <name>", "whose lists are tested: as recommend ships them, or the model's own")
        .choices(Object.keys(viewSummaries))
        .default("shipped"),
    )
    .option("--report <file>", "write a report: .html or .md; its numbers: .csv, .jsonl, .parquet or .json")
    .option("--fresh", "measure again what was measured before")
    .option("--json", "print one JSON document");
}

/** What `matinee help splits` prints. */
export function splitsHelp(): readonly string[] {
  const own = splitterKinds.map(({ name, takes, summary }) => [`${name}:${takes.default}`, summary]);
  const files = [
    ["u1 … u5, ua, ub", "by the files of MovieLens 100K"],
    ["u1-u5", "the five folds of MovieLens 100K, which hold out every rating once"],
    ["files:TRAIN,TEST", "by two files of ratings, which are among the data"],
    ["mask:FILE", "by a bit for each row: in base64, or JSON with trainMask or testMask"],
  ];
  return [
    "How ratings are held out (--split name):",
    ...[...own, ...files].flatMap(([name, summary]) => describeTerm(`  ${name}`, summary, 21)),
  ];
}

/** Whether the file that says what is held out is there, before anything is read or trained. @throws DATA_NOT_FOUND */
export async function checkMaskFile(file: string | undefined): Promise<void> {
  if (file === undefined) return;
  await access(file).catch((cause) => {
    throw new MatineeError("DATA_NOT_FOUND", `${file || "the mask"} cannot be read`, { cause, fix: "check the path" });
  });
}

/** Checks the flags before data are read. @throws USAGE, DATA_NOT_FOUND, WRITE_FAILED */
export async function checkEvaluationFlags(flags: EvaluationFlags, command: Command): Promise<void> {
  const { split, mask, report, people } = flags;
  if (flags.coldStart) checkColdStart(flags);
  if (mask !== undefined && command.getOptionValueSource("split") === "cli") {
    throw new MatineeError("USAGE", `--split ${split} and --mask ${mask} both say what is held out`, {
      fix: "give one of them",
    });
  }
  await checkMaskFile(mask ?? /^mask:(.*)/s.exec(split)?.[1]);
  if (report !== undefined) await checkReportFile(report, flags.coldStart ? "report" : "evaluation");
  if (people !== undefined) await checkTableFile(people);
}

function checkColdStart({ people, artifact }: EvaluationFlags): void {
  if (people !== undefined) {
    throw new MatineeError("USAGE", "--cold-start and --people do not go together", {
      fix: "leave out --people, or use --json",
    });
  }
  if (artifact !== undefined) {
    throw new MatineeError("USAGE", "a saved model has met the people that --cold-start holds out", {
      fix: "name a model with --model",
    });
  }
}

/** Whether the flags say how ratings are held out, and do not leave it to the default. */
export function isSplitGiven({ mask }: EvaluationFlags, command: Command): boolean {
  return mask !== undefined || command.getOptionValueSource("split") === "cli";
}

/** Holds out ratings as the flags say. @throws SPLIT_INVALID */
export function splitAsFlagged(dataset: Dataset, { mask, split, seed }: EvaluationFlags): Splits {
  const text = mask === undefined ? split : `mask:${mask}`;
  return splitRatings(dataset, parseSplitter(text, { signal: cancellation }), seed);
}
