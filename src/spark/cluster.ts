/**
 * Apache Spark as the cluster that models are fitted on: M. Zaharia et al., "Apache Spark: a unified engine for big data processing",
 * CACM 59(11), 2016. Ratings and what is found go through Parquet in a folder that all nodes see; in between, spark/job.py does the work.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Step } from "../compute/engine.ts";
import type { ReadOptions } from "../data/read.ts";
import { writeTable } from "../data/write-table.ts";
import { MatineeError, oneLine } from "../errors.ts";
import { memoryForProcess } from "../free-memory.ts";
import type { Csr } from "../matrix/csr.ts";
import type { Cluster, ClusterRatings, FoundVectors } from "../models/cluster.ts";
import { present } from "../present.ts";
import { withTemporary } from "../replace-file.ts";
import { findSpark } from "./find-spark.ts";
import { findSource, type Prepared, type PreparedRatings, prepareTask, readPrepared } from "./prepare.ts";
import { submitJob } from "./submit.ts";
import { readVectors, writeRatings } from "./tables.ts";

export interface SparkOptions {
  /** Where it runs: `local[*]`, or the address of a cluster, such as spark://HOST:PORT. */
  readonly master: string;
  /** A folder that all nodes see; a job works in a folder of its own in it. */
  readonly folder: string;
  /** Properties of Spark. */
  readonly conf?: Readonly<Record<string, string>>;
  /** Parts that users and items are cut into; by the number of ratings unless given. Other blocks find other vectors. */
  readonly blocks?: number;
  /** Seconds to wait for workers; 60 unless given. */
  readonly wait?: number;
  readonly signal?: AbortSignal;
  /** Told of each job that has ended: the version of Spark, and the seconds that each stage took. */
  onJob?(spark: string, seconds: Readonly<Record<string, number>>): void;
}

/** A cluster that also prepares ratings: from a table as it is to ratings by index. */
export interface SparkCluster extends Cluster {
  /**
   * Prepares the ratings of a source that Spark reads: Parquet, or CSV with a line of names, as one file, a folder of parts, or an address such
   * as hdfs:// or s3a://.
   *
   * @param use is given ratings that are there until its promise settles
   * @throws what `readRatings` throws of such a source; USAGE for options that are not known there; and what `factorise` throws
   */
  prepare<T>(
    source: string,
    options: ReadOptions,
    step: Step,
    use: (ratings: PreparedRatings) => Promise<T>,
  ): Promise<T>;
}

/** Ratings in a block, at most, of the number of blocks that is chosen. */
const blockRatings = 2_500_000;
const fewestBlocks = 4;

/** What a job says of itself when it has ended. */
interface Manifest {
  readonly format: 1;
  readonly spark: string;
  readonly ratings: number;
  readonly rows: Readonly<Record<string, number>>;
  /** By stage. */
  readonly seconds: Readonly<Record<string, number>>;
}

/** @throws PACKAGE_MISSING where there is no Spark */
export async function sparkCluster(options: SparkOptions): Promise<SparkCluster> {
  const program = await findSpark();
  const { master, folder, conf = {}, wait = 60, signal } = options;
  const properties = { ...usualProperties(master), ...conf };

  /** Does a task in a folder of the job's own, and leaves its results in the folder `found` there. */
  async function run<Made>(
    work: string,
    task: Readonly<Record<string, unknown>>,
    step: Step,
  ): Promise<Manifest & Made> {
    const output = join(work, "found");
    const file = join(work, "task.json");
    await writeFile(file, JSON.stringify({ ...task, output: at(output), work: at(join(work, "checkpoints")), wait }));
    await submitJob(program, {
      master,
      conf: properties,
      task: file,
      ...present({ signal }),
      onProgress: (share) => void step(share, 1).catch(() => {}), // an abort reaches the job by its signal
    });
    const manifest = await readManifest<Made>(output);
    options.onJob?.(manifest.spark, manifest.seconds);
    return manifest;
  }

  return {
    async factorise(ratings, { seed, ...wanted }, step): Promise<FoundVectors> {
      const isHere = !("folder" in ratings);
      const length = isHere ? ratings.values.length : ratings.ratings;
      const [users, items] = isHere
        ? [ratings.rows, ratings.columns]
        : [ratings.info.users.size, ratings.info.items.size];
      const blocks = options.blocks ?? Math.max(fewestBlocks, Math.ceil(length / blockRatings));
      return inFolder(async (work) => {
        const input = isHere
          ? await written(ratings, work)
          : { input: at(join(ratings.folder, "ratings")), ...(await writtenValues(ratings, work)) };
        const settings = { ...wanted, blocks };
        const { spark, rows } = await run(work, { task: "factors", ...input, rows: length, seed, settings }, step);
        const vectorsOf = (name: string, size: number, width: number) =>
          readVectors(join(work, "found", name), { rows: size, width, counted: rows[name] });
        return {
          items: await vectorsOf("items", items, wanted.factors),
          ...(wanted.users && { users: await vectorsOf("users", users, wanted.factors) }),
          ...(wanted.damped && { itemBias: await vectorsOf("biases", items, 1) }),
          foundBy: { name: "spark", version: spark, blocks },
        };
      });
    },

    async prepare(source, reading, step, use) {
      const found = await findSource(source, reading);
      return inFolder(async (work) => {
        const prepared = await run<Prepared>(work, { ...prepareTask(found), seed: 0 }, step);
        return use(await readPrepared(join(work, "found"), prepared, found, step));
      });
    },
  };

  function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
    return withTemporary(join(resolve(folder), "matinee-spark"), async (temporary) => {
      await mkdir(temporary, { recursive: true });
      return work(temporary);
    });
  }

  async function written(ratings: Csr, work: string) {
    const input = join(work, "ratings.parquet");
    await writeRatings(input, ratings, signal);
    return { input: at(input) };
  }

  /** What training needs beside ratings that were prepared. */
  async function writtenValues({ folder: prepared, histogram }: ClusterRatings, work: string) {
    const values = join(work, "values.parquet");
    const columns = ["stored", "value"].map((name) => ({ name, type: "single" }) as const);
    const rows = [histogram.map(({ stored }) => stored), histogram.map(({ value }) => value)];
    await writeTable(values, columns, [rows]);
    return { values: at(values), index: at(join(prepared, "index.parquet")) };
  }
}

function at(path: string): string {
  return pathToFileURL(path).href;
}

/** What is asked for where the user says nothing else. With a local master, the driver does all the work. */
function usualProperties(master: string): Record<string, string> {
  const megabytes = Math.floor(memoryForProcess() / 2 / 2 ** 20);
  return {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.parquet.compression.codec": "snappy",
    "spark.sql.shuffle.partitions": "8",
    "spark.log.level": "WARN",
    ...(master.startsWith("local") && { "spark.driver.memory": `${megabytes}m` }),
  };
}

/** @throws CLUSTER_FAILED */
async function readManifest<Made>(folder: string): Promise<Manifest & Made> {
  try {
    const manifest = JSON.parse(await readFile(join(folder, "manifest.json"), "utf8")) as Manifest & Made;
    if (manifest.format === 1) return manifest;
    throw new Error(`its format is ${manifest.format}`);
  } catch (cause) {
    throw new MatineeError("CLUSTER_FAILED", `the job left no manifest: ${oneLine((cause as Error).message)}`, {
      cause,
      fix: "give a folder that this machine and all nodes see with --spark-folder DIR",
    });
  }
}
