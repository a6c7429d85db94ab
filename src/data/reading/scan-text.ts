import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { MatineeError } from "../../errors.ts";
import { checkCancelled } from "../progress.ts";
import { maxRecord } from "./byte-lines.ts";
import { byteStream } from "./bytes.ts";
import { findEncoding, notInEncodingError } from "./encoding.ts";
import { placeOf } from "./position.ts";
import { lineEnds, readRecord, recordProblem } from "./records.ts";
import { createRowBuffer } from "./row-buffer.ts";
import type { RowChunk, ScanOptions, ScanResult } from "./row-chunk.ts";
import type { Column, TableFile } from "./table.ts";
import { textPieces } from "./text-pieces.ts";

/**
 * Reads the rows of a text file. A line ends with \n, \r\n or \r, whichever others the file has. A quote has a meaning where
 * a value begins, blanks before it aside; elsewhere it is a character as any other. Lines without any characters but blanks are
 * left out, whatever the delimiter.
 *
 * A quoted value in which a backslash stands before a quote is read so where it cannot be read otherwise. A record that cannot
 * be read, or that has another number of values than the table has columns, is one broken row if reading is lenient, and
 * reading goes on at the line after its first. The line of names ends where its values do; where it cannot be cut into values
 * it is one line.
 *
 * @throws DATA_ROW, DATA_ENCODING, DATA_LAYOUT, CANCELLED, and whatever `each` throws
 */
export async function scanText(
  table: TableFile,
  columns: readonly Column[],
  { lenient = false, signal, onProgress }: ScanOptions,
  each: (chunk: RowChunk) => void,
): Promise<ScanResult> {
  const encoding = table.encoding ?? (await findEncoding(table.path));
  const { size } = await stat(table.path);
  const file = byteStream(table.path);
  const width = table.columns.length;
  const pending = createRowBuffer(table, columns, each);
  let header = table.header;
  let row = 0;
  let line = 1;
  let broken = 0;
  const fail = (problem: string, fix?: string) =>
    new MatineeError("DATA_ROW", `${placeOf(table, row + 1, line)}: ${problem}`, fix === undefined ? {} : { fix });

  /** Reads the whole records of a text, which starts at one; returns where the first unfinished record starts. */
  function readRecords(text: string, last: boolean): number {
    const endOfLine = lineEnds(text);
    let at = 0;
    while (at < text.length) {
      const end = endOfLine(at);
      if (end.at === text.length && !last && !isOverlong(text, at)) break;
      const plain = text.slice(at, end.at);
      if (plain.trim() === "") {
        at = end.next;
        line++;
        continue;
      }
      let record = readRecord(table, text, at, end, endOfLine);
      if (header) {
        if (record.problem === "open" && !last && !isOverlong(text, at)) break;
        header = false;
        line += record.problem === undefined ? record.lines : 1;
        at = record.problem === undefined ? record.next : end.next;
        continue;
      }
      if (recordProblem(record, width) !== undefined && plain.includes('\\"')) {
        const escaped = readRecord({ ...table, escape: "\\" }, text, at, end, endOfLine);
        if (recordProblem(escaped, width) === undefined) record = escaped;
      }
      // A quote that is open at the end of what has been read so far may be closed in what comes.
      if (record.problem === "open" && !last && !isOverlong(text, at)) break;
      const problem = recordProblem(record, width) ?? (isOverlong(text, at, record.next) ? overlong : undefined);
      if (problem !== undefined) {
        if (!lenient) {
          // A row before this one may be wrong too, and is the one to name.
          pending.flush();
          throw fail(problem);
        }
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
      pending.add(record.fields, row, line, record.lines > 1);
      line += record.lines;
      at = record.next;
    }
    return at;
  }

  let rest = "";
  for await (const { text, last, isText } of textPieces(file.bytes, encoding)) {
    checkCancelled(signal, `reading ${basename(table.path)}`);
    rest = rest === "" ? text : rest + text;
    rest = rest.slice(readRecords(rest, last && isText));
    if (!isText) {
      pending.flush();
      const place = header ? `${basename(table.path)} line ${line}` : placeOf(table, row + 1, line);
      throw notInEncodingError(place, encoding);
    }
    onProgress?.(Math.min(1, file.bytesRead() / size));
  }
  pending.flush();
  return { broken, encoding };
}

const overlong = "the line is longer than 4 MB";

function isOverlong(text: string, start: number, end = text.length): boolean {
  return end - start > maxRecord;
}
