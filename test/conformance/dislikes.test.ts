/**
 * What a dislike does to a list, for every registered model with its default settings: it raises none of the ten films most similar to the
 * disliked one above where they stood without that rating (docs/adr/0035). Similar are films that the same users rated, by the
 * cosine of their ratings, for all models alike.
 */
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { type Dataset, datasetFromCsr } from "../../src/data/dataset.ts";
import { syntheticRatings } from "../../src/data/synthetic/synthetic-ratings.ts";
import { type DislikeCase, drawDislikes, placesIn, profileFrom, shareRaised } from "../../src/evaluate/dislikes.ts";
import { configure } from "../../src/models/configure.ts";
import { fit } from "../../src/models/fit.ts";
import { algorithms } from "../../src/models/registry.ts";
import { settingsOf } from "../../src/models/shared/settings.ts";
import { type OpenModel, openModel } from "../../src/recommend/open-model.ts";
import { recommend } from "../../src/recommend/recommend.ts";
import { letterEmbedder as embedder } from "../helpers/embedder.ts";
import { sharedLocalEngine as engine } from "../helpers/engines.ts";

/** The share of pairs that a model may raise: a blend's scores are scaled by those of films that the user has not rated. */
const allowed: Readonly<Record<string, number>> = { hybrid: 0.01 };

/** Models that rank by the film, the genre or the liked films alone, in which no low rating is evidence: they need no setting. */
const withoutSetting = ["popular", "bias", "time-bias", "genre-overlap", "taste-graph", "text", "hybrid"];

/** The share of similar films that rise for a dislike. */
function raised(opened: OpenModel, similar: OpenModel, cases: readonly DislikeCase[]): number {
  const { pairs, share } = shareRaised(opened.model, similar.model, cases);
  assert.ok(pairs > 5 * cases.length, `${pairs} pairs`);
  return share;
}

describe("a dislike", () => {
  let data: Dataset;
  let cases: DislikeCase[];
  let similar: OpenModel;
  before(async () => {
    const scale = { min: 1, max: 5, step: 1 };
    data = await syntheticRatings({ users: 150, items: 120, ratings: 6000, seed: 5, scale });
    cases = drawDislikes(data);
    similar = openModel(await fit(data, configure("item-knn"), { engine }), engine);
  });
  const train = (name: string, set = {}) => fit(data, configure(name, set), { embedder, engine });
  /** Models with their default settings, each trained once. */
  const fits = new Map<string, ReturnType<typeof train>>();
  const opened = async (name: string) => {
    const known = fits.get(name) ?? train(name);
    fits.set(name, known);
    return openModel(await known, engine);
  };

  for (const { name, settings } of algorithms) {
    const share = allowed[name] ?? 0;
    it(`raises similar films in ${share === 0 ? "no" : `at most ${100 * share} % of`} lists of ${name}`, async () => {
      using model = await opened(name);
      const found = raised(model, similar, cases);
      assert.ok(found <= share, `${(100 * found).toFixed(2)} % rise`);
    });

    it(`is no evidence in ${name}: who dislikes all gets the list of who rated nothing, and no reason`, async () => {
      using model = await opened(name);
      const films = [...cases[0].profile.keys()];
      const [none, all] = [new Map<number, number>(), new Map(films.map((film) => [film, 2]))];
      assert.deepEqual(placesIn(model.model, all, films), placesIn(model.model, none, films));
      for (const { id, because, parts } of await recommend(model, { profile: profileFrom(all) }, { explain: true })) {
        assert.equal(because, undefined);
        assert.ok(!parts?.some(({ kind }) => kind === "rating"), `${id}`);
        assert.ok(!films.includes(data.items.index(id)));
      }
    });

    if (!Object.hasOwn(settingsOf(settings), "dislike")) {
      it(`has no setting in ${name}`, () => assert.ok(withoutSetting.includes(name)));
      continue;
    }

    it(`would raise them in ${name}, as in the studies, with dislike=0`, async () => {
      using model = openModel(await train(name, { dislike: 0 }), engine);
      assert.ok(raised(model, similar, cases) > 0.01);
    });
  }

  it("is no event, however small its amount", async () => {
    const events = datasetFromCsr({ ...data, feedback: "events" }, data.byUser, data.report);
    const [every, usual] = [{ dislike: 0 }, {}].map((set) => fit(events, configure("als", set)));
    assert.deepEqual((await usual).state, (await every).state);
  });

  for (const name of ["mf", "svdpp", "bayesian-mf", "neural", "user-knn", "item-knn", "bias", "stacking"]) {
    it(`still counts in what ${name} predicts`, async () => {
      using model = await opened(name);
      const items = Int32Array.from({ length: data.items.size }, (_, item) => item);
      const predicted = (ratings: ReadonlyMap<number, number>) => {
        const out = new Float32Array(items.length);
        model.model.ask({ profile: profileFrom(ratings) }).predict!(items, out);
        return out;
      };
      const changed = cases.filter(({ profile, film, dislike }) => {
        const [first, then] = [predicted(profile), predicted(new Map(profile).set(film, dislike))];
        return first.some((rating, item) => rating !== then[item]);
      });
      assert.ok(changed.length > cases.length / 2, `${changed.length} of ${cases.length}`);
    });
  }
});
