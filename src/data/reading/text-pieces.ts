import { type Encoding, endOfLines, nextLine, startsWithMark, textDecoder } from "./encoding.ts";

/** Characters; titles and tags may be long, but a line of this length is an unclosed quote or not text at all. */
export const maxRecord = 4_000_000;

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

  function piece(all: Uint8Array, last: boolean): TextPiece {
    const bytes = first && startsWithMark(all) ? all.subarray(3) : all;
    first = false;
    let text: string;
    let isText = true;
    try {
      text = decode(bytes);
    } catch {
      text = decode(bytes.subarray(0, endOfGoodLines(bytes, decode)));
      isText = false;
    }
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

/** A place where no character is cut in two. */
export function endOfAscii(bytes: Uint8Array): number {
  return bytes.findLastIndex((byte) => byte < 128) + 1;
}

/** The length of the lines before the first that is not in the encoding. */
function endOfGoodLines(bytes: Uint8Array, decode: (bytes: Uint8Array) => string): number {
  for (let at = 0; ; ) {
    const end = nextLine(bytes, at);
    try {
      decode(bytes.subarray(at, end));
    } catch {
      return at;
    }
    at = end;
  }
}
