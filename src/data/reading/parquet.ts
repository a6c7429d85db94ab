/** Parquet files, one row group after another: no more of a file is in memory. */
import { basename } from "node:path";
// Not by name: an old Node, which has no zstd, must come as far as the message that it is too old.
import zlib from "node:zlib";
import type { AsyncBuffer, Compressors, FileMetaData, ParquetParsers, SchemaTree } from "hyparquet";
import { MatineeError } from "../../errors.ts";
import { shortestSingle } from "../single-precision.ts";
import { type ValueKind, valuesAs } from "./values.ts";

/** A column to read: its position in the file, its name in messages, and what it must hold. */
interface ParquetColumn {
  readonly at: number;
  readonly name: string;
  readonly as: ValueKind;
}

/** The values of one column in a row group, as a `RowChunk` has them of some of its rows. */
interface ColumnValues {
  numbers(from: number, to: number): Float64Array;
  texts(from: number, to: number): (string | null)[];
}

/** hyparquet itself unpacks snappy. LZ4 and LZO are rare, and nothing here unpacks them. */
const compressors: Compressors = {
  GZIP: (bytes, maxOutputLength) => zlib.gunzipSync(bytes, { maxOutputLength }),
  BROTLI: (bytes, maxOutputLength) => zlib.brotliDecompressSync(bytes, { maxOutputLength }),
  ZSTD: (bytes, maxOutputLength) => zlib.zstdDecompressSync(bytes, { maxOutputLength }),
};
const codecs = ["UNCOMPRESSED", "SNAPPY", ...Object.keys(compressors)];

/** The names of the columns and the number of rows. @throws DATA_LAYOUT for what is no Parquet file, or not all of one */
export async function readParquetShape(path: string): Promise<{ columns: string[]; rows: number }> {
  const { metadata, columns } = await openParquet(path);
  return { columns: columns.map(({ element }) => element.name), rows: Number(metadata.num_rows) };
}

/**
 * The row groups of a file in their order, with the values of some columns.
 *
 * @throws DATA_LAYOUT for a damaged file, for columns of lists or structures, and for files that are packed as none can be read
 */
export async function* readRowGroups(
  path: string,
  wanted: readonly ParquetColumn[],
): AsyncGenerator<{ rowCount: number; values: ColumnValues[] }> {
  const { file, metadata, columns } = await openParquet(path);
  const fields = wanted.map((column) => fieldOf(columns[column.at], column, basename(path)));
  for (const group of metadata.row_groups) {
    const one = { ...metadata, row_groups: [group], num_rows: group.num_rows };
    const values: ColumnValues[] = [];
    for (const field of fields) values.push(await readColumn(file, one, field, basename(path)));
    yield { rowCount: Number(group.num_rows), values };
  }
}

interface OpenFile {
  readonly file: AsyncBuffer;
  readonly metadata: FileMetaData;
  readonly columns: readonly SchemaTree[];
}

async function openParquet(path: string): Promise<OpenFile> {
  try {
    const { asyncBufferFromFile, parquetMetadataAsync, parquetSchema } = await import("hyparquet");
    const file = await asyncBufferFromFile(path);
    const metadata = await parquetMetadataAsync(file, { geoparquet: false });
    const columns = parquetSchema(metadata).children;
    const rows = metadata.row_groups.reduce((sum, group) => sum + group.num_rows, 0n);
    if (rows !== metadata.num_rows || !columns.every(({ element: { name } }) => name)) throw new Error("no schema");
    return { file, metadata, columns };
  } catch (cause) {
    throw new MatineeError("DATA_LAYOUT", `${basename(path)} is not a readable Parquet file`, {
      cause,
      fix: "check that the file is complete",
    });
  }
}

/** A column as the file has it, and how its values are understood. */
interface Field extends ParquetColumn {
  /** Its name in the file. */
  readonly column: string;
  readonly isTime: boolean;
  /** Of single precision: 3.3 is stored as 3.299999952, and is to be read as 3.3. */
  readonly isSingle: boolean;
  /** The digits after the point, of decimals. */
  readonly scale?: number;
}

/** @throws DATA_LAYOUT for lists and structures; a list of texts can be read as a text */
function fieldOf({ element, children }: SchemaTree, column: ParquetColumn, file: string): Field {
  const { name, type, converted_type: converted = "", logical_type: logical, repetition_type: repetition } = element;
  const isList = converted === "LIST" || logical?.type === "LIST" || repetition === "REPEATED";
  if ((isList || children.length > 0) && !(isList && column.as === "text")) {
    throw new MatineeError("DATA_LAYOUT", `${file}: column "${name}" holds lists or structures`, {
      fix: "write it as a column of numbers or texts",
    });
  }
  return {
    ...column,
    column: name,
    isTime: type === "INT96" || /^(DATE|TIMESTAMP)/.test(converted) || /^(DATE|TIMESTAMP)$/.test(logical?.type ?? ""),
    isSingle: type === "FLOAT",
    ...(converted === "DECIMAL" ? { scale: element.scale ?? 0 } : {}),
  };
}

async function readColumn(
  file: AsyncBuffer,
  metadata: FileMetaData,
  field: Field,
  name: string,
): Promise<ColumnValues> {
  const { parquetRead } = await import("hyparquet");
  const codec = metadata.row_groups[0].columns.find(({ meta_data: data }) => data?.path_in_schema[0] === field.column)
    ?.meta_data?.codec;
  if (codec !== undefined && !codecs.includes(codec)) {
    throw new MatineeError("DATA_LAYOUT", `${name} is packed with ${codec}, which is not read`, {
      fix: "write it with snappy, zstd or gzip",
    });
  }
  try {
    const { column, as } = field;
    const pieces: unknown[][] = [];
    const onChunk = ({ columnData }: { columnData: ArrayLike<unknown> }) =>
      void pieces.push(Array.isArray(columnData) ? columnData : Array.from(columnData));
    await parquetRead({ file, metadata, columns: [column], compressors, parsers: parsersFor(as), onChunk });
    const values = pieces.length === 1 ? pieces[0] : pieces.flat(1);
    if (values.length !== Number(metadata.num_rows)) throw new Error(`column "${column}" has ${values.length} values`);
    return valuesOf(values, field);
  } catch (cause) {
    const [reason] = (cause instanceof Error ? cause.message : String(cause)).split("\n");
    throw new MatineeError("DATA_LAYOUT", `${name} cannot be read: ${reason}`, {
      cause,
      fix: "check that the file is complete",
    });
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Dates are seconds since 1970 where a time is asked for, and elsewhere texts. */
function parsersFor(as: ValueKind): Partial<ParquetParsers> {
  const time = (seconds: number) => (as === "time" ? seconds : new Date(seconds * 1000).toISOString());
  const text = (bytes: Uint8Array) => bytes && utf8.decode(bytes);
  const ifAny =
    <T>(read: (value: T) => unknown) =>
    (value: T) =>
      value === undefined || value === null ? value : read(value);
  return {
    dateFromDays: ifAny((days: number) => time(days * 86_400)),
    timestampFromMilliseconds: ifAny((millis: bigint) => time(Number(millis) / 1e3)),
    timestampFromMicroseconds: ifAny((micros: bigint) => time(Number(micros) / 1e6)),
    timestampFromNanoseconds: ifAny((nanos: bigint) => time(Number(nanos) / 1e9)),
    stringFromBytes: text,
    jsonFromBytes: text,
  };
}

function valuesOf(values: readonly unknown[], field: Field): ColumnValues {
  const numbers = numbersOf(values, field);
  if (numbers) {
    const text = (value: number) => (Number.isNaN(value) ? null : String(value));
    return {
      numbers: (from, to) => numbers.subarray(from, to),
      texts: (from, to) => Array.from(numbers.subarray(from, to), text),
    };
  }
  const texts = (from: number, to: number) => values.slice(from, to).map(textOf);
  return { numbers: (from, to) => valuesAs(field.as, texts(from, to)), texts };
}

/**
 * NaN where missing; undefined where a value is not a number, or none that is exact: whole numbers beyond 2 ** 53 are read as
 * text, digit by digit.
 */
function numbersOf(values: readonly unknown[], { isSingle, scale, name }: Field): Float64Array | undefined {
  const numbers = new Float64Array(values.length);
  for (let n = 0; n < values.length; n++) {
    const value = values[n];
    if (value === null || value === undefined) numbers[n] = Number.NaN;
    else if (typeof value === "bigint" && Number.isSafeInteger(Number(value))) numbers[n] = Number(value);
    else if (typeof value === "number" && Number.isFinite(value)) numbers[n] = isSingle ? shortestSingle(value) : value;
    else return undefined;
    if (scale !== undefined && Math.abs(numbers[n]) * 10 ** scale > Number.MAX_SAFE_INTEGER) {
      throw new Error(`column "${name}" holds a decimal of more than 15 digits`);
    }
  }
  return numbers;
}

function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return value.map(textOf).join("|") || null;
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  return String(value) || null;
}
