import { Command } from "commander";
import type { Arithmetic } from "../../compute/engine.ts";
import { createEngine } from "../../compute/pool.ts";
import { onnxEmbedder } from "../../content/sentences.ts";
import { type Dataset, shapeOf } from "../../data/dataset.ts";
import { didYouMean } from "../../did-you-mean.ts";
import { MatineeError } from "../../errors.ts";
import { type Experiment, type ExperimentContext, experiments } from "../../experiments/index.ts";
import { lessonSections } from "../../experiments/lesson.ts";
import { memoryForProcess } from "../../free-memory.ts";
import { stepper } from "../../models/fit.ts";
import { count } from "../../numbers.ts";
import { present } from "../../present.ts";
import { blankDocument } from "../../report/document.ts";
import type { Block, Paragraph, Report, Section } from "../../report/report.ts";
import { cellTexts } from "../../report/tables.ts";
import { splitRatings, splits } from "../../split/splits.ts";
import { version } from "../../version.ts";
import { addDataOptions, type DataFlags, readData } from "../options/data.ts";
import { checkMaskFile } from "../options/evaluation.ts";
import { arithmeticOption } from "../options/model.ts";
import { parsePositive, parseWhole } from "../options/parse.ts";
import { checkReportFile, writeReport } from "../options/report.ts";
import { alignColumns, describeTerm, note, printJson, printLines } from "../terminal/output.ts";
import { epochWords, withProgress } from "../terminal/progress.ts";
import { cancellation } from "../terminal/run.ts";

interface ExperimentFlags extends DataFlags {
  mask?: string;
  seed: number;
  threads: number;
  arithmetic: Arithmetic;
  report?: string;
  json?: true;
}

export function experimentCommand(): Command {
  const command = new Command("experiment")
    .description("Repeats a published study of MovieLens data, as it was done and without its mistakes.")
    .argument("[name]", "number or name of a study; without one, lists the studies")
    .option("--mask <file>", "hold ratings out by a file, as --split mask:FILE of matinee evaluate")
    .option("--seed <n>", "seed of every random choice", parseWhole, 42)
    .option("--threads <n>", "number of threads; the result does not depend on it", parsePositive, 1)
    .addOption(arithmeticOption())
    .option("--report <file>", "write tables and pictures: .html, .md, or .json for the page's Lab")
    .option("--json", "print one JSON document")
    .addHelpText("after", () => `\nStudies:\n${experiments.flatMap(experimentHelp).join("\n")}`)
    .action(run);
  return addDataOptions(command, { usual: "as listed below" });
}

function experimentHelp({ number, name, summary, data }: Experiment): string[] {
  return describeTerm(`  ${number}  ${name}`, `${summary} (${data})`, 26);
}

function experimentLines(): string[] {
  const width = Math.max(...experiments.map(({ name }) => name.length));
  return experiments.map(
    ({ number, name, summary, data }) => `  ${number}  ${name.padEnd(width)}  ${summary} (${data})`,
  );
}

async function run(name: string | undefined, flags: ExperimentFlags): Promise<void> {
  if (name === undefined) {
    if (flags.json) printJson(experiments.map(({ number, name, summary, data }) => ({ number, name, summary, data })));
    else printLines(experimentLines());
    return;
  }
  const experiment = findExperiment(name);
  await checkMaskFile(flags.mask);
  if (flags.report !== undefined) await checkReportFile(flags.report, "study");
  const document = await blankDocument(); // first, because what draws may not be installed
  const { filter, data: usual } = experiment;
  const reading = { ...filter, ...flags };
  const data = await readData(reading, usual);
  const masked = flags.mask === undefined ? undefined : splits.mask(flags.mask, { signal: cancellation });
  using engine = await createEngine({ threads: flags.threads, arithmetic: flags.arithmetic });
  const context: ExperimentContext = {
    data,
    splits: splitRatings(data, masked ?? experiment.splitter, flags.seed),
    document,
    step: (label, work) =>
      withProgress(label, (onProgress, tell) => {
        const watch = { signal: cancellation, onProgress };
        const step = stepper(label.toLowerCase(), watch);
        return work({
          engine,
          seed: flags.seed,
          memory: memoryForProcess(),
          embedder: onnxEmbedder({ signal: cancellation }),
          ...watch,
          onEpoch: (epoch) => tell(epochWords(epoch)),
          step,
        });
      }),
  };
  const report = reportOf(experiment, data, lessonSections(document, data, await experiment.run(context)));
  if (flags.report !== undefined) {
    await writeReport(flags.report, report);
    note(`Wrote ${flags.report}.`);
  }
  if (flags.json) printJson(documentOf(experiment, data, report));
  else if (flags.report === undefined) printLines(reportLines(report));
}

function findExperiment(name: string): Experiment {
  const found = experiments.find((experiment) => [experiment.number, experiment.name].includes(name));
  if (found) return found;
  const names = experiments.map((experiment) => experiment.name);
  throw new MatineeError("USAGE", `there is no study "${name}"`, {
    fix: `${didYouMean(name, names)}the studies are ${experiments.map(({ number, name }) => `${number} (${name})`).join(", ")}`,
  });
}

function reportOf({ number, name, summary }: Experiment, data: Dataset, sections: readonly Section[]): Report {
  const { users, items, ratings } = shapeOf(data);
  return {
    title: `Study ${number}: ${name}`,
    about: `${summary}. ${data.name}: ${count(ratings)} ratings of ${count(items)} films by ${count(users)} people. Matinee ${version}.`,
    sections,
  };
}

/** Pictures by their numbers. */
function documentOf({ number, name }: Experiment, data: Dataset, { sections }: Report) {
  return {
    study: number,
    name,
    data: { name: data.name, ...shapeOf(data) },
    sections: sections.map(({ name, title, text = [], facts = [], blocks, note }) => ({
      name,
      title,
      text: text.map(plainText),
      facts: Object.fromEntries(facts.map(({ name, value }) => [name, value])),
      tables: blocks.flatMap((block) => {
        if (block.kind === "grid" || block.kind === "text") return [];
        return [{ name: block.name, title: block.title, text: textOf(block), ...block.table }];
      }),
      ...present({ note }),
    })),
    version,
  };
}

function reportLines({ title, about, sections }: Report): string[] {
  return [
    title,
    ...wrapped(about),
    ...sections.flatMap(({ title, text = [], facts = [], blocks, note }) => [
      "",
      title.toUpperCase(),
      ...paragraphLines(text.map(plainText)),
      ...facts.map(({ name, value }) => `  ${name}: ${value}`),
      ...blocks.flatMap(blockLines),
      ...(note === undefined ? [] : ["", ...wrapped(note)]),
    ]),
  ];
}

function blockLines(block: Block): string[] {
  if (block.kind === "picture" || block.kind === "grid") return ["", `${block.title}: drawn with --report FILE`];
  const head = ["", block.title, ...paragraphLines(textOf(block))];
  if (block.kind === "text") return head;
  const { columns } = block.table;
  const texts = cellTexts(block.table);
  const rows = [columns, ...texts.map((row) => row.map(({ text }) => text))];
  const numeric = (column: number) => texts.every((row) => row[column].numeric);
  return [...head, ...alignColumns(rows, numeric)];
}

/** The paragraphs of a block, or the caption of its picture. */
function textOf(block: Exclude<Block, { readonly kind: "grid" }>): string[] {
  return block.kind === "picture" ? [block.caption] : (block.text ?? []).map(plainText);
}

function plainText(paragraph: Paragraph): string {
  if (typeof paragraph === "string") return paragraph;
  return "formula" in paragraph ? paragraph.formula : paragraph.see;
}

/** Paragraphs between empty lines. */
function paragraphLines(paragraphs: readonly string[]): string[] {
  return paragraphs.flatMap((paragraph) => [...wrapped(paragraph), ""]);
}

function wrapped(text: string): string[] {
  return describeTerm("", text, 0);
}
