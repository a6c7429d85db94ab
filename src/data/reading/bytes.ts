import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";

/** The bytes of a file, unpacked if its name ends in .gz, and how many bytes of the file itself have been read so far. */
export function byteStream(path: string): { readonly bytes: AsyncIterable<Uint8Array>; bytesRead(): number } {
  const file = createReadStream(path, { highWaterMark: 2 ** 18 });
  const bytesRead = () => file.bytesRead;
  if (!path.endsWith(".gz")) return { bytes: file, bytesRead };
  const unzipped = createGunzip({ chunkSize: 2 ** 18 });
  file.on("error", (error) => unzipped.destroy(error));
  unzipped.on("close", () => file.destroy());
  return { bytes: file.pipe(unzipped), bytesRead };
}

/** Whether an error of `byteStream` says that a .gz file is damaged or incomplete. */
export function isGzipError(error: unknown): boolean {
  return error instanceof Error && "code" in error && String(error.code).startsWith("Z_");
}
