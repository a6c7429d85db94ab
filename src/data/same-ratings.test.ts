/** The same ratings are the same data set, however they are written down. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { zip } from "../../test/helpers/zip.ts";
import { fingerprint } from "./dataset.ts";
import { type ReadOptions, readRatings } from "./read.ts";

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "matinee-same-"));
});
after(() => rm(folder, { recursive: true, force: true }));

interface Rating {
  readonly user: string;
  readonly item: string;
  readonly rating: number;
  /** Seconds; all differ, for of repeated ratings the latest counts. */
  readonly time: number;
}
const roles = ["user", "item", "rating", "time"] as const;

const numericId = fc.oneof(fc.nat(12).map(String), fc.constantFrom("-3", "16777216", "9007199254740991"));
const textId = fc.oneof(
  fc.nat(5).map(String),
  fc.constantFrom("ann", "O'Neil", "é", "über", "a b", "x,y", "x;y", "a|b", "a::b", 'q"q', '"quoted"', "007", "1e3"),
  fc.constantFrom("日本", "c\\d", "tab\tin it", "two\nlines", "’", "nan", "user", "𝄞"),
);
const ratings: fc.Arbitrary<Rating[]> = fc
  .tuple(fc.constantFrom(numericId, textId), fc.constantFrom(numericId, textId))
  .chain(([user, item]) =>
    fc
      .array(fc.record({ user, item, rating: fc.integer({ min: -2, max: 20 }).map((halves) => halves / 2) }), {
        minLength: 1,
        maxLength: 15,
      })
      .map((rows) => rows.map((row, n) => ({ ...row, time: 1_100_000_000 + 86_399 * n }))),
  );

const names = {
  user: ["userId", "User-ID", "user", "visitorid", "reviewerID", "user_id:token", "USER NAME"],
  item: ["movieId", "item", "business_id", "ISBN", "item_id:token", "parent_asin", "Film"],
  rating: ["rating", "stars", "Book-Rating", "overall", "rating:float", "SCORE"],
  time: ["timestamp", "time", "date", "unixReviewTime", "created_at", "ts"],
};

const writing = fc.record({
  order: fc.array(fc.nat(), { minLength: 15, maxLength: 15 }),
  columns: fc.shuffledSubarray([...roles], { minLength: 4, maxLength: 4 }),
  names: fc.record({
    user: fc.constantFrom(...names.user),
    item: fc.constantFrom(...names.item),
    rating: fc.constantFrom(...names.rating),
    time: fc.constantFrom(...names.time),
  }),
  form: fc.constantFrom("text", "text", "text", "text", "json", "list"),
  delimiter: fc.constantFrom(",", ";", "\t", "|", "::", " ", "~"),
  header: fc.boolean(),
  /** Of rows in turn. */
  ends: fc.array(fc.constantFrom("\n", "\r\n", "\r"), { minLength: 1, maxLength: 3 }),
  lastEnd: fc.boolean(),
  blankLines: fc.boolean(),
  quotes: fc.constantFrom("needed", "all", "some"),
  blanks: fc.boolean(),
  encoding: fc.constantFrom("utf-8", "marked", "utf-16le", "utf-16be", "latin-1", "windows-1252"),
  isNamed: fc.boolean(),
  numbers: fc.constantFrom("plain", "point", "sign", "exponent", "comma"),
  times: fc.constantFrom("seconds", "milliseconds", "date", "date with an offset"),
  container: fc.constantFrom("file", "file", "gz", "zip", "folder", "packed in a folder"),
});
type Writing = typeof writing extends fc.Arbitrary<infer T> ? T : never;

function writeNumber(value: number, { numbers, delimiter, form }: Writing): string {
  const text = String(value);
  if (form !== "text") return text;
  if (numbers === "point") return value % 1 === 0 ? `${text}.00` : `${text}0`;
  if (numbers === "sign") return value < 0 ? text : `+${text}`;
  if (numbers === "exponent") return `${10 * value}e-1`;
  return numbers === "comma" && delimiter !== "," ? text.replace(".", ",") : text;
}

function writeTime(time: number, { times }: Writing): string {
  if (times === "seconds") return String(time);
  if (times === "milliseconds") return `${time}000`;
  const date = (seconds: number) => new Date(1000 * seconds).toISOString().slice(0, 19);
  return times === "date" ? date(time).replace("T", " ") : `${date(time + 7200)}+02:00`;
}

/** The text of a table and the options it needs; undefined for ratings that cannot be written so. */
function writeTable(rows: readonly Rating[], how: Writing): { text: string; options: ReadOptions } | undefined {
  const { columns, form, delimiter, ends, lastEnd, header } = how;
  const ordered = rows.toSorted((a, b) => how.order[rows.indexOf(a)] - how.order[rows.indexOf(b)]);
  const table = ordered.map((row) =>
    columns.map((role) =>
      role === "rating" ? writeNumber(row.rating, how) : role === "time" ? writeTime(row.time, how) : row[role],
    ),
  );
  const end = (n: number) => ends[n % ends.length] + (how.blankLines ? ["", "\n", " \t\r\n"][n % 3] : "");
  const join = (lines: readonly string[]) => {
    const text = lines.map((line, n) => line + end(n)).join("");
    return lastEnd ? text : text.trimEnd();
  };
  if (form !== "text") {
    const objects = table.map((fields) =>
      JSON.stringify(Object.fromEntries(columns.map((role, n) => [how.names[role], isNumber(role, fields[n])]))),
    );
    return { text: form === "json" ? join(objects) : `[${objects.join(`,${end(0)}`)}]`, options: {} };
  }
  const hasQuotes = delimiter !== "::";
  let count = 0;
  const write = (field: string): string | undefined => {
    const needed =
      field.includes(delimiter) ||
      /^"|[\r\n]/.test(field) ||
      (delimiter === " " && /\s/.test(field)) ||
      field.includes("\t");
    if (needed && !hasQuotes) return undefined;
    const quoted = hasQuotes && (needed || how.quotes === "all" || (how.quotes === "some" && count++ % 2 === 0));
    const written = quoted ? `"${field.replaceAll('"', '""')}"` : field;
    return how.blanks && delimiter !== " " ? ` ${written}  ` : written;
  };
  const lines = [...(header ? [columns.map((role) => how.names[role])] : []), ...table].map((fields) =>
    fields.map(write),
  );
  if (lines.flat().includes(undefined)) return undefined;
  const numbered = Object.fromEntries(columns.map((role, n) => [role, how.isNamed ? n + 1 : String(n + 1)]));
  // In turn: what stands between columns is found out, or said.
  const isSaid = !header || delimiter === "~" || how.isNamed;
  return {
    text: join(lines.map((fields) => fields.join(delimiter))),
    options: { ...(!header && { columns: numbered }), ...(isSaid && { delimiter }) },
  };
}

/** In JSON, ids that are numbers stand as numbers. */
function isNumber(role: (typeof roles)[number], text: string): string | number {
  return role === "rating" || (role !== "time" && String(Number(text)) === text && Number.isFinite(Number(text)))
    ? Number(text)
    : text;
}

/** Undefined where the encoding does not hold the text. */
function encode(text: string, { encoding, isNamed }: Writing): { bytes: Buffer; options: ReadOptions } | undefined {
  switch (encoding) {
    case "utf-8":
      return { bytes: Buffer.from(text), options: isNamed ? { encoding } : {} };
    case "marked":
      return { bytes: Buffer.from(`\uFEFF${text}`), options: {} };
    case "utf-16le":
      return { bytes: Buffer.from(`\uFEFF${text}`, "utf16le"), options: {} };
    case "utf-16be":
      return { bytes: Buffer.from(`\uFEFF${text}`, "utf16le").swap16(), options: {} };
    default: {
      const isWindows = encoding === "windows-1252";
      const own = isWindows ? text.replaceAll("’", "\u0092") : text;
      if ([...own].some((one) => one > "\u00ff") || (isWindows && !own.includes("\u0092"))) return undefined;
      return { bytes: Buffer.from(own, "latin1"), options: isNamed ? { encoding } : {} };
    }
  }
}

let count = 0;

async function writeFiles(bytes: Buffer, { container, form }: Writing): Promise<string> {
  const own = await mkdtemp(join(folder, `d${count++}-`));
  const name = form === "text" ? "ratings.csv" : "ratings.json";
  const packed = `${name}.gz`;
  const inFolder = container === "folder" || container === "packed in a folder";
  if (container === "zip") {
    await writeFile(join(own, "t.zip"), zip({ [`data/${name}`]: bytes, "data/README.txt": "hello" }));
    return join(own, "t.zip");
  }
  if (inFolder) await writeFile(join(own, "README.txt"), "hello");
  const isPacked = container === "gz" || container === "packed in a folder";
  await writeFile(join(own, isPacked ? packed : name), isPacked ? gzipSync(bytes) : bytes);
  return inFolder ? own : join(own, isPacked ? packed : name);
}

test("rows, columns, line ends, quotes, delimiters, names, encodings and containers make no difference", async () => {
  let written = 0;
  await fc.assert(
    fc.asyncProperty(ratings, writing, async (rows, how) => {
      const table = writeTable(rows, how);
      const encoded = table && encode(table.text, how);
      if (table === undefined || encoded === undefined) return;
      const plain = rows.map(({ user, item, rating, time }) => ({ user, item, rating, time }));
      const reference = join(folder, "reference.jsonl");
      await writeFile(reference, plain.map((row) => JSON.stringify(row)).join("\n"));
      const options = { ...table.options, ...encoded.options };
      const path = await writeFiles(encoded.bytes, how);
      const [expected, data] = [await readRatings(reference), await readRatings(path, options)];
      const message = `${JSON.stringify(table.text)} ${JSON.stringify(options)}`;
      assert.deepEqual([...data.users.values], [...expected.users.values], message);
      assert.deepEqual([...data.items.values], [...expected.items.values], message);
      assert.equal(await fingerprint(data), await fingerprint(expected), message);
      const { skipped, leftOut, repeats } = data.report;
      assert.deepEqual([skipped, leftOut, repeats, data.report.rows], [0, 0, expected.report.repeats, rows.length]);
      written++;
      await rm(path, { recursive: true });
    }),
    { numRuns: 500 },
  );
  assert.ok(written > 200, `only ${written} tables could be written`);
});
