import { isAscii, isUtf8 } from "node:buffer";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { MatineeError } from "../../errors.ts";
import { present } from "../../present.ts";
import { endOfAscii, maxRecord, nextLine } from "./byte-lines.ts";
import { byteStream, isGzip } from "./bytes.ts";
import { areColumnNames } from "./columns.ts";
import { bufferOf, type Encoding, findEncoding, notInEncodingError, startsWithMark, textDecoder } from "./encoding.ts";
import { jsonFields, jsonList, parseExactJson } from "./json.ts";
import { readParquetShape } from "./parquet.ts";
import { lineBreak, lineEnds, readRecord, recordProblem, type TextFormat } from "./records.ts";
import { parseDecimal, parseDecimalComma, type ValueKind } from "./values.ts";

/** A file of rows and columns, and how to read it. */
export interface TableFile extends TextFormat {
  readonly path: string;
  /**
   * "text": values separated by a delimiter. "json": objects, one on each line or all in a list. "blocks": a line with an item and
   * a colon, then its ratings. "wide": a matrix with users in rows and items in columns.
   */
  readonly format: "text" | "json" | "blocks" | "wide" | "parquet";
  /** Names in the order of the file; "column 1" and so on where the file has no header. */
  readonly columns: readonly string[];
  readonly header: boolean;
  /** Of a text file; found out when all of it is read, where it is missing. */
  readonly encoding?: Encoding;
  /** Whether a comma is a decimal point in numbers, as in 4,5. */
  readonly decimalComma: boolean;
  /** The first line of a text file, its names of columns or its first row. */
  readonly firstLine?: string;
  /** The first rows, by columns; "" where a value is missing. None of Parquet. */
  readonly sample: readonly (readonly string[])[];
  /** An estimate of the number of rows, for progress and as the first capacity; of a text file by its size and beginning. */
  readonly rowsEstimate?: number;
  /** The objects of a JSON file that holds one list of them. */
  readonly list?: readonly unknown[];
  /** All files of a table in blocks that is in several. */
  readonly parts?: readonly string[];
  /** Of a wide table: the table as it stands, and the positions of its columns. */
  readonly matrix?: { readonly inner: TableFile; readonly user?: number; readonly items: readonly number[] };
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
  /** Default: yes, if the first line has usual names of columns, or one of `names`, or no number. */
  readonly header?: boolean;
  /** Names of columns. */
  readonly names?: readonly string[];
  /** A column of numbers, from 1: the first line is a header where it holds a name instead, and no other column a number. */
  readonly firstNumber?: number;
  /** Default: what cuts the first lines into equally many values, of ::, tab, semicolon, comma, | and blanks. */
  readonly delimiter?: string;
  readonly quote?: '"' | "";
  readonly encoding?: Encoding;
  readonly lastOf?: number;
}

const delimiters = ["::", "\t", ";", ",", "|", " "];
const sampleRows = 100;

/**
 * Opens a table by the beginning of a text file (.gz too), or by the schema of a Parquet file.
 *
 * @throws DATA_EMPTY, DATA_ENCODING, DATA_LAYOUT (a damaged file), DATA_NOT_FOUND (one that cannot be opened), USAGE
 */
export async function openTable(path: string, options: TableOptions = {}): Promise<TableFile> {
  const file = { path, delimiter: "", quote: "", decimalComma: false, sample: [] } as const;
  if (/\.parquet$/i.test(path)) {
    const { columns, rows } = await readParquetShape(path);
    return { ...file, format: "parquet", columns, header: true, rowsEstimate: rows };
  }
  if (options.delimiter === "") {
    throw new MatineeError("USAGE", "the delimiter is empty", { fix: "give the character between columns" });
  }
  const { text, whole, encoding, rowsEstimate } = await readBeginning(path, options.encoding);
  const found = { ...file, ...present({ encoding }), rowsEstimate };
  if (/^\s*[{[]/.test(text) && options.delimiter === undefined)
    return { ...found, ...(await openJson(path, text, whole, encoding)) };
  const firstLine = text.slice(0, lineEnds(text)(0).at);
  if (/^\s*[^,:;|\t"]+:\s*$/.test(firstLine) && options.delimiter === undefined) {
    return { ...found, format: "blocks", columns: ["film", "user", "rating", "date"], header: false, firstLine };
  }
  const format = findFormat(text, whole, options);
  const [first = [], ...others] = format.records;
  const fields = first.map((field) => field.trim());
  const header = options.header ?? isHeader(fields, options);
  return {
    ...found,
    ...format.text,
    format: "text",
    columns: header ? fields : fields.map((_, index) => `column ${index + 1}`),
    header,
    decimalComma: format.text.delimiter !== ",",
    firstLine,
    sample: (header ? others : format.records).filter((record) => record.length === fields.length),
  };
}

/** The table with its encoding, for which all of a text file is looked at: for one that may be read more than once. */
export async function withEncoding(table: TableFile): Promise<TableFile> {
  const { path, format, encoding, parts, matrix } = table;
  if (matrix) return { ...table, matrix: { ...matrix, inner: await withEncoding(matrix.inner) } };
  if (encoding !== undefined || format === "parquet" || parts) return table;
  return { ...table, encoding: await findEncoding(path) };
}

/** How a text is cut into values, and its first records. */
function findFormat(
  text: string,
  whole: boolean,
  { delimiter: given, quote = '"', lastOf }: TableOptions,
): { readonly text: TextFormat; readonly records: readonly string[][] } {
  const attempt = (delimiter: string) => {
    const format: TextFormat = { delimiter, quote: delimiter === "::" ? "" : quote, ...present({ lastOf }) };
    return { text: format, ...readSample(text, whole, format) };
  };
  if (given !== undefined) return attempt(given.replace("\\t", "\t"));
  const names = firstLines(text);
  const possible = delimiters.filter((delimiter) => names.includes(delimiter));
  // Where none cuts all of them evenly, the file has broken rows.
  let best = attempt(possible[0] ?? ",");
  for (const delimiter of possible.slice(1)) {
    if (best.uneven === 0) break;
    const found = attempt(delimiter);
    if (found.uneven < best.uneven) best = found;
  }
  return best.uneven === Number.POSITIVE_INFINITY ? attempt(",") : best;
}

/** The first line, or several where a quote is open at its end and closed later. */
function firstLines(text: string): string {
  const endOfLine = lineEnds(text);
  const first = endOfLine(0);
  let quotes = 0;
  for (let [start, end] = [0, first]; start < text.length; [start, end] = [end.next, endOfLine(end.next)]) {
    quotes += text.slice(start, end.at).split('"').length - 1;
    if (quotes % 2 === 0) return text.slice(0, end.at).trim();
  }
  return text.slice(0, first.at).trim();
}

/** The first records of a text, and the share of those that have another number of values than the first; infinite if that is 1. */
function readSample(text: string, whole: boolean, format: TextFormat): { records: string[][]; uneven: number } {
  const endOfLine = lineEnds(text);
  const records: string[][] = [];
  let uneven = 0;
  for (let at = 0; at < text.length && records.length <= sampleRows; ) {
    const end = endOfLine(at);
    if (end.at === text.length && !whole && records.length > 0) break;
    if (text.slice(at, end.at).trim() === "") {
      at = end.next;
      continue;
    }
    const record = readRecord(format, text, at, end, endOfLine);
    const width = records[0]?.length ?? record.fields.length;
    if (recordProblem(record, width) !== undefined) {
      uneven++;
      // A quote that is not closed makes no header: the values of the line stand as they are.
      if (records.length === 0) records.push(text.slice(at, end.at).split(format.delimiter));
      at = end.next;
      continue;
    }
    records.push(record.fields);
    at = record.next;
  }
  const isTable = records.length > 0 && records[0].length > 1;
  return { records, uneven: isTable ? uneven / (uneven + records.length) : Number.POSITIVE_INFINITY };
}

function isHeader(fields: readonly string[], { names = [], firstNumber }: TableOptions): boolean {
  if (firstNumber !== undefined) return (fields[firstNumber - 1] ?? "") !== "" && !fields.some(isNumber);
  if (areColumnNames(fields) || fields.some((field) => names.includes(field))) return true;
  return !fields.some((field) => field === "" || isNumber(field));
}

function isNumber(text: string): boolean {
  return !Number.isNaN(parseDecimal(text)) || !Number.isNaN(parseDecimalComma(text));
}

type JsonTable = Pick<TableFile, "format" | "columns" | "header" | "encoding" | "list" | "sample">;

/** @throws DATA_LAYOUT for JSON in which there are no objects */
async function openJson(path: string, text: string, whole: boolean, given?: Encoding): Promise<JsonTable> {
  if (text.trimStart().startsWith("[")) {
    const encoding = given ?? (await findEncoding(path));
    const list = await jsonList(path, encoding);
    return { ...jsonTable(path, list), encoding, list };
  }
  const lines = text.split(lineBreak);
  if (!whole && lines.length > 1) lines.pop();
  const values = lines.map((line) => {
    try {
      return parseExactJson(line);
    } catch {
      return undefined; // A broken row is reported when it is read.
    }
  });
  return { ...jsonTable(path, values), ...present({ encoding: given }) };
}

/** The columns of JSON objects, by the first of them; other values are left out. */
function jsonTable(path: string, values: readonly unknown[]): Omit<JsonTable, "encoding" | "list"> {
  const objects = values.filter((value): value is object => typeof value === "object" && value !== null);
  if (objects.length === 0) {
    throw new MatineeError("DATA_LAYOUT", `${basename(path)} holds no JSON objects on lines of their own`, {
      fix: "write one object for each rating: in a list, or on a line of its own",
    });
  }
  const rows = objects.slice(0, sampleRows).map((object) => jsonFields(object));
  const columns = [...new Set(rows.flatMap((row) => [...row.keys()]))];
  const sample = rows.map((row) => columns.map((column) => row.get(column) ?? ""));
  return { format: "json", columns, header: true, sample };
}

/** The beginning of a text file, from the first line that is not blank. */
interface Beginning {
  readonly text: string;
  /** Whether it is all of the file. */
  readonly whole: boolean;
  /** Where it matters for the beginning. */
  readonly encoding?: Encoding;
  readonly rowsEstimate: number;
}

async function readBeginning(path: string, given: Encoding | undefined): Promise<Beginning> {
  const file = basename(path);
  // Files are read several times; a pipe gives what it has only once.
  if (!(await stat(path)).isFile()) {
    throw new MatineeError("DATA_NOT_FOUND", `${path} is not a regular file`, { fix: "save the data in a file first" });
  }
  const stream = byteStream(path);
  let bytes: Uint8Array = new Uint8Array(0);
  let whole = true;
  try {
    for await (const more of stream.bytes) {
      if (bytes.length === 0) checkKind(more, file);
      bytes = Buffer.concat([bytes, more]);
      if (
        (bytes.length >= 2 ** 17 && /[^\s][\r\n]/.test(bufferOf(bytes).toString("latin1"))) ||
        bytes.length > maxRecord
      ) {
        whole = false;
        break;
      }
    }
  } catch (cause) {
    if (cause instanceof MatineeError) throw cause;
    throw new MatineeError("DATA_NOT_FOUND", `${file} cannot be opened: ${String(cause)}`, { cause });
  }
  const size = (await stat(path)).size * (isGzip(path) ? 4 : 1);
  const lines = bytes.reduce((count, byte) => count + (byte === 10 ? 1 : 0), 1);
  // Only whole characters: the rest of the last one may not have been read.
  if (!whole) bytes = bytes.subarray(0, endOfAscii(bytes));
  if (startsWithMark(bytes)) bytes = bytes.subarray(3);
  const said = stream.isUtf16() ? "utf-8" : given; // UTF-16 comes in UTF-8, whatever is said of it
  const encoding = said ?? (isAscii(bytes) ? undefined : await findEncoding(path));
  // What is not in the encoding is reported with its row, when that is read.
  const text = encoding === "latin-1" ? textDecoder(encoding)(bytes) : new TextDecoder(encoding).decode(bytes);
  const start = /^(?:[^\S\r\n]*(?:\r\n?|\n))*/.exec(text)![0].length;
  if (encoding === "utf-8") checkFirstLine(bytes, file);
  if (text.slice(start).trim() === "") throw new MatineeError("DATA_EMPTY", `${file} is empty`);
  return { text: text.slice(start), whole, ...present({ encoding }), rowsEstimate: (size / bytes.length) * lines };
}

/** Names of columns must be text; rows are checked when they are read. @throws DATA_ENCODING */
function checkFirstLine(bytes: Uint8Array, file: string): void {
  let line = 1;
  for (let at = 0; at < bytes.length; line++) {
    const end = nextLine(bytes, at);
    if (!isUtf8(bytes.subarray(at, end))) throw notInEncodingError(`${file} line ${line}`, "utf-8");
    if (bytes.subarray(at, end).some((byte) => byte > 0x20)) return;
    at = end;
  }
}

/** The first bytes of files that hold tables in another form, and what to do with them. */
const otherKinds: readonly [bytes: string, what: string, fix: string][] = [
  ["\xD0\xCF\x11\xE0", "is a workbook or document of Office", "save it as CSV, and give that file"],
  ["\x1F\x8B", "is packed with gzip", "give it a name that ends in .gz, or unpack it"],
  ["PAR1", "is a Parquet file", "give it a name that ends in .parquet"],
  ["PK\x03\x04", "is a zip archive", "give it a name that ends in .zip, or unzip it"],
];

/** @throws DATA_LAYOUT where a file's first bytes are those of another kind of file */
function checkKind(start: Uint8Array, file: string): void {
  const text = bufferOf(start).toString("latin1");
  if (text.startsWith("PK\x03\x04") && (/\.xls[xmb]$/i.test(file) || /\[Content_Types\]\.xml|xl\//.test(text))) {
    throw new MatineeError("DATA_LAYOUT", `${file} is an Excel workbook`, {
      fix: "save it as CSV, and give that file",
    });
  }
  const [, what, fix] = otherKinds.find(([bytes]) => text.startsWith(bytes)) ?? [];
  if (what !== undefined) throw new MatineeError("DATA_LAYOUT", `${file} ${what}`, present({ fix }));
}
