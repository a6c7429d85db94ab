import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { MatineeError } from "../../errors.ts";
import { sqlPath, withDuckDB } from "../duckdb.ts";
import { byteStream, isGzipError } from "./bytes.ts";

export type Encoding = "utf-8" | "latin-1";

/** A file of rows and columns, and how to read it. */
export interface TableFile {
  readonly path: string;
  readonly format: "text" | "parquet";
  /** Names in the order of the file; "column 1" and so on where the file has no header. */
  readonly columns: readonly string[];
  readonly header: boolean;
  readonly delimiter: string;
  /** "" where quotes have no meaning, as in ml-100k. */
  readonly quote: '"' | "";
  readonly encoding: Encoding;
  /** An estimate of the number of rows, for progress and as the first capacity; of a text file by its size and beginning. */
  readonly rowsEstimate?: number;
}

/** A column to read: its position in the table and what it must hold. */
export interface Column {
  readonly at: number;
  /** Its name in messages. */
  readonly name: string;
  readonly as: "number" | "id" | "time" | "text";
}

/** What is known of a table; the rest is found out from its beginning. */
export interface TableOptions {
  /** Default: yes, unless every field of the first line is a number. */
  readonly header?: boolean;
  /** Default: tab, semicolon or comma, whichever comes first in that order in the first line. */
  readonly delimiter?: string;
  readonly quote?: '"' | "";
  readonly encoding?: Encoding;
}

/**
 * Opens a table by the first line of a text file (.gz too), or by the schema of a Parquet file.
 *
 * @throws DATA_EMPTY, DATA_ENCODING, DATA_LAYOUT (a damaged file), DATA_NOT_FOUND (one that cannot be opened), USAGE
 */
export async function openTable(path: string, options: TableOptions = {}): Promise<TableFile> {
  const { quote = '"', encoding = "utf-8" } = options;
  if (/\.parquet$/i.test(path)) {
    const { columns, rows } = await readParquetShape(path);
    return { path, format: "parquet", columns, header: true, delimiter: "", quote: "", encoding, rowsEstimate: rows };
  }
  if (options.delimiter === "") {
    throw new MatineeError("USAGE", "the delimiter is empty", { fix: "give the character between columns" });
  }
  const { line, rowsEstimate } = await readFirstLine(path, encoding);
  const delimiter =
    options.delimiter?.replace("\\t", "\t") ?? ["\t", ";", ","].find((candidate) => line.includes(candidate)) ?? ",";
  const fields = splitFields(line, delimiter, quote);
  const header = options.header ?? !fields.every((field) => field.trim() !== "" && Number.isFinite(Number(field)));
  const columns = header ? fields.map((field) => field.trim()) : fields.map((_, index) => `column ${index + 1}`);
  return { path, format: "text", columns, header, delimiter, quote, encoding, rowsEstimate };
}

async function readParquetShape(path: string): Promise<{ columns: string[]; rows: number }> {
  return withDuckDB(async (connection) => {
    try {
      const file = sqlPath(path);
      const columns = await connection.runAndReadAll(`DESCRIBE SELECT * FROM read_parquet(${file})`);
      const rows = await connection.runAndReadAll(`SELECT count(*)::DOUBLE FROM read_parquet(${file})`);
      return { columns: columns.getRows().map((row) => String(row[0])), rows: Number(rows.getRows()[0][0]) };
    } catch (cause) {
      throw new MatineeError("DATA_LAYOUT", `${basename(path)} is not a readable Parquet file`, {
        cause,
        fix: "check that the file is complete",
      });
    }
  });
}

async function readFirstLine(path: string, encoding: Encoding): Promise<{ line: string; rowsEstimate: number }> {
  const file = basename(path);
  // Files are read several times; a pipe gives what it has only once.
  if (!(await stat(path)).isFile()) {
    throw new MatineeError("DATA_NOT_FOUND", `${path} is not a regular file`, { fix: "save the data in a file first" });
  }
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const bytes of byteStream(path).bytes) {
      parts.push(bytes);
      length += bytes.length;
      if (bytes.includes(10) || length > 4_000_000) break;
    }
  } catch (cause) {
    if (path.endsWith(".gz") && isGzipError(cause)) {
      throw new MatineeError("DATA_LAYOUT", `${file} is not a readable gzip file`, {
        cause,
        fix: "check that the file is complete",
      });
    }
    throw new MatineeError("DATA_NOT_FOUND", `${file} cannot be opened: ${String(cause)}`, { cause });
  }
  const bytes = Buffer.concat(parts);
  const end = bytes.indexOf(10);
  const line = decode(end < 0 ? bytes : bytes.subarray(0, end), encoding, file).replace(/\r$/, "");
  if (line.trim() === "") throw new MatineeError("DATA_EMPTY", `${file} is empty`);
  const size = (await stat(path)).size * (path.endsWith(".gz") ? 4 : 1);
  const lines = bytes.reduce((count, byte) => count + (byte === 10 ? 1 : 0), 1);
  return { line, rowsEstimate: (size / length) * lines };
}

function decode(bytes: Uint8Array, encoding: Encoding, file: string): string {
  if (encoding === "latin-1") return Buffer.from(bytes).toString("latin1");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw notUtf8Error(`${file} line 1`, cause);
  }
}

export function notUtf8Error(place: string, cause: unknown): MatineeError {
  return new MatineeError("DATA_ENCODING", `${place} is not UTF-8`, { cause });
}

function splitFields(line: string, delimiter: string, quote: string): string[] {
  const fields: string[] = [];
  let field = "";
  let quoted = false;
  for (let at = 0; at < line.length; at++) {
    if (quote !== "" && line[at] === quote) {
      if (quoted && line[at + 1] === quote) field += line[at++];
      else quoted = !quoted;
    } else if (!quoted && line.startsWith(delimiter, at)) {
      fields.push(field);
      field = "";
      at += delimiter.length - 1;
    } else field += line[at];
  }
  return [...fields, field];
}
