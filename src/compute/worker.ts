/** A thread of the pool: takes blocks from the common counter until none is left. */
import { parentPort, workerData } from "node:worker_threads";
import type { RunMessage, WorkerSetup } from "./pool.ts";
import { instantiateKernels } from "./wasm-module.ts";

const { memory, module } = workerData as WorkerSetup;
const kernels = instantiateKernels(module, memory);

parentPort!.on("message", ({ kernel, rows, blockRows, args, scratch, counter }: RunMessage) => {
  for (;;) {
    const begin = Atomics.add(counter, 0, 1) * blockRows;
    if (begin >= rows) break;
    kernels[kernel](begin, Math.min(rows, begin + blockRows), scratch, ...args);
  }
  parentPort!.postMessage("done");
});
