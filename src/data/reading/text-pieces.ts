import { nextLine, wholeLines } from "./byte-lines.ts";
import { type Encoding, startsWithMark, textDecoder } from "./encoding.ts";

/** A piece of a file that ends with a line; `isText` is false where the line after it is not in the file's encoding. */
export interface TextPiece {
  readonly text: string;
  readonly last: boolean;
  readonly isText: boolean;
}

/** The text of a file in pieces that end with a line. */
export async function* textPieces(file: AsyncIterable<Uint8Array>, encoding: Encoding): AsyncGenerator<TextPiece> {
  const decode = textDecoder(encoding);
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
  for await (const { bytes, last } of wholeLines(file)) yield piece(bytes, last);
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
