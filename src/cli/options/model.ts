/** Flags that say which model answers, and training or reading it. */

import { type Command, Option } from "commander";
import { readArtifactWithin, wholeWithin } from "../../artifact/file.ts";
import { storedBytes } from "../../artifact/stored-tensors.ts";
import type { Arithmetic, Engine } from "../../compute/engine.ts";
import { createEngine } from "../../compute/pool.ts";
import { onnxEmbedder } from "../../content/sentences.ts";
import { type Dataset, shapeOf } from "../../data/dataset.ts";
import { MatineeError } from "../../errors.ts";
import { memoryForProcess } from "../../free-memory.ts";
import { configure, defaultSpec } from "../../models/configure.ts";
import { type FitOptions, fit } from "../../models/fit.ts";
import type { ModelSpec } from "../../models/model.ts";
import { describeBytes } from "../../models/shared/memory.ts";
import type { Trained } from "../../models/trained.ts";
import { present } from "../../present.ts";
import { note } from "../terminal/output.ts";
import { epochWords, withProgress } from "../terminal/progress.ts";
import { cancellation } from "../terminal/run.ts";
import { addDataOptions, type DataFlags, readData, readSource } from "./data.ts";
import { parseBytes, parseKeyValue, parsePositive, parseWhole } from "./parse.ts";

/** Flags that say which model answers, as commander leaves them. */
export interface ModelFlags extends DataFlags {
  model?: string;
  set?: Record<string, string>;
  seed: number;
  threads: number;
  arithmetic: Arithmetic;
  memory?: number;
  device?: string;
  artifact?: string;
}

/**
 * @param otherwise what is trained where no flag names a model; "" where one must be named
 * @param listed whether the help lists every option of training
 */
export function addModelOptions(command: Command, otherwise = "by the size of the data", listed = false): Command {
  const group = "Data and model:";
  return addTrainingOptions(
    addDataOptions(command, { group })
      .optionsGroup(group)
      .option("--model <name>", `see matinee models${otherwise === "" ? "" : ` (default: ${otherwise})`}`)
      .option("--set <name=value...>", "settings of the model; see matinee help MODEL", parseKeyValue),
    listed,
  );
}

export function addTrainingOptions(command: Command, listed = false): Command {
  return command
    .option("--seed <n>", "seed of every random choice", parseWhole, 0)
    .option("--threads <n>", "number of threads; the result does not depend on it", parsePositive, 1)
    .option("--memory <size>", "the most that it may take, such as 2GB (default: what is free)", parseBytes)
    .addOption(arithmeticOption().hideHelp(!listed))
    .addOption(deviceOption().hideHelp(!listed));
}

/** Where text models run; `train` and `search` list it. */
export function deviceOption(): Option {
  return new Option("--device <name>", "where text models run: cpu, cuda … (default: cpu)");
}

/** Flags that name a saved model, or one to be trained now. @param otherwise what is trained where no flag names one */
export function addSourceOptions(command: Command, otherwise?: string): Command {
  return addModelOptions(command, otherwise).option("--artifact <file>", "a model saved by matinee train, instead");
}

export function arithmeticOption(): Option {
  return new Option("--arithmetic <name>", "strict: alike on every machine")
    .choices(["strict", "relaxed"])
    .default("relaxed");
}

/** A trained model, and the ratings where they were read. */
export interface LoadedModel {
  readonly trained: Trained;
  readonly dataset?: Dataset;
}

/** Makes the specification of what is trained where no flag names a model, with the settings that were given. */
export type DefaultSpec = (dataset: Dataset, settings?: Record<string, string>) => ModelSpec;

/** The best that rank and predict ratings of data of this size. */
export const usualSpec: DefaultSpec = (dataset, settings) => defaultSpec(shapeOf(dataset), dataset.feedback, settings);

/** Reads the data and trains as the flags say. */
export async function trainModel(
  flags: ModelFlags,
  otherwise: DefaultSpec = usualSpec,
): Promise<Required<LoadedModel>> {
  // Settings are checked before the data are read.
  if (flags.model !== undefined) configure(flags.model, flags.set);
  const dataset = await readData(flags);
  const spec = flags.model === undefined ? otherwise(dataset, flags.set) : configure(flags.model, flags.set);
  if (flags.model === undefined && spec.model === "popular") {
    note("These data are large: training anything but popular may take long. Name a model with --model.");
  }
  using engine = await createEngine({ threads: flags.threads, arithmetic: flags.arithmetic });
  return { dataset, trained: await fitWithProgress(dataset, spec, flags, engine) };
}

/** Trains a model on a data set: by its name, with the settings of the flags, or as a specification says. */
export async function fitWithProgress(
  dataset: Dataset,
  model: string | ModelSpec,
  flags: ModelFlags,
  engine: Engine,
  { from, cluster }: Pick<FitOptions, "from" | "cluster"> = {},
): Promise<Trained> {
  const spec = typeof model === "string" ? configure(model, flags.set) : model;
  const names = [spec.model, ...(spec.predictor ? [spec.predictor.model] : [])];
  let opened = false;
  const trained = await withProgress(`Training ${names.join(" and ")}`, (onProgress, tell) => {
    const open = onnxEmbedder({ onProgress, signal: cancellation, ...present({ device: flags.device }) });
    return fit(dataset, spec, {
      ...present({ from, cluster }),
      seed: flags.seed,
      memory: flags.memory ?? memoryForProcess(),
      engine,
      embedder: (...model) => {
        opened = true;
        return open(...model);
      },
      onProgress,
      onEpoch: (epoch) => tell(epochWords(epoch)),
      signal: cancellation,
    });
  });
  if (flags.device !== undefined && !opened) {
    note(`${names.join(" and ")} runs no text model, so that --device does not concern it.`);
  }
  return trained;
}

/** Reads a saved model within the memory that the flags allow, and says what of it stays on disk. @param options as of `readArtifactWithin` */
export async function readSaved(
  file: string,
  { memory = memoryForProcess() }: Pick<ModelFlags, "memory">,
  { toAnswer = false } = {},
): Promise<Trained> {
  const trained = await readArtifactWithin(file, { whole: wholeWithin(memory), toAnswer, signal: cancellation });
  const left = storedBytes(trained);
  if (left > 0) {
    const why = `${file} is larger than half of ${describeBytes(memory)} of memory`;
    note(`${why}: its vectors of films, ${describeBytes(left)}, stay on disk and are read for each list.`);
  }
  return trained;
}

/**
 * The model that the flags name: read from --artifact, with the ratings where --data is given too, or trained now.
 * @param otherwise what is trained where the flags name no model; the best for the size unless given
 * @param read reads a saved model
 */
export async function loadModel(
  flags: ModelFlags,
  otherwise?: DefaultSpec,
  read: (file: string) => Promise<Trained> = (file) => readSaved(file, flags),
): Promise<LoadedModel> {
  if (flags.artifact === undefined) return trainModel(flags, otherwise);
  if (flags.model !== undefined || flags.set !== undefined) {
    throw new MatineeError("USAGE", "--artifact already holds a model with its settings", {
      fix: "leave out --model and --set, or --artifact",
    });
  }
  const trained = await read(flags.artifact);
  return flags.data === undefined ? { trained } : { trained, dataset: await readSource(flags.data, flags) };
}
