import { Worker } from "node:worker_threads";
import { MatineeError } from "../errors.ts";
import { type Arithmetic, type Engine, type Executor, engineOver } from "./engine.ts";
import { compileModule, instantiateKernels, type Kernel, type WasmMemory, type WasmModule } from "./wasm-module.ts";

/** One WebAssembly memory holds 4 GiB. */
const maximumPages = 65536;

/** Options of `createEngine`. */
export interface EngineOptions {
  /** Number of threads. 1 unless given: the calling thread. */
  readonly threads?: number;
  /** "relaxed" unless given, which is faster and leaves the same bytes on one machine; "strict" leaves the same on all. */
  readonly arithmetic?: Arithmetic;
}

/**
 * Makes an engine over shared memory that grows as it is used, up to 4 GiB. Dispose of it to end its threads.
 *
 * @example
 * import { createEngine } from "matinee";
 * using engine = await createEngine({ threads: 2, arithmetic: "strict" });
 */
export async function createEngine({ threads = 1, arithmetic = "relaxed" }: EngineOptions = {}): Promise<Engine> {
  if (!(Number.isInteger(threads) && threads >= 1)) {
    throw new MatineeError("USAGE", `the number of threads is ${threads}`, { fix: "give a whole number from 1" });
  }
  if (arithmetic !== "strict" && arithmetic !== "relaxed") {
    throw new MatineeError("USAGE", `the arithmetic is ${arithmetic}`, { fix: 'give "strict" or "relaxed"' });
  }
  const module = compileModule(
    arithmetic === "strict"
      ? (await import("./wasm/strict.ts")).strictWasm
      : (await import("./wasm/relaxed.ts")).relaxedWasm,
  );
  const memory = new WebAssembly.Memory({ initial: 64, maximum: maximumPages, shared: true });
  const executor = threads === 1 ? undefined : threadExecutor(threads, { module, memory });
  return engineOver(memory, maximumPages, arithmetic, instantiateKernels(module, memory), executor);
}

/** What a thread of the pool is started with. */
export interface WorkerSetup {
  readonly memory: WasmMemory;
  readonly module: WasmModule;
}

/** Tells a thread of the pool to run a kernel, a block at a time. */
export interface RunMessage {
  readonly kernel: Kernel;
  readonly rows: number;
  readonly blockRows: number;
  readonly args: readonly number[];
  readonly scratch: number;
  /** int32 [1], shared by all threads: the next block that no thread has taken. */
  readonly counter: Int32Array;
}

/** Milliseconds between two reports of progress. */
const reportEvery = 25;

/** Executes on threads that take blocks from a common counter. Idle threads do not keep the process alive. */
function threadExecutor(threads: number, setup: WorkerSetup): Executor {
  const script = new URL(import.meta.url.endsWith(".ts") ? "worker.ts" : "worker.js", import.meta.url);
  const workers = Array.from({ length: threads }, () => {
    // Without the flags of the program: --input-type holds for its own text alone.
    const worker = new Worker(script, { workerData: setup, execArgv: [] });
    worker.unref();
    return worker;
  });
  let failure: unknown; // a kernel's error, which has ended its thread
  let previous: Promise<unknown> = Promise.resolve();

  const runNow: Executor["run"] = async (kernel, { rows, blockRows, args }, scratches, step) => {
    if (failure !== undefined) throw failure;
    const counter = new Int32Array(new SharedArrayBuffer(4));
    const ended = Promise.all(
      workers.map((worker, n) => runOn(worker, { kernel, rows, blockRows, args, scratch: scratches[n], counter })),
    ).catch((error: unknown) => {
      failure = error;
      throw error;
    });
    try {
      await reportUntil(ended, () =>
        step(Math.min(rows, blockRows * Math.max(0, Atomics.load(counter, 0) - threads)), rows),
      );
    } catch (error) {
      Atomics.store(counter, 0, Math.ceil(rows / blockRows)); // no thread takes another block
      await ended.catch(() => {});
      throw error;
    }
    await step(rows, rows);
  };

  return {
    threads,
    // Every run needs all threads, so runs follow one another.
    run(...work) {
      const turn = previous.then(() => runNow(...work));
      previous = turn.catch(() => {});
      return turn;
    },
    terminate() {
      for (const worker of workers) void worker.terminate();
    },
  };
}

/** Sends a message to a thread; resolves when the thread has done its part, rejects when it fails. */
function runOn(worker: Worker, message: RunMessage): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error?: Error) => {
      worker.off("message", onMessage).off("error", settle).unref();
      if (error) reject(error);
      else resolve();
    };
    const onMessage = () => settle();
    worker.on("message", onMessage).on("error", settle).ref();
    worker.postMessage(message);
  });
}

/** Waits for work to end and reports its progress meanwhile. An error that `report` throws ends the wait. */
async function reportUntil(ended: Promise<unknown>, report: () => Promise<void>): Promise<void> {
  let over = false;
  const end = ended.finally(() => {
    over = true;
  });
  while (!over) {
    const pause = Promise.withResolvers<void>();
    const timer = setTimeout(pause.resolve, reportEvery);
    await Promise.race([end, pause.promise]).finally(() => clearTimeout(timer));
    if (!over) await report();
  }
  await end;
}
