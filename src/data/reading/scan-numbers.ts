import { open, stat } from "node:fs/promises";
import { basename } from "node:path";
import type { Arena } from "../../compute/engine.ts";
import {
  bytesOfRows,
  type ColumnWidth,
  type NoRows,
  type NumberColumn,
  type NumberRole,
  type NumberRows,
  numbersLayout,
  parseNumbers,
  rowsOfBlock,
  textPadding,
} from "../../compute/kernels/numbers.ts";
import { createEngine } from "../../compute/pool.ts";
import { MatineeError } from "../../errors.ts";
import { present } from "../../present.ts";
import { checkCancelled, type ProgressOptions } from "../progress.ts";
import { byteStream, isGzip } from "./bytes.ts";
import type { TableFile } from "./table.ts";

const newline = 10;
const carriageReturn = 13;
const quote = 34;
const space = 32;

/** How a file is cut for reading (batches) and for threads (blocks). Neither depends on the number of threads. */
export interface Pieces {
  /** More than the longest line has, or the table is not read. */
  readonly batchBytes: number;
  readonly blockBytes: number;
  /** Fewer threads are started where there are not so many bytes for each: to start one takes as long as to parse some megabytes. */
  readonly threadBytes: number;
}
const usualPieces: Pieces = { batchBytes: 2 ** 23, blockBytes: 2 ** 17, threadBytes: 2 ** 23 };

/** Ids of narrow rows are below this; MovieLens ids all are. */
const narrowIds = 2 ** 24;

export interface ScanNumbersOptions extends ProgressOptions {
  /** The position of each column that is wanted. */
  readonly columns: Readonly<Partial<Record<NumberRole, number>>>;
  readonly width: ColumnWidth;
  /** Threads to parse with; 1 unless given. */
  readonly threads?: number;
  readonly pieces?: Pieces;
}

/** The ids that occur in narrow rows: a byte for each, 1 or 0. */
export interface SeenIds {
  readonly users: Uint8Array;
  readonly items: Uint8Array;
}

/**
 * Reads a table in which every wanted field of every row is a number as numbers are usually written: digits, perhaps a sign and
 * a fraction, up to 15 digits; or, of times, a date with a time of day, as 2005-04-02 23:53:03. There are no blanks or empty lines. Quotes
 * are around all values of a column or none. Other columns may hold ASCII text. Large files of ratings are nearly always like that. Blocks
 * are parsed on all threads while the next batch is read.
 *
 * @param each receives the rows, a block at a time, in the order of the file; it returns false to stop, which counts as "other"
 * @returns the ids that occur; or why the table was not read to its end: it has to be read from its beginning in another way, which
 *   reports what is wrong
 * @throws CANCELLED, MEMORY, and whatever `each` throws
 */
export async function scanNumbers(
  table: TableFile,
  { columns, width, threads = 1, pieces = usualPieces, signal, onProgress }: ScanNumbersOptions,
  each: (rows: NumberRows) => boolean,
): Promise<SeenIds | NoRows> {
  const roles = rolesOf(table, columns);
  const separator = new TextEncoder().encode(table.delimiter);
  // A delimiter that may be part of a number, of a quote or of a line's end does not separate numbers.
  if (table.format !== "text" || /[-+.\d\r\n"]/.test(table.delimiter) || separator.length > 7 || !roles) return "other";
  const { size } = await stat(table.path);
  const packed = isGzip(table.path);
  // One byte more than the file has, so that the first batch of a small file is known to be the last.
  const sizes = { ...pieces, batchBytes: packed ? pieces.batchBytes : Math.min(pieces.batchBytes, size + 1) };
  await using source = await openSource(table.path);
  using engine = await createEngine({
    threads: Math.max(1, Math.min(threads, Math.floor((packed ? 4 * size : size) / sizes.threadBytes))),
    arithmetic: "strict",
  });
  using arena = engine.arena();
  const [usersSeen, itemsSeen] = [0, 0].map(() => arena.uint8(width === "narrow" ? narrowIds : 0));
  // At least a digit in each column that is wanted, and a byte after every column.
  const smallestRow = roles.filter((role) => role !== undefined).length + roles.length;
  const batches = [0, 0].map(() => createBatch(arena, smallestRow, width, sizes));
  let [maxUser, maxItem] = [-1, -1];

  function handOn({ out, capacity, blocks }: ParsedBatch): NoRows | undefined {
    for (let block = 0; block < blocks; block++) {
      const rows = rowsOfBlock(out, block, capacity, width);
      if (typeof rows === "string") return rows;
      if (rows.length > 0 && !each(rows)) return "other";
      maxUser = Math.max(maxUser, rows.maxUser);
      maxItem = Math.max(maxItem, rows.maxItem);
    }
    return undefined;
  }

  try {
    await fillBatch(batches[0], source, new Uint8Array(0));
    const first = firstLineOf(batches[0], table.header);
    if (first === undefined) return "other";
    const written = columnsAsIn(first.row, table, roles);
    const layout = arena.place(numbersLayout(written, separator, first.lineEnd));
    let parsed: ParsedBatch = { ...batches[1], blocks: 0 };
    let last = false;
    for (let n = 0; !last; n++) {
      checkCancelled(signal, `reading ${basename(table.path)}`);
      const [batch, next] = [batches[n % 2], batches[1 - (n % 2)]];
      last = batch.last;
      if (last) endLastLine(batch, first.lineEnd);
      const start = n === 0 ? first.rows : 0;
      const length = batch.end - start;
      if (length === 0 && !last) return "other"; // a line longer than a batch
      const [problem] = await Promise.all([
        Promise.resolve(parsed).then(handOn),
        last ? undefined : fillBatch(next, source, batch.text.subarray(batch.end, batch.length)),
        parseNumbers(engine, {
          text: batch.text.subarray(start),
          length,
          blockBytes: sizes.blockBytes,
          layout,
          out: batch.out,
          capacity: batch.capacity,
          width,
          usersSeen,
          itemsSeen,
        }),
      ]);
      if (problem !== undefined) return problem;
      parsed = { ...batch, blocks: Math.ceil(length / sizes.blockBytes) };
      onProgress?.(source.bytesRead() / size);
    }
    const problem = handOn(parsed);
    if (problem !== undefined) return problem;
  } catch (error) {
    if (error instanceof MatineeError && error.code === "DATA_LAYOUT") return "other";
    throw error;
  }
  return { users: usersSeen.slice(0, maxUser + 1), items: itemsSeen.slice(0, maxItem + 1) };
}

/** What each column holds; undefined where one is wanted as two. */
function rolesOf(table: TableFile, columns: ScanNumbersOptions["columns"]): (NumberRole | undefined)[] | undefined {
  const roles = new Array<NumberRole | undefined>(table.columns.length).fill(undefined);
  for (const role of ["user", "item", "rating", "time"] as const) {
    const at = columns[role];
    if (at === undefined) continue;
    if (roles[at] !== undefined) return undefined;
    roles[at] = role;
  }
  return roles;
}

/** The rows of a batch. */
interface ParsedBatch {
  readonly out: Uint8Array;
  readonly capacity: number;
  readonly blocks: number;
}

/** Bytes of a file, and room for the rows in them. */
interface Batch {
  /** uint8, in the engine's memory: bytes of the file from the beginning of a line. */
  readonly text: Uint8Array;
  /** Bytes of the file that `text` has room for. */
  readonly size: number;
  length: number;
  /** The end of the last whole line. */
  end: number;
  /** Whether the file ends here. */
  last: boolean;
  readonly out: Uint8Array;
  readonly capacity: number;
}

function createBatch(arena: Arena, smallestRow: number, width: ColumnWidth, { batchBytes, blockBytes }: Pieces): Batch {
  const capacity = Math.ceil(blockBytes / smallestRow);
  const blocks = Math.ceil((batchBytes + 2) / blockBytes);
  return {
    text: arena.uint8(batchBytes + 2 + textPadding),
    size: batchBytes,
    length: 0,
    end: 0,
    last: false,
    out: arena.uint8(blocks * bytesOfRows(capacity, width)),
    capacity,
  };
}

/** Fills a batch with the beginning of a line and the bytes that follow. */
async function fillBatch(batch: Batch, source: ByteSource, beginning: Uint8Array): Promise<void> {
  batch.text.set(beginning);
  const read = await source.read(batch.text.subarray(beginning.length, batch.size));
  batch.length = beginning.length + read;
  batch.last = batch.length < batch.size;
  batch.end = batch.text.subarray(0, batch.length).lastIndexOf(newline) + 1;
}

/** The last line need not have an end. */
function endLastLine(batch: Batch, lineEnd: Uint8Array): void {
  if (batch.end === batch.length) return;
  batch.text.set(lineEnd, batch.length);
  batch.end = batch.length + lineEnd.length;
}

/** How the first line ends, where the rows begin, and the first of them; undefined where it has no plain end, is blank, or is a header of several lines. */
function firstLineOf(
  { text, end }: Batch,
  header: boolean,
): { readonly lineEnd: Uint8Array; readonly rows: number; readonly row: string } | undefined {
  if (end === 0) return undefined;
  const line = text.subarray(0, text.indexOf(newline) + 1);
  const ending = line.indexOf(carriageReturn);
  if (line.every((byte) => byte <= space) || (ending >= 0 && ending < line.length - 2)) return undefined;
  if (header && line.filter((byte) => byte === quote).length % 2 === 1) return undefined;
  const lineEnd = Uint8Array.from(ending >= 0 ? [carriageReturn, newline] : [newline]);
  const rows = header ? line.length : 0;
  // Copied, as text is not decoded from memory that threads share.
  const row = Buffer.from(text.slice(rows, Math.max(rows, text.indexOf(newline, rows)))).toString("latin1");
  return { lineEnd, rows, row: row.replace(/\r$/, "") };
}

const dateAndTime = /^"?\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d"?$/;

/** How each column is written, as the first row shows: another row that is written in another way is not read. */
function columnsAsIn(row: string, { delimiter, quote: mark }: TableFile, roles: readonly (NumberRole | undefined)[]) {
  const fields = row.split(delimiter);
  return roles.map((role, at): NumberColumn => {
    const field = fields[at] ?? "";
    const quoted = mark === '"' && /^".*"$/.test(field);
    return { ...present({ role }), quoted, date: role === "time" && dateAndTime.test(field) };
  });
}

/** The bytes of a file, unpacked, one after another. */
interface ByteSource extends AsyncDisposable {
  /** Fills the target, unless the file ends; returns the number of bytes. */
  read(target: Uint8Array): Promise<number>;
  /** Bytes of the file itself that have been read so far. */
  bytesRead(): number;
}

async function openSource(path: string): Promise<ByteSource> {
  return isGzip(path) ? openPacked(path) : openPlain(path);
}

async function openPlain(path: string): Promise<ByteSource> {
  const file = await open(path);
  let position = 0;
  return {
    async read(target) {
      let length = 0;
      while (length < target.length) {
        const { bytesRead } = await file.read(target, length, target.length - length, position);
        if (bytesRead === 0) break;
        length += bytesRead;
        position += bytesRead;
      }
      return length;
    },
    bytesRead: () => position,
    [Symbol.asyncDispose]: () => file.close(),
  };
}

function openPacked(path: string): ByteSource {
  const stream = byteStream(path);
  const chunks = stream.bytes[Symbol.asyncIterator]();
  let rest: Uint8Array = new Uint8Array(0);
  return {
    async read(target) {
      let length = 0;
      while (length < target.length) {
        if (rest.length === 0) {
          const { done, value } = await chunks.next();
          if (done) break;
          rest = value;
        }
        const part = rest.subarray(0, target.length - length);
        target.set(part, length);
        rest = rest.subarray(part.length);
        length += part.length;
      }
      return length;
    },
    bytesRead: stream.bytesRead,
    async [Symbol.asyncDispose]() {
      await chunks.return?.();
    },
  };
}
