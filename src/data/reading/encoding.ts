import { isAscii, isUtf8 } from "node:buffer";
import { basename } from "node:path";
import { MatineeError } from "../../errors.ts";
import { byteStream } from "./bytes.ts";

export const encodings = ["utf-8", "latin-1", "windows-1252"] as const;

/** An encoding of text. UTF-16 is recognised by its first bytes and needs no name. */
export type Encoding = (typeof encodings)[number];

const newline = 10;

/**
 * Tells the encoding of a text file by its bytes: UTF-8 where all of it is; else Windows-1252 where bytes from 0x80 to 0x9F
 * stand in it, which are letters and quotes there and no text in Latin-1; else Latin-1.
 *
 * @throws DATA_ENCODING where some lines with letters beyond ASCII are UTF-8 and others are not
 */
export async function findEncoding(path: string): Promise<Encoding> {
  let whole = true;
  for await (const bytes of wholeLines(path)) {
    whole = isUtf8(bytes);
    if (!whole) break;
  }
  if (whole) return "utf-8";
  let line = 1;
  let utf8 = 0;
  let other = 0;
  let windows = false;
  for await (const bytes of wholeLines(path)) {
    for (let at = 0; at < bytes.length; line++) {
      const end = bytes.indexOf(newline, at) + 1 || bytes.length;
      const text = bytes.subarray(at, end);
      if (!isAscii(text)) {
        if (isUtf8(text)) utf8 ||= line;
        else {
          other ||= line;
          windows ||= text.some((byte) => byte >= 0x80 && byte < 0xa0);
        }
      }
      at = end;
    }
  }
  if (utf8 === 0) return windows ? "windows-1252" : "latin-1";
  throw new MatineeError("DATA_ENCODING", `${basename(path)} line ${other} is not UTF-8, though line ${utf8} is`, {
    fix: "correct that line, or name the encoding of all lines with --encoding",
  });
}

/** Turns bytes into text. @throws TypeError for bytes that are not UTF-8 where they should be */
export function textDecoder(encoding: Encoding): (bytes: Uint8Array) => string {
  if (encoding === "latin-1") return (bytes) => bufferOf(bytes).toString("latin1");
  const decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
  return (bytes) => decoder.decode(bytes);
}

export function notInEncodingError(place: string, encoding: Encoding): MatineeError {
  return new MatineeError("DATA_ENCODING", `${place} is not ${encoding === "utf-8" ? "UTF-8" : encoding}`);
}

/** The same bytes as a Buffer. */
export function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

async function* wholeLines(path: string): AsyncGenerator<Buffer> {
  let rest: Uint8Array = new Uint8Array(0);
  for await (const more of byteStream(path).bytes) {
    const bytes = rest.length === 0 ? bufferOf(more) : Buffer.concat([rest, more]);
    const end =
      bytes.lastIndexOf(newline) + 1 || (bytes.length > 4e6 ? bytes.findLastIndex((byte) => byte < 0x80) + 1 : 0);
    rest = bytes.subarray(end);
    if (end > 0) yield bytes.subarray(0, end);
  }
  if (rest.length > 0) yield bufferOf(rest);
}
