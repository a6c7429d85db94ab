import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { MatineeError } from "../../errors.ts";
import { checkCancelled } from "../progress.ts";
import { type ByteStream, byteStream } from "./bytes.ts";
import { type Encoding, findEncoding, notInEncodingError } from "./encoding.ts";
import { jsonFields, jsonList, parseExactJson } from "./json.ts";
import { placeOf } from "./position.ts";
import { lineBreak } from "./records.ts";
import { type RowChunk, type ScanOptions, type ScanResult, textChunk } from "./row-chunk.ts";
import type { Column, TableFile } from "./table.ts";
import { textPieces } from "./text-pieces.ts";

/** The values of a line in the order of the table's columns, what is wrong with it, or undefined where it is no row. */
export type LineReader = (line: string) => readonly (string | null)[] | { readonly problem: string } | undefined;

const chunkRows = 4096;

/** Reads a text file whose rows are lines of another form than delimited values. @throws as `scanText` */
export async function scanLines(
  table: TableFile,
  readLine: LineReader,
  columns: readonly Column[],
  { lenient = false, signal, onProgress }: ScanOptions,
  each: (chunk: RowChunk) => void,
): Promise<ScanResult> {
  const fileEncoding = table.encoding ?? (await findEncoding(table.path));
  const { size } = await stat(table.path);
  const file = table.list ? await listStream(table.path, fileEncoding) : byteStream(table.path);
  const encoding = table.list ? "utf-8" : fileEncoding;
  let row = 0;
  let line = 0;
  let broken = 0;
  let values = columns.map((): (string | null)[] => []);
  let places: [row: number, line: number][] = [];
  const flush = () => {
    const chunkPlaces = places;
    if (places.length > 0) {
      each(textChunk(columns, values, table.decimalComma, (n) => placeOf(table, ...chunkPlaces[n])));
    }
    values = columns.map(() => []);
    places = [];
  };
  for await (const { text, isText } of textPieces(file.bytes, encoding)) {
    checkCancelled(signal, `reading ${basename(table.path)}`);
    const lines = text.split(lineBreak);
    if (lines.at(-1) === "") lines.pop();
    for (const one of lines) {
      line++;
      const found = readLine(one);
      if (found === undefined) continue;
      row++;
      if ("problem" in found) {
        if (!lenient) {
          flush();
          throw new MatineeError("DATA_ROW", `${placeOf(table, row, line)}: ${found.problem}`);
        }
        broken++;
        continue;
      }
      for (let n = 0; n < columns.length; n++) {
        const field = columns[n].as === "text" ? found[columns[n].at] : found[columns[n].at]?.trim();
        values[n].push(field || null);
      }
      places.push([row, line]);
      if (places.length === chunkRows) flush();
    }
    if (!isText) {
      flush();
      throw notInEncodingError(placeOf(table, row + 1, line + 1), encoding);
    }
    onProgress?.(Math.min(1, file.bytesRead() / size));
  }
  flush();
  return { broken, encoding: fileEncoding };
}

/**
 * Reads blocks as those of the Netflix Prize: a line with an item and a colon, then lines of user, rating and date. A broken line
 * without a comma may have been the line of an item, so the ratings after it are broken too, up to the next such line.
 */
export function blockReader(): LineReader {
  let item: string | undefined;
  let orphaned = "a rating stands before the first line with a film and a colon";
  return (line) => {
    const [, head] = /^\s*([^,:]+):\s*$/.exec(line) ?? [];
    if (head !== undefined) {
      item = head;
      return undefined;
    }
    if (line.trim() === "") return undefined;
    const fields = line.split(",");
    if (fields.length === 1) {
      item = undefined;
      orphaned = "a rating stands after a line that should be a film and a colon, or a rating";
    }
    if (fields.length !== 3) return { problem: `${fields.length} fields where 3 are expected` };
    if (item === undefined) return { problem: orphaned };
    return [item, ...fields];
  };
}

/** Reads lines that hold one JSON object each. */
export function jsonReader(columns: readonly string[]): LineReader {
  return (line) => {
    if (line.trim() === "") return undefined;
    let value: unknown;
    try {
      value = parseExactJson(line);
    } catch (error) {
      return { problem: `the line is not JSON: ${(error as Error).message}` };
    }
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      return { problem: "the line is not a JSON object" };
    }
    const fields = jsonFields(value);
    return columns.map((column) => fields.get(column) ?? null);
  };
}

/** The objects of a JSON file that holds one list of them, each on a line of its own. */
async function listStream(path: string, encoding: Encoding): Promise<ByteStream> {
  const file = byteStream(path);
  const bytes = new TextEncoder().encode(
    (await jsonList(path, encoding, file.bytes)).map((one) => JSON.stringify(one)).join("\n"),
  );
  return {
    bytes: (async function* () {
      yield bytes;
    })(),
    bytesRead: file.bytesRead,
    isUtf16: file.isUtf16,
  };
}
