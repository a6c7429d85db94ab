import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { MatineeError } from "../../errors.ts";
import { checkCancelled } from "../progress.ts";
import { byteStream } from "./bytes.ts";
import { findEncoding, notInEncodingError } from "./encoding.ts";
import { jsonFields, parseExactJson } from "./json.ts";
import { placeOf } from "./position.ts";
import { lineBreak } from "./records.ts";
import { createRowBuffer } from "./row-buffer.ts";
import type { RowChunk, ScanOptions, ScanResult } from "./row-chunk.ts";
import type { Column, TableFile } from "./table.ts";
import { textPieces } from "./text-pieces.ts";

/** The values of a row in the order of the table's columns, what is wrong with it, or undefined for what is no row. */
type FoundRow = readonly (string | null)[] | { readonly problem: string } | undefined;

/** Reads a text file whose rows are lines of another form than delimited values. @throws as `scanText` */
export async function scanLines(
  table: TableFile,
  readLine: (line: string) => FoundRow,
  columns: readonly Column[],
  { lenient = false, signal, onProgress }: ScanOptions,
  each: (chunk: RowChunk) => void,
): Promise<ScanResult> {
  const encoding = table.encoding ?? (await findEncoding(table.path));
  const { size } = await stat(table.path);
  const file = byteStream(table.path);
  const rows = createRowTaker(table, columns, lenient, each);
  for await (const { text, isText } of textPieces(file.bytes, encoding)) {
    checkCancelled(signal, `reading ${basename(table.path)}`);
    const lines = text.split(lineBreak);
    if (lines.at(-1) === "") lines.pop();
    for (const line of lines) rows.take(readLine(line));
    if (!isText) throw notInEncodingError(rows.placeOfNext(), encoding);
    onProgress?.(Math.min(1, file.bytesRead() / size));
  }
  return { broken: rows.finish(), encoding };
}

/** Reads the objects of a JSON file that holds one list of them. @throws DATA_ROW, CANCELLED, and whatever `each` throws */
export function scanList(
  { list = [], ...table }: TableFile,
  columns: readonly Column[],
  { lenient = false, signal, onProgress }: ScanOptions,
  each: (chunk: RowChunk) => void,
): ScanResult {
  checkCancelled(signal, `reading ${basename(table.path)}`);
  const rows = createRowTaker(table, columns, lenient, each);
  for (const value of list) rows.take(rowOfJson(table.columns, value));
  const broken = rows.finish();
  onProgress?.(1);
  return { broken, encoding: table.encoding! };
}

/** Takes line after line, and hands on their rows. */
function createRowTaker(
  table: TableFile,
  columns: readonly Column[],
  lenient: boolean,
  each: (chunk: RowChunk) => void,
) {
  const pending = createRowBuffer(table, columns, each);
  let row = 0;
  let line = 0;
  let broken = 0;
  return {
    take(found: FoundRow): void {
      line++;
      if (found === undefined) return;
      row++;
      if (!("problem" in found)) pending.add(found, row, line);
      else if (lenient) broken++;
      else {
        pending.flush();
        throw new MatineeError("DATA_ROW", `${placeOf(table, row, line)}: ${found.problem}`);
      }
    },
    /** Where the line after those taken stands; the rows before it are handed on, since one of them may be wrong. */
    placeOfNext(): string {
      pending.flush();
      return placeOf(table, row + 1, line + 1);
    },
    /** @returns the number of broken rows */
    finish(): number {
      pending.flush();
      return broken;
    },
  };
}

/**
 * Reads blocks as those of the Netflix Prize: a line with an item and a colon, then lines of user, rating and date. A broken line
 * without a comma may have been the line of an item, so the ratings after it are broken too, up to the next such line.
 */
export function blockReader(): (line: string) => FoundRow {
  let item: string | undefined;
  let orphaned = "a rating stands before the first line with a film and a colon";
  return (line) => {
    const [, head] = /^\s*([^,:]+):\s*$/.exec(line) ?? [];
    if (head !== undefined) {
      item = head;
      return undefined;
    }
    if (line.trim() === "") return undefined;
    const fields = line.split(",");
    if (fields.length === 1) {
      item = undefined;
      orphaned = "a rating stands after a line that should be a film and a colon, or a rating";
    }
    if (fields.length !== 3) return { problem: `${fields.length} fields where 3 are expected` };
    if (item === undefined) return { problem: orphaned };
    return [item, ...fields];
  };
}

/** Reads lines that hold one JSON object each. */
export function jsonReader(columns: readonly string[]): (line: string) => FoundRow {
  return (line) => {
    if (line.trim() === "") return undefined;
    try {
      return rowOfJson(columns, parseExactJson(line));
    } catch (error) {
      return { problem: `the line is not JSON: ${(error as Error).message}` };
    }
  };
}

function rowOfJson(columns: readonly string[], value: unknown): FoundRow {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return { problem: "the line is not a JSON object" };
  }
  const fields = jsonFields(value);
  return columns.map((column) => fields.get(column) ?? null);
}
