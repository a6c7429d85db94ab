/** Records that are put into buckets on disk, to be taken up one bucket after another: what an external sort consists of. */
import { closeSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { writeError } from "../../replace-file.ts";

/** Words of a bucket that are kept in memory until they are written, about. */
const bufferWords = 3 * 4096;

/** Buckets of records of `width` words each. */
export interface Spill {
  readonly width: number;
  /** Memory of all records that are not yet written, as words and as numbers in single precision. */
  readonly words: Uint32Array;
  readonly floats: Float32Array;
  /** The place of a new record of a bucket in that memory, to be filled before the next call. @throws WRITE_FAILED */
  slot(bucket: number): number;
  /** All records of a bucket, in their order, which are then no longer kept. */
  take(bucket: number): Uint32Array<ArrayBuffer>;
  /** Ends it, and removes its files. */
  [Symbol.dispose](): void;
}

export function createSpill(folder: string, name: string, buckets: number, width: number): Spill {
  const size = Math.max(1, Math.floor(bufferWords / width)) * width;
  const words = new Uint32Array(buckets * size);
  const filled = new Int32Array(buckets);
  const written = new Float64Array(buckets); // words in the file
  const files = new Map<number, number>();
  const pathOf = (bucket: number) => join(folder, `${name}-${bucket}.spill`);

  function flush(bucket: number): void {
    try {
      let file = files.get(bucket);
      if (file === undefined) {
        file = openSync(pathOf(bucket), "wx+");
        files.set(bucket, file);
      }
      const bytes = new Uint8Array(words.buffer, 4 * bucket * size, 4 * filled[bucket]);
      for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
    } catch (error) {
      throw writeError(pathOf(bucket), error);
    }
    written[bucket] += filled[bucket];
    filled[bucket] = 0;
  }

  function remove(bucket: number): void {
    const file = files.get(bucket);
    if (file === undefined) return;
    files.delete(bucket);
    closeSync(file);
    rmSync(pathOf(bucket), { force: true });
  }

  return {
    width,
    words,
    floats: new Float32Array(words.buffer),
    slot(bucket) {
      if (filled[bucket] === size) flush(bucket);
      const at = bucket * size + filled[bucket];
      filled[bucket] += width;
      return at;
    },
    take(bucket) {
      const records = new Uint32Array(written[bucket] + filled[bucket]);
      const file = files.get(bucket);
      if (file !== undefined) {
        const bytes = new Uint8Array(records.buffer, 0, 4 * written[bucket]);
        for (let done = 0; done < bytes.length; ) {
          const length = Math.min(2 ** 30, bytes.length - done);
          const read = readSync(file, bytes, done, length, done);
          if (read === 0) throw writeError(pathOf(bucket), new Error("it ends too early"));
          done += read;
        }
      }
      records.set(words.subarray(bucket * size, bucket * size + filled[bucket]), written[bucket]);
      remove(bucket);
      [written[bucket], filled[bucket]] = [0, 0];
      return records;
    },
    [Symbol.dispose]() {
      for (const bucket of [...files.keys()]) remove(bucket);
    },
  };
}
