import { basename } from "node:path";
import { checkCancelled } from "../progress.ts";
import { readRowGroups } from "./parquet.ts";
import { placeOf } from "./position.ts";
import type { RowChunk, ScanOptions } from "./row-chunk.ts";
import { scanText } from "./scan-text.ts";
import type { Column, TableFile } from "./table.ts";

/** Rows of a row group that are handed on at once. */
const chunkRows = 16_384;

/**
 * Streams columns of a table of any kind, in the order of the file.
 *
 * @param each receives one chunk of rows after another
 * @returns the number of broken rows that were skipped; 0 unless lenient
 * @throws DATA_ROW, DATA_ENCODING, DATA_LAYOUT, CANCELLED, and whatever `each` throws
 */
export async function scanTable(
  table: TableFile,
  columns: readonly Column[],
  options: ScanOptions,
  each: (chunk: RowChunk) => void,
): Promise<number> {
  if (table.format === "text") return scanText(table, columns, options, each);
  await scanParquet(table, columns, options, each);
  return 0;
}

async function scanParquet(
  table: TableFile,
  columns: readonly Column[],
  { signal, onProgress }: ScanOptions,
  each: (chunk: RowChunk) => void,
): Promise<void> {
  let firstRow = 0;
  for await (const { rowCount, values } of readRowGroups(table.path, columns)) {
    for (let from = 0; from < rowCount; from += chunkRows) {
      checkCancelled(signal, `reading ${basename(table.path)}`);
      const to = Math.min(from + chunkRows, rowCount);
      const start = firstRow + from;
      each({
        rowCount: to - from,
        numbers: (position) => values[position].numbers(from, to),
        texts: (position) => values[position].texts(from, to),
        place: (row) => placeOf(table, start + row + 1),
      });
    }
    firstRow += rowCount;
    onProgress?.(firstRow / (table.rowsEstimate ?? firstRow));
  }
}
