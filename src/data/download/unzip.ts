import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { basename, dirname, resolve, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { crc32 } from "node:zlib";
import type { Entry, ZipFile } from "yauzl";
import { MatineeError } from "../../errors.ts";
import { present } from "../../present.ts";
import { checkCancelled } from "../progress.ts";

/** More than the largest MovieLens set unpacks to (about 1.3 GB); a file that claims more is not one. */
const maxBytes = 8e9;

/**
 * Unpacks an archive into a new folder. Entries that point outside it, and archives that unpack to more than 8 GB, are
 * refused; yauzl refuses entries that hold more than they declare.
 *
 * @throws DATA_LAYOUT for a damaged or refused archive, WRITE_FAILED, CANCELLED
 */
export async function unzip(archive: string, folder: string, signal?: AbortSignal): Promise<void> {
  let zip: ZipFile | undefined;
  try {
    const { openPromise } = await import("yauzl"); // loaded at its first use, because few runs unpack anything
    zip = await openPromise(archive, { lazyEntries: true, autoClose: false });
    const entries: Entry[] = [];
    for await (const entry of zip.eachEntry()) entries.push(entry);
    const bytes = entries.reduce((sum, entry) => sum + entry.uncompressedSize, 0);
    if (bytes > maxBytes) throw new Error(`it unpacks to more than ${maxBytes / 1e9} GB`);
    for (const entry of entries) {
      checkCancelled(signal, `unpacking ${basename(archive)}`);
      await unpack(zip, entry, folder, signal);
    }
  } catch (error) {
    checkCancelled(signal, `unpacking ${basename(archive)}`);
    if (error instanceof MatineeError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    const system = error instanceof Error && "syscall" in error;
    const fix = system ? undefined : "try again; or give a folder with --data";
    throw new MatineeError(
      system ? "WRITE_FAILED" : "DATA_LAYOUT",
      `${basename(archive)} cannot be unpacked: ${message}`,
      present({ cause: error, fix }),
    );
  } finally {
    zip?.close();
  }
}

async function unpack(zip: ZipFile, entry: Entry, folder: string, signal?: AbortSignal): Promise<void> {
  const path = resolve(folder, entry.fileName);
  if (!path.startsWith(resolve(folder) + sep)) throw new Error(`its entry ${entry.fileName} points outside`);
  if (entry.fileName.endsWith("/")) {
    await mkdir(path, { recursive: true });
    return;
  }
  await mkdir(dirname(path), { recursive: true });
  const stream = await zip.openReadStreamPromise(entry);
  await pipeline(checkedBytes(stream, entry), createWriteStream(path, { flags: "wx" }), present({ signal }));
}

/** The bytes of an entry. @throws Error at their end where the checksum is another one, which yauzl does not look at */
async function* checkedBytes(bytes: AsyncIterable<Uint8Array>, entry: Entry): AsyncGenerator<Uint8Array> {
  let checksum = 0;
  for await (const piece of bytes) {
    checksum = crc32(piece, checksum);
    yield piece;
  }
  if (checksum !== entry.crc32) throw new Error(`its entry ${entry.fileName} is damaged`);
}
