import { MatineeError } from "../errors.ts";
import { compile, instantiate, type Kernel, type Kernels } from "./kernels.ts";
import { createHeap, page } from "./memory.ts";
import { wasm } from "./wasm/page.ts";

export type NumberArray = Float32Array | Float64Array | Int32Array | Uint8Array;

/** How sums are rounded: the same on every machine, or fused where the processor fuses (the same on one machine). */
export type Arithmetic = "strict" | "relaxed";

/** A kernel over the rows 0 .. rows, cut into blocks of `blockRows` whatever the number of threads. */
export interface Work<Argument = number | NumberArray> {
  readonly rows: number;
  readonly blockRows: number;
  /** Bytes that each thread has to itself. */
  readonly scratch: number;
  /** What the kernel takes after begin, end and scratch: an array of this engine stands for its address. */
  readonly args: readonly Argument[];
}

/** Told how many rows of all are done; throws to end the work. As `FitContext.step`. */
export type Step = (done: number, total: number) => Promise<void>;

/**
 * Where a model's loops run: one WebAssembly memory, the kernels over it, and threads. What `run` leaves is the same for any
 * number of threads, since a kernel writes only what belongs to its own rows, or to its own block.
 */
export interface Engine extends Disposable {
  readonly threads: number;
  readonly arithmetic: Arithmetic;
  /** Bytes of arrays held now, and the most there were at any time. */
  readonly used: number;
  readonly peak: number;
  /** Room for the arrays of one piece of work, given back together. */
  arena(): Arena;
  run(kernel: Kernel, work: Work, step?: Step): Promise<void>;
  /** The same at once, on the calling thread alone: for work of a few milliseconds that somebody waits for. */
  call(kernel: Kernel, work: Work): void;
}

/** Arrays in the engine's memory, until the arena is disposed of. */
export interface Arena extends Disposable {
  /** Arrays of zeros. Throw MEMORY where they don't fit. */
  float32(length: number): Float32Array;
  float64(length: number): Float64Array;
  int32(length: number): Int32Array;
  uint8(length: number): Uint8Array;
  /** The same numbers in the engine's memory: the array itself where it lies there already. */
  place<T extends NumberArray>(array: T): T;
}

/** Who carries out blocks of work: the calling thread, or others. */
export interface Crew {
  readonly threads: number;
  /** Runs every block once; `scratches` holds one address a thread. */
  run(kernel: Kernel, work: Work<number>, scratches: readonly number[], step: Step): Promise<void>;
  dismiss(): void;
}

/** An engine over a memory that all of its crew sees. `kernels`: those of the calling thread. */
export function engineOver(
  memory: WebAssembly.Memory,
  maximumPages: number,
  arithmetic: Arithmetic,
  kernels: Kernels,
  crew: Crew = loneCrew(kernels),
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
    threads: crew.threads,
    arithmetic,
    get used() {
      return heap.used;
    },
    get peak() {
      return heap.peak;
    },
    arena,
    async run(kernel, { args, ...work }, step = async () => {}) {
      using own = arena();
      const scratches = Array.from({ length: crew.threads }, () => own.uint8(work.scratch).byteOffset);
      await crew.run(kernel, { ...work, args: args.map(addressOf) }, scratches, step);
    },
    call(kernel, { rows, scratch, args }) {
      using own = arena();
      kernels[kernel](0, rows, own.uint8(scratch).byteOffset, ...args.map(addressOf));
    },
    [Symbol.dispose]: () => crew.dismiss(),
  };
}

interface ArrayType<T> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): T;
}

/** The calling thread as the only crew: gives way between blocks, so that progress is drawn and Ctrl-C is heard. */
function loneCrew(kernels: Kernels): Crew {
  return {
    threads: 1,
    async run(kernel, { rows, blockRows, args }, [scratch], step) {
      for (let row = 0; row < rows; row += blockRows) {
        const end = Math.min(rows, row + blockRows);
        kernels[kernel](row, end, scratch, ...args);
        await step(end, rows);
      }
    },
    dismiss() {},
  };
}

/**
 * An engine on the calling thread, with arithmetic that is the same on every machine; runs in Node and in a page.
 *
 * @param bytes the most its arrays may take. The memory cannot grow, which would take arrays away from under their users; what
 *   is not used of it takes no room either.
 */
export function localEngine(bytes = 2 ** 30): Engine {
  const pages = Math.ceil(bytes / page);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  return engineOver(memory, pages, "strict", instantiate(compile(wasm), memory));
}
