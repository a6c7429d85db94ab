import { MatineeError } from "../errors.ts";
import type { WasmMemory } from "./wasm-module.ts";

/** A WebAssembly page. */
export const page = 65536;
/** Arrays begin at multiples of this: a cache line. */
const alignment = 64;
/** The first bytes stay unused, so that no array lies at 0. */
const start = 1024;

/** Allocates ranges of one WebAssembly memory. */
export interface Heap {
  /**
   * Allocates bytes, all zero, at a multiple of 64.
   *
   * @throws MEMORY where they do not fit
   */
  range(bytes: number): [buffer: ArrayBufferLike, address: number];
  /** Whether a buffer is this memory's. A shared memory that grows has a new buffer object; the older ones stay valid. */
  owns(buffer: ArrayBufferLike): boolean;
  /** Frees the range that begins at an address. */
  release(address: number): void;
  /** Bytes allocated now, and the most at any time. */
  readonly used: number;
  readonly peak: number;
}

/**
 * Allocates by first fit from a sorted list of free ranges; adjacent ones are joined. With a few dozen large arrays at a time the
 * list is short.
 */
export function createHeap(memory: WasmMemory, maximumPages: number): Heap {
  const held = new Map<number, number>();
  const buffers = new WeakSet<ArrayBufferLike>();
  let free = [{ from: start, to: memory.buffer.byteLength }];
  let touched = start; // beyond it nothing was ever allocated, so everything is still zero
  let used = 0;
  let peak = 0;

  function grow(bytes: number): void {
    const end = memory.buffer.byteLength;
    const last = free.at(-1);
    const tail = last?.to === end ? end - last.from : 0;
    const pages = Math.ceil((bytes - tail) / page);
    try {
      if (end / page + pages > maximumPages) throw new RangeError(`${maximumPages} pages are the most`);
      memory.grow(pages);
    } catch (cause) {
      const message = `${megabytes(bytes)} more do not fit beside the ${megabytes(used)} in use`;
      throw new MatineeError("MEMORY", message, { cause });
    }
    if (tail > 0) last!.to = end + pages * page;
    else free.push({ from: end, to: end + pages * page });
  }

  function range(bytes: number): [ArrayBufferLike, number] {
    const size = Math.max(alignment, Math.ceil(bytes / alignment) * alignment);
    let room = free.find(({ from, to }) => to - from >= size);
    if (!room) {
      grow(size);
      room = free.at(-1)!;
    }
    const address = room.from;
    room.from += size;
    if (room.from === room.to) free = free.filter((other) => other !== room);
    held.set(address, size);
    used += size;
    peak = Math.max(peak, used);
    if (address < touched) new Uint8Array(memory.buffer, address, Math.min(size, touched - address)).fill(0);
    touched = Math.max(touched, address + size);
    buffers.add(memory.buffer);
    return [memory.buffer, address];
  }

  function release(address: number): void {
    const size = held.get(address);
    if (size === undefined) throw new MatineeError("INTERNAL", `no array begins at ${address}`);
    held.delete(address);
    used -= size;
    const at = free.findIndex(({ from }) => from > address);
    free.splice(at < 0 ? free.length : at, 0, { from: address, to: address + size });
    free = free.reduce<typeof free>((joined, next) => {
      const before = joined.at(-1);
      if (before?.to === next.from) before.to = next.to;
      else joined.push(next);
      return joined;
    }, []);
  }

  return {
    range,
    owns: (buffer) => buffers.has(buffer),
    release,
    get used() {
      return used;
    },
    get peak() {
      return peak;
    },
  };
}

function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
