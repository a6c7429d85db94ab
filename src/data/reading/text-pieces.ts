import { type Encoding, textDecoder } from "./encoding.ts";

/** Characters; titles and tags may be long, but a line of this length is an unclosed quote or not text at all. */
export const maxRecord = 4_000_000;

const newline = 10;
const carriageReturn = 13;

/** A piece of a file that ends with a line; `isText` is false where the line after it is not in the file's encoding. */
export interface TextPiece {
  readonly text: string;
  readonly last: boolean;
  readonly isText: boolean;
}

/** The text of a file in pieces that end with a line. */
export async function* textPieces(file: AsyncIterable<Uint8Array>, encoding: Encoding): AsyncGenerator<TextPiece> {
  const decode = textDecoder(encoding);
  let rest: Uint8Array = new Uint8Array(0);
  let first = true;

  function piece(bytes: Uint8Array, last: boolean): TextPiece {
    let text: string;
    let isText = true;
    try {
      text = decode(bytes);
    } catch {
      text = decode(bytes.subarray(0, endOfGoodLines(bytes, decode)));
      isText = false;
    }
    if (first && encoding === "utf-8") text = text.replace(/^\uFEFF/, "");
    first = false;
    return { text, last, isText };
  }
  for await (const more of file) {
    const bytes = rest.length === 0 ? more : Buffer.concat([rest, more]);
    const end = endOfLines(bytes) || (bytes.length > maxRecord ? endOfAscii(bytes) : 0);
    rest = bytes.subarray(end);
    if (end > 0) yield piece(bytes.subarray(0, end), false);
  }
  yield piece(rest, true);
}

/** Where the last whole line ends; 0 where there is none. A last \r may be half of a \r\n. */
function endOfLines(bytes: Uint8Array): number {
  return Math.max(bytes.lastIndexOf(newline), bytes.lastIndexOf(carriageReturn, -2)) + 1;
}

/** A place where no character is cut in two. */
export function endOfAscii(bytes: Uint8Array): number {
  return bytes.findLastIndex((byte) => byte < 128) + 1;
}

/** The length of the lines before the first that is not in the encoding. */
function endOfGoodLines(bytes: Uint8Array, decode: (bytes: Uint8Array) => string): number {
  for (let at = 0; ; ) {
    const end = bytes.indexOf(newline, at) + 1 || bytes.length;
    try {
      decode(bytes.subarray(at, end));
    } catch {
      return at;
    }
    at = end;
  }
}
