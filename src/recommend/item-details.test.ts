import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { filmDataset } from "../../test/helpers/films.ts";
import { decodeArtifact } from "../artifact/format.ts";
import { labelsFrom } from "../data/catalog.ts";
import { asItemIndex, type Dataset } from "../data/dataset.ts";
import { fit } from "../models/fit.ts";
import { popular, userKnn } from "../models/specs.ts";
import { itemDetails } from "./item-details.ts";
import { openModel } from "./open-model.ts";
import { openRecommender } from "./recommender.ts";

const films = filmDataset();
const at = (id: number) => films.items.index(id);

/** The films with tags and links of some. */
function described(): Dataset {
  const tags: string[][] = Array.from({ length: films.items.size }, () => []);
  tags[at(10)] = ["sea", "Noir", "noir", "harbour", "NOIR", "sea"];
  tags[at(20)] = Array.from({ length: 30 }, (_, n) => `tag ${n}`);
  const [imdb, tmdb] = [new Int32Array(tags.length), new Int32Array(tags.length)];
  [imdb[at(10)], tmdb[at(10)], imdb[at(20)]] = [12_349, 862, 12_345_678];
  return { ...films, catalog: { ...films.catalog, tags: labelsFrom(tags), imdb, tmdb } };
}

describe("itemDetails", () => {
  it("counts the ratings of a film, with those that nobody gave it", async () => {
    using opened = openModel(await fit(films, popular()));
    const { film, mean, histogram } = await itemDetails(opened, at(10), { ratings: films.byUser });
    assert.equal(film.title, "Night Harbour (1991)");
    assert.equal(mean, (5 + 4 + 0.5 + 4.5) / 4);
    assert.deepEqual(
      histogram?.map(({ rating, count }) => [rating, count]),
      [0.5, 2, 3, 3.5, 4, 4.5, 5].map((rating) => [rating, [0.5, 4, 4.5, 5].includes(rating) ? 1 : 0]),
    );
  });

  it("leaves out what is not known", async () => {
    using opened = openModel(await fit(films, popular()));
    assert.deepEqual(Object.keys(await itemDetails(opened, at(80), { ratings: films.byUser })), ["film"]);
    assert.deepEqual(Object.keys(await itemDetails(opened, at(10))), ["film"]);
    const events: Dataset = { ...films, feedback: "events" };
    using plays = openModel(await fit(events, popular()));
    assert.deepEqual(Object.keys(await itemDetails(plays, at(10), { ratings: events.byUser })), ["film"]);
    await assert.rejects(itemDetails(opened, asItemIndex(8)), { code: "ITEM_UNKNOWN" });
  });

  it("has the mean alone of ratings of more than 50 values", async () => {
    const values = films.byUser.values.map((rating, n) => rating - n / 1000);
    const many = Float32Array.from({ length: 60 }, (_, n) => values[n % values.length] + n / 7000);
    const ratings = { rows: 60, columns: 8, offsets: Int32Array.from({ length: 61 }, (_, n) => n), values: many };
    using opened = openModel(await fit(films, popular()));
    const all = { ...ratings, indices: new Int32Array(60).fill(at(10)) };
    const details = await itemDetails(opened, at(10), { ratings: all });
    assert.deepEqual(Object.keys(details), ["film", "mean"]);
    assert.ok(Math.abs(details.mean! - many.reduce((sum, rating) => sum + rating, 0) / 60) < 1e-5);
  });

  it("takes the ratings that the model keeps, where no others are given", async () => {
    using opened = openModel(await fit(films, userKnn()));
    assert.equal((await itemDetails(opened, at(50))).mean, 3.5);
  });

  it("counts tags whatever their capitals, and lists at most 20 of them", async () => {
    using opened = openModel(await fit(described(), popular()));
    assert.deepEqual((await itemDetails(opened, at(10))).tags, [
      { tag: "Noir", count: 3 },
      { tag: "sea", count: 2 },
      { tag: "harbour", count: 1 },
    ]);
    assert.equal((await itemDetails(opened, at(20))).tags?.length, 20);
  });

  it("has the links of a saved model too, by IMDb's numbers of seven digits or more", async () => {
    using trained = await openRecommender(await fit(described(), popular()));
    using recommender = await openRecommender(await decodeArtifact(await trained.encode()));
    const links = async (id: number) => (await recommender.itemDetails(id)).links;
    assert.deepEqual(await links(10), {
      imdb: "https://www.imdb.com/title/tt0012349/",
      tmdb: "https://www.themoviedb.org/movie/862",
    });
    assert.deepEqual(await links(20), { imdb: "https://www.imdb.com/title/tt12345678/" });
    assert.equal(await links(30), undefined);
    await assert.rejects(recommender.itemDetails(999), { code: "ITEM_UNKNOWN" });
  });

  it("answers by the ratings at hand", async () => {
    using recommender = await openRecommender(await fit(films, popular()), { data: films });
    assert.equal((await recommender.itemDetails(50)).mean, 3.5);
  });

  it("counts once, and awaits steps meanwhile", async () => {
    using opened = openModel(await fit(films, popular()));
    let steps = 0;
    const step = async () => void steps++;
    const ratings = { ...films.byUser };
    await itemDetails(opened, at(10), { ratings, step });
    assert.ok(steps > 0);
    const before = steps;
    await itemDetails(opened, at(20), { ratings, step });
    assert.equal(steps, before);
  });
});
