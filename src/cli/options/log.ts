/** Where `matinee serve` logs. */
import { open } from "node:fs/promises";
import { MatineeError } from "../../errors.ts";
import { note, printable } from "../terminal/output.ts";

/** Bytes that may wait for a slow disk. What is logged meanwhile is lost: requests do not wait for it. */
const mostWaiting = 16 * 2 ** 20;

/** A log; disposing of it writes what waits. */
export interface Log extends AsyncDisposable {
  write(line: string): void;
}

/**
 * Opens a log, for its owner's eyes alone.
 *
 * @param file lines are added at its end; `-` or nothing: stderr
 * @throws USAGE
 */
export async function openLog(file: string | undefined): Promise<Log> {
  if (file === undefined || file === "-") {
    return { write: (line) => process.stderr.write(printable(line)), async [Symbol.asyncDispose]() {} };
  }
  const handle = await open(file, "a", 0o600).catch((cause: NodeJS.ErrnoException) => {
    const fix = "give --log a file in a folder that is there and may be written, or - for stderr";
    throw new MatineeError("USAGE", `${file}: the log cannot be opened: ${cause.code}`, { fix, cause });
  });
  let [waiting, failing] = [0, false];
  let last: Promise<void> = Promise.resolve();
  return {
    write(line) {
      if (waiting > mostWaiting) return;
      waiting += line.length;
      last = last
        .then(() => handle.appendFile(line))
        .then(() => {
          failing = false;
        })
        .catch((error) => {
          if (!failing) note(`matinee: the log ${file} cannot be written: ${error.code}; lines are lost`);
          failing = true;
        })
        .finally(() => {
          waiting -= line.length;
        });
    },
    async [Symbol.asyncDispose]() {
      await last;
      await handle.close();
    },
  };
}
