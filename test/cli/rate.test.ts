/** matinee rate: questions and answers, in a terminal and through a pipe. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { writeRatingsCsv } from "../../src/data/write.ts";
import { answering, assertRefused, dialogue, inTerminal, matinee, temporaryFolder } from "../helpers/command.ts";
import { filmDataset } from "../helpers/films.ts";

const folder = temporaryFolder();
const data = join(folder, "films");
const model = ["--model", "user-knn", "--set", "minOverlap=1", "minNeighbours=1", "--data", data];

before(() => writeRatingsCsv(filmDataset(), data));

/** By the order of the films: 10, 30, 70, 50, 40, 20, 60. */
const five = ["1", "5", "2", "0.5", "6", "4.5", "5", "1", "4", "3"];
const ratings = [
  { id: 10, rating: 5 },
  { id: 30, rating: 0.5 },
  { id: 20, rating: 4.5 },
  { id: 40, rating: 1 },
  { id: 50, rating: 3 },
];
const saved = (file: string) => JSON.parse(readFileSync(file, "utf8"));

describe("matinee rate, through a pipe", () => {
  it("shows films, takes five ratings, and answers with stars, people and predictions", async () => {
    const { stdout, stderr, code } = await answering([...five, "done"], "rate", ...model);
    assert.equal(code, 0, stderr);
    assert.match(stderr, / {2}1 {7}Night Harbour \(1991\) {2}Crime, Drama\n {2}2 {7}Star Voyager \(1982\)/);
    assert.match(stderr, /Night Harbour \(1991\): 5\. 1 rated, 4 more to go\./);
    assert.match(stdout, /^Your ratings:\n {3}5\.0 ★★★★★ {2}Night Harbour.*\n {3}4\.5 ★★★★½ {2}The Silent Witness/);
    assert.match(stdout, /\n {3}0\.5 ½ {6}Star Voyager \(1982\)/);
    assert.match(stdout, /\nPeople of like taste:\n {2}user \d {2}similarity 0\.\d{3}/);
    assert.match(stdout, /\nFor you:\n 1 {2}\S.* {2}\d\.\d stars/);
  });

  it("prints one JSON document, of the list that recommend gives for the same ratings", async () => {
    const { stdout } = await answering([...five, "done"], "rate", ...model, "--json");
    const { model: name, ratings: own, neighbours, items } = JSON.parse(stdout);
    assert.equal(name, "user-knn");
    assert.deepEqual([own.length, own[0].id, own[0].rating], [5, 10, 5]);
    assert.ok(neighbours.length > 0 && neighbours[0].liked.length > 0);
    assert.ok(items.every(({ predicted }: { predicted: number }) => predicted >= 0.5 && predicted <= 5));
    const flags = ratings.flatMap(({ id, rating }) => ["--rate", `${id}=${rating}`]);
    const list = await matinee("recommend", ...flags, ...model, "--json");
    assert.deepEqual(items, JSON.parse(list.stdout).items);
  });

  it("ranks by one model and predicts by another where none is named, and names people too", async () => {
    const { stdout } = await answering([...five, "done"], "rate", "--data", data, "--json");
    const { model: ranker, predictor, neighbours, items } = JSON.parse(stdout);
    assert.deepEqual([ranker, predictor], ["ease", "mf"]);
    assert.ok(neighbours.length > 0);
    const flags = ratings.flatMap(({ id, rating }) => ["--rate", `${id}=${rating}`]);
    const [ranked, predicted] = await Promise.all([
      matinee("recommend", ...flags, "--model", "ease", "--data", data, "--json"),
      matinee("predict", ...items.map(({ id }: { id: number }) => `${id}`), ...flags, "--data", data, "--json"),
    ]);
    const byEase: { source: string }[] = JSON.parse(ranked.stdout).items;
    const byMf: { predicted: number; rule: string }[] = JSON.parse(predicted.stdout).items;
    assert.ok(byEase.some(({ source }) => source === "ease"));
    assert.deepEqual(
      items,
      byEase.map((film, n) => ({ ...film, predicted: byMf[n].predicted, rule: byMf[n].rule })),
    );
    const words = await answering([...five, "done"], "rate", "--data", data);
    assert.match(
      words.stdout,
      /\nPeople of like taste:[\s\S]* stars [\s\S]*\nRanked by ease; stars predicted by mf\.\n$/,
    );
  });

  it("ends with the input as with done, once there is enough", async () => {
    const { code, stdout } = await answering(five, "rate", ...model, "--json");
    assert.deepEqual([code, JSON.parse(stdout).ratings.length], [0, 5]);
  });

  it("changes and takes back ratings, walks on by Enter, and keeps what was not understood out", async () => {
    const file = join(folder, "changed.json");
    const odd = [
      "abc",
      "0",
      "8",
      "-1",
      "1.5",
      "list",
      "done",
      "",
      "seven",
      "7",
      "3.7",
      "-",
      "5",
      "1",
      "2",
      "1",
      "-",
      "1",
      "",
    ];
    const next = ["", "0.5", "", "", "6", "4.5", "5", "1", "4", "3", "1", "5", "done"];
    const { code, stderr } = await answering([...odd, ...next], "rate", ...model, "--save", file);
    assert.equal(code, 0, stderr);
    for (const wrong of ["abc", "0", "8", "-1", "1.5"]) {
      assert.ok(stderr.includes(`"${wrong}" is not a number from 1 to 7.`), wrong);
    }
    for (const wrong of ["seven", "7", "3.7", "-"]) {
      assert.ok(stderr.includes(`"${wrong}" is not one of the ratings: 0.5 to 5 in steps of 0.5.`), wrong);
    }
    assert.match(stderr, /0 rated, 5 more to go/);
    assert.match(stderr, /Night Harbour \(1991\), you gave it 5; .*- to take it back/);
    assert.match(stderr, /Night Harbour \(1991\): 2\. 1 rated/);
    assert.match(stderr, /Taken back: Night Harbour \(1991\)\. 0 rated, 5 more to go/);
    assert.deepEqual(saved(file), { ratings: [...ratings.slice(1), ratings[0]] });
  });

  it("recommends for a look-alike, from the look-alike's own row", async () => {
    const { stdout, stderr } = await answering(five, "rate", ...model, "--look-alike", "--json");
    const { like, items } = JSON.parse(stdout);
    assert.deepEqual(like, { user: 2, agreed: 3 }, stderr);
    const alike = await matinee("recommend", "--user", "2", ...model, "--json");
    const predicted = new Map(
      JSON.parse(alike.stdout).items.map((film: { id: number; predicted: number }) => [film.id, film.predicted]),
    );
    assert.ok(!items.some(({ id }: { id: number }) => ratings.some((own) => own.id === id)));
    for (const { id, predicted: own } of items) assert.equal(own, predicted.get(id));
    const words = await answering(five, "rate", ...model, "--look-alike");
    assert.match(
      words.stdout,
      /As for user 2, who agrees with you on 3 of 5:\n 1 .*\n +.* with the taste of user 2 gave it/,
    );
  });
});

describe("matinee rate --save", () => {
  it("goes on from the file, which recommend, predict and neighbours take too", async () => {
    const file = join(folder, "kept.json");
    const first = await answering(five.slice(0, 6), "rate", ...model, "--save", file);
    assertRefused(first, 130, /the answers ended with 3 films rated, and 5 are needed/);
    assert.match(first.stderr, /Your ratings are in .*kept\.json/);
    assert.deepEqual(saved(file), { ratings: ratings.slice(0, 3) });
    const second = await answering(five.slice(6), "rate", ...model, "--save", file, "--json");
    assert.equal(second.code, 0, second.stderr);
    assert.deepEqual(saved(file), { ratings });
    const { items } = JSON.parse(second.stdout);
    const list = await matinee("recommend", "--ratings", file, ...model, "--json");
    assert.deepEqual(JSON.parse(list.stdout).items, items);
    for (const asked of [["predict", "60"], ["neighbours"]]) {
      assert.equal((await matinee(...asked, "--ratings", file, ...model)).code, 0);
    }
  });

  it("tells the ratings as flags where no file keeps them", async () => {
    const { code, stderr } = await answering(five.slice(0, 4), "rate", ...model);
    assert.equal(code, 130);
    assert.match(stderr, /Your ratings, for matinee recommend: --rate 10=5 --rate 30=0\.5\n/);
  });

  const file = join(folder, "wrong.json");
  const wrong: [string, string | undefined, string[], number, RegExp][] = [
    [
      "a file of something else",
      "userId,movieId\n",
      ["rate", "--save", file],
      3,
      /is no personal export that is known/,
    ],
    [
      "a rating that is no number",
      '{"ratings":[{"id":1,"rating":"5"}]}',
      ["rate", "--save", file],
      3,
      /is no personal export that is known/,
    ],
    [
      "a film of other data",
      '{"ratings":[{"id":11,"rating":5}]}',
      ["rate", "--save", file],
      2,
      /no film has the id 11/,
    ],
    ["a rating off the scale", '{"ratings":[{"id":10,"rating":9}]}', ["rate", "--save", file], 2, /outside 0\.5–5/],
    [
      "a file in place of a folder",
      undefined,
      ["rate", "--save", join(data, "movies.csv", "x")],
      7,
      /nothing can be written into/,
    ],
    ["a file that is not there", undefined, ["recommend", "--ratings", `${file}x`], 3, /cannot be read/],
    ["two people", undefined, ["recommend", "--user", "1", "--ratings", file], 2, /--user and --ratings both say/],
    ["a model without predictions", undefined, ["rate", "--model", "ease"], 2, /ease predicts no ratings/],
  ];
  for (const [name, content, [command, ...args], exit, line] of wrong) {
    it(`refuses ${name} before any question, and leaves the file`, async () => {
      if (content !== undefined) writeFileSync(file, content);
      const outcome = await answering([...five, "done"], command, "--data", data, ...args);
      assertRefused(outcome, exit, line);
      assert.ok(!outcome.stderr.includes("Rate at least"));
      if (content !== undefined) assert.equal(readFileSync(file, "utf8"), content);
    });
  }

  it("refuses a look-alike where there are no people", async () => {
    const artifact = join(folder, "bias.matinee");
    await matinee("train", "--model", "bias", "--data", data, "--out", artifact);
    assertRefused(await matinee("rate", "--artifact", artifact, "--look-alike"), 2, /holds no users' ratings/);
  });
});

const script = spawnSync("script", ["--version"]).status === 0 || process.env.CI === "true";
describe("matinee rate, in a terminal", script ? {} : { skip: "no script(1)" }, () => {
  const number = "done): ";
  const stars = "seen it): ";

  it("survives wrong answers, and leaves the terminal as it was", async () => {
    const file = join(folder, "terminal.json");
    const { child, outcome } = inTerminal("rate", ...model, "--save", file);
    await dialogue(child, [
      [number, "letters\r"],
      [number, "51\r"],
      ["is not a number from 1 to 7", ""],
      [number, "\r"],
      [`Night Harbour (1991), 0.5 to 5 in steps of 0.5 (Enter: haven't ${stars}`, "7\r"],
      ["is not one of the ratings", ""],
      [stars, "many\r"],
      [stars, "5\r"],
      [number, "done\r"],
      ["1 rated, 4 more to go", ""],
      ...["2", "0.5", "6", "4.5", "5", "1", "4"].map((keys, n) => [n % 2 === 0 ? number : stars, `${keys}\r`] as const),
      [stars, "44\x7f\x7f3\r"],
      ["type done for your list", ""],
      [number, "\x04"],
      ["For you:", ""],
    ]);
    const { stdout } = await outcome;
    assert.match(stdout, /exit code 0/);
    assertUsual(stdout);
    assert.deepEqual(saved(file), { ratings });
  });

  for (const [key, typed] of [
    ["Ctrl-C", "\x03"],
    ["Ctrl-D", "\x04"],
  ] as const) {
    for (const [where, before, last] of [
      ["between films", [], number],
      ["before the stars", [[number, "2\r"]], stars],
      ["in the middle of a line", [[number, "2"]], "2"],
    ] as const) {
      // Ctrl-D deletes to the right where there is text.
      if (key === "Ctrl-D" && where === "in the middle of a line") continue;
      it(`${key} ${where} loses nothing and leaves the terminal as it was`, async () => {
        const file = join(folder, `${key}-${where}.json`);
        const { child, outcome } = inTerminal("rate", ...model, "--save", file);
        await dialogue(child, [[number, "1\r"], [stars, "5\r"], ...before, [last, typed]]);
        const { stdout } = await outcome;
        assert.match(stdout, /Your ratings are in .*\r\n.*matinee: .*\r\nexit code 130/s);
        assert.ok(!stdout.includes("For you:"));
        assertUsual(stdout);
        assert.deepEqual(saved(file), { ratings: ratings.slice(0, 1) });
      });
    }
  }

  it("Ctrl-C stops even where there is enough for a list", async () => {
    const { child, outcome } = inTerminal("rate", ...model);
    const answers = five.map((keys, n) => [n % 2 === 0 ? number : stars, `${keys}\r`] as const);
    await dialogue(child, [...answers, [number, "\x03"]]);
    const { stdout } = await outcome;
    assert.match(stdout, /--rate 10=5 --rate 30=0\.5 --rate 20=4\.5 --rate 40=1 --rate 50=3\r\n[\s\S]*exit code 130/);
    assert.ok(!stdout.includes("For you:"));
  });

  it("Ctrl-C before any rating writes nothing", async () => {
    const file = join(folder, "nothing.json");
    const { child, outcome } = inTerminal("rate", ...model, "--save", file);
    await dialogue(child, [[number, "\x03"]]);
    assert.match((await outcome).stdout, /exit code 130/);
    assert.ok(!existsSync(file));
  });

  it("asks which film an ambiguous title means", async () => {
    const { child, outcome } = inTerminal("recommend", "--rate", "Emma=5", ...model);
    await dialogue(child, [["Which id? ", "60\r"]]);
    assert.match((await outcome).stdout, /You rated Emma \(2020\) 5\.[\s\S]*exit code 0/);
    const other = inTerminal("recommend", "--rate", "Emma=5", ...model);
    await dialogue(other.child, [["Which id? ", "\x04"]]);
    const { stdout } = await other.outcome;
    assert.match(stdout, /no film was chosen[\s\S]*exit code 130/);
    assertUsual(stdout);
  });
});

/** stty at the end: lines are edited and echoed, Ctrl-C is a signal. */
function assertUsual(shown: string): void {
  for (const mode of ["icanon", "echo", "isig", "icrnl", "opost"]) assert.match(shown, new RegExp(`(^|\\s)${mode}\\b`));
}
