/** Training from a source of ratings: planned by the memory there is and, where that is too little, out of core, with files in a folder. For Node alone. */
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Arithmetic } from "./compute/engine.ts";
import { createEngine } from "./compute/pool.ts";
import { estimateSource, type SourceEstimate, writeRatingBlocks } from "./data/blocks/blocks-of-source.ts";
import { describeBlocks, isBlocksFolder, openBlocks } from "./data/blocks/open-blocks.ts";
import { trainingFilesIn } from "./data/blocks/training-files.ts";
import { tryLock } from "./data/download/lock.ts";
import type { ProgressOptions } from "./data/progress.ts";
import type { ReadOptions } from "./data/read.ts";
import { MatineeError } from "./errors.ts";
import { memoryForProcess } from "./free-memory.ts";
import { resolveSpec } from "./models/configure.ts";
import { type FitBlocksOptions, fitBlocks } from "./models/fit-blocks.ts";
import type { ModelSpec } from "./models/model.ts";
import { planTraining } from "./models/plan.ts";
import type { Trained } from "./models/trained.ts";
import { present } from "./present.ts";
import { replaceText } from "./replace-file.ts";
import { version } from "./version.ts";

/** What is to be trained, and with what. */
export interface SourceTraining {
  /** What `readRatings` takes, or a folder of column blocks. */
  readonly source: string;
  readonly spec: ModelSpec;
  readonly reading: ReadOptions;
  /** Bytes that the process may take; all that is free unless given. */
  readonly memory?: number | undefined;
  readonly seed?: number | undefined;
  readonly arithmetic?: Arithmetic | undefined;
}

export type SourcePlan =
  | { readonly where: "memory"; readonly why: string }
  | {
      readonly where: "disk";
      readonly why: string;
      /**
       * Makes the folder of the training's files, or finds that of the same training, which was interrupted. Until the training is disposed of,
       * no other process can work there.
       *
       * @throws USAGE where the folder holds something else, or another process works there; WRITE_FAILED
       */
      begin(work: string): Promise<OutOfCoreTraining>;
    };

/** Training out of core. Dispose of it to let others have its folder. */
export interface OutOfCoreTraining extends AsyncDisposable {
  /** Whether it goes on where it was interrupted. */
  readonly goesOn: boolean;
  /** Writes the ratings as column blocks, where they are not there yet. Returns the bytes that are read from disk at a time, about. */
  prepare(progress: ProgressOptions): Promise<number>;
  train(options: Pick<FitBlocksOptions, "onProgress" | "onEpoch" | "signal"> & { threads?: number }): Promise<Trained>;
  /** For the time when the model is saved. */
  removeFiles(): Promise<void>;
}

/** What tells trainings apart: files of one are of no use to another. */
const recordName = "training.json";
const lockName = "lock";

/**
 * Chooses where a model is trained, before its ratings are read.
 *
 * @returns undefined where the model cannot be trained out of core, or the source does not say how large it is: it is trained in memory then
 * @throws MEMORY, and what reading throws before it reads rows
 */
export async function planSource(training: SourceTraining): Promise<SourcePlan | undefined> {
  const { source, spec, reading, memory = memoryForProcess() } = training;
  const resolved = resolveSpec(spec);
  if (!resolved.algorithm.fitBlocks || resolved.predictor) return undefined;
  const described = (await isBlocksFolder(source)) ? await describeBlocks(source) : undefined;
  const estimate: SourceEstimate = described
    ? { ratings: described.ratings, state: "blocks" }
    : await estimateSource(source, reading);
  if (estimate.ratings === undefined) return undefined;

  const limits = { memory, engine: { limit: 2 ** 32 } };
  const shape = described ?? { users: 0, items: 0, ratings: Math.round(estimate.ratings) };
  const plan = planTraining(resolved, shape, limits);
  if (plan.where === "memory") return plan;
  return {
    ...plan,
    begin: (work) =>
      beginIn(work, described ? source : join(work, "ratings.blocks"), training, estimate, async (folder) => {
        // By what the blocks hold, which was not known before they were written.
        const again = planTraining(resolved, described ?? (await describeBlocks(folder)), limits);
        return again.where === "disk" ? again.segmentBytes : plan.segmentBytes;
      }),
  };
}

async function beginIn(
  work: string,
  folder: string,
  { source, spec, reading, seed = 0, arithmetic = "relaxed" }: SourceTraining,
  estimate: SourceEstimate,
  segmentBytesFor: (folder: string) => Promise<number>,
): Promise<OutOfCoreTraining> {
  const { threads: _, signal: __, onProgress: ___, ...read } = reading;
  const { model, settings } = spec;
  const record = JSON.stringify({ source, ...estimate, reading: read, model, settings, seed, arithmetic, version });
  const { release, recorded, goesOn } = await openWork(work, record);
  let segmentBytes = recorded;
  return {
    goesOn,
    async prepare(progress) {
      if (!(await isBlocksFolder(folder))) await writeRatingBlocks(source, folder, { ...reading, ...progress });
      segmentBytes ??= await segmentBytesFor(folder);
      await replaceText(join(work, recordName), JSON.stringify({ record, segmentBytes }));
      return segmentBytes;
    },
    async train({ threads = 1, ...watched }) {
      const blocks = await openBlocks(folder);
      try {
        using engine = await createEngine({ threads, arithmetic });
        const files = trainingFilesIn(work);
        return await fitBlocks(blocks, spec, { engine, seed, files, segmentBytes: segmentBytes!, ...watched });
      } finally {
        await blocks.close();
      }
    },
    removeFiles: () => rm(work, { recursive: true, force: true }),
    [Symbol.asyncDispose]: release,
  };
}

/** What is known of the folder of a training. */
interface Work {
  readonly release: () => Promise<void>;
  readonly goesOn: boolean;
  /** The bytes that an interrupted training read at a time. */
  readonly recorded?: number;
}

async function openWork(work: string, record: string): Promise<Work> {
  const elsewhere = (problem: string, fix = "remove it, or name another folder") =>
    new MatineeError("USAGE", `${work} ${problem}`, { fix });
  const names = await readdir(work).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw elsewhere(`cannot be read: ${error.message}`, "name another folder");
  });
  const others = names.filter((name) => !name.startsWith(`${lockName}.`));
  if (others.length > 0 && !others.includes(recordName))
    throw elsewhere("is not empty, and holds no interrupted training");
  await mkdir(work, { recursive: true });
  const release = await tryLock(join(work, lockName));
  if (!release) throw elsewhere("is in use by another training", "wait until it has ended, or name another folder");
  try {
    const text = await readFile(join(work, recordName), "utf8").catch(() => undefined);
    const known = text === undefined ? undefined : (JSON.parse(text) as { record: string; segmentBytes?: number });
    if (known && known.record !== record)
      throw elsewhere("holds the files of another training, of other data or settings");
    if (!known) await replaceText(join(work, recordName), JSON.stringify({ record }));
    // What a process that was killed was about to write.
    for (const name of others) {
      if (name.endsWith(".matinee-tmp")) await rm(join(work, name), { recursive: true, force: true });
    }
    return { release, goesOn: known !== undefined, ...present({ recorded: known?.segmentBytes }) };
  } catch (error) {
    await release();
    throw error;
  }
}
