import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { filmDataset } from "../../test/helpers/films.ts";
import { localEngine } from "../compute/engine.ts";
import { asItemIndex, shapeOf } from "../data/dataset.ts";
import { syntheticRatings } from "../data/synthetic/synthetic-ratings.ts";
import { openModel } from "../recommend/open-model.ts";
import { queryFromRatings } from "../recommend/query.ts";
import { recommend } from "../recommend/recommend.ts";
import { configure } from "./configure.ts";
import { fit } from "./fit.ts";
import type { Profile } from "./model.ts";
import { completeSettings } from "./shared/settings.ts";
import { tfidfAlgorithm } from "./tfidf.ts";

const films = filmDataset();
// Films 0 Night Harbour (1991) Crime Drama, 1 Silent Witness, The (1994) Crime, …, 7 Unseen (2019) Drama, of which nobody rated the last.
const profile: Profile = { items: Int32Array.of(0, 6), values: Float32Array.of(5, 1) };

async function modelOf(set: Record<string, unknown> = {}) {
  return tfidfAlgorithm.open((await fit(films, configure("tfidf", set))).state, localEngine());
}

/** Cosine by the formulas, of films with these words, each once; `df` of those that not one film alone has. */
function cosine(a: readonly string[], b: readonly string[], df: Record<string, number>): number {
  const idf = (term: string) => Math.log(9 / (1 + (df[term] ?? 1))) + 1;
  const length = (terms: readonly string[]) => Math.sqrt(terms.reduce((sum, term) => sum + idf(term) ** 2, 0));
  const shared = a.filter((term) => b.includes(term));
  return shared.reduce((sum, term) => sum + idf(term) ** 2, 0) / length(a) / length(b);
}
const df = { crime: 2, drama: 2 };
const harbour = ["night", "harbour", "1991", "crime", "drama"];

describe("tfidf", () => {
  it("compares films by the cosine of their terms", async () => {
    const out = new Float64Array(8);
    (await modelOf()).similarItems!(0, out);
    near(out[1], cosine(harbour, ["silent", "witness", "1994", "crime"], df));
    near(out[7], cosine(harbour, ["unseen", "2019", "drama"], df));
    assert.deepEqual(
      [0, 2, 3, 4, 5, 6].map((item) => out[item]),
      Array(6).fill(-Infinity),
    );
  });

  it("scores by ratings less what says nothing, so that low ratings speak against a film", async () => {
    const out = new Float32Array(8);
    const answer = (await modelOf({ neutral: 1 / 3 })).ask({ profile });
    answer.score(out);
    near(out[1], 3 * cosine(harbour, ["silent", "witness", "1994", "crime"], df), 1e-6);
    assert.ok(out[5] < 0, "Emma is a comedy, as the film rated 1 is");
    assert.deepEqual([out[2], out[3], out[4]], [-Infinity, -Infinity, -Infinity]);
    const { parts } = answer.explain!(5);
    assert.deepEqual(
      parts.map((part) => part.kind === "rating" && [part.item, part.rating]),
      [[6, 1]],
    );
  });

  it("lists a film that nobody rated, for somebody of like taste", async () => {
    using recommender = openModel(await fit(films, configure("tfidf")));
    const list = await recommend(recommender, queryFromRatings(films, [[asItemIndex(0), 5]]), { k: 2 });
    assert.deepEqual(
      list.map(({ title, source }) => [title, source]),
      [
        ["Unseen (2019)", "tfidf"],
        ["Silent Witness, The (1994)", "tfidf"],
      ],
    );
    assert.equal(list[0].because?.[0].title, "Night Harbour (1991)");
  });

  it("names the terms of a film, the heaviest first and equal ones in their order", async () => {
    const model = await modelOf();
    assert.deepEqual(
      model.topTerms!(0, 4).map(({ term }) => term),
      ["1991", "harbour", "night", "crime"],
    );
    const weights = model.topTerms!(0, 9).map(({ weight }) => weight * weight);
    near(
      weights.reduce((sum, square) => sum + square, 0),
      1,
    );
  });

  it("refuses terms that are no texts, or too few", async () => {
    const { state } = await fit(films, configure("tfidf"));
    for (const terms of [["one"], 7, (state.facts.terms as string[]).map(() => 1)]) {
      const damaged = { ...state, facts: { ...state.facts, terms } };
      assert.throws(() => tfidfAlgorithm.open(damaged, localEngine()), { code: "ARTIFACT_CONTENT" });
    }
  });

  it("estimates the arrays within 15 % for films with as many terms as made-up ones have", async () => {
    const data = await syntheticRatings("synthetic-latest-small");
    const { state } = await fit(data, configure("tfidf"));
    const bytes = Object.values(state.tensors).reduce((sum, tensor) => sum + tensor.data.byteLength, 0);
    const config = completeSettings("tfidf", tfidfAlgorithm.settings) as Parameters<typeof tfidfAlgorithm.estimate>[1];
    const estimated = tfidfAlgorithm.estimate(shapeOf(data), config).bytes;
    assert.ok(Math.abs(estimated / bytes - 1) < 0.15, `estimated ${estimated}, measured ${bytes}`);
  });
});

function near(actual: number, expected: number, tolerance = 1e-12): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual}, expected ${expected}`);
}
