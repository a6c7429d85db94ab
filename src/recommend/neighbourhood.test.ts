import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { ofFirstTaste, twoTastes } from "../../test/helpers/two-tastes.ts";
import type { Dataset } from "../data/dataset.ts";
import { fit } from "../models/fit.ts";
import { bias, ease, popular, userKnn } from "../models/specs.ts";
import { neighbourhood } from "./neighbourhood.ts";
import { queryFromRatings } from "./query.ts";
import { openRecommender, type Recommender } from "./recommender.ts";

const ids = (films: readonly { readonly id: unknown }[]) => films.map(({ id }) => id);

describe("neighbourhood", () => {
  let recommender: Recommender;
  before(async () => {
    const data = twoTastes();
    recommender = await openRecommender(await fit(data, popular()), { data });
  });
  after(() => recommender[Symbol.dispose]());

  it("tells who rates alike, how alike they are, and what they think", async () => {
    const found = await recommender.neighbourhood({ ratings: ofFirstTaste });
    const { compared, neighbours, needed, overlap, difference, usualDifference } = found;
    // Each of the twelve differs by ½ and 2 stars in six films; each of the others by 4, 4, 4, 3½ and 4 in five.
    assert.deepEqual(
      { compared, neighbours, needed, overlap, difference, usualDifference },
      { compared: 24, neighbours: 12, needed: 0, overlap: 6, difference: 0.42, usualDifference: 2 },
    );
    assert.deepEqual(
      found.agreed.map(({ id, rating, theirs, raters }) => [id, rating, theirs, raters]),
      [
        [1, 5, 5, 12],
        [2, 5, 5, 12],
        [3, 5, 5, 12],
        [4, 4.5, 5, 12],
        [6, 1, 1, 12],
      ],
    );
    assert.deepEqual(
      found.disagreed.map(({ id, rating, theirs, raters }) => [id, rating, theirs, raters]),
      [[9, 4, 2, 12]],
    );
  });

  it("lists what they like by their damped mean, and nothing that four of them alone have rated", async () => {
    const { loved } = await recommender.neighbourhood({ ratings: ofFirstTaste });
    const mean = (12 * (4 * 5 + 4 + 1 + 2) + 6 * 4.5 + 4 * 5) / (12 * 7 + 6 + 4);
    assert.deepEqual(
      loved.map(({ id, neighbours, source }) => ({ id, neighbours, source })),
      [
        { id: 7, neighbours: { count: 6, meanRating: 4.5 }, source: "neighbours" },
        { id: 5, neighbours: { count: 12, meanRating: 4 }, source: "neighbours" },
      ],
    );
    for (const [n, score] of [(6 * (4.5 - mean)) / 11, (12 * (4 - mean)) / 17].entries()) {
      assert.ok(Math.abs(loved[n].score - score) < 1e-6);
    }
    const loves = async (options: object) =>
      ids((await recommender.neighbourhood({ ratings: ofFirstTaste, ...options })).loved);
    assert.deepEqual(await loves({ k: 1 }), [7]);
    assert.deepEqual(await loves({ exclude: [7, 999] }), [5]);
    assert.deepEqual(await loves({ filter: { not: { field: "id", is: 5 } } }), [7]);
  });

  it("finds nobody for who rates as nobody does, though all have seen the same films", async () => {
    const against = ofFirstTaste.map(({ id }) => ({ id, rating: id === 6 ? 3 : 3.5 - (id % 2) }));
    const { compared, neighbours, needed, loved } = await recommender.neighbourhood({ ratings: against });
    assert.deepEqual([compared, neighbours, needed, loved], [24, 0, 1, []]);
  });

  it("has neighbours for who gives every film the same stars", async () => {
    const fives = [1, 2, 3, 4, 5].map((id) => ({ id, rating: 5 }));
    assert.equal((await recommender.neighbourhood({ ratings: fives })).neighbours, 12);
  });

  it("says how many ratings it takes, and counts those of unknown films for none", async () => {
    const ratings = [...ofFirstTaste.slice(0, 3), { id: 999, rating: 5 }];
    const { needed, neighbours, unknown } = await recommender.neighbourhood({ ratings });
    assert.deepEqual([needed, neighbours, unknown], [2, 0, [999]]);
    assert.equal((await recommender.neighbourhood({ ratings: [] })).needed, 5);
  });

  it("leaves the user out, who is no neighbour of their own", async () => {
    assert.equal((await recommender.neighbourhood({ user: 1 })).neighbours, 11);
  });

  it("tells nothing of fewer than ten", async () => {
    const data = twoTastes(9);
    using few = await openRecommender(await fit(data, popular()), { data });
    const { neighbours, needed, agreed, difference } = await few.neighbourhood({ ratings: ofFirstTaste });
    assert.deepEqual([neighbours, needed, agreed, difference], [0, 1, [], undefined]);
  });

  it("is the same of ratings on another scale", async () => {
    const { byUser, ...others } = twoTastes();
    const twice = { ...byUser, values: byUser.values.map((value) => 2 * value) };
    const scale = { min: 1, max: 10, step: 1 };
    const data = { ...others, byUser: twice, scale } as Dataset;
    using large = await openRecommender(await fit(data, popular()), { data });
    const ratings = ofFirstTaste.map(({ id, rating }) => ({ id, rating: 2 * rating }));
    const [own, other] = [
      await recommender.neighbourhood({ ratings: ofFirstTaste }),
      await large.neighbourhood({ ratings }),
    ];
    assert.deepEqual([other.neighbours, other.difference], [12, 0.83]);
    for (const key of ["agreed", "disagreed", "loved"] as const) assert.deepEqual(ids(other[key]), ids(own[key]), key);
  });

  it("predicts the ratings of what they like by the recommender's own model", async () => {
    const data = twoTastes();
    using predicting = await openRecommender(await fit(data, bias()), { data });
    const { loved } = await predicting.neighbourhood({ ratings: ofFirstTaste });
    const predictions = predicting.predict({ ratings: ofFirstTaste, items: ids(loved) as number[] });
    assert.deepEqual(
      loved.map(({ predicted }) => predicted),
      predictions.map(({ predicted }) => predicted),
    );
  });

  it("compares with nobody where no ratings are at hand, and with those that a model keeps", async () => {
    const nobody = { compared: 0, neighbours: 0, needed: 0, agreed: [], disagreed: [], loved: [], unknown: [] };
    using alone = await openRecommender(await fit(twoTastes(), popular()));
    assert.deepEqual(await alone.neighbourhood({ ratings: ofFirstTaste }), nobody);
    for (const [model, neighbours] of [
      [userKnn(), 12],
      [ease(), 12],
      [ease({ values: "binary" }), 0],
    ] as const) {
      using keeping = await openRecommender(await fit(twoTastes(), model));
      assert.equal((await keeping.neighbourhood({ ratings: ofFirstTaste })).neighbours, neighbours, model.model);
    }
    const { opened, users } = recommender;
    const events = { ...opened, search: opened.search, info: { ...opened.info, feedback: "events" as const } };
    const query = queryFromRatings(opened.info, [[opened.info.items.index(1), 5]]);
    assert.equal((await neighbourhood(events, users, { profile: query.profile })).compared, 0);
  });

  it("refuses what makes no sense", async () => {
    for (const [request, code] of [
      [{ ratings: ofFirstTaste, k: 0 }, "USAGE"],
      [{ ratings: ofFirstTaste, filter: { field: "nope", is: 1 } }, "USAGE"],
      [{ ratings: [{ id: 1, rating: 9 }] }, "RATING_INVALID"],
      [{ user: 77 }, "USER_UNKNOWN"],
      [{ ratings: ofFirstTaste, diversity: 1 }, "USAGE"],
    ] as const) {
      await assert.rejects(recommender.neighbourhood(request as never), { code });
    }
  });
});
