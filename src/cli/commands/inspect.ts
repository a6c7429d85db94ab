import { stat } from "node:fs/promises";
import { Command } from "commander";
import { modelCard } from "../../artifact/card.ts";
import { createEngine } from "../../compute/pool.ts";
import type { Dataset } from "../../data/dataset.ts";
import { checkTableFile } from "../../data/write-table.ts";
import { MatineeError } from "../../errors.ts";
import { otherSettings } from "../../models/go-on.ts";
import { type LossCurve, lossCurves } from "../../models/losses.ts";
import type { State } from "../../models/model.ts";
import { type GraphSize, graphSizeOf } from "../../models/shared/graph-state.ts";
import { describeBytes } from "../../models/shared/memory.ts";
import type { EarlierStage, OutOfCoreRecord, Trained } from "../../models/trained.ts";
import { count, decimal, several } from "../../numbers.ts";
import { present } from "../../present.ts";
import { openModel } from "../../recommend/open-model.ts";
import { writeFactors } from "../../recommend/write-model.ts";
import { hasUserVectors, inspectModel } from "../../report/inspected.ts";
import type { Report } from "../../report/report.ts";
import { readData } from "../options/data.ts";
import { addSourceOptions, type LoadedModel, loadModel, type ModelFlags } from "../options/model.ts";
import { checkReportFile, writeReport } from "../options/report.ts";
import { readUserRatings } from "../options/user.ts";
import { note, printJson, printLines } from "../terminal/output.ts";
import { withProgress } from "../terminal/progress.ts";
import { cancellation } from "../terminal/run.ts";

interface InspectFlags extends ModelFlags {
  report?: string;
  films?: string[];
  factors?: string;
  card?: true;
  json?: true;
}

export function inspectCommand(): Command {
  const command = new Command("inspect")
    .description("Describes a model. With --report, draws a model, ratings, or both.")
    .argument("[file]", "a model saved by matinee train, as --artifact")
    .option("--report <file>", "write pictures and tables: .html or .md")
    .option("--films <words...>", 'films to draw first: ids, titles, or words of titles, such as "star wars"')
    .option("--factors <file>", "write the vectors of films and users: .csv, .jsonl or .parquet")
    .option("--card", "print the model's card as Markdown: data, settings, evaluation, limits")
    .option("--json", "print one JSON document")
    .action(run);
  return addSourceOptions(command);
}

async function run(file: string | undefined, flags: InspectFlags): Promise<void> {
  if (file !== undefined && flags.artifact !== undefined) {
    throw new MatineeError("USAGE", `${file} and --artifact ${flags.artifact} both name a model`, {
      fix: "give one of them",
    });
  }
  const named = file === undefined ? flags : { ...flags, artifact: file };
  const hasModel = named.artifact !== undefined || named.model !== undefined;
  const [one, other] = (["report", "factors", "card"] as const).filter((flag) => flags[flag] !== undefined);
  if (other !== undefined) {
    throw new MatineeError("USAGE", `--${one} and --${other} do not go together`, { fix: "give one of them" });
  }
  if (flags.films !== undefined && flags.report === undefined) {
    throw new MatineeError("USAGE", "--films says what a report draws", { fix: "give --report FILE as well" });
  }
  if (flags.report !== undefined) {
    await checkReportFile(flags.report, "report");
    const loaded = hasModel ? await loadModel(named) : { dataset: await readData(named) };
    await writeReport(flags.report, await drawReport(loaded, named));
    const { size: bytes } = await stat(flags.report);
    if (flags.json) printJson({ file: flags.report, bytes });
    else printLines([`${flags.report}: ${count(Math.ceil(bytes / 1000))} kB`]);
    return;
  }
  if (!hasModel) {
    throw new MatineeError("USAGE", "nothing says which model to inspect", {
      fix: "name a file of matinee train, or a model with --model; what is in ratings says matinee data",
    });
  }
  if (flags.factors !== undefined) return writeVectors(flags.factors, named, flags.json);
  const { trained } = await loadModel(named);
  if (flags.card) {
    const card = modelCard(trained);
    if (flags.json) printJson({ card });
    else printLines([card]);
    return;
  }
  printSummary(named.artifact ?? trained.info.name, trained, flags);
}

/** Vectors of films and, where their ratings are at hand, of users. */
async function writeVectors(file: string, flags: ModelFlags, json: true | undefined): Promise<void> {
  await checkTableFile(file);
  const loaded = await loadModel(flags);
  using engine = await createEngine({ threads: flags.threads, arithmetic: flags.arithmetic });
  using recommender = openModel(loaded.trained, engine);
  const users = recommender.model.vectors && (await readUserRatings(loaded, recommender));
  if (recommender.model.vectors && !users) note("Users' vectors are made of their ratings: give them with --data.");
  const nodes = await withProgress(`Writing ${file}`, (onProgress) =>
    writeFactors(file, recommender, { engine, onProgress, signal: cancellation, ...present({ users }) }),
  );
  const { size: bytes } = await stat(file);
  const summary = { model: recommender.name, items: recommender.info.items.size, users: users?.users.size ?? 0 };
  if (json) printJson({ ...summary, ...present({ nodes }), file, bytes });
  else {
    const more = nodes === undefined ? "" : `, and of ${count(nodes)} genres and tags`;
    printLines([`${file}: vectors of ${count(summary.items)} films and ${count(summary.users)} people${more}`]);
  }
}

async function drawReport(loaded: LoadedModel | { readonly dataset: Dataset }, flags: InspectFlags): Promise<Report> {
  // Loaded here, because loading it is slow.
  const { inspectReport } = await import("../../report/inspect-report.ts");
  const data = present({ dataset: loaded.dataset, films: flags.films });
  if (!("trained" in loaded)) return withProgress("Drawing", () => inspectReport(data));
  using engine = await createEngine({ threads: flags.threads, arithmetic: flags.arithmetic });
  using recommender = openModel(loaded.trained, engine);
  const known = hasUserVectors(recommender) ? await readUserRatings(loaded, recommender) : undefined;
  const model = await inspectModel(recommender, loaded.trained, engine, known);
  return withProgress("Drawing", () => inspectReport({ ...data, model }));
}

function printSummary(name: string, trained: Trained, flags: InspectFlags): void {
  const { info, state, record, predictor } = trained;
  const tensors = tensorsOf(state);
  const graph = graphSizeOf(state, info);
  const curves = lossCurves(trained);
  const second = predictor && {
    model: predictor.state.algorithm,
    config: predictor.config,
    facts: predictor.state.facts,
    tensors: tensorsOf(predictor.state),
  };
  const summary = {
    model: state.algorithm,
    config: record.config,
    seed: record.seed,
    data: {
      name: info.name,
      users: info.users.size,
      items: info.items.size,
      scale: info.scale,
      fingerprint: record.data,
    },
    ...present({ graph }),
    facts: state.facts,
    tensors,
    losses: curves,
    ...present({ outOfCore: record.outOfCore, earlier: record.earlier, predictor: second }),
  };
  if (flags.json) {
    printJson(summary);
    return;
  }
  printLines([
    `${name}: ${state.algorithm}`,
    `  settings  ${settingsText(record.config)}`,
    `  seed      ${record.seed}`,
    `  data      ${info.name}: ${count(info.items.size)} films, ${count(info.users.size)} people, ratings ${info.scale.min}–${info.scale.max}`,
    `            fingerprint ${record.data}`,
    ...(graph ? graphLines(graph, info.items.size) : []),
    ...(record.outOfCore ? [`  trained   ${outOfCoreText(record.outOfCore)}`] : []),
    ...(record.earlier ?? []).map((stage) => stageLine(stage, trained)),
    ...curves.flatMap(lossLines),
    "  arrays",
    ...tensors.map(tensorLine),
    ...(second
      ? [
          `  ratings are predicted by ${second.model}`,
          `  settings  ${settingsText(second.config)}`,
          "  arrays",
          ...second.tensors.map(tensorLine),
        ]
      : []),
  ]);
}

const kindNames = { user: "people", genre: "genres", tag: "tags", decade: "decades" };

function graphLines({ nodes, edges, kinds }: GraphSize, films: number): string[] {
  const [total, ...each] = [
    `${count(nodes)} nodes, ${count(edges)} edges: ${count(films)} films`,
    ...kinds.map((kind) => `${count(kind.nodes)} ${kindNames[kind.kind]} by ${count(kind.edges)} edges`),
  ];
  return [`  graph     ${total}`, ...each.map((line) => `            ${line}`)];
}

/** "out of core, 31 MB at a time: 43 segments of people, 32 of films" */
function outOfCoreText({ segmentBytes, userSegments, itemSegments }: OutOfCoreRecord): string {
  const sides = [
    ...(userSegments === undefined ? [] : [`${several(userSegments, "segment")} of people`]),
    ...(itemSegments === undefined ? [] : [`${several(itemSegments, "segment")} of films`]),
  ];
  return `out of core, ${describeBytes(segmentBytes)} at a time${sides.length > 0 ? `: ${sides.join(", ")}` : ""}`;
}

/** An earlier training, by what was other than in the last. */
function stageLine(stage: EarlierStage, { record }: Trained): string {
  const others = settingsText(otherSettings(stage, record)).replace(/^none$/, "the same settings");
  const data = stage.data === record.data ? "the same data" : `data ${stage.data}`;
  return `  before    ${several(stage.epochs, "epoch")} with ${others}, seed ${stage.seed}, ${data}`;
}

/** The loss of each epoch, ten in a line; a training begins a new line. */
function lossLines({ model, loss, losses, stages }: LossCurve): string[] {
  let at = 0;
  const lines = stages.flatMap((epochs) => {
    const end = at + epochs;
    const starts = Array.from({ length: Math.ceil(epochs / lossesInLine) }, (_, n) => at + n * lossesInLine);
    at = end;
    return starts.map((start) => {
      const own = losses.slice(start, Math.min(end, start + lossesInLine)).map(decimal);
      return `    ${String(start + 1).padStart(5)}  ${own.join("  ")}`;
    });
  });
  return [`  losses of ${model}, by epoch: ${loss}`, ...lines];
}

const lossesInLine = 10;

function settingsText(config: Trained["record"]["config"]): string {
  const settings = Object.entries(config).map(([key, value]) => `${key} = ${value}`);
  return settings.join(", ") || "none";
}

interface DescribedTensor {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly number[];
  readonly bytes: number;
}

function tensorLine({ name, type, shape, bytes }: DescribedTensor): string {
  return `    ${name}  ${type} [${shape.join(" × ")}]  ${count(bytes)} bytes`;
}

function tensorsOf(state: State, path = ""): DescribedTensor[] {
  const own = Object.entries(state.tensors).map(([name, { shape, data }]) => ({
    name: path + name,
    type: data.constructor.name.replace("Array", "").toLowerCase(),
    shape,
    bytes: data.byteLength,
  }));
  return [...own, ...Object.entries(state.parts ?? {}).flatMap(([name, part]) => tensorsOf(part, `${path}${name}/`))];
}
