import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { createGunzip } from "node:zlib";
import { MatineeError } from "../errors.ts";
import { sqlIdentifier, sqlPath, sqlString, withDuckDB } from "./duckdb.ts";

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
  /** About how many rows there are, for progress and as a first guess at room: of a text by its size and its beginning. */
  readonly rowsEstimate?: number;
}

export interface TableOptions {
  /** Default: yes, unless every field of the first line is a number. */
  readonly header?: boolean;
  /** Default: tab, semicolon or comma, whichever comes first in that order in the first line. */
  readonly delimiter?: string;
  readonly quote?: '"' | "";
  readonly encoding?: Encoding;
}

/**
 * Looks at the first line of a text file (.gz too), or at the schema of a Parquet file.
 * @throws DATA_EMPTY, DATA_ENCODING, DATA_LAYOUT (a damaged file), DATA_NOT_FOUND (one that cannot be opened).
 */
export async function openTable(path: string, options: TableOptions = {}): Promise<TableFile> {
  const { quote = '"', encoding = "utf-8" } = options;
  if (/\.parquet$/i.test(path)) {
    const { columns, rows } = await parquetShape(path);
    return { path, format: "parquet", columns, header: true, delimiter: "", quote: "", encoding, rowsEstimate: rows };
  }
  if (options.delimiter === "") {
    throw new MatineeError("USAGE", "the delimiter is empty", { fix: "give the character between columns" });
  }
  const { line, rowsEstimate } = await firstLine(path, encoding);
  const delimiter =
    options.delimiter?.replace("\\t", "\t") ?? ["\t", ";", ","].find((candidate) => line.includes(candidate)) ?? ",";
  const fields = splitFields(line, delimiter, quote);
  const header = options.header ?? !fields.every((field) => field.trim() !== "" && Number.isFinite(Number(field)));
  const columns = header ? fields.map((field) => field.trim()) : fields.map((_, index) => `column ${index + 1}`);
  return { path, format: "text", columns, header, delimiter, quote, encoding, rowsEstimate };
}

/**
 * The DuckDB expression that yields the table's rows, in the order of the file, with columns c0, c1, …, all
 * VARCHAR. With `skipBroken`, rows with a wrong number of fields are noted in DuckDB's `reject_errors` instead of
 * failing the query.
 */
export function tableSql(table: TableFile, skipBroken = false): string {
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

/** A record of a text file by its number: among all records (as DuckDB counts "lines"), or among those not blank. */
export type RecordNumber = { readonly record: number } | { readonly row: number };

/**
 * Where a record stands, for people: data row from 1 and line in the file, which differ by the header, by blank lines and
 * by line breaks within quotes.
 */
export async function findPosition(table: TableFile, wanted: RecordNumber): Promise<{ row: number; line: number }> {
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

/** How a place in a table is written in messages: "ratings.csv row 81 (line 82)". */
export async function describePosition(table: TableFile, wanted: RecordNumber): Promise<string> {
  const file = basename(table.path);
  if (table.format === "parquet") return `${file} row ${"row" in wanted ? wanted.row : wanted.record}`;
  const { row, line } = await findPosition(table, wanted);
  return row === line ? `${file} row ${row}` : `${file} row ${row} (line ${line})`;
}

async function parquetShape(path: string): Promise<{ columns: string[]; rows: number }> {
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

async function firstLine(path: string, encoding: Encoding): Promise<{ line: string; rowsEstimate: number }> {
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
    if (path.endsWith(".gz") && cause instanceof Error && "code" in cause && String(cause.code).startsWith("Z_")) {
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
    throw notUtf8(`${file} line 1`, cause);
  }
}

export function notUtf8(place: string, cause: unknown): MatineeError {
  return new MatineeError("DATA_ENCODING", `${place} is not UTF-8`, { cause });
}

/** The bytes of a file, unpacked if its name ends in .gz, and how many bytes of the file itself are read so far. */
export function byteStream(path: string): { readonly bytes: AsyncIterable<Uint8Array>; taken(): number } {
  const file = createReadStream(path, { highWaterMark: 2 ** 18 });
  const taken = () => file.bytesRead;
  if (!path.endsWith(".gz")) return { bytes: file, taken };
  const unzipped = createGunzip({ chunkSize: 2 ** 18 });
  file.on("error", (error) => unzipped.destroy(error));
  unzipped.on("close", () => file.destroy());
  return { bytes: file.pipe(unzipped), taken };
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
