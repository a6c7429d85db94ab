import { basename } from "node:path";
import { byteStream } from "./bytes.ts";
import type { TableFile } from "./table.ts";

/** A record of a text file by its number: among all records (as DuckDB counts "lines"), or among those not blank. */
export type RecordNumber = { readonly record: number } | { readonly row: number };

/** The position of a record as messages give it: "ratings.csv row 81 (line 82)". */
export async function describePosition(table: TableFile, wanted: RecordNumber): Promise<string> {
  const file = basename(table.path);
  if (table.format === "parquet") return `${file} row ${"row" in wanted ? wanted.row : wanted.record}`;
  const { row, line } = await findPosition(table, wanted);
  return row === line ? `${file} row ${row}` : `${file} row ${row} (line ${line})`;
}

/**
 * The data row of a record, from 1, and its line in the file. They differ by the header, by blank lines and by line breaks
 * within quotes.
 */
async function findPosition(table: TableFile, wanted: RecordNumber): Promise<{ row: number; line: number }> {
  const quote = table.quote.charCodeAt(0);
  let line = 1;
  let start = 1;
  let records = 0;
  let rows = table.header ? -1 : 0;
  let blank = true;
  let quoted = false;
  const done = () => ("row" in wanted ? rows === wanted.row : records === wanted.record);
  for await (const bytes of byteStream(table.path).bytes) {
    for (const byte of bytes) {
      if (byte === quote) quoted = !quoted;
      if (byte !== 10) {
        if (byte !== 13) blank = false;
        continue;
      }
      line++;
      if (quoted) continue;
      records++;
      if (!blank) rows++;
      if (done()) return { row: rows, line: start };
      start = line;
      blank = true;
    }
  }
  return { row: Math.max(rows + (blank ? 0 : 1), 1), line: start };
}
