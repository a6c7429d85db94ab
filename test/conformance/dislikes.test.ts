/**
 * What a dislike does to a list, for every registered model with its default settings: it raises none of the ten films most similar to the
 * disliked one above where they stood without that rating (docs/adr/0035). Similar are films that the same users rated, by the
 * cosine of their ratings, for all models alike.
 */
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { type Dataset, datasetFromCsr } from "../../src/data/dataset.ts";
import { syntheticRatings } from "../../src/data/synthetic/synthetic-ratings.ts";
import { topK } from "../../src/matrix/topk.ts";
import { configure } from "../../src/models/configure.ts";
import { fit } from "../../src/models/fit.ts";
import type { Profile } from "../../src/models/model.ts";
import { algorithms } from "../../src/models/registry.ts";
import { settingsOf } from "../../src/models/shared/settings.ts";
import { random } from "../../src/random.ts";
import { type OpenModel, openModel } from "../../src/recommend/open-model.ts";
import { recommend } from "../../src/recommend/recommend.ts";
import { letterEmbedder as embedder } from "../helpers/embedder.ts";

/** The share of pairs that a model may raise: a blend's scores are scaled by those of films that the user has not rated. */
const allowed: Readonly<Record<string, number>> = { hybrid: 0.01 };

/** Models that rank by the film, the genre or the liked films alone, in which no low rating is evidence: they need no setting. */
const withoutSetting = ["popular", "bias", "genre-overlap", "taste-graph", "text", "hybrid"];

const profiles = 200;
const compared = 10;

/** A profile of random films and ratings, and a film that it has not rated with a dislike of it. */
interface Case {
  readonly profile: ReadonlyMap<number, number>;
  readonly film: number;
  readonly dislike: number;
}

function casesOf({ counts, scale: { min, max, step } }: Dataset): Case[] {
  const { int } = random(11);
  const films = [...counts.keys()].filter((film) => counts[film] >= 20);
  const steps = Math.round((max - min) / step);
  return Array.from({ length: profiles }, () => {
    const length = 1 + int(20);
    const profile = new Map<number, number>();
    while (profile.size < length) profile.set(films[int(films.length)], min + step * int(steps + 1));
    let film = films[int(films.length)];
    while (profile.has(film)) film = films[int(films.length)];
    return { profile, film, dislike: min + step * int(Math.ceil(steps / 2)) };
  });
}

function rowOf(ratings: ReadonlyMap<number, number>): Profile {
  const items = Int32Array.from(ratings.keys()).sort();
  return { items, values: Float32Array.from(items, (item) => ratings.get(item)!) };
}

/** Where each film stands in the whole list of a model; those without a score at its end. */
function places({ model }: OpenModel, ratings: ReadonlyMap<number, number>, leftOut: Iterable<number>): Int32Array {
  const scores = new Float32Array(model.items);
  model.ask({ profile: rowOf(ratings) }).score(scores);
  for (const item of leftOut) scores[item] = -Infinity;
  const standing = new Int32Array(model.items).fill(model.items);
  topK(scores, model.items).forEach((item, place) => {
    if (scores[item] > -Infinity) standing[item] = place;
  });
  return standing;
}

/** The share of similar films that rise for a dislike. */
function raised(opened: OpenModel, similar: OpenModel, cases: readonly Case[]): number {
  let [pairs, risen] = [0, 0];
  const similarities = new Float64Array(opened.model.items);
  for (const { profile, film, dislike } of cases) {
    const more = new Map(profile).set(film, dislike);
    const [first, then] = [places(opened, profile, more.keys()), places(opened, more, more.keys())];
    similar.model.similarItems!(film, similarities);
    for (const item of profile.keys()) similarities[item] = -Infinity;
    for (const item of topK(similarities, compared)) {
      pairs++;
      if (then[item] < first[item]) risen++;
    }
  }
  assert.ok(pairs > (profiles * compared) / 2, `${pairs} pairs`);
  return risen / pairs;
}

describe("a dislike", () => {
  let data: Dataset;
  let cases: Case[];
  let similar: OpenModel;
  before(async () => {
    const scale = { min: 1, max: 5, step: 1 };
    data = await syntheticRatings({ users: 150, items: 120, ratings: 6000, seed: 5, scale });
    cases = casesOf(data);
    similar = openModel(await fit(data, configure("item-knn")));
  });
  const opened = async (name: string, set = {}) => openModel(await fit(data, configure(name, set), { embedder }));

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
      assert.deepEqual(places(model, all, films), places(model, none, films));
      for (const { id, because, parts } of await recommend(model, { profile: rowOf(all) }, { explain: true })) {
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
      using model = await opened(name, { dislike: 0 });
      assert.ok(raised(model, similar, cases) > 0.01);
    });
  }

  it("is no event, however small its amount", async () => {
    const events = datasetFromCsr({ ...data, feedback: "events" }, data.byUser, data.report);
    const [every, usual] = [{ dislike: 0 }, {}].map((set) => fit(events, configure("als", set)));
    assert.deepEqual((await usual).state, (await every).state);
  });

  for (const name of ["mf", "neural", "user-knn", "item-knn", "bias"]) {
    it(`still counts in what ${name} predicts`, async () => {
      using model = await opened(name);
      const items = Int32Array.from({ length: data.items.size }, (_, item) => item);
      const predicted = (ratings: ReadonlyMap<number, number>) => {
        const out = new Float32Array(items.length);
        model.model.ask({ profile: rowOf(ratings) }).predict!(items, out);
        return out;
      };
      const changed = cases.filter(({ profile, film, dislike }) => {
        const [first, then] = [predicted(profile), predicted(new Map(profile).set(film, dislike))];
        return first.some((rating, item) => rating !== then[item]);
      });
      assert.ok(changed.length > profiles / 2, `${changed.length} of ${profiles}`);
    });
  }
});
