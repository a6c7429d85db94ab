import { isAscii, isUtf8 } from "node:buffer";
import { basename } from "node:path";
import { MatineeError } from "../../errors.ts";
import { nextLine, wholeLines } from "./byte-lines.ts";
import { byteStream } from "./bytes.ts";

export const encodings = ["utf-8", "latin-1", "windows-1252"] as const;

/** An encoding of text. UTF-16 is recognised by its first bytes and needs no name. */
export type Encoding = (typeof encodings)[number];

/**
 * Tells the encoding of a text file by its bytes: UTF-8 where all of it is; else Windows-1252 where bytes from 0x80 to 0x9F
 * stand in it, which are letters and quotes there and no text in Latin-1; else Latin-1.
 *
 * @throws DATA_ENCODING where some lines with letters beyond ASCII are UTF-8, or the file begins with its mark, and others are not
 */
export async function findEncoding(path: string): Promise<Encoding> {
  let whole = true;
  for await (const { bytes } of wholeLines(byteStream(path).bytes)) {
    whole = isUtf8(bytes);
    if (!whole) break;
  }
  if (whole) return "utf-8";
  let line = 1;
  let utf8 = 0;
  let other = 0;
  let windows = false;
  let marked = false;
  for await (const { bytes } of wholeLines(byteStream(path).bytes)) {
    if (line === 1) marked = startsWithMark(bytes);
    for (let at = 0; at < bytes.length; line++) {
      const end = nextLine(bytes, at);
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
  if (utf8 === 0 && !marked) return windows ? "windows-1252" : "latin-1";
  const reason = marked ? "the file begins as UTF-8 does" : `line ${utf8} is`;
  throw new MatineeError("DATA_ENCODING", `${basename(path)} line ${other} is not UTF-8, though ${reason}`, {
    fix: "correct that line, or name the encoding of all lines with --encoding",
  });
}

/** Whether bytes begin with the mark of UTF-8, which is no text in any encoding. */
export function startsWithMark(bytes: Uint8Array): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
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
