/// <reference lib="esnext.disposable" preserve="true" />
import { MatineeError } from "../errors.ts";
import type { Csr } from "../matrix/csr.ts";
import { createHeap, page } from "./memory.ts";
import { pageWasm } from "./wasm/page.ts";
import { compileModule, instantiateKernels, type Kernel, type Kernels, type WasmMemory } from "./wasm-module.ts";

export type NumberArray = Float32Array | Float64Array | Int32Array | Uint8Array;

/** How sums are rounded. "strict": alike on every machine. "relaxed": fused where the processor fuses, alike on one machine. */
export type Arithmetic = "strict" | "relaxed";

/**
 * What a kernel computes: rows 0 .. rows, cut into blocks of `blockRows` for any number of threads. The bindings in `kernels/`
 * assemble it, and nothing else does.
 */
export interface KernelWork<Argument = number | NumberArray> {
  readonly rows: number;
  readonly blockRows: number;
  /** Bytes that each thread has to itself. */
  readonly scratch: number;
  /** The kernel's own arguments, after begin, end and scratch, in its order. An array of this engine is passed as its address. */
  readonly args: readonly Argument[];
}

/** Receives how many rows of all are done, as `FitContext.step` does. An error that it throws ends the work. */
export type Step = (done: number, total: number) => Promise<void>;

/**
 * Where a model's loops run: one WebAssembly memory, the kernels over it, and threads. Results do not depend on the number of
 * threads, since a kernel writes only what belongs to its own rows or to its own block.
 */
export interface Engine extends Disposable {
  readonly threads: number;
  readonly arithmetic: Arithmetic;
  /** Bytes that arrays take now, and the most that they took at any time. */
  readonly used: number;
  readonly peak: number;
  /** Bytes that arrays may take at most: 4 GiB, which is what 32 bits address. */
  readonly limit: number;
  /** Begins an arena: its arrays are released together. */
  arena(): Arena;
  /** Runs a kernel on all threads. Only the bindings in `kernels/` call it. */
  run(kernel: Kernel, work: KernelWork, step?: Step): Promise<void>;
  /** Runs a kernel at once on the calling thread: for queries of a few milliseconds. Only the bindings in `kernels/` call it. */
  call(kernel: Kernel, work: KernelWork): void;
}

/** Arrays in the engine's memory, until the arena is disposed of. */
export interface Arena extends Disposable {
  /**
   * Each makes an array of zeros.
   *
   * @throws MEMORY where it does not fit
   */
  float32(length: number): Float32Array;
  float64(length: number): Float64Array;
  int32(length: number): Int32Array;
  uint8(length: number): Uint8Array;
  /** Copies an array into the engine's memory; returns the array itself where it lies there already. */
  place<T extends NumberArray>(array: T): T;
}

/** Places a sparse matrix in the engine's memory, without the times of its ratings. */
export function placeCsr(arena: Arena, { rows, columns, offsets, indices, values }: Csr): Csr {
  return { rows, columns, offsets: arena.place(offsets), indices: arena.place(indices), values: arena.place(values) };
}

/** Executes blocks of work: on the calling thread, or on others. */
export interface Executor {
  readonly threads: number;
  /** Runs every block once. `scratches` has an address for each thread. */
  run(kernel: Kernel, work: KernelWork<number>, scratches: readonly number[], step: Step): Promise<void>;
  terminate(): void;
}

/**
 * An engine over a memory that all threads of its executor share.
 *
 * @param kernels instances of the calling thread
 */
export function engineOver(
  memory: WasmMemory,
  maximumPages: number,
  arithmetic: Arithmetic,
  kernels: Kernels,
  executor: Executor = localExecutor(kernels),
): Engine {
  const heap = createHeap(memory, maximumPages);

  function addressOf(arg: number | NumberArray): number {
    if (typeof arg === "number") return arg;
    if (!heap.owns(arg.buffer)) throw new MatineeError("INTERNAL", "a kernel was given an array of another memory");
    return arg.byteOffset;
  }

  function arena(): Arena {
    const addresses: number[] = [];
    function make<T extends NumberArray>(type: ArrayType<T>, length: number): T {
      const [buffer, address] = heap.range(length * type.BYTES_PER_ELEMENT);
      addresses.push(address);
      return new type(buffer, address, length);
    }
    return {
      float32: (length) => make(Float32Array, length),
      float64: (length) => make(Float64Array, length),
      int32: (length) => make(Int32Array, length),
      uint8: (length) => make(Uint8Array, length),
      place<T extends NumberArray>(array: T): T {
        if (heap.owns(array.buffer)) return array;
        const placed = make(array.constructor as unknown as ArrayType<T>, array.length);
        placed.set(array);
        return placed;
      },
      [Symbol.dispose]() {
        for (const address of addresses.splice(0)) heap.release(address);
      },
    };
  }

  return {
    threads: executor.threads,
    arithmetic,
    limit: maximumPages * page,
    get used() {
      return heap.used;
    },
    get peak() {
      return heap.peak;
    },
    arena,
    async run(kernel, { args, ...work }, step = async () => {}) {
      using own = arena();
      const scratches = Array.from({ length: executor.threads }, () => own.uint8(work.scratch).byteOffset);
      await executor.run(kernel, { ...work, args: args.map(addressOf) }, scratches, step);
    },
    call(kernel, { rows, scratch, args }) {
      using own = arena();
      kernels[kernel](0, rows, own.uint8(scratch).byteOffset, ...args.map(addressOf));
    },
    [Symbol.dispose]: () => executor.terminate(),
  };
}

interface ArrayType<T> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): T;
}

/** Executes on the calling thread. Other tasks run between two blocks, so that progress is drawn and Ctrl-C is handled. */
function localExecutor(kernels: Kernels): Executor {
  return {
    threads: 1,
    async run(kernel, { rows, blockRows, args }, [scratch], step) {
      for (let row = 0; row < rows; row += blockRows) {
        const end = Math.min(rows, row + blockRows);
        kernels[kernel](row, end, scratch, ...args);
        await step(end, rows);
      }
    },
    terminate() {},
  };
}

/**
 * Makes an engine on the calling thread, with strict arithmetic. Runs in Node and in a page.
 *
 * @param bytes the most that its arrays may take. The memory cannot grow, since that would detach the arrays in it; the system
 *   gives it pages only as they are used.
 */
export function localEngine(bytes = 2 ** 30): Engine {
  const pages = Math.ceil(bytes / page);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  return engineOver(memory, pages, "strict", instantiateKernels(compileModule(pageWasm), memory));
}
