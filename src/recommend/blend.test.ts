import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { letterEmbedder } from "../../test/helpers/embedder.ts";
import { filmDataset } from "../../test/helpers/films.ts";
import { configure } from "../models/configure.ts";
import { fit } from "../models/fit.ts";
import { blendBy, reweight } from "./blend.ts";
import { openModel } from "./open-model.ts";
import { queryFromRatings } from "./query.ts";
import { recommend } from "./recommend.ts";
import { similar, topTerms } from "./similar.ts";

const films = filmDataset();
const item = films.items.index(30);

async function hybrid(set: Record<string, unknown>) {
  return openModel(await fit(films, configure("hybrid", { models: "item-knn,tfidf", weights: "1,1", ...set })));
}

describe("a blend at question time", () => {
  it("goes by content or by ratings alone, as its parts do", async () => {
    using both = await hybrid({});
    for (const [by, model] of [
      ["ratings", "item-knn"],
      ["content", "tfidf"],
    ] as const) {
      using alone = openModel(await fit(films, configure(model)));
      const ids = (list: { id: unknown }[]) => list.map(({ id }) => id);
      assert.deepEqual(ids(similar(blendBy(both, by), item)), ids(similar(alone, item)));
    }
  });

  it("goes by what its parts learn from, as they declare it", async () => {
    const set = { models: "als,text,pagerank", settings: "als.factors=8", weights: "2,1,1" };
    using three = openModel(await fit(films, configure("hybrid", set), { embedder: letterEmbedder }));
    const weightsOf = (by: "ratings" | "content") => {
      return blendBy(three, by).model.blend?.parts.map(({ name, weight }) => [name, Math.round(100 * weight)]);
    };
    assert.deepEqual(
      three.model.blend?.parts.map(({ learnsFrom }) => learnsFrom),
      ["ratings", "content", "both"],
    );
    assert.deepEqual(weightsOf("ratings"), [
      ["als", 67],
      ["text", 0],
      ["pagerank", 33],
    ]);
    assert.deepEqual(weightsOf("content"), [
      ["als", 0],
      ["text", 50],
      ["pagerank", 50],
    ]);

    const two = { models: "als,text", settings: "als.factors=8", weights: "equal" };
    using both = openModel(await fit(films, configure("hybrid", two), { embedder: letterEmbedder }));
    for (const [by, model, alone] of [
      ["ratings", "als", { factors: 8 }],
      ["content", "text", {}],
    ] as const) {
      using other = openModel(await fit(films, configure(model, alone), { embedder: letterEmbedder }));
      const ids = (list: { id: unknown }[]) => list.map(({ id }) => id);
      assert.deepEqual(ids(similar(blendBy(both, by), item)), ids(similar(other, item)), by);
    }
  });

  it("keeps the shares of its parts, and asks even one whose share is 0", async () => {
    using three = await hybrid({ models: "als,item-knn,tfidf", settings: "als.factors=8", weights: "3,1,0" });
    const weightsOf = (by: "ratings" | "content") => {
      return blendBy(three, by).model.blend?.parts.map(({ weight }) => weight);
    };
    assert.deepEqual(weightsOf("ratings"), [0.75, 0.25, 0]);
    assert.deepEqual(weightsOf("content"), [0, 0, 1]);
  });

  it("lists by the weights of the moment", async () => {
    using both = await hybrid({});
    const asker = queryFromRatings(films, [[films.items.index(10), 5]]);
    const [byContent] = await recommend(reweight(both, [0, 1]), asker, { k: 1 });
    assert.equal(byContent.title, "Unseen (2019)");
    const [byRatings] = await recommend(reweight(both, [1, 0]), asker, { k: 1 });
    assert.ok(byRatings.ratings > 0);
    assert.equal(reweight(both, [1, 0]).search, both.search);
  });

  it("takes weights by the names of its parts, each of them", async () => {
    using both = await hybrid({});
    const shares = (weights: Record<string, number>) => {
      return reweight(both, weights).model.blend?.parts.map(({ weight }) => weight);
    };
    assert.deepEqual(shares({ tfidf: 3, "item-knn": 1 }), [0.25, 0.75]);
    const refuses = (weights: Record<string, number>, message: RegExp, fix: RegExp) =>
      assert.throws(() => shares(weights), { code: "USAGE", message, fix });
    refuses({ tfidf: 1 }, /part item-knn has no weight/, /each of item-knn, tfidf; 0 leaves one out/);
    refuses({ tfidf: 1, "item-kn": 1 }, /no part item-kn$/, /did you mean item-knn\?/);
    refuses({ tfidf: 0, "item-knn": 0 }, /weights of a blend of 2 models are 0, 0/, /not all of them 0/);
  });

  it("names terms by its part that knows them", async () => {
    using both = await hybrid({});
    assert.equal(topTerms(both, item, 1)[0].term, "1982");
    using knn = openModel(await fit(films, configure("item-knn")));
    assert.throws(() => topTerms(knn, item), { code: "CAPABILITY_MISSING" });
  });

  it("is only of models that are blends, of parts of either kind", async () => {
    using knn = openModel(await fit(films, configure("item-knn")));
    assert.throws(() => blendBy(knn, "ratings"), { code: "CAPABILITY_MISSING" });
    using ratings = await hybrid({ models: "item-knn,bias" });
    assert.throws(() => blendBy(ratings, "content"), { code: "CAPABILITY_MISSING", message: /item-knn, bias/ });
    assert.throws(() => reweight(ratings, [1]), { code: "USAGE" });
  });
});
