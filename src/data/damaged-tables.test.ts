/** What is read from damaged files: the right data set, or an error that names the row which is wrong. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import fc from "fast-check";
import { readDamagedTables } from "../../test/helpers/damaged-tables.ts";
import { MatineeError } from "../errors.ts";
import { type Dataset, fingerprint } from "./dataset.ts";
import { type ReadOptions, readRatings } from "./read.ts";

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "matinee-damaged-"));
});
after(() => rm(folder, { recursive: true, force: true }));

async function read(content: string | Uint8Array, options: ReadOptions = {}, name = "t.csv"): Promise<Dataset> {
  const path = join(folder, name);
  await writeFile(path, content);
  return readRatings(path, options);
}

// `.ci/long` reads 100,000.
test("2,000 damaged tables are read as a plain reader reads them, or refused for the row that is wrong", async () => {
  const counts = await readDamagedTables(folder, { numRuns: 2000, seed: 20 });
  assert.ok(counts.read > 500 && counts["refused for a row"] > 200, JSON.stringify(counts));
});

const usual = fc.oneof(
  { weight: 4, arbitrary: fc.nat(9).map(String) },
  { weight: 1, arbitrary: fc.constantFrom("0.5", "4.50", "-3", "3000000000", "978300760", "1.0", "9.10") },
);
const odd = fc.constantFrom(
  ...[
    "",
    "-0",
    "+4",
    "007",
    "5.",
    ".5",
    "1e3",
    "4_5",
    "nan",
    "x",
    "2005-04-02",
    "1e999",
    "- 1",
    "-",
    "1.2.3",
    "00",
    "0.0",
  ],
  ...["999999999999999", "1000000000000000", "1000000000000001", "9007199254740993", "0.1234567890123456", "-0.0"],
  ...["123456789012.345678", "978300760000", "٣", "1,5", "3.5e38", "-1", "0", "01", "-7", "1.5"],
);

test("a table is the same, and has the same first wrong row, whether its values are in quotes, between blanks or neither", async () => {
  const tables = fc.record({
    rows: fc.array(fc.array(usual, { minLength: 4, maxLength: 4 }), { minLength: 1, maxLength: 6 }),
    odds: fc.array(fc.record({ row: fc.nat(5), column: fc.nat(3), value: odd }), { maxLength: 2 }),
    last: fc.constantFrom("\n", "\r\n", "\r", "", "\n\n"),
    end: fc.constantFrom("\n", "\n", "\r\n", "\r"),
    // A line that ends in another way, or is no row.
    between: fc.constantFrom("", "", "", "\n", "\r", "\r\n", "\r\r\n", " \n"),
    header: fc.boolean(),
    lenient: fc.boolean(),
    hasTimes: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(tables, async ({ rows, odds, last, end, between, header, lenient, hasTimes }) => {
      const table = rows.map((row) => [...row]);
      for (const { row, column, value } of odds) table[row % rows.length][column] = value;
      // Blanks around values are read in the general way.
      const text = (quote: "" | '"' | " ") => {
        const lines = table.map((row) =>
          row.map((value) => (value.includes(";") ? value : quote + value + quote)).join(";"),
        );
        const names = header ? [`user;item;rating;time${between || end}`] : [];
        return `${names.join("")}${lines.join(end)}${last}`;
      };
      const columns = { user: 1, item: 2, rating: 3, time: hasTimes ? 4 : "none" };
      const outcome = (quote: "" | '"' | " ") =>
        read(text(quote), { header, lenient, columns, delimiter: ";" }).then(
          async (data) => [await fingerprint(data), data.report, data.scale],
          (error) => [(error as MatineeError).code, (error as Error).message],
        );
      const expected = await outcome(" ");
      for (const quote of ["", '"'] as const)
        assert.deepEqual(await outcome(quote), expected, JSON.stringify(text(quote)));
    }),
    { numRuns: 400 },
  );
});

/** Files that were once read wrongly, and what they hold: users, items and ratings, or the error. */
const bytes = (text: string) => Buffer.from(text, "latin1");
const found: [string, string | Uint8Array, ReadOptions, string | readonly [string, string, number][]][] = [
  [
    "a wrong row before one in another encoding is the one that is named",
    bytes("user,item,rating\na,1,x\n\xff,2,3\n"),
    { encoding: "utf-8" },
    't.csv row 1 (line 2): rating "x" is not a number',
  ],
  [
    "names must be text though the rows are numbers",
    bytes("\xffuserId,movieId,rating\n1,2,3\n"),
    { encoding: "utf-8" },
    "t.csv line 1 is not UTF-8",
  ],
  [
    "an open quote in the line of names takes no row with it",
    'user,item,"rating\n1,2,3\n1,"4",5\n',
    {},
    [
      ["1", "2", 3],
      ["1", "4", 5],
    ],
  ],
  [
    "names that end with \\r alone take no row with them",
    "user,item,rating\r1,2,3\r\r\n1,4,5\r",
    {},
    [
      ["1", "2", 3],
      ["1", "4", 5],
    ],
  ],
  ["a tab before a quoted value is a blank", 'user,item,rating\na,\t"b",3\n', {}, [["a", "b", 3]]],
  ["lines of blanks are no rows between tabs", "user\titem\trating\na\tb\t3\n  \t\n", {}, [["a", "b", 3]]],
  ["lines of blanks are no rows between blanks", "user item rating\na b 3\n   \n", {}, [["a", "b", 3]]],
  [
    "one broken row does not hide what stands between values",
    "user item rating\na b\na b 3\n",
    {},
    "t.csv row 1 (line 2): 2 fields where 3 are expected",
  ],
  [
    "lines that end with \\r are counted",
    bytes("user,item,rating\ra,1,3\r\xff,2,3\r"),
    { encoding: "utf-8" },
    "t.csv row 2 (line 3) is not UTF-8",
  ],
  [
    "the mark of UTF-8 is no part of an id in other encodings",
    bytes("\xef\xbb\xbfa,1,3\n"),
    { encoding: "latin-1", columns: { user: 1, item: 2, rating: 3 } },
    [["a", "1", 3]],
  ],
  [
    "a file with the mark of UTF-8 is UTF-8",
    bytes("\xef\xbb\xbfuser,item,rating\n\xe9,1,3\n"),
    {},
    "t.csv line 2 is not UTF-8, though the file begins as UTF-8 does",
  ],
  [
    "a wrong first row is no line of names",
    "1,2,x\n1,3,4\n",
    { columns: { user: 1, item: 2, rating: 3 } },
    't.csv row 1: rating "x" is not a number',
  ],
  [
    "times are left out of a table without names where that is said",
    "1,2,3,noon\n1,3,4,5\n",
    { columns: { time: "none" } },
    [
      ["1", "2", 3],
      ["1", "3", 4],
    ],
  ],
  [
    "a value that is swallowed with its line end is not lost in silence",
    'user,item,rating\na,1,"\n2,x,3\n"\n',
    { lenient: true },
    "t.csv row 1 (line 2): a value holds several lines, and how many rows they are is not known",
  ],
  [
    "times are all in milliseconds or all in microseconds",
    "user,item,rating,time\n1,2,3,978300760000\n1,3,3,978300760000000\n",
    {},
    "t.csv: the times 978300760000 and 978300760000000 cannot both be in seconds",
  ],
  [
    "half past midnight is not 24:30",
    "user,item,rating,time\n1,2,3,2005-04-02 24:30\n",
    {},
    't.csv row 1 (line 2): time "2005-04-02 24:30" is not a time',
  ],
  [
    "no place is 99 hours ahead",
    "user,item,rating,time\n1,2,3,2005-04-02 23:53+99:00\n",
    {},
    't.csv row 1 (line 2): time "2005-04-02 23:53+99:00" is not a time',
  ],
  [
    "2005-04-02-05 is no date",
    "user,item,rating,time\n1,2,3,2005-04-02-05\n",
    {},
    't.csv row 1 (line 2): time "2005-04-02-05" is not a time',
  ],
  [
    "an event without an amount may have a wrong time",
    "user,item,event,value,time\n1,2,view,,noon\n",
    {},
    't.csv row 1 (line 2): time "noon" is not a time',
  ],
  [
    "an amount times its weight may be too large",
    "user,item,event,value\n1,2,view,3e38\n",
    { weights: { view: 5 } },
    't.csv row 1 (line 2): value "3e38" is too large',
  ],
  [
    "amounts may add up to too much",
    "user,item,plays\n1,2,3e38\n1,2,3e38\n",
    {},
    "t.csv: the amounts of one user with one item add up to more than 3.4e+38",
  ],
  [
    "an amount that is kept as 0 leaves no trace",
    "user,item,plays\n1,2,1e-60\n",
    {},
    "t.csv holds no rating that is not left out, in its 1 rows",
  ],
  [
    "a scale is for ratings",
    "user,item,plays\n1,2,3\n",
    { scale: { min: 1, max: 5 } },
    "t.csv: a scale is for ratings, and these are events",
  ],
  [
    "a matrix has its wrong rows named in their order",
    "user,a,b\nx,y,1\n,2,3\n",
    { layout: "wide" },
    't.csv row 1 (line 2) column "a": rating "y" is not a number',
  ],
  [
    "a line of a matrix without a user is skipped by its ratings",
    "user,a,b\nx,1,2\n,2,3\n,,\n",
    { layout: "wide", lenient: true },
    [
      ["x", "a", 1],
      ["x", "b", 2],
    ],
  ],
  [
    "a matrix without names has users by the number of the line",
    "1,2\n3\n4,5\n",
    { layout: "wide", header: false, lenient: true },
    [
      ["1", "1", 1],
      ["1", "2", 2],
      ["3", "1", 4],
      ["3", "2", 5],
    ],
  ],
  [
    "a column of a matrix without a name is no item",
    "user,a,\nx,1,2\n",
    { layout: "wide" },
    't.csv row 1 (line 2) column "": item is missing',
  ],
  [
    "ratings after a line that may have been a film belong to no film",
    "1:\n7,3,2005-09-06\n2;\n8,5,2005-05-13\n3:\n9,1,2005-09-06\n",
    { lenient: true },
    [
      ["7", "1", 3],
      ["9", "3", 1],
    ],
  ],
  ["a list in JSON is read in its encoding", bytes('[{"user": "\xe9", "item": 1, "rating": 3}]'), {}, [["é", "1", 3]]],
  ["−0 is 0", "user,item,rating\n1,2,-0\n", {}, [["1", "2", 0]]],
];
for (const [what, content, options, expected] of found) {
  test(what, async () => {
    if (typeof expected === "string") {
      await assert.rejects(read(content, options), (error) => {
        assert.ok(error instanceof MatineeError);
        assert.equal(error.message, expected);
        return true;
      });
      return;
    }
    const { users, items, byUser } = await read(content, options);
    const rows = Array.from({ length: byUser.rows }, (_, user) =>
      Array.from({ length: byUser.offsets[user + 1] - byUser.offsets[user] }, (_, n) => {
        const entry = byUser.offsets[user] + n;
        return [String(users.id(user)), String(items.id(byUser.indices[entry])), byUser.values[entry]];
      }),
    ).flat();
    assert.deepEqual(rows, expected);
  });
}
