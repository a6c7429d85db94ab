/** Zip archives in memory. Nothing of Node. */

/** A file in an archive. */
export interface ZipEntry {
  readonly path: string;
  /** As the archive declares them. */
  readonly packedSize: number;
  readonly size: number;
  readonly checksum: number;
  /** 0: stored as it is; 8: deflated. */
  readonly method: number;
  readonly encrypted: boolean;
  /** Where its own header begins. */
  readonly at: number;
}

const [fileMark, entryMark, endMark] = [0x04034b50, 0x02014b50, 0x06054b50];
const [fileHeader, entryHeader, endRecord, longestComment] = [30, 46, 22, 65535];
/** What stands for a number that only ZIP64 can write. */
const [noShort, noLong] = [0xffff, 0xffffffff];

/**
 * The files in an archive, folders left out, by its directory (APPNOTE.TXT of PKWARE, 4.3.12 and 4.3.16).
 * @throws Error for what is no whole archive, and for ZIP64
 */
export function zipEntries(archive: Uint8Array): ZipEntry[] {
  const view = viewOf(archive);
  const end = findEnd(view);
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  if (count === noShort || at === noLong) throw new Error("it is larger than archives without ZIP64 can be");
  const entries: ZipEntry[] = [];
  for (let n = 0; n < count; n++) {
    if (at + entryHeader > end || view.getUint32(at, true) !== entryMark) throw new Error("its directory is damaged");
    const [pathLength, extraLength, commentLength] = [28, 30, 32].map((place) => view.getUint16(at + place, true));
    const path = new TextDecoder().decode(archive.subarray(at + entryHeader, at + entryHeader + pathLength));
    const entry = {
      path,
      packedSize: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      checksum: view.getUint32(at + 16, true),
      method: view.getUint16(at + 10, true),
      encrypted: (view.getUint16(at + 8, true) & 1) === 1,
      at: view.getUint32(at + 42, true),
    };
    if (!path.endsWith("/")) entries.push(entry);
    at += entryHeader + pathLength + extraLength + commentLength;
  }
  return entries;
}

/**
 * The bytes of a file in an archive.
 * @throws Error where it is damaged, encrypted or packed in another way, and where it holds more than it declares
 */
export async function unzipEntry(archive: Uint8Array, entry: ZipEntry): Promise<Uint8Array<ArrayBuffer>> {
  const { path, at, packedSize, size, method, encrypted, checksum } = entry;
  if (encrypted) throw new Error(`its entry ${path} has a password`);
  if (method !== 0 && method !== 8) throw new Error(`its entry ${path} is packed in an unknown way (${method})`);
  const view = viewOf(archive);
  const damaged = (cause?: unknown) => new Error(`its entry ${path} is damaged`, { cause });
  if (at + fileHeader > archive.length || view.getUint32(at, true) !== fileMark) throw damaged();
  const start = at + fileHeader + view.getUint16(at + 26, true) + view.getUint16(at + 28, true);
  if (start + packedSize > archive.length) throw damaged();
  const packed = archive.slice(start, start + packedSize);
  const bytes =
    method === 0
      ? packed
      : await inflate(packed, size).catch((cause) => {
          throw damaged(cause);
        });
  if (bytes.length !== size || crc32(bytes) !== checksum) throw damaged();
  return bytes;
}

/** @throws Error where there is more than `size` bytes, without reading on */
async function inflate(packed: Uint8Array<ArrayBuffer>, size: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(size);
  let filled = 0;
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const reader = stream.getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    if (filled + read.value.length > size) {
      await reader.cancel();
      throw new Error("it holds more than it declares");
    }
    bytes.set(read.value, filled);
    filled += read.value.length;
  }
  return bytes.subarray(0, filled);
}

/** The record at the end, before which a comment may stand that has its mark. */
function findEnd(view: DataView): number {
  const last = view.byteLength - endRecord;
  for (let at = last; at >= Math.max(0, last - longestComment); at--) {
    if (view.getUint32(at, true) === endMark && at + endRecord + view.getUint16(at + 20, true) === view.byteLength) {
      return at;
    }
  }
  throw new Error("its end is missing");
}

function viewOf({ buffer, byteOffset, length }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, length);
}

/** The remainders of all bytes, for CRC-32 with the polynomial of ISO 3309. */
const remainders = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest;
});

function crc32(bytes: Uint8Array): number {
  let rest = 0xffffffff;
  for (const byte of bytes) rest = (rest >>> 8) ^ remainders[(rest ^ byte) & 0xff];
  return (rest ^ 0xffffffff) >>> 0;
}
