import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { rowsOfEntries } from "../../matrix/csr.ts";
import { readRatings } from "../read.ts";
import { findLayout } from "./layout.ts";
import { readNumericRows } from "./numeric-rows.ts";
import { type ScanNumbersOptions, scanNumbers } from "./scan-numbers.ts";
import { openTable, type TableOptions } from "./table.ts";
import { parseTime } from "./values.ts";

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "matinee-scan-"));
});
after(() => rm(folder, { recursive: true, force: true }));

const wide: ScanNumbersOptions = { columns: { user: 0, item: 1, rating: 2, time: 3 }, width: "wide" };

/** The rows of a table of up to four columns, or undefined where it is given up. */
async function scan(
  content: string | Uint8Array,
  table: TableOptions = {},
  { name = "t.csv", ...options }: Partial<ScanNumbersOptions> & { name?: string } = {},
) {
  const path = join(folder, name);
  await writeFile(path, content);
  const opened = await openTable(path, table);
  const roles = ["user", "item", "rating", "time"].slice(0, opened.columns.length);
  const columns = Object.fromEntries(roles.map((role, at) => [role, at]));
  const rows: number[][] = [];
  const shares: number[] = [];
  const seen = await scanNumbers(
    opened,
    { ...wide, columns, onProgress: (share) => shares.push(share), ...options },
    ({ length, users, items, ratings, times }) => {
      const read = [users, items, ratings, times].slice(0, roles.length);
      for (let n = 0; n < length; n++) rows.push(read.map((column) => column[n]));
      return true;
    },
  );
  if (typeof seen === "string") return undefined;
  assert.equal(shares.at(-1), 1);
  return rows;
}

describe("scanNumbers", () => {
  it("reads numbers as they are usually written", async () => {
    assert.deepEqual(await scan("a,b\n1,0.5\n-20,3\n999999999999999,-0.125\n"), [
      [1, 0.5],
      [-20, 3],
      [999999999999999, -0.125],
    ]);
    assert.deepEqual(await scan('"a","b, c"\r\n1,2\r\n3,4\r\n'), [
      [1, 2],
      [3, 4],
    ]);
    assert.deepEqual(await scan("1::2::3\n4::5::6", { delimiter: "::" }), [
      [1, 2, 3],
      [4, 5, 6],
    ]);
    assert.deepEqual(await scan("a\tb\n"), []);
  });

  it("gives up at anything else", async () => {
    const fields = [
      "",
      " 1",
      "1 ",
      "007",
      "0123456789",
      "-",
      "-0",
      "+1",
      ".5",
      "5.",
      "1e3",
      "nan",
      '"1"',
      "1000000000000001",
      "0.1234567890123456",
    ];
    for (const width of ["narrow", "wide"] as const) {
      const read = (rows: string) => scan(`a,b,c,d\n1,2,3,1000000000\n${rows}`, {}, { width });
      for (const field of fields) {
        for (const row of [`${field},2,3,4`, `1,${field},3,4`, `1,2,${field},4`, `1,2,3,${field}`]) {
          assert.equal(await read(`${row}\n1,2,3,4\n`), undefined, JSON.stringify(row));
        }
      }
      for (const rows of [
        "1,2,3\n",
        "1,2,3,4,5\n",
        "1,2,3,4,\n",
        "1,2,3,4\n\n",
        "1,2,3,4\r\n",
        "1;2,3,4\n",
        "1,2,3,4\n5",
      ]) {
        assert.equal(await read(rows), undefined, JSON.stringify(rows));
      }
    }
    assert.equal(await scan("a,b\r\n1,2\n"), undefined);
    assert.equal(await scan("a,b\r1,2\n3,4\n"), undefined);
    assert.equal(await scan("1.2\n", { delimiter: "." }), undefined);
    assert.equal(await scan('"a\nb",c\n1,2\n', { delimiter: "," }), undefined);
  });

  it("reads rows that lie across the pieces in which a file comes, packed ones too", async () => {
    const rows = Array.from({ length: 100_000 }, (_, n) => [n, 7 * n, (n % 10) / 2, 1e9 + n]);
    const text = `a,b,c,d\n${rows.map((row) => row.join(",")).join("\n")}\n`;
    assert.deepEqual(await scan(text), rows);
    assert.deepEqual(await scan(gzipSync(text), {}, { name: "t.csv.gz" }), rows);
    const cut = gzipSync(text);
    assert.equal(await scan(cut.subarray(0, cut.length - 100), {}, { name: "t.csv.gz" }), undefined);
  });

  it("reads lines cut at every place by a batch and by a block, on any number of threads", async () => {
    const rows = Array.from({ length: 40 }, (_, n) => [27 ** (n % 6), 11 ** (n % 7), (n % 10) / 2, 1e9 + 7 ** (n % 9)]);
    const text = rows.map((row) => row.join(",")).join("\n");
    for (const width of ["narrow", "wide"] as const) {
      for (let batchBytes = 36; batchBytes < 80; batchBytes++) {
        const pieces = { batchBytes, blockBytes: 1 + (batchBytes % 40), threadBytes: 1 };
        assert.deepEqual(await scan(text, {}, { pieces, width }), rows, JSON.stringify(pieces));
      }
      for (const threads of [2, 3]) {
        const pieces = { batchBytes: 300, blockBytes: 23, threadBytes: 1 };
        assert.deepEqual(await scan(text.replaceAll("\n", "\r\n"), {}, { pieces, width, threads }), rows);
      }
    }
    assert.equal(await scan(text, {}, { pieces: { batchBytes: 15, blockBytes: 8, threadBytes: 1 } }), undefined);
  });

  it("passes over ASCII text in other columns", async () => {
    const columns = { columns: { item: 0, user: 2, rating: 4 } };
    const rows = [
      [3, 1, 4.5],
      [4, 2, -3],
    ];
    const read = async (text: string) => (await scan(text, {}, columns))?.map((row) => row.slice(0, 3));
    assert.deepEqual(await read("b,x,a,y,r,z\n1,Heat (1995),3,,4.5,007\n2,-,4,1e3,-3,\n"), rows);
    for (const text of ['"', '"a""b"', "é", "\u0001", "\r", "a,b"]) {
      assert.equal(await read(`b,x,a,y,r,z\n1,${text},3,,4.5,007\n`), undefined, JSON.stringify(text));
    }
    assert.equal(
      await scan("1::a:b::3\n", { header: false, delimiter: "::" }, { columns: { user: 0, item: 2 } }),
      undefined,
    );
  });

  it("reads quoted columns and dates, where all rows have them", async () => {
    const time = Date.UTC(2005, 3, 2, 23, 53, 3) / 1000;
    for (const width of ["narrow", "wide"] as const) {
      const read = (text: string, delimiter = ",") => scan(text, { delimiter }, { width });
      const kaggle = (date: string) => `"user","item","rating","time"\n1,2,3.5,"2005-04-02 23:53:03"\n1,3,4,${date}\n`;
      assert.deepEqual(await read(kaggle('"1970-01-01T00:00:00"')), [
        [1, 2, 3.5, time],
        [1, 3, 4, 0],
      ]);
      const quoted = '"12";"3";"4.5";"1000000007"';
      assert.deepEqual(await read(`a;b;c;d\r\n${quoted}\r\n${quoted}`, ";"), [
        [12, 3, 4.5, 1000000007],
        [12, 3, 4.5, 1000000007],
      ]);
      for (const date of [
        "2005-04-02 23:53:03",
        '"2005-04-31 23:53:03"',
        '"2005-04-02 24:00:00"',
        '"2005-04-02"',
        "1",
      ]) {
        assert.equal(await read(kaggle(date)), undefined, date);
      }
      assert.equal(await read(`a,b,c,d\n"1","2","3","4"\n"1","2",3,"4"\n`), undefined);
      assert.equal(await read(`a,b,c,d\n"1","2","3","4"\n"1","2","3","4\n`), undefined);
    }
    const text = 'a,x,b\n1,"Heat, The",2\n1,"It",3\n';
    assert.deepEqual(await scan(text, {}, { columns: { user: 0, item: 2 } }), undefined);
    const films = await scan('a,x,b\n1,"It",2\n1,"Heat, The",3\n', {}, { columns: { user: 0, item: 2 } });
    assert.deepEqual(
      films?.map(([user, item]) => [user, item]),
      [
        [1, 2],
        [1, 3],
      ],
    );
  });

  it("reads dates as the general reader does", async () => {
    const two = (most: number) => fc.nat(most).map((n) => String(n).padStart(2, "0"));
    const date = fc
      .tuple(fc.nat(9999), two(13), two(32), two(25), two(61), two(61))
      .map(([year, month, day, ...clock]) => {
        return `${String(year).padStart(4, "0")}-${month}-${day} ${clock.join(":")}`;
      });
    await fc.assert(
      fc.asyncProperty(fc.array(date, { minLength: 1, maxLength: 5 }), async (dates) => {
        const rows = ["2000-02-29 00:00:00", ...dates].map((text) => `1,1,1,${text}\n`);
        const read = await scan(rows.join(""), { header: false });
        // The last hour and second of a day that are written otherwise are left to the general reader.
        const usual = dates.every((text) => !/ 24| ..:..:60/.test(text));
        const expected = dates.map(parseTime);
        const times = expected.some(Number.isNaN) || !usual ? undefined : [951782400, ...expected];
        assert.deepEqual(
          read?.map((row) => row[3]),
          times,
        );
      }),
      { numRuns: 300 },
    );
  });

  it("says what does not fit in narrow columns, and what is known of those that do", async () => {
    const narrow = { columns: { user: 0, item: 1, rating: 2, time: 3 }, width: "narrow" } as const;
    const path = join(folder, "narrow.csv");
    const read = async (...lines: string[]) => {
      await writeFile(path, `${lines.join("\n")}\n`);
      let found: unknown;
      const outcome = await scanNumbers(await openTable(path), narrow, ({ length, ...rows }) => {
        const { lowest, highest, ascends } = rows;
        found = { length, lowest, highest, ascends };
        return true;
      });
      return typeof outcome === "string" ? outcome : found;
    };
    for (const line of [
      "16777216,1,1,1",
      "1,-1,1,1",
      "1,1.0,1,1",
      "1,1,1,4294967296",
      "1,1,1,1500000000000",
      "1,1,1,-1",
    ]) {
      assert.equal(await read(line), "too wide", line);
    }
    assert.equal(await read("1,1,1,1", "16777216,1,x,1"), "too wide");
    const [first, last] = ["1,16777215,1.0,0", "16777215,0,3,4294967295"];
    assert.deepEqual(await read(first, last), { length: 2, lowest: 1, highest: 3, ascends: true });
    assert.deepEqual(await read(last, first), { length: 2, lowest: 1, highest: 3, ascends: false });
    assert.deepEqual(await read(first, first), { length: 2, lowest: 1, highest: 1, ascends: false });
    const fractions = { length: 2, lowest: -10.25, highest: 1, ascends: true };
    assert.deepEqual(await read(first, "2,1,-10.25,1"), fractions);
    assert.deepEqual(await read("1,1,0.5,1", "1,2,10.50,1"), { ...fractions, lowest: 0.5, highest: 10.5 });
    assert.deepEqual(await read("1,1,0.1,1", "1,2,9.9,1"), { ...fractions, lowest: 0.1, highest: 9.9 });
  });
});

describe("a table of numbers", () => {
  const id = fc.oneof(fc.nat(9), fc.integer({ min: -3, max: 3e9 }));
  const rating = fc.oneof(
    fc.nat(10).map((halves) => String(halves / 2)),
    fc.tuple(fc.integer({ min: -99, max: 99 }), fc.nat(99999)).map(([whole, part]) => `${whole}.${part}`),
  );
  const row = fc.tuple(id, id, rating, fc.nat(5e9));

  it("holds what is found in it in another way, whether its rows ascend or not", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1, maxLength: 40 }),
        fc.constantFrom("as drawn", "sorted", "small and sorted"),
        fc.constantFrom("", '"'),
        async (drawn, order, quote) => {
          const small = drawn.map(([user, item, ...more]) => [Math.abs(user) % 50, Math.abs(item) % 50, ...more]);
          const rows = order === "small and sorted" ? small : [...drawn];
          if (order !== "as drawn") rows.sort((a, b) => Number(a[0]) - Number(b[0]) || Number(a[1]) - Number(b[1]));
          const [written, padded] = [join(folder, "written.csv"), join(folder, "padded.csv")];
          const head = "user,item,rating,time\n";
          await writeFile(
            written,
            head + rows.map((fields) => `${fields.map((field) => quote + field + quote).join(",")}\n`).join(""),
          );
          await writeFile(padded, head + rows.map((fields) => ` ${fields.join(" , ")}\n`).join(""));
          const read = async (path: string) => {
            const { name: _, report, ...data } = await readRatings(path);
            return JSON.stringify({ ...data, report: { ...report, recognised: undefined } });
          };
          assert.equal(await read(written), await read(padded));
        },
      ),
      { numRuns: 60 },
    );
  });

  it("is the same on any number of threads, sorted to its end or to its middle", async () => {
    const sorted = Array.from({ length: 3000 }, (_, n) => [n >> 4, 3 * (n & 15), (n % 9) / 2 + 0.5, 1e9 + n]);
    for (const rows of [sorted, [...sorted.slice(1500), ...sorted.slice(0, 1500)], sorted.toReversed()]) {
      const path = join(folder, "threads.csv");
      await writeFile(path, `user,item,rating,time\n${rows.map((fields) => fields.join(",")).join("\n")}`);
      const { ratings } = await findLayout(path, {});
      const read = async (threads: number, batchBytes: number, blockBytes: number) => {
        const found = await readNumericRows(ratings, { threads, pieces: { batchBytes, blockBytes, threadBytes: 1 } });
        const { users, items, itemOf, values, times, scale } = found!;
        const userOf = found!.userOf ?? rowsOfEntries(found!.offsets);
        const ids = [users, items].map((numbering) => [...numbering.finish().ids.values]);
        return JSON.stringify({ ids, userOf, itemOf, values, times, scale, sorted: found!.userOf === undefined });
      };
      const expected = await read(1, 2 ** 20, 2 ** 20);
      assert.equal(JSON.parse(expected).sorted, rows === sorted);
      for (const [threads, batchBytes, blockBytes] of [
        [1, 100, 30],
        [2, 1000, 100],
        [3, 5000, 77],
      ]) {
        assert.equal(await read(threads, batchBytes, blockBytes), expected, `${threads} threads`);
      }
    }
  });

  it("is sorted by the items' ids as texts where the catalog has them so", async () => {
    const [path, catalog] = [join(folder, "numbers.csv"), join(folder, "texts.csv")];
    await writeFile(path, "user,item,rating\n1,9,4\n1,10,2\n2,10,5\n");
    await writeFile(catalog, "item,title\n9,Nine\n10,Ten\nx,Other\n");
    const { items, byUser } = await readRatings(path, { catalog });
    assert.deepEqual(items.values, ["10", "9", "x"]);
    assert.deepEqual([...byUser.indices], [0, 1, 0]);
    assert.deepEqual([...byUser.values], [2, 4, 5]);
  });

  it("is read again where a row holds anything else, and progress does not go back", async () => {
    const path = join(folder, "late.csv");
    const good = Array.from({ length: 60_000 }, (_, n) => `${n % 700},${n % 611},3\n`).join("");
    await writeFile(path, `user,item,rating\n${good}x,1,3\n`);
    const shares: number[] = [];
    const { users } = await readRatings(path, { onProgress: (share) => shares.push(share) });
    assert.equal(users.size, 701);
    assert.equal(typeof users.values[0], "string");
    assert.ok(
      shares.every((share, n) => share <= 1 && (n === 0 || share >= shares[n - 1])),
      shares.join(" "),
    );
  });
});
