/** Tables in the layouts that people have: events, matrices, JSON, blocks, catalogs, folders and archives. */
import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { zip } from "../../test/helpers/zip.ts";
import { labelsOf } from "./catalog.ts";
import type { Dataset } from "./dataset.ts";
import type { Id } from "./ids.ts";
import { previewRatings, type ReadOptions, readRatings } from "./read.ts";

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "matinee-layouts-"));
});
after(() => rm(folder, { recursive: true, force: true }));

async function files(contents: Record<string, string | Uint8Array>): Promise<string> {
  const own = await mkdtemp(join(folder, "d"));
  for (const [name, content] of Object.entries(contents)) {
    await mkdir(dirname(join(own, name)), { recursive: true });
    await writeFile(join(own, name), content);
  }
  return own;
}
async function read(name: string, content: string | Uint8Array, options: ReadOptions = {}): Promise<Dataset> {
  return readRatings(join(await files({ [name]: content }), name), options);
}

function rows({ byUser, users, items }: Dataset): [Id, Id, number][] {
  return Array.from({ length: byUser.rows }, (_, user) => {
    const [start, end] = [byUser.offsets[user], byUser.offsets[user + 1]];
    return Array.from(byUser.indices.subarray(start, end), (item, n): [Id, Id, number] => [
      users.id(user),
      items.id(item),
      byUser.values[start + n],
    ]);
  }).flat();
}

const events = `timestamp,visitorid,event,itemid,transactionid
1433221332117,1,view,10,
1433221332118,1,view,10,
1433221332119,1,addtocart,10,
1433307732117,2,transaction,11,7
1433307732117,2,hover,12,
`;

test("events without ratings count 1 each and are added up", async () => {
  const data = await read("events.csv", events);
  assert.equal(data.feedback, "events");
  assert.deepEqual(rows(data), [
    [1, 10, 3],
    [2, 11, 1],
    [2, 12, 1],
  ]);
  const { rows: count, repeats, leftOut } = data.report;
  assert.deepEqual([count, repeats, leftOut], [5, 2, 0]);
  assert.equal(data.byUser.times![0], 1433221332.119);
});

test("events have weights by their types; types without one are left out and counted", async () => {
  const data = await read("events.csv", events, { weights: { view: 1, addtocart: 3, transaction: 5 } });
  assert.deepEqual(rows(data), [
    [1, 10, 5],
    [2, 11, 5],
  ]);
  assert.deepEqual([data.report.leftOut, data.items.size, data.scale.max], [1, 2, 5]);
  await assert.rejects(read("events.csv", events, { weights: { view: 1, purchase: 5 } }), {
    code: "DATA_COLUMN",
    message: 'events.csv: no event is "purchase"',
    fix: /^its types are view, addtocart, transaction, hover$/,
  });
  await assert.rejects(read("t.csv", "user,item\n1,2\n", { weights: { view: 1 } }), {
    code: "USAGE",
    message: "t.csv: there are weights, but no column of event types",
  });
});

test("an event counts half after the half-life, from the newest event back", async () => {
  const log = "user,item,time\n1,10,2024-01-11\n1,10,2024-01-01\n2,10,2023-12-12\n";
  const data = await read("t.csv", log, { halfLife: "10d" });
  assert.deepEqual(rows(data), [
    [1, 10, 1.5],
    [2, 10, 0.125],
  ]);
  for (const halfLife of ["", "ten", "0d", "-1d", "90"]) {
    await assert.rejects(read("t.csv", log, { halfLife }), { code: "USAGE", fix: /^write 90d, or hours/ });
  }
  await assert.rejects(read("t.csv", "user,item\n1,2\n", { halfLife: "1d" }), { code: "USAGE", fix: /--time-column/ });
  await assert.rejects(read("t.csv", "user,item,rating,time\n1,2,3,4\n", { halfLife: "1d" }), {
    message: "t.csv: halfLife is for events, and these are ratings",
  });
});

test("repeated events are added, counted, or the latest counts", async () => {
  const log = "user,item,plays,time\n1,10,3,7\n1,10,4,5\n";
  const of = async (options?: ReadOptions) => rows(await read("t.csv", log, options))[0][2];
  assert.deepEqual([await of(), await of({ repeats: "sum" })], [7, 7]);
  assert.equal(await of({ repeats: "count" }), 2);
  assert.equal(await of({ repeats: "latest" }), 3);
  assert.equal(await of({ feedback: "ratings" }), 3);
  await assert.rejects(of({ feedback: "ratings", repeats: "sum" }), { code: "USAGE" });
});

test("the sum of events does not depend on their order", async () => {
  // Added from the largest to the smallest, the small ones would be lost.
  const amounts = [1, 2 ** -24, 2 ** -53, 2 ** -53];
  for (const order of [amounts, amounts.toReversed(), [2 ** -53, 1, 2 ** -24, 2 ** -53]]) {
    const log = order.map((amount) => `1,10,${amount}\n`).join("");
    const { byUser } = await read("t.csv", `user,item,amount\n${log}`);
    assert.equal(byUser.values[0], 1 + 2 ** -23);
  }
});

test("an amount below 0 is refused, 0 is no event, and an event without an amount is one", async () => {
  const log = "user,item,event,value\n1,10,play,0\n1,11,play,\n1,12,play,2.5\n";
  const data = await read("t.csv", log);
  assert.deepEqual(rows(data), [
    [1, 11, 1],
    [1, 12, 2.5],
  ]);
  assert.equal(data.report.leftOut, 1);
  await assert.rejects(read("t.csv", `${log}1,13,play,-2\n`), {
    code: "DATA_ROW",
    message: 't.csv row 4 (line 5): value "-2" is below 0, and an amount of events cannot be',
  });
});

test("a value that means unrated and ratings below a minimum are left out, and leave no trace", async () => {
  const table = "user,item,rating\n1,10,-1\n2,11,4\n2,12,\n3,13,1\n";
  const data = await read("t.csv", table, { unrated: "", minRating: 2 });
  assert.deepEqual([rows(data), data.report.leftOut, data.users.size, data.items.size], [[[2, 11, 4]], 3, 1, 1]);
  const other = await read("t.csv", table.replace(",12,\n", ",12,3\n"), { unrated: -1 });
  assert.deepEqual([other.report.leftOut, other.scale], [1, { min: 1, max: 4, step: 1 }]);
  await assert.rejects(read("t.csv", table, { unrated: "-1" as never }), { code: "USAGE", fix: /^give the number/ });
  await assert.rejects(read("t.csv", table, { unrated: -1 }), { message: "t.csv row 3 (line 4): rating is missing" });
});

test("a table without ratings is one of events only where nothing in it may be ratings", async () => {
  assert.equal((await read("t.csv", "user,item\n1,10\n")).feedback, "events");
  assert.equal((await read("t.csv", "user,item,comment\n1,10,nice\n")).feedback, "events");
  assert.equal((await read("t.csv", "user,item,grade\n1,10,3\n", { feedback: "events" })).feedback, "events");
  await assert.rejects(read("t.csv", "user,item,grade\n1,10,3\n"), {
    code: "DATA_COLUMN",
    fix: "name it with --rating-column, grade perhaps; or say with --feedback events that there is none",
  });
});

test("columns in any order and letter case are found, also without a header where all are numbers", async () => {
  for (const text of [
    "TIMESTAMP,Rating,ITEM-ID,User ID\n9,3,10,1\n",
    "1::10::3::9\n",
    "1 10 3\n",
    "user_id:token\titem_id:token\trating:float\n1\t10\t3\n",
    "1,10,3,2005-04-02 23:53:47\n",
  ]) {
    assert.deepEqual(rows(await read("t.txt", text)), [[1, 10, 3]], text);
  }
  for (const text of ["A1,B2,3,9\n", "B2,A1,3\n", "1,2,3,4,5\n", "1,10,good\n"]) {
    await assert.rejects(read("t.txt", text), { code: "DATA_COLUMN", fix: /--user-column 1/ }, text);
  }
  assert.deepEqual(rows(await read("t.txt", "B2,A1,3,9\n", { columns: { user: 2, item: 1 } })), [["A1", "B2", 3]]);
});

test("decimal commas are read where another sign stands between columns", async () => {
  const data = await read("t.csv", "\uFEFFuserId;movieId;rating\n1;10;4,5\n1;11;0,5\n1;12;3\n");
  assert.deepEqual(Array.from(data.byUser.values), [4.5, 0.5, 3]);
  await assert.rejects(read("t.csv", 'user,item,rating\n1,10,"4,5"\n'), { code: "DATA_ROW" });
});

test("quotes after a backslash are read where a line makes no sense otherwise", async () => {
  const data = await read("t.csv", '"User-ID";"ISBN";"Book-Rating"\n"1";"\\"04\\"; x";"5"\n"2";"C:\\";"6"\n');
  assert.deepEqual(data.items.values, ['"04"; x', "C:\\"]);
});

test("a matrix of users and films is recognised, or said to be one", async () => {
  const matrix = "who,a,b,c,d,e\nu1,4,,3,1,2\nu2,,5,,,\n";
  const expected = [
    ["u1", "a", 4],
    ["u1", "c", 3],
    ["u1", "d", 1],
    ["u1", "e", 2],
    ["u2", "b", 5],
  ];
  assert.deepEqual(rows(await read("t.csv", matrix)), expected);
  assert.deepEqual(rows(await read("t.csv", "who,a\nu1,4\n", { layout: "wide" })), [["u1", "a", 4]]);
  await assert.rejects(read("t.csv", matrix.replace(",3,", ",x,"), { layout: "wide" }), {
    code: "DATA_ROW",
    message: 't.csv row 1 (line 2) column "c": rating "x" is not a number',
  });
  await assert.rejects(read("t.csv", matrix, { layout: "table" }), { code: "DATA_COLUMN" });
  // As in Jester: the number of ratings, then one column for each joke; 99 is unrated.
  const jester = await read("t.csv", "2,-9.5,99,3\n1,99,99,0.5\n", {
    layout: "wide",
    header: false,
    columns: { item: "2-4" },
    unrated: 99,
  });
  assert.deepEqual(rows(jester), [
    [1, 2, -9.5],
    [1, 4, 3],
    [2, 4, 0.5],
  ]);
});

test("JSON is read with an object on each line or a list of them; long ids stay whole", async () => {
  const objects = [
    { user_id: "u", business_id: "b", stars: 4, text: 'a "b"\nc', date: "2018-07-07 22:09:00" },
    { user_id: "v", business_id: "b", stars: 2.5, text: "", date: "2018-07-08 22:09:00" },
  ];
  for (const text of [objects.map((one) => JSON.stringify(one)).join("\r\n"), JSON.stringify(objects, undefined, 1)]) {
    assert.deepEqual(rows(await read("t.json", text)), [
      ["u", "b", 4],
      ["v", "b", 2.5],
    ]);
  }
  const long =
    '{"user":{"id":9007199254740993},"item":1,"rating":3}\n{"user":{"id":9007199254740992},"item":1,"rating":4}\n';
  const data = await read("t.jsonl.gz", gzipSync(long), { columns: { user: "user.id" } });
  assert.deepEqual(data.users.values, ["9007199254740992", "9007199254740993"]);
  const broken = `${objects.map((one) => JSON.stringify(one)).join("\n")}\n{"user_id": 1,\n`;
  await assert.rejects(read("t.json", broken), { code: "DATA_ROW", message: /^t\.json row 3: the line is not JSON/ });
  assert.deepEqual((await read("t.json", broken, { lenient: true })).report.skipped, 1);
  await assert.rejects(read("t.json", "{}"), { code: "DATA_COLUMN" });
  await assert.rejects(read("t.json", "[1, 2]"), { code: "DATA_LAYOUT" });
});

test("blocks as those of the Netflix Prize are read from all their files", async () => {
  const path = await files({
    "combined_data_1.txt": "1:\n7,3,2005-09-06\n8,5,2005-05-13\n2:\n7,4,2005-09-05\n",
    "combined_data_2.txt": "3:\n9,1,2005-09-06\n",
    "movie_titles.csv": Buffer.from(
      "1,2003,Dinosaur Planet\n2,NULL,Isle of Man, Café, 1\n3,1997,Character\n",
      "latin1",
    ),
  });
  const data = await readRatings(path);
  assert.deepEqual(rows(data), [
    [7, 1, 3],
    [7, 2, 4],
    [8, 1, 5],
    [9, 3, 1],
  ]);
  assert.deepEqual(data.catalog.titles, ["Dinosaur Planet", "Isle of Man, Café, 1", "Character"]);
  assert.deepEqual([...data.catalog.years], [2003, 0, 1997]);
  const broken = join(await files({ "t.txt": "1:\n7,3,2005-09-06\n8,5\n" }), "t.txt");
  await assert.rejects(readRatings(broken), {
    code: "DATA_ROW",
    message: "t.txt row 2 (line 3): 2 fields where 3 are expected",
  });
});

test("titles come from columns of the ratings, from a file beside them, or from one that is given", async () => {
  const own = await read(
    "t.csv",
    "user,item,rating,title,genres\n1,10,3,Heat (1995),Crime|Drama\n2,10,3,,\n2,11,3,,\n",
  );
  assert.deepEqual([own.catalog.titles, own.catalog.years[0]], [["Heat (1995)", ""], 1995]);
  assert.deepEqual(labelsOf(own.catalog.genres, 0), ["Crime", "Drama"]);

  const ratings = "user_id,book_id,rating\n1,10,3\n";
  const books = 'isbn,book_id,title,original_publication_year,categories\nX,10,"Dune, 1",1965.0,"SF, Classics"\n';
  const beside = await readRatings(await files({ "ratings.csv": ratings, "books.csv": books }));
  assert.deepEqual([beside.catalog.titles, beside.catalog.years[0]], [["Dune, 1"], 1965]);
  assert.deepEqual(labelsOf(beside.catalog.genres, 0), ["SF", "Classics"]);
  const path = await files({
    "ratings.csv": ratings,
    "books.csv": books,
    "other.jsonl": '{"id": 10, "name": "Emma"}\n',
  });
  assert.deepEqual((await readRatings(path, { catalog: join(path, "other.jsonl") })).catalog.titles, ["Emma"]);
  assert.deepEqual((await readRatings(path, { catalog: "none" })).catalog.titles, [""]);
  await assert.rejects(readRatings(path, { catalog: join(path, "nothing.csv") }), { code: "DATA_NOT_FOUND" });
  await assert.rejects(readRatings(join(path, "books.csv")), { code: "DATA_COLUMN", fix: /this one with --catalog$/ });
});

test("RecBole's films have their genres separated by blanks", async () => {
  const item =
    "item_id:token\tmovie_title:token_seq\trelease_year:token\tclass:token_seq\n6\tHeat\t1995\tAction Crime\n";
  const inter = "user_id:token\titem_id:token\trating:float\n1\t6\t4\n";
  const { catalog } = await readRatings(await files({ "ml.inter": inter, "ml.item": item }));
  assert.deepEqual(
    [catalog.titles, [...catalog.years], labelsOf(catalog.genres, 0)],
    [["Heat"], [1995], ["Action", "Crime"]],
  );
});

test("a line of values is no header though one of them is the name of a column", async () => {
  const films = "6::Heat (1995)::Action\n7::Action (1980)::Drama\n";
  const data = await readRatings(await files({ "ratings.dat": "1::6::4::9\n", "movies.dat": films }));
  assert.deepEqual(data.catalog.titles, ["Heat (1995)", "Action (1980)"]);
});

test("Kaggle's movies_metadata.csv goes by TMDB's ids, and so through links.csv", async () => {
  const metadata = `adult,genres,id,imdb_id,title
False,"[{'id': 18, 'name': 'Drama'}, {'id': 35, 'name': 'Comedy'}]",949,tt0113277,Heat
 - Written by,"[]",1997-08-20,0,
`;
  const contents = { "ratings_small.csv": "userId,movieId,rating\n1,6,4\n", "movies_metadata.csv": metadata };
  const alone = await readRatings(await files(contents));
  assert.deepEqual([alone.items.size, alone.catalog.titles], [1, [""]]);
  assert.match(alone.report.recognised!, /goes by the ids of TMDB/);
  const data = await readRatings(
    await files({ ...contents, "links_small.csv": "movieId,imdbId,tmdbId\n6,0113277,949\n" }),
  );
  assert.deepEqual([[...data.items.values], data.catalog.titles, data.catalog.imdb[0]], [[6], ["Heat"], 113277]);
  assert.deepEqual(labelsOf(data.catalog.genres, 0), ["Drama", "Comedy"]);
});

test("a folder or an archive is searched for the ratings", async () => {
  const ratings = "userId,movieId,rating\n1,6,4\n";
  const movies = "movieId,title,genres\n6,Heat (1995),Crime\n";
  for (const name of ["rating.csv", "ratings_small.csv", "BX-Book-Ratings.csv", "x.inter", "feedback.csv", "any.tsv"]) {
    const path = await files({
      [name]: ratings,
      "movies.csv": movies,
      "README.txt": "hello",
      "users.csv": "userId\n1\n",
    });
    assert.deepEqual(rows(await readRatings(path)), [[1, 6, 4]], name);
  }
  await assert.rejects(readRatings(await files({ "a.csv": ratings, "b.csv": ratings })), {
    code: "DATA_LAYOUT",
    message: /holds several tables: a\.csv, b\.csv$/,
  });
  const packed = await files({
    "ml.zip": zip({ "ml/ratings.csv": ratings, "ml/movies.csv": movies, "__MACOSX/x.csv": "" }),
  });
  const data = await readRatings(join(packed, "ml.zip"));
  assert.deepEqual([data.name, rows(data), data.catalog.titles], ["ml", [[1, 6, 4]], ["Heat (1995)"]]);
  await assert.rejects(read("t.zip", "PK no"), { code: "DATA_LAYOUT" });
  const damaged = zip({ "ml/ratings.csv": ratings });
  damaged[damaged.indexOf("1,6,4") + 2] ^= 1;
  await assert.rejects(read("t.zip", damaged), {
    code: "DATA_LAYOUT",
    message: "t.zip cannot be unpacked: its entry ml/ratings.csv is damaged",
  });
});

test("times are left out where that is said, and refused where they cannot be read", async () => {
  const text = "user,item,rating,date\n1,2,3,last May\n";
  await assert.rejects(read("t.csv", text), { code: "DATA_ROW", fix: /--time-column none$/ });
  assert.equal((await read("t.csv", text, { columns: { time: "none" } })).byUser.times, undefined);
});

test("a preview shows rows as they are understood, those that are left out or wrong too", async () => {
  const path = await files({
    "t.csv": "user,item,event,value\n1,10,play,2\n1,11,skip,1\n1,12,play,x\n1,13\n",
    "movies.csv": "item,title\n10,Heat (1995)\n",
  });
  const { recognised, feedback, rows } = await previewRatings(join(path, "t.csv"), { weights: { play: 2 } });
  assert.equal(feedback, "events");
  assert.match(
    recognised,
    /^t\.csv: user "user", item "item", amount "value", event "event"; events by weights play=2/,
  );
  await assert.rejects(previewRatings("synthetic-100k"), { code: "USAGE" });
  await assert.rejects(previewRatings("nothing.csv"), { code: "DATA_NOT_FOUND" });
  assert.deepEqual(rows, [
    { isLeftOut: false, user: "1", item: "10", rating: 4, event: "play", title: "Heat (1995)" },
    { isLeftOut: true, user: "1", item: "11", event: "skip" },
    { isLeftOut: false, problem: 't.csv row 3 (line 4): value "x" is not a number', user: "1", item: "12" },
    { isLeftOut: false, problem: "t.csv row 4 (line 5): 2 fields where 4 are expected" },
  ]);
});
