/** Rows of a tensor that stay in a file, and are read when they are needed. For Node alone: reads are synchronous, as answers are. */
import { type BigIntStats, closeSync, fstatSync, openSync, readSync } from "node:fs";
import { MatineeError } from "../errors.ts";
import type { StoredRows } from "../models/model.ts";

/** Rows whose place is known, as plain data. */
export type RowsInFile = Pick<StoredRows, "rows" | "length" | "place">;

/** A text that is another one where a file is another one. */
export function stampOfStats({ mtimeNs, size, ino }: BigIntStats): string {
  return `${mtimeNs} ${size} ${ino}`;
}

/** The rows at a place in a file, float32 [rows × length]. */
export function storedRows({ rows, length, place }: RowsInFile): StoredRows {
  const { path, at, stamp } = place;
  return {
    rows,
    length,
    place,
    open() {
      const file = openFile(path);
      const check = () => {
        if (stampOfStats(fstatSync(file, { bigint: true })) === stamp) return;
        throw new MatineeError("ARTIFACT_CHECKSUM", `${path}: the file has changed since it was read first`, {
          fix: "replace model files by renaming others to their names, and open the model again",
        });
      };
      try {
        check();
      } catch (error) {
        closeSync(file);
        throw error;
      }
      return {
        check,
        read(from, out) {
          const bytes = new Uint8Array(out.buffer, out.byteOffset, out.byteLength);
          const begin = at + 4 * from * length;
          for (let done = 0; done < bytes.length; ) {
            const count = readSync(file, bytes, done, bytes.length - done, begin + done);
            if (count === 0) throw new MatineeError("ARTIFACT_TRUNCATED", `${path}: ends at byte ${begin + done}`);
            done += count;
          }
        },
        [Symbol.dispose]: () => closeSync(file),
      };
    },
  };
}

function openFile(path: string): number {
  try {
    return openSync(path, "r");
  } catch (cause) {
    throw new MatineeError("ARTIFACT_NOT_FOUND", `${path}: ${(cause as Error).message}`, { cause });
  }
}
