import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { filmDataset } from "../../test/helpers/films.ts";
import { randomDataset } from "../../test/helpers/toy.ts";
import type { Dataset } from "../data/dataset.ts";
import { fit } from "../models/fit.ts";
import type { ModelSpec, Query } from "../models/model.ts";
import { bias, ease, itemKnn, mf, neural, popular, tfidf } from "../models/specs.ts";
import { withContent } from "./content.ts";
import { type OpenModel, openModel } from "./open-model.ts";
import { predict } from "./predict.ts";
import { queryFromRatings } from "./query.ts";
import { recommend } from "./recommend.ts";
import { openRecommender } from "./recommender.ts";
import { similar } from "./similar.ts";

const films = filmDataset();
const at = (id: number) => films.items.index(id);

function queryOf(ratings: readonly (readonly [id: number, rating: number])[]): Query {
  return queryFromRatings(
    films,
    ratings.map(([id, rating]) => [at(id), rating] as const),
  );
}

async function openedBy(spec: ModelSpec, data: Dataset = films): Promise<OpenModel> {
  return openModel(await fit(data, spec));
}

function scoresBy({ model }: OpenModel, query: Query): number[] {
  const scores = new Float32Array(model.items);
  model.ask(query).score(scores);
  return [...scores];
}

function similaritiesBy({ model }: OpenModel, item: number): number[] {
  const similarities = new Float64Array(model.items);
  model.similarItems!(item, similarities);
  return [...similarities];
}

/** Each number's place between the least and the greatest of some of them, where `missing` stands in for those that are not there. */
function scaled(values: readonly number[], among: readonly number[], missing: number): number[] {
  const [least, greatest] = [Math.min(...among), Math.max(...among)];
  return values.map((value) => ((value === -Infinity ? missing : value) - least) / (greatest - least));
}

function assertNear(actual: readonly number[], expected: readonly number[]): void {
  assert.equal(actual.length, expected.length);
  for (const [n, value] of expected.entries()) {
    const near = value === actual[n] || Math.abs(actual[n] - value) < 1e-5;
    assert.ok(near, `${n}: ${actual[n]}, expected ${value}`);
  }
}

const rated = queryOf([
  [10, 5],
  [50, 4],
]);

describe("withContent", () => {
  it("blends scores, each scaled over the films that the user has not rated", async () => {
    using own = await openedBy(itemKnn());
    using content = await openedBy(tfidf());
    const both = await withContent(own, 0.25);
    const expected = [own, content].map((opened) => {
      const scores = scoresBy(opened, rated);
      const among = scores.filter((score, item) => ![at(10), at(50)].includes(item as never) && score > -Infinity);
      return scaled(scores, among, Math.min(...among));
    });
    const none = scoresBy(own, rated).map(
      (score, item) => Math.max(score, scoresBy(content, rated)[item]) === -Infinity,
    );
    assertNear(
      scoresBy(both, rated),
      expected[0].map((score, item) => (none[item] ? -Infinity : 0.75 * score + 0.25 * expected[1][item])),
    );
    assert.equal(both.name, "item-knn+tfidf");
  });

  it("leaves the model as it is at 0, and goes by content alone at 1", async () => {
    using own = await openedBy(ease());
    assert.equal(await withContent(own, 0), own);
    using content = await openedBy(tfidf());
    const alone = await withContent(own, 1);
    const order = async (opened: OpenModel) => (await recommend(opened, rated)).map(({ id }) => id);
    assert.deepEqual(await order(alone), await order(content));
    assert.deepEqual([alone.name, similar(alone, at(10))[0].id], ["tfidf", similar(content, at(10))[0].id]);
  });

  it("explains scores by parts that add up, of ratings alone and what scaling adds", async () => {
    for (const spec of [ease(), itemKnn(), mf(), bias()]) {
      using own = await openedBy(spec);
      for (const share of [0.3, 1]) {
        const list = await recommend(await withContent(own, share), rated, { explain: true });
        for (const { score, parts = [] } of list.filter(({ source }) => source !== "popular")) {
          assert.ok(Math.abs(parts.reduce((sum, { value }) => sum + value, 0) - score) < 1e-5, own.name);
        }
      }
    }
  });

  it("lists a film that nobody has rated by what it has in common with a liked one, and says with which", async () => {
    using own = await openedBy(ease());
    const mine = queryOf([[10, 5]]);
    const listed = async (opened: OpenModel) =>
      (await recommend(opened, mine)).find(({ id, source }) => id === 80 && source !== "popular");
    assert.equal(await listed(own), undefined);
    const unseen = await listed(await withContent(own, 0.5));
    assert.deepEqual(
      unseen?.because?.map(({ id }) => id),
      [10],
    );
    assert.ok(similar(await withContent(own, 0.5), at(80)).some(({ id }) => id === 10));
  });

  it("does not take a dislike as a like", async () => {
    using own = await openedBy(ease());
    const both = await withContent(own, 1);
    const liked = scoresBy(both, queryOf([[10, 5]]));
    const withDislike = scoresBy(
      both,
      queryOf([
        [10, 5],
        [30, 1],
      ]),
    );
    assert.ok(withDislike[at(40)] <= liked[at(40)]);
  });

  it("blends similarities, each scaled over the other films", async () => {
    using own = await openedBy(itemKnn());
    using content = await openedBy(tfidf());
    const expected = [own, content].map((opened) => {
      const values = similaritiesBy(opened, at(30));
      return scaled(values, [0, ...values.filter((value) => value > -Infinity)], 0);
    });
    const none = similaritiesBy(own, at(30)).map(
      (value, item) => Math.max(value, similaritiesBy(content, at(30))[item]) === -Infinity,
    );
    assertNear(
      similaritiesBy(await withContent(own, 0.4), at(30)),
      expected[0].map((value, item) => (none[item] ? -Infinity : 0.6 * value + 0.4 * expected[1][item])),
    );
  });

  it("compares films by content where the model does not", async () => {
    using own = await openedBy(popular());
    assert.throws(() => similar(own, at(30)), { code: "CAPABILITY_MISSING" });
    assert.equal(similar(await withContent(own, 0.1), at(30))[0].id, 40);
  });

  it("leaves predicted ratings as they are", async () => {
    using own = await openedBy({ ...ease(), predictor: mf() });
    const both = await withContent(own, 0.5);
    const items = [at(20), at(30)];
    assert.deepEqual(predict(both, rated, items), predict(own, rated, items));
    assert.equal(both.predictor, "mf");
    using neither = await openedBy(popular());
    assert.equal((await withContent(neither, 0.5)).predictor, undefined);
    using itself = await openedBy(bias());
    assert.equal((await withContent(itself, 0.5)).predictor, "bias");
  });

  it("gives no explanation where the model has none", async () => {
    using own = await openedBy(neural({ epochs: 1 }));
    const [first] = await recommend(await withContent(own, 0.5), rated, { explain: true });
    assert.equal(first.parts, undefined);
  });

  it("makes what is known of content once", async () => {
    const data = randomDataset(10, 20, 0.3, 1);
    using own = await openedBy(ease(), data);
    let steps = 0;
    const step = async () => void steps++;
    const [one, other] = await Promise.all([withContent(own, 0.2, step), withContent(own, 0.4, step)]);
    const before = steps;
    assert.ok(before > 0);
    await withContent(own, 0.9, step);
    assert.equal(steps, before);
    assert.deepEqual([one.name, other.name], ["ease+tfidf", "ease+tfidf"]);
  });

  it("makes it anew where the making was stopped", async () => {
    using own = await openedBy(ease());
    const stop = async () => {
      throw new Error("stopped");
    };
    await assert.rejects(withContent(own, 0.5, stop), /stopped/);
    assert.equal((await withContent(own, 0.5)).name, "ease+tfidf");
  });

  it("goes with data of events", async () => {
    const plays: Dataset = { ...films, feedback: "events", scale: { min: 1, max: 40, step: 1 } };
    using own = await openedBy(ease(), plays);
    const query = queryFromRatings(plays, [[at(30), 7]]);
    assert.equal((await recommend(await withContent(own, 1), query))[0].id, 40);
  });

  it("refuses what is no share", async () => {
    using own = await openedBy(popular());
    for (const share of [-0.1, 1.1, Number.NaN, "0.5", undefined] as number[]) {
      await assert.rejects(withContent(own, share), { code: "USAGE" });
    }
  });
});

describe("Recommender.withContent", () => {
  it("answers by ids, and is saved as the model is", async () => {
    using recommender = await openRecommender(await fit(films, ease()), { data: films });
    const both = await recommender.withContent(0.5);
    const listed = (await both.recommend({ ratings: [{ id: 10, rating: 5 }] })).find(({ id }) => id === 80);
    assert.equal(listed?.source, "ease+tfidf");
    assert.equal(both.similar(80)[0].id, 10);
    assert.deepEqual(await both.encode(), await recommender.encode());
  });
});
