import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { filmDataset } from "../../test/helpers/films.ts";
import { asItemIndex } from "../data/dataset.ts";
import { idsFrom } from "../data/ids.ts";
import { fit } from "../models/fit.ts";
import type { ModelSpec, Query } from "../models/model.ts";
import { ease, itemKnn, mf, popular } from "../models/specs.ts";
import { type OpenModel, openModel } from "./open-model.ts";
import { predict } from "./predict.ts";
import { queryFromRatings } from "./query.ts";
import { recommend } from "./recommend.ts";
import { openRecommender } from "./recommender.ts";
import { type GroupRecommendation, recommendTogether, type TogetherOptions } from "./together.ts";

const films = filmDataset();
const at = (id: number) => films.items.index(id);
const none = -Infinity;

/** Somebody who rated one film; by that film, a model of given scores knows them. */
function whoRated(id: number): Query {
  return queryFromRatings(films, [[at(id), 4]]);
}

/** Scores of the films 10 to 80, by the film that somebody rated. */
type Scores = Readonly<Record<number, readonly number[]>>;

/** A model of given scores of the films 10 to 80, by the film that somebody rated. */
async function openedWith(scores: Scores): Promise<OpenModel> {
  const opened = openModel(await fit(films, popular()));
  const model: OpenModel["model"] = {
    items: films.items.size,
    ask: ({ profile }) => ({ score: (out) => out.set(scores[Number(films.items.id(profile.items[0]))]) }),
    [Symbol.dispose]() {},
  };
  return { ...opened, model, fallback: opened.fallback, search: opened.search };
}

/** Shares of A: 30: 0, 40: 1, 50: 1/2, 60: 1/4, 70: 0, 80: 0 without a score; of B: 0, 0, 1/2, 1, 3/4, 4/5. */
const twoPeople = {
  10: [99, 99, 2, 10, 6, 4, 2, none],
  20: [99, -99, -1, -1, 0, 1, 0.5, 0.6],
};
const [personA, personB] = [whoRated(10), whoRated(20)];

async function listOf(options: TogetherOptions, scores: Scores = twoPeople, people = [personA, personB]) {
  using opened = await openedWith(scores);
  return recommendTogether(opened, people, options);
}

const ids = (list: readonly GroupRecommendation[]) => list.map(({ id }) => id);

describe("recommendTogether", () => {
  it("lists by what a film is to the one to whom it is least, ties by the mean", async () => {
    const list = await listOf({ rule: "least-misery" });
    assert.deepEqual(
      list.map(({ id, score }) => [id, score]),
      [
        [50, 0.5],
        [60, 0.25],
        [40, 0],
        [80, 0],
        [70, 0],
        [30, 0],
      ],
    );
    assert.deepEqual(await listOf({}), list);
  });

  it("lists by the mean, ties by the order of films", async () => {
    assert.deepEqual(
      (await listOf({ rule: "average" })).map(({ id, score }) => [id, Number(score.toFixed(6))]),
      [
        [60, 0.625],
        [40, 0.5],
        [50, 0.5],
        [80, 0.4],
        [70, 0.375],
        [30, 0],
      ],
    );
  });

  it("says what a film is to each, and to whom it is least", async () => {
    const list = await listOf({ rule: "average" });
    assert.deepEqual(
      list.map(({ id, people, limitedBy }) => [id, ...people.map(({ share }) => Number(share.toFixed(6))), limitedBy]),
      [
        [60, 0.25, 1, 0],
        [40, 1, 0, 1],
        [50, 0.5, 0.5, undefined],
        [80, 0, 0.8, 0],
        [70, 0, 0.75, 0],
        [30, 0, 0, undefined],
      ],
    );
  });

  it("does not depend on the scale of a person's scores", async () => {
    const [a, b] = [twoPeople[10].map((score) => 1000 * score + 5), twoPeople[20].map((score) => score / 64)];
    for (const rule of ["least-misery", "average"] as const) {
      assert.deepEqual(ids(await listOf({ rule }, { 10: a, 20: b })), ids(await listOf({ rule })));
    }
  });

  it("does not depend on the order of the people", async () => {
    for (const rule of ["least-misery", "average"] as const) {
      const turned = await listOf({ rule }, twoPeople, [personB, personA]);
      const back = turned.map(({ people, limitedBy, ...film }) => ({
        ...film,
        people: people.toReversed(),
        ...(limitedBy === undefined ? {} : { limitedBy: 1 - limitedBy }),
      }));
      assert.deepEqual(back, await listOf({ rule }));
    }
  });

  it("gives the same numbers to three people in every order", async () => {
    // Shares of 40 are 0.1, 0.2 and 0.3, whose sum depends on the order.
    const three = { 10: [0, 0, 0, 1, 10, 0, 0, 0], 20: [0, 0, 0, 2, 10, 0, 0, 0], 30: [0, 0, 0, 3, 10, 0, 0, 0] };
    const people = [personA, personB, whoRated(30)];
    const scoresOf = async (order: readonly number[]) =>
      (
        await listOf(
          { rule: "average" },
          three,
          order.map((n) => people[n]),
        )
      ).map(({ score }) => score);
    const first = await scoresOf([0, 1, 2]);
    for (const order of [
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ]) {
      assert.deepEqual(await scoresOf(order), first);
    }
  });

  it("scales over the films that may be listed, which nobody rated or excluded and which fit", async () => {
    const romance = await listOf({ filter: { field: "genre", is: "Romance" } });
    assert.deepEqual(
      romance.map(({ id, people }) => [id, people.map(({ share }) => share)]),
      [
        [50, [1, 0]],
        [60, [0, 1]],
      ],
    );
    // Shares of 40: 1 and 0, of 80: 0 and 1, of 70: 0 and 15/16.
    const without = await listOf({ exclude: [at(50), at(60)], k: 3 });
    assert.deepEqual(ids(without), [40, 80, 70]);
    assert.equal(without[2].people[1].share.toFixed(6), "0.937500");
    assert.ok(!ids(await listOf({ k: 100 })).some((id) => id === 10 || id === 20));
    assert.deepEqual(await listOf({ years: { from: 2100 } }), []);
  });

  it("takes the most rated films for whoever the model has no score for", async () => {
    const unknown = { ...twoPeople, 20: new Array(8).fill(none) };
    // 30: 3 ratings, 50, 40, 60 and 70: 2, 60: 1, 80: none.
    const counts = [...films.counts].slice(2);
    const list = await listOf({ k: 6 }, unknown);
    for (const { id, people } of list) assert.equal(people[1].share, counts[at(Number(id)) - 2] / Math.max(...counts));
  });

  it("lets nobody be the limit to whom all films are alike", async () => {
    const alike = { ...twoPeople, 20: new Array(8).fill(3) };
    const list = await listOf({ k: 3 }, alike);
    assert.deepEqual(ids(list), [40, 50, 60]);
    assert.deepEqual(
      list.map(({ people, limitedBy }) => [people[1].share, limitedBy]),
      [
        [1, undefined],
        [1, 0],
        [1, 0],
      ],
    );
  });

  it("leaves out what nobody has a score for", async () => {
    const without = { 10: twoPeople[10], 20: [...twoPeople[20].slice(0, 7), none] };
    assert.ok(!ids(await listOf({}, without)).includes(80));
  });

  it("has the ratings that the model predicts for each", async () => {
    using opened = openModel(await fit(films, { ...ease(), predictor: mf() }));
    const people = [personA, personB];
    const [first] = await recommendTogether(opened, people, { k: 1 });
    for (const [n, query] of people.entries()) {
      const [{ predicted, rule }] = predict(opened, query, [at(Number(first.id))]);
      assert.deepEqual([first.people[n].predicted, first.people[n].rule], [predicted, rule]);
    }
  });

  it("is the list of one for two people of one taste", async () => {
    const data = films;
    using opened = openModel(await fit(data, itemKnn()));
    const list = await recommend(opened, personA, { k: 3 });
    const own = list.filter(({ source }) => source === "item-knn").map(({ id }) => id);
    const together = await recommendTogether(opened, [personA, personA], { k: own.length });
    assert.deepEqual(ids(together), own);
    assert.ok(together.every(({ limitedBy }) => limitedBy === undefined));
  });

  it("refuses what makes no sense", async () => {
    const eight = new Array<Query>(8).fill(personA);
    assert.equal((await listOf({}, twoPeople, eight)).length, 6);
    for (const people of [[], [personA], [...eight, personA]]) {
      await assert.rejects(listOf({}, twoPeople, people), { code: "USAGE" });
    }
    await assert.rejects(listOf({ rule: "most-pleasure" as "average" }), { code: "USAGE" });
    await assert.rejects(listOf({ k: 0 }), { code: "USAGE" });
    await assert.rejects(listOf({ exclude: [asItemIndex(99)] }), { code: "ITEM_UNKNOWN" });
    const other = { ...personA, space: { name: "other", items: idsFrom(Float64Array.of(1, 2)) } } as Query;
    await assert.rejects(listOf({}, twoPeople, [personA, other]), { code: "USAGE" });
    await assert.rejects(listOf({}, { ...twoPeople, 20: new Array(8).fill(Number.NaN) }), { code: "NOT_FINITE" });
  });
});

describe("Recommender.recommendTogether", () => {
  const recommenderBy = async (spec: ModelSpec) => openRecommender(await fit(films, spec), { data: films });

  it("answers for users of the data and others, by ids", async () => {
    using recommender = await recommenderBy(itemKnn());
    const list = await recommender.recommendTogether({
      profiles: [{ user: 1 }, { ratings: [{ id: 30, rating: 5 }], exclude: [40, 77] }],
      rule: "average",
    });
    assert.ok(list.length > 0 && list.every(({ id }) => ![10, 20, 30, 40, 70].includes(Number(id))));
    assert.deepEqual([list.model, list.unknown], ["item-knn", [77]]);
  });

  it("refuses what is no request", async () => {
    using recommender = await recommenderBy(popular());
    const person = { ratings: [] };
    for (const request of [
      {},
      { profiles: [person] },
      { profiles: [person, { rating: [] }] },
      { profiles: [person, person], rules: "average" },
      { profiles: [person, { exclude: 40 }] },
    ]) {
      await assert.rejects(recommender.recommendTogether(request as never), { code: "USAGE" });
    }
  });
});
