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
export async function sparkCluster(options: SparkOptions): Promise<Cluster> {
  const program = await findSpark();
  const { master, folder, conf = {}, wait = 60, signal } = options;
  const properties = { ...usualProperties(master), ...conf };

  return {
    async factorise(ratings: Csr, { seed, ...wanted }: Factorisation, step: Step): Promise<FoundVectors> {
      const { length } = ratings.values;
      const blocks = options.blocks ?? Math.max(fewestBlocks, Math.ceil(length / blockRatings));
      return withTemporary(join(resolve(folder), "matinee-spark"), async (work) => {
        const input = join(work, "ratings.parquet");
        const output = join(work, "found");
        await writeRatings(input, ratings, signal);
        const at = (path: string) => pathToFileURL(path).href;
        const task = {
          ...{ task: "factors", input: at(input), output: at(output), work: at(join(work, "checkpoints")) },
          ...{ rows: length, seed, wait, settings: { ...wanted, blocks } },
        };
        const file = join(work, "task.json");
        await writeFile(file, JSON.stringify(task));
        await submitJob(program, {
          master,
          conf: properties,
          task: file,
          ...present({ signal }),
          onProgress: (share) => void step(share, 1).catch(() => {}), // an abort reaches the job by its signal
        });
        const { spark, rows, seconds } = await readManifest(output);
        options.onJob?.(spark, seconds);
        const vectorsOf = (name: string, size: number) =>
          readVectors(join(output, name), { rows: size, width: wanted.factors, counted: rows[name] });
        return {
          items: await vectorsOf("items", ratings.columns),
          ...(wanted.users && { users: await vectorsOf("users", ratings.rows) }),
          foundBy: { name: "spark", version: spark, blocks },
        };
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
