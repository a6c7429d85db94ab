import { basename } from "node:path";
import type { DuckDBDataChunk } from "@duckdb/node-api";
import { MatineeError } from "../../errors.ts";
import { sqlIdentifier, sqlPath, textValues, withDuckDB } from "../duckdb.ts";
import { checkCancelled } from "../progress.ts";
import { placeOf } from "./position.ts";
import type { RowChunk, ScanOptions } from "./row-chunk.ts";
import { scanText } from "./scan-text.ts";
import type { Column, TableFile } from "./table.ts";
import { valuesAs } from "./values.ts";

/** Rows between two reports of progress. */
const progressRows = 500_000;

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
  await withDuckDB(async (connection) => {
    const read = async <T>(step: () => Promise<T>): Promise<T> => {
      try {
        return await step();
      } catch (cause) {
        const [reason] = (cause as Error).message.split("\n");
        throw new MatineeError("DATA_LAYOUT", `${basename(table.path)} cannot be read: ${reason}`, {
          cause,
          fix: "check that the file is complete",
        });
      }
    };
    const names = columns.map(({ at }, n) => `${sqlIdentifier(table.columns[at])}::VARCHAR AS c${n}`);
    const result = await read(() =>
      connection.stream(`SELECT ${names.join(", ")} FROM read_parquet(${sqlPath(table.path)})`),
    );
    for (let firstRow = 0; ; ) {
      const chunk = await read(() => result.fetchChunk());
      if (chunk === null || chunk.rowCount === 0) return;
      checkCancelled(signal, `reading ${basename(table.path)}`);
      each(chunkOf(table, columns, chunk, firstRow));
      firstRow += chunk.rowCount;
      if (table.rowsEstimate && firstRow % progressRows < chunk.rowCount) {
        onProgress?.(Math.min(1, firstRow / table.rowsEstimate));
      }
    }
  });
}

function chunkOf(table: TableFile, columns: readonly Column[], chunk: DuckDBDataChunk, firstRow: number): RowChunk {
  const texts = (position: number) => textValues(chunk, position);
  return {
    rowCount: chunk.rowCount,
    numbers: (position) => valuesAs(columns[position].as, texts(position)),
    texts,
    place: (row) => placeOf(table, firstRow + row + 1),
  };
}
