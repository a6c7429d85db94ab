/** --cold-start of evaluate and compare: what models make of the first answers of a new user. */
import { createEngine } from "../../../compute/pool.ts";
import type { Dataset } from "../../../data/dataset.ts";
import { coldStart } from "../../../evaluate/cold-start/cold-start.ts";
import type { ColdStartResult } from "../../../evaluate/cold-start/result.ts";
import type { Contender } from "../../../evaluate/contender.ts";
import { defaultMetrics } from "../../../evaluate/evaluate.ts";
import { viewSummaries } from "../../../evaluate/views.ts";
import { count } from "../../../numbers.ts";
import { present } from "../../../present.ts";
import { type EvaluationFlags, splitAsFlagged } from "../../options/evaluation.ts";
import { writeReport } from "../../options/report.ts";
import { alignColumns, note, printJson, printLines } from "../../terminal/output.ts";
import { withProgressByLabel } from "../../terminal/progress.ts";
import { evaluateOptions, noteFailures, valueWithError } from "./run-evaluation.ts";

/** The default for --split: what is held out must be users. */
const usualSplit = "strong:0.8";

/** Measures and prints. @param splitGiven whether the flags say how ratings are held out */
export async function runColdStart(
  dataset: Dataset,
  contenders: readonly Contender[],
  flags: EvaluationFlags,
  splitGiven: boolean,
): Promise<void> {
  const { relevant, metrics, threads, arithmetic, json } = flags;
  const splits = splitAsFlagged(dataset, splitGiven ? flags : { ...flags, split: usualSplit });
  using engine = await createEngine({ threads, arithmetic });
  const result = await withProgressByLabel(
    (contender) => `Judging ${contender}`,
    (onProgress) =>
      coldStart(dataset, contenders, {
        ...evaluateOptions(flags, engine),
        ...present({ relevant, metrics: metrics === defaultMetrics ? undefined : metrics }),
        splitter: splits,
        onProgress,
      }),
  );
  noteFailures(result.models);
  if (flags.report !== undefined) {
    const { coldStartReport } = await import("../../../report/cold-start-report.ts");
    await writeReport(flags.report, await coldStartReport({ result, dataset }));
    note(`Wrote ${flags.report}.`);
  }
  if (json) printJson(result);
  else printLines(coldStartLines(result));
}

function coldStartLines(result: ColdStartResult): string[] {
  const { data, split, view, relevance, metrics, questions, ways, models } = result;
  const left = split.left > 0 ? `, ${split.left} more have too few ratings` : "";
  const held = `${count(split.people)} people who are not among them${left}; relevant: ${relevance}`;
  const missing = new Set(models.flatMap((model) => Object.values(model.missing)));
  return [
    `${data.name}, ${split.name}: ${count(split.train)} ratings to train on, judged by ${count(split.test)} ratings of ${held}`,
    ...metrics.flatMap(({ name }) =>
      ways.flatMap((way) => {
        const rows = models
          .filter((model) => !(name in model.missing))
          .map((model) => {
            const { points } = model.curves.find((curve) => curve.way === way.name)!;
            return [
              model.name,
              ...points.map((point) => valueWithError(point.metrics[name].mean, point.metrics[name].se)),
            ];
          });
        const head = ["questions", ...questions.map(String)];
        const known = way.anyFilm ? [["they know", ...knownFilms(result, way.name)]] : [];
        return ["", `${name}, asked about ${way.summary}:`, ...alignColumns([head, ...known, ...rows])];
      }),
    ),
    ...metrics.flatMap(({ name }) => testLines(result, name)),
    "",
    viewSummaries[view],
    ...missing,
  ];
}

/** How many of the films that they were asked about people know, on average. */
function knownFilms({ models }: ColdStartResult, way: string): string[] {
  const curve = models.flatMap(({ curves }) => curves).find((one) => one.way === way)!;
  return curve.points.map(({ answers }) => answers.toFixed(1));
}

/** For each model, which way to ask about any films is best after each number of questions. */
function testLines({ questions, models }: ColdStartResult, metric: string): string[] {
  const rows = models.flatMap(({ name, versus }) => {
    const tests = versus.filter((test) => test.metric === metric);
    if (tests.length === 0) return [];
    const cells = questions.slice(1).map((count) => {
      const ofCount = tests.filter((test) => test.questions === count);
      const level = ofCount.some(({ difference, adjusted }) => difference === 0 || adjusted >= 0.05);
      return `${ofCount[0].best}${level ? " =" : ""}`;
    });
    return [[name, ...cells]];
  });
  if (rows.length === 0) return [];
  return [
    "",
    `${metric}, the best way to ask about any films (=: another is not distinguishable from it; paired permutation test over people, Holm: p ≥ .05):`,
    ...alignColumns([["questions", ...questions.slice(1).map(String)], ...rows]),
  ];
}
