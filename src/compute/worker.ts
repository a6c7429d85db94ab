/** A thread of the pool: takes blocks from the common counter until none is left. */
import { parentPort, workerData } from "node:worker_threads";
import { instantiate, type Kernel } from "./kernels.ts";
import type { Order, Post } from "./pool.ts";

const { memory, module } = workerData as Post;
const kernels = instantiate(module, memory);

parentPort!.on("message", ({ kernel, rows, blockRows, args, scratch, counter }: Order) => {
  for (;;) {
    const begin = Atomics.add(counter, 0, 1) * blockRows;
    if (begin >= rows) break;
    kernels[kernel as Kernel](begin, Math.min(rows, begin + blockRows), scratch, ...args);
  }
  parentPort!.postMessage("done");
});
