/** What the command says of one person: predicted ratings, people of like taste, ratings. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { writeRatingsCsv } from "../../src/data/write.ts";
import { assertRefused, matinee, temporaryFolder } from "../helpers/command.ts";
import { filmDataset } from "../helpers/films.ts";

const folder = temporaryFolder();
const data = join(folder, "films");
const knn = ["--model", "user-knn", "--set", "minOverlap=1", "minNeighbours=1", "--data", data];
const saved = join(folder, "knn.matinee");
const other = join(folder, "bias.matinee");

before(async () => {
  await writeRatingsCsv(filmDataset(), data);
  for (const args of [
    [...knn, "--out", saved],
    ["--model", "bias", "--data", data, "--out", other],
  ]) {
    const { code, stderr } = await matinee("train", ...args);
    assert.equal(code, 0, stderr);
  }
});

interface Part {
  kind: string;
  value: number;
}
const sum = (parts: readonly Part[]) => parts.reduce((total, { value }) => total + value, 0);

async function json(...args: string[]) {
  const { stdout, stderr, code } = await matinee(...args, "--json");
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}

describe("matinee predict", () => {
  it("tells the prediction, its rule, and the ratings of neighbours that add up to it", async () => {
    const { model, user, items } = await json("predict", "40", "80", "--user", "6", ...knn);
    assert.deepEqual([model, user], ["user-knn", 6]);
    const [film, unrated] = items;
    assert.deepEqual([film.id, film.title, film.rule, film.rated], [40, "Star Voyager II (1985)", "model", undefined]);
    assert.deepEqual(Object.keys(film.parts[1]), ["kind", "user", "similarity", "overlap", "rating", "value"]);
    assert.deepEqual(
      film.parts.slice(1).map(({ user, overlap, rating }: Record<string, number>) => [user, overlap, rating]),
      [
        [3, 2, 5],
        [4, 1, 4.5],
      ],
    );
    assert.ok(Math.abs(sum(film.parts) - film.predicted) < 1e-6);
    assert.deepEqual([unrated.rule, unrated.predicted], ["user mean", 3.25]);
    assert.deepEqual(unrated.parts, [{ kind: "user mean", value: 3.25 }]);
  });

  it("takes titles and anybody's ratings, and adds up for models of films", async () => {
    const asked = ["predict", "Silent Witness, The", "--rate", "10=5", "--rate", "30=1"];
    const { items, user } = await json(...asked, "--model", "item-knn", "--data", data);
    assert.equal(user, undefined);
    assert.deepEqual([items[0].id, items[0].rule], [20, "model"]);
    assert.equal(items[0].parts[0].kind, "item mean");
    assert.equal(Math.min(5, sum(items[0].parts)), items[0].predicted);
  });

  it("predicts a film that they have rated from their other ratings, and says so", async () => {
    const [rated] = (await json("predict", "10", "--user", "6", ...knn)).items;
    assert.equal(rated.rated, 4.5);
    const [unseen] = (await json("predict", "10", "--rate", "30=2", ...knn)).items;
    assert.equal(unseen.rated, undefined);
    const [alone] = (await json("predict", "10", "--rate", "30=2", "--rate", "10=0.5", ...knn)).items;
    assert.deepEqual({ ...alone, rated: undefined }, { ...unseen, rated: undefined });
    const { stdout } = await matinee("predict", "10", "--user", "6", ...knn);
    assert.match(
      stdout,
      /^Night Harbour \(1991\) {2}\d\.\d\d stars {2}\[10\] {2}by user-knn; their own rating, 4\.5, is/,
    );
    assert.match(stdout, /user 3 rated it 0\.5 \(similarity 0\.\d{3}, 1 film in common\)/);
  });

  it("names the mean that stood in", async () => {
    const { stdout } = await matinee("predict", "80", "--user", "6", ...knn);
    assert.match(stdout, /3\.25 stars {2}\[80\] {2}by the user mean: user-knn has too little to go by/);
  });

  it("is that of the best predictor, unless a model is named", async () => {
    assert.equal((await json("predict", "10", "--user", "6", "--data", data)).model, "mf");
    assert.equal((await json("predict", "10", "--rate", "30=3", "--artifact", other)).model, "bias");
  });
});

describe("matinee neighbours", () => {
  it("names people, best first, and films that both like", async () => {
    const { model, user, neighbours } = await json("neighbours", "--user", "1", ...knn, "--k", "2");
    assert.deepEqual([model, user, neighbours.length], ["user-knn", 1, 2]);
    assert.deepEqual([neighbours[0].user, neighbours[0].overlap], [2, 2]);
    assert.ok(neighbours[0].similarity > neighbours[1].similarity);
    assert.deepEqual(neighbours[0].liked, [
      { id: 20, title: "Silent Witness, The (1994)", rating: 4.5, theirs: 5 },
      { id: 10, title: "Night Harbour (1991)", rating: 5, theirs: 4 },
    ]);
    const { stdout } = await matinee("neighbours", "--user", "1", ...knn, "--k", "1");
    assert.match(
      stdout,
      /^user 2 {2}similarity 0\.\d{3}, 2 films in common; you both like The Silent Witness.*, Night/,
    );
  });

  it("answers a user from a saved model that keeps its ratings", async () => {
    const alone = await json("neighbours", "--user", "1", "--artifact", saved);
    assert.deepEqual(alone, await json("neighbours", "--user", "1", ...knn));
    const list = await json("recommend", "--user", "1", "--artifact", saved, "--k", "2");
    assert.deepEqual(list, await json("recommend", "--user", "1", ...knn, "--k", "2"));
    assert.equal(list.user, 1);
  });

  it("says where nobody is alike", async () => {
    const { stdout, code } = await matinee("neighbours", "--rate", "80=4", ...knn);
    assert.equal(code, 0);
    assert.match(stdout, /^Nobody is like them/);
  });
});

describe("matinee ratings", () => {
  it("lists what a user rated, best first, with genres and, where known, when", async () => {
    const { user, items } = await json("ratings", "--user", "1", "--data", data);
    assert.equal(user, 1);
    assert.deepEqual(
      items.map(({ id, rating, genres, time }: Record<string, unknown>) => [id, rating, genres, time]),
      [
        [10, 5, ["Crime", "Drama"], undefined],
        [20, 4.5, ["Crime"], undefined],
        [70, 2, ["Comedy"], undefined],
      ],
    );
    const timed = join(folder, "timed.csv");
    writeFileSync(timed, "userId,movieId,rating,timestamp\nann,260,3,964982703\nann,6,4.5,1\n");
    const { stdout } = await matinee("ratings", "--user", "ann", "--data", timed);
    assert.equal(stdout, " 4.5  (no title)    1970-01-01  [6]\n   3  (no title)    2000-07-30  [260]\n");
  });
});

describe("wrong use of them ends with one clear line and its exit code", () => {
  const wrong: [string, string[], number, RegExp][] = [
    ["nobody asks", ["predict", "10", ...knn], 2, /nothing says who asks .*--user.*--rate/],
    ["nobody asks for neighbours", ["neighbours", ...knn], 2, /nothing says who asks/],
    ["two people ask", ["predict", "10", "--user", "1", "--rate", "10=4", ...knn], 2, /--user and --rate both/],
    ["no film", ["predict", "--user", "1", "--data", data], 2, /nothing says which films/],
    ["an unknown film", ["predict", "11", "--user", "1", "--data", data], 2, /no film is called "11"/],
    ["an unknown user", ["predict", "10", "--user", "7", "--data", data], 2, /no user has the id "7".*run from 1 to 6/],
    ["an unknown user's ratings", ["ratings", "--user", "7", "--data", data], 2, /no user has the id "7"/],
    ["whose ratings", ["ratings", "--data", data], 2, /required option '--user <id>' not specified/],
    [
      "a model without predicted ratings",
      ["predict", "10", "--user", "1", "--model", "popular", "--data", data],
      2,
      /popular predicts no ratings \(use one that does, such as user-knn/,
    ],
    [
      "a model that compares no people",
      ["neighbours", "--user", "1", "--model", "bias", "--data", data],
      2,
      /bias compares no people \(use one that does, such as user-knn\)/,
    ],
    [
      "a saved model without ratings",
      ["predict", "10", "--user", "1", "--artifact", other],
      2,
      /holds no users' ratings/,
    ],
    ["no neighbour at all", ["neighbours", "--user", "1", "--k", "0", ...knn], 2, /whole number from 1/],
  ];
  for (const [name, args, exit, line] of wrong) {
    it(name, async () => assertRefused(await matinee(...args), exit, line));
  }
});
