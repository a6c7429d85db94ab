/** Apache Spark for tests: a cluster of a master and workers on this machine. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after } from "node:test";
import { setTimeout } from "node:timers/promises";
import { type SparkCluster, type SparkOptions, sparkCluster } from "../../src/spark/cluster.ts";
import { findSpark, type SparkProgram } from "../../src/spark/find-spark.ts";
import { freePort } from "./free-port.ts";

const program: SparkProgram | undefined = await findSpark().catch(() => undefined);
const java = spawnSync("java", ["-version"]).status === 0;

/** Options for a test that needs Spark: skipped, saying why, where it is not installed; never in continuous integration. */
export function needsSpark(): { skip?: string } {
  if (process.env.CI === "true" || (program && java)) return {};
  return { skip: program ? "no Java" : "no Spark: pip install pyspark numpy, and MATINEE_PYTHON" };
}

const quickJava = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";

/** Properties for small jobs on a busy machine: little memory, and a compiler that starts fast. */
export const smallJobs: Readonly<Record<string, string>> = {
  "spark.driver.host": "127.0.0.1",
  "spark.driver.bindAddress": "127.0.0.1",
  "spark.driver.memory": "1g",
  "spark.executor.memory": "600m",
  "spark.sql.shuffle.partitions": "3",
  "spark.hadoop.ipc.client.connect.max.retries": "1", // of an address in hdfs:// that refuses
  "spark.driver.extraJavaOptions": quickJava,
  "spark.executor.extraJavaOptions": quickJava,
};

/** The same as flags of the command. */
export const smallJobFlags: readonly string[] = [
  "--spark-conf",
  ...Object.entries(smallJobs).map(([name, value]) => `${name}=${value}`),
];

let shared: Promise<SparkCluster> | undefined;
after(async () => (await shared)?.[Symbol.asyncDispose]());

/** Spark on this machine alone, for all tests of a file: it starts once, and ends with the file. */
export function localSpark(folder: string, more: Partial<SparkOptions> = {}): Promise<SparkCluster> {
  shared ??= sparkCluster({ master: "local[2]", folder, conf: smallJobs, ...more });
  return shared;
}

export interface StandaloneCluster extends AsyncDisposable {
  /** spark://127.0.0.1:PORT */
  readonly master: string;
  /** Starts a worker of one core, and waits until the master knows it. */
  addWorker(): Promise<ChildProcess>;
}

/** Ends a worker and its executors as a power cut would. */
export async function killWorker(worker: ChildProcess): Promise<void> {
  const ended = worker.exitCode === null && worker.signalCode === null ? once(worker, "exit") : undefined;
  process.kill(-worker.pid!, "SIGKILL");
  await ended;
}

export async function startStandalone(workers: number): Promise<StandaloneCluster> {
  const folder = mkdtempSync(join(tmpdir(), "spark-"));
  const [port, page, home] = [await freePort(), await freePort(), dirname(program!.submit)];
  const children: ChildProcess[] = [];
  const run = (...args: string[]) => {
    const env = {
      ...process.env,
      SPARK_DAEMON_MEMORY: "256m",
      SPARK_DAEMON_JAVA_OPTS: quickJava,
      SPARK_LOCAL_IP: "127.0.0.1",
    };
    const child = spawn(join(home, "spark-class"), args, { stdio: "ignore", env, detached: true });
    children.push(child);
    return child;
  };
  const master = `spark://127.0.0.1:${port}`;
  const at = ["--host", "127.0.0.1"];
  run("org.apache.spark.deploy.master.Master", ...at, "--port", `${port}`, "--webui-port", `${page}`);
  const alive = async () => {
    const answer = await fetch(`http://127.0.0.1:${page}/json/`).catch(() => undefined);
    return answer ? ((await answer.json()) as { aliveworkers: number }).aliveworkers : -1;
  };
  const waitFor = async (least: number) => {
    for (let tries = 0; (await alive()) < least; tries++) {
      if (tries > 300) throw new Error(`the master at ${master} has fewer than ${least} workers`);
      await setTimeout(200);
    }
  };
  const cluster: StandaloneCluster = {
    master,
    async addWorker() {
      const before = await alive();
      const worker = ["--cores", "1", "--memory", "1g", "--work-dir", join(folder, `${children.length}`)];
      const child = run("org.apache.spark.deploy.worker.Worker", ...at, ...worker, "--webui-port", "0", master);
      await waitFor(before + 1);
      return child;
    },
    async [Symbol.asyncDispose]() {
      for (const child of children) {
        try {
          process.kill(-child.pid!, "SIGKILL");
        } catch {} // it has ended
      }
      await setTimeout(200);
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  await waitFor(0);
  for (let n = 0; n < workers; n++) await cluster.addWorker();
  return cluster;
}
