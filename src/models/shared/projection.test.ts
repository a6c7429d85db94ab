import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { allNear } from "../../../test/helpers/numbers.ts";
import { projectionTwin } from "../../../test/helpers/projection-twin.ts";
import { randomDataset } from "../../../test/helpers/toy.ts";
import { localEngine } from "../../compute/engine.ts";
import { emptyCatalog, labelsFrom } from "../../data/catalog.ts";
import { random } from "../../random.ts";
import type { FitContext } from "../model.ts";
import { readFeatures } from "./features.ts";
import { createProjection } from "./projection.ts";

describe("a projection of content", () => {
  const { byUser: features } = randomDataset(40, 9, 0.3, 1);
  const { float, normal } = random(2);
  const weights = Float64Array.from({ length: 40 }, (_, row) => (row % 7 === 3 ? 0 : float()));
  const ridge = { weights, width: 8, mu: 0.5 };
  const y = Float64Array.from({ length: 40 * 8 }, () => Math.fround(normal()));

  it("takes the steps of its twin, and comes to the ridge regression", async () => {
    using engine = localEngine(2 ** 22);
    using arena = engine.arena();
    const [found, twin] = [createProjection(engine, arena, features, ridge), projectionTwin(features, ridge)];
    const placed = arena.place(Float32Array.from(y));
    const rated = (image: Float64Array) => image.map((value, n) => (weights[Math.floor(n / 8)] > 0 ? value : 0));
    for (let n = 0; n < 2; n++) {
      await found.update(placed);
      twin.follow(y);
      allNear(found.priors, rated(twin.image()), 1e-4);
    }
    for (let n = 0; n < 10; n++) await found.update(placed);
    twin.w.set(twin.solve(y));
    allNear(found.priors, rated(twin.image()), 1e-4);
    const squares = twin.w.reduce((sum, value) => sum + value * value, 0);
    assert.ok(Math.abs(found.penalty / (0.5 * squares) - 1) < 1e-4);

    await found.fillUnrated(placed);
    allNear(
      placed,
      y.map((value, n) => (weights[Math.floor(n / 8)] > 0 ? value : twin.image()[n])),
      1e-4,
    );
  });

  it("stays where it is for factors of 0, and in columns that are done", async () => {
    using engine = localEngine(2 ** 22);
    using arena = engine.arena();
    const found = createProjection(engine, arena, features, ridge);
    const first = arena.place(Float32Array.from(y, (value, n) => (n % 8 === 0 ? value : 0)));
    for (let n = 0; n < 30; n++) await found.update(first);
    assert.ok(found.priors.some(Boolean));
    assert.ok(found.priors.every((value, n) => Number.isFinite(value) && (n % 8 === 0 || value === 0)));
  });

  const context: FitContext = {
    engine: localEngine(2 ** 20),
    seed: 0,
    step: async () => {},
    embedder: async () => ({
      length: 4,
      embed: async (texts) =>
        Float32Array.from(texts.flatMap(({ length }) => (length > 10 ? [0.6, 0.8, 0, 0] : [0, 0, 0, 1]))),
    }),
  };

  it("takes genres, words and embedded texts as rows of length 1", async () => {
    const catalog = {
      ...emptyCatalog(3),
      titles: ["Heat", "", ""],
      genres: labelsFrom([["Crime", "Action"], [], ["Crime"]]),
    };
    for (const [kind, entries] of [
      ["genres", [2, 0, 1]],
      ["tfidf", [3, 0, 1]],
      ["text", [4, 0, 4]],
    ] as const) {
      const { offsets, values } = (await readFeatures(catalog, kind, "als", context))!.rows;
      for (const [row, count] of entries.entries()) {
        const own = values.subarray(offsets[row], offsets[row + 1]);
        assert.equal(own.length, count);
        const length = own.reduce((sum, value) => sum + value * value, 0);
        assert.ok(Math.abs(length - Math.sign(count)) < 1e-6);
      }
    }
    assert.equal(await readFeatures(catalog, "none", "als", context), undefined);
    const { embedder: _, ...blind } = context;
    await assert.rejects(readFeatures(catalog, "text", "als", blind), {
      code: "CAPABILITY_MISSING",
      message: /als by text is trained with an embedder/,
    });
  });

  it("refuses content that nobody gave", async () => {
    for (const kind of ["genres", "tfidf", "text"] as const) {
      await assert.rejects(readFeatures(emptyCatalog(3), kind, "als", context), { code: "CONFIG_INVALID" });
    }
  });
});
