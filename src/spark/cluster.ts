/**
 * Apache Spark as the cluster that models are fitted on: M. Zaharia et al., "Apache Spark: a unified engine for big data processing",
 * CACM 59(11), 2016. Ratings and what is found go through Parquet in a folder that all nodes see; in between, spark/job.py does the work.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Step } from "../compute/engine.ts";
import { MatineeError, oneLine } from "../errors.ts";
import { memoryForProcess } from "../free-memory.ts";
import type { Csr } from "../matrix/csr.ts";
import type { Cluster, Factorisation, FoundVectors } from "../models/cluster.ts";
import { present } from "../present.ts";
import { withTemporary } from "../replace-file.ts";
import { findSpark } from "./find-spark.ts";
import { submitJob } from "./submit.ts";
import { readNeighbours, readProducts, readSums, readVectors, writeRatings } from "./tables.ts";

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

/** Ratings in a block, at most, of the number of blocks that is chosen. */
const blockRatings = 2_500_000;
/** The same where blocks are compared in pairs: a task holds two of them, at some 60 bytes a rating, and each rating goes to a task for every block. */
const pairRatings = 5_000_000;
const fewestBlocks = 4;

/** What a job is to do. */
interface Task {
  readonly task: "factors" | "sums" | "neighbours" | "products";
  readonly seed?: number;
  readonly settings: object;
}

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
export async function sparkCluster(options: SparkOptions): Promise<Cluster> {
  const program = await findSpark();
  const { master, folder, conf = {}, wait = 60, signal } = options;
  const properties = { ...usualProperties(master), ...conf };

  /** Runs a task of spark/job.py over ratings, and reads what it found: in tables of `output`, of so many rows each. */
  async function run<T>(
    { task, seed = 0, settings }: Task,
    ratings: Csr,
    step: Step,
    read: (output: string, manifest: Manifest) => Promise<T>,
  ): Promise<T> {
    return withTemporary(join(resolve(folder), "matinee-spark"), async (work) => {
      const input = join(work, "ratings.parquet");
      const output = join(work, "found");
      await writeRatings(input, ratings, signal);
      const at = (path: string) => pathToFileURL(path).href;
      const places = { input: at(input), output: at(output), work: at(join(work, "checkpoints")) };
      const file = join(work, "task.json");
      await writeFile(file, JSON.stringify({ task, ...places, rows: ratings.values.length, seed, wait, settings }));
      await submitJob(program, {
        master,
        conf: properties,
        task: file,
        ...present({ signal }),
        onProgress: (share) => void step(share, 1).catch(() => {}), // an abort reaches the job by its signal
      });
      const manifest = await readManifest(output);
      options.onJob?.(manifest.spark, manifest.seconds);
      return await read(output, manifest);
    });
  }

  const blocksOf = (ratings: Csr, atMost: number) =>
    options.blocks ?? Math.max(fewestBlocks, Math.ceil(ratings.values.length / atMost));
  const sumsIn = (output: string, { rows }: Manifest, ratings: Csr) =>
    readSums(join(output, "sums"), { items: ratings.columns, ratings: ratings.values.length, counted: rows.sums });

  return {
    factorise(ratings: Csr, { seed, ...wanted }: Factorisation, step: Step): Promise<FoundVectors> {
      const blocks = blocksOf(ratings, blockRatings);
      return run(
        { task: "factors", seed, settings: { ...wanted, blocks } },
        ratings,
        step,
        async (output, { spark, rows }) => {
          const vectorsOf = (name: string, size: number) =>
            readVectors(join(output, name), { rows: size, width: wanted.factors, counted: rows[name] });
          return {
            items: await vectorsOf("items", ratings.columns),
            ...(wanted.users && { users: await vectorsOf("users", ratings.rows) }),
            foundBy: { name: "spark", version: spark, blocks },
          };
        },
      );
    },

    sums: (ratings, step) =>
      run({ task: "sums", settings: {} }, ratings, step, (output, manifest) => sumsIn(output, manifest, ratings)),

    neighbours(ratings, { k, shrinkage }, step) {
      const { columns: items } = ratings;
      const settings = { items, k: Math.min(k, items), shrinkage, blocks: blocksOf(ratings, pairRatings) };
      return run({ task: "neighbours", settings }, ratings, step, async (output, manifest) => ({
        ...(await sumsIn(output, manifest, ratings)),
        ...(await readNeighbours(join(output, "neighbours"), { items, counted: manifest.rows.neighbours })),
      }));
    },

    products(ratings, take, step) {
      const { columns: items } = ratings;
      const blocks = blocksOf(ratings, pairRatings);
      return run({ task: "products", settings: { blocks } }, ratings, step, async (output, manifest) => {
        await readProducts(join(output, "products"), { items, blocks, counted: manifest.rows.products }, take);
        return sumsIn(output, manifest, ratings);
      });
    },
  };
}

/** What is asked for where the user says nothing else. With a local master, the driver does all the work. */
function usualProperties(master: string): Record<string, string> {
  const megabytes = Math.floor(memoryForProcess() / 2 / 2 ** 20);
  return {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.parquet.compression.codec": "snappy",
    "spark.sql.shuffle.partitions": "8",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "200000",
    "spark.log.level": "WARN",
    ...(master.startsWith("local") && { "spark.driver.memory": `${megabytes}m` }),
  };
}

/** @throws CLUSTER_FAILED */
async function readManifest(folder: string): Promise<Manifest> {
  try {
    const manifest = JSON.parse(await readFile(join(folder, "manifest.json"), "utf8")) as Manifest;
    if (manifest.format === 1) return manifest;
    throw new Error(`its format is ${manifest.format}`);
  } catch (cause) {
    throw new MatineeError("CLUSTER_FAILED", `the job left no manifest: ${oneLine((cause as Error).message)}`, {
      cause,
      fix: "give a folder that this machine and all nodes see with --spark-folder DIR",
    });
  }
}
