import { basename } from "node:path";
import { checkCancelled } from "../progress.ts";
import { readRowGroups } from "./parquet.ts";
import { placeOf } from "./position.ts";
import { type RowChunk, type ScanOptions, type ScanResult, textChunk } from "./row-chunk.ts";
import { blockReader, jsonReader, scanLines, scanList } from "./scan-lines.ts";
import { scanText } from "./scan-text.ts";
import type { Column, TableFile } from "./table.ts";

/** Rows of a row group that are handed on at once. */
const chunkRows = 16_384;

/**
 * Streams columns of a table of any kind, in the order of the file.
 *
 * @param each receives one chunk of rows after another
 * @throws DATA_ROW, DATA_ENCODING, DATA_LAYOUT, CANCELLED, and whatever `each` throws
 */
export async function scanTable(
  table: TableFile,
  columns: readonly Column[],
  options: ScanOptions,
  each: (chunk: RowChunk) => void,
): Promise<ScanResult> {
  switch (table.format) {
    case "text":
      return scanText(table, columns, options, each);
    case "json":
      if (table.list) return scanList(table, columns, options, each);
      return scanLines(table, jsonReader(table.columns), columns, options, each);
    case "blocks":
      return scanBlocks(table, columns, options, each);
    case "wide":
      return scanWide(table, columns, options, each);
    case "parquet":
      await scanParquet(table, columns, options, each);
      return { broken: 0 };
  }
}

/** The parts of a table in blocks, one after the other. */
async function scanBlocks(
  table: TableFile,
  columns: readonly Column[],
  { onProgress, ...options }: ScanOptions,
  each: (chunk: RowChunk) => void,
): Promise<ScanResult> {
  const paths = table.parts ?? [table.path];
  let broken = 0;
  let result: ScanResult = { broken };
  for (const [n, path] of paths.entries()) {
    const part = { ...options, onProgress: (share: number) => onProgress?.((n + share) / paths.length) };
    result = await scanLines({ ...table, path }, blockReader(), columns, part, each);
    broken += result.broken;
  }
  return { ...result, broken };
}

/**
 * The cells of a matrix with users in rows and items in columns: user, item and rating of each that is not blank. Each is a row;
 * a line that cannot be read is one broken row.
 */
async function scanWide(
  table: TableFile,
  columns: readonly Column[],
  options: ScanOptions,
  each: (chunk: RowChunk) => void,
): Promise<ScanResult> {
  const { inner, user, items } = table.matrix!;
  const read = [...(user === undefined ? [] : [user]), ...items].map(
    (at): Column => ({ at, name: inner.columns[at], as: "text id" }),
  );
  return scanText(inner, read, options, (chunk) => {
    const users = user === undefined ? undefined : chunk.texts(0);
    const cells = items.map((_, n) => chunk.texts(n + (user === undefined ? 0 : 1)));
    const texts: (string | null)[][] = columns.map(() => []);
    const places: [row: number, item: number][] = [];
    for (let n = 0; n < chunk.rowCount; n++) {
      const id = users ? users[n] : String(chunk.source!(n).row);
      for (const [item, { [n]: value }] of cells.entries()) {
        if (value === null) continue;
        const fields = [id, itemName(inner, items[item]) || null, value];
        for (const [position, { at }] of columns.entries()) texts[position].push(fields[at]);
        places.push([n, item]);
      }
    }
    if (places.length === 0) return;
    each(
      textChunk(
        columns,
        texts,
        inner.decimalComma,
        (cell) => {
          const [n, item] = places[cell];
          return `${chunk.place(n)} column ${JSON.stringify(inner.columns[items[item]])}`;
        },
        (cell) => chunk.source!(places[cell][0]),
      ),
    );
  });
}

/** The id of an item by its column: its name, or its number where the table has no line of names. */
function itemName({ header, columns }: TableFile, at: number): string {
  return header ? columns[at] : String(at + 1);
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
