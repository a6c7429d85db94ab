import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { parquetWriteBuffer } from "hyparquet-writer";
import { labelsOf } from "./catalog.ts";
import { type Dataset, fingerprint, type ReadReport } from "./dataset.ts";
import type { Id } from "./ids.ts";
import { type ReadOptions, readRatings } from "./read.ts";

const realData = process.env.MATINEE_TEST_DATA ?? fileURLToPath(new URL("../../../shared/data", import.meta.url));
let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "matinee 'read' \"[1]\" "));
});
after(() => rm(folder, { recursive: true, force: true }));

/** Writes a file into a new folder and says where. */
async function file(name: string, content: string | Uint8Array): Promise<string> {
  const own = await mkdtemp(join(folder, "d"));
  await writeFile(join(own, name), content);
  return join(own, name);
}
async function files(contents: Record<string, string | Uint8Array>): Promise<string> {
  const own = await mkdtemp(join(folder, "d"));
  for (const [name, content] of Object.entries(contents)) await writeFile(join(own, name), content);
  return own;
}
const latin1 = (text: string) => Buffer.from(text, "latin1");

function rows({ byUser, users, items }: Dataset): [Id, Id, number, number?][] {
  const list: [Id, Id, number, number?][] = [];
  for (let user = 0; user < byUser.rows; user++) {
    for (let entry = byUser.offsets[user]; entry < byUser.offsets[user + 1]; entry++) {
      const row: [Id, Id, number] = [users.id(user), items.id(byUser.indices[entry]), byUser.values[entry]];
      list.push(byUser.times ? [...row, byUser.times[entry]] : row);
    }
  }
  return list;
}

/** What a report counts. */
function counts({ recognised: _, ...numbers }: ReadReport): Omit<ReadReport, "recognised"> {
  return numbers;
}

function real(name: string, what: string, work: (path: string) => Promise<void>): void {
  const path = join(realData, name);
  test(`${name}: ${what}`, { skip: existsSync(path) ? false : `${name} is not in ${realData}` }, () => work(path));
}

real("ml-latest-small", "all of it is read", async (path) => {
  const { users, items, byUser, catalog, report, scale, name } = await readRatings(path);
  assert.deepEqual([users.size, items.size, byUser.indices.length, name], [610, 9742, 100_836, "ml-latest-small"]);
  assert.deepEqual(counts(report), { rows: 100_836, repeats: 0, skipped: 0, leftOut: 0, filtered: 0 });
  assert.deepEqual(scale, { min: 0.5, max: 5, step: 0.5 });
  const toyStory = items.index(1);
  assert.equal(catalog.titles[toyStory], "Toy Story (1995)");
  assert.equal(catalog.years[toyStory], 1995);
  assert.deepEqual(labelsOf(catalog.genres, toyStory), ["Adventure", "Animation", "Children", "Comedy", "Fantasy"]);
  assert.deepEqual(labelsOf(catalog.tags, toyStory), ["pixar", "pixar", "fun"]);
  assert.deepEqual([catalog.imdb[toyStory], catalog.tmdb[toyStory]], [114709, 862]);
  assert.equal(catalog.tags.indices.length, 3683);
  assert.deepEqual(rows(await readRatings(path))[0], [1, 1, 4, 964982703]);
});

real("ml-latest-small", "the 1,000 most rated films have 61,256 ratings, as in the studies", async (path) => {
  const dataset = await readRatings(path, { filter: { topItems: 1000 } });
  assert.equal(dataset.byUser.indices.length, 61_256);
  assert.equal(dataset.items.size, 1000);
});

real("ml-100k", "all of it is read, with latin-1 titles and the genres of u.genre", async (path) => {
  const { users, items, byUser, catalog, scale } = await readRatings(path);
  assert.deepEqual([users.size, items.size, byUser.indices.length], [943, 1682, 100_000]);
  assert.deepEqual(scale, { min: 1, max: 5, step: 1 });
  assert.equal(catalog.genres.names[0], "unknown");
  assert.equal(catalog.genres.names.length, 19);
  assert.deepEqual(labelsOf(catalog.genres, items.index(1)), ["Animation", "Children's", "Comedy"]);
  assert.deepEqual(labelsOf(catalog.genres, items.index(267)), ["unknown"]);
  assert.equal(catalog.titles[items.index(543)], "Misérables, Les (1995)");
});

real("ml-100k", "the split u1 is read file by file with the whole catalog", async (path) => {
  const base = await readRatings(join(path, "u1.base"));
  const rest = await readRatings(join(path, "u1.test"));
  assert.deepEqual([base.byUser.indices.length, rest.byUser.indices.length], [80_000, 20_000]);
  assert.deepEqual([base.items.size, rest.items.size, base.name], [1682, 1682, "u1.base"]);
});

test("ml-1m's layout is read: double colons and latin-1", async () => {
  const path = await files({
    "ratings.dat": "1::10::5::978300760\n2::20::1::978300761\n",
    "movies.dat": latin1('10::Café, Le: a "story" (1999)::Drama|War\n30::Unrated (2000)::Comedy\n'),
  });
  const { items, catalog, scale } = await readRatings(path);
  assert.deepEqual([...items.values], [10, 20, 30]);
  assert.deepEqual(catalog.titles, ['Café, Le: a "story" (1999)', "", "Unrated (2000)"]);
  assert.deepEqual(labelsOf(catalog.genres, 0), ["Drama", "War"]);
  assert.equal(scale.min, 1);
});

test("of a repeated rating the latest stays, and repeats are counted", async () => {
  const path = await file(
    "ratings.csv",
    "userId,movieId,rating,timestamp\n1,1,5,200\n1,1,1,100\n1,2,3,100\n1,2,4,100\n",
  );
  const dataset = await readRatings(path);
  assert.deepEqual(rows(dataset), [
    [1, 1, 5, 200],
    [1, 2, 4, 100],
  ]);
  assert.deepEqual(counts(dataset.report), { rows: 4, repeats: 2, skipped: 0, leftOut: 0, filtered: 0 });
});

test("movies.csv: quoted titles, no genres, no year; tags and links of films nobody names are left out", async () => {
  const path = await files({
    "ratings.csv": "userId,movieId,rating\n7,3,4.5\n",
    "movies.csv": 'movieId,title,genres\n3,"Good, the ""Bad"", The (1966)",Western\n4,Untitled,(no genres listed)\n',
    "tags.csv": "userId,movieId,tag,timestamp\n1,4,later,5\n1,99,lost,5\n1,4,earlier,4\n",
    "links.csv": "movieId,imdbId,tmdbId\n3,0060196,\n99,1,1\n",
  });
  const { items, catalog } = await readRatings(path);
  assert.deepEqual([...items.values], [3, 4]);
  assert.deepEqual(catalog.titles, ['Good, the "Bad", The (1966)', "Untitled"]);
  assert.deepEqual([...catalog.years], [1966, 0]);
  assert.deepEqual(labelsOf(catalog.genres, 1), []);
  assert.deepEqual(labelsOf(catalog.tags, 1), ["later", "earlier"]);
  assert.deepEqual([...catalog.tagTimes!], [5, 4]);
  assert.deepEqual([catalog.imdb[0], catalog.tmdb[0]], [60196, 0]);
});

test("text ids ascend by code unit, not by UTF-8 bytes", async () => {
  // In UTF-16 the surrogates of 𝄞 stand before U+FFFD; in UTF-8 its bytes stand after.
  const { users } = await readRatings(await file("t.csv", "user,item,rating\n\uFFFD,a,1\n𝄞,a,2\nB,a,3\na,a,3\n"));
  assert.deepEqual(users.values, ["B", "a", "𝄞", "\uFFFD"]);
});

test("a column of ids is numbers only if all are whole", async () => {
  const { users, items } = await readRatings(await file("t.csv", "user,item,rating\n10,1,1\n9,2,2\n8,x,3\n-1,10,3\n"));
  assert.deepEqual([...users.values], [-1, 8, 9, 10]);
  assert.deepEqual(items.values, ["1", "10", "2", "x"]);
  const fractions = await readRatings(await file("t.csv", "user,item,rating\n1.5,1,1\n9007199254740993,1,2\n"));
  assert.deepEqual(fractions.users.values, ["1.5", "9007199254740993"]);
});

const expected = [
  ["u1", "i1", 3.5],
  ["u2", "i2", 1],
];
const tables: [string, string, string | Uint8Array, ReadOptions][] = [
  ["common names", "t.csv", "rating,item_id,user_id\n3.5,i1,u1\n1,i2,u2\n", {}],
  ["tabs", "t.tsv", "user\titem\trating\nu1\ti1\t3.5\nu2\ti2\t1\n", {}],
  ["Windows line ends and a byte order mark", "t.csv", "\uFEFFuser,item,rating\r\nu1,i1,3.5\r\nu2,i2,1\r\n", {}],
  ["gzip, by a name in capitals", "T.CSV.GZ", gzipSync("user,item,rating\nu1,i1,3.5\nu2,i2,1\n"), {}],
  ["gzip", "t.csv.gz", gzipSync("user,item,rating\nu1,i1,3.5\nu2,i2,1\n"), {}],
  [
    "named columns",
    "t.csv",
    "w\"h'o,what,how\nu1,i1,3.5\nu2,i2,1\n".replace("w\"h'o", '"w""h\'o"'),
    { columns: { user: "w\"h'o", item: "what", rating: "how" } },
  ],
  ["numbered columns", "t.csv", "3.5|u1|i1\n1|u2|i2\n", { columns: { user: 2, item: 3, rating: "1" }, delimiter: "|" }],
  ["no last line end", "t.csv", "user;item;rating\nu1;i1;3.5\nu2;i2;1", {}],
];
for (const [what, name, content, options] of tables) {
  test(`a table with ${what} is read`, async () => {
    const dataset = await readRatings(await file(name, content), options);
    assert.deepEqual(rows(dataset), expected);
    assert.deepEqual(dataset.scale, { min: 1, max: 3.5, step: 2.5 });
  });
}

test("latin-1 tables are read when so named", async () => {
  const path = await file("t.csv", latin1("user,item,rating\né,a,1\n"));
  assert.deepEqual((await readRatings(path, { encoding: "latin-1" })).users.values, ["é"]);
});

test("Parquet is read, with odd column names and dates", async () => {
  const bytes = parquetWriteBuffer({
    columnData: [
      { name: 'u "x"', data: [5n] },
      { name: "item", data: ["a"] },
      { name: "rating", data: [3.25], type: "FLOAT" },
      { name: "time", data: [new Date("1970-01-02")] },
    ],
  });
  const path = await file("odd 'name'.parquet", new Uint8Array(bytes));
  const dataset = await readRatings(path, { columns: { user: 'u "x"' } });
  assert.deepEqual(rows(dataset), [[5, "a", 3.25, 86_400]]);
  assert.equal(dataset.scale.step, 0);
});

const head = "userId,movieId,rating,timestamp\n";
const manyGood = Array.from({ length: 80 }, (_, n) => `1,${n + 1},3,4\n`).join("");
const broken: [string, string, string | Uint8Array, ReadOptions, string, string][] = [
  [
    "a rating off the scale",
    "ratings.csv",
    `${head}${manyGood}2,1,6.0,4\n`,
    { scale: { min: 0.5, max: 5 } },
    "DATA_ROW",
    'ratings.csv row 81 (line 82): rating "6.0" is outside 0.5–5',
  ],
  [
    "a rating below the given scale",
    "t.csv",
    "user,item,rating\n1,1,0\n",
    { scale: { min: 1, max: 10 } },
    "DATA_ROW",
    't.csv row 1 (line 2): rating "0" is outside 1–10',
  ],
  ["no rating", "ratings.csv", `${head}1,1,,4\n`, {}, "DATA_ROW", "ratings.csv row 1 (line 2): rating is missing"],
  [
    "a rating in words",
    "t.csv",
    "user,item,rating\n1,1,4\n1,2,good\n",
    {},
    "DATA_ROW",
    't.csv row 2 (line 3): rating "good" is not a number',
  ],
  [
    "a rating that is NaN",
    "t.csv",
    "user,item,rating\n1,1,nan\n",
    {},
    "DATA_ROW",
    't.csv row 1 (line 2): rating "nan" is not a number',
  ],
  [
    "an infinite rating",
    "t.csv",
    "user,item,rating\n1,1,-inf\n",
    {},
    "DATA_ROW",
    't.csv row 1 (line 2): rating "-inf" is not a number',
  ],
  ["no id", "t.csv", "user,item,rating\nx,a,3\n,a,3\n", {}, "DATA_ROW", "t.csv row 2 (line 3): user is missing"],
  [
    "a time in words",
    "ratings.csv",
    `${head}1,1,3,noon\n`,
    {},
    "DATA_ROW",
    'ratings.csv row 1 (line 2): timestamp "noon" is not a time',
  ],
  [
    "too few fields",
    "ratings.csv",
    `${head}1,1,3,4\n1,2\n`,
    {},
    "DATA_ROW",
    "ratings.csv row 2 (line 3): 2 fields where 4 are expected",
  ],
  [
    "too many fields",
    "ratings.csv",
    `${head}1,1,3,4\n1,2,3,4,5\n`,
    {},
    "DATA_ROW",
    "ratings.csv row 2 (line 3): 5 fields where 4 are expected",
  ],
  [
    "an open quote",
    "ratings.csv",
    `${head}1,"1,3,4\n1,2,3,4\n`,
    {},
    "DATA_ROW",
    "ratings.csv row 1 (line 2): a quote is opened and never closed",
  ],
  [
    "a bad row after blank lines and line breaks in quotes",
    "t.csv",
    'user,item,rating\n\n"a\nb",1,2\n\nc,1,x\n',
    {},
    "DATA_ROW",
    't.csv row 2 (line 6): rating "x" is not a number',
  ],
  [
    "a file without header",
    "u.data",
    "1\t1\t3\t4\n1\t2\t9\t4\n",
    { scale: { min: 1, max: 5 } },
    "DATA_ROW",
    'u.data row 2: rating "9" is outside 1–5',
  ],
  ["an empty file", "ratings.csv", "", {}, "DATA_EMPTY", "ratings.csv is empty"],
  ["only a header", "ratings.csv", head, {}, "DATA_EMPTY", "ratings.csv holds no ratings"],
  [
    "a missing column",
    "t.csv",
    "user,thing,rating\n1,1,1\n",
    {},
    "DATA_COLUMN",
    "t.csv has no item column; its columns are user, thing, rating",
  ],
  [
    "a misnamed column",
    "t.csv",
    "user,item,rating\n1,1,1\n",
    { columns: { rating: "stars" } },
    "DATA_COLUMN",
    't.csv has no column "stars" for the rating; its columns are user, item, rating',
  ],
  [
    "latin-1 instead of UTF-8",
    "t.csv",
    latin1("user,item,rating\na,b,1\né,b,2\n"),
    { encoding: "utf-8" },
    "DATA_ENCODING",
    "t.csv row 2 (line 3) is not UTF-8",
  ],
  [
    "a line in another encoding",
    "t.csv",
    Buffer.concat([Buffer.from("user,item,rating\né,b,1\n"), latin1("é,b,2\n")]),
    {},
    "DATA_ENCODING",
    "t.csv line 3 is not UTF-8, though line 2 is",
  ],
  ["a damaged Parquet file", "t.parquet", "PAR1 no", {}, "DATA_LAYOUT", "t.parquet is not a readable Parquet file"],
  ["a damaged gzip file", "t.csv.gz", "not gzip", {}, "DATA_LAYOUT", "t.csv.gz is not a readable gzip file"],
  [
    "an impossible scale",
    "t.csv",
    "user,item,rating\n1,1,1\n",
    { scale: { min: 5, max: 1 } },
    "USAGE",
    "a rating scale of 5–1 with step 0 is not possible",
  ],
];
for (const [what, name, content, options, code, message] of broken) {
  test(`${what} is an error that says where and what`, async () => {
    await assert.rejects(readRatings(await file(name, content), options), { code, message });
  });
}

test("a film whose id is in words makes all ids of films texts, and they are found as before", async () => {
  const path = await files({
    "ratings.csv": `${head}1,1,3,4\n`,
    "movies.csv": "movieId,title,genres\nx,X,Comedy\n1,One,\n",
  });
  const { items, catalog, byUser } = await readRatings(path);
  assert.deepEqual([items.values, catalog.titles, [...byUser.indices]], [["1", "x"], ["One", "X"], [0]]);
  assert.deepEqual([items.index(1), items.index("1"), items.index("01")], [0, 0, -1]);
});

test("00123 and 123 are two users, in every layout", async () => {
  for (const [name, text] of [
    ["ratings.csv", "userId,movieId,rating\n00123,1,3\n123,1,4\n"],
    ["u.data", "00123\t1\t3\t9\n123\t1\t4\t9\n"],
    ["ratings.dat", "00123::1::3::9\n123::1::4::9\n"],
  ]) {
    const { users } = await readRatings(await file(name, text));
    assert.deepEqual([users.values, users.index(123), users.index("00123")], [["00123", "123"], 1, 0]);
  }
});

test("lenient reading skips and counts every kind of bad row", async () => {
  const bad = "1,2\n1,3,9,4\n,4,3,4\n1,,3,4\n1,5,3,4,5\n1,6,3,noon\n";
  const scale = { min: 0.5, max: 5 };
  const path = await file("ratings.csv", `${head}1,1,3,4\n${bad}1,7,2,4\n`);
  const dataset = await readRatings(path, { lenient: true, scale });
  assert.deepEqual(rows(dataset), [
    [1, 1, 3, 4],
    [1, 7, 2, 4],
  ]);
  assert.deepEqual(counts(dataset.report), { rows: 8, repeats: 0, skipped: 6, leftOut: 0, filtered: 0 });
});

test("users and films of skipped rows do not exist, nor do their ids say how the others are read", async () => {
  const bad = "ghost,spook,NULL\nu,x,\n9,,3\n,9,3\n8,8,3,3\n";
  const { users, items, report } = await readRatings(await file("t.csv", `user,item,rating\n1,2,3\n${bad}`), {
    lenient: true,
  });
  assert.deepEqual([...users.values, ...items.values], [1, 2]);
  assert.equal(report.skipped, 5);
});

test("lenient reading goes on at the line after a broken one", async () => {
  const lines = (broken: string) =>
    Array.from({ length: 100 }, (_, n) => (n === 50 ? broken : `${n % 7},${n},${1 + (n % 5)}\n`)).join("");
  for (const broken of ['6,1,"4\n', '"6,1,4\n', '6,"1"x,4\n', '"6",1\n', '6,1,4,"5\n']) {
    for (const more of ["", 'a"b,3,4\n', '"quo""ted",3,4\n', '9,"1000,4\n9,1001,"3\n']) {
      const text = `user,item,rating\n${lines(broken)}${more}`;
      const { report } = await readRatings(await file("t.csv", text), { lenient: true });
      const bad = more.startsWith("9") ? 3 : 1;
      const rows = text.trimEnd().split("\n").length - 1;
      assert.deepEqual(
        counts(report),
        { rows, repeats: 0, skipped: bad, leftOut: 0, filtered: 0 },
        JSON.stringify([broken, more]),
      );
    }
  }
});

test("lenient reading fails where it cannot know how many rows are lost", async () => {
  const path = await file("t.csv", 'user,item,rating\n1,1,"4\n1,2,5"\n1,3,4\n');
  await assert.rejects(readRatings(path, { lenient: true }), {
    code: "DATA_ROW",
    message: "t.csv row 1 (line 2): a value holds several lines, and how many rows they are is not known",
  });
});

test("a packed file that ends early or is damaged is refused by name, whatever it holds", async () => {
  const numbers = Array.from({ length: 90_000 }, (_, n) => `${n % 700},${(n * 7919) % 4001},${1 + (n % 5)}\n`).join("");
  for (const text of [`user,item,rating\n${numbers}`, `user,item,rating\nx,1,3\n${numbers}`]) {
    const packed = gzipSync(text);
    const flipped = Uint8Array.from(packed);
    flipped[packed.length - 6] ^= 1; // the checksum
    for (const lenient of [false, true]) {
      for (const cut of [packed.length - 1, packed.length - 8, packed.length >> 1, 20]) {
        await assert.rejects(readRatings(await file("cut.csv.gz", packed.subarray(0, cut)), { lenient }), {
          code: "DATA_LAYOUT",
          message: "cut.csv.gz ends before its data do",
          fix: "check that the file is complete",
        });
      }
      await assert.rejects(readRatings(await file("t.csv.gz", flipped), { lenient }), {
        code: "DATA_LAYOUT",
        message: "t.csv.gz is not a readable gzip file",
      });
    }
    assert.equal((await readRatings(await file("t.csv.gz", packed))).report.rows, text.split("\n").length - 2);
  }
});

test("rows are read whatever their line ends are, and blanks around values are no part of them", async () => {
  const ends = ["\n", "\r\n", "\r"];
  const table = (end: (n: number) => string, value = (text: string) => text) =>
    [
      ["user", "item", "rating"],
      ...Array.from({ length: 9000 }, (_, n) => [`u${n % 71}`, `${n % 97}`, `${1 + (n % 5)}`]),
    ]
      .map((fields, n) => fields.map(value).join(",") + end(n))
      .join("");
  const expected = await fingerprint(
    await readRatings(
      await file(
        "t.csv",
        table(() => "\n"),
      ),
    ),
  );
  const written = [
    ...ends.map((end) => table(() => end)),
    table((n) => ends[n % 3]),
    table((n) => (n < 100 ? "\n" : "\r\n")),
    `\n \n\n${table((n) => (n % 5 === 0 ? "\n\r\n \n" : "\n"))}`,
    table(
      () => "\n",
      (text) => `  ${text} `,
    ),
    table(
      () => "\r\n",
      (text) => ` "${text}"  `,
    ),
  ];
  for (const text of written) {
    assert.equal(await fingerprint(await readRatings(await file("t.csv", text))), expected, text.slice(0, 60));
  }
});

test("a quote within a value is a character as any other, and the row named is the wrong one", async () => {
  const path = await file("t.csv", 'user,item,rating\na"b,x,1\nc,y"",2\nd,z,good\n');
  await assert.rejects(readRatings(path), { message: 't.csv row 3 (line 4): rating "good" is not a number' });
  const { users, items } = await readRatings(path, { lenient: true });
  assert.deepEqual(
    [users.values, items.values],
    [
      ['a"b', "c"],
      ["x", 'y""'],
    ],
  );
});

test("4_5 is no number, and 1_000 is not 1000", async () => {
  const rating = await file("t.csv", "user,item,rating\n1,1,4_5\n");
  await assert.rejects(readRatings(rating), { message: 't.csv row 1 (line 2): rating "4_5" is not a number' });
  const { users } = await readRatings(await file("t.csv", "user,item,rating\n1_000,1,4\n1000,1,4\n"));
  assert.deepEqual(users.values, ["1000", "1_000"]);
});

test("times in milliseconds or finer are brought to seconds; a mixture is refused", async () => {
  const read = async (times: string[], who = "1") => {
    const lines = times.map((time, n) => `${who},${n},3,${time}\n`).join("");
    return (await readRatings(await file("t.csv", `user,item,rating,time\n${lines}`))).byUser.times;
  };
  for (const who of ["1", "a"]) {
    assert.deepEqual(await read(["978300760000", "1112484727000"], who), Uint32Array.of(978300760, 1112484727));
    assert.deepEqual(
      await read(["978300760000000", "1112484727500000"], who),
      Float64Array.of(978300760, 1112484727.5),
    );
    assert.deepEqual(await read(["978300760"], who), Uint32Array.of(978300760));
    await assert.rejects(read(["978300760", "1112484727000"], who), {
      code: "DATA_ROW",
      message: "t.csv: the times 978300760 and 1112484727000 cannot both be in seconds",
      fix: "write all times in seconds, or all in milliseconds, since 1970",
    });
  }
});

test("dates are read in UTC or with their offset; what is no date is refused", async () => {
  const dates: [string, number][] = [
    ["2005-04-02", 1112400000],
    ["2005-04-02 23:53:47", 1112486027],
    ["2005-04-02T23:53:47.5Z", 1112486027.5],
    ["2005-04-03 01:53+02:00", 1112485980],
    ["1.5e3", 1500],
  ];
  for (const [text, seconds] of dates) {
    const { byUser } = await readRatings(await file("t.csv", `user,item,rating,time\n1,1,3,${text}\n`));
    assert.equal(byUser.times![0], seconds, text);
  }
  for (const text of ["2005-02-30", "2005-13-01", "2005-04-02 25:00", "noon", "1_000"]) {
    await assert.rejects(readRatings(await file("t.csv", `user,item,rating,time\n1,1,3,${text}\n`)), {
      message: `t.csv row 1 (line 2): time ${JSON.stringify(text)} is not a time`,
    });
  }
});

test("what stands between columns is found out, and can be said", async () => {
  for (const separator of ["|", "::", " ", ";", "\t", ",", "~"]) {
    for (const names of [["user", "item", "rating"], []]) {
      const text = [names, ["1", "2", "3"], ["1", "3", "4.5"]]
        .flatMap((row) => (row.length > 0 ? [`${row.join(separator)}\n`] : []))
        .join("");
      const options = separator === "~" ? { delimiter: "~" } : {};
      assert.deepEqual(rows(await readRatings(await file("t.txt", text), options)), [
        [1, 2, 3],
        [1, 3, 4.5],
      ]);
    }
  }
  const blanks = await file("t.txt", " 1  2   0.5 \n1 3 4\n");
  assert.deepEqual(rows(await readRatings(blanks)), [
    [1, 2, 0.5],
    [1, 3, 4],
  ]);
});

test("columns by number: the line of names is no row", async () => {
  const columns = { user: 1, item: 2, rating: 3 };
  for (const first of ["who,what,stars\n", ""]) {
    const path = await file("t.csv", `${first}u1,i1,3.5\nu2,i2,1\n`);
    assert.deepEqual(rows(await readRatings(path, { columns })), expected);
  }
});

test("files of other kinds are told by their first bytes, and what to do is said", async () => {
  const zip = (name: string) => Buffer.from(`PK\x03\x04\x14\0\0\0\0\0${name}`, "latin1");
  const kinds: [string, Uint8Array, string, string, string][] = [
    ["t.xlsx", zip("a"), "DATA_LAYOUT", "is an Excel workbook", "save it as CSV, and give that file"],
    ["t.csv", zip("xl/workbook.xml"), "DATA_LAYOUT", "is an Excel workbook", "save it as CSV, and give that file"],
    ["t.csv", zip("ratings.csv"), "DATA_LAYOUT", "is a zip archive", "give it a name that ends in .zip, or unzip it"],
    ["t.csv", gzipSync("a"), "DATA_LAYOUT", "is packed with gzip", "give it a name that ends in .gz, or unpack it"],
  ];
  for (const [name, content, code, what, fix] of kinds) {
    await assert.rejects(readRatings(await file(name, content)), { code, message: `${name} ${what}`, fix });
  }
});

test("a file without one good row is empty even when read leniently", async () => {
  const path = await file("ratings.csv", `${head}1,1,x,4\n`);
  await assert.rejects(readRatings(path, { lenient: true }), {
    code: "DATA_EMPTY",
    message: "ratings.csv holds no readable rating in its 1 rows",
  });
});

test("a rating between the steps of the scale is accepted", async () => {
  const dataset = await readRatings(await file("ratings.csv", `${head}1,1,3.7,4\n`));
  assert.equal(dataset.byUser.values[0], Math.fround(3.7));
});

test("the order of rows decides between ratings of the same time, in large files too", async () => {
  const count = 300_000;
  let text = head;
  for (let n = 0; n < count; n++) text += `1,${n % 1000},${1 + (Math.floor(n / 1000) % 5)},7\n`;
  const { byUser, report } = await readRatings(await file("ratings.csv", text));
  assert.equal(report.repeats, count - 1000);
  assert.deepEqual(new Set(byUser.values), new Set([1 + ((count / 1000 - 1) % 5)]));
});

test("a folder that is nothing we know says what was looked for", async () => {
  const path = await files({ "readme.txt": "hello" });
  await assert.rejects(readRatings(path), {
    code: "DATA_LAYOUT",
    message: /^folder .* holds no table of ratings, such as ratings\.csv$/,
  });
});

test("a name that is nearly right gets a suggestion, another does not", async () => {
  await assert.rejects(readRatings("ml-latst-small"), {
    code: "DATA_NOT_FOUND",
    fix: /^did you mean ml-latest-small\? give a path, or one of /,
  });
  await assert.rejects(readRatings("/no/such/place.csv"), { code: "DATA_NOT_FOUND", fix: /^give a path, or one of / });
});

test("an existing path wins over a name", async (t) => {
  const own = await mkdtemp(join(folder, "d"));
  await mkdir(join(own, "synthetic-100k"));
  await writeFile(join(own, "synthetic-100k", "ratings.csv"), `${head}1,1,3,4\n`);
  const before = process.cwd();
  process.chdir(own);
  t.after(() => process.chdir(before));
  assert.equal((await readRatings("synthetic-100k")).byUser.indices.length, 1);
});

test("an aborted signal stops reading", async () => {
  const path = await file("ratings.csv", `${head}1,1,3,4\n`);
  await assert.rejects(readRatings(path, { signal: AbortSignal.abort() }), { code: "CANCELLED" });
  const controller = new AbortController();
  const onProgress = () => controller.abort();
  await assert.rejects(readRatings(path, { signal: controller.signal, onProgress }), { code: "CANCELLED" });
});

test("the order of rows does not change the fingerprint", async () => {
  const one = await readRatings(await file("t.csv", "user,item,rating\na,x,1\nb,y,2\n"));
  const two = await readRatings(await file("t.csv", "user,item,rating\nb,y,2\na,x,1\n"));
  assert.equal(await fingerprint(one), await fingerprint(two));
});

test("a name with wildcards means the file of that name", async () => {
  const own = await files({ "r[1].csv": `${head}1,1,3,4\n`, "r1.csv": `${head}1,1,3,4\n2,1,3,4\n` });
  assert.equal((await readRatings(join(own, "r[1].csv"))).byUser.values.length, 1);
});

test("ids that are not written as numbers usually are stay apart", async () => {
  const odd = await readRatings(await file("own.csv", "user,item,rating\n007,1,3\n7,1,4\n1e1,2,3\n10,2,5\n"));
  assert.deepEqual(odd.users.values, ["007", "10", "1e1", "7"]);
  assert.equal(odd.report.repeats, 0);
  const plain = await readRatings(await file("plain.csv", "User,Item,Rating\n-5,1.0,3\n7,2.0,4\n"));
  assert.deepEqual([...plain.users.values], [-5, 7]);
  assert.equal(plain.users.index("-5"), 0);
  assert.deepEqual([...plain.items.values], [1, 2]);
});

test("a rating too large to be kept is an error", async () => {
  const large = await file("own.csv", "user,item,rating\n1,1,3\n1,2,1e308\n");
  await assert.rejects(readRatings(large), { code: "DATA_ROW", message: /row 2 .*"1e308" is too large/ });
});

test("what is not a file of its own is refused at once", async () => {
  await assert.rejects(readRatings("/dev/null"), {
    code: "DATA_NOT_FOUND",
    message: "/dev/null is not a regular file",
  });
});

test("encodings are told apart by the bytes, file by file, and can be said", async () => {
  const films = "movieId,title,genres\n1,Amélie (2001),Comedy\n";
  const utf16 = Buffer.from(`\uFEFF${films}`, "utf16le");
  const read = async (bytes: Uint8Array, options: ReadOptions = {}) =>
    (await readRatings(await files({ "ratings.csv": `${head}1,1,3,4\n`, "movies.csv": bytes }), options)).catalog
      .titles[0];
  for (const bytes of [Buffer.from(films), Buffer.from(`\uFEFF${films}`), latin1(films), utf16, utf16.swap16()]) {
    assert.equal(await read(bytes), "Amélie (2001)");
  }
  const curly = Buffer.concat([Buffer.from("movieId,title\n1,Schindler"), Buffer.of(0x92), Buffer.from("s List\n")]);
  assert.equal(await read(curly), "Schindler’s List");
  assert.equal(await read(curly, { encoding: "latin-1" }), "Schindler\u0092s List");
  assert.equal(await read(Buffer.from(films), { encoding: "latin-1" }), "AmÃ©lie (2001)");
  await assert.rejects(read(latin1(films), { encoding: "utf-8" }), {
    code: "DATA_ENCODING",
    message: "movies.csv row 1 (line 2) is not UTF-8",
  });
  await assert.rejects(readRatings(await file("t.csv", utf16.subarray(0, -1))), { code: "DATA_ENCODING" });
});

test("times are kept in half the room where all are whole numbers, and are the same to the fingerprint", async () => {
  const read = (...times: string[]) => {
    const lines = times.map((time, n) => `1,${n},3,${time}\n`).join("");
    return file("ratings.csv", head + lines).then((path) => readRatings(path));
  };
  const whole = await read("7", "0", "4294967295");
  assert.deepEqual(whole.byUser.times, Uint32Array.of(7, 0, 4294967295));
  for (const odd of ["-1", "0.5", "4294967296"]) {
    const { byUser } = await read("7", odd, "8");
    assert.deepEqual(byUser.times, Float64Array.of(7, Number(odd), 8));
  }
  const wide = { ...whole, byUser: { ...whole.byUser, times: Float64Array.from(whole.byUser.times!) } };
  assert.equal(await fingerprint(wide), await fingerprint(whole));
});

test("ratings by item are made once, when they are asked for", async () => {
  const data = await readRatings(await file("ratings.csv", `${head}1,5,3,0\n2,5,4,0\n`));
  assert.deepEqual([...data.byItem.values], [3, 4]);
  assert.equal(data.byItem, data.byItem);
});

test("the fingerprint tells times apart", async () => {
  const at = async (time: number) =>
    fingerprint(await readRatings(await file("ratings.csv", `${head}1,1,3,${time}\n`)));
  assert.notEqual(await at(4), await at(5));
});
