import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { MatineeError } from "../../errors.ts";
import { checkCancelled, type ProgressOptions } from "../progress.ts";
import { byteStream } from "./bytes.ts";
import type { TableFile } from "./table.ts";

const newline = 10;
const carriageReturn = 13;
const quote = 34;
const minus = 45;
const point = 46;
const zero = 48;
const space = 32;

/** Whole numbers up to here are exact as doubles, and so, rounded once, are their quotients by a power of ten. */
const maxExact = 1e15;
const powers = Float64Array.from({ length: 16 }, (_, n) => 10 ** n);

/** Bytes; a longer line is not one of numbers. */
const maxLineLength = 2 ** 16;

/**
 * Reads a table in which every field of every row is a number as numbers are usually written: digits, perhaps a sign and a
 * fraction, up to 15 digits; no quotes, blanks or empty lines. Large files of ratings are nearly always like that, and this
 * is several times faster than `scanTable`.
 *
 * @param each receives the numbers of one row after another, in an array that is reused; it returns false to stop
 * @returns whether the whole table was read. If not, `scanTable` has to read it from the start, and reports what is wrong.
 * @throws CANCELLED, and whatever `each` throws
 */
export async function scanNumbers(
  table: TableFile,
  { signal, onProgress }: ProgressOptions,
  each: (fields: Float64Array) => boolean,
): Promise<boolean> {
  // A delimiter that may be part of a number, of a quote or of a line's end does not separate numbers.
  if (table.format !== "text" || /[-+.\d\r\n"]/.test(table.delimiter)) return false;
  let readRows: RowReader | undefined;
  let rest: Uint8Array = new Uint8Array(0);
  const { size } = await stat(table.path);
  const file = byteStream(table.path);
  try {
    for await (const more of file.bytes) {
      checkCancelled(signal, `reading ${basename(table.path)}`);
      let bytes: Uint8Array = rest.length === 0 ? more : Buffer.concat([rest, more]);
      const end = bytes.lastIndexOf(newline) + 1;
      if (bytes.length - end > maxLineLength) return false;
      rest = bytes.subarray(end);
      bytes = bytes.subarray(0, end);
      if (readRows === undefined) {
        const first = bytes.subarray(0, bytes.indexOf(newline) + 1);
        if (first.length === 0) continue;
        if (first.every((byte) => byte <= space)) return false;
        // A line also ends with a \r alone, and then the names may end before this one does.
        if (first.subarray(0, -2).includes(carriageReturn)) return false;
        readRows = rowReader(table, first.at(-2) === carriageReturn, each);
        if (table.header) {
          const quotes = first.filter((byte) => byte === quote).length;
          if (quotes % 2 === 1) return false;
          bytes = bytes.subarray(first.length);
        }
      }
      if (!readRows(bytes)) return false;
      onProgress?.(file.bytesRead() / size);
    }
  } catch (error) {
    if (error instanceof MatineeError && error.code === "DATA_LAYOUT") return false;
    throw error;
  }
  // The last line need not have an end. The first must have one: it says how lines end.
  return rest.length === 0 || readRows?.(rest) === true;
}

/** Reads whole rows, the last one with or without its end; false where one holds anything but numbers, or `each` stopped. */
type RowReader = (bytes: Uint8Array) => boolean;

function rowReader(table: TableFile, crlf: boolean, each: (fields: Float64Array) => boolean): RowReader {
  const delimiter = new TextEncoder().encode(table.delimiter);
  const fields = new Float64Array(table.columns.length);
  const last = fields.length - 1;
  return (bytes) => {
    let at = 0;
    while (at < bytes.length) {
      for (let column = 0; column <= last; column++) {
        const negative = bytes[at] === minus;
        if (negative) at++;
        const start = at;
        // Nine digits fit in 32 bits, where arithmetic is faster.
        let whole = 0;
        let digit = bytes[at] ^ zero;
        while (digit <= 9 && at < start + 9) {
          whole = (Math.imul(10, whole) + digit) | 0;
          digit = bytes[++at] ^ zero;
        }
        let value = whole;
        while (digit <= 9) {
          value = value * 10 + digit;
          digit = bytes[++at] ^ zero;
        }
        // 007 may be another id than 7.
        if (at === start || (bytes[start] === zero && at > start + 1)) return false;
        if (bytes[at] === point) {
          const fraction = ++at;
          digit = bytes[at] ^ zero;
          while (digit <= 9) {
            value = value * 10 + digit;
            digit = bytes[++at] ^ zero;
          }
          const digits = at - fraction;
          if (digits === 0 || digits >= powers.length || value > maxExact) return false;
          value /= powers[digits];
        }
        if (value > maxExact || (negative && value === 0)) return false;
        fields[column] = negative ? -value : value;
        if (column < last) {
          for (let n = 0; n < delimiter.length; n++) if (bytes[at++] !== delimiter[n]) return false;
        }
      }
      if (at < bytes.length && crlf && bytes[at++] !== carriageReturn) return false;
      if (at < bytes.length && bytes[at++] !== newline) return false;
      if (!each(fields)) return false;
    }
    return true;
  };
}
