/** Flags that say where a model is trained: by the engine of Matinee, here, or by Apache Spark. */
import { dirname, join } from "node:path";
import { type Command, Option } from "commander";
import { MatineeError } from "../../errors.ts";
import { present } from "../../present.ts";
import { ensureWritable } from "../../replace-file.ts";
import type { SparkCluster } from "../../spark/cluster.ts";
import { note } from "../terminal/output.ts";
import { cancellation } from "../terminal/run.ts";
import { parseKeyValue, parsePositive } from "./parse.ts";

export interface SparkFlags {
  engine: "matinee" | "spark";
  master?: string;
  sparkConf?: Record<string, string>;
  sparkFolder?: string;
  sparkBlocks?: number;
  sparkWait?: number;
  sparkPrepare?: true;
}

export function addSparkOptions(command: Command): Command {
  return command
    .optionsGroup("Training on a cluster:")
    .addOption(
      new Option("--engine <name>", "what trains: matinee, here; or Apache Spark")
        .choices(["matinee", "spark"])
        .default("matinee"),
    )
    .option("--master <address>", "where Spark runs: local[*], spark://HOST:PORT …")
    .option("--spark-conf <name=value...>", "properties of Spark, such as spark.executor.memory=4g", parseKeyValue)
    .option("--spark-folder <folder>", "a folder that all nodes see (default: that of --out)")
    .option("--spark-blocks <n>", "parts that users and films are cut into (default: by the ratings)", parsePositive)
    .option("--spark-prepare", "read the ratings on Spark too: Parquet, or CSV with names of columns")
    .option("--spark-wait <seconds>", "how long to wait for workers (default: 60)", parsePositive);
}

/** The cluster that the flags name; undefined where training is done here. @throws USAGE, PACKAGE_MISSING, WRITE_FAILED */
export async function openCluster(flags: SparkFlags & { out: string }): Promise<SparkCluster | undefined> {
  const { engine, master, sparkConf, sparkFolder, sparkBlocks, sparkWait, sparkPrepare } = flags;
  if (engine !== "spark") {
    const others = {
      "spark-folder": sparkFolder,
      "spark-blocks": sparkBlocks,
      "spark-wait": sparkWait,
      "spark-prepare": sparkPrepare,
    };
    const given = Object.entries({ master, "spark-conf": sparkConf, ...others });
    const [alone] = given.find(([, value]) => value !== undefined) ?? [];
    if (alone === undefined) return undefined;
    throw new MatineeError("USAGE", `--${alone} is for training on Spark`, { fix: "give --engine spark as well" });
  }
  if (master === undefined) {
    throw new MatineeError("USAGE", "nothing says where Spark runs", {
      fix: "give --master local[*] for this machine, or the address of a cluster",
    });
  }
  const folder = sparkFolder ?? dirname(flags.out);
  await ensureWritable(join(folder, "ratings"));
  // Loaded here: other trainings do without it.
  const { sparkCluster } = await import("../../spark/cluster.ts");
  const more = present({ conf: sparkConf, blocks: sparkBlocks, wait: sparkWait });
  return sparkCluster({
    ...{ master, folder, ...more, signal: cancellation },
    onJob(spark, seconds) {
      note(
        `Spark ${spark}: ${Object.entries(seconds)
          .map(([stage, took]) => `${stage} ${took.toFixed(1)} s`)
          .join(", ")}`,
      );
    },
  });
}
