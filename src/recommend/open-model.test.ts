/** Models saved before `walk` became two algorithms, `rp3beta` and `pagerank`. */

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { artifactBytes } from "../../test/helpers/artifact.ts";
import { filmDataset } from "../../test/helpers/films.ts";
import { decodeArtifact } from "../artifact/format.ts";
import { configure } from "../models/configure.ts";
import { fit } from "../models/fit.ts";
import type { State } from "../models/model.ts";
import { algorithmNamed } from "../models/registry.ts";
import type { Trained } from "../models/trained.ts";
import { openModel } from "./open-model.ts";
import { queryFromRatings } from "./query.ts";
import { recommend } from "./recommend.ts";

const films = filmDataset();
const query = queryFromRatings(films, [[films.items.index(10), 5]]);

/** As `walk` saved it. */
function asWalk({ algorithm, facts, ...state }: State): State {
  return { ...state, algorithm: "walk", facts: { method: algorithm, ...facts } };
}

async function reopened(trained: Trained, state: State) {
  return openModel(await decodeArtifact(await artifactBytes({ ...trained, state })));
}

describe("a saved walk", () => {
  for (const method of ["rp3beta", "pagerank"]) {
    it(`opens as ${method}, under its own name`, async () => {
      const trained = await fit(films, configure(method));
      using now = openModel(trained);
      using before = await reopened(trained, asWalk(trained.state));
      assert.deepEqual([before.name, before.summary], ["walk", algorithmNamed(method).summary]);
      const rename = (list: Awaited<ReturnType<typeof recommend>>) => {
        return list.map((film) => ({ ...film, source: film.source === method ? "walk" : film.source }));
      };
      const expected = await recommend(now, query, { k: 5, explain: true });
      assert.equal(expected[0].source, method);
      assert.deepEqual(await recommend(before, query, { k: 5, explain: true }), rename(expected));
    });

    it(`opens as ${method} within a blend`, async () => {
      const set = { models: `${method},tfidf`, weights: "3,1" };
      const trained = await fit(films, configure("hybrid", set));
      const { [method]: part, tfidf } = trained.state.parts!;
      const facts = { ...trained.state.facts, models: ["walk", "tfidf"] };
      const saved = { ...trained.state, facts, parts: { walk: asWalk(part), tfidf } };
      using now = openModel(trained);
      using before = await reopened(trained, saved);
      const { learnsFrom } = algorithmNamed(method);
      assert.deepEqual(
        before.model.blend?.parts.map((one) => [one.name, one.learnsFrom]),
        [
          ["walk", learnsFrom],
          ["tfidf", "content"],
        ],
      );
      const options = { k: 5, explain: true };
      assert.deepEqual(await recommend(before, query, options), await recommend(now, query, options));
    });
  }

  it("is refused where it does not say which it is", async () => {
    const trained = await fit(films, configure("rp3beta"));
    const facts = { ...trained.state.facts, method: "somehow" };
    await assert.rejects(reopened(trained, { ...trained.state, algorithm: "walk", facts }), {
      code: "ARTIFACT_CONTENT",
      message: /the model walk .*fact method is "somehow" where one of rp3beta, pagerank belongs/,
    });
  });
});
