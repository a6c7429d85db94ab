/** Lines of bytes: a line ends with \n, \r\n or \r. */

/** Bytes; titles and tags may be long, but a line of this length is an unclosed quote or not text at all. */
export const maxRecord = 4_000_000;

const newline = 10;
const carriageReturn = 13;

/** Where the next line begins. */
export function nextLine(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && bytes[at] !== newline && bytes[at] !== carriageReturn) at++;
  return Math.min(bytes.length, at + (bytes[at] === carriageReturn && bytes[at + 1] === newline ? 2 : 1));
}

/** Where the last whole line ends; 0 where there is none. A last \r may be half of a \r\n. */
function endOfLines(bytes: Uint8Array): number {
  return Math.max(bytes.lastIndexOf(newline), bytes.lastIndexOf(carriageReturn, -2)) + 1;
}

/** A place where no character is cut in two. */
export function endOfAscii(bytes: Uint8Array): number {
  return bytes.findLastIndex((byte) => byte < 128) + 1;
}

/** Pieces of a file that end with a line, or with a character where a line is overlong; the last one with the file, and perhaps empty. */
export async function* wholeLines(
  file: AsyncIterable<Uint8Array>,
): AsyncGenerator<{ readonly bytes: Uint8Array; readonly last: boolean }> {
  let rest: Uint8Array = new Uint8Array(0);
  for await (const more of file) {
    const bytes = rest.length === 0 ? more : Buffer.concat([rest, more]);
    const end = endOfLines(bytes) || (bytes.length > maxRecord ? endOfAscii(bytes) : 0);
    rest = bytes.subarray(end);
    if (end > 0) yield { bytes: bytes.subarray(0, end), last: false };
  }
  yield { bytes: rest, last: true };
}
