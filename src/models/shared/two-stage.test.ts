/** One model ranks, another predicts: what is trained where no model is named. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { randomDataset } from "../../../test/helpers/toy.ts";
import { decodeArtifact } from "../../artifact/format.ts";
import { shapeOf } from "../../data/dataset.ts";
import { compare } from "../../evaluate/compare.ts";
import { contender } from "../../evaluate/contender.ts";
import { keptUserRatings } from "../../recommend/query.ts";
import { openRecommender, type Recommender } from "../../recommend/recommender.ts";
import { splits } from "../../split/splits.ts";
import { configure, defaultSpec, hybrid } from "../configure.ts";
import { fit } from "../fit.ts";
import type { ModelSpec } from "../model.ts";
import { bias, ease, itemKnn, mf, neural, popular, tfidf, userKnn } from "../specs.ts";
import { predictAll } from "./answers.ts";

const data = randomDataset(60, 40, 0.3, 3);
const items = [1, 7, 40];
const open = async (spec?: ModelSpec): Promise<Recommender> => openRecommender(await fit(data, spec), { data });

describe("a model with a predictor", () => {
  it("is what is trained where none is named: ease and mf, each as it is alone", async () => {
    using both = await open();
    using ranker = await open(ease());
    using predictor = await open(mf());
    assert.deepEqual([both.name, both.predictor], ["ease", "mf"]);
    for (const who of [{ user: 3 }, { ratings: [{ id: 4, rating: 5 }] }]) {
      const predictions = predictor.predict({ ...who, items });
      assert.deepEqual(both.predict({ ...who, items }), predictions);
      assert.deepEqual([predictions.model, predictions[0].parts!.length > 2], ["mf", true]);
      const list = await both.recommend({ ...who, explain: true });
      assert.deepEqual(
        list.map(({ predicted, rule, ...film }) => film),
        [...(await ranker.recommend({ ...who, explain: true }))],
      );
      assert.equal(list.model, "ease");
      const expected = predictor.predict({ ...who, items: list.map(({ id }) => id) });
      assert.deepEqual(
        list.map(({ predicted, rule }) => ({ predicted, rule })),
        expected.map(({ predicted, rule }) => ({ predicted, rule })),
      );
    }
    assert.deepEqual(both.similar(1), ranker.similar(1));
  });

  it("comes back from a file, with the same answers", async () => {
    using both = await open();
    using again = await openRecommender(await decodeArtifact(await both.encode()), { data });
    assert.equal(again.predictor, "mf");
    assert.deepEqual(again.predict({ user: 3, items }), both.predict({ user: 3, items }));
    assert.deepEqual([...(await again.recommend({ user: 3 }))], [...(await both.recommend({ user: 3 }))]);
  });

  it("has no predictor where a model is named, or where the data hold events", async () => {
    assert.equal((await fit(data, ease())).predictor, undefined);
    const events = { ...data, feedback: "events" } as const;
    assert.deepEqual(defaultSpec(shapeOf(data), "events"), configure("ease"));
    assert.equal((await fit(events)).predictor, undefined);
    await assert.rejects(fit(events, { ...ease(), predictor: bias() }), { code: "CAPABILITY_MISSING" });
    await assert.rejects(fit(events, { ...ease(), predictor: itemKnn() }), { code: "CAPABILITY_MISSING" });
  });

  it("is measured as one: lists of the one, errors of the other", async () => {
    const both = defaultSpec(shapeOf(data), "ratings");
    assert.equal(both.name, "ease, ratings by mf");
    assert.equal(new Set([both, ease(), { ...ease(), predictor: bias() }].map((spec) => contender(spec).key)).size, 3);
    const metrics = ["ndcg@5", "rmse"] as const;
    const { evaluation } = await compare(data, [both, ease(), mf()], splits.perUser(0.7), { metrics, relevant: 3 });
    const [own, ranked, predicted] = evaluation.models.map((judged) => judged.metrics);
    assert.deepEqual(own["ndcg@5"], ranked["ndcg@5"]);
    assert.deepEqual(own.rmse, predicted.rmse);
  });

  it("answers many at once as it answers one", async () => {
    // user-knn ranks, and predicts ratings itself
    using both = await open({ ...userKnn({ minOverlap: 1 }), predictor: bias() });
    using predictor = await open(bias());
    assert.deepEqual(both.predict({ user: 3, items }), predictor.predict({ user: 3, items }));
    const { byUser } = keptUserRatings(both.opened)!;
    const users = Int32Array.from({ length: byUser.rows }, (_, row) => row);
    const found = await predictAll(both.opened.model, byUser, byUser, users);
    assert.deepEqual(found, await predictAll(predictor.opened.model, byUser, byUser, users));
    assert.ok(found);
  });

  it("keeps its predictor in a blend by other weights", async () => {
    const blend = hybrid([itemKnn(), tfidf()], { weights: "equal" });
    using both = await open({ ...blend, predictor: mf() });
    const other = both.blend({ weights: [1, 0] });
    assert.equal(other.predictor, "mf");
    assert.deepEqual(other.predict({ user: 3, items }), both.predict({ user: 3, items }));
  });

  it("reports progress once from 0 to 1", async () => {
    const shares: number[] = [];
    await fit(randomDataset(400, 300, 0.3, 3), undefined, { onProgress: (share) => shares.push(share) });
    assert.deepEqual(
      shares,
      shares.toSorted((a, b) => a - b),
    );
    assert.equal(shares.at(-1), 1);
  });

  it("refuses predictors that cannot predict and explain, or have one themselves", async () => {
    const refused = (predictor: ModelSpec, message: RegExp) =>
      assert.rejects(fit(data, { ...ease(), predictor }), { code: "CONFIG_INVALID", message });
    await refused(popular(), /popular predicts no ratings/);
    await refused(neural(), /neural predicts no ratings, or does not explain them/);
    await refused({ ...mf(), predictor: bias() }, /mf has a predictor itself/);
    assert.throws(() => hybrid([{ ...ease(), predictor: mf() }, tfidf()]), { code: "CONFIG_INVALID" });
    const trained = await fit(data);
    const { state } = await fit(data, popular());
    await assert.rejects(openRecommender({ ...trained, predictor: { state, config: {} } }), {
      code: "ARTIFACT_CONTENT",
    });
  });
});
