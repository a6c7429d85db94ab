import { Worker } from "node:worker_threads";
import { type Arithmetic, type Crew, type Engine, engineOver } from "./engine.ts";
import { compile, instantiate } from "./kernels.ts";

/** One WebAssembly memory holds 4 GiB. */
const maximumPages = 65536;

export interface EngineOptions {
  /** Threads to work with; 1 unless given, which is the calling thread. */
  readonly threads?: number;
  /** "relaxed" unless given: faster, and the same bytes on one machine; "strict": the same on all. */
  readonly arithmetic?: Arithmetic;
}

/** An engine over shared memory that grows as it is used, up to 4 GiB; dispose of it to end its threads. */
export async function createEngine({ threads = 1, arithmetic = "relaxed" }: EngineOptions = {}): Promise<Engine> {
  const { wasm } = arithmetic === "strict" ? await import("./wasm/strict.ts") : await import("./wasm/relaxed.ts");
  const module = compile(wasm);
  const memory = new WebAssembly.Memory({ initial: 64, maximum: maximumPages, shared: true });
  const crew = threads === 1 ? undefined : threadCrew(threads, { module, memory });
  return engineOver(memory, maximumPages, arithmetic, instantiate(module, memory), crew);
}

/** What a thread of the pool is started with. */
export interface Post {
  readonly memory: WebAssembly.Memory;
  readonly module: WebAssembly.Module;
}

/** One message per run: which kernel, what of it, and where the counter of blocks lies. */
export interface Order {
  readonly kernel: string;
  readonly rows: number;
  readonly blockRows: number;
  readonly args: readonly number[];
  readonly scratch: number;
  /** Shared: the next block that nobody has taken. */
  readonly counter: Int32Array;
}

/** How often the waiting side looks how far the others are, in milliseconds. */
const lookEvery = 25;

/** Threads that take blocks of work from a common counter. While they have none, they do not hold the process open. */
function threadCrew(threads: number, post: Post): Crew {
  const script = new URL(import.meta.url.endsWith(".ts") ? "worker.ts" : "worker.js", import.meta.url);
  const workers = Array.from({ length: threads }, () => {
    const worker = new Worker(script, { workerData: post });
    worker.unref();
    return worker;
  });
  let failure: unknown; // of a kernel, which ends its thread
  let before: Promise<unknown> = Promise.resolve();

  const carryOut: Crew["run"] = async (kernel, { rows, blockRows, args }, scratches, step) => {
    if (failure !== undefined) throw failure;
    const counter = new Int32Array(new SharedArrayBuffer(4));
    const ended = Promise.all(
      workers.map((worker, n) => obeyed(worker, { kernel, rows, blockRows, args, scratch: scratches[n], counter })),
    ).catch((error: unknown) => {
      failure = error;
      throw error;
    });
    try {
      await watched(ended, () =>
        step(Math.min(rows, blockRows * Math.max(0, Atomics.load(counter, 0) - threads)), rows),
      );
    } catch (error) {
      Atomics.store(counter, 0, Math.ceil(rows / blockRows)); // nobody takes another block
      await ended.catch(() => {});
      throw error;
    }
    await step(rows, rows);
  };

  return {
    threads,
    // Every thread has a part in every run, so one run follows the other.
    run(...work) {
      const turn = before.then(() => carryOut(...work));
      before = turn.catch(() => {});
      return turn;
    },
    dismiss() {
      for (const worker of workers) void worker.terminate();
    },
  };
}

/** Sends an order; resolves when the thread has done its part, rejects when it fails. */
function obeyed(worker: Worker, order: Order): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error?: Error) => {
      worker.off("message", onMessage).off("error", settle).unref();
      if (error) reject(error);
      else resolve();
    };
    const onMessage = () => settle();
    worker.on("message", onMessage).on("error", settle).ref();
    worker.postMessage(order);
  });
}

/** Waits for the work to end and looks now and then how far it is; what a look throws ends the wait. */
async function watched(ended: Promise<unknown>, look: () => Promise<void>): Promise<void> {
  let over = false;
  const end = ended.finally(() => {
    over = true;
  });
  while (!over) {
    const pause = Promise.withResolvers<void>();
    const timer = setTimeout(pause.resolve, lookEvery);
    await Promise.race([end, pause.promise]).finally(() => clearTimeout(timer));
    if (!over) await look();
  }
  await end;
}
