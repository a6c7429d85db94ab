import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { filmDataset } from "../../test/helpers/films.ts";
import { configure } from "../models/configure.ts";
import { fit } from "../models/fit.ts";
import { withContent } from "../recommend/content.ts";
import { openModel } from "../recommend/open-model.ts";
import { sharedTerms, termsEach } from "./marked-films.ts";
import { modelNumbers } from "./model-numbers.ts";

const data = filmDataset();
const total = (bins: readonly { readonly n: number }[] = []) => bins.reduce((sum, { n }) => sum + n, 0);

describe("the numbers of a model", () => {
  it("count ratings as they are at hand, in parts, and once for each model", async () => {
    using opened = openModel(await fit(data, configure("mf", { epochs: 3, factors: 4 })));
    let steps = 0;
    const step = async () => {
      steps++;
    };
    const found = await modelNumbers(opened, { ratings: data.byUser, step });
    const { ratings, vectors, losses, comparesFilms } = found;
    assert.deepEqual(
      [ratings.users, ratings.items, ratings.ratings],
      [data.users.size, data.items.size, data.byUser.values.length],
    );
    assert.equal(total(ratings.given), data.byUser.values.length);
    assert.equal(total(ratings.perUser?.bins), data.users.size);
    assert.equal(total(ratings.perItem?.bins) + ratings.unrated, data.items.size);
    assert.deepEqual(
      vectors.map(({ model, length, films }) => [model, length, films.n]),
      [["mf", 4, data.items.size]],
    );
    assert.deepEqual([losses.length, losses[0].losses.length, comparesFilms], [1, 3, true]);
    assert.ok(steps > 3);
    assert.equal(await modelNumbers(opened), found);
  });

  it("know of ratings that are not at hand how many films got", async () => {
    using opened = openModel(await fit(data, configure("popular")));
    const { ratings, vectors, losses, comparesFilms } = await modelNumbers(opened);
    assert.deepEqual([ratings.given, ratings.perUser], [undefined, undefined]);
    assert.deepEqual([ratings.users, ratings.ratings], [data.users.size, data.byUser.values.length]);
    assert.equal(total(ratings.perItem?.bins) + ratings.unrated, data.items.size);
    assert.deepEqual([vectors, losses, comparesFilms], [[], [], false]);
  });

  it("name the vectors of each part of a blend once", async () => {
    using opened = openModel(await fit(data, configure("hybrid", { models: "als,mf" })));
    const { vectors } = await modelNumbers(opened);
    assert.deepEqual(vectors.map(({ model }) => model).sort(), ["als", "mf"]);
  });
});

describe("shared terms", () => {
  it("are those that mark any of the films, for all of them", async () => {
    using opened = openModel(await fit(data, configure("popular")));
    const { model } = await withContent(opened, 1);
    const films = [0, 1, 2];
    const all = films.map((film) => model.topTerms!(film, Number.POSITIVE_INFINITY));
    const marks = new Set(all.flatMap((terms) => terms.slice(0, termsEach)).map(({ term }) => term));
    const found = sharedTerms(model.topTerms!.bind(model), films);
    for (const [n, terms] of found.entries()) {
      assert.ok(terms.length >= Math.min(termsEach, all[n].length));
      assert.deepEqual(
        terms,
        all[n].filter(({ term }) => marks.has(term)),
      );
    }
  });
});
