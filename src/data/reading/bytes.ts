import { createReadStream } from "node:fs";
import { basename } from "node:path";
import { createGunzip } from "node:zlib";
import { MatineeError } from "../../errors.ts";

/** The bytes of a file. */
export interface ByteStream {
  readonly bytes: AsyncIterable<Uint8Array>;
  /** How many bytes of the file itself have been read so far. */
  bytesRead(): number;
  /** Whether the file is UTF-16, known once its first bytes have been read. */
  isUtf16(): boolean;
}

/** Whether a file is packed with gzip, by its name. */
export function isGzip(path: string): boolean {
  return /\.gz$/i.test(path);
}

/**
 * The bytes of a file, unpacked if its name ends in .gz, and in UTF-8 if they are UTF-16.
 *
 * @throws DATA_LAYOUT, while reading, where a .gz file is damaged or has no end; DATA_ENCODING where UTF-16 is damaged
 */
export function byteStream(path: string): ByteStream {
  const file = createReadStream(path, { highWaterMark: 2 ** 18 });
  const bytesRead = () => file.bytesRead;
  let utf16 = false;
  const stream = (bytes: AsyncIterable<Uint8Array>): ByteStream => ({
    bytes: inUtf8(bytes, path, () => {
      utf16 = true;
    }),
    bytesRead,
    isUtf16: () => utf16,
  });
  if (!isGzip(path)) return stream(file);
  const unzipped = createGunzip({ chunkSize: 2 ** 18 });
  file.on("error", (error) => unzipped.destroy(error));
  unzipped.on("close", () => file.destroy());
  return stream(checkedBytes(file.pipe(unzipped), path));
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

async function* inUtf8(
  bytes: AsyncIterable<Uint8Array>,
  path: string,
  onUtf16: () => void,
): AsyncGenerator<Uint8Array> {
  let decoder: TextDecoder | undefined;
  let first = true;
  const encoder = new TextEncoder();
  try {
    for await (const more of bytes) {
      if (first) {
        const [one, two] = more;
        if (one === 0xff && two === 0xfe) decoder = new TextDecoder("utf-16le", { fatal: true });
        if (one === 0xfe && two === 0xff) decoder = new TextDecoder("utf-16be", { fatal: true });
        if (decoder) onUtf16();
        first = false;
      }
      yield decoder ? encoder.encode(decoder.decode(more, { stream: true })) : more;
    }
    if (decoder) yield encoder.encode(decoder.decode());
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new MatineeError("DATA_ENCODING", `${basename(path)} begins as UTF-16 does and is damaged`, {
      cause,
      fix: "save it as UTF-8",
    });
  }
}
