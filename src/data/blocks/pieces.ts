/**
 * Piece files: long arrays in pieces of any length, each with a checksum, so that a file many times larger than memory is written from
 * its beginning to its end, and read piece by piece.
 *
 *   "MATPIECE", then the pieces, one after the other; then the table, as JSON in UTF-8:
 *   { "pieces": [[bytes, CRC-32], …], "meta": … }; then, little-endian, the table's CRC-32 as uint32 and its length as uint32
 *
 * A file appears under its name once it is complete (`replaceFile`).
 */
import { type FileHandle, open } from "node:fs/promises";
import { basename } from "node:path";
import zlib from "node:zlib";
import { MatineeError } from "../../errors.ts";
import { replaceFile } from "../../replace-file.ts";
import type { AppendPiece, PieceFile, PieceMeta } from "./rating-blocks.ts";

const magic = Buffer.from("MATPIECE", "latin1");
/** The checksum and the length of the table. */
const endBytes = 8;
/** One call moves less than 2 GiB. */
const callBytes = 2 ** 30;

/**
 * Writes a piece file.
 *
 * @param write appends the pieces, and returns what is kept beside them
 * @throws WRITE_FAILED, and any MatineeError of `write`
 */
export async function writePieces(path: string, write: (append: AppendPiece) => Promise<PieceMeta>): Promise<void> {
  await replaceFile(path, async (temporary) => {
    await using file = await open(temporary, "wx");
    const pieces: [bytes: number, checksum: number][] = [];
    let at = await writeAt(file, 0, magic);
    const meta = await write(async (...parts) => {
      let [bytes, checksum] = [0, 0];
      for (const part of parts) {
        const own = bytesOf(part);
        checksum = zlib.crc32(own, checksum);
        bytes += own.length;
        at = await writeAt(file, at, own);
      }
      pieces.push([bytes, checksum]);
      return checksum;
    });
    const table = Buffer.from(JSON.stringify({ pieces, meta }));
    const end = Buffer.alloc(endBytes);
    end.writeUInt32LE(zlib.crc32(table), 0);
    end.writeUInt32LE(table.length, 4);
    await writeAt(file, await writeAt(file, at, table), end);
  });
}

/** @throws DATA_DAMAGED where it is no piece file, or not all of one; DATA_NOT_FOUND where there is none */
export async function openPieces(path: string): Promise<PieceFile> {
  const file = await open(path, "r").catch((cause: unknown) => {
    throw new MatineeError("DATA_NOT_FOUND", `${path}: ${(cause as Error).message}`, { cause });
  });
  try {
    const { pieces, meta } = await readTable(file, path);
    const starts = new Float64Array(pieces.length + 1);
    starts[0] = magic.length;
    pieces.forEach(([bytes], piece) => {
      starts[piece + 1] = starts[piece] + bytes;
    });
    return {
      meta,
      lengths: pieces.map(([bytes]) => bytes),
      async read(piece, into) {
        const bytes = bytesOf(into);
        await readAt(file, starts[piece], bytes, path);
        if (zlib.crc32(bytes) === pieces[piece][1]) return;
        throw damaged(path, `piece ${piece} is not what was written`);
      },
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function readTable(file: FileHandle, path: string): Promise<{ pieces: [number, number][]; meta: PieceMeta }> {
  const { size } = await file.stat();
  if (size < magic.length + endBytes) throw damaged(path, `it has ${size} bytes`);
  const [start, end] = [Buffer.alloc(magic.length), Buffer.alloc(endBytes)];
  await readAt(file, 0, start, path);
  await readAt(file, size - endBytes, end, path);
  const length = end.readUInt32LE(4);
  if (!start.equals(magic) || length > size - magic.length - endBytes) throw damaged(path, "it ends too early");
  const table = Buffer.alloc(length);
  await readAt(file, size - endBytes - length, table, path);
  if (zlib.crc32(table) !== end.readUInt32LE(0)) throw damaged(path, "its table is not what was written");
  return JSON.parse(table.toString());
}

function damaged(path: string, why: string): MatineeError {
  return new MatineeError("DATA_DAMAGED", `${basename(path)}: ${why}`);
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Returns the position after the bytes. */
async function writeAt(file: FileHandle, position: number, bytes: Uint8Array): Promise<number> {
  for (let done = 0; done < bytes.length; ) {
    const length = Math.min(callBytes, bytes.length - done);
    done += (await file.write(bytes, done, length, position + done)).bytesWritten;
  }
  return position + bytes.length;
}

async function readAt(file: FileHandle, position: number, bytes: Uint8Array, path: string): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const length = Math.min(callBytes, bytes.length - done);
    const { bytesRead } = await file.read(bytes, done, length, position + done);
    if (bytesRead === 0) throw damaged(path, "it ends too early");
    done += bytesRead;
  }
}
