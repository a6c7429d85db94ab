import { placeOf } from "./position.ts";
import { type RowChunk, textChunk } from "./row-chunk.ts";
import type { Column, TableFile } from "./table.ts";

/** Rows handed on at once. */
const chunkRows = 4096;

/** Rows of a text file that were read but not yet handed on. */
export interface RowBuffer {
  /**
   * Adds a row, and hands on what there is if it is enough.
   * @param fields its values in the order of the table's columns
   * @param severalLines whether one of them may hold a line break
   */
  add(fields: readonly (string | null)[], row: number, line: number, severalLines?: boolean): void;
  /** Hands on what there is. */
  flush(): void;
}

export function createRowBuffer(
  table: TableFile,
  columns: readonly Column[],
  each: (chunk: RowChunk) => void,
): RowBuffer {
  let pending = noRows(columns);
  function flush(): void {
    const { values, rows, lines, spans } = pending;
    pending = noRows(columns);
    if (rows.length === 0) return;
    const place = (n: number) => placeOf(table, rows[n], lines[n]);
    const source = (n: number) => ({ row: rows[n], spansLines: spans.has(n) });
    each(textChunk(columns, values, table.decimalComma, place, source));
  }
  return {
    add(fields, row, line, severalLines = false) {
      const { values, rows, lines, spans } = pending;
      if (severalLines && columns.some(({ at }) => /[\r\n]/.test(fields[at] ?? ""))) spans.add(rows.length);
      for (let n = 0; n < columns.length; n++) {
        const { at, as } = columns[n];
        // Blanks around a title are kept, and so are those within quotes.
        values[n].push((as === "text" ? fields[at] : fields[at]?.trim()) || null);
      }
      rows.push(row);
      lines.push(line);
      if (rows.length === chunkRows) flush();
    },
    flush,
  };
}

function noRows(columns: readonly Column[]) {
  return {
    values: columns.map((): (string | null)[] => []),
    rows: [] as number[],
    lines: [] as number[],
    /** The rows in which a value that is read holds a line break. */
    spans: new Set<number>(),
  };
}
