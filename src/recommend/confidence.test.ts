import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { dataFolder, needsData } from "../../test/helpers/data.ts";
import { toyEvidence } from "../../test/helpers/evidence.ts";
import { filmDataset } from "../../test/helpers/films.ts";
import { asItemIndex, type Dataset } from "../data/dataset.ts";
import { readRatings } from "../data/read.ts";
import { configure } from "../models/configure.ts";
import { fit } from "../models/fit.ts";
import { confidenceOf, type Evidence, evidenceOf } from "./confidence.ts";
import type { ScorePart } from "./explanation.ts";
import { openModel } from "./open-model.ts";
import { queryFromRatings } from "./query.ts";
import { recommend } from "./recommend.ts";

const near = (actual: number | undefined, expected: number) =>
  assert.ok(actual !== undefined && Math.abs(actual - expected) < 1e-9, `${actual}, expected ${expected}`);

describe("evidenceOf", () => {
  const data = filmDataset();
  const [c10, c20] = [10, 20].map((id) => data.counts[data.items.index(id)]);
  const query = queryFromRatings(data, [
    [data.items.index(10), 5],
    [data.items.index(20), 4],
    [data.items.index(30), 3.5],
    [data.items.index(70), 1],
  ]);
  const part = (rating: number, value: number): ScorePart => ({ kind: "rating", id: 1, title: "", rating, value });
  const evidence = (parts: readonly ScorePart[] | undefined, info = data) =>
    evidenceOf(info, query.profile, { item: data.items.index(40), parts });

  it("is what liked films say of the score, how many there are, and how well films are known", () => {
    const { likedShare, support, speaking, personal, ratings } = evidence([
      part(5, 0.5),
      part(4, 0.2),
      part(3.5, 0.2),
      part(1, -0.1),
      { kind: "item mean", value: 7 },
    ]);
    near(likedShare, (2 + 2) / (4 + 4));
    near(support, c10 / (c10 + 10) + c20 / (c20 + 10));
    near(speaking, 0.7);
    assert.deepEqual([personal, ratings], [true, data.counts[data.items.index(40)]]);
  });

  it("a liked film that speaks against does not speak for, and constants say nothing of the user", () => {
    near(evidence([part(5, -0.5), part(4, 0.5)]).speaking, 0.5);
    const constant = evidence([{ kind: "number of ratings", value: 7 }]);
    assert.deepEqual([constant.speaking, constant.personal], [undefined, false]);
    const genre = evidence([{ kind: "genre", genre: "Crime", value: 1 }]);
    assert.deepEqual([genre.speaking, genre.personal], [undefined, true]);
    assert.deepEqual([evidence(undefined).speaking, evidence(undefined).personal], [undefined, true]);
  });

  it("is how much more readily users like the film than films at large", () => {
    const odds = (share: number) => Math.log(share / (1 - share));
    const likes = data.likes!;
    const [count, liked] = [data.counts, likes].map((numbers) => numbers[data.items.index(40)]);
    const usual = (likes.reduce((sum, own) => sum + own) + 1) / (data.counts.reduce((sum, own) => sum + own) + 2);
    near(evidence([]).lift, odds((liked + 10 * usual) / (count + 10)) - odds(usual));
    // A film that nobody rated is as others are, and what earlier versions saved tells of none.
    const unrated = { ...data, counts: data.counts.map((own, item) => (item === 0 ? 0 : own)), likes: likes.slice() };
    unrated.likes[0] = 0;
    near(evidenceOf(unrated, query.profile, { item: 0, parts: [] }).lift, 0);
    const { likes: _, ...earlier } = data;
    near(evidence([], earlier as Dataset).lift, 0.65);
  });

  it("is whether the user likes what users like: the slope of likes over lifts, damped", () => {
    const liftOf = (id: number) => evidenceOf(data, query.profile, { item: data.items.index(id), parts: [] }).lift;
    const rated = [
      [10, 1],
      [20, 1],
      [30, 0],
      [70, 0],
    ] as const; // liked or not, of `query`
    const lifts = rated.map(([id]) => liftOf(id));
    const mean = lifts.reduce((all, lift) => all + lift) / 4;
    const [covariance, variance] = [
      rated.reduce((all, [, liked], n) => all + liked * (lifts[n] - mean), 0),
      lifts.reduce((all, lift) => all + (lift - mean) ** 2, 0),
    ];
    near(evidence([]).agreement, (4 * 0.2 + covariance) / (4 + variance));
    // Who rates the other way round has the slope of the other sign.
    const { items, values } = query.profile;
    const contrary = { items, values: values.map((value) => (value >= 4 ? 1 : 5)) };
    near(evidenceOf(data, contrary, { item: 0, parts: [] }).agreement, (4 * 0.2 - covariance) / (4 + variance));
    for (const unknown of [
      { ...data, likes: undefined },
      { ...data, feedback: "events" },
    ])
      near(evidence([], unknown as unknown as Dataset).agreement, 0.2);
    near(
      evidenceOf(data, { items: Int32Array.of(), values: Float32Array.of() }, { item: 0, parts: [] }).agreement,
      0.2,
    );
  });

  it("of events, all amounts are likes, and so say nothing of how easily the user likes", () => {
    const events = { ...data, feedback: "events" as const };
    assert.equal(evidence([], events).likedShare, 0.5);
    assert.ok(evidence([], events).support > evidence([]).support);
  });
});

describe("confidenceOf", () => {
  const level = (given: Partial<Evidence>) => confidenceOf(toyEvidence(given)).level;

  it("grows with each kind of evidence", () => {
    const probability = (given: Partial<Evidence>) => confidenceOf(toyEvidence(given)).probability;
    for (const [less, more] of [
      [{ likedShare: 0.3 }, { likedShare: 0.6 }],
      [{ ratings: 5 }, { ratings: 50 }],
      [{ speaking: 0.1 }, { speaking: 0.8 }],
      [{ lift: -0.3 }, { lift: 0.5 }],
      [{ agreement: -0.05 }, { agreement: 0.3 }],
      [
        { agreement: -0.3, lift: 1 },
        { agreement: -0.3, lift: -1 },
      ],
    ]) {
      assert.ok(probability(less) < probability(more), JSON.stringify([less, more]));
    }
  });

  it("has its level by the probability, and is a guess without evidence", () => {
    assert.equal(level({}), "likely");
    assert.equal(level({ likedShare: 0.4, speaking: 0.2 }), "possible");
    assert.equal(level({ likedShare: 0.1, speaking: 0 }), "guess");
    for (const lacking of [{ personal: false }, { support: 0.49 }, { ratings: 9 }, { agreement: -0.11 }])
      assert.equal(level(lacking), "guess");
  });
});

describe("the confidence of lists of ml-latest-small", needsData("ml-latest-small"), () => {
  let data: Dataset;
  before(async () => {
    data = await readRatings(dataFolder("ml-latest-small"));
  });
  const canon = [260, 318, 296, 356, 527, 2571];

  for (const model of ["ease", "als", "item-knn", "tfidf", "user-knn", "pagerank"]) {
    it(`${model}: who rated the canon low gets guesses without reasons, who liked it does not`, async () => {
      using opened = openModel(await fit(data, configure(model)));
      const rated = (stars: number) =>
        queryFromRatings(
          data,
          canon.map((id) => [data.items.index(id), stars]),
        );
      for (const stars of [0.5, 1]) {
        const low = await recommend(opened, rated(stars));
        assert.deepEqual(
          low.map(({ confidence, because }) => [confidence.level, because]),
          Array(10).fill(["guess", undefined]),
        );
      }
      const own = (await recommend(opened, rated(5))).filter(({ source }) => source === model);
      if (model !== "user-knn")
        assert.ok(own.length > 0 && own.some(({ confidence }) => confidence.level === "likely"));
    });
  }

  it("one film that two people rated makes ten guesses", async () => {
    const rare = asItemIndex(data.counts.indexOf(2));
    for (const model of ["ease", "als", "item-knn", "pagerank"]) {
      using opened = openModel(await fit(data, configure(model)));
      const list = await recommend(opened, queryFromRatings(data, [[rare, 5]]));
      assert.deepEqual(
        list.map(({ confidence }) => confidence.level),
        Array(10).fill("guess"),
      );
    }
  });

  it("stars predicted from a few ratings are guesses", async () => {
    using opened = openModel(await fit(data, configure("user-knn", { minOverlap: 1 })));
    const list = await recommend(
      opened,
      queryFromRatings(
        data,
        canon.map((id) => [data.items.index(id), 5]),
      ),
      { k: 50 },
    );
    const few = list.filter(({ ratings }) => ratings < 10);
    assert.ok(few.length > 0 && few.every(({ confidence, predicted }) => confidence.level === "guess" && predicted));
  });

  it("a film that was rated in the middle is no reason", async () => {
    using opened = openModel(await fit(data, configure("ease")));
    const stars = [3, 3.5, 4, 4.5, 3, 5];
    const query = queryFromRatings(
      data,
      canon.map((id, n) => [data.items.index(id), stars[n]]),
    );
    const list = await recommend(opened, query, { explain: true });
    const middling = list.flatMap(({ parts = [] }) => parts.filter((part) => "rating" in part && part.rating < 4));
    assert.ok(middling.some(({ value }) => value > 0));
    for (const { because = [], parts = [] } of list) {
      const all = parts.reduce((sum, { value }) => sum + Math.abs(value), 0);
      assert.ok(because.every(({ rating, value }) => rating >= 4 && value >= 0.1 * because[0].value));
      assert.ok(because.reduce((sum, { value }) => sum + value, 0) >= (because.length > 0 ? 0.05 * all : 0));
    }
  });
});
