import { basename } from "node:path";
import type { DuckDBConnection, DuckDBDataChunk } from "@duckdb/node-api";
import { MatineeError } from "../../errors.ts";
import { sqlIdentifier, sqlPath, sqlString, withDuckDB } from "../duckdb.ts";
import { checkCancelled, type ProgressOptions } from "../progress.ts";
import { describePosition } from "./position.ts";
import { type Column, notUtf8Error, type TableFile } from "./table.ts";

/** Rows between two reports of progress. */
const progressRows = 500_000;

export interface ScanOptions extends ProgressOptions {
  /** Skip rows with a wrong number of fields instead of failing. */
  readonly lenient?: boolean;
}

/**
 * Streams columns of a table of any kind through DuckDB, in the order of the file.
 *
 * Numbers, ids and times arrive as DOUBLE: NaN stands for a missing value, ±Infinity for one that is no number. An id counts as
 * a number only as numbers are usually written (neither 007 nor 1e3); a time is a number of seconds since 1970 or a date.
 * Texts arrive as VARCHAR.
 *
 * @param each receives one chunk of rows after another, with the number of its first row, from 0
 * @returns the number of broken rows that were skipped; 0 unless lenient
 * @throws DATA_ROW, DATA_ENCODING, DATA_LAYOUT, CANCELLED, and whatever `each` throws
 */
export async function scanTable(
  table: TableFile,
  columns: readonly Column[],
  { lenient = false, signal, onProgress }: ScanOptions,
  each: (chunk: DuckDBDataChunk, firstRow: number) => void,
): Promise<number> {
  return withDuckDB(async (connection) => {
    const query = `SELECT ${columns.map(columnSql).join(", ")} FROM ${tableSql(table, lenient)}`;
    for await (const { chunk, firstRow } of chunksOf(connection, query, table)) {
      checkCancelled(signal, `reading ${basename(table.path)}`);
      each(chunk, firstRow);
      if (table.rowsEstimate && firstRow % progressRows < chunk.rowCount) {
        onProgress?.(Math.min(1, firstRow / table.rowsEstimate));
      }
    }
    return lenient && table.format === "text" ? countBrokenRows(connection, table) : 0;
  });
}

/** One value, unconverted, for a message; `row` counts from 0. */
export async function readRawValue(table: TableFile, column: Column, row: number): Promise<string | null> {
  return withDuckDB(async (connection) => {
    const query = `SELECT c${column.at} FROM ${tableSql(table)} LIMIT 1 OFFSET ${row}`;
    const [found] = (await connection.runAndReadAll(query)).getRows();
    return found === undefined || found[0] === null ? null : String(found[0]);
  });
}

async function* chunksOf(connection: DuckDBConnection, query: string, table: TableFile) {
  const fetch = async <T>(step: () => Promise<T>): Promise<T> => {
    try {
      return await step();
    } catch (error) {
      throw await tableError(error, table);
    }
  };
  const result = await fetch(() => connection.stream(query));
  let firstRow = 0;
  for (;;) {
    const chunk = await fetch(() => result.fetchChunk());
    if (chunk === null || chunk.rowCount === 0) return;
    yield { chunk, firstRow };
    firstRow += chunk.rowCount;
  }
}

/**
 * The DuckDB expression that yields the table's rows, in the order of the file, with columns c0, c1, …, all
 * VARCHAR. With `skipBroken`, rows with a wrong number of fields go to DuckDB's `reject_errors` instead of
 * failing the query.
 */
function tableSql(table: TableFile, skipBroken = false): string {
  const names = table.columns.map((_, index) => `c${index}`);
  if (table.format === "parquet") {
    const renamed = table.columns.map((column, index) => `${sqlIdentifier(column)}::VARCHAR AS ${names[index]}`);
    return `(SELECT ${renamed.join(", ")} FROM read_parquet(${sqlPath(table.path)}))`;
  }
  const settings = [
    sqlPath(table.path),
    "auto_detect = false",
    `header = ${table.header}`,
    `delim = ${sqlString(table.delimiter)}`,
    `quote = ${sqlString(table.quote)}`,
    `escape = ${sqlString(table.quote)}`,
    `encoding = ${sqlString(table.encoding)}`,
    `columns = {${names.map((name) => `${name}: 'VARCHAR'`).join(", ")}}`,
    // Titles and tags may be long, but a line of this length is an unclosed quote or not text at all.
    "max_line_size = 4000000",
  ];
  if (skipBroken) settings.push("ignore_errors = true", "store_rejects = true", "rejects_limit = 0");
  return `read_csv(${settings.join(", ")})`;
}

function columnSql({ at, as }: Column): string {
  if (as === "text") return `c${at}`;
  if (as === "id") {
    const written = `regexp_full_match(c${at}, '-?(0|[1-9][0-9]*)(\\.0+)?')`;
    return `CASE WHEN c${at} IS NULL THEN 'nan'::DOUBLE WHEN ${written} THEN c${at}::DOUBLE ELSE 'inf'::DOUBLE END`;
  }
  const readings = [`nullif(try_cast(c${at} AS DOUBLE), 'nan'::DOUBLE)`];
  if (as === "time") readings.push(`epoch(try_cast(c${at} AS TIMESTAMP))`);
  return `coalesce(${readings.join(", ")}, CASE WHEN c${at} IS NULL THEN 'nan'::DOUBLE ELSE 'inf'::DOUBLE END)`;
}

/** The rows that a lenient query skipped. @throws DATA_ENCODING where one was skipped for its encoding */
async function countBrokenRows(connection: DuckDBConnection, table: TableFile): Promise<number> {
  const badText = "SELECT min(line)::DOUBLE FROM reject_errors WHERE error_type = 'INVALID ENCODING'";
  const [[line]] = (await connection.runAndReadAll(badText)).getRows();
  if (line !== null) throw notUtf8Error(await describePosition(table, { record: Number(line) }), undefined);
  const count = "SELECT count(DISTINCT line)::DOUBLE FROM reject_errors";
  return Number((await connection.runAndReadAll(count)).getRows()[0][0]);
}

/** An error of DuckDB as one of Matinee's. */
async function tableError(error: unknown, table: TableFile): Promise<MatineeError> {
  const message = error instanceof Error ? error.message : String(error);
  const record = /CSV Error on Line: (\d+)/.exec(message);
  if (record === null || table.format === "parquet") {
    return new MatineeError("DATA_LAYOUT", `${basename(table.path)} cannot be read: ${message.split("\n")[0]}`, {
      cause: error,
      fix: "check that the file is complete",
    });
  }
  const place = await describePosition(table, { record: Number(record[1]) });
  if (/unicode|utf-8 encoded/i.test(message)) return notUtf8Error(place, error);
  const fields = /Expected Number of Columns: (\d+) Found: (\d+)/.exec(message);
  if (fields !== null) {
    const [, expected, found] = fields;
    return new MatineeError("DATA_ROW", `${place}: ${found} fields where ${expected} are expected`, { cause: error });
  }
  const what = /unterminated quote/i.test(message)
    ? "a quote is opened and never closed"
    : /maximum line size/i.test(message)
      ? "the line is longer than 4 MB"
      : (message.split("\n").find((line) => /found|error/i.test(line) && !/^.*CSV Error/.test(line)) ?? "not readable");
  return new MatineeError("DATA_ROW", `${place}: ${what}`, { cause: error });
}
