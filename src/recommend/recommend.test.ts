import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { filmDataset } from "../../test/helpers/films.ts";
import { randomDataset } from "../../test/helpers/toy.ts";
import { asItemIndex, type Dataset } from "../data/dataset.ts";
import type { MatineeError } from "../errors.ts";
import { configure } from "../models/configure.ts";
import { fit } from "../models/fit.ts";
import { type OpenModel, openModel } from "./open-model.ts";
import { predict } from "./predict.ts";
import { queryFromRatings, queryOfUser, withRatings } from "./query.ts";
import { type Recommendation, recommend } from "./recommend.ts";
import { similar } from "./similar.ts";

describe("recommend", () => {
  let data: Dataset;
  let knn: OpenModel;
  const ids = (list: readonly Recommendation[]) => list.map(({ id }) => id);
  const item = (id: number) => data.items.index(id);
  before(async () => {
    data = filmDataset();
    knn = openModel(await fit(data, configure("item-knn")));
  });
  const crimeLover = () => queryFromRatings(data, [[item(10), 5]]);

  it("puts the most similar first and says why", async () => {
    const [first] = await recommend(knn, crimeLover(), { k: 1 });
    assert.equal(first.id, 20);
    assert.equal(first.title, "Silent Witness, The (1994)");
    assert.equal(first.source, "item-knn");
    assert.deepEqual(
      first.because?.map(({ id, rating }) => ({ id, rating })),
      [{ id: 10, rating: 5 }],
    );
    assert.equal(first.parts, undefined);
  });

  it("names the genres that made a score, the strongest first", async () => {
    using byTaste = openModel(await fit(data, configure("taste-graph")));
    const query = queryFromRatings(data, [
      [item(20), 5],
      [item(80), 5],
      [item(50), 5],
      [item(70), 5],
    ]);
    const list = await recommend(byTaste, query, { explain: true });
    assert.deepEqual(
      list.map(({ id, likedGenres }) => [id, likedGenres]),
      [
        [10, ["Crime", "Drama"]],
        [60, ["Romance", "Comedy"]],
        [30, undefined],
        [40, undefined],
      ],
    );
    assert.deepEqual(list[0].parts?.slice(0, 1), [{ kind: "genre", genre: "Crime", value: 1 }]);
    assert.equal(list[0].because, undefined);
  });

  it("leaves out what the asker rated and what is excluded", async () => {
    assert.ok(!ids(await recommend(knn, crimeLover())).includes(10));
    assert.ok(!ids(await recommend(knn, crimeLover(), { exclude: [item(20)] })).includes(20));
    assert.equal((await recommend(knn, crimeLover())).length, 7);
  });

  it("tells parts that add up to the score, where asked", async () => {
    const query = queryFromRatings(data, [
      [item(10), 5],
      [item(70), 1],
    ]);
    for (const film of await recommend(knn, query, { explain: true, k: 3 })) {
      const sum = film.parts!.reduce((total, part) => total + part.value, 0);
      assert.ok(Math.abs(sum - film.score) < 1e-6);
    }
  });

  it("fills up with popular films, named as such, where the model can score no more", async () => {
    const list = await recommend(knn, crimeLover());
    const sources = list.map(({ source }) => source);
    assert.deepEqual([...new Set(sources)], ["item-knn", "popular"]);
    assert.equal(sources.indexOf("popular"), sources.lastIndexOf("item-knn") + 1);
    assert.equal(list.at(-1)!.id, 80);
  });

  it("predicts ratings of films that the fallback put there, as the model does", async () => {
    using people = openModel(await fit(data, configure("user-knn", { minOverlap: 1 })));
    const list = await recommend(people, crimeLover());
    assert.deepEqual([...new Set(list.map(({ source }) => source))], ["popular"]);
    for (const { id, predicted, rule } of list) {
      const [own] = predict(people, crimeLover(), [item(id as number)]);
      assert.deepEqual([predicted, rule], [own.predicted, own.rule]);
    }
  });

  it("answers somebody who rated nothing with the most rated, ties by index", async () => {
    const list = await recommend(knn, queryFromRatings(data, []), { k: 4 });
    assert.deepEqual(ids(list), [10, 30, 20, 40]);
    assert.ok(list.every(({ source, because }) => source === "popular" && because === undefined));
  });

  it("keeps to genres, letter case apart, and to years", async () => {
    assert.deepEqual(ids(await recommend(knn, crimeLover(), { genres: ["romance"] })).sort(), [50, 60]);
    assert.deepEqual(ids(await recommend(knn, crimeLover(), { years: { from: 1985, to: 1996 } })).sort(), [20, 40, 50]);
    assert.deepEqual(ids(await recommend(knn, crimeLover(), { years: { from: 2021 } })), []);
  });

  it("refuses an unknown genre, years that run backwards, and no list at all", async () => {
    const usage = (options: object) => (error: MatineeError) =>
      error.code === "USAGE" || assert.fail(JSON.stringify(options));
    for (const options of [{ genres: ["Crim"] }, { years: { from: 2000, to: 1990 } }, { k: 0 }, { k: 1.5 }]) {
      await assert.rejects(recommend(knn, crimeLover(), options), usage(options));
    }
  });

  it("predicts stars where the model does", async () => {
    const list = await recommend(openModel(await fit(data, configure("bias"))), crimeLover(), { k: 2 });
    assert.ok(list.every(({ predicted, rule }) => predicted! >= 0.5 && predicted! <= 5 && rule === "model"));
    const [other] = await recommend(openModel(await fit(data, configure("ease"))), crimeLover(), { k: 1 });
    assert.deepEqual([other.predicted, other.rule], [undefined, undefined]);
  });

  it("tells how many people of like taste stand behind a film, and who and what, where asked", async () => {
    const set = { preset: "hybrid", minOverlap: 1 };
    const recommender = openModel(await fit(data, configure("user-knn", set)));
    const [first] = await recommend(recommender, queryOfUser(data, 6), { k: 1 });
    assert.deepEqual([first.id, first.neighbours, first.parts], [40, { count: 2, meanRating: 4.75 }, undefined]);
    assert.deepEqual([first.rule, first.because], ["model", undefined]);
    const [{ parts, score }] = await recommend(recommender, queryOfUser(data, 6), { k: 1, explain: true });
    const told = parts!.flatMap((part) => (part.kind === "neighbour" ? [[part.user, part.rating, part.overlap]] : []));
    assert.deepEqual(told.sort(), [
      [3, 5, 2],
      [4, 4.5, 1],
    ]);
    assert.ok(Math.abs(parts!.reduce((sum, part) => sum + part.value, 0) - score) < 1e-6);
  });

  it("gives as reasons at most five films that the asker liked", async () => {
    const data = randomDataset(60, 30, 0.5, 13);
    const recommender = openModel(await fit(data, configure("ease", { lambda: 1, neutral: 0.6, dislike: 0 })));
    const items = Array.from({ length: 20 }, (_, n) => [asItemIndex(n), n % 2 === 0 ? 0.5 : 5] as const);
    const list = await recommend(recommender, queryFromRatings(data, items), { explain: true });
    const spoke = list.map(({ parts }) => parts!.filter((part) => part.value > 0 && part.kind === "rating"));
    assert.ok(spoke.some((parts) => parts.some((part) => part.kind === "rating" && part.rating < 2.75)));
    for (const [n, { because = [] }] of list.entries()) {
      assert.ok(because.every(({ rating, value }) => rating >= 2.75 && value > 0));
      assert.ok(because.every(({ value }, k) => k === 0 || value <= because[k - 1].value));
      assert.ok(because.length <= Math.min(5, spoke[n].length));
    }
    assert.ok(list.some(({ because = [] }) => because.length === 5));
  });

  it("leaves films of unknown year out of any range of years", async () => {
    const undated = { ...data, catalog: { ...data.catalog, years: new Int16Array(8) } };
    const recommender = openModel(await fit(undated, configure("popular")));
    assert.deepEqual(await recommend(recommender, queryFromRatings(undated, []), { years: { to: 2100 } }), []);
  });

  it("refuses films that are not there", async () => {
    for (const index of [-1, 8, 1.5, 260].map(asItemIndex)) {
      assert.throws(() => queryFromRatings(data, [[index, 5]]), { code: "ITEM_UNKNOWN" });
      assert.throws(() => similar(knn, index), { code: "ITEM_UNKNOWN" });
      await assert.rejects(recommend(knn, crimeLover(), { exclude: [index] }), { code: "ITEM_UNKNOWN" });
    }
  });

  it("keeps the times of a user of the data", () => {
    const times = Float64Array.from(data.byUser.values, (_, n) => n);
    const timed = { ...data, byUser: { ...data.byUser, times } };
    assert.deepEqual([...queryOfUser(timed, 2).profile.times!], [3, 4, 5]);
  });

  it("takes further ratings without times for later than all that have one", () => {
    const { items } = queryOfUser(data, 2).profile;
    const [times, values] = [Float64Array.of(30, 10, 20), Float32Array.of(4, 4, 4)];
    const further = { items: Int32Array.of(items[1], 7), values: Float32Array.of(1, 2) };
    const { profile } = withRatings({ profile: { items, values, times } }, further);
    const timeOf = new Map(Array.from(profile.items, (item, n) => [item, profile.times![n]]));
    assert.deepEqual(
      [...items, 7].map((item) => timeOf.get(item)),
      [30, 31, 20, 31],
    );
    assert.equal(withRatings({ profile: { items, values } }, further).profile.times, undefined);
  });

  it("takes its own ratings without times for earlier than further ones that have them", () => {
    const { profile } = queryOfUser(data, 2);
    const given = { items: Int32Array.of(7), values: Float32Array.of(2), times: Float64Array.of(50) };
    const { times } = withRatings({ profile }, given).profile;
    assert.deepEqual([...times!], [49, 49, 49, 50]);
  });

  it("puts given ratings in the order of their times, those without one after all of them", () => {
    const { profile } = queryFromRatings(data, [
      [item(30), 1, 500],
      [item(10), 2],
      [item(20), 3, 700],
      [item(30), 4, 400],
      [item(40), 5],
      [item(40), 3, 900],
    ]);
    assert.deepEqual([...profile.values], [2, 3, 1, 5]);
    assert.deepEqual([...profile.times!], [701, 700, 500, 701]);
    assert.equal(queryFromRatings(data, [[item(30), 1]]).profile.times, undefined);
  });

  it("knows a user of the data by id, and no other", async () => {
    assert.ok(!ids(await recommend(knn, queryOfUser(data, 1))).some((id) => [10, 20, 70].includes(id as number)));
    assert.throws(() => queryOfUser(data, 7), { code: "USER_UNKNOWN", message: "no user has the id 7 in films" });
  });

  it("takes the last of several ratings of one film, and none off the scale", async () => {
    const { profile } = queryFromRatings(data, [
      [item(30), 1],
      [item(10), 2],
      [item(30), 4],
    ]);
    assert.deepEqual(
      [[...profile.items], [...profile.values]],
      [
        [item(10), item(30)],
        [2, 4],
      ],
    );
    for (const rating of [0, 5.5, Number.NaN]) {
      assert.throws(() => queryFromRatings(data, [[asItemIndex(0), rating]]), { code: "RATING_INVALID" });
    }
  });

  it("lists similar films, and says which models cannot", async () => {
    assert.equal(similar(knn, item(30), 1)[0].id, 40);
    const popular = openModel(await fit(data, configure("popular")));
    assert.throws(() => similar(popular, asItemIndex(0)), { code: "CAPABILITY_MISSING" });
  });
});

describe("filmSearch", () => {
  const find = (recommender: OpenModel, query: string) =>
    recommender.search.find(query, 5).map((item) => recommender.info.catalog.titles[item]);
  let recommender: OpenModel;
  before(async () => {
    recommender = openModel(await fit(filmDataset(), configure("popular")));
  });

  it("forgives misspelt and unfinished words", async () => {
    assert.equal(find(recommender, "nigth harbor")[0], "Night Harbour (1991)");
    assert.deepEqual(find(recommender, "star voy"), ["Star Voyager (1982)", "Star Voyager II (1985)"]);
    assert.deepEqual(find(recommender, "xyzzy"), []);
    assert.equal(find(recommender, "starvoyager")[0], "Star Voyager (1982)");
  });

  it("asks for all words where some film has them all, and puts well-known films first", () => {
    assert.deepEqual(find(recommender, "night harbour"), ["Night Harbour (1991)"]);
    assert.deepEqual(find(recommender, "emma"), ["Emma (1996)", "Emma (2020)"]);
  });

  it("knows a film by its title, with or without the year, letter case apart", async () => {
    const { search, info } = recommender;
    assert.equal(info.items.id(search.byTitle("star voyager (1982)")), 30);
    assert.equal(info.items.id(search.byTitle("Long Road, Short Way")), 70);
    assert.equal(info.items.id(search.byTitle("Emma (2020)")), 60);
    for (const title of ["Silent Witness, The", "The Silent Witness", "the silent witness (1994)"]) {
      assert.equal(info.items.id(search.byTitle(title)), 20, title);
    }
    assert.deepEqual([search.byIdOrTitle(" 30 "), search.byIdOrTitle("Unseen")].map(info.items.id), [30, 80]);
  });

  it("names the choices where a title is ambiguous, and near ones where it is unknown", async () => {
    const { search } = recommender;
    assert.throws(() => search.byTitle("Emma"), {
      code: "ITEM_AMBIGUOUS",
      message: '2 films are called "Emma": 50 Emma (1996); 60 Emma (2020)',
    });
    assert.throws(() => search.byTitle("Star Voyagr"), {
      code: "ITEM_UNKNOWN",
      fix: "did you mean 30 Star Voyager (1982); 40 Star Voyager II (1985)?",
    });
    assert.throws(() => search.byId(11), { code: "ITEM_UNKNOWN" });
    assert.throws(() => search.byTitle(" "), { code: "ITEM_UNKNOWN" });
  });
});
