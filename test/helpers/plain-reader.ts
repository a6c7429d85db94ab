/**
 * Ratings read in the plainest way, one character after the other, to check the reader against. It shares no code with it and is
 * told what the reader finds out: the layout, what stands between values, and which column is which.
 */
import { gunzipSync } from "node:zlib";

export interface PlainTable {
  /** "list": one JSON list of objects; "json": one object on each line. */
  readonly kind: "text" | "json" | "list" | "blocks" | "wide";
  readonly delimiter: string;
  readonly header: boolean;
  /** Positions of columns from 0, or of JSON names. Of a matrix the user's alone counts; of blocks none. */
  readonly user: number | string;
  readonly item: number | string;
  readonly rating?: number | string;
  readonly time?: number | string;
  readonly event?: number | string;
}

export interface PlainOptions {
  readonly lenient?: boolean;
  readonly encoding?: "utf-8" | "latin-1" | "windows-1252";
  readonly scale?: { readonly min: number; readonly max: number };
  readonly unrated?: number | "";
  readonly minRating?: number;
  readonly events?: boolean;
  readonly weights?: Readonly<Record<string, number>>;
}

export interface PlainData {
  readonly users: PlainIds;
  readonly items: PlainIds;
  /** By user and item, as texts. */
  readonly ratings: ReadonlyMap<string, { readonly value: number; readonly time?: number }>;
  readonly rows: number;
  readonly skipped: number;
  readonly leftOut: number;
  readonly repeats: number;
}

export interface PlainIds {
  readonly areNumbers: boolean;
  /** As texts; numbers as they are usually written. */
  readonly ids: ReadonlySet<string>;
}

export interface PlainError {
  readonly code: "DATA_ROW" | "DATA_ENCODING" | "DATA_LAYOUT" | "DATA_EMPTY" | "DATA_COLUMN";
  /** The place as messages name it: "row 3 (line 4)"; missing where the error is one of the file. */
  readonly place?: string;
  /** Each wrong value of the row as messages name it: 'rating "x"' or "item is missing". None: the row itself is wrong. */
  readonly values?: readonly string[];
}

export interface PlainResult {
  /** What the first line holds, where it is one of names: whether a damaged one can still be recognised is another question. */
  readonly names: readonly string[];
  /** The objects of a JSON file. */
  readonly objects: readonly object[];
  readonly outcome: PlainData | PlainError;
}

/** A row of the file, or a cell of a matrix. */
interface Row {
  readonly place: string;
  /** What is wrong with the row as a whole. */
  readonly broken?: "row" | "encoding";
  readonly values?: { readonly [role in Role]?: Value };
  /** Whether a value holds a line break. */
  readonly spans?: boolean;
}

type Role = "user" | "item" | "rating" | "time" | "event";

/** A value without the blanks around it; "" where it is missing. */
interface Value {
  readonly name: string;
  readonly text: string;
}

class Failure {
  readonly error: PlainError;
  constructor(error: PlainError) {
    this.error = error;
  }
}

export function readPlainly(bytes: Uint8Array, packed: boolean, table: PlainTable, options: PlainOptions): PlainResult {
  const found = { names: [] as string[], objects: [] as object[] };
  try {
    let content = bytes;
    if (packed) {
      try {
        content = gunzipSync(bytes);
      } catch {
        throw new Failure({ code: "DATA_LAYOUT" });
      }
    }
    const { text, stopped } = decode(content, options.encoding);
    return { ...found, outcome: collect([...rowsOf(text, stopped, table, found)], table, options) };
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    return { ...found, outcome: failure.error };
  }
}

/** The text of a file, or of the lines before the first that is not UTF-8 where that is given. */
function decode(bytes: Uint8Array, given: PlainOptions["encoding"]): { text: string; stopped: boolean } {
  for (const [encoding, ...mark] of [["utf-16le", 0xff, 0xfe] as const, ["utf-16be", 0xfe, 0xff] as const]) {
    if (bytes[0] !== mark[0] || bytes[1] !== mark[1]) continue;
    try {
      return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes), stopped: false };
    } catch {
      throw new Failure({ code: "DATA_ENCODING" });
    }
  }
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const lines = linesOf(hasMark ? bytes.subarray(3) : bytes);
  let encoding = given;
  if (encoding === undefined) {
    const special = lines.filter((line) => line.some((byte) => byte >= 0x80));
    const other = special.filter((line) => utf8(line) === undefined);
    if (other.length > 0 && (other.length < special.length || hasMark)) {
      throw new Failure({ code: "DATA_ENCODING", place: `line ${lines.indexOf(other[0]) + 1}` });
    }
    const isWindows = other.some((line) => line.some((byte) => byte >= 0x80 && byte < 0xa0));
    encoding = other.length === 0 ? "utf-8" : isWindows ? "windows-1252" : "latin-1";
  }
  let text = "";
  for (const line of lines) {
    const read =
      encoding === "utf-8"
        ? utf8(line)
        : encoding === "latin-1"
          ? Array.from(line, (byte) => String.fromCharCode(byte)).join("")
          : new TextDecoder("windows-1252").decode(line);
    if (read === undefined) return { text, stopped: true };
    text += read;
  }
  return { text, stopped: false };
}

function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Lines with their ends. */
function linesOf(bytes: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  let start = 0;
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] !== 10 && (bytes[at] !== 13 || bytes[at + 1] === 10)) continue;
    lines.push(bytes.subarray(start, at + 1));
    start = at + 1;
  }
  if (start < bytes.length) lines.push(bytes.subarray(start));
  return lines;
}

function rowsOf(
  text: string,
  stopped: boolean,
  table: PlainTable,
  found: { names: string[]; objects: object[] },
): Iterable<Row> {
  if (text.trim() === "" && !stopped) throw new Failure({ code: "DATA_EMPTY" });
  switch (table.kind) {
    case "text":
      return textRows(text, stopped, table, found);
    case "wide":
      return cells(text, stopped, table, found);
    case "blocks":
      return blockRows(text, stopped, found);
    case "json":
    case "list":
      found.names.push(text.trimStart()[0]);
      if (table.kind === "list" && stopped) throw new Failure({ code: "DATA_ENCODING" });
      return table.kind === "list" ? listRows(text, table, found) : jsonRows(text, stopped, table, found);
  }
}

function placeOf(row: number, line: number): string {
  return row === line ? `row ${row}` : `row ${row} (line ${line})`;
}

interface RecordAt {
  readonly place: string;
  readonly broken?: "row" | "encoding";
  readonly fields: readonly string[];
}

/** The records after the names, each as wide as the first. */
function* recordsOf(text: string, stopped: boolean, table: PlainTable, names: string[]): Generator<RecordAt> {
  const { delimiter, header } = table;
  let width = -1;
  let row = 0;
  let line = 1;
  for (let at = 0; at < text.length; ) {
    const end = lineEnd(text, at);
    if (text.slice(at, end).trim() === "") {
      at = afterLine(text, end);
      line++;
      continue;
    }
    let record = readRecord(text, at, delimiter, false);
    if (width < 0) {
      if (record.open && stopped) {
        throw new Failure({ code: "DATA_ENCODING", place: header ? `line ${line}` : placeOf(1, line) });
      }
      const fields = record.good ? record.fields : text.slice(at, end).split(delimiter);
      width = fields.length;
      names.push(...fields.map((field) => field.trim()));
      if (roles.some((role) => Number(table[role] ?? 0) >= width)) throw new Failure({ code: "DATA_COLUMN" });
      if (header) {
        line += record.good ? record.lines : 1;
        at = record.good ? record.next : afterLine(text, end);
        continue;
      }
    }
    if ((!record.good || record.fields.length !== width) && text.slice(at, end).includes('\\"')) {
      const escaped = readRecord(text, at, delimiter, true);
      if (escaped.good && escaped.fields.length === width) record = escaped;
    }
    row++;
    const place = placeOf(row, line);
    if (record.open && stopped) {
      yield { place, broken: "encoding", fields: [] };
      return;
    }
    if (record.good && record.fields.length === width) {
      yield { place, fields: record.fields };
      at = record.next;
      line += record.lines;
    } else {
      // Reading goes on at the next line.
      yield { place, broken: "row", fields: [] };
      at = afterLine(text, end);
      line++;
    }
  }
  if (stopped) yield { place: placeOf(row + 1, line), broken: "encoding", fields: [] };
}

function isLineBreak(character: string | undefined): boolean {
  return character === "\n" || character === "\r";
}

function lineEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && !isLineBreak(text[at])) at++;
  return at;
}

function afterLine(text: string, end: number): number {
  return text[end] === "\r" && text[end + 1] === "\n" ? end + 2 : end + 1;
}

interface PlainRecord {
  readonly good: boolean;
  readonly open: boolean;
  readonly fields: readonly string[];
  readonly next: number;
  readonly lines: number;
}

/** One record: values that are cut by the delimiter up to the end of the line; a quote has a meaning where a value begins. */
function readRecord(text: string, start: number, delimiter: string, escapes: boolean): PlainRecord {
  const fields: string[] = [];
  let at = start;
  let lines = 1;
  const isEnd = () => at >= text.length || isLineBreak(text[at]);
  const isBlank = () => !isEnd() && text[at].trim() === "" && !text.startsWith(delimiter, at);
  const skipBlanks = () => {
    while (isBlank()) at++;
  };
  /** Several blanks separate as one does, and those around the record do not count. */
  const skipDelimiters = () => {
    while (delimiter === " " && !isEnd() && text[at].trim() === "") at++;
  };
  skipDelimiters();
  for (;;) {
    const from = at;
    skipBlanks();
    let field = "";
    if (text[at] === '"' && delimiter !== "::") {
      at++;
      for (;;) {
        if (at >= text.length) return { good: false, open: true, fields, next: at, lines };
        if (escapes && text[at] === "\\" && at + 1 < text.length) {
          field += text[at + 1] === '"' || text[at + 1] === "\\" ? text[at + 1] : text.slice(at, at + 2);
          if (isLineBreak(text[at + 1]) && !text.startsWith("\r\n", at + 1)) lines++;
          at += 2;
        } else if (text[at] === '"') {
          if (escapes || text[at + 1] !== '"') break;
          field += '"';
          at += 2;
        } else {
          if (text[at] === "\n" || (text[at] === "\r" && text[at + 1] !== "\n")) lines++;
          field += text[at++];
        }
      }
      at++;
      skipBlanks();
      if (!isEnd() && !text.startsWith(delimiter, at)) return { good: false, open: false, fields, next: at, lines };
    } else {
      at = from;
      while (!isEnd() && !text.startsWith(delimiter, at)) field += text[at++];
    }
    fields.push(field);
    skipDelimiters();
    if (isEnd()) return { good: true, open: false, fields, next: afterLine(text, at), lines };
    if (delimiter !== " ") at += delimiter.length;
  }
}

function* textRows(text: string, stopped: boolean, table: PlainTable, { names }: { names: string[] }): Generator<Row> {
  for (const { place, broken, fields } of recordsOf(text, stopped, table, names)) {
    if (broken) {
      yield { place, broken };
      continue;
    }
    const values: { [role in Role]?: Value } = {};
    let spans = false;
    for (const role of roles) {
      const at = table[role];
      if (typeof at !== "number") continue;
      values[role] = { name: table.header ? names[at] : role, text: fields[at].trim() };
      spans ||= [...fields[at]].some(isLineBreak);
    }
    yield { place, values, spans };
  }
}

const roles = ["user", "item", "rating", "time", "event"] as const;

function* cells(text: string, stopped: boolean, table: PlainTable, { names }: { names: string[] }): Generator<Row> {
  for (const { place, broken, fields } of recordsOf(text, stopped, table, names)) {
    if (broken) {
      yield { place, broken };
      continue;
    }
    const spans = fields.some((field) => [...field].some(isLineBreak));
    for (let at = 0; at < fields.length; at++) {
      const rating = fields[at].trim();
      if (at === table.user || rating === "") continue;
      const user = fields[table.user as number].trim();
      yield {
        place: `${place} column ${JSON.stringify(names[at])}`,
        values: {
          user: { name: names[table.user as number], text: user },
          item: { name: "item", text: names[at] },
          rating: { name: "rating", text: rating },
        },
        spans,
      };
    }
  }
}

/** The lines of a text with their numbers. */
function* lines(text: string): Generator<[line: string, number: number]> {
  let number = 1;
  for (let at = 0; at < text.length; number++) {
    const end = lineEnd(text, at);
    yield [text.slice(at, end), number];
    at = afterLine(text, end);
  }
}

function* blockRows(text: string, stopped: boolean, { names }: { names: string[] }): Generator<Row> {
  let item: string | undefined;
  let row = 0;
  let last = 0;
  for (const [line, number] of lines(text)) {
    last = number;
    if (names.length === 0 && line.trim() !== "") names.push(line.trim());
    const trimmed = line.trim();
    if (trimmed === "") continue;
    const head = trimmed.slice(0, -1).trim();
    if (trimmed.endsWith(":") && head !== "" && !head.includes(":") && !head.includes(",")) {
      item = head;
      continue;
    }
    const place = placeOf(++row, number);
    const fields = line.split(",");
    if (fields.length === 3 && item !== undefined) {
      const [user, rating, time] = fields.map((field) => field.trim());
      yield {
        place,
        values: {
          user: { name: "user", text: user },
          item: { name: "item", text: item },
          rating: { name: "rating", text: rating },
          time: { name: "time", text: time },
        },
      };
      continue;
    }
    yield { place, broken: "row" };
    // It may have been the line of another film: that of the ratings after it is not known.
    if (fields.length === 1) item = undefined;
  }
  if (stopped) yield { place: placeOf(row + 1, last + 1), broken: "encoding" };
}

function* jsonRows(
  text: string,
  stopped: boolean,
  table: PlainTable,
  { objects }: { objects: object[] },
): Generator<Row> {
  let row = 0;
  let last = 0;
  for (const [line, number] of lines(text)) {
    last = number;
    if (line.trim() === "") continue;
    const place = placeOf(++row, number);
    let value: unknown;
    try {
      value = parseJson(line);
    } catch {
      value = undefined;
    }
    yield objectRow(value, place, table, objects);
  }
  if (stopped) yield { place: placeOf(row + 1, last + 1), broken: "encoding" };
}

function* listRows(text: string, table: PlainTable, { objects }: { objects: object[] }): Generator<Row> {
  let list: unknown;
  try {
    list = parseJson(text);
  } catch {
    throw new Failure({ code: "DATA_LAYOUT" });
  }
  if (!Array.isArray(list)) throw new Failure({ code: "DATA_LAYOUT" });
  for (const [n, value] of list.entries()) yield objectRow(value, placeOf(n + 1, n + 1), table, objects);
}

/** Long whole numbers stay as they are written. */
function parseJson(text: string): unknown {
  const reviver = (_: string, value: unknown, context?: { source?: string }) => {
    const source = context?.source ?? "";
    const isWhole = typeof value === "number" && [...source].every((character) => "-0123456789".includes(character));
    return isWhole && !Number.isSafeInteger(value) ? source : value;
  };
  return JSON.parse(text, reviver as (key: string, value: unknown) => unknown);
}

function objectRow(value: unknown, place: string, table: PlainTable, objects: object[]): Row {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return { place, broken: "row" };
  objects.push(value);
  const values: { [role in Role]?: Value } = {};
  for (const role of roles) {
    const name = table[role];
    if (name === undefined) continue;
    const { [name]: field } = value as Record<string, unknown>;
    const text = Array.isArray(field) ? field.join("|") : typeof field === "object" ? "" : String(field ?? "");
    values[role] = { name: String(name), text: text.trim() };
  }
  return { place, values };
}

interface Accepted {
  readonly user: string;
  readonly item: string;
  readonly value: number;
  readonly time: number | undefined;
}

/** More than single precision holds. */
const tooLarge = 3.4e38;

function collect(all: Iterable<Row>, table: PlainTable, options: PlainOptions): PlainData | PlainError {
  const accepted: Accepted[] = [];
  const types = new Set<string>();
  let rows = 0;
  let skipped = 0;
  let leftOut = 0;
  const hasComma = (table.kind === "text" || table.kind === "wide") && table.delimiter !== ",";
  for (const { place, broken, values, spans } of all) {
    if (broken === "encoding") return { code: "DATA_ENCODING", place };
    rows++;
    if (values === undefined) {
      if (!options.lenient) return { code: "DATA_ROW", place, values: [] };
      skipped++;
      continue;
    }
    const { user, item, rating, time, event } = values;
    const wrong: string[] = [];
    const isUnrated =
      rating?.text === "" ? options.unrated === "" : plainNumber(rating?.text ?? "1", hasComma) === options.unrated;
    const one = rating === undefined || (rating.text === "" && options.events) ? 1 : plainNumber(rating.text, hasComma);
    const weight = options.weights === undefined ? 1 : options.weights[event?.text ?? ""];
    const isLow = options.minRating !== undefined && one < options.minRating;
    if (options.events && !isUnrated && !isLow && event && event.text !== "") types.add(event.text);
    const isNone = options.events && (weight === undefined || Math.fround(one * weight) === 0);
    if (isUnrated || isLow || isNone) {
      leftOut++;
      continue;
    }
    const value = options.events ? one * weight : one;
    for (const id of [user!, item!]) if (id.text === "") wrong.push(`${id.name} is missing`);
    if (rating) {
      const { scale } = options;
      if (rating.text === "" && !options.events) wrong.push(`${rating.name} is missing`);
      else if (
        !(Math.abs(value) <= tooLarge) ||
        (options.events && value < 0) ||
        (scale && !(value >= scale.min && value <= scale.max))
      ) {
        wrong.push(`${rating.name} ${JSON.stringify(rating.text)}`);
      }
    }
    if (time?.text === "") wrong.push(`${time.name} is missing`);
    else if (time && !Number.isFinite(plainTime(time.text))) wrong.push(`${time.name} ${JSON.stringify(time.text)}`);
    if (wrong.length > 0) {
      if (!options.lenient) return { code: "DATA_ROW", place, values: wrong };
      if (spans) return { code: "DATA_ROW", place, values: [] };
      skipped++;
      continue;
    }
    accepted.push({ user: user!.text, item: item!.text, value, time: time && plainTime(time.text) });
  }
  for (const type of Object.keys(options.weights ?? {})) if (!types.has(type)) return { code: "DATA_COLUMN" };
  if (accepted.length === 0) return { code: "DATA_EMPTY" };
  const inSeconds = checkTimes(accepted);
  if (inSeconds === undefined) return { code: "DATA_ROW" };
  const added = addUp(inSeconds, options.events === true);
  if ([...added.ratings.values()].some(({ value }) => value > tooLarge)) return { code: "DATA_ROW" };
  return { ...added, rows, skipped, leftOut };
}

/** Times beyond the year 5138 are in milliseconds, microseconds or nanoseconds; all must be in the same unit. */
function checkTimes(rows: readonly Accepted[]): readonly Accepted[] | undefined {
  let scaled = rows;
  while (scaled.every(({ time }) => time !== undefined && time > 1e11)) {
    scaled = scaled.map((row) => ({ ...row, time: row.time! / 1000 }));
  }
  return scaled.some(({ time }) => time !== undefined && time > 1e11) ? undefined : scaled;
}

function addUp(rows: readonly Accepted[], events: boolean): Pick<PlainData, "users" | "items" | "ratings" | "repeats"> {
  const users = idsOf(rows.map(({ user }) => user));
  const items = idsOf(rows.map(({ item }) => item));
  const ratings = new Map<string, { value: number; time?: number }>();
  let repeats = 0;
  for (const { user, item, value, time } of rows) {
    const key = JSON.stringify([idText(user, users), idText(item, items)]);
    const known = ratings.get(key);
    if (known) repeats++;
    const isLatest = known === undefined || time === undefined || time >= known.time!;
    const latest = isLatest ? time : known?.time;
    const total = events ? value + (known?.value ?? 0) : isLatest ? value : known!.value;
    ratings.set(key, latest === undefined ? { value: total } : { value: total, time: latest });
  }
  return { users, items, ratings, repeats };
}

/** Ids are numbers where all are whole and written without leading zeros. */
function idsOf(texts: readonly string[]): PlainIds {
  const areNumbers = texts.every(isWhole);
  return { areNumbers, ids: new Set(areNumbers ? texts.map((text) => String(Number(text))) : texts) };
}

function idText(text: string, { areNumbers }: PlainIds): string {
  return areNumbers ? String(Number(text)) : text;
}

function isWhole(text: string): boolean {
  const [digits, zeros, ...more] = (text.startsWith("-") ? text.slice(1) : text).split(".");
  if (more.length > 0 || !isDigits(digits) || (zeros !== undefined && !/^0+$/.test(zeros))) return false;
  if (digits[0] === "0" && (digits.length > 1 || text[0] === "-")) return false;
  return Number.isSafeInteger(Number(text));
}

function isDigits(text: string): boolean {
  return text !== "" && [...text].every((character) => character >= "0" && character <= "9");
}

/** A sign perhaps, digits with a point perhaps, an exponent perhaps; NaN for any other text. */
export function plainNumber(text: string, hasComma: boolean): number {
  const commas = text.split(",");
  const [whole, part] = commas;
  const unsigned = whole.startsWith("+") || whole.startsWith("-") ? whole.slice(1) : whole;
  if (hasComma && commas.length === 2 && isDigits(part) && (unsigned === "" || isDigits(unsigned))) {
    return plainNumber(`${whole}.${part}`, false);
  }
  const [mantissa, exponent, ...rest] = text.toLowerCase().split("e");
  const body = mantissa.startsWith("+") || mantissa.startsWith("-") ? mantissa.slice(1) : mantissa;
  const [before, after = "", ...others] = body.split(".");
  const power = exponent?.startsWith("+") || exponent?.startsWith("-") ? exponent.slice(1) : exponent;
  const isNumber =
    rest.length === 0 && others.length === 0 && isDigits(before + after) && (power === undefined || isDigits(power));
  return isNumber ? Number(text) + 0 : Number.NaN; // −0 is 0
}

/** Seconds since 1970, or a date as 2005-04-02, 2005-04-02 23:53 or 2005-04-02T23:53:47.5+02:00; NaN for any other text. */
export function plainTime(text: string): number {
  const number = plainNumber(text, false);
  if (!Number.isNaN(number)) return number;
  const sign = text[4];
  if (sign !== "-" && sign !== "/") return Number.NaN;
  let at = 0;
  const take = (least: number, most: number): number => {
    let digits = "";
    while (digits.length < most && isDigits(text[at] ?? "")) digits += text[at++];
    return digits.length < least ? Number.NaN : Number(digits);
  };
  const skip = (character: string): boolean => {
    if (text[at] !== character) return false;
    at++;
    return true;
  };
  const year = take(4, 4);
  if (!skip(sign)) return Number.NaN;
  const month = take(1, 2);
  if (!skip(sign)) return Number.NaN;
  const day = take(1, 2);
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1])) return Number.NaN;
  let seconds = 0;
  for (let past = Math.min(year, 1970); past < Math.max(year, 1970); past++) {
    const isLeap = past % 4 === 0 && (past % 100 !== 0 || past % 400 === 0);
    seconds += (year < 1970 ? -86400 : 86400) * (isLeap ? 366 : 365);
  }
  seconds += 86400 * (days.slice(0, month - 1).reduce((sum, length) => sum + length, 0) + day - 1);
  if (at === text.length) return seconds;
  if (skip("T") || skip("t")) {
    if (text[at] === " ") return Number.NaN;
  } else {
    if (!skip(" ")) return Number.NaN;
    while (skip(" "));
  }
  const hour = take(1, 2);
  if (!skip(":")) return Number.NaN;
  const minute = take(2, 2);
  let second = 0;
  if (skip(":")) {
    const whole = take(2, 2);
    second = whole;
    if (skip(".")) {
      const from = at;
      take(1, 100);
      if (at === from) return Number.NaN;
      second = Number(`${whole}.${text.slice(from, at)}`);
    }
  }
  const isEndOfDay = hour === 24 && minute === 0 && second === 0;
  if (!((hour <= 23 || isEndOfDay) && minute <= 59 && second < 61)) return Number.NaN;
  seconds += 3600 * hour + 60 * minute + second;
  while (skip(" "));
  const zone = text.slice(at).toUpperCase();
  if (zone === "" || zone === "Z" || zone === "UTC")
    return at === text.length && text.endsWith(" ") ? Number.NaN : seconds;
  at++;
  const hours = take(2, 2);
  skip(":");
  const minutes = at === text.length && text[at - 1] !== ":" ? 0 : take(2, 2);
  if ((zone[0] !== "+" && zone[0] !== "-") || at !== text.length || !(hours <= 14 && minutes <= 59)) return Number.NaN;
  return seconds + (zone[0] === "-" ? 1 : -1) * (3600 * hours + 60 * minutes);
}
