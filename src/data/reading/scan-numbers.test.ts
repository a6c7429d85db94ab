import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { readRatings } from "../read.ts";
import { scanNumbers } from "./scan-numbers.ts";
import { openTable, type TableOptions } from "./table.ts";

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "matinee-scan-"));
});
after(() => rm(folder, { recursive: true, force: true }));

/** The rows of a table, or undefined where it is given up. */
async function scan(content: string | Uint8Array, options: TableOptions = {}, name = "t.csv") {
  const path = join(folder, name);
  await writeFile(path, content);
  const rows: number[][] = [];
  const shares: number[] = [];
  const whole = await scanNumbers(
    await openTable(path, options),
    { onProgress: (share) => shares.push(share) },
    (row) => {
      rows.push([...row]);
      return true;
    },
  );
  if (whole) assert.equal(shares.at(-1) ?? 1, 1);
  return whole ? rows : undefined;
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
    for (const field of fields) {
      assert.equal(await scan(`a,b\n1,2\n${field},2\n`), undefined, `first field ${JSON.stringify(field)}`);
      assert.equal(await scan(`a,b\n1,2\n1,${field}\n1,2\n`), undefined, `last field ${JSON.stringify(field)}`);
    }
    for (const rows of ["1\n", "1,2,3\n", "1,2,\n", "1,2\n\n3,4\n", "1,2\n3,4\r\n", "1;2\n", "1,2\n3"]) {
      assert.equal(await scan(`a,b\n1,2\n${rows}`), undefined, JSON.stringify(rows));
    }
    assert.equal(await scan("a,b\r\n1,2\n"), undefined);
    assert.equal(await scan("1.2\n", { delimiter: "." }), undefined);
    assert.equal(await scan('"a\nb",c\n1,2\n', { delimiter: "," }), undefined);
  });

  it("reads rows that lie across the pieces in which a file comes, packed ones too", async () => {
    const rows = Array.from({ length: 100_000 }, (_, n) => [n, 7 * n, (n % 10) / 2, 1e9 + n]);
    const text = `a,b,c,d\n${rows.map((row) => row.join(",")).join("\n")}\n`;
    assert.deepEqual(await scan(text), rows);
    assert.deepEqual(await scan(gzipSync(text), {}, "t.csv.gz"), rows);
    const cut = gzipSync(text);
    assert.equal(await scan(cut.subarray(0, cut.length - 100), {}, "t.csv.gz"), undefined);
  });
});

describe("a table of numbers", () => {
  const id = fc.oneof(fc.nat(9), fc.integer({ min: -3, max: 3e9 }));
  const rating = fc.oneof(
    fc.nat(10).map((halves) => String(halves / 2)),
    fc.tuple(fc.integer({ min: -99, max: 99 }), fc.nat(99999)).map(([whole, part]) => `${whole}.${part}`),
  );
  const row = fc.tuple(id, id, rating, fc.nat(5e9));

  it("holds what the reader of any table finds in it", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 40 }), async (rows) => {
        const [written, quoted] = [join(folder, "written.csv"), join(folder, "quoted.csv")];
        const head = "user,item,rating,time\n";
        await writeFile(written, head + rows.map((fields) => `${fields.join(",")}\n`).join(""));
        await writeFile(quoted, head + rows.map((fields) => `"${fields.join('","')}"\n`).join(""));
        const read = async (path: string) => {
          const { name: _, report, ...data } = await readRatings(path);
          return JSON.stringify({ ...data, report: { ...report, recognised: undefined } });
        };
        assert.equal(await read(written), await read(quoted));
      }),
      { numRuns: 40 },
    );
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
