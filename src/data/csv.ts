import type { Id } from "./ids.ts";

/** Writes an id or a text as a field of CSV, in quotes where it needs them. */
export function csvField(field: Id): string {
  const text = String(field);
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Joins lines into longer pieces: a stream that receives them one by one is 10 times slower. */
export function* joinLines(lines: Iterable<string>): Generator<string> {
  let piece = "";
  for (const line of lines) {
    piece += line;
    if (piece.length > 2 ** 18) {
      yield piece;
      piece = "";
    }
  }
  yield piece;
}
