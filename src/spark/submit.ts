/**
 * Submits spark/job.py by spark-submit: one process of Spark that does tasks, one after another. Tasks go to it as lines of JSON, through a
 * connection on this machine; its events become progress, its failures errors of the table, and an abort its end.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type ErrorCode, errorTable, MatineeError, oneLine } from "../errors.ts";
import type { SparkProgram } from "./find-spark.ts";

/** How a job is submitted. */
export interface Submission {
  readonly master: string;
  /** Properties of Spark. */
  readonly conf: Readonly<Record<string, string>>;
  /** Seconds to wait for workers. */
  readonly wait: number;
  readonly signal?: AbortSignal;
}

/** A job that has been submitted. Disposing of it ends it, and waits for its end. */
export interface SparkJob extends AsyncDisposable {
  /** Whether it does no more tasks. */
  readonly ended: boolean;
  /**
   * Has a task done; one at a time.
   *
   * @param onProgress called with the finished share, 0 to 1, once a second at least
   * @throws CLUSTER_UNAVAILABLE, CLUSTER_FAILED, PACKAGE_MISSING, WRITE_FAILED, MEMORY, CANCELLED, and what the job says of its input
   */
  run(task: object, onProgress: (share: number) => void): Promise<void>;
}

/** What the job tells, a line of JSON each. */
interface JobEvent {
  readonly share?: number;
  /** Whether the task is done. */
  readonly done?: true;
  readonly error?: string;
  readonly message?: string;
  readonly fix?: string;
  /** Of an error: whether the job ends by it. */
  readonly ends?: true;
}

const shipped = (name: string) => fileURLToPath(new URL(`../../spark/${name}`, import.meta.url));
/** Modules of the job that nodes import as well. */
const nodeFiles = ["pairs.py", "preparation.py", "problems.py", "tables.py", "splits.py", "lists.py", "scores.py"];
const [program, nodes] = [shipped("job.py"), nodeFiles.map(shipped).join(",")];
const eventMark = "matinee ";
/** Lines of Spark's log that are looked through where it ends without an event. */
const keptLines = 200;
/** Milliseconds that Spark may take to end once it is told to. */
const endWithin = 15_000;
/** Milliseconds for a master to take a connection. */
const answerWithin = 5_000;

/** @throws CLUSTER_UNAVAILABLE where no master answers */
export async function submitJob(
  { submit, python }: SparkProgram,
  { master, conf, wait, signal }: Submission,
): Promise<SparkJob> {
  await checkMaster(master);
  const line = await openLine();
  const properties = Object.entries(conf).flatMap(([name, value]) => ["--conf", `${name}=${value}`]);
  const named = ["--master", master, "--name", "matinee", "--py-files", nodes];
  const child = spawn(submit, [...named, ...properties, program, `${line.port}`, `${wait}`], {
    stdio: ["ignore", "pipe", "pipe"],
    // Python would write what it compiles beside its files, in this package.
    env: { ...process.env, PYSPARK_PYTHON: process.env.PYSPARK_PYTHON ?? python, PYTHONDONTWRITEBYTECODE: "1" },
  });
  let current: (PromiseWithResolvers<void> & { onProgress(share: number): void }) | undefined;
  let failure: JobEvent | undefined;
  let reason: MatineeError | undefined;
  const log: string[] = [];
  const read = (text: string) => {
    const event = eventOf(text);
    if (event?.share !== undefined) current?.onProgress(event.share);
    if (event?.done) settle();
    // Where the job ends by an error, it has ended when the task is said to have failed.
    if (event?.error !== undefined && event.ends) failure ??= event;
    else if (event?.error !== undefined) settle(errorOf(event));
    if (event === undefined) log.push(text);
    if (log.length > keptLines) log.shift();
  };
  function settle(error?: MatineeError): void {
    const task = current;
    current = undefined;
    if (error) task?.reject(error);
    else task?.resolve();
  }
  createInterface({ input: child.stdout }).on("line", read);
  createInterface({ input: child.stderr }).on("line", read);

  let stopping: NodeJS.Timeout | undefined;
  const killLater = () => {
    stopping ??= setTimeout(() => child.kill("SIGKILL"), endWithin);
  };
  const stop = () => {
    child.kill("SIGTERM");
    line.close();
    killLater();
  };
  signal?.addEventListener("abort", stop, { once: true });
  if (signal?.aborted) stop();
  const closed = new Promise<void>((resolve) => {
    const end = (error: MatineeError) => {
      if (reason) return;
      reason = error;
      clearTimeout(stopping);
      signal?.removeEventListener("abort", stop);
      line.close();
      settle(reason);
      resolve();
    };
    child.on("error", (cause) => {
      end(new MatineeError("CLUSTER_FAILED", `${submit} does not run: ${cause.message}`, { cause }));
    });
    child.on("close", (code) => {
      if (signal?.aborted) end(new MatineeError("CANCELLED", "training was cancelled"));
      else end(failure ? errorOf(failure) : problemIn(log, code));
    });
  });

  return {
    get ended() {
      return reason !== undefined || failure !== undefined;
    },
    run(task, onProgress) {
      if (reason) return Promise.reject(reason);
      current = { ...Promise.withResolvers<void>(), onProgress };
      line.write(JSON.stringify(task));
      return current.promise;
    },
    async [Symbol.asyncDispose]() {
      if (reason) return;
      if (line.end()) killLater();
      else stop();
      await closed;
    },
  };
}

/** A connection that the job opens from this machine: spark-submit hands no input on. What is written before waits. */
async function openLine() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  let socket: Socket | undefined;
  const waiting: string[] = [];
  server.on("connection", (opened) => {
    server.close(); // the job's is the only one
    socket = opened.on("error", () => {}); // the job's end says why
    for (const text of waiting) socket.write(`${text}\n`);
  });
  return {
    port: (server.address() as AddressInfo).port,
    write(text: string) {
      if (socket) socket.write(`${text}\n`);
      else waiting.push(text);
    },
    /** Tells the job that no more comes; false where there is no job yet to be told. */
    end(): boolean {
      socket?.end();
      return socket !== undefined;
    },
    close() {
      server.close();
      socket?.destroy();
    },
  };
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
