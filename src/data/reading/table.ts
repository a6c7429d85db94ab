import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { MatineeError } from "../../errors.ts";
import { present } from "../../present.ts";
import { byteStream } from "./bytes.ts";
import { readParquetShape } from "./parquet.ts";
import { lineEnds, splitLine } from "./records.ts";
import { parseDecimal, type ValueKind } from "./values.ts";

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
  /** The first line of a text file, its names of columns or its first row. */
  readonly firstLine?: string;
  /** An estimate of the number of rows, for progress and as the first capacity; of a text file by its size and beginning. */
  readonly rowsEstimate?: number;
}

/** A column to read: its position in the table and what it must hold. */
export interface Column {
  readonly at: number;
  /** Its name in messages. */
  readonly name: string;
  readonly as: ValueKind;
}

/** What is known of a table; the rest is found out from its beginning. */
export interface TableOptions {
  /** Default: yes, unless the column `firstNumber`, or else every column, holds a number in the first line. */
  readonly header?: boolean;
  /** A column of numbers, from 1. */
  readonly firstNumber?: number;
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
  const fields = splitLine(line, { delimiter, quote }).map((field) => field.trim());
  const numeric = options.firstNumber === undefined ? fields : [fields[options.firstNumber - 1] ?? ""];
  const header = options.header ?? numeric.some((field) => Number.isNaN(parseDecimal(field)));
  const columns = header ? fields : fields.map((_, index) => `column ${index + 1}`);
  return { path, format: "text", columns, header, delimiter, quote, encoding, firstLine: line, rowsEstimate };
}

async function readFirstLine(path: string, encoding: Encoding): Promise<{ line: string; rowsEstimate: number }> {
  const file = basename(path);
  // Files are read several times; a pipe gives what it has only once.
  if (!(await stat(path)).isFile()) {
    throw new MatineeError("DATA_NOT_FOUND", `${path} is not a regular file`, { fix: "save the data in a file first" });
  }
  let bytes: Uint8Array = new Uint8Array(0);
  let found: FirstLine | undefined;
  try {
    for await (const more of byteStream(path).bytes) {
      if (bytes.length === 0) checkKind(more, file);
      bytes = Buffer.concat([bytes, more]);
      found = findFirstLine(bytes);
      if (found?.complete || bytes.length > 4_000_000) break;
    }
  } catch (cause) {
    if (cause instanceof MatineeError) throw cause;
    throw new MatineeError("DATA_NOT_FOUND", `${file} cannot be opened: ${String(cause)}`, { cause });
  }
  if (found === undefined) throw new MatineeError("DATA_EMPTY", `${file} is empty`);
  const line = decode(bytes.subarray(found.start, found.end), encoding, `${file} line ${found.line}`);
  const size = (await stat(path)).size * (path.endsWith(".gz") ? 4 : 1);
  const lines = bytes.reduce((count, byte) => count + (byte === 10 ? 1 : 0), 1);
  return { line, rowsEstimate: (size / bytes.length) * lines };
}

interface FirstLine {
  readonly start: number;
  readonly end: number;
  /** Its number in the file, from 1. */
  readonly line: number;
  /** Whether its end has been read. */
  readonly complete: boolean;
}

/** The first line that is not blank. */
function findFirstLine(bytes: Uint8Array): FirstLine | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
  const endOfLine = lineEnds(text);
  let start = text.startsWith("\u00EF\u00BB\u00BF") ? 3 : 0;
  for (let line = 1; start < text.length; line++) {
    const end = endOfLine(start);
    if (/[^ \t]/.test(text.slice(start, end.at))) return { start, end: end.at, line, complete: end.next > end.at };
    start = end.next;
  }
  return undefined;
}

/** The first bytes of files that hold tables in another form, and what to do with them. */
const otherKinds: readonly [bytes: string, code: "DATA_LAYOUT" | "DATA_ENCODING", what: string, fix: string][] = [
  ["\xD0\xCF\x11\xE0", "DATA_LAYOUT", "is a workbook or document of Office", "save it as CSV, and give that file"],
  ["\x1F\x8B", "DATA_LAYOUT", "is packed with gzip", "give it a name that ends in .gz, or unpack it"],
  ["PAR1", "DATA_LAYOUT", "is a Parquet file", "give it a name that ends in .parquet"],
  ["\xFF\xFE", "DATA_ENCODING", "is UTF-16", "save it as UTF-8"],
  ["\xFE\xFF", "DATA_ENCODING", "is UTF-16", "save it as UTF-8"],
  ["PK\x03\x04", "DATA_LAYOUT", "is a zip archive", "unzip it, and give the file or folder in it"],
];

/** @throws DATA_LAYOUT, DATA_ENCODING where a file's first bytes are those of another kind of file */
function checkKind(start: Uint8Array, file: string): void {
  const text = Buffer.from(start.buffer, start.byteOffset, start.length).toString("latin1");
  if (text.startsWith("PK\x03\x04") && (/\.xls[xmb]$/i.test(file) || /\[Content_Types\]\.xml|xl\//.test(text))) {
    throw new MatineeError("DATA_LAYOUT", `${file} is an Excel workbook`, {
      fix: "save it as CSV, and give that file",
    });
  }
  const [, code, what, fix] = otherKinds.find(([bytes]) => text.startsWith(bytes)) ?? [];
  if (code !== undefined) throw new MatineeError(code, `${file} ${what}`, present({ fix }));
}

function decode(bytes: Uint8Array, encoding: Encoding, place: string): string {
  if (encoding === "latin-1") return Buffer.from(bytes).toString("latin1");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw notUtf8Error(place, cause);
  }
}

export function notUtf8Error(place: string, cause: unknown): MatineeError {
  return new MatineeError("DATA_ENCODING", `${place} is not UTF-8`, { cause });
}
