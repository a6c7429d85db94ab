import { readArtifact } from "../../artifact/file.ts";
import type { Engine } from "../../compute/engine.ts";
import { createEngine } from "../../compute/pool.ts";
import { onnxEmbedder } from "../../content/sentences.ts";
import { type Dataset, shapeOf } from "../../data/dataset.ts";
import { readRatings } from "../../data/read.ts";
import { MatineeError } from "../../errors.ts";
import { fit } from "../../models/fit.ts";
import { algorithmNamed, defaultModel } from "../../models/registry.ts";
import { completeSettings } from "../../models/shared/settings.ts";
import type { Trained } from "../../models/trained.ts";
import { count, note, timed } from "../terminal/output.ts";
import { cancellation } from "../terminal/run.ts";
import { type DataFlags, type ModelFlags, readOptionsFrom } from "./model.ts";

/** What a command works with: a trained model, and the ratings where they were read. */
export interface Source {
  readonly trained: Trained;
  readonly dataset?: Dataset;
}

/** What the flags, or else MATINEE_DATA, name. */
function namedBy(flags: DataFlags): string | undefined {
  return flags.data ?? process.env.MATINEE_DATA;
}

const usualData = "ml-latest-small";

/** Where `readData` reads from. */
export function sourceNamed(flags: DataFlags, usual = usualData): string {
  return namedBy(flags) ?? usual;
}

/** Reads the data that are named; without a name, the usual set or a stand-in for it. */
export async function readData(flags: DataFlags, usual = usualData): Promise<Dataset> {
  const named = namedBy(flags);
  if (named !== undefined) return read(named, flags);
  try {
    return await read(usual, flags);
  } catch (error) {
    if (!(error instanceof MatineeError) || error.code !== "DOWNLOAD_FAILED") throw error;
    note(`${error.message}. Using made-up films and ratings instead; give a folder of real ones with --data.`);
    return read(usual.replace(/^ml-/, "synthetic-"), flags);
  }
}

async function read(source: string, flags: DataFlags): Promise<Dataset> {
  const dataset = await timed(`Reading ${source}`, (onProgress) =>
    readRatings(source, { ...readOptionsFrom(flags), onProgress, signal: cancellation }),
  );
  note(describeData(dataset));
  return dataset;
}

/** "100,836 ratings of 9,742 films by 610 people; 3 repeats dropped". */
function describeData({ name, users, items, byUser, report }: Dataset): string {
  const { repeats, skipped, filtered } = report;
  const asides = [
    repeats > 0 ? `${count(repeats)} repeated ratings dropped, the latest kept` : "",
    skipped > 0 ? `${count(skipped)} unreadable rows skipped` : "",
    filtered > 0 ? `${count(filtered)} ratings filtered out` : "",
  ].filter(Boolean);
  const sizes = `${count(byUser.values.length)} ratings of ${count(items.size)} films by ${count(users.size)} people`;
  return `${name}: ${[sizes, ...asides].join("; ")}`;
}

/** Trains as the flags say. */
export async function train(flags: ModelFlags): Promise<Required<Source>> {
  // What is wrong with the model is said before the data are read.
  if (flags.model !== undefined) completeSettings(flags.model, algorithmNamed(flags.model).settings, flags.set);
  const dataset = await readData(flags);
  const model = flags.model ?? defaultModel(shapeOf(dataset));
  if (flags.model === undefined && model === "popular") {
    note("These data are large: training anything but popular may take long. Name a model with --model.");
  }
  using engine = await createEngine({ threads: flags.threads, arithmetic: flags.arithmetic });
  return { dataset, trained: await fitted(dataset, model, flags, engine) };
}

/** Trains a model on data that are read, with the settings of the flags. */
export function fitted(dataset: Dataset, model: string, flags: ModelFlags, engine: Engine): Promise<Trained> {
  return timed(`Training ${model}`, (onProgress) =>
    fit(dataset, model, {
      ...(flags.set ? { set: flags.set } : {}),
      seed: flags.seed,
      memory: flags.memory ?? process.availableMemory(),
      engine,
      embedder: onnxEmbedder({ onProgress, signal: cancellation }),
      onProgress,
      signal: cancellation,
    }),
  );
}

/**
 * The model that the flags name: loaded from --artifact, with the ratings where --data is given too, or trained now; where they
 * name none, the model `otherwise`, or the best for the size.
 */
export async function sourceFrom(flags: ModelFlags, otherwise?: string): Promise<Source> {
  const model = flags.model ?? otherwise;
  if (flags.artifact === undefined) return train({ ...flags, ...(model === undefined ? {} : { model }) });
  if (flags.model !== undefined || flags.set !== undefined) {
    throw new MatineeError("USAGE", "--artifact already holds a model with its settings", {
      fix: "leave out --model and --set, or --artifact",
    });
  }
  const trained = await readArtifact(flags.artifact);
  return flags.data === undefined ? { trained } : { trained, dataset: await read(flags.data, flags) };
}
