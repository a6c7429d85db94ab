import { Command, Option } from "commander";
import { writeArtifact } from "../../../artifact/file.ts";
import { createEngine } from "../../../compute/pool.ts";
import type { Dataset } from "../../../data/dataset.ts";
import { metricsNamed } from "../../../evaluate/metrics.ts";
import { evaluationRecord } from "../../../evaluate/record-evaluation.ts";
import { describeTest } from "../../../evaluate/standings.ts";
import { compareRuns, covers } from "../../../evaluate/tuning/coverage.ts";
import type { Trial, TrialRun, TuningResult } from "../../../evaluate/tuning/result.ts";
import { type TuneCandidateOptions, tuneCandidate, tuningCandidate } from "../../../evaluate/tuning/tune.ts";
import { otherViewOf, viewNames } from "../../../evaluate/views.ts";
import { algorithmNamed } from "../../../models/registry.ts";
import { settingsThatAct } from "../../../models/shared/settings.ts";
import { percent } from "../../../numbers.ts";
import { present } from "../../../present.ts";
import { ensureWritable } from "../../../replace-file.ts";
import { dataSource, readData } from "../../options/data.ts";
import {
  addSplitOptions,
  checkEvaluationFlags,
  type EvaluationFlags,
  splitAsFlagged,
} from "../../options/evaluation.ts";
import { addModelOptions, fitWithProgress } from "../../options/model.ts";
import { parseNumber, parsePositive } from "../../options/parse.ts";
import { writeEvaluationReport } from "../../options/report.ts";
import { alignColumns, note, printJson, printLines } from "../../terminal/output.ts";
import { withProgressByLabel } from "../../terminal/progress.ts";
import { cancellation } from "../../terminal/run.ts";
import {
  evaluateOptions,
  evaluationHeadline,
  noteKept,
  openCachedJournal,
  unfilledText,
  valueWithError,
} from "./run-evaluation.ts";

interface TuneFlags extends EvaluationFlags {
  model: string;
  space?: string;
  search: TuningResult["method"];
  trials: number;
  metric: string;
  leastCoverage?: number;
  out?: string;
}

export function tuneCommand(): Command {
  const command = new Command("tune")
    .description("Chooses a model's settings on part of the training ratings, and measures them on the test ratings.")
    .option("--space <choices>", 'what to try: "k=10,20,50;shrinkage=0:100;lambda=1~1000" (~: logarithmic)')
    .addOption(
      new Option("--search <name>", "how trials are chosen").choices(["grid", "random", "model"]).default("model"),
    )
    .option("--trials <n>", "how many trials, at most", parsePositive, 30)
    .option("--metric <name>", "what is tuned for, see docs/metrics.md", "ndcg@10")
    .option(
      "--least-coverage <share>",
      "what the model must predict without a mean, for rmse and mae (default: 99 % of what it does as it is)",
      parseNumber,
    )
    .option("--out <file>", "train with the advised settings on all ratings, and save the model")
    .action(run);
  return addModelOptions(addSplitOptions(command), "");
}

async function run(flags: TuneFlags, command: Command): Promise<void> {
  await checkEvaluationFlags(flags, command);
  if (flags.model === undefined) command.error("error: required option '--model <name>' not specified");
  if (flags.out !== undefined) await ensureWritable(flags.out);
  const tuned = tuningCandidate(flags.model, flags.space, flags.set);
  const dataset = await readData(flags);
  metricsNamed([flags.metric], dataset);
  using engine = await createEngine({ threads: flags.threads, arithmetic: flags.arithmetic });
  const options: TuneCandidateOptions = {
    method: flags.search,
    trials: flags.trials,
    metric: flags.metric,
    ...evaluateOptions(flags, engine),
    ...present({ relevant: flags.relevant, leastCoverage: flags.leastCoverage }),
    journal: await openCachedJournal(flags),
  };
  const splits = splitAsFlagged(dataset, flags);
  const result = await withProgressByLabel(
    (contender, part) => `Judging ${contender}, ${part}`,
    (onProgress) => tuneCandidate(dataset, tuned, splits, { ...options, onProgress }),
  );
  noteKept([
    { name: "the settings as they are", ...result.usual },
    ...result.trials.flatMap(({ runs }, n) => runs.slice(-1).map((run) => ({ name: `trial ${n + 1}`, ...run }))),
    ...result.final.models.map(({ name, ...model }) => ({ name: `${name} on the test part`, ...model })),
  ]);
  if (flags.report !== undefined) {
    await writeEvaluationReport(flags.report, result.final, async () => {
      const { tuningReport } = await import("../../../report/tuning-report.ts");
      return tuningReport(result, dataset);
    });
    note(`Wrote ${flags.report}.`);
  }
  const { settings } = algorithmNamed(flags.model);
  const set = settingsThatAct<unknown>(flags.model, settings, { ...flags.set, ...result.advised.values });
  if (flags.out !== undefined) await save(flags.out, dataset, { ...flags, set: settingTexts(set) });
  const train = trainCommandLine(flags, set);
  if (flags.json) printJson({ ...result, train });
  else printLines(tuningLines(result, train));

  async function save(file: string, data: Dataset, advised: TuneFlags): Promise<void> {
    const { record, ...trained } = await fitWithProgress(data, advised.model, advised, engine);
    const tested = result.final.models.find(({ name }) => name === result.advised.name)!;
    const evaluation = evaluationRecord(result.final, tested);
    await writeArtifact(file, { ...trained, record: { ...record, evaluation } }, { signal: cancellation });
  }
}

function settingTexts(set: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(set).map(([name, value]) => [name, `${value}`]));
}

/** The command that trains with the advised settings on all ratings. */
function trainCommandLine(flags: TuneFlags, set: Readonly<Record<string, unknown>>): string {
  const settings = Object.entries(set).map(([name, value]) => `${name}=${value}`);
  return [
    ...["matinee", "train", "--model", flags.model],
    ...(settings.length > 0 ? ["--set", ...settings] : []),
    ...["--data", dataSource(flags), "--seed", `${flags.seed}`, "--out", `${flags.model}.matinee`],
  ]
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(" ");
}

function tuningLines(result: TuningResult, train: string): string[] {
  const { model, metric, method, trials, validation, final, budgets } = result;
  const whole = trials.filter(({ runs }) => runs.at(-1)?.budget === 1).length;
  const saved = budgets.length > 1 ? `, ${whole} of them on everybody` : "";
  return [
    `${model}: ${trials.length} trials by ${method}${saved}; ${metric} on ${validation.name} of the training part`,
    ...trialLines(result),
    ...coverageLines(result),
    `In the order of trials: ${sparkline(result)}`,
    "",
    `Judged once, on ${evaluationHeadline(final)}`,
    ...testLines(result),
    adviceLine(result),
    train,
  ];
}

function adviceLine({ best, advised, leastCoverage }: TuningResult): string {
  const changed = Object.entries(best.values).map(([name, value]) => `${name}=${value}`);
  if (changed.length === 0) {
    return `Best: the settings as they were; no trial${leastCoverage === undefined ? "" : " of enough coverage"} was better.`;
  }
  if (Object.keys(advised.values).length > 0) return `Best: ${changed.join(" ")}`;
  return `Best of the trials: ${changed.join(" ")}; not better on the test part by more than chance, so keep the settings as they were.`;
}

/** What the constraint is, and how many trials it ruled out. */
function coverageLines({ leastCoverage: least, trials, usual }: TuningResult): string[] {
  if (least === undefined) return [];
  const whole = trials.flatMap(({ runs }) => runs.filter(({ budget }) => budget === 1));
  const short = whole.filter((run) => !covers(run, least)).length;
  const own = covers(usual, least) ? "" : "; neither do the settings as they are";
  const said = `Coverage: the best must predict ${percent(least)} of the ratings itself, without a mean`;
  return [`${said}. ${short} of ${whole.length} trials on everybody do not${own}.`];
}

/** A line for each trial, best first: those measured on more users before those that were stopped. */
function trialLines({ trials, usual, better, space, budgets, leastCoverage }: TuningResult): string[] {
  const compare = compareRuns(better, (budget) => (budget === 1 ? leastCoverage : undefined));
  const last = ({ runs }: Trial) => runs.at(-1);
  const names = Object.keys(space);
  const covered = leastCoverage !== undefined;
  const asTheyAre: Trial = { values: {}, runs: [usual] };
  const sorted = [asTheyAre, ...trials].toSorted((a, b) => {
    const [one, other] = [last(a), last(b)];
    if (!one || !other) return Number(!one) - Number(!other);
    return other.budget - one.budget || compare(one, other);
  });
  const rows = sorted.map((trial) => [
    trial === asTheyAre ? "–" : `${trials.indexOf(trial) + 1}`,
    ...names.map((name) => (trial === asTheyAre ? "as it was" : `${trial.values[name] ?? "–"}`)),
    ...measured(last(trial)),
    trial.failed ?? "",
  ]);
  const head = [
    "trial",
    ...names,
    "value ± se",
    ...(covered ? ["coverage"] : []),
    ...(budgets.length > 1 ? ["people"] : []),
    "seconds",
    "",
  ];
  return alignColumns([head, ...rows]);

  function measured(run: TrialRun | undefined): string[] {
    const share = run ? `${run.budget === 1 ? "all" : `1/${Math.round(1 / run.budget)}`}` : "";
    return [
      run ? valueWithError(run.value, run.se) : "–",
      ...(covered ? [run?.coverage === undefined ? "–" : percent(run.coverage)] : []),
      ...(budgets.length > 1 ? [share] : []),
      run ? `${run.kept ? "kept " : ""}${run.seconds.toFixed(1)}` : "",
    ];
  }
}

function testLines({ final, metric }: TuningResult): string[] {
  const [test] = final.versus ?? [];
  const rows = final.models.map((model) => {
    const { [metric]: estimate } = model.metrics;
    const own = [model.name, valueWithError(estimate.mean, estimate.se)];
    if (final.listLength === undefined) return own;
    const { [metric]: beside } = model.otherView;
    return [...own, beside ? valueWithError(beside.mean, beside.se) : "–", unfilledText(model)];
  });
  if (final.listLength !== undefined) {
    rows.unshift(["", viewNames[final.view], viewNames[otherViewOf(final.view)], "not filled"]);
  }
  if (!test) return alignColumns(rows);
  return [...alignColumns(rows), `${describeTest(test)} (paired permutation test over people)`];
}

const bars = "▁▂▃▄▅▆▇█";

/** Every trial's last value between the worst and the best, higher is better; a point where there is none. */
function sparkline({ trials, better }: TuningResult): string {
  const values = trials.map(({ runs }) => runs.at(-1)?.value);
  const known = values.filter((value) => value !== undefined);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  return values
    .map((value) => {
      if (value === undefined) return "·";
      const height = high === low ? 1 : (value - low) / (high - low);
      return bars[Math.round((bars.length - 1) * (better === "higher" ? height : 1 - height))];
    })
    .join("");
}
