/** The hybrid study: half the cosine of ALS factors, half that of contents, each min-max normalised over all pairs. */

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { dot } from "../../src/matrix/dense.ts";
import { topK } from "../../src/matrix/topk.ts";
import { configure } from "../../src/models/configure.ts";
import { fit } from "../../src/models/fit.ts";
import { blendModels, measureSimilarityScale } from "../../src/models/hybrid/blended-model.ts";
import type { Model } from "../../src/models/model.ts";
import { openModel } from "../../src/recommend/open-model.ts";
import { alsHalfStep } from "../helpers/als-twin.ts";
import { golden, needsData } from "../helpers/data.ts";
import { top1000Half } from "../helpers/top-1000-films.ts";

interface Golden {
  mix: number;
  cfMin: number;
  cfMax: number;
  contentMin: number;
  contentMax: number;
  entries: { movieId: number; neighbours: number[]; scores: number[] }[];
}
const f = 64;
const tolerance = 1e-5;

describe("a blend gives the study's similar films", needsData("ml-latest-small"), () => {
  it("by ALS in double precision and tf-idf", async () => {
    const expected = golden<Golden>("als/hybrid.json");
    const data = await top1000Half();
    const users = Float64Array.from({ length: data.users.size * f }, (_, n) => {
      return 0.01 * Math.sin((Math.floor(n / f) + 1) * ((n % f) + 1));
    });
    const items = Float64Array.from({ length: data.items.size * f }, (_, n) => {
      return 0.01 * Math.cos((Math.floor(n / f) + 1) * ((n % f) + 1));
    });
    const half = { f, base: 0, alpha: 40, weights: new Float64Array(1000).fill(0.1) };
    for (let iteration = 0; iteration < golden<{ iterations: number }>("als/als.json").iterations; iteration++) {
      alsHalfStep(data.byUser, items, users, half);
      alsHalfStep(data.byItem, users, items, half);
    }
    const models = [cosines(items), openModel(await fit(data, configure("tfidf"))).model];
    const parts = await Promise.all(
      models.map(async (model, n) => {
        const scale = await measureSimilarityScale(model, async () => {});
        return { name: `${n}`, learnsFrom: "both" as const, model, similarityScale: scale };
      }),
    );
    const [ratings, content] = parts.map(({ similarityScale }) => similarityScale);
    near(ratings.min, expected.cfMin, "least cosine of factors");
    near(ratings.max, expected.cfMax, "greatest cosine of factors");
    near(content.min, expected.contentMin, "least cosine of contents");
    near(content.max, expected.contentMax, "greatest cosine of contents");

    const blend = blendModels({ parts, normalisation: "min-max" }, [expected.mix, 1 - expected.mix]);
    const out = new Float64Array(data.items.size);
    for (const { movieId, neighbours, scores } of expected.entries) {
      blend.similarItems!(data.items.index(movieId), out);
      const list = topK(out, neighbours.length);
      for (const [n, score] of scores.entries()) {
        near(out[list[n]], score, `${movieId}, place ${n}`);
        near(out[data.items.index(neighbours[n])], score, `${movieId}, film ${neighbours[n]}`);
      }
    }
  });
});

/** A model that does nothing but compare films by their factors. */
function cosines(y: Float64Array): Model {
  const items = y.length / f;
  const norms = Float64Array.from({ length: items }, (_, item) => Math.sqrt(dot(y, item * f, y, item * f, f)));
  return {
    items,
    ask: () => ({ score: (out) => out.fill(-Infinity) }),
    similarItems(item, out) {
      for (let other = 0; other < items; other++) {
        out[other] = item === other ? -Infinity : dot(y, item * f, y, other * f, f) / (norms[item] * norms[other]);
      }
    },
    [Symbol.dispose]() {},
  };
}

function near(actual: number, expected: number, what: string): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${what}: ${actual}, expected ${expected}`);
}
