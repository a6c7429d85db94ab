/**
 * Apache Spark as the cluster that models are fitted on: M. Zaharia et al., "Apache Spark: a unified engine for big data processing",
 * CACM 59(11), 2016. Ratings and what is found go through Parquet in a folder that all nodes see; in between, spark/job.py does the work.
 */
import { cp, mkdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Step } from "../compute/engine.ts";
import { leniently, type Shape } from "../data/dataset.ts";
import type { ReadOptions } from "../data/read.ts";
import { writeTable } from "../data/write-table.ts";
import { MatineeError, oneLine } from "../errors.ts";
import { memoryForProcess } from "../free-memory.ts";
import type { Csr } from "../matrix/csr.ts";
import type { Cluster, ClusterRatings } from "../models/cluster.ts";
import { popularAlgorithm } from "../models/popular.ts";
import type { Trained } from "../models/trained.ts";
import { present } from "../present.ts";
import { replaceFile, withTemporary } from "../replace-file.ts";
import { findSpark } from "./find-spark.ts";
import { asEvidence, checkListsOnSpark, writeItemIds, writeModel } from "./lists.ts";
import { findSource, type Prepared, type PreparedRatings, prepareTask, readPrepared } from "./prepare.ts";
import { type ClusterSplit, readTrain, splitTask } from "./split.ts";
import { type SparkJob, submitJob } from "./submit.ts";
import { addressOf, readNeighbours, readProducts, readSums, readVectors, writeRatings } from "./tables.ts";

export interface SparkOptions {
  /** Where it runs: `local[*]`, or the address of a cluster, such as spark://HOST:PORT. */
  readonly master: string;
  /** A folder that all nodes see; each task has a folder of its own in it. */
  readonly folder: string;
  /** Properties of Spark. */
  readonly conf?: Readonly<Record<string, string>>;
  /** Parts that users and items are cut into; by the number of ratings unless given. Other blocks find other vectors. */
  readonly blocks?: number;
  /** Seconds to wait for workers; 60 unless given. */
  readonly wait?: number;
  readonly signal?: AbortSignal;
  /** Told of each task that is done: the version of Spark, and the seconds that each stage took; of the first one, also its start. */
  onTask?(spark: string, seconds: Readonly<Record<string, number>>): void;
}

/**
 * A cluster that also prepares ratings: from a table as it is to ratings by index. Spark starts with the first task, does one after another, and ends when the
 * cluster is disposed of, or after a minute without any; the next task starts it anew.
 */
export interface SparkCluster extends Cluster, AsyncDisposable {
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
  /**
   * Splits prepared ratings as `splitRatings` splits them here.
   *
   * @param splitter time:SHARE, latest:SHARE, loo:last-moment or hash:SHARE, which say of a rating by the data alone whether it is held out
   * @throws SPLIT_INVALID, and what `factorise` throws
   */
  split<T>(
    ratings: ClusterRatings,
    splitter: string,
    seed: number,
    step: Step,
    use: (parts: ClusterSplit) => Promise<T>,
  ): Promise<T>;
  /**
   * Writes the lists that `recommendAll` makes, for all users of prepared ratings, as a folder of Parquet: user, rank, item, score, source.
   * @throws CAPABILITY_MISSING for other models than als and mf, WRITE_FAILED, and what `factorise` throws
   */
  lists(
    trained: Trained,
    ratings: PreparedRatings,
    options: { readonly k: number; readonly out: string },
    step: Step,
  ): Promise<ListCounts>;
  /**
   * Measures lists of a model by the ratings that were held out: precision, recall, hit rate and NDCG at each length, as `evaluate` does.
   * @throws CAPABILITY_MISSING, METRIC_EMPTY, and what `factorise` throws
   */
  judge(
    trained: Trained,
    parts: ClusterSplit,
    options: { readonly ks: readonly number[]; readonly relevant: number },
    step: Step,
  ): Promise<ClusterMetrics>;
}

/** Numbers of rows, of those that the model itself chose, and of users. */
export interface ListCounts {
  readonly rows: number;
  readonly own: number;
  readonly users: number;
}

/** Users with ratings held out, those of them with a relevant one, and means over these. */
export interface ClusterMetrics {
  readonly people: number;
  readonly judged: number;
  /** By name: "ndcg@10". */
  readonly metrics: Readonly<Record<string, number>>;
}

/** Ratings in a block, at most, of the number of blocks that is chosen. */
const blockRatings = 2_500_000;
/** The same where blocks are compared in pairs: a task holds two of them, at some 60 bytes a rating, and each rating goes to a task for every block. */
const pairRatings = 5_000_000;
const fewestBlocks = 4;

/** Milliseconds without a task after which a job ends: what follows here, such as an inverse, may take long, and nodes are wanted by others. */
const idleWithin = 60_000;

/** What a job is to do. */
interface Task {
  readonly task: "factors" | "sums" | "neighbours" | "products" | "split";
  readonly seed?: number;
  readonly settings: object;
}

/** What a job is to do with a model. */
interface WithModel<T, Made> {
  readonly task: "lists" | "judge";
  settings(work: string): Promise<object>;
  read(output: string, manifest: Manifest & Made): Promise<T>;
}

/** What a job says of itself when it has ended. */
interface Manifest {
  readonly format: 1;
  readonly spark: string;
  readonly ratings: number;
  readonly checksum: string;
  readonly rows: Readonly<Record<string, number>>;
  /** By stage. */
  readonly seconds: Readonly<Record<string, number>>;
}

/** @throws PACKAGE_MISSING where there is no Spark */
export async function sparkCluster(options: SparkOptions): Promise<SparkCluster> {
  const program = await findSpark();
  const { master, folder, conf = {}, wait = 60, signal } = options;
  const properties = { ...usualProperties(master), ...conf };

  let job: SparkJob | undefined;
  let idle: NodeJS.Timeout | undefined;
  let before: Promise<unknown> = Promise.resolve();
  const endJob = async () => {
    clearTimeout(idle);
    const last = job;
    job = undefined;
    await last?.[Symbol.asyncDispose]();
  };
  /** What is done with the job, one thing after another. */
  function inTurn<T>(use: () => Promise<T>): Promise<T> {
    const done = before.then(use);
    before = done.catch(() => {});
    return done;
  }

  /** Runs a task of spark/job.py, and reads what it found: in tables of the folder `output`. */
  function run<T, Made = unknown>(
    makeTask: (work: string) => Promise<object>,
    step: Step,
    read: (output: string, manifest: Manifest & Made) => Promise<T>,
  ): Promise<T> {
    return withTemporary(join(resolve(folder), "matinee-spark"), async (work) => {
      await mkdir(work, { recursive: true });
      const output = join(work, "found");
      const places = { output: addressOf(output), work: addressOf(join(work, "checkpoints")) };
      const task = { seed: 0, ...(await makeTask(work)), ...places };
      await inTurn(async () => {
        clearTimeout(idle);
        if (job?.ended) await endJob();
        job ??= await submitJob(program, { master, conf: properties, wait, ...present({ signal }) });
        await job.run(task, (share) => void step(share, 1).catch(() => {})); // an abort reaches the job by its signal
        idle = setTimeout(() => void inTurn(endJob), idleWithin).unref();
      });
      const manifest = await readManifest<Made>(output);
      options.onTask?.(manifest.spark, manifest.seconds);
      return await read(output, manifest);
    });
  }

  /** Runs a task over ratings. */
  function runOver<T>(
    ratings: Csr | ClusterRatings,
    task: Task,
    step: Step,
    read: (output: string, manifest: Manifest) => Promise<T>,
  ): Promise<T> {
    const { ratings: rows } = shapeOf(ratings);
    return run(async (work) => ({ ...task, rows, ...(await inputOf(ratings, work, signal)) }), step, read);
  }

  /** Runs a task over ratings with a model. */
  function runWithModel<T, Made>(
    trained: Trained,
    ratings: ClusterRatings,
    step: Step,
    { task, settings, read }: WithModel<T, Made>,
  ): Promise<T> {
    const makeTask = async (work: string) => ({
      ...{ task, rows: ratings.ratings, ...(await inputOf(ratings, work, signal)) },
      ...{ model: await writeModel(join(work, "model"), trained), settings: await settings(work) },
    });
    return run(makeTask, step, read);
  }

  const blocksOf = (ratings: Csr | ClusterRatings, atMost: number) =>
    options.blocks ?? Math.max(fewestBlocks, Math.ceil(shapeOf(ratings).ratings / atMost));
  const sumsIn = (output: string, { rows }: Manifest, of: Csr | ClusterRatings) => {
    const { items, ratings } = shapeOf(of);
    return readSums(join(output, "sums"), { items, ratings, counted: rows.sums });
  };

  return {
    factorise(ratings, { seed, ...wanted }, step) {
      const blocks = blocksOf(ratings, blockRatings);
      const { users, items } = shapeOf(ratings);
      const task = { task: "factors", seed, settings: { ...wanted, blocks } } as const;
      return runOver(ratings, task, step, async (output, { spark, rows }) => {
        const vectorsOf = (name: string, size: number, width = wanted.factors) =>
          readVectors(join(output, name), { rows: size, width, counted: rows[name] });
        return {
          items: await vectorsOf("items", items),
          ...(wanted.users && { users: await vectorsOf("users", users) }),
          ...(wanted.damped && { itemBias: await vectorsOf("biases", items, 1) }),
          foundBy: { name: "spark", version: spark, blocks },
        };
      });
    },

    sums: (ratings, step) =>
      runOver(ratings, { task: "sums", settings: {} }, step, (output, manifest) => sumsIn(output, manifest, ratings)),

    neighbours(ratings, { k, shrinkage }, step) {
      const { items } = shapeOf(ratings);
      const settings = { items, k: Math.min(k, items), shrinkage, blocks: blocksOf(ratings, pairRatings) };
      return runOver(ratings, { task: "neighbours", settings }, step, async (output, manifest) => ({
        ...(await sumsIn(output, manifest, ratings)),
        ...(await readNeighbours(join(output, "neighbours"), { items, counted: manifest.rows.neighbours })),
      }));
    },

    products(ratings, take, step) {
      const { items } = shapeOf(ratings);
      const blocks = blocksOf(ratings, pairRatings);
      return runOver(ratings, { task: "products", settings: { blocks } }, step, async (output, manifest) => {
        await readProducts(join(output, "products"), { items, blocks, counted: manifest.rows.products }, take);
        return sumsIn(output, manifest, ratings);
      });
    },

    async split(ratings, splitter, seed, step, use) {
      const settings = splitTask(splitter);
      return runOver(ratings, { task: "split", seed, settings }, step, async (output, { rows, checksum }) => {
        const train = await readTrain(output, ratings, { rows, checksum });
        return use({ train, test: join(output, "test"), rows: rows.test });
      });
    },

    async lists(trained, ratings, { k, out }, step) {
      checkListsOnSpark(trained);
      return runWithModel(trained, asEvidence(ratings, trained), step, {
        task: "lists",
        settings: async (work) => {
          const items = join(work, "items.parquet");
          await writeItemIds(items, trained.info.items);
          const sources = { source: trained.state.algorithm, fallback: popularAlgorithm.name };
          return { k, users: addressOf(join(ratings.folder, "users")), items: addressOf(items), ...sources };
        },
        read: async (output, manifest: Manifest & ListCounts) => {
          await replaceFile(out, (temporary) => cp(join(output, "lists"), temporary, { recursive: true }));
          return { rows: manifest.rows.lists, own: manifest.own, users: manifest.users };
        },
      });
    },

    async judge(trained, { train, test }, { ks, relevant }, step) {
      checkListsOnSpark(trained);
      const settings = { test: addressOf(test), ks, relevant: leniently(relevant), k: Math.max(...ks) };
      return runWithModel(trained, asEvidence(train, trained), step, {
        task: "judge",
        settings: async () => settings,
        read: async (_, { people, judged, metrics }: Manifest & ClusterMetrics) => ({ people, judged, metrics }),
      });
    },

    async prepare(source, reading, step, use) {
      const found = await findSource(source, reading);
      const task = async () => prepareTask(found);
      return run(task, step, async (output, manifest: Manifest & Prepared) =>
        use(await readPrepared(output, manifest, found, step)),
      );
    },

    [Symbol.asyncDispose]: () => inTurn(endJob),
  };
}

function shapeOf(ratings: Csr | ClusterRatings): Shape {
  if ("folder" in ratings) {
    return { users: ratings.info.users.size, items: ratings.info.items.size, ratings: ratings.ratings };
  }
  return { users: ratings.rows, items: ratings.columns, ratings: ratings.values.length };
}

/** Where a job finds ratings, and what it needs beside those that were prepared. */
async function inputOf(ratings: Csr | ClusterRatings, work: string, signal: AbortSignal | undefined) {
  if (!("folder" in ratings)) {
    const input = join(work, "ratings.parquet");
    await writeRatings(input, ratings, signal);
    return { input: addressOf(input) };
  }
  const { folder, histogram, indexOf } = ratings;
  const values = join(work, "values.parquet");
  const columns = ["stored", "value"].map((name) => ({ name, type: "single" }) as const);
  await writeTable(values, columns, [[histogram.map(({ stored }) => stored), histogram.map(({ value }) => value)]]);
  const index = join(work, "index.parquet");
  const kept = Int32Array.from(indexOf.keys()).filter((number) => indexOf[number] >= 0);
  const numbers = ["number", "index"].map((name) => ({ name, type: "index" }) as const);
  await writeTable(index, numbers, [[kept, kept.map((number) => indexOf[number])]]);
  return { input: addressOf(join(folder, "ratings")), values: addressOf(values), index: addressOf(index) };
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
