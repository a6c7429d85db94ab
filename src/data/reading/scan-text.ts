import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { MatineeError } from "../../errors.ts";
import { checkCancelled } from "../progress.ts";
import { byteStream } from "./bytes.ts";
import { placeOf } from "./position.ts";
import { lineEnds, readRecord, recordProblem } from "./records.ts";
import type { RowChunk, ScanOptions } from "./row-chunk.ts";
import { type Column, notUtf8Error, type TableFile } from "./table.ts";
import { valuesAs } from "./values.ts";

/** Rows handed on at once. */
const chunkRows = 4096;

/** Characters; titles and tags may be long, but a line of this length is an unclosed quote or not text at all. */
const maxRecord = 4_000_000;

const newline = 10;
const carriageReturn = 13;

/**
 * Reads the rows of a text file. A line ends with \n, \r\n or \r, whichever others the file has. A quote has a meaning where
 * a value begins; elsewhere it is a character as any other. Lines without any characters but blanks are left out.
 *
 * @returns the number of broken rows that were skipped; 0 unless lenient
 * @throws DATA_ROW, DATA_ENCODING, DATA_LAYOUT, CANCELLED, and whatever `each` throws
 */
export async function scanText(
  table: TableFile,
  columns: readonly Column[],
  { lenient = false, signal, onProgress }: ScanOptions,
  each: (chunk: RowChunk) => void,
): Promise<number> {
  const { size } = await stat(table.path);
  const file = byteStream(table.path);
  const width = table.columns.length;
  let pending = openRows(columns);
  let header = table.header;
  let row = 0;
  let line = 1;
  let broken = 0;
  const fail = (problem: string, fix?: string) =>
    new MatineeError("DATA_ROW", `${placeOf(table, row + 1, line)}: ${problem}`, fix === undefined ? {} : { fix });
  const flush = () => {
    if (pending.rows.length > 0) each(chunkOf(table, columns, pending));
    pending = openRows(columns);
  };

  /** Reads the whole records of a text, which starts at one; returns where the first unfinished record starts. */
  function readRecords(text: string, last: boolean): number {
    const endOfLine = lineEnds(text);
    let at = 0;
    while (at < text.length) {
      const end = endOfLine(at);
      if (end.at === text.length && !last && !isOverlong(text, at)) break;
      const plain = text.slice(at, end.at);
      if (isBlank(plain, table.delimiter)) {
        at = end.next;
        line++;
        continue;
      }
      const record = readRecord(table, text, at, end, endOfLine);
      // A quote that is open at the end of what has been read so far may be closed in what comes.
      if (record.problem === "open" && !last && !isOverlong(text, at)) break;
      if (header) {
        header = false;
      } else {
        const problem = recordProblem(record, width) ?? (isOverlong(text, at, record.next) ? overlong : undefined);
        if (problem !== undefined) {
          if (!lenient) throw fail(problem);
          if (end.at === text.length && !last) {
            throw fail(problem, "correct this line: how many rows it holds is not known");
          }
          row++;
          broken++;
          line++;
          at = end.next;
          continue;
        }
        row++;
        pending.add(record.fields, row, line);
      }
      line += record.lines;
      at = record.next;
      if (pending.rows.length === chunkRows) flush();
    }
    return at;
  }

  let rest = "";
  for await (const { text, last, isText } of textsOf(table, file.bytes)) {
    checkCancelled(signal, `reading ${basename(table.path)}`);
    rest = rest === "" ? text : rest + text;
    rest = rest.slice(readRecords(rest, last && isText));
    if (!isText) throw notUtf8Error(placeOf(table, row + 1, line), undefined);
    onProgress?.(Math.min(1, file.bytesRead() / size));
  }
  flush();
  return broken;
}

const overlong = "the line is longer than 4 MB";

function isOverlong(text: string, start: number, end = text.length): boolean {
  return end - start > maxRecord;
}

function isBlank(line: string, delimiter: string): boolean {
  return line === "" || (delimiter.trim() !== "" && line.trim() === "");
}

/** Rows that were read but not yet handed on. */
function openRows(columns: readonly Column[]) {
  const values = columns.map((): (string | null)[] => []);
  const rows: number[] = [];
  const lines: number[] = [];
  return {
    values,
    rows,
    lines,
    add(fields: readonly string[], row: number, line: number): void {
      for (let n = 0; n < columns.length; n++) {
        const { at, as } = columns[n];
        // Blanks around a title are kept, and so are those within quotes.
        const field = as === "text" ? fields[at] : fields[at].trim();
        values[n].push(field === "" ? null : field);
      }
      rows.push(row);
      lines.push(line);
    },
  };
}

function chunkOf(table: TableFile, columns: readonly Column[], pending: ReturnType<typeof openRows>): RowChunk {
  const { values, rows, lines } = pending;
  return {
    rowCount: rows.length,
    numbers: (position) => valuesAs(columns[position].as, values[position]),
    texts: (position) => values[position],
    place: (n) => placeOf(table, rows[n], lines[n]),
  };
}

/** A piece of a file that ends with a line; `isText` is false where the line after it is not in the file's encoding. */
interface Piece {
  readonly text: string;
  readonly last: boolean;
  readonly isText: boolean;
}

/** The text of a file in pieces that end with a line. */
async function* textsOf({ encoding }: TableFile, file: AsyncIterable<Uint8Array>): AsyncGenerator<Piece> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const decode = (bytes: Uint8Array) =>
    encoding === "latin-1"
      ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1")
      : decoder.decode(bytes);
  let rest: Uint8Array = new Uint8Array(0);
  let first = true;

  function piece(bytes: Uint8Array, last: boolean): Piece {
    let text: string;
    let isText = true;
    try {
      text = decode(bytes);
    } catch {
      text = decode(bytes.subarray(0, endOfGoodLines(bytes, decoder)));
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
function endOfAscii(bytes: Uint8Array): number {
  return bytes.findLastIndex((byte) => byte < 128) + 1;
}

/** The length of the lines before the first that is not UTF-8. */
function endOfGoodLines(bytes: Uint8Array, decoder: TextDecoder): number {
  for (let at = 0; ; ) {
    const end = bytes.indexOf(newline, at) + 1 || bytes.length;
    try {
      decoder.decode(bytes.subarray(at, end));
    } catch {
      return at;
    }
    at = end;
  }
}
