/** What evaluate, compare and tune have in common: running under a display, and how results are worded. */

import { join } from "node:path";
import type { Engine } from "../../../compute/engine.ts";
import { createEngine } from "../../../compute/pool.ts";
import { onnxEmbedder } from "../../../content/sentences.ts";
import type { Dataset } from "../../../data/dataset.ts";
import { defaultCacheFolder } from "../../../data/download/cache-folder.ts";
import { writeTable } from "../../../data/write-table.ts";
import { MatineeError } from "../../../errors.ts";
import type { Contender } from "../../../evaluate/contender.ts";
import { type EvaluationResult, evaluate } from "../../../evaluate/evaluate.ts";
import type { Estimate, Evaluation, ModelResult } from "../../../evaluate/evaluation.ts";
import { openJournal } from "../../../evaluate/journal.ts";
import type { Journal } from "../../../evaluate/kept-measurements.ts";
import { failureVerb } from "../../../evaluate/model-result.ts";
import { memoryForProcess } from "../../../free-memory.ts";
import { count, metricDecimal } from "../../../numbers.ts";
import { present } from "../../../present.ts";
import { type EvaluationFlags, splitAsFlagged } from "../../options/evaluation.ts";
import { writeEvaluationReport } from "../../options/report.ts";
import { note } from "../../terminal/output.ts";
import { withProgressByLabel } from "../../terminal/progress.ts";
import { cancellation } from "../../terminal/run.ts";

/** Evaluates under one display for each contender, and writes the files that the flags name. */
export async function runEvaluation(
  dataset: Dataset,
  contenders: readonly Contender[],
  flags: EvaluationFlags,
): Promise<EvaluationResult> {
  using engine = await createEngine({ threads: flags.threads, arithmetic: flags.arithmetic });
  const { metrics, relevant } = flags;
  const splits = splitAsFlagged(dataset, flags);
  const label = (contender: string, part: string) => `Judging ${contender}${splits.count === 1 ? "" : `, ${part}`}`;
  const options = {
    metrics,
    ...evaluateOptions(flags, engine),
    ...present({ relevant }),
    partial: true,
    journal: await openCachedJournal(flags),
  };
  const result = await withProgressByLabel(label, (onProgress) =>
    evaluate(dataset, contenders, splits, { ...options, onProgress }),
  );
  noteKept(result.evaluation.models);
  noteTies(result.evaluation.split);
  if (flags.report !== undefined) {
    const { evaluation } = result;
    await writeEvaluationReport(flags.report, evaluation, async () => {
      const { evaluationReport } = await import("../../../report/evaluation-report.ts");
      return evaluationReport({ evaluation, dataset });
    });
    note(`Wrote ${flags.report}.`);
  }
  if (flags.people !== undefined) {
    const { userTable } = await import("../../../report/evaluation-tables.ts");
    const { columns, batches } = userTable(result, dataset.users);
    await writeTable(flags.people, columns, batches);
    note(`Wrote ${flags.people}.`);
  }
  return result;
}

/** What evaluate, coldStart and tune are given alike. */
export function evaluateOptions({ seed, view, memory = memoryForProcess(), device }: EvaluationFlags, engine: Engine) {
  const embedder = onnxEmbedder({ signal: cancellation, ...present({ device }) });
  return { seed, view, memory, engine, embedder, signal: cancellation };
}

/** The journal in the cache folder. */
export function openCachedJournal({ fresh }: EvaluationFlags): Promise<Journal> {
  return openJournal(join(defaultCacheFolder(), "evaluations"), present({ fresh }));
}

/** Says which contenders failed, and the way out. */
export function noteFailures(models: readonly Pick<ModelResult, "name" | "failed">[]): void {
  for (const { name, failed } of models) {
    if (failed && failed.code !== "CANCELLED")
      note(`${name} ${failureVerb(failed)}: ${failed.message} (${failed.fix})`);
  }
}

/**
 * Ends a run that was cancelled, after what it measured was shown.
 * @throws CANCELLED where models are left out for that
 */
export function endIfCancelled(models: readonly Pick<ModelResult, "name" | "failed">[]): void {
  const left = models.filter(({ failed }) => failed?.code === "CANCELLED").map(({ name }) => name);
  if (left.length === 0) return;
  throw new MatineeError(
    "CANCELLED",
    `cancelled before ${left.join(", ")} ${left.length > 1 ? "were" : "was"} measured`,
    {
      fix: "the same command goes on from here",
    },
  );
}

/** Names at most; of more, their number. */
const namedKept = 6;

/** Says what was not measured in this run, and how old it is. */
export function noteKept(measured: readonly { readonly name: string; readonly kept?: string }[]): void {
  const kept = measured.flatMap(({ name, kept }) => (kept === undefined ? [] : [{ name, since: Date.parse(kept) }]));
  if (kept.length === 0) return;
  const oldest = ageText(Date.now() - Math.min(...kept.map(({ since }) => since)));
  const names = kept.map(({ name }) => name).join(", ");
  const what = kept.length > namedKept ? `${kept.length} of ${measured.length} measurements` : names;
  note(`Kept from ${kept.length > 1 ? "up to " : ""}${oldest}, times too: ${what}. --fresh measures anew.`);
}

/** Says loudly where ties in time decided what was held out: the last digits of such results mean little. */
function noteTies({ name, test, tied = 0 }: Evaluation["split"]): void {
  if (tied === 0) return;
  const share = Math.round((100 * tied) / test);
  note(
    `${name}: ${count(Math.round(tied))} held-out ratings (${share} %) were chosen by a tie in time. loo:last-moment, latest and next have no ties.`,
  );
}

/** "2 hours ago". @param age in milliseconds */
function ageText(age: number): string {
  const units = [
    ["day", 86_400_000],
    ["hour", 3_600_000],
    ["minute", 60_000],
    ["second", 1000],
  ] as const;
  const [unit, length] = units.find(([, length]) => age >= length) ?? units[3];
  return new Intl.RelativeTimeFormat("en").format(-Math.max(1, Math.floor(age / length)), unit);
}

/**
 * "ml-100k, u1: 80,000 ratings to train on, 20,000 of 459 people held out, 0 of them without history; relevant: rated 4 or higher, the
 * upper quarter of the scale".
 */
export function evaluationHeadline({ data, split, withoutHistory, relevance }: Evaluation): string {
  const held = `${count(Math.round(split.test))} of ${count(Math.round(split.people))} people held out`;
  const known = `${count(Math.round(withoutHistory))} of them without history`;
  return `${data.name}, ${split.name}: ${count(Math.round(split.train))} ratings to train on, ${held}, ${known}; relevant: ${relevance}`;
}

/** How many lists a model could not fill. */
export function unfilledText({ unfilled }: ModelResult): string {
  return unfilled === undefined ? "–" : count(Math.round(unfilled));
}

export function unfilledNote({ listLength = 0, split }: Evaluation): string {
  return `not filled: lists of ${count(listLength)} for which the model had fewer films, of ${count(Math.round(split.people))} lists`;
}

export function intervalText({ low, high }: Estimate): string {
  return low === undefined || high === undefined ? "" : `${metricDecimal(low)} – ${metricDecimal(high)}`;
}

/** ".4821 ±.0102". */
export function valueWithError(value: number, se?: number): string {
  return se === undefined ? metricDecimal(value) : `${metricDecimal(value)} ±${metricDecimal(se)}`;
}
