/** Flags that say where a model is trained: by the engine of Matinee, here, or by Apache Spark. */
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Command, Option } from "commander";
import { MatineeError } from "../../errors.ts";
import { stepper } from "../../models/fit.ts";
import { present } from "../../present.ts";
import { ensureWritable } from "../../replace-file.ts";
import type { SparkCluster } from "../../spark/cluster.ts";
import type { PreparedRatings } from "../../spark/prepare.ts";
import { note } from "../terminal/output.ts";
import { withProgressByLabel } from "../terminal/progress.ts";
import { cancellation } from "../terminal/run.ts";
import { type DataFlags, describeData, readOptionsFrom } from "./data.ts";
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

/** @param listed whether the help lists them; otherwise that of `train` does */
export function addSparkOptions(command: Command, listed = true): Command {
  if (listed) command.optionsGroup("Training on a cluster:");
  for (const option of sparkOptions()) command.addOption(option.hideHelp(!listed));
  return command;
}

const sparkOptions = () => [
  new Option("--engine <name>", "what trains: matinee, here; or Apache Spark")
    .choices(["matinee", "spark"])
    .default("matinee"),
  new Option("--master <address>", "where Spark runs: local[*], spark://HOST:PORT …"),
  new Option("--spark-conf <name=value...>", "properties of Spark, such as spark.executor.memory=4g").argParser(
    parseKeyValue,
  ),
  new Option("--spark-folder <folder>", "a folder that all nodes see (default: that of --out)"),
  new Option("--spark-blocks <n>", "parts that users and films are cut into (default: by the ratings)").argParser(
    parsePositive,
  ),
  new Option("--spark-prepare", "read the ratings on Spark too: Parquet, or CSV with names of columns"),
  new Option("--spark-wait <seconds>", "how long to wait for workers (default: 60)").argParser(parsePositive),
];

/** The cluster that the flags name; undefined where training is done here. @throws USAGE, PACKAGE_MISSING, WRITE_FAILED */
export async function openCluster(flags: SparkFlags & { out?: string }): Promise<SparkCluster | undefined> {
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
  const folder = sparkFolder ?? (flags.out === undefined ? tmpdir() : dirname(flags.out));
  await ensureWritable(join(folder, "ratings"));
  // Loaded here: other trainings do without it.
  const { sparkCluster } = await import("../../spark/cluster.ts");
  const more = present({ conf: sparkConf, blocks: sparkBlocks, wait: sparkWait });
  return sparkCluster({
    ...{ master, folder, ...more, signal: cancellation },
    onTask(spark, seconds) {
      note(
        `Spark ${spark}: ${Object.entries(seconds)
          .map(([stage, took]) => `${stage} ${took.toFixed(1)} s`)
          .join(", ")}`,
      );
    },
  });
}

/** Options of work under a display of its own. */
export type Watch = (label: string) => { readonly onProgress: (share: number) => void; readonly signal: AbortSignal };

/** Has Spark prepare ratings as the flags say, tells what was read, and does something with them. */
export function prepareOnSpark<T>(
  cluster: SparkCluster,
  source: string,
  flags: DataFlags,
  use: (ratings: PreparedRatings, watch: Watch) => Promise<T>,
): Promise<T> {
  return withProgressByLabel(
    (label) => label,
    (onProgress) => {
      const watch: Watch = (label) => {
        onProgress(label, "", 0);
        return { onProgress: (share) => onProgress(label, "", share), signal: cancellation };
      };
      const step = stepper("preparation", watch(`Preparing ${source} on Spark`));
      return cluster.prepare(source, readOptionsFrom(flags), step, (ratings) => {
        note(describeData({ ...ratings.info, report: ratings.report }, ratings.ratings));
        note(`Read as ${ratings.report.recognised}.`);
        return use(ratings, watch);
      });
    },
  );
}
