import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { randomDataset, toyDataset } from "../../../test/helpers/toy.ts";
import { localEngine } from "../../compute/engine.ts";
import { type Dataset, datasetFromCsr, likedFrom, type RatingScale, ratingScaleOf } from "../../data/dataset.ts";
import { compare } from "../../evaluate/compare.ts";
import { contender } from "../../evaluate/contender.ts";
import { openModel } from "../../recommend/open-model.ts";
import { predict } from "../../recommend/predict.ts";
import { queryFromRatings, queryOfUser } from "../../recommend/query.ts";
import { recommend } from "../../recommend/recommend.ts";
import { openRecommender } from "../../recommend/recommender.ts";
import { userRatingsFor } from "../../recommend/user-ratings.ts";
import { splits } from "../../split/splits.ts";
import { configure } from "../configure.ts";
import { fit } from "../fit.ts";
import { algorithmNamed, algorithms } from "../registry.ts";
import { standardRatings, standardScaleOf } from "./standard-scale.ts";

function withScale(data: Dataset, scale: RatingScale, values = data.byUser.values): Dataset {
  return datasetFromCsr({ ...data, scale }, { ...data.byUser, values }, data.report);
}

function asEvents(data: Dataset, values = data.byUser.values): Dataset {
  const parts = { ...data, scale: ratingScaleOf(values), feedback: "events" as const };
  return datasetFromCsr(parts, { ...data.byUser, values }, data.report);
}

/** The ratings of one user on the standard scale. */
function standardised(values: readonly number[], scale: RatingScale): number[] {
  const data = withScale(
    toyDataset(
      1,
      values.length,
      values.map((value, n) => [0, n, value]),
    ),
    scale,
  );
  return [...standardRatings(data, standardScaleOf(data)).byUser.values];
}

describe("the standard scale", () => {
  it("is that of whole stars for five values, and of half stars for more", () => {
    assert.deepEqual(standardised([20, 60, 100], { min: 20, max: 100, step: 20 }), [1, 3, 5]);
    assert.deepEqual(standardised([-1, 1], { min: -1, max: 1, step: 2 }), [1, 5]);
    assert.deepEqual(standardised([1, 7, 10], { min: 1, max: 10, step: 1 }), [0.5, 3.5, 5]);
    assert.deepEqual(standardised([-10, 0, 10], { min: -10, max: 10, step: 0 }), [0.5, 2.75, 5]);
    assert.deepEqual(standardised([7, 7], { min: 7, max: 7, step: 0 }), [5, 5]);
  });

  it("leaves the ratings of MovieLens, whole and half stars, as they are", async () => {
    const data = randomDataset(10, 8, 0.5, 1);
    assert.equal(standardRatings(data, standardScaleOf(data)), data);
    assert.equal(standardScaleOf(withScale(data, { min: 1, max: 5, step: 1 })), undefined);
    assert.equal((await fit(data, configure("als"))).state.facts.ratingScale, undefined);
  });

  it("is left out by the setting scale=data: the model is that of the bare ratings", async () => {
    const data = randomDataset(20, 15, 0.4, 2);
    const tens = withScale(
      data,
      { min: 1, max: 10, step: 1 },
      data.byUser.values.map((rating) => 2 * rating),
    );
    for (const [model, set] of [
      ["als", { factors: 8 }],
      ["ease", { lambda: 1 }],
      ["mf", { factors: 4 }],
    ] as const) {
      const asTheyAre = await fit(tens, configure(model, { ...set, scale: "data" }));
      assert.equal(asTheyAre.state.facts.ratingScale, undefined);
      const standard = await fit(tens, configure(model, set));
      assert.deepEqual(standard.state.facts.ratingScale, { min: 1, max: 10, step: 1, low: 0.5 });
      assert.notDeepEqual(asTheyAre.state.tensors, standard.state.tensors);
    }
    // As in the paper, x is the rating.
    const { state } = await fit(tens, configure("ease", { lambda: 1, scale: "data" }));
    assert.equal(state.facts.origin, 0);
  });

  it("refuses a state whose scale is none", async () => {
    const tens = withScale(randomDataset(9, 9, 0.5, 3), { min: 0, max: 10, step: 1 });
    const { state } = await fit(tens, configure("bias"));
    for (const ratingScale of [3, "stars", { min: 1 }, { ...(state.facts.ratingScale as object), low: "1" }]) {
      const broken = { ...state, facts: { ...state.facts, ratingScale } };
      assert.throws(() => algorithmNamed("bias").open(broken, localEngine()), {
        code: "ARTIFACT_CONTENT",
        message: /fact ratingScale is .* where a scale belongs/,
      });
    }
  });
});

describe("a scale that is found in ratings", () => {
  for (const [values, scale] of [
    [[1, 2, 3, 4, 5], { min: 1, max: 5, step: 1 }],
    [[0.5, 3, 5, 4.5], { min: 0.5, max: 5, step: 0.5 }],
    [[0.2, 0.4, 0.6, 1], { min: 0.2, max: 1, step: 0.2 }],
    [[20, 40, 60, 80, 100], { min: 20, max: 100, step: 20 }],
    [[-10, -5, 10], { min: -10, max: 10, step: 5 }],
    [[1, 2.5, 4, 5], { min: 1, max: 5, step: 0.5 }],
    [[0, 0.31415, 1], { min: 0, max: 1, step: 0 }],
    [[3], { min: 3, max: 3, step: 0 }],
  ] as const) {
    it(`${values.join(", ")}: from ${scale.min} to ${scale.max} by ${scale.step}`, () => {
      assert.deepEqual(ratingScaleOf(Float32Array.from(values)), scale);
    });
  }

  it("has the steps of the ratings within a range that is given", () => {
    assert.deepEqual(ratingScaleOf(Float32Array.of(2, 4), { min: 1, max: 5 }), { min: 1, max: 5, step: 1 });
    assert.equal(ratingScaleOf(Float32Array.from({ length: 102 }, (_, n) => n)).step, 0);
  });
});

describe("data of events", () => {
  const amounts = randomDataset(30, 24, 0.3, 4).byUser.values.map((rating, n) =>
    Math.ceil(rating * (n % 7 === 0 ? 400 : 1)),
  );
  const events = asEvents(randomDataset(30, 24, 0.3, 4), amounts);
  const ranking = algorithms.filter(({ name, ratingsOnly }) => !ratingsOnly && name !== "text");
  const settings: Record<string, object> = {
    ease: { lambda: 1 },
    als: { factors: 8 },
    hybrid: { settings: "als.factors=8" },
  };

  it("weigh from 1 to 3, the median 2, and nothing at 0 and below", () => {
    const data = asEvents(
      toyDataset(
        1,
        6,
        [0, -2, 1, 3, 3, 9000].map((amount, item) => [0, item, amount]),
      ),
    );
    const { values } = standardRatings(data, standardScaleOf(data)).byUser;
    assert.deepEqual([...values].slice(0, 5), [0, 0, 1.5, 2, 2]);
    assert.ok(values[5] > 2.99 && values[5] < 3);
  });

  it("are refused by name by models that predict ratings, before any work, alone and in a blend", async () => {
    const names = algorithms.filter(({ ratingsOnly }) => ratingsOnly).map(({ name }) => name);
    assert.deepEqual(names, ["bias", "time-bias", "user-knn", "mf", "svdpp", "bayesian-mf", "neural", "stacking"]);
    for (const name of names) {
      await assert.rejects(fit(events, configure(name)), {
        code: "CAPABILITY_MISSING",
        message: `${name} predicts ratings, and toy holds events`,
        fix: "use a model that ranks, such as ease, als, item-knn or popular",
      });
      await assert.rejects(
        fit(events, configure("hybrid", { models: `als,${name}`, settings: "als.factors=8" }), {
          onProgress: (share) => assert.equal(share, 0, "als was fitted before"),
        }),
        { code: "CAPABILITY_MISSING" },
      );
    }
  });

  for (const { name } of ranking) {
    it(`are taken by ${name}, whatever the unit of the amounts, and predicted by nothing`, async () => {
      const minutes = asEvents(
        events,
        amounts.map((amount) => amount / 4),
      );
      const lists = [];
      for (const data of [events, minutes]) {
        using opened = openModel(await fit(data, configure(name, settings[name])));
        const query = queryOfUser(data, 5);
        const list = await recommend(opened, query, { k: 5, explain: true });
        assert.equal(list[0].source, name);
        lists.push(list.map(({ id }) => id));
        assert.ok(list.every(({ score, predicted }) => Number.isFinite(score) && predicted === undefined));
        for (const { score, parts } of list.filter(({ source }) => source === name)) {
          const sum = parts!.reduce((all, { value }) => all + value, 0);
          assert.ok(Math.abs(sum - score) < 1e-4 * (1 + Math.abs(score)));
        }
        assert.throws(() => predict(opened, query, []), {
          code: "CAPABILITY_MISSING",
          message: "toy holds events, which have no ratings to predict",
        });
        if (opened.model.ratings)
          assert.deepEqual(
            opened.model.ratings.values.map(Math.fround),
            data === events ? amounts : opened.model.ratings.values,
          );
      }
      assert.deepEqual(lists[1], lists[0]);
    });
  }

  it("count as relevant whatever their amount, and have no errors of predictions", async () => {
    assert.equal(likedFrom(events), 1);
    const models = ["popular", "ease", "item-knn", "hybrid"].map((name) =>
      contender(configure(name, settings[name]), name),
    );
    const { evaluation } = await compare(events, models, splits.perUser(0.7));
    assert.deepEqual(
      evaluation.metrics.map(({ name }) => name),
      ["precision@10", "recall@10", "ndcg@10", "catalogue-coverage@10"],
    );
    assert.equal(evaluation.relevant, 1);
    for (const { metrics } of evaluation.models) assert.ok(metrics["ndcg@10"].mean > 0);
    await assert.rejects(compare(events, models, splits.perUser(0.7), { metrics: ["ndcg@10", "mae"] }), {
      code: "CAPABILITY_MISSING",
      message: "mae judges predicted ratings, and toy holds events",
    });
  });

  it("have no stand-in that predicts, and one that compares users", async () => {
    using recommender = await openRecommender(await fit(events, configure("popular")), { data: events });
    assert.throws(() => recommender.predict({ user: 5, items: [1] }), { code: "CAPABILITY_MISSING" });
    assert.ok(recommender.neighbours({ user: 5 }).length > 0);
  });

  it("may be more than any that were learnt from, and are told from ratings", async () => {
    const trained = await fit(events, configure("item-knn"));
    using opened = openModel(trained);
    const query = queryFromRatings(events, [[events.items.index(3)!, 1e6]]);
    assert.ok((await recommend(opened, query, { k: 3 })).length === 3);
    assert.throws(() => queryFromRatings(events, [[events.items.index(3)!, Number.NaN]]), { code: "RATING_INVALID" });
    await assert.rejects(userRatingsFor(opened, trained, randomDataset(8, 8, 0.4, 9)), {
      code: "USAGE",
      message: "toy holds ratings, and the model was trained on events",
    });
  });
});
