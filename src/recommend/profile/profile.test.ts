import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { temporaryFolder } from "../../../test/helpers/command.ts";
import { zip } from "../../../test/helpers/zip.ts";
import { type Catalog, labelsFrom } from "../../data/catalog.ts";
import { type DatasetInfo, datasetFrom, type RatingScale } from "../../data/dataset.ts";
import { yearOf } from "../../data/film-title.ts";
import { type Id, idsFrom } from "../../data/ids.ts";
import { exportSiteOf } from "../../data/reading/personal-export.ts";
import { MatineeError } from "../../errors.ts";
import { readProfile, writeProfile } from "./profile-file.ts";
import { toHalfStars, toScale } from "./star-scale.ts";

const films: [id: number, title: string, imdb: number, tmdb: number, genres?: string][] = [
  [1, "Toy Story (1995)", 114709, 862],
  [2, "Heat (1995)", 113277, 949],
  [3, "Psycho (1960)", 54215, 539],
  [4, "Shawshank Redemption, The (1994)", 111161, 278],
  [5, "City of Lost Children, The (Cité des enfants perdus, La) (1995)", 112682, 902],
  [6, "Seven (a.k.a. Se7en) (1995)", 114369, 807],
  [7, "Star Wars: Episode IV - A New Hope (1977)", 76759, 11],
  [8, "Emma (1996)", 116191, 3573, "Comedy"],
  [9, "Emma (1996)", 118308, 12254, "Romance"],
  [10, "Rocky II (1979)", 79817, 1367],
  [11, "Fear, The (1995)", 113026, 0],
  [12, "Money Talks (1997)", 0, 0],
  [13, "Money Talks (1997)", 0, 0],
  [14, "Cosmos", 2395695, 0],
  [15, "Babylon 5", 0, 0],
  [16, "Island, The (2005)", 0, 0],
  [17, "Island, The (2007)", 0, 0],
];

function filmsOn(scale: RatingScale, feedback: "ratings" | "events" = "ratings"): DatasetInfo {
  const titles = films.map(([, title]) => title);
  const catalog: Catalog = {
    titles,
    years: Int16Array.from(titles, yearOf),
    genres: labelsFrom(films.map(([, , , , genre]) => (genre === undefined ? [] : [genre]))),
    tags: labelsFrom(films.map(() => [])),
    imdb: Int32Array.from(films, ([, , imdb]) => imdb),
    tmdb: Int32Array.from(films, ([, , , tmdb]) => tmdb),
  };
  return datasetFrom({
    name: "films",
    users: idsFrom(Float64Array.of(1)),
    items: idsFrom(Float64Array.from(films, ([id]) => id)),
    catalog,
    scale,
    feedback,
    ratings: { userOf: Int32Array.of(0), itemOf: Int32Array.of(12), values: Float32Array.of(scale.max) },
  });
}

const halfStars = filmsOn({ min: 0.5, max: 5, step: 0.5 });
const bytesOf = (text: string) => new TextEncoder().encode(text);
const read = (name: string, content: string | Uint8Array, info = halfStars) =>
  readProfile({ name, bytes: typeof content === "string" ? bytesOf(content) : content }, info);
const ratingsOf = async (...given: Parameters<typeof read>) =>
  (await read(...given)).ratings.map(({ id, rating }): [Id, number] => [id, rating]);

const letterboxd = (...rows: string[]) => ["Date,Name,Year,Letterboxd URI,Rating", ...rows, ""].join("\n");
const rated = (title: string, year: number | "", rating = 4, n = title.replace(/\W/g, "")) =>
  `2024-01-01,"${title}",${year},https://boxd.it/${n},${rating}`;
const imdbHeader = "Const,Your Rating,Date Rated,Title,Original Title,URL,Title Type,IMDb Rating,Year";

describe("a personal export is read:", () => {
  it("Letterboxd's ratings, in half stars", async () => {
    const text = letterboxd(rated("Heat", 1995, 4.5), rated("The Shawshank Redemption", 1994, 5));
    const { ratings, seen, import: report } = await read("anything.txt", text);
    assert.deepEqual(ratings, [
      { id: 2, rating: 4.5 },
      { id: 4, rating: 5 },
    ]);
    assert.deepEqual(seen, []);
    assert.deepEqual(report, { form: "Letterboxd export", rated: 2, matched: 2, doubtful: [], unmatched: [] });
  });

  it("a Letterboxd archive: ratings before the diary's latest, watched films as seen, and no more", async () => {
    const diary = [
      "Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date",
      '2024-03-01,Toy Story,1995,https://boxd.it/d1,2,,"a, b",2024-03-01',
      "2024-02-02,Psycho,1960,https://boxd.it/d0,2,,,2024-02-01",
      "2024-02-02,Psycho,1960,https://boxd.it/d2,3,Yes,,2024-02-01",
      "2023-02-01,Psycho,1960,https://boxd.it/d3,1,,,2023-02-01",
      "2024-05-01,Psycho,1960,https://boxd.it/d4,,Yes,,2024-05-01",
      "2024-05-01,Rocky II,1979,https://boxd.it/d5,,Yes,,2024-05-01",
    ];
    const watched = ["Date,Name,Year,Letterboxd URI", ...["Toy Story,1995", "Se7en,1995"].map((film) => `x,${film},u`)];
    const archive = zip({
      "letterboxd/profile.csv": "Username\nsomebody\n",
      "letterboxd/ratings.csv": letterboxd(rated("Toy Story", 1995, 4)),
      "letterboxd/diary.csv": diary.join("\r\n"),
      "letterboxd/watched.csv": watched.join("\n"),
      "letterboxd/watchlist.csv": "Date,Name,Year,Letterboxd URI\nx,Heat,1995,u\n",
      "letterboxd/deleted/diary.csv": diary.join("\n").replaceAll("Psycho,1960", "Heat,1995"),
      "letterboxd/likes/films.csv": "Date,Name,Year,Letterboxd URI\nx,Heat,1995,u\n",
      "__MACOSX/ratings.csv": "Date,Name,Year,Letterboxd URI\nx,Heat,1995,u\n",
    });
    const { ratings, seen, import: report } = await read("export.zip", archive);
    assert.deepEqual(ratings, [
      { id: 1, rating: 4 },
      { id: 3, rating: 3 },
    ]);
    assert.deepEqual(new Set(seen), new Set([6, 10]));
    assert.deepEqual([report.form, report.rated, report.matched], ["Letterboxd export", 2, 4]);
  });

  it("IMDb's ratings, ten stars to five, new and old; what is no film only by its id", async () => {
    const rows = [
      "tt0113277,9,2024-01-01,Heat,Heat,u,Movie,8.3,1995",
      "tt0112682,10,2024-01-01,Die Stadt der verlorenen Kinder,La cité des enfants perdus,u,Movie,7.5,1995",
      "tt2395695,8,2024-01-01,Cosmos: A Spacetime Odyssey,Cosmos,u,TV Mini Series,9.3,2014",
      "tt0000007,8,2024-01-01,Toy Story,Toy Story,u,Video Game,9.3,1995",
    ];
    const { ratings, import: report } = await read("ratings.csv", [imdbHeader, ...rows].join("\n"));
    assert.deepEqual(ratings, [
      { id: 2, rating: 4.5 },
      { id: 5, rating: 5 },
      { id: 14, rating: 4 },
    ]);
    const [game] = report.unmatched;
    assert.deepEqual(game, { title: "Toy Story", year: 1995, rating: 8, why: "not a film (Video Game)" });
    const old =
      "position,const,created,modified,description,Title,Title type,Directors,You rated,IMDb Rating,Year\n" +
      '"1","tt0113277","Thu May 1 2014","","","Heat","Feature Film","M. Mann","9","8.3","1995"\n';
    assert.deepEqual(await ratingsOf("ratings.csv", old), [[2, 4.5]]);
    // A list has ratings too, and films that are not seen.
    const list = `Position,${imdbHeader}\n1,tt0113277,,,Heat,Heat,u,Movie,8.3,1995\n2,tt0114709,6,,Toy Story,,u,Movie,8,1995\n`;
    const watchlist = await read("watchlist.csv", list);
    assert.deepEqual([watchlist.ratings, watchlist.seen], [[{ id: 1, rating: 3 }], []]);
  });

  it("movielens.org, whose ids are not those of the data", async () => {
    const rows = [
      '4,0113277,949,4.5,3.5,"Heat (1995)"',
      '2,0000001,1,3.0,3.5,"Shawshank Redemption, The (1994)"',
      "9,,,2.0,3.5,Emma (1996)",
      "99,,,-1,3.5,Psycho (1960)",
      "15,,,5.0,3.5,Babylon 5",
    ];
    const text = ["movie_id,imdb_id,tmdb_id,rating,average_rating,title", ...rows].join("\n");
    const { ratings, import: report } = await read("movielens-ratings.csv", text);
    assert.deepEqual(ratings, [
      { id: 2, rating: 4.5 },
      { id: 9, rating: 2 },
      { id: 15, rating: 5 },
    ]);
    assert.deepEqual(
      report.doubtful.map(({ title, why }) => [title, why]),
      [["Shawshank Redemption, The", "the film of this title and year has another id"]],
    );
  });

  it("Trakt's ratings and watched films; shows and episodes are no films", async () => {
    const movie = (title: string, year: number, ids: object) => ({ title, year, ids });
    const list = [
      { rated_at: "x", rating: 9, type: "movie", movie: movie("Heat", 1995, { trakt: 1, imdb: "tt0113277" }) },
      { plays: 2, last_watched_at: "x", movie: movie("Psycho", 1960, { trakt: 2, tmdb: 539 }) },
      { rated_at: "x", rating: 5, type: "show", show: movie("Psycho", 1960, { trakt: 3, tmdb: 539 }) },
      {
        rated_at: "x",
        rating: 5,
        type: "episode",
        episode: movie("Pilot", 1995, { trakt: 4, tmdb: 862 }),
        show: movie("A Show", 1990, { trakt: 5 }),
      },
    ];
    const { ratings, seen, import: report } = await read("ratings.json", JSON.stringify(list));
    assert.deepEqual([ratings, seen], [[{ id: 2, rating: 4.5 }], [3]]);
    assert.deepEqual(
      report.unmatched.map(({ title, why }) => [title, why]),
      [
        ["Psycho", "not a film (show)"],
        ["A Show, episode, Pilot", "not a film (episode)"],
      ],
    );
    const watchlist = JSON.stringify([{ rank: 1, listed_at: "x", type: "movie", movie: list[0].movie }]);
    await assert.rejects(read("watchlist.json", watchlist), { code: "DATA_EMPTY" });
  });

  it("our own files, and what writeProfile writes", async () => {
    const folder = temporaryFolder();
    const ratings = films
      .filter(([id]) => ![8, 9, 12, 13].includes(id))
      .map(([id], n) => ({ id, rating: 0.5 + (n % 10) / 2 }));
    for (const name of ["mine.json", "mine.csv"]) {
      await writeProfile(join(folder, name), ratings, halfStars);
      const mine = await readProfile(join(folder, name), halfStars);
      assert.deepEqual(mine.ratings, ratings, name);
    }
    const [header, first, , , fourth] = readFileSync(join(folder, "mine.csv"), "utf8").split("\r\n");
    assert.deepEqual(
      [header, first, fourth],
      [
        "tmdbID,imdbID,Title,Year,Rating",
        "862,tt0114709,Toy Story,1995,0.5",
        "278,tt0111161,The Shawshank Redemption,1994,2",
      ],
    );
    await assert.rejects(writeProfile(join(folder, "x.csv"), ratings), { code: "USAGE" });
    await assert.rejects(writeProfile(join(folder, "x.csv"), [{ id: 99, rating: 1 }], halfStars), {
      code: "ITEM_UNKNOWN",
    });
    const { import: report } = await read("mine.json", '{"ratings":[{"id":1,"rating":5},{"id":99,"rating":5}]}');
    assert.deepEqual(report.unmatched, [{ title: "99", year: 0, rating: 5, why: "no film has the id 99" }]);
  });

  it("whatever the encoding, the line ends and what a spreadsheet makes of it", async () => {
    const text = letterboxd(rated("Cité des enfants perdus, La", 1995, 4.5), rated("Heat\r\nand more", 1995, 1));
    const expected = [[5, 4.5]];
    const latin1 = Uint8Array.from(text, (sign) => sign.charCodeAt(0));
    const utf16 = new Uint8Array(Buffer.from(`\uFEFF${text}`, "utf16le"));
    const excel = "Date;Name;Year;Letterboxd URI;Rating\n2024-01-01;La Cité des enfants perdus;1995;u;4,5\n";
    for (const content of [text, `\uFEFF${text}`, `\n\n${text.replaceAll("\n", "\r\n")}`, latin1, utf16, excel]) {
      assert.deepEqual(await ratingsOf("ratings.csv", content), expected);
    }
  });

  it("a rating of 0 or a blank is no rating, but the film was seen", async () => {
    const text = letterboxd(rated("Heat", 1995, 0), "x,Psycho,1960,u,", rated("Toy Story", 1995));
    const { ratings, seen } = await read("ratings.csv", text);
    assert.deepEqual([ratings, new Set(seen)], [[{ id: 1, rating: 4 }], new Set([2, 3])]);
  });
});

describe("a file of Matinee is read:", () => {
  const file = (content: object) => JSON.stringify(content);

  it("ids alone, on the scale of the data", async () => {
    const { ratings, import: report } = await read(
      "mine.json",
      file({
        ratings: [
          { id: 2, rating: 4.5 },
          { id: 99, rating: 5 },
        ],
      }),
    );
    assert.deepEqual(ratings, [{ id: 2, rating: 4.5 }]);
    assert.match(report.unmatched[0].why, /no film has the id 99/);
  });

  it("with titles, in data that number films otherwise, and have another scale", async () => {
    const ratings = [
      { id: 1, title: "Heat (1995)", rating: 9 },
      { id: 4, title: "Shawshank Redemption, The (1994)", rating: 10 },
      { id: 5, title: "Nobody's Film (2001)", rating: 10 },
    ];
    const mine = await read("mine.json", file({ ratings, scale: { min: 1, max: 10, step: 1 } }));
    assert.deepEqual(mine.ratings, [
      { id: 2, rating: 4.5 },
      { id: 4, rating: 5 },
    ]);
    assert.equal(mine.import.unmatched[0].title, "Nobody's Film (2001)");
  });

  it("with marks: what was seen or is not wanted stays out of lists, and a watchlist says nothing", async () => {
    const marks = {
      seen: [{ id: 3, title: "Psycho (1960)" }],
      "not-interested": [{ id: 6 }],
      watchlist: [{ id: 1 }],
      unseen: [{ id: 7 }],
      other: [{ id: 8 }],
    };
    const { ratings, seen, import: report } = await read("mine.json", file({ ratings: [{ id: 2, rating: 4 }], marks }));
    assert.deepEqual([ratings, seen, report.matched], [[{ id: 2, rating: 4 }], [3, 6], 3]);
  });
});

describe("a film is", () => {
  const cases: [title: string, year: number | "", id: number | readonly number[], why?: RegExp][] = [
    ["HEAT", 1995, 2],
    ["Heat", 1996, 2],
    ["The Shawshank Redemption", 1994, 4],
    ["Shawshank Redemption", 1994, 4],
    ["Shawshank Redemption, The", 1994, 4],
    ["La cite des enfants perdus", 1995, 5],
    ["Se7en", 1995, 6],
    ["Rocky 2", 1979, 10],
    ["Rocky Two", 1980, 10],
    ["Money Talks", 1997, 13],
    ["The Island", 2005, 16],
    ["Babylon 5", "", 15],
    ["Psycho", 1998, [3], /of another year/],
    ["Heat", 1997, [2], /of another year/],
    ["Heat", "", [2], /year is not known/],
    ["Cosmos", 2014, [14], /year is not known/],
    ["Emma", 1996, [8, 9], /several films/],
    ["The Island", 2006, [16, 17], /several films/],
    ["Star Wars", 1977, [7], /not quite the same/],
    ["A New Hope", 1977, [7], /not quite the same/],
    ["Star Wars: A New Hope", 1977, [], /no film has this title/],
    ["Fear", 1996, [11], /not quite the same/],
    ["A Fear", 1995, [], /no film has this title/],
    ["Star Wars", 1990, [], /no film has this title/],
    ["Rocky III", 1979, [], /no film has this title/],
    ["?!", 1995, [], /no film has this title/],
  ];
  for (const [title, year, expected, why] of cases) {
    const what = typeof expected === "number" ? "matched" : expected.length > 0 ? "doubtful" : "unmatched";
    it(`${what}: ${title} (${year})`, async () => {
      const text = letterboxd(rated(title, year), rated("Toy Story", 1995));
      const { ratings, seen, import: report } = await read("ratings.csv", text);
      const found = ratings.filter(({ id }) => id !== 1).map(({ id }) => id);
      assert.deepEqual(found, typeof expected === "number" ? [expected] : []);
      if (typeof expected === "number") return;
      const [entry] = [...report.doubtful, ...report.unmatched];
      assert.match(entry.why, why!);
      const candidates = "candidates" in entry ? report.doubtful[0].candidates.map(({ id }) => id) : [];
      assert.deepEqual(candidates, expected);
      assert.deepEqual(seen, expected, "candidates stay out of lists");
    });
  }

  it("the only one of the export that it fits best", async () => {
    const text = letterboxd(rated("Heat", 1996, 1), rated("Heat", 1995, 5), rated("Rocky II", 1979, 4, "a"));
    const twice = `${text}${rated("Rocky II", 1979, 2, "b")}\n`;
    const { ratings, import: report } = await read("ratings.csv", twice);
    assert.deepEqual(ratings, [{ id: 2, rating: 5 }]);
    assert.deepEqual(
      report.doubtful.map(({ title, year, candidates }) => [title, year, candidates[0].id]),
      [
        ["Heat", 1996, 2],
        ["Rocky II", 1979, 10],
        ["Rocky II", 1979, 10],
      ],
    );
  });

  it("one that the data have twice: the most rated is matched, and the other counts as seen", async () => {
    const { ratings, seen } = await read("ratings.csv", letterboxd(rated("Money Talks", 1997)));
    assert.deepEqual([ratings[0].id, seen], [13, [12]]);
  });

  const byId: [row: string, id: number | readonly number[], why?: RegExp][] = [
    ["539,tt0054215,Psycho,1960,4", 3],
    [",tt0054215,Psicosis,1960,4", 3],
    [",tt0054215,Psycho,1998,4", 3],
    ["539,,Something Else,1961,4", 3],
    [",tt0054215,Something Else,1998,4", [3], /another title and another year/],
    ["949,tt0054215,Psycho,1960,4", [3, 2], /different films/],
    ["539,tt0000001,Psycho,1960,4", [3], /another IMDb id/],
    [",tt0000001,Psycho,1960,4", [3], /has another id/],
  ];
  for (const [row, expected, why] of byId) {
    it(`${typeof expected === "number" ? "matched" : "doubtful"} by id: ${row}`, async () => {
      const text = `tmdbID,imdbID,Title,Year,Rating\n${row}\n862,,Toy Story,1995,4\n`;
      const { ratings, import: report } = await read("import.csv", text);
      const found = ratings.filter(({ id }) => id !== 1).map(({ id }) => id);
      assert.deepEqual(found, typeof expected === "number" ? [expected] : []);
      if (typeof expected === "number") return;
      assert.match(report.doubtful[0].why, why!);
      assert.deepEqual(
        report.doubtful[0].candidates.map(({ id }) => id),
        expected,
      );
    });
  }
});

describe("a file is refused, with the way out:", () => {
  const refused: [what: string, name: string, content: string | Uint8Array, code: string, line: RegExp][] = [
    ["a workbook", "r.xlsx", zip({ "[Content_Types].xml": "", "xl/a.xml": "" }), "DATA_LAYOUT", /save it as CSV/],
    ["another workbook", "r.ods", zip({ mimetype: "x", "content.xml": "" }), "DATA_LAYOUT", /save it as CSV/],
    ["an old workbook", "r.xls", Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0), "DATA_LAYOUT", /save it as CSV/],
    ["another table", "r.csv", "userId,movieId,rating\n1,2,3\n", "DATA_LAYOUT", /Letterboxd .*IMDb .*Trakt/],
    ["other JSON", "r.json", '{"films":[]}', "DATA_LAYOUT", /no personal export/],
    ["JSON with an end too early", "r.json", "[{", "DATA_LAYOUT", /not readable JSON/],
    ["a damaged archive", "r.zip", "PK\x03\x04", "DATA_LAYOUT", /cannot be unpacked/],
    ["an archive of other things", "r.zip", zip({ "a.txt": "" }), "DATA_LAYOUT", /no personal export/],
    ["a watchlist", "watchlist.csv", "Date,Name,Year,Letterboxd URI\nx,Heat,1995,u\n", "DATA_EMPTY", /rated or seen/],
    ["films of other data", "r.csv", letterboxd(rated("X", 1, 2)), "ITEM_UNKNOWN", /none of its films.*"X"/],
    [
      "a wrong rating",
      "r.csv",
      letterboxd(rated("Heat", 1995), rated("X", 1999, 7)),
      "DATA_ROW",
      /line 3.*"7".*up to 5/,
    ],
    ["a row that is too short", "r.csv", letterboxd("a,b"), "DATA_ROW", /line 2: 2 fields where 5/],
    ["an open quote", "r.csv", letterboxd('a,"b'), "DATA_ROW", /line 2: a quote is opened/],
  ];
  for (const [what, name, content, code, line] of refused) {
    it(what, async () => {
      await assert.rejects(read(name, content), (error: Error & { code: string; line: string }) => {
        assert.equal(error.code, code);
        assert.match(error.line, line);
        assert.ok(error.message.startsWith(name));
        return true;
      });
    });
  }

  it("no file", async () => {
    await assert.rejects(readProfile("none.csv", halfStars), { code: "DATA_NOT_FOUND" });
    // @ts-expect-error
    await assert.rejects(readProfile({ name: "x", bytes: "text" }, halfStars), { code: "USAGE" });
  });
});

describe("stars come to the scale of the data", () => {
  const tenStars = (rating: number, scale: RatingScale) => toScale(rating, 10, scale);
  it("as stars, where the data have stars", () => {
    const stars: [RatingScale, number[]][] = [
      [{ min: 0.5, max: 5, step: 0.5 }, [0.5, 3.5, 4, 5]],
      [{ min: 1, max: 5, step: 1 }, [1, 3.5, 4, 5]],
      [{ min: 1, max: 10, step: 1 }, [1, 7, 8, 10]],
      [{ min: 0, max: 10, step: 1 }, [1, 7, 8, 10]],
      [{ min: 2, max: 5, step: 1 }, [2, 3.5, 4, 5]],
      [{ min: 1, max: 5, step: 0.5 }, [1, 3.5, 4, 5]],
      [{ min: -10, max: 10, step: 5 }, [-10, 2.5, 5, 10]],
      [{ min: 20, max: 100, step: 20 }, [20, 70, 80, 100]],
      [{ min: -10, max: 10, step: 0 }, [-8, 4, 6, 10]],
    ];
    for (const [scale, expected] of stars) {
      assert.deepEqual(
        [1, 7, 8, 10].map((rating) => tenStars(rating, scale)),
        expected,
      );
    }
  });

  it("the same on a·r + b, within the scale, and back", () => {
    const scales = fc.constantFrom(
      { min: 0.5, max: 5, step: 0.5 },
      { min: 1, max: 5, step: 1 },
      { min: 0, max: 1, step: 0 },
    );
    const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });
    fc.assert(
      fc.property(scales, fc.integer({ min: 1, max: 10 }), number(0.1, 20), number(-50, 50), (scale, rating, a, b) => {
        const moved = { min: a * scale.min + b, max: a * scale.max + b, step: a * scale.step };
        const value = tenStars(rating, scale);
        assert.ok(value >= scale.min && value <= scale.max);
        assert.ok(Math.abs(tenStars(rating, moved) - (a * value + b)) < 1e-9 * (100 + a));
        if (value > scale.min) assert.equal(toHalfStars(value, scale), rating / 2);
      }),
    );
  });

  it("as events, where the data have events: films that were liked count once", async () => {
    const plays = filmsOn({ min: 1, max: 500, step: 1 }, "events");
    const text = letterboxd(rated("Heat", 1995, 2.5), rated("Psycho", 1960, 2));
    const { ratings, seen } = await read("ratings.csv", text, plays);
    assert.deepEqual([ratings, seen], [[{ id: 2, rating: 1 }], [3]]);
  });
});

it("the site of a table is known by its columns", () => {
  assert.equal(exportSiteOf(["Date", "Name", "Year", "Letterboxd URI", "Rating"]), "Letterboxd");
  assert.equal(exportSiteOf(imdbHeader.split(",")), "IMDb");
  assert.equal(exportSiteOf(["movie_id", "imdb_id", "tmdb_id", "rating", "average_rating", "title"]), "movielens.org");
  assert.equal(exportSiteOf(["tmdbID", "imdbID", "Title", "Year", "Rating"]), "Letterboxd");
  assert.equal(exportSiteOf(["Title", "Year", "Rating10", "WatchedDate"]), "Letterboxd");
  for (const columns of [
    ["userId", "movieId", "rating", "timestamp"],
    ["user_id", "movie_id", "imdb_id", "tmdb_id", "rating", "title"],
    ["movieId", "title", "genres"],
    ["title", "year", "rating"], // it may be a catalog with mean ratings
  ]) {
    assert.equal(exportSiteOf(columns), undefined);
  }
});

it("a file is read by its name as well", async () => {
  const file = join(temporaryFolder(), "ratings.csv");
  writeFileSync(file, letterboxd(rated("Heat", 1995)));
  assert.equal((await readProfile(file, halfStars)).import.matched, 1);
});

it("whatever is in a file, there is a profile on the scale, or an error with a code", async () => {
  const trakt = [{ rated_at: "x", rating: 9, type: "movie", movie: { title: "Heat", year: 1995, ids: { trakt: 1 } } }];
  const table = letterboxd(rated("Heat", 1995), rated("Emma", 1996), "x,Psycho,1960,u,");
  const whole: [string, Uint8Array][] = [
    ["ratings.csv", bytesOf(table)],
    ["imdb.csv", bytesOf(`${imdbHeader}\ntt0113277,9,2024-01-01,Heat,,u,Movie,8.3,1995\n`)],
    ["trakt.json", bytesOf(JSON.stringify(trakt))],
    ["mine.json", bytesOf('{"ratings":[{"id":1,"rating":5}]}')],
    ["export.zip", zip({ "ratings.csv": table })],
  ];
  const edits = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(2), fc.nat(255)), {
    maxLength: 4,
  });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...whole), edits, async ([name, bytes], changes) => {
      const content = [...bytes];
      for (const [at, removed, byte] of changes) content.splice(Math.floor(at * content.length), removed, byte);
      try {
        const { ratings } = await read(name, Uint8Array.from(content));
        if (name !== "mine.json") for (const { rating } of ratings) assert.ok(rating >= 0.5 && rating <= 5);
      } catch (error) {
        assert.ok(error instanceof MatineeError && error.code !== "INTERNAL", String(error));
      }
    }),
    { numRuns: 500 },
  );
});
