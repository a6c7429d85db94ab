import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Film, ModelData, Titles } from "../../src/client.ts";
import { filmSearch } from "../../src/recommend/search.ts";
import { titlesOf } from "../../src/recommend/titles.ts";
import { pageData as data } from "../../test/helpers/page-data.ts";
import { changeProfile, emptyProfile, markKinds, type Profile } from "../profile/profile.ts";
import { type Brought, readBrought } from "./brought.ts";
import { addAction, type Choices } from "./chosen.ts";
import { droppedFiles, readFiles } from "./files.ts";
import { filmsOfTitles } from "./films-of-titles.ts";
import { codeOf, fileOfCode, profileText } from "./profile-file.ts";
import { FileProblem } from "./reader.ts";

const titles: Titles = {
  ids: [1, 6, 260, 608, 1193, 2028, 3000, 3001],
  titles: [
    "Toy Story (1995)",
    "Heat (1995)",
    "Star Wars: Episode IV - A New Hope (1977)",
    "Fargo (1996)",
    "One Flew Over the Cuckoo's Nest (1975)",
    "Saving Private Ryan (1998)",
    "Money Talks (1997)",
    "Money Talks (1997)",
  ],
  years: [1995, 1995, 1977, 1996, 1975, 1998, 1997, 1997],
  ratings: [215, 102, 251, 181, 133, 188, 5, 3],
  genreNames: ["Comedy", "Crime", "Drama"],
  genres: [[0], [1, 2], [], [0, 1], [2], [2], [0], [0]],
  imdb: [114709, 113277, 76759, 116282, 73486, 120815, 0, 0],
  tmdb: [862, 949, 11, 275, 510, 857, 0, 0],
};

function filmsFor(of: ModelData = data, named: Titles = titles) {
  const info = filmsOfTitles(named, of);
  return { info, search: filmSearch(info) };
}

const fileOf = (name: string, text: string) => ({ name, bytes: new TextEncoder().encode(text) });
const letterboxd = (rows: readonly string[]) => `Date,Name,Year,Letterboxd URI,Rating\n${rows.join("\n")}\n`;
const watchlist = (rows: readonly string[]) => `Date,Name,Year,Letterboxd URI\n${rows.join("\n")}\n`;
const found = ({ films }: Brought) =>
  films.map(({ title, film, rating, mark, candidates }) => [
    title,
    film?.id ?? candidates.map(({ id }) => id),
    rating ?? mark,
  ]);

test("titles become the films that they are of", () => {
  const { info } = filmsFor();
  assert.deepEqual(titlesOf(info), titles);
  const named = { ...titles, ids: [..."abcdefgh"] };
  assert.equal(filmsOfTitles(named, data).items.index("c"), 2);
});

describe("an export is", () => {
  test("found, doubtful or unmatched, with ratings and marks of the page", async () => {
    const ratings = fileOf(
      "ratings.csv",
      letterboxd(["x,Heat,1995,u1,4.5", "x,Star Wars,1977,u2,5", "x,Unheard Of,2001,u3,1", "x,Money Talks,1997,u4,2"]),
    );
    const seen = fileOf("watched.csv", watchlist(["x,Heat,1995,u1", "x,Toy Story,1995,u5"]));
    const wanted = fileOf("watchlist.csv", watchlist(["x,Fargo,1996,u6", "x,Heat,1995,u1", "x,Toy Story,1995,u5"]));
    const brought = await readBrought([ratings, seen, wanted], filmsFor());
    assert.equal(brought.form, "Letterboxd export");
    assert.deepEqual(found(brought), [
      ["Heat", 6, 4.5],
      ["Star Wars", [260], 5],
      ["Unheard Of", [], 1],
      ["Money Talks", 3000, 2],
      ["Toy Story", 1, "seen"],
      ["Fargo", 608, "watchlist"],
    ]);
    assert.match(brought.films[1].why ?? "", /not quite the same/);
    assert.deepEqual(
      brought.copies.map(({ id }) => id),
      [3001],
    );
    assert.deepEqual(brought.films[0].film, {
      id: 6,
      title: "Heat (1995)",
      year: 1995,
      genres: ["Crime", "Drama"],
      ratings: 102,
    });
  });

  test("rated on the steps of the page", async () => {
    const whole = { ...data, scale: { min: 1, max: 5, step: 1 } };
    const file = fileOf(
      "ratings.csv",
      letterboxd(["x,Heat,1995,u1,3.5", "x,Fargo,1996,u2,0.5", "x,Toy Story,1995,u3,4"]),
    );
    assert.deepEqual(
      (await readBrought([file], filmsFor(whole))).films.map(({ rating }) => rating),
      [4, 1, 4],
    );
  });

  test("refused where it is something else", async () => {
    for (const [name, text] of [
      ["photo.jpg", "\xff\xd8\xff\xe0 JFIF"],
      ["shopping.csv", "what,price\nmilk,1\n"],
      ["empty.zip", `PK\x05\x06${"\0".repeat(18)}`],
    ]) {
      await assert.rejects(readBrought([fileOf(name, text)], filmsFor()), { code: "DATA_LAYOUT" }, name);
    }
  });

  test("refused before it is read where it is far too large, or empty", async () => {
    const unread = () => assert.fail("it was read");
    const large = { name: "holiday.mov", size: 1e9, arrayBuffer: unread } as unknown as File;
    const problemOf = async (files: readonly File[]) => {
      const error = await readFiles(files).catch((error: unknown) => error);
      assert.ok(error instanceof FileProblem);
      return `${error.problem.title}: ${error.problem.detail}`;
    };
    assert.match(await problemOf([large]), /too large.*holiday\.mov/);
    assert.match(await problemOf(Array.from({ length: 3 }, () => ({ ...large, size: 2e7 })) as File[]), /All of it/);
    assert.match(await problemOf([new File([], "nothing.csv")]), /nothing\.csv is empty/);
    assert.match(await problemOf([]), /folder/);
  });
});

test("of a folder that is dropped, the tables and lists in it are read", async () => {
  const entry = (name: string) => ({
    ...{ name, isFile: true, isDirectory: false },
    file: (found: (file: File) => void) => found(new File(["x"], name)),
  });
  const batches = [[entry("ratings.csv"), entry("read me.txt")], [entry("diary.csv")], []];
  const readEntries = (found: (entries: unknown) => void) => found(batches.shift());
  const folder = { name: "letterboxd", isFile: false, isDirectory: true, createReader: () => ({ readEntries }) };
  const drop = (...entries: readonly object[]) => {
    const items = entries.map((each) => ({ webkitGetAsEntry: () => each }));
    return droppedFiles({ items, files: [new File([], "any")] } as unknown as DataTransfer);
  };
  const names = (files: readonly File[]) => files.map(({ name }) => name);
  assert.deepEqual(names(await drop(folder)), ["ratings.csv", "diary.csv"]);
  assert.deepEqual(names(await drop(entry("ratings.csv"))), ["any"]);
});

describe("what is added", () => {
  const brought = () =>
    readBrought(
      [
        fileOf(
          "ratings.csv",
          letterboxd([
            "x,Heat,1995,u1,4.5",
            "x,Star Wars,1977,u2,5",
            "x,Unheard Of,2001,u3,1",
            "x,Money Talks,1997,u4,2",
          ]),
        ),
        fileOf("watchlist.csv", watchlist(["x,Fargo,1996,u6"])),
      ],
      filmsFor(),
    );
  const ratingsOf = ({ ratings }: Profile) => ratings.map(({ film, rating }) => [film.id, rating]);

  test("is certain, or was chosen; copies count as seen", async () => {
    const all = await brought();
    const added = changeProfile(emptyProfile, addAction(all, new Map()));
    assert.deepEqual(ratingsOf(added), [
      [6, 4.5],
      [3000, 2],
    ]);
    const { marks } = added;
    assert.deepEqual([marks.watchlist[0].id, marks.seen[0].id], [608, 3001]);
    const [starWars] = all.films[1].candidates;
    const choices: Choices = new Map<number, Film | "none">([
      [1, starWars],
      [2, "none"],
    ]);
    assert.deepEqual(ratingsOf(changeProfile(emptyProfile, addAction(all, choices))), [
      [6, 4.5],
      [260, 5],
      [3000, 2],
    ]);
  });
});

describe("a profile taken along", () => {
  const film = (n: number) => ({
    id: titles.ids[n],
    title: titles.titles[n],
    year: titles.years[n],
    genres: [],
    ratings: 1,
  });
  const profile: Profile = {
    ratings: [
      { film: film(0), rating: 4.5 },
      { film: film(6), rating: 1 },
    ],
    marks: { seen: [film(1)], watchlist: [film(2)], "not-interested": [film(3)], unseen: [film(4)] },
    wishes: { neverGenres: ["Horror"] },
  };
  const said = ({ ratings, marks, wishes }: Profile) => ({
    ratings: ratings.map(({ film, rating }) => [film.id, rating]),
    marks: markKinds.map((kind) => [kind, marks[kind].map(({ id }) => id)]),
    wishes,
  });

  test("comes back the same from its file and from its code", async () => {
    const text = profileText(profile, data);
    const code = await codeOf(text);
    assert.match(code, /^matinee1\.[\w-]+$/);
    const file = await fileOfCode(` ${code.slice(0, 30)}\n${code.slice(30)}\n`);
    assert.ok(file);
    assert.equal(new TextDecoder().decode(file.bytes), text);
    for (const each of [file, fileOf("matinee-profile.json", text)]) {
      const brought = await readBrought([each], filmsFor());
      assert.ok(brought.films.every(({ film }) => film));
      assert.deepEqual(said(changeProfile(emptyProfile, addAction(brought, new Map()))), said(profile));
    }
  });

  test("finds its films in data with other ids and another scale", async () => {
    const other = { ...titles, ids: [11, 12, 13, 14, 15, 16, 17, 18] };
    const ten = { ...data, name: "other", scale: { min: 1, max: 10, step: 1 } };
    const file = fileOf("matinee-profile.json", profileText(profile, data));
    const brought = await readBrought([file], filmsFor(ten, other));
    assert.deepEqual(found(brought).slice(0, 3), [
      ["Toy Story (1995)", 11, 9],
      ["Money Talks (1997)", 17, 2],
      ["Heat (1995)", 12, "seen"],
    ]);
  });

  test("is no code where it is cut off, or something else", async () => {
    const code = await codeOf(profileText(profile, data));
    for (const broken of ["", "hello", code.slice(0, -8), code.slice(3), "matinee1.%%%"]) {
      assert.equal(await fileOfCode(broken), undefined, broken);
    }
  });
});
