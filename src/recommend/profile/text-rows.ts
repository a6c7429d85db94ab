/** Small text files in memory. */
import { exportFormOf } from "../../data/reading/personal-export.ts";
import { lineEnds, readRecord, recordProblem, splitLine } from "../../data/reading/records.ts";
import { MatineeError } from "../../errors.ts";

/** A row, by the names of its columns in small letters. */
export interface TextRow {
  /** Its value in the first of these columns that the table has; "" where there is none. */
  value(...columns: readonly string[]): string;
  /** For messages: "ratings.csv line 82". */
  readonly place: string;
}

/** The text of a file: UTF-8, UTF-16 with its mark, or else the encoding of Windows. */
export function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const utf16 = first === 0xff && second === 0xfe ? "utf-16le" : first === 0xfe && second === 0xff ? "utf-16be" : "";
  if (utf16 !== "") return new TextDecoder(utf16).decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

/** The names of columns in the first line of a text, and what separates them, where they are those of a personal export. */
export function findExportHeader(text: string) {
  const endOfLine = lineEnds(text);
  let [start, line] = [0, 1];
  while (start < text.length && text.slice(start, endOfLine(start).at).trim() === "") {
    start = endOfLine(start).next;
    line++;
  }
  const { at, next } = endOfLine(start);
  for (const delimiter of [",", ";", "\t"]) {
    const format = { delimiter, quote: '"' } as const;
    const columns = splitLine(text.slice(start, at), format).map((name) => name.trim());
    const form = exportFormOf(columns);
    if (form !== undefined) return { form, format, columns, next, line: line + 1 };
  }
  return undefined;
}

/** The rows after the header. @throws DATA_ROW */
export function readTextRows(
  text: string,
  { format, columns, next: start, line: firstLine }: NonNullable<ReturnType<typeof findExportHeader>>,
  file: string,
): TextRow[] {
  const endOfLine = lineEnds(text);
  const names = columns.map((name) => name.toLowerCase());
  const rows: TextRow[] = [];
  let [at, line] = [start, firstLine];
  while (at < text.length) {
    const end = endOfLine(at);
    if (text.slice(at, end.at).trim() === "") {
      at = end.next;
      line++;
      continue;
    }
    const record = readRecord(format, text, at, end, endOfLine);
    const place = `${file} line ${line}`;
    const problem = recordProblem(record, columns.length);
    if (problem !== undefined) {
      throw new MatineeError("DATA_ROW", `${place}: ${problem}`, { fix: "correct it, or export the file again" });
    }
    const { fields } = record;
    rows.push({ place, value: (...wanted) => (fields[wanted.map(indexOf).find((n) => n >= 0) ?? -1] ?? "").trim() });
    at = record.next;
    line += record.lines;
  }
  return rows;

  function indexOf(column: string): number {
    return names.indexOf(column);
  }
}
