/** Tables as files: CSV, JSON lines and Parquet by one writer. For Node alone. */
import { type FileHandle, open } from "node:fs/promises";
// Not by name: an old Node, which has no zstd, must come as far as the message that it is too old.
import zlib from "node:zlib";
import type { BasicType } from "hyparquet-writer";
import { MatineeError } from "../errors.ts";
import { ensureWritable, replaceFile } from "../replace-file.ts";
import { csvField } from "./csv.ts";
import type { Ids } from "./ids.ts";
import { checkCancelled, type ProgressOptions } from "./progress.ts";
import { shortestSingle } from "./single-precision.ts";

/** A column of a table that is written. */
export interface TableColumn {
  readonly name: string;
  /** "index": integers below 2 ** 31; "whole": integers up to 2 ** 53; "single": numbers of single precision. */
  readonly type: "text" | "index" | "whole" | "number" | "single";
  /** Whether a value may be missing (null). */
  readonly optional?: true;
}

/** Some rows of a table: the values of each column, all of the same length. */
export type TableRows = readonly ArrayLike<string | number | null>[];

export interface WriteTableOptions extends ProgressOptions {
  /** How many rows there will be, for progress. */
  readonly rows?: number;
}

/** Rows that are handed over at once where there are many: a row group of Parquet. */
export const tableRowsAtOnce = 65_536;

/** Makes the bytes of a file from rows. */
interface TableEncoder {
  start(): string | Uint8Array;
  encode(rows: TableRows, length: number): string | Uint8Array;
  end(): string | Uint8Array;
}

const encoders: Readonly<Record<string, (columns: readonly TableColumn[]) => TableEncoder | Promise<TableEncoder>>> = {
  ".csv": csvEncoder,
  ".jsonl": jsonLinesEncoder,
  ".parquet": parquetEncoder,
};

/** The endings of names of files that `writeTable` writes. */
export const tableEndings: readonly string[] = Object.keys(encoders);

/** For the time before long work. @throws USAGE where the ending names no kind of table, WRITE_FAILED where no file can be written */
export async function checkTableFile(file: string): Promise<void> {
  encoderFor(file);
  await ensureWritable(file);
}

/**
 * Writes a table as the ending of the file's name says: CSV, JSON lines or Parquet (packed with zstd). The file is there whole
 * or as it was. The same rows give the same bytes.
 *
 * @throws USAGE, WRITE_FAILED, CANCELLED, and whatever `batches` throws
 */
export async function writeTable(
  file: string,
  columns: readonly TableColumn[],
  batches: Iterable<TableRows> | AsyncIterable<TableRows>,
  { rows, onProgress, signal }: WriteTableOptions = {},
): Promise<void> {
  const makeEncoder = encoderFor(file);
  await replaceFile(file, async (temporary) => {
    const encoder = await makeEncoder(columns);
    await using handle = await open(temporary, "wx");
    let written = 0;
    await append(handle, encoder.start());
    for await (const batch of batches) {
      checkCancelled(signal, `writing ${file}`);
      const { length } = batch[0];
      if (length > 0) await append(handle, encoder.encode(batch, length));
      written += length;
      onProgress?.(Math.min(1, written / (rows ?? written)));
    }
    await append(handle, encoder.end());
    checkCancelled(signal, `writing ${file}`);
  });
}

/** The column of some ids: whole numbers where all are, else text. */
export function idColumn(name: string, ...all: readonly Ids[]): TableColumn {
  const whole = all.every(({ values }) => values instanceof Float64Array && values.every(Number.isSafeInteger));
  return { name, type: whole ? "whole" : "text" };
}

function encoderFor(file: string): (typeof encoders)[string] {
  const ending = /\.[^.]*$/.exec(file)?.[0].toLowerCase() ?? "";
  if (Object.hasOwn(encoders, ending)) return encoders[ending];
  throw new MatineeError("USAGE", `${file}: the ending of the name does not say what to write`, {
    fix: `let it end in ${tableEndings.slice(0, -1).join(", ")} or ${tableEndings.at(-1)}`,
  });
}

async function append(handle: FileHandle, data: string | Uint8Array): Promise<void> {
  if (data.length > 0) await handle.writeFile(data);
}

type Value = string | number | null;

function csvEncoder(columns: readonly TableColumn[]): TableEncoder {
  const fields = columns.map(({ type }, at) => {
    const text = textsOf(type, csvField, "");
    return (value: Value) => (at === 0 ? text(value) : `,${text(value)}`);
  });
  return linesEncoder(`${columns.map(({ name }) => csvField(name)).join(",")}\n`, fields, "\n");
}

function jsonLinesEncoder(columns: readonly TableColumn[]): TableEncoder {
  const fields = columns.map(({ name, type }, at) => {
    const key = `${at === 0 ? "{" : ","}${JSON.stringify(name)}:`;
    const text = textsOf(type, JSON.stringify, "null");
    return (value: Value) => key + text(value);
  });
  return linesEncoder("", fields, "}\n");
}

/** A text for each row: a text for each field, and an end. */
function linesEncoder(start: string, fields: readonly ((value: Value) => string)[], end: string): TableEncoder {
  return {
    start: () => start,
    encode(rows, length) {
      let text = "";
      for (let n = 0; n < length; n++) {
        for (let at = 0; at < rows.length; at++) text += fields[at](rows[at][n]);
        text += end;
      }
      return text;
    },
    end: () => "",
  };
}

/** How the values of a column are written. A text is often that of the row before, and then not made again. */
function textsOf(
  type: TableColumn["type"],
  quote: (text: string) => string,
  missing: string,
): (value: Value) => string {
  if (type === "single") return (value) => (value === null ? missing : String(shortestSingle(Number(value))));
  if (type !== "text") return (value) => (value === null ? missing : String(value));
  let last: Value = null;
  let text = missing;
  return (value) => {
    if (value !== last) [last, text] = [value, value === null ? missing : quote(String(value))];
    return text;
  };
}

const parquetTypes: Readonly<Record<TableColumn["type"], BasicType>> = {
  text: "STRING",
  index: "INT32",
  whole: "INT64",
  number: "DOUBLE",
  single: "FLOAT",
};

async function parquetEncoder(columns: readonly TableColumn[]): Promise<TableEncoder> {
  // Loaded at the first use: commands that write no Parquet start faster without it.
  const { ByteWriter, ParquetWriter, schemaFromColumnData } = await import("hyparquet-writer");
  const columnData = columns.map(({ name, type, optional = false }) => ({
    name,
    type: parquetTypes[type],
    nullable: optional,
    data: [],
  }));
  const writer = new ByteWriter();
  const parquet = new ParquetWriter({
    writer,
    schema: schemaFromColumnData({ columnData }),
    codec: "ZSTD",
    compressors: { ZSTD: (bytes) => zlib.zstdCompressSync(bytes) },
    createdBy: "matinee",
  });

  /** What has been written since the last call. */
  function take(): Uint8Array {
    const bytes = writer.getBytes().slice();
    writer.index = 0;
    return bytes;
  }
  return {
    start: take,
    encode(rows, length) {
      const data = columns.map(({ name, type }, at) => ({ name, data: parquetValues(rows[at], type) }));
      parquet.write({ columnData: data, rowGroupSize: length });
      return take();
    },
    end() {
      parquet.finish();
      return take();
    },
  };
}

function parquetValues(values: ArrayLike<string | number | null>, type: TableColumn["type"]) {
  if (type === "whole") return Array.from(values, (value) => (value === null ? null : BigInt(value)));
  if (type === "text") return Array.from(values, (value) => (value === null ? null : String(value)));
  return Array.from(values);
}
