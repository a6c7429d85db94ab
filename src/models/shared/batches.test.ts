import assert from "node:assert/strict";
import { it } from "node:test";
import { randomDataset } from "../../../test/helpers/toy.ts";
import { localEngine } from "../../compute/engine.ts";
import { shapeOf } from "../../data/dataset.ts";
import { random } from "../../random.ts";
import { batchSize, dealBatches } from "./batches.ts";

it("deals every rating to one batch of adam, sorted by user and by item", () => {
  using engine = localEngine(2 ** 22);
  using arena = engine.arena();
  const data = randomDataset(50, 30, 0.2, 1);
  const ratings = shapeOf(data).ratings;
  for (const size of [0, 1, 64, ratings, 10 * ratings]) {
    const { offsets, userOf, itemOf, values, byItem } = dealBatches(arena, data, size, random(1));
    const sizes = offsets.slice(1).map((end, n) => end - offsets[n]);
    assert.equal(Math.max(...sizes), batchSize(ratings, size));
    assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1);
    const triples = Array.from(values, (value, n) => [userOf[n], itemOf[n], value].join());
    assert.equal(new Set(triples).size, ratings);
    for (const triple of triples) {
      const [user, item, value] = triple.split(",").map(Number);
      const row = data.byUser.indices.subarray(data.byUser.offsets[user], data.byUser.offsets[user + 1]);
      assert.equal(data.byUser.values[data.byUser.offsets[user] + row.indexOf(item)], value);
    }
    for (const [batch, length] of sizes.entries()) {
      const range = Array.from({ length }, (_, n) => offsets[batch] + n);
      assert.deepEqual(
        [...byItem.subarray(range[0], range[0] + length)].sort((a, b) => a - b),
        range,
      );
      for (const n of range.slice(1)) {
        assert.ok(userOf[n] >= userOf[n - 1]);
        assert.ok(itemOf[byItem[n]] >= itemOf[byItem[n - 1]]);
      }
    }
  }
});
