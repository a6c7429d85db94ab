/** Runs spark/job.py by spark-submit: its events become progress, its failures errors of the table, and an abort its end. */
import { spawn } from "node:child_process";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type ErrorCode, errorTable, MatineeError, oneLine } from "../errors.ts";
import type { SparkProgram } from "./find-spark.ts";

/** How a job is submitted. */
export interface Submission {
  readonly master: string;
  /** Properties of Spark. */
  readonly conf: Readonly<Record<string, string>>;
  /** The file that says what is to be done. */
  readonly task: string;
  readonly signal?: AbortSignal;
  /** Called with the finished share, 0 to 1, once a second at least while the job runs. */
  onProgress(share: number): void;
}

/** What the job tells, a line of JSON each. */
interface JobEvent {
  readonly share?: number;
  readonly error?: string;
  readonly message?: string;
  readonly fix?: string;
}

const shipped = (name: string) => fileURLToPath(new URL(`../../spark/${name}`, import.meta.url));
/** Modules of the job that nodes import as well. */
const nodeFiles = ["pairs.py", "preparation.py", "problems.py", "tables.py", "splits.py", "lists.py"];
const [job, nodes] = [shipped("job.py"), nodeFiles.map(shipped).join(",")];
const eventMark = "matinee ";
/** Lines of Spark's log that are looked through where it ends without an event. */
const keptLines = 200;
/** Milliseconds that Spark may take to end once it is told to. */
const endWithin = 15_000;
/** Milliseconds for a master to take a connection. */
const answerWithin = 5_000;

/** @throws CLUSTER_UNAVAILABLE, CLUSTER_FAILED, PACKAGE_MISSING, WRITE_FAILED, MEMORY, CANCELLED, and what the job says of its input */
export async function submitJob({ submit, python }: SparkProgram, submission: Submission): Promise<void> {
  const { master, conf, task, signal, onProgress } = submission;
  await checkMaster(master);
  const properties = Object.entries(conf).flatMap(([name, value]) => ["--conf", `${name}=${value}`]);
  const named = ["--master", master, "--name", "matinee", "--py-files", nodes];
  const child = spawn(submit, [...named, ...properties, job, task], {
    stdio: ["ignore", "pipe", "pipe"],
    // Python would write what it compiles beside its files, in this package.
    env: { ...process.env, PYSPARK_PYTHON: process.env.PYSPARK_PYTHON ?? python, PYTHONDONTWRITEBYTECODE: "1" },
  });
  let stopping: NodeJS.Timeout | undefined;
  const stop = () => {
    child.kill("SIGTERM");
    stopping ??= setTimeout(() => child.kill("SIGKILL"), endWithin);
  };
  signal?.addEventListener("abort", stop, { once: true });
  if (signal?.aborted) stop();
  let failure: JobEvent | undefined;
  const log: string[] = [];
  const read = (line: string) => {
    const event = eventOf(line);
    if (event?.share !== undefined) onProgress(event.share);
    if (event?.error !== undefined) failure ??= event;
    if (event === undefined) log.push(line);
    if (log.length > keptLines) log.shift();
  };
  createInterface({ input: child.stdout }).on("line", read);
  createInterface({ input: child.stderr }).on("line", read);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on("error", reject).on("close", resolve);
    });
    if (signal?.aborted) throw new MatineeError("CANCELLED", "training was cancelled");
    if (failure) throw errorOf(failure);
    if (code !== 0) throw problemIn(log, code);
  } catch (error) {
    if (error instanceof MatineeError) throw error;
    throw new MatineeError("CLUSTER_FAILED", `${submit} does not run: ${(error as Error).message}`, { cause: error });
  } finally {
    clearTimeout(stopping);
    signal?.removeEventListener("abort", stop);
  }
}

function eventOf(line: string): JobEvent | undefined {
  if (!line.startsWith(eventMark)) return undefined;
  try {
    return JSON.parse(line.slice(eventMark.length)) as JobEvent;
  } catch {
    return undefined; // a line of Spark's log that begins so
  }
}

function errorOf({ error = "", message = "", fix }: JobEvent): MatineeError {
  const code = Object.hasOwn(errorTable, error) ? (error as ErrorCode) : "CLUSTER_FAILED";
  return new MatineeError(code, oneLine(message), fix === undefined ? {} : { fix });
}

/** Why Spark ended before the job could say so. */
function problemIn(log: readonly string[], code: number | null): MatineeError {
  const text = log.join("\n");
  if (/JAVA_HOME is not set|java: not found|UnsupportedClassVersionError/.test(text)) {
    return new MatineeError("PACKAGE_MISSING", "Spark needs Java", {
      fix: "install a JDK, 17 or 21, and set JAVA_HOME if it is not on the path",
    });
  }
  if (
    /Could not reserve enough space|Cannot allocate memory|insufficient memory|Invalid maximum heap size/.test(text)
  ) {
    return new MatineeError("MEMORY", "Spark's driver asks for more memory than there is", {
      fix: "ask for less with --spark-conf spark.driver.memory=SIZE",
    });
  }
  const last = log.findLast((line) => /Exception|Error|error/.test(line) && !/^\s+at /.test(line)) ?? log.at(-1) ?? "";
  const how = code === null ? "was ended" : `ended with code ${code}`;
  return new MatineeError("CLUSTER_FAILED", `spark-submit ${how}: ${oneLine(last)}`);
}

/** Asks the masters of a standalone cluster for a connection, which Spark itself would do for more than a minute. */
async function checkMaster(master: string): Promise<void> {
  if (!master.startsWith("spark://")) return;
  const addresses = master.slice("spark://".length).split(",");
  const answers = await Promise.all(addresses.map(answersAt));
  if (answers.some((reason) => reason === undefined)) return;
  throw new MatineeError("CLUSTER_UNAVAILABLE", `no master answers at ${master}: ${answers.join("; ")}`, {
    fix: "start it, or correct --master: spark://HOST:PORT, or local[*] for this machine alone",
  });
}

/** @returns why an address takes no connection; undefined where it does */
function answersAt(address: string): Promise<string | undefined> {
  const [, host = "", port = ""] = /^\[?(.+?)\]?:(\d+)$/.exec(address) ?? [];
  if (!(Number(port) > 0 && Number(port) < 65_536)) return Promise.resolve(`${address} is not HOST:PORT`);
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(port) });
    const end = (reason?: string) => {
      socket.destroy();
      resolve(reason);
    };
    socket.setTimeout(answerWithin, () => end(`${address} is silent`));
    socket.on("connect", () => end()).on("error", (error) => end(error.message));
  });
}
