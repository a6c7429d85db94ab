import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { randomDataset } from "../../../test/helpers/toy.ts";
import { createEngine } from "../../compute/pool.ts";
import { shapeOf } from "../../data/dataset.ts";
import { easeAlgorithm } from "./ease.ts";

describe("the estimate of ease", () => {
  for (const [users, items] of [
    [200, 900],
    [900, 300],
  ]) {
    for (const lambda of [2000, 2]) {
      it(`is within 15 % of the peak of its arrays (${users} users, ${items} items, λ = ${lambda})`, async () => {
        const data = randomDataset(users, items, 0.1, 1);
        const config = {
          lambda,
          values: "ratings" as const,
          neutral: 0.3,
          dropout: 0.5,
          regressors: 0,
          features: "none" as const,
          contentWeight: 12,
          beta: 0.1,
          dislike: 0.5,
          scale: "standard" as const,
        };
        using engine = await createEngine();
        const { tensors } = await easeAlgorithm.fit(data, config, { engine, seed: 0, step: async () => {} });
        const own = Object.entries(tensors).filter(([name]) => name !== "offsets" && name !== "raters");
        const measured = own.reduce((sum, [, { data: array }]) => sum + array.byteLength, engine.peak);
        const { bytes } = easeAlgorithm.estimate(shapeOf(data), config);
        assert.ok(Math.abs(bytes / measured - 1) < 0.15, `estimated ${bytes}, measured ${measured}`);
      });
    }
  }
});
