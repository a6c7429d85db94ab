/** Tables of ratings in the layouts that people have, damaged in the ways in which files are, and a check of what is read from them. */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import type { Dataset } from "../../src/data/dataset.ts";
import { type ReadOptions, readRatings } from "../../src/data/read.ts";
import { errorTable, MatineeError } from "../../src/errors.ts";
import { type PlainData, type PlainOptions, type PlainTable, readPlainly } from "./plain-reader.ts";

/** A file, how it is read, and what the plain reader is told of it. */
interface DamagedTable {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly options: ReadOptions;
  readonly table: PlainTable;
  readonly plain: PlainOptions;
  /** What the first line held before the damage; undefined where the options say what it is. */
  readonly names?: readonly string[];
  /** Whether the file is so long that it is read in several pieces. */
  readonly isLong: boolean;
}

/**
 * What came of a file. Where the first line no longer says what the table is, any coded error and any finite data set will do:
 * "damaged beyond recognition".
 */
export type Outcome = "read" | "refused for a row" | "refused as a whole" | "damaged beyond recognition";

const layouts = [
  "csv",
  "tsv",
  "semicolon",
  "pipe",
  "colons",
  "blanks",
  "json",
  "list",
  "blocks",
  "wide",
  "events",
] as const;
type Layout = (typeof layouts)[number];

const delimiterOf: Readonly<Record<Layout, string>> = {
  csv: ",",
  tsv: "\t",
  semicolon: ";",
  pipe: "|",
  colons: "::",
  blanks: " ",
  json: ",",
  list: ",",
  blocks: ",",
  wide: ",",
  events: ",",
};

const textIds = [
  ...["ann", "two\nlines", "é", "o'neil", "007", "1e3"],
  ...["4_5", "-1", "日本", "a,b;c|d e", "Ærø", "tt0113277", "one\r\ntwo\rthree", "7.0"],
];
const ratings = ["0.5", "1", "2", "3", "3.5", "4", "4.5", "5", "-1"];

/** Values that files hold where others should be. */
const values = [
  ...[
    "",
    " ",
    "007",
    "1e3",
    "4_5",
    "1_000",
    "NaN",
    "nan",
    "null",
    "NULL",
    "inf",
    "-inf",
    "Infinity",
    "-",
    "+",
    ".",
    "5.",
    ".5",
  ],
  ...[
    "+4",
    "-0",
    "1e999",
    "1e-999",
    "3e38",
    "3.5e38",
    "-3e38",
    "9007199254740993",
    "12345678901234567890",
    "1.0",
    "0x10",
  ],
  ...["1,5", "1.234,5", "4;5", "good", "99", "-1", "0", "2.50", "1e", "e5", "--1", "1 000", "٣", "５", "½", "true"],
  ...[
    "2005-04-02",
    "2005-02-29",
    "2004-02-29",
    "2005-13-01",
    "2005/4/2",
    "2005-04/02",
    "0000-01-01",
    "2005-04-02T23:53:47Z",
  ],
  ...[
    "2005-04-02 24:00",
    "2005-04-02 24:30",
    "2005-04-02 25:00",
    "2005-04-02 23:60",
    "2005-04-02 23:59:60",
    "05-04-02",
  ],
  ...["2005-04-02 23:53+02:00", "2005-04-02 23:53 +0200", "2005-04-02 23:53+99:99", "2005-04-02-05", "2005-04-02Z"],
  ...["2005-04-02 23:53 ", "2005-04-02T 23:53", "2005-04-02 23:53:47.", "2005-04-02 23:53:47.25", "20050402", "noon"],
  ...["978300760000", "978300760000000", "1e11", "100000000001", "-5", "1.5"],
  ...[
    '"',
    '""',
    '"""',
    '"4',
    '4"',
    '"4"',
    '"4"x',
    ' "4" ',
    '\t"4"',
    'a"b',
    'a""b',
    '"a""b"',
    '"a\\"b"',
    '"a\\\\"',
    "\\",
    "'4'",
  ],
  ...[
    "a\u0000b",
    "\u001b[31m",
    "\ufeff4",
    "\u00a04\u00a0",
    "4\u2028",
    "\u00854",
    "\u000b4\u000c",
    "a|b",
    "a:b",
    "a::b",
    "view",
    "cart",
  ],
] as const;
/** Characters that mean something in some layout. */
const signs = [
  ...[
    ",",
    ";",
    "\t",
    "|",
    "::",
    ":",
    " ",
    "  ",
    '"',
    '""',
    '\\"',
    "\\",
    "\n",
    "\r",
    "\r\n",
    "\n\n",
    '"\n',
    '\n"',
    ",,",
    "-",
    ".",
  ],
  ...["\u0000", "\u001b", "\u00a0", "\ufeff", "é", "\u2028", "{", "}", "[", "]", "#", "'", "=", "e", "0"],
] as const;
const lines = [
  ...[
    "",
    " ",
    "\t",
    "  \t ",
    ",",
    ",,",
    ",,,",
    ";;",
    "\t\t",
    '"',
    '""',
    '"""',
    "#",
    "# a comment",
    "1",
    "1:",
    ":",
    "é:",
    "1;",
    "EOF",
    "{}",
    "[]",
  ],
  ...[
    "null",
    "-- 3 rows",
    "\u00a0",
    "\u000c",
    "1,2,3",
    "1,2,3,4",
    "user,item,rating",
    "1\t2\t3",
    '1,"2',
    '1,2,"3',
    '1,2,3"',
    '"1","2","3"',
  ],
] as const;
const ends = ["\n", "\r\n", "\r", "", "\n\n", "\n\r", "\r\r\n", " \n", ",\n", "\u2028"] as const;
const strayBytes = [
  [0xff],
  [0xc3],
  [0xe9],
  [0x92],
  [0xc3, 0xa9],
  [0xed, 0xa0, 0x80],
  [0xf0, 0x9f],
  [0],
  [0x1a],
  [0xef, 0xbb, 0xbf],
] as const;

type Damage =
  | { readonly kind: "set"; readonly row: number; readonly column: number; readonly text: string }
  | {
      readonly kind: "insert";
      readonly row: number;
      readonly column: number;
      readonly at: number;
      readonly text: string;
    }
  | { readonly kind: "drop" | "double" | "swap" | "wrap" | "empty"; readonly row: number; readonly column: number }
  | { readonly kind: "line"; readonly row: number; readonly text: string }
  | { readonly kind: "lose line" | "repeat line" | "move line"; readonly row: number }
  | { readonly kind: "end"; readonly row: number; readonly text: string }
  | { readonly kind: "bytes"; readonly at: number; readonly bytes: readonly number[] }
  | { readonly kind: "cut" | "lose byte" | "cut packed" | "flip packed"; readonly at: number };

const row = fc.nat(11);
const column = fc.nat(5);
const at = fc.nat(400);
const damage: fc.Arbitrary<Damage> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant("set" as const), row, column, text: fc.constantFrom(...values) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("insert" as const),
      row,
      column,
      at: fc.nat(6),
      text: fc.constantFrom(...signs),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constantFrom("drop", "double", "swap", "wrap", "empty"), row, column }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("line" as const), row, text: fc.constantFrom(...lines) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("lose line", "repeat line", "move line"), row }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("end" as const), row, text: fc.constantFrom(...ends) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("bytes" as const), at, bytes: fc.constantFrom(...strayBytes) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("cut", "lose byte", "cut packed", "flip packed"), at }) },
);

const plan = fc.record({
  layout: fc.constantFrom(...layouts),
  header: fc.boolean(),
  hasTimes: fc.boolean(),
  userIds: fc.constantFrom("numbers", "texts"),
  itemIds: fc.constantFrom("numbers", "texts"),
  rows: fc.array(
    fc.record({
      user: fc.nat(5),
      item: fc.nat(7),
      rating: fc.constantFrom(...ratings),
      time: fc.integer({ min: 0, max: 4e9 }),
      event: fc.constantFrom("view", "cart", "hover"),
    }),
    { minLength: 1, maxLength: 9 },
  ),
  damages: fc.array(damage, { maxLength: 4 }),
  end: fc.constantFrom("\n", "\n", "\r\n", "\r"),
  quoted: fc.boolean(),
  written: fc.constantFrom("utf-8", "utf-8", "utf-8", "marked", "latin-1", "utf-16le", "utf-16be"),
  packed: fc.nat(5).map((n) => n === 5),
  explicit: fc.boolean(),
  lenient: fc.boolean(),
  scale: fc.nat(5).map((n) => n === 5),
  unrated: fc.constantFrom(undefined, undefined, undefined, -1, "" as const),
  minRating: fc.constantFrom(undefined, undefined, undefined, 2),
  weights: fc.boolean(),
  encoding: fc.constantFrom(undefined, undefined, undefined, "utf-8", "latin-1", "windows-1252"),
  /** Characters by which the damaged rows stand before the end of the first piece that is read; 0: the file is short. */
  before: fc.oneof(
    { withCrossShrink: true },
    { weight: 149, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 300 }) },
  ),
});
type Plan = typeof plan extends fc.Arbitrary<infer T> ? T : never;

/** Shrinks to few rows with few damages. */
const damagedTables: fc.Arbitrary<DamagedTable> = plan.map(build);

/**
 * Reads damaged tables, and checks what comes of each.
 *
 * @param folder for the files
 * @returns how often each outcome came
 * @throws Error with the seed, the smallest table found that is not read right, and what is not right
 */
export async function readDamagedTables(
  folder: string,
  runs: { readonly numRuns: number; readonly seed: number },
): Promise<Record<Outcome, number>> {
  const counts = { read: 0, "refused for a row": 0, "refused as a whole": 0, "damaged beyond recognition": 0 };
  const property = fc.asyncProperty(damagedTables, async (file) => {
    const path = join(folder, file.name);
    await writeFile(path, file.bytes);
    const read = await readRatings(path, file.options).catch((error: Error) => error);
    try {
      counts[checkOutcome(file, read)]++;
    } catch (error) {
      throw new Error(`${(error as Error).message}\n${describe(file)}`);
    }
  });
  const { failed, seed, counterexamplePath, numRuns, errorInstance } = await fc.check(property, runs);
  if (failed) {
    const message = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
    throw new Error(`table ${numRuns} of seed ${seed} (path ${counterexamplePath}), made smaller: ${message}`);
  }
  return counts;
}

/** A file as an error shows it. */
function describe({ name, bytes, options }: DamagedTable): string {
  let content = bytes;
  try {
    if (name.endsWith(".gz")) content = gunzipSync(bytes);
  } catch {
    // It is shown as it is.
  }
  const text = Buffer.from(content).toString("latin1");
  const start = text.length > 2000 ? `… ${text.length - 2000} bytes before, …` : "";
  return `${name}, by its bytes: ${start}${JSON.stringify(text.slice(-2000))}\noptions: ${JSON.stringify(options)}`;
}

/** Lines of values as they are written, with their ends. */
interface Draft {
  lines: { fields: string[]; end: string }[];
  readonly delimiter: string;
}

function build(plan: Plan): DamagedTable {
  const { layout, lenient, encoding, hasTimes, before } = plan;
  const isJson = layout === "json" || layout === "list";
  const isEvents = layout === "events";
  const header = layout === "wide" || (!isJson && layout !== "blocks" && (plan.header || (isEvents && !plan.explicit)));
  const delimiter = delimiterOf[layout];
  const draft = draftOf(plan, header);
  const heads = header ? 1 : 0;
  if (before > 0 && draft.lines.length > heads) repeatLine(draft, heads, before);
  const names = draft.lines[0].fields.map((field) => field.replaceAll('"', ""));
  for (const one of plan.damages) applyToLines(draft, one, header);
  let text = draft.lines.map(({ fields, end }) => fields.join(delimiter) + end).join("");
  if (layout === "list") text = `[${text}]`;
  let bytes: Uint8Array = encode(text, plan.written);
  for (const one of plan.damages) bytes = applyToBytes(bytes, one);
  if (plan.packed) {
    bytes = gzipSync(bytes);
    for (const one of plan.damages) bytes = applyToPacked(bytes, one);
  }

  const weights = isEvents && plan.weights ? { view: 1, cart: 3 } : undefined;
  const plain: PlainOptions = {
    lenient,
    ...(isEvents && { events: true }),
    ...(weights && { weights }),
    ...(encoding !== undefined && { encoding }),
    ...(plan.scale && !isEvents && { scale: { min: 1, max: 5 } }),
    ...(plan.unrated !== undefined && { unrated: plan.unrated }),
    ...(plan.minRating !== undefined && { minRating: plan.minRating }),
  };
  const { events: _, ...shared } = plain;
  const kind = layout === "json" || layout === "list" || layout === "blocks" || layout === "wide" ? layout : "text";
  const positions = isJson
    ? { user: "user_id", item: "business_id", rating: "stars", ...(hasTimes && { time: "date" }) }
    : isEvents
      ? { user: 0, item: 1, event: 2, rating: 3, ...(hasTimes && { time: 4 }) }
      : { user: 0, item: 1, rating: 2, ...(hasTimes && { time: 3 }) };
  const table: PlainTable =
    kind === "wide" || kind === "blocks"
      ? { kind, delimiter, header, user: 0, item: 0 }
      : { kind, delimiter, header, ...positions };
  const columns = isJson
    ? positions
    : Object.fromEntries(Object.entries(positions).map(([role, position]) => [role, Number(position) + 1]));
  const explicit: ReadOptions =
    layout === "blocks"
      ? {}
      : layout === "wide"
        ? { layout: "wide", delimiter, header, columns: { user: 1 } }
        : isJson
          ? { columns: { ...columns, ...(!hasTimes && { time: "none" }) } }
          : {
              delimiter,
              header,
              columns: { ...columns, ...(!hasTimes && { time: "none" }) },
              layout: "table",
              ...(isEvents && { feedback: "events" }),
            };
  const isExplicit = plan.explicit && layout !== "blocks";
  return {
    name: `${layout === "list" || layout === "json" ? "t.json" : "t.csv"}${plan.packed ? ".gz" : ""}`,
    bytes,
    options: { ...shared, ...(isExplicit && explicit), ...(layout === "wide" && { layout: "wide" }) },
    table,
    plain,
    ...(!isExplicit && { names }),
    isLong: before > 0,
  };
}

function draftOf({ layout, userIds, itemIds, rows, hasTimes, end, quoted }: Plan, header: boolean): Draft {
  const delimiter = delimiterOf[layout];
  // Blocks have no quotes.
  const idOf = (n: number) => (layout === "blocks" ? textIds[n].replace(/[,;|\s]+/g, "") : textIds[n]);
  const userOf = (n: number) => (userIds === "numbers" ? String(n + 1) : idOf(n));
  const itemOf = (n: number) => (itemIds === "numbers" ? String(10 * n) : idOf(textIds.length - 1 - n));
  const write = (field: string) =>
    delimiter !== "::" && (quoted || /[\r\n]/.test(field) || field.includes(delimiter)) ? `"${field}"` : field;
  const line = (...fields: string[]) => ({ fields, end });
  if (layout === "blocks") {
    const films = [...new Set(rows.map(({ item }) => item))];
    const lines = films.flatMap((film) => [
      line(`${itemOf(film)}:`),
      ...rows
        .filter(({ item }) => item === film)
        .map(({ user, rating, time }) => line(userOf(user), rating, new Date(1000 * time).toISOString().slice(0, 10))),
    ]);
    return { lines, delimiter };
  }
  if (layout === "wide") {
    const films = [0, 1, 2, 3, 4, 5];
    const users = [...new Set(rows.map(({ user }) => user))];
    const cell = (user: number, film: number) =>
      rows.find((one) => one.user === user && one.item % films.length === film)?.rating ?? "";
    const lines = users.map((user) => line(write(userOf(user)), ...films.map((film) => cell(user, film))));
    return { lines: [line(write("userId"), ...films.map((film) => write(itemOf(film)))), ...lines], delimiter };
  }
  if (layout === "json" || layout === "list") {
    const id = (text: string, kind: string) => (kind === "numbers" ? text : JSON.stringify(text));
    const lines = rows.map(({ user, item, rating, time }, n) => ({
      fields: [
        `{"user_id":${id(userOf(user), userIds)}`,
        `"business_id":${id(itemOf(item), itemIds)}`,
        ...(hasTimes ? [`"date":${time}`] : []),
        `"stars":${rating}}`,
      ],
      end: layout === "list" && n < rows.length - 1 ? `,${end}` : end,
    }));
    return { lines, delimiter };
  }
  const lines = rows.map(({ user, item, rating, time, event }) => {
    const ids = [write(userOf(user)), write(itemOf(item))];
    const own = layout === "semicolon" ? rating.replace(".", ",") : rating;
    const when = hasTimes ? [String(time)] : [];
    return line(...ids, ...(layout === "events" ? [event, own.replace("-", "")] : [write(own)]), ...when);
  });
  const names = [
    ...["userId", "movieId"],
    ...(layout === "events" ? ["event", "value"] : ["rating"]),
    ...(hasTimes ? ["timestamp"] : []),
  ];
  return { lines: header ? [line(...names.map(write)), ...lines] : lines, delimiter };
}

/** Repeats a line until the rows after it lie across the end of the first piece of a file that is read. */
function repeatLine(draft: Draft, at: number, before: number): void {
  const line = draft.lines[at];
  const length = line.fields.join(draft.delimiter).length + line.end.length;
  const count = Math.ceil((2 ** 18 - before) / length);
  draft.lines.splice(at, 0, ...Array.from({ length: count }, () => ({ ...line, fields: [...line.fields] })));
}

/** The first line is damaged less often than the others, and of a long file the last ones alone. */
function lineAt(draft: Draft, row: number): number {
  const { length } = draft.lines;
  if (length > 1000) return length - 1 - (row % 12);
  return row === 0 ? 0 : Math.min(1, length - 1) + ((row - 1) % Math.max(1, length - 1));
}

function applyToLines(draft: Draft, damage: Damage, header: boolean): void {
  if (!("row" in damage) || draft.lines.length === 0) return;
  const at = lineAt(draft, damage.row);
  const line = draft.lines[at];
  const column = "column" in damage ? damage.column % Math.max(1, line.fields.length) : 0;
  const field = line.fields[column] ?? "";
  switch (damage.kind) {
    case "set":
      line.fields[column] = damage.text;
      break;
    case "insert":
      line.fields[column] = field.slice(0, damage.at) + damage.text + field.slice(damage.at);
      break;
    case "drop":
      line.fields.splice(column, 1);
      break;
    case "double":
      line.fields.splice(column, 0, field);
      break;
    case "swap": {
      const other = (column + 1) % line.fields.length;
      line.fields[column] = line.fields[other];
      line.fields[other] = field;
      break;
    }
    case "wrap":
      line.fields[column] = `"${field.replaceAll('"', '""')}"`;
      break;
    case "empty":
      line.fields[column] = "";
      break;
    case "line":
      draft.lines.splice(at + (header ? 1 : 0), 0, { fields: [damage.text], end: line.end });
      break;
    case "lose line":
      draft.lines.splice(at, 1);
      break;
    case "repeat line":
      draft.lines.push({ ...line, fields: [...line.fields] });
      break;
    case "move line":
      draft.lines.splice(at, 1);
      draft.lines.push(line);
      break;
    case "end":
      line.end = damage.text;
      break;
  }
}

function encode(text: string, written: Plan["written"]): Buffer {
  if (written === "latin-1" && [...text].every((one) => one <= "\u00ff")) return Buffer.from(text, "latin1");
  if (written === "marked") return Buffer.from(`\ufeff${text}`);
  if (written === "utf-16le") return Buffer.from(`\ufeff${text}`, "utf16le");
  if (written === "utf-16be") return Buffer.from(`\ufeff${text}`, "utf16le").swap16();
  return Buffer.from(text);
}

/** A position: from the end of a long file, where its damage is. */
function positionIn(bytes: Uint8Array, at: number): number {
  return bytes.length > 100_000 ? bytes.length - (at % 400) : at % (bytes.length + 1);
}

function applyToBytes(bytes: Uint8Array, damage: Damage): Uint8Array {
  if (!["bytes", "cut", "lose byte"].includes(damage.kind) || !("at" in damage)) return bytes;
  const at = positionIn(bytes, damage.at);
  if (damage.kind === "cut") return bytes.subarray(0, at);
  if (damage.kind === "lose byte") return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]);
  if (damage.kind !== "bytes") return bytes;
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(damage.bytes), bytes.subarray(at)]);
}

function applyToPacked(bytes: Uint8Array, damage: Damage): Uint8Array {
  if (damage.kind === "cut packed") return bytes.subarray(0, positionIn(bytes, damage.at));
  if (damage.kind !== "flip packed" || bytes.length === 0) return bytes;
  const changed = Uint8Array.from(bytes);
  changed[damage.at % bytes.length] ^= 1 << (damage.at % 8);
  return changed;
}

/** Checks what was read from a file, a data set or an error. @throws AssertionError where it is not right */
function checkOutcome(file: DamagedTable, read: Dataset | Error): Outcome {
  const expected = readPlainly(file.bytes, file.name.endsWith(".gz"), file.table, file.plain);
  const { outcome } = expected;
  const isRefused = read instanceof Error;
  if (isRefused) checkError(file, read);
  else checkFinite(read);
  const mayBeList = file.table.kind === "list" && expected.names[0] === "[";
  if (
    "code" in outcome &&
    (expected.names.length === 0 || (mayBeList && ["DATA_LAYOUT", "DATA_ENCODING"].includes(outcome.code)))
  ) {
    assert.ok(isRefused, `read, though it should be refused: ${JSON.stringify(outcome)}`);
    const isSure = !file.isLong && file.bytes.length > 0 && !outcome.place?.startsWith("row");
    if (isSure) assert.equal((read as MatineeError).code, outcome.code, read.message);
    return "refused as a whole";
  }
  if (!isRecognisable(file, expected)) return "damaged beyond recognition";

  if (!("code" in outcome)) {
    if (isRefused) {
      // Without names, columns are told by what they hold.
      if (mayGuess(file) && ["DATA_COLUMN", "DATA_LAYOUT"].includes((read as MatineeError).code))
        return "refused as a whole";
      assert.fail(`refused: ${read.stack}`);
    }
    checkData(outcome, read);
    return "read";
  }
  assert.ok(isRefused, `read, though it should be refused: ${JSON.stringify(outcome)}`);
  const { code, message } = read as MatineeError;
  if (mayGuess(file) && ["DATA_COLUMN", "DATA_LAYOUT"].includes(code)) return "refused as a whole";
  assert.equal(code, outcome.code, message);
  if (outcome.place === undefined) return "refused as a whole";
  const place = `${file.name} ${outcome.place}`;
  assert.ok(
    message.startsWith(place) && /^(:| is)/.test(message.slice(place.length)),
    `${message}\nexpected: ${place}`,
  );
  const problem = message.slice(place.length + 2);
  if (outcome.values !== undefined && outcome.values.length > 0) {
    assert.ok(
      outcome.values.some((value) => problem.startsWith(value)),
      `${message}\nexpected one of: ${outcome.values.join("; ")}`,
    );
  }
  return "refused for a row";
}

/** Whether the table is still what the plain reader is told it is: the reader finds that out by the first line. */
function isRecognisable({ table, names }: DamagedTable, expected: ReturnType<typeof readPlainly>): boolean {
  if (table.kind === "json" || table.kind === "list") {
    const known = ["user_id", "business_id", "date", "stars"];
    const all = known.filter((name) => name !== "date" || table.time !== undefined);
    const keys = expected.objects.map((object) => Object.keys(object));
    if (expected.names[0] !== (table.kind === "list" ? "[" : "{")) return false;
    if (names === undefined) return all.every((name) => keys.flat().includes(name));
    return (
      keys.flat().every((name) => known.includes(name)) && keys.some((own) => all.every((name) => own.includes(name)))
    );
  }
  // There is no first line that is text.
  if (expected.names.length === 0) return false;
  if (names === undefined) return true;
  return expected.names.length === names.length && expected.names.every((name, n) => name === names[n]);
}

function mayGuess({ table, names }: DamagedTable): boolean {
  return names !== undefined && table.kind === "text" && !table.header;
}

function checkError({ name }: DamagedTable, error: Error): void {
  assert.ok(error instanceof MatineeError, `not a coded error: ${error.stack}`);
  assert.ok(error.code in errorTable && error.code !== "INTERNAL", String(error.stack));
  assert.ok(error.message.includes(name), `the file is not named: ${error.message}`);
}

function checkFinite({ byUser, counts, scale, users, items, catalog }: Dataset): void {
  assert.ok(byUser.values.every(Number.isFinite), "a rating is not finite");
  assert.ok(Array.from(byUser.times ?? []).every(Number.isFinite), "a time is not finite");
  assert.ok(Number.isFinite(scale.min) && Number.isFinite(scale.max) && scale.min <= scale.max, JSON.stringify(scale));
  assert.ok(
    counts.every((count) => count > 0),
    "an item has no rating",
  );
  for (let user = 0; user < byUser.rows; user++) {
    assert.ok(byUser.offsets[user + 1] > byUser.offsets[user], `user ${users.id(user)} has no rating`);
  }
  assert.equal(catalog.titles.length, items.size);
}

function checkData(expected: PlainData, { byUser, users, items, report }: Dataset): void {
  const { rows, skipped, leftOut, repeats } = report;
  assert.deepEqual(
    { rows, skipped, leftOut, repeats },
    { rows: expected.rows, skipped: expected.skipped, leftOut: expected.leftOut, repeats: expected.repeats },
  );
  for (const [ids, plain] of [
    [users, expected.users],
    [items, expected.items],
  ] as const) {
    assert.equal(ids.values instanceof Float64Array, plain.areNumbers);
    assert.deepEqual(new Set(Array.from<number | string>(ids.values).map(String)), plain.ids);
  }
  assert.equal(byUser.values.length, expected.ratings.size);
  for (let user = 0; user < byUser.rows; user++) {
    for (let entry = byUser.offsets[user]; entry < byUser.offsets[user + 1]; entry++) {
      const key = JSON.stringify([String(users.id(user)), String(items.id(byUser.indices[entry]))]);
      const rating = expected.ratings.get(key);
      assert.ok(rating !== undefined, `${key} is not in the file`);
      const value = byUser.values[entry];
      assert.ok(
        Math.abs(value - rating.value) <= 1e-6 * Math.abs(value) + 1e-37,
        `${key}: ${value}, not ${rating.value}`,
      );
      assert.equal(byUser.times?.[entry], rating.time, `the time of ${key}`);
    }
  }
}
