/** Training out of core: choosing it by the memory there is, the folder of its files, and going on after an interruption. */
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { createEngine } from "../../compute/pool.ts";
import { estimateSource, type SourceEstimate } from "../../data/blocks/blocks-of-source.ts";
import { describeBlocks, isBlocksFolder, openBlocks } from "../../data/blocks/open-blocks.ts";
import { trainingFilesIn } from "../../data/blocks/training-files.ts";
import { MatineeError } from "../../errors.ts";
import { memoryForProcess } from "../../free-memory.ts";
import { configure, resolveSpec } from "../../models/configure.ts";
import { fitBlocks } from "../../models/fit-blocks.ts";
import { planTraining } from "../../models/plan.ts";
import { describeBytes } from "../../models/shared/memory.ts";
import type { Trained } from "../../models/trained.ts";
import { replaceText } from "../../replace-file.ts";
import { version } from "../../version.ts";
import { note } from "../terminal/output.ts";
import { epochWords, withProgress } from "../terminal/progress.ts";
import { cancellation } from "../terminal/run.ts";
import { dataSource, readOptionsFrom, writeDataBlocks } from "./data.ts";
import type { ModelFlags } from "./model.ts";

/** Training that is to be out of core. */
export interface TrainingOnDisk {
  /** Bytes that are read at a time, about. */
  readonly segmentBytes: number;
  train(): Promise<Trained>;
  /** For the time when the model is saved. */
  removeFiles(): Promise<void>;
}

/** What tells trainings apart: files of one are of no use to another. */
const recordName = "training.json";

/**
 * Chooses out of core where the model that is named can be trained so and does not fit in memory otherwise, and says why; undefined where
 * it is trained in memory.
 *
 * @param work the folder of its files
 * @throws MEMORY, USAGE where the folder holds something else, and what reading throws before it reads rows
 */
export async function planOnDisk(flags: ModelFlags, work: string): Promise<TrainingOnDisk | undefined> {
  if (flags.model === undefined) return undefined;
  const spec = configure(flags.model, flags.set);
  const resolved = resolveSpec(spec);
  if (!resolved.algorithm.fitBlocks) return undefined;
  const source = dataSource(flags);
  const described = (await isBlocksFolder(source)) ? await describeBlocks(source) : undefined;
  const estimate: SourceEstimate = described
    ? { ratings: described.ratings, state: "blocks" }
    : await estimateSource(source, readOptionsFrom(flags));
  if (estimate.ratings === undefined) return undefined;

  const memory = flags.memory ?? memoryForProcess();
  const limits = { memory, engine: { limit: 2 ** 32 } };
  const shape = described ?? { users: 0, items: 0, ratings: Math.round(estimate.ratings) };
  const first = planTraining(resolved, shape, limits);
  if (first.where === "memory") {
    if (flags.memory !== undefined) note(`${spec.model} is trained in memory: ${first.why}.`);
    return undefined;
  }
  note(`${spec.model} is trained out of core, with its files in ${work}: ${first.why}.`);
  const { threads: _, ...reading } = readOptionsFrom(flags);
  const { seed, arithmetic } = flags;
  const { model, settings } = spec;
  const record = JSON.stringify({ source, ...estimate, reading, model, settings, seed, arithmetic, version });
  const recorded = await openWork(work, record);
  const folder = described ? source : join(work, "ratings.blocks");
  if (!(await isBlocksFolder(folder))) await writeDataBlocks(source, folder, flags);
  const plan = planTraining(resolved, described ?? (await describeBlocks(folder)), limits);
  const segmentBytes = recorded ?? (plan.where === "disk" ? plan.segmentBytes : first.segmentBytes);
  await replaceText(join(work, recordName), JSON.stringify({ record, segmentBytes }));

  return {
    segmentBytes,
    async train() {
      const blocks = await openBlocks(folder);
      try {
        using engine = await createEngine({ threads: flags.threads, arithmetic });
        return await withProgress(
          `Training ${spec.model}, ${describeBytes(segmentBytes)} at a time`,
          (onProgress, tell) =>
            fitBlocks(blocks, spec, {
              ...{ engine, seed, segmentBytes, onProgress, signal: cancellation },
              files: trainingFilesIn(work),
              onEpoch: (epoch) => tell(epochWords(epoch)),
            }),
        );
      } finally {
        await blocks.close();
      }
    },
    removeFiles: () => rm(work, { recursive: true, force: true }),
  };
}

/**
 * Makes the folder, or finds that of the same training, which was interrupted.
 * @returns the bytes that it read at a time
 */
async function openWork(work: string, record: string): Promise<number | undefined> {
  const found = await readdir(work).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw new MatineeError("USAGE", `${work}: ${error.message}`, { fix: "name another folder with --work" });
  });
  const text = await readFile(join(work, recordName), "utf8").catch(() => undefined);
  const known = text === undefined ? undefined : (JSON.parse(text) as { record: string; segmentBytes?: number });
  const problem =
    known && known.record !== record
      ? "holds the files of another training, of other data or settings"
      : !known && found.length > 0
        ? "is not empty, and holds no interrupted training"
        : undefined;
  if (problem) {
    throw new MatineeError("USAGE", `${work} ${problem}`, { fix: "remove it, or name another folder with --work" });
  }
  await mkdir(work, { recursive: true });
  if (!known) await replaceText(join(work, recordName), JSON.stringify({ record }));
  else note(`It goes on where it was interrupted.`);
  // What a process that was killed was about to write.
  for (const name of found) {
    if (name.endsWith(".matinee-tmp")) await rm(join(work, name), { recursive: true, force: true });
  }
  return known?.segmentBytes;
}
