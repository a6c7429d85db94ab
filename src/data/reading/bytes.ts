import { createReadStream } from "node:fs";
import { basename } from "node:path";
import { createGunzip } from "node:zlib";
import { MatineeError } from "../../errors.ts";

/**
 * The bytes of a file, unpacked if its name ends in .gz, and how many bytes of the file itself have been read so far.
 *
 * @throws DATA_LAYOUT, while reading, where a .gz file is damaged or has no end
 */
export function byteStream(path: string): { readonly bytes: AsyncIterable<Uint8Array>; bytesRead(): number } {
  const file = createReadStream(path, { highWaterMark: 2 ** 18 });
  const bytesRead = () => file.bytesRead;
  if (!path.endsWith(".gz")) return { bytes: file, bytesRead };
  const unzipped = createGunzip({ chunkSize: 2 ** 18 });
  file.on("error", (error) => unzipped.destroy(error));
  unzipped.on("close", () => file.destroy());
  return { bytes: checkedBytes(file.pipe(unzipped), path), bytesRead };
}

async function* checkedBytes(unzipped: AsyncIterable<Uint8Array>, path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* unzipped;
  } catch (cause) {
    if (!(cause instanceof Error && "code" in cause && String(cause.code).startsWith("Z_"))) throw cause;
    const problem = cause.code === "Z_BUF_ERROR" ? "ends before its data do" : "is not a readable gzip file";
    throw new MatineeError("DATA_LAYOUT", `${basename(path)} ${problem}`, {
      cause,
      fix: "check that the file is complete",
    });
  }
}
