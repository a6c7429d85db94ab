/** What evaluate and compare have in common: how ratings are divided, what is measured, and how it is told. */
import type { Command } from "commander";
import type { Engine } from "../../compute/engine.ts";
import { createEngine } from "../../compute/pool.ts";
import { onnxEmbedder } from "../../content/sentences.ts";
import { csvField } from "../../data/csv.ts";
import type { Dataset } from "../../data/dataset.ts";
import { MatineeError } from "../../errors.ts";
import type { Contender } from "../../evaluate/contender.ts";
import { defaultMetrics, type EvaluationResult, evaluate } from "../../evaluate/evaluate.ts";
import type { Estimate, Evaluation } from "../../evaluate/evaluation.ts";
import { journalIn } from "../../evaluate/journal.ts";
import { splitRatingsAs } from "../../split/files.ts";
import type { Splits } from "../../split/split.ts";
import { splitters } from "../../split/splitters.ts";
import { count, note, type Progress, progress } from "../terminal/output.ts";
import { ensureReport, writeReport } from "../terminal/report-file.ts";
import { cancellation } from "../terminal/run.ts";
import { ensureWritable, writeText } from "../terminal/target.ts";
import { type ModelFlags, number, readOptionsFrom } from "./model.ts";
import { sourceNamed } from "./source.ts";

export interface JudgingFlags extends ModelFlags {
  split: string;
  mask?: string;
  metrics: string[];
  relevant?: number;
  report?: string;
  people?: string;
  coldStart?: true;
  fresh?: true;
  json?: true;
}

export function addJudgingOptions(command: Command): Command {
  return addSplitOptions(
    command
      .optionsGroup("Judging:")
      .option("--metrics <list>", "what is measured, such as rmse,ndcg@10; see docs/metrics.md", names, defaultMetrics)
      .option("--people <file>", "write what was measured person by person, as CSV")
      .option("--cold-start", "instead: what people who are new get after 0, 1, 2 … 20 answers (--split strong:0.8)"),
  );
}

export function addSplitOptions(command: Command): Command {
  return command
    .option("--split <name>", "how ratings are held out; see below", "per-user:0.8")
    .option("--mask <file>", "the same as --split mask:FILE")
    .option("--relevant <rating>", "held-out films rated at least so are relevant; default: 4 of 5", number)
    .option("--report <file>", "write a report: .html, .md, .csv or .json")
    .option("--fresh", "measure again what was measured before")
    .option("--json", "print one JSON document")
    .optionsGroup("Other options:")
    .addHelpText("after", () => `\nSplits (--split):\n${splitsHelp()}`);
}

function names(text: string): string[] {
  return text.split(",").map((name) => name.trim());
}

function splitsHelp(): string {
  const own = splitters.map(({ name, takes, summary }) => [`${name}${takes ? `:${takes.default}` : ""}`, summary]);
  const files = [
    ["u1 … u5, ua, ub", "as the files of MovieLens 100K have it"],
    ["files:TRAIN,TEST", "two files of ratings that are among the data"],
    ["mask:FILE", "a bit for every row of the ratings: base64, or JSON with trainMask or testMask"],
  ];
  return [...own, ...files].map(([name, summary]) => `  ${name.padEnd(18)} ${summary}`).join("\n");
}

/** What can be said before data are read. @throws USAGE, WRITE_FAILED */
export async function checkJudging(flags: JudgingFlags, command: Command): Promise<void> {
  const { split, mask, report, people } = flags;
  if (flags.coldStart) checkColdStart(flags);
  if (mask !== undefined && command.getOptionValueSource("split") === "cli") {
    throw new MatineeError("USAGE", `--split ${split} and --mask ${mask} both say what is held out`, {
      fix: "give one of them",
    });
  }
  if (report !== undefined) await ensureReport(report, "evaluation");
  if (people !== undefined) await ensureWritable(people);
}

function checkColdStart({ report, people, artifact }: JudgingFlags): void {
  const flag = report === undefined ? (people === undefined ? undefined : "--people") : "--report";
  if (flag) {
    throw new MatineeError("USAGE", `--cold-start and ${flag} do not go together`, {
      fix: `leave out ${flag}, or use --json`,
    });
  }
  if (artifact !== undefined) {
    throw new MatineeError("USAGE", "a saved model has met the people that --cold-start holds out", {
      fix: "name a model with --model",
    });
  }
}

/** Judges, under one display an contender, and writes the files that the flags name. */
export async function judged(
  dataset: Dataset,
  contenders: readonly Contender[],
  flags: JudgingFlags,
): Promise<EvaluationResult> {
  using engine = await createEngine({ threads: flags.threads, arithmetic: flags.arithmetic });
  const result = await run(dataset, contenders, await splitsFrom(dataset, flags), engine, flags);
  if (flags.report !== undefined) await writeEvaluation(flags.report, result.evaluation, dataset);
  if (flags.people !== undefined) {
    await writeText(flags.people, peopleCsv(dataset, result));
    note(`Wrote ${flags.people}.`);
  }
  return result;
}

/** Whether the flags say how ratings are held out, or leave it to what is usual. */
export function namesSplit({ mask }: JudgingFlags, command: Command): boolean {
  return mask !== undefined || command.getOptionValueSource("split") === "cli";
}

export function splitsFrom(dataset: Dataset, flags: JudgingFlags): Promise<Splits> {
  const split = flags.mask === undefined ? flags.split : `mask:${flags.mask}`;
  return splitRatingsAs(dataset, sourceNamed(flags), split, flags.seed, {
    ...readOptionsFrom(flags),
    signal: cancellation,
  });
}

async function run(
  dataset: Dataset,
  contenders: readonly Contender[],
  splits: Splits,
  engine: Engine,
  { metrics, relevant, seed, memory, fresh }: JudgingFlags,
): Promise<EvaluationResult> {
  const journal = await journalIn(fresh);
  const label = (contender: string, part: string) => (splits.count === 1 ? contender : `${contender}, ${part}`);
  return watched(label, (onProgress) =>
    evaluate(dataset, contenders, splits, {
      metrics,
      seed,
      ...(relevant === undefined ? {} : { relevant }),
      memory: memory ?? process.availableMemory(),
      engine,
      embedder: onnxEmbedder({ signal: cancellation }),
      signal: cancellation,
      journal,
      onProgress,
    }),
  );
}

/** Work under one display for every label in a row. */
export async function watched<T>(
  labelOf: (contender: string, part: string) => string,
  work: (onProgress: (contender: string, part: string, share: number) => void) => Promise<T>,
): Promise<T> {
  let current: string | undefined;
  let display: Progress;
  let start = 0;
  const ended = (word: string) => current !== undefined && display.end(word);
  const seconds = () => `${((performance.now() - start) / 1000).toFixed(2)} s`;
  try {
    const result = await work((contender, part, share) => {
      const label = labelOf(contender, part);
      if (current !== label) {
        ended(seconds());
        [current, display, start] = [label, progress(`Judging ${label}`), performance.now()];
      }
      display.update(share);
    });
    ended(seconds());
    return result;
  } catch (error) {
    ended("stopped");
    throw error;
  }
}

/** As a report in the form that the file's ending names. */
async function writeEvaluation(file: string, evaluation: Evaluation, dataset: Dataset): Promise<void> {
  const { evaluationReport } = await import("../../report/evaluation-report.ts");
  await writeReport(file, await evaluationReport({ evaluation, dataset }), evaluation);
  note(`Wrote ${file}.`);
}

function peopleCsv({ users }: Dataset, { people }: EvaluationResult): string {
  const lines = ["user,model,metric,sum,weight"];
  for (const [model, metrics] of people) {
    for (const [metric, { sums, weights }] of Object.entries(metrics)) {
      weights.forEach((weight, user) => {
        if (weight > 0) lines.push(`${csvField(users.id(user))},${csvField(model)},${metric},${sums[user]},${weight}`);
      });
    }
  }
  return `${lines.join("\n")}\n`;
}

/** "als on ml-100k: u1, 80,000 ratings to train on, 20,000 of 459 people held out; relevant from 4". */
export function headline({ data, split, relevant }: Evaluation): string {
  const held = `${count(Math.round(split.test))} of ${count(Math.round(split.people))} people held out`;
  return `${data.name}, ${split.name}: ${count(Math.round(split.train))} ratings to train on, ${held}; relevant from ${relevant}`;
}

/** Four digits behind the point; none wasted on large numbers. */
export function decimal(value: number): string {
  return value.toFixed(Math.abs(value) >= 100 ? 1 : 4);
}

export function interval({ low, high }: Estimate): string {
  return low === undefined || high === undefined ? "" : `${decimal(low)} – ${decimal(high)}`;
}

/** ".4821 ±.0102". */
export function withError(value: number, se?: number): string {
  return se === undefined ? decimal(value) : `${decimal(value)} ±${decimal(se)}`;
}
