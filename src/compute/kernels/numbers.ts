/** Tables of numbers, from text to columns: assembly/numbers.ts. */
import type { Engine } from "../engine.ts";

/** What a column of the text holds. */
export type NumberRole = "user" | "item" | "rating" | "time";
const roles: readonly NumberRole[] = ["user", "item", "rating", "time"];

/** How a column is written. */
export interface NumberColumn {
  /** What it holds, if it is wanted. */
  readonly role?: NumberRole;
  /** Between quotes. */
  readonly quoted: boolean;
  /** As 2005-04-02 23:53:03, in UTC; a time only. */
  readonly date: boolean;
}

/** Wide columns are float64. Narrow ones are int32 (ids, below a limit), float32 (ratings) and uint32 (times). */
export type ColumnWidth = "narrow" | "wide";

/** Some rows as columns in the engine's memory, and what is known of them. */
export interface NumberRows {
  readonly length: number;
  readonly users: Int32Array | Float64Array;
  readonly items: Int32Array | Float64Array;
  readonly ratings: Float32Array | Float64Array;
  /** 0 where the table has no times. */
  readonly times: Uint32Array | Float64Array;
  /** The lowest and highest rating, before they are rounded to single precision. */
  readonly lowest: number;
  readonly highest: number;
  /** The highest ids of narrow rows. */
  readonly maxUser: number;
  readonly maxItem: number;
  /** Whether the rows, narrow ones, ascend by user, then by item, and no pair repeats. */
  readonly ascends: boolean;
}

/** Why a block has no rows: a line holds more than numbers, or numbers that do not fit in narrow columns. */
export type NoRows = "other" | "too wide";

/** Bytes after the text that the kernel may read. */
export const textPadding = 16;

const headWords = 8;
const quote = 34;

interface ParseNumbersArguments {
  /** uint8: whole lines, then `textPadding` bytes of any kind. */
  readonly text: Uint8Array;
  readonly length: number;
  /** A block is the lines that begin in so many bytes. */
  readonly blockBytes: number;
  /** From `numbersLayout`. */
  readonly layout: Float64Array;
  /** uint8 [blocks × `bytesOfRows`]: receives the rows of each block. */
  readonly out: Uint8Array;
  /** Rows that a block holds at most. */
  readonly capacity: number;
  readonly width: ColumnWidth;
  /** uint8, of one length, at least 10⁷: the byte of each id is set, and an id beyond does not fit. Not used for wide columns. */
  readonly usersSeen: Uint8Array;
  readonly itemsSeen: Uint8Array;
}

/** Parses whole lines of text, a block of them at a time. */
export async function parseNumbers(
  engine: Engine,
  { text, length, blockBytes, layout, out, capacity, width, usersSeen, itemsSeen }: ParseNumbersArguments,
): Promise<void> {
  const wide = Number(width === "wide");
  const ids = usersSeen.length;
  const args = [text, length, blockBytes, layout, out, capacity, wide, ids, usersSeen, itemsSeen];
  await engine.run("parseNumbers", { rows: Math.ceil(length / blockBytes), blockRows: 1, scratch: 0, args });
}

/** The bytes that a block of rows takes. */
export function bytesOfRows(capacity: number, width: ColumnWidth): number {
  return 8 * headWords + capacity * roles.length * (width === "wide" ? 8 : 4);
}

/** The rows of a block, without a copy. */
export function rowsOfBlock(out: Uint8Array, block: number, capacity: number, width: ColumnWidth): NumberRows | NoRows {
  const { buffer } = out;
  const at = out.byteOffset + block * bytesOfRows(capacity, width);
  const [length, lowest, highest, maxUser, maxItem, ascends] = new Float64Array(buffer, at, headWords);
  if (length < 0) return length === -1 ? "other" : "too wide";
  const wide = width === "wide";
  const start = (column: number) => at + 8 * headWords + column * capacity * (wide ? 8 : 4);
  const doubles = (column: number) => new Float64Array(buffer, start(column), length);
  return {
    length,
    users: wide ? doubles(0) : new Int32Array(buffer, start(0), length),
    items: wide ? doubles(1) : new Int32Array(buffer, start(1), length),
    ratings: wide ? doubles(2) : new Float32Array(buffer, start(2), length),
    times: wide ? doubles(3) : new Uint32Array(buffer, start(3), length),
    lowest,
    highest,
    maxUser,
    maxItem,
    ascends: ascends === 1,
  };
}

/**
 * The layout of a table as the kernel reads it: words of 8 bytes.
 *
 * @param delimiter, lineEnd 1 to 7 bytes each
 */
export function numbersLayout(
  columns: readonly NumberColumn[],
  delimiter: Uint8Array,
  lineEnd: Uint8Array,
): Float64Array {
  const words = [BigInt(columns.length), ...Array.from({ length: 17 }, (_, n) => 10n ** BigInt(n))];
  for (const [at, { role, quoted, date }] of columns.entries()) {
    const end = at < columns.length - 1 ? delimiter : lineEnd;
    const follows = quoted ? Uint8Array.of(quote, ...end) : end;
    const mask = 2n ** (8n * BigInt(follows.length)) - 1n;
    const bytes = follows.reduceRight((word, byte) => 256n * word + BigInt(byte), 0n);
    const kind = date ? roles.length + 1 : role === undefined ? 0 : roles.indexOf(role) + 1;
    words.push(BigInt(kind), bytes, mask, BigInt(follows.length), BigInt(quoted));
  }
  return new Float64Array(BigUint64Array.from(words).buffer);
}
