import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { randomDataset } from "../../test/helpers/toy.ts";
import { configure } from "../models/configure.ts";
import { fit } from "../models/fit.ts";
import { recallOf } from "./approximate-recall.ts";
import { openModel } from "./open-model.ts";
import { recommendAll } from "./recommend-all.ts";

describe("recallOf", () => {
  it("is 1 for exact lists, and falls by what is missing", async () => {
    const data = randomDataset(90, 70, 0.1, 14);
    using recommender = openModel(await fit(data, configure("als"), { seed: 7 }));
    const lists = await recommendAll(recommender, data, { k: 5 });
    assert.equal(await recallOf(lists, recommender, data.byUser, 90, {}), 1);
    assert.equal(await recallOf(lists, recommender, data.byUser, 20, {}), 1);
    const items = lists.items.map((item, n) => (n % 5 === 4 ? -1 : item));
    assert.equal(await recallOf({ ...lists, items }, recommender, data.byUser, 90, {}), 0.8);
  });
});
