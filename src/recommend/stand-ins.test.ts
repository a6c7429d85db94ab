import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { randomDataset } from "../../test/helpers/toy.ts";
import { fit } from "../models/fit.ts";
import { bias, ease, userKnn } from "../models/specs.ts";
import { openRecommender, type Recommender } from "./recommender.ts";

const data = randomDataset(60, 40, 0.3, 3);
const items = [1, 7, 40];

async function open(spec: Parameters<typeof fit>[1], given: { data?: typeof data } = { data }): Promise<Recommender> {
  return openRecommender(await fit(data, spec), given);
}

describe("stand-ins", () => {
  it("predict ratings as bias does, where the model predicts none", async () => {
    using lists = await open(ease({ lambda: 1 }));
    using means = await open(bias());
    const [instead, expected] = [lists, means].map((recommender) => recommender.predict({ user: 3, items }));
    assert.deepEqual(instead, expected);
    assert.deepEqual([instead.model, expected.model], ["bias", "bias"]);
  });

  it("compare users as user-knn does, where the model does not", async () => {
    using lists = await open(ease({ lambda: 1 }));
    using knn = await open(userKnn());
    const [instead, expected] = [lists, knn].map((recommender) => recommender.neighbours({ user: 3, k: 5 }));
    assert.deepEqual(instead, expected);
    assert.equal(instead.length, 5);
    assert.equal(instead.model, "user-knn");
  });

  it("answer for new users too, and for users of other data than the model's", async () => {
    const later = randomDataset(80, 40, 0.3, 4);
    using lists = await open(ease({ lambda: 1 }), { data: later });
    using knn = await openRecommender(await fit(later, userKnn()), { data: later });
    assert.deepEqual(lists.neighbours({ user: 70, k: 5 }), knn.neighbours({ user: 70, k: 5 }));
    const ratings = [{ id: 4, rating: 5 }];
    assert.deepEqual(lists.neighbours({ ratings, k: 5 }), knn.neighbours({ ratings, k: 5 }));
    assert.equal(lists.predict({ ratings, items })[2].id, 40);
  });

  it("are not there without ratings", async () => {
    using lists = await open(ease({ lambda: 1 }), {});
    assert.throws(() => lists.predict({ ratings: [], items }), { code: "CAPABILITY_MISSING" });
    assert.throws(() => lists.neighbours({ ratings: [] }), { code: "CAPABILITY_MISSING" });
  });

  it("leave to a model what it does itself", async () => {
    using means = await open(bias({ itemDamping: 0 }));
    using usual = await open(bias());
    assert.notDeepEqual(means.predict({ user: 3, items }), usual.predict({ user: 3, items }));
  });
});
