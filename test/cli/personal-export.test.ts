/** Personal exports at the command line: --ratings, and matinee rate --save. */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { writeRatingsCsv } from "../../src/data/write.ts";
import { answering, assertRefused, matinee, temporaryFolder } from "../helpers/command.ts";
import { filmDataset } from "../helpers/films.ts";

const folder = temporaryFolder();
const data = join(folder, "films");
const model = ["--model", "user-knn", "--set", "minOverlap=1", "minNeighbours=1", "--data", data];
before(() => writeRatingsCsv(filmDataset(), data));

function file(name: string, ...lines: string[]): string {
  const path = join(folder, name);
  writeFileSync(path, `${lines.join("\n")}\n`);
  return path;
}
const ratings = file(
  "ratings.csv",
  "Date,Name,Year,Letterboxd URI,Rating",
  "x,Night Harbour,1991,u1,5",
  "x,The Silent Witness,1994,u2,4.5",
  "x,Star Voyager,1982,u3,",
  "x,Emma,2009,u4,3",
  ...Array.from({ length: 12 }, (_, n) => `x,Elsewhere ${n},1990,v${n},3`),
);

describe("matinee recommend --ratings", () => {
  it("says what was recognised, and leaves out what was seen or may have been", async () => {
    const { code, stderr, stdout } = await matinee("recommend", "--ratings", ratings, ...model);
    assert.equal(code, 0, stderr);
    assert.match(
      stderr,
      /\nLetterboxd export: 16 films, 15 rated; 3 matched, 1 doubtful, 12 unmatched; 3 further films left out of lists\.\n/,
    );
    assert.match(
      stderr,
      /\nDoubtful:\n {2}Emma \(2009\): the film of this title is of another year: Emma \(1996\) \[50\]; Emma \(2020\) \[60\]\n/,
    );
    assert.match(stderr, /\nUnmatched:\n {2}Elsewhere 0 \(1990\): no film has this title\n(.*\n){9} {2}and 2 more/);
    assert.doesNotMatch(stdout, /Night Harbour|Silent Witness|Star Voyager \(1982\)|Emma/);
    assert.match(stdout, /Star Voyager II/);
  });

  it("tells every film in JSON, with lists, predictions, neighbours and sweeps", async () => {
    for (const [command, ...more] of [["recommend"], ["predict", "40"], ["neighbours"]]) {
      const { stdout } = await matinee(command, ...more, "--ratings", ratings, ...model, "--json");
      const { import: report, items } = JSON.parse(stdout);
      assert.deepEqual([report.form, report.rated, report.matched], ["Letterboxd export", 15, 3]);
      assert.deepEqual(report.doubtful, [
        {
          title: "Emma",
          year: 2009,
          rating: 3,
          why: "the film of this title is of another year",
          candidates: [
            { id: 50, title: "Emma (1996)" },
            { id: 60, title: "Emma (2020)" },
          ],
        },
      ]);
      assert.equal(report.unmatched.length, 12);
      if (command === "recommend") {
        assert.ok(!items.some(({ id }: { id: number }) => [10, 20, 30, 50, 60].includes(id)));
      }
    }
    const sweep = ["--sweep", "k=5,10", "--model", "item-knn", "--data", data, "--json"];
    const { import: report } = JSON.parse((await matinee("recommend", "--ratings", ratings, ...sweep)).stdout);
    assert.equal(report.matched, 3);
  });

  it("goes with --rate, which counts last", async () => {
    const imdb = file("imdb.csv", "Const,Your Rating,Title,Title Type,Year", "tt1,10,Night Harbour,Movie,1991");
    const { stderr, stdout } = await matinee("recommend", "--ratings", imdb, "--rate", "10=1", ...model, "--json");
    assert.match(stderr, /IMDb export: 1 film, 1 rated; 1 matched, 0 doubtful, 0 unmatched\.\nYou rated Night Harbour/);
    const alone = await matinee("recommend", "--rate", "10=1", ...model, "--json");
    assert.deepEqual(JSON.parse(stdout).items, JSON.parse(alone.stdout).items);
  });

  it("refuses what it does not know, or cannot match", async () => {
    const none = file("none.csv", "Date,Name,Year,Letterboxd URI,Rating", "x,Elsewhere,1990,u,3");
    assertRefused(
      await matinee("recommend", "--ratings", none, ...model),
      2,
      /none of its films is matched in films, such as "Elsewhere \(1990\)": no film has this title/,
    );
    const table = file("table.csv", "userId,movieId,rating", "1,2,3");
    assertRefused(await matinee("predict", "40", "--ratings", table, ...model), 3, /give an export of Letterboxd/);
  });
});

describe("matinee rate", () => {
  it("starts from an export, and saves for Letterboxd", async () => {
    const saved = join(folder, "mine.csv");
    const answers = ["6", "1", "4", "2", "7", "3", "5", "1", "done"];
    const flags = ["rate", "--ratings", ratings, "--save", saved, ...model];
    const { code, stdout, stderr } = await answering(answers, ...flags, "--json");
    assert.equal(code, 0, stderr);
    assert.match(stderr, /Rate at least 5 of these films\. 2 rated, 3 more to go/);
    const { ratings: own, items, import: report } = JSON.parse(stdout);
    assert.deepEqual(
      own.map(({ id, rating }: { id: number; rating: number }) => [id, rating]).sort(),
      [
        [10, 5],
        [20, 1],
        [40, 1],
        [50, 2],
        [60, 3],
      ].sort(),
    );
    assert.equal(report.matched, 3);
    assert.ok(!items.some(({ id }: { id: number }) => id === 30));
    assert.match(readFileSync(saved, "utf8"), /^tmdbID,imdbID,Title,Year,Rating\r\n,,Night Harbour,1991,5\r\n/);
  });

  it("does not replace an export, nor a file of which something would be lost", async () => {
    const empty = join(folder, "started.json");
    await answering([], "rate", "--ratings", ratings, "--save", empty, ...model);
    assert.equal(JSON.parse(readFileSync(empty, "utf8")).ratings.length, 2, "what was imported is saved at once");
    const own = file("own.csv", "Date,Name,Year,Letterboxd URI,Rating", "x,Night Harbour,1991,u1,5");
    const lost = file("lost.json", '{"ratings":[{"id":10,"rating":5},{"id":11,"rating":5}]}');
    for (const [path, line] of [
      [ratings, /has films that are not certain/],
      [own, /is of another kind \(Letterboxd export\), and would be replaced/],
      [lost, /has films that are not certain in these data \(1\)/],
    ] as const) {
      const before = readFileSync(path, "utf8");
      const outcome = await answering(["1", "5"], "rate", "--save", path, ...model);
      assertRefused(outcome, 2, line);
      assert.match(outcome.stderr, /start from it with --ratings/);
      assert.equal(readFileSync(path, "utf8"), before);
    }
  });

  it("tells ratings as flags that mean the same films", async () => {
    const odd = join(folder, "odd");
    mkdirSync(odd);
    writeFileSync(join(odd, "movies.csv"), "movieId,title,genres\n10,Ten (1979),Drama\n20,10 (1979),Drama\n");
    writeFileSync(join(odd, "ratings.csv"), "userId,movieId,rating,timestamp\n1,10,5,1\n1,20,4,1\n2,10,3,1\n");
    const flags = ["rate", "--model", "bias", "--data", odd];
    const { stderr } = await answering(["1", "5", "list"], ...flags);
    assert.match(stderr, /--rate id:10=5\n/);
    const { stderr: both } = await answering(["2", "4"], ...flags);
    assert.match(both, /--rate 20=4\n/);
    const { stderr: more } = await answering(["5", "1"], "rate", "--ratings", ratings, ...model);
    assert.match(more, /for matinee recommend: --ratings '?\S*ratings\.csv'? --rate 40=1\n/);
  });
});
