import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { needsData } from "../../test/helpers/data.ts";
import { filmDataset } from "../../test/helpers/films.ts";
import { type NewFilmStudy, ndcgAmong, newFilmStudy } from "../../test/helpers/later-films.ts";
import { decodeArtifact } from "../artifact/format.ts";
import { datasetFrom } from "../data/dataset.ts";
import { withoutYear } from "../data/film-title.ts";
import { type Id, idsFrom } from "../data/ids.ts";
import type { MatineeError } from "../errors.ts";
import { hybrid } from "../models/configure.ts";
import { fit } from "../models/fit.ts";
import type { ModelSpec } from "../models/model.ts";
import { als, genreOverlap, itemKnn, mf, pagerank, tfidf } from "../models/specs.ts";
import { queryOfUser } from "./query.ts";
import { openRecommender, type Recommender } from "./recommender.ts";

const films = filmDataset();
const trained = await fit(films, tfidf());
const later = { id: 35, title: "Star Voyager III (1990)", genres: ["Sci-Fi"] };

describe("films that come after training", () => {
  const refused: readonly (readonly [what: string, films: unknown, message: RegExp, fix?: RegExp])[] = [
    ["no list", later, /^withItems takes a list of films, not an object$/],
    ["a text", [later, "Heat"], /^withItems: film 2 takes its options as an object, not as "Heat"$/],
    ["another property", [{ id: 35, tittle: "Heat" }], /film 1 has no option "tittle"/, /did you mean title\?/],
    ["no id", [{ title: "Heat" }], /^withItems: film 1 has the id undefined$/, /whole numbers as ids, such as 10/],
    ["an id that is no number", [{ ...later, id: "tt1" }], /^withItems: film 1 has the id "tt1"$/],
    ["an id that no number is written as", [{ ...later, id: "035" }], /film 1 has the id "035"$/],
    ["an id with a fraction", [{ ...later, id: 3.5 }], /^withItems: film 1 has the id 3.5$/],
    ["a known id", [later, { id: "40" }], /^withItems: film 2 has the id 40, which films has already$/],
    ["an id twice", [later, { id: 1 }, { ...later, id: "35" }], /^withItems: films 1 and 3 both have the id 35$/],
    ["a title that is no text", [{ id: 1, title: 7 }], /^withItems: film 1 \(id 1\): title is 7$/],
    [
      "two years",
      [{ id: 1, title: "Heat (1995)", year: 1996 }],
      /the year is 1996, and 1995 in the title "Heat \(1995\)"$/,
    ],
    ["no year", [{ id: 1, year: 0 }], /film 1 \(id 1\): year is 0$/, /a whole number from 1 to 9999/],
    ["a link that is a text", [{ id: 1, imdb: "tt0113277" }], /imdb is "tt0113277"$/],
    ["genres in one text", [{ id: 1, genres: "Drama|Crime" }], /genres is "Drama\|Crime"$/, /genres: \[ … \]/],
    ["a blank tag", [{ id: 1, tags: ["robots", " "] }], /film 1 \(id 1\): one of its tags is " "$/],
  ];
  for (const [what, given, message, fix = /./] of refused) {
    it(`are refused with their place: ${what}`, async () => {
      using recommender = await openRecommender(trained);
      await assert.rejects(
        recommender.withItems(given as []),
        (error: MatineeError) => error.code === "USAGE" && message.test(error.message) && fix.test(error.fix),
        what,
      );
    });
  }

  it("have the title and the year that are given, in the words of the data", async () => {
    using recommender = await openRecommender(trained);
    using more = await recommender.withItems([
      { ...later, title: " Star Voyager III ", year: 1990, tags: ["robots"], imdb: 99685, tmdb: 769 },
      { id: 36, title: "Emma (2009)", genres: ["Romance", "Romance", "Period"] },
      { id: 37, year: 1994, genres: ["Crime"] },
    ]);
    assert.deepEqual(more.film("35"), {
      id: 35,
      title: "Star Voyager III (1990)",
      year: 1990,
      genres: ["Sci-Fi"],
      ratings: 0,
    });
    assert.deepEqual([more.film(36).year, more.film(36).genres], [2009, ["Romance", "Period"]]);
    assert.deepEqual([more.film(37).title, more.film(37).year], ["", 1994]);
    const { catalog, items } = more.info;
    assert.deepEqual([catalog.imdb[items.index(35)], catalog.tmdb[items.index(35)]], [99685, 769]);
    assert.deepEqual(
      more
        .find("star voyager", 5)
        .map(({ id }) => id)
        .sort(),
      [30, 35, 40],
    );
    assert.deepEqual(
      more
        .similar(35, { k: 2 })
        .map(({ id }) => id)
        .sort(),
      [30, 40],
    );
    assert.deepEqual(recommender.film(40), more.film(40));
  });

  it("have text ids where the data have", async () => {
    const items = idsFrom(Array.from(films.items.values as Float64Array, (id) => `tt${id}`));
    const { userOf, itemOf, values } = tripletsOf();
    const catalog = { ...films.catalog, titles: films.catalog.titles.map(withoutYear) };
    const texts = datasetFrom({ ...films, items, catalog, ratings: { userOf, itemOf, values } });
    using recommender = await openRecommender(await fit(texts, tfidf()), { data: texts });
    using more = await recommender.withItems([
      { ...later, id: "tt35" },
      { ...later, id: 7 },
      { id: "tt36", title: "Emma", year: 2009 },
    ]);
    assert.deepEqual(more.similar("tt35", { k: 1 })[0].id, "7");
    assert.ok((await more.recommend({ user: 4, k: 9 })).some(({ id }) => id === "tt35"));
    assert.deepEqual([more.film("tt36").title, more.film("tt36").year], ["Emma", 2009]); // as the data write titles
    await assert.rejects(recommender.withItems([{ id: " " }]), { message: /film 1 has the id " "$/ });
  });

  it("are seen by those who have rated them in newer data, and listed to others", async () => {
    const { userOf, itemOf, values } = tripletsOf();
    const items = idsFrom(Float64Array.from([...(films.items.values as Float64Array), 35].sort((a, b) => a - b)));
    const newer = datasetFrom({
      ...films,
      items,
      catalog: { ...films.catalog, titles: [...films.catalog.titles, ""] },
      ratings: {
        userOf: Int32Array.of(...userOf, 2),
        itemOf: Int32Array.of(...itemOf.map((item) => items.index(films.items.id(item))), items.index(35)),
        values: Float32Array.of(...values, 5),
      },
    });
    using recommender = await openRecommender(trained, { data: newer });
    using more = await recommender.withItems([later]);
    const listed = async (user: Id) => (await more.recommend({ user, k: 9 })).some(({ id }) => id === 35);
    assert.deepEqual([await listed(3), await listed(4)], [false, true]);
    assert.ok(more.ratings({ user: 3 }).some(({ id }) => id === 35));
    using loaded = await openRecommender(await decodeArtifact(await more.encode()), { data: newer });
    assert.deepEqual(await loaded.recommend({ user: 4 }), await more.recommend({ user: 4 }));
  });

  it("belong to blends under any weights, as long as a part with weight places them", async () => {
    const blend = hybrid([itemKnn(), tfidf(), genreOverlap()], { weights: [1, 1, 1] });
    using recommender = await openRecommender(await fit(films, blend), { data: films });
    using other = recommender.blend({ weights: [1, 0, 2] });
    using more = await other.withItems([{ id: 36, genres: ["Crime"] }]);
    assert.deepEqual(
      more.opened.model.blend?.parts.map(({ weight }) => weight),
      [1 / 3, 0, 2 / 3],
    );
    using byTerms = more.blend({ weights: [0, 1, 0] });
    assert.deepEqual(
      byTerms
        .similar(36, { k: 2 })
        .map(({ id }) => id)
        .sort(),
      [10, 20],
    );
    await assert.rejects(other.withItems([{ id: 36, title: "Star" }]), { code: "CAPABILITY_MISSING" });
    using byRatings = recommender.blend({ weights: [1, 0, 0] });
    await assert.rejects(byRatings.withItems([later]), { message: /hybrid cannot place new films: 35 "Star/ });
  });

  function tripletsOf() {
    const { offsets, indices, values, rows } = films.byUser;
    const userOf = Int32Array.from(indices, (_, n) => offsets.findLastIndex((offset) => offset <= n));
    assert.equal(rows, films.users.size);
    return { userOf, itemOf: indices, values };
  }
});

describe("fifty films of ml-latest-small that come after training", needsData("ml-latest-small"), () => {
  let study: NewFilmStudy;
  before(async () => {
    study = await newFilmStudy();
  });

  /** The recommender with the films added, and one that knew their content from the start. */
  async function both(spec: ModelSpec): Promise<[Recommender, Recommender]> {
    const early = await openRecommender(await fit(study.without, spec), { data: study.without });
    return [
      await early.withItems(study.films),
      await openRecommender(await fit(study.described, spec), { data: study.described }),
    ];
  }

  // The table of decision 32, where every rating was evidence.
  for (const [title, spec, ndcg, fromTheStart, correlation] of [
    ["tfidf", tfidf({ neutral: 0.375, dislike: 0 }), 0.296, 0.274, 0.99],
    ["genre-overlap", genreOverlap(), 0.133, 0.133, 1],
    ["pagerank by decades too", pagerank({ dislike: 0, decades: 0.03 }), 0.371, 0.381, 0.993],
    [
      "als by words",
      als({ features: "tfidf", alpha: 1, regularisation: 10, scaling: 0, dislike: 0 }),
      0.384,
      0.386,
      0.981,
    ],
    ["mf by genres", mf({ features: "genres", damping: 0, dislike: 0 }), 0.174, 0.174, 1],
  ] as const) {
    it(`are placed about as well as if they had been there from the start (${title})`, async () => {
      const [later, start] = await both(spec);
      near(ndcgAmong(study, later), ndcg);
      near(ndcgAmong(study, start), fromTheStart);
      near(correlationOf(later, start), correlation);
      if (title !== "als by words") return;
      const listed: boolean[] = [];
      for (let user = 1; user <= 610; user += 3) {
        for (const { id } of await later.recommend({ user, k: 10 })) {
          if (study.films.some((film) => film.id === id)) listed.push(hasRated(user, id));
        }
      }
      near(listed.length / 204, 0.127);
      near(listed.filter(Boolean).length / listed.length, 0.923);
    });
  }

  function near(value: number, expected: number): void {
    assert.ok(Math.abs(value - expected) < 0.005, `${value}, expected ${expected}`);
  }

  function hasRated(user: Id, film: Id): boolean {
    const { items } = queryOfUser(study.data, user).profile;
    return items.includes(study.data.items.index(film));
  }

  it("are among the films most similar to their predecessors, and these to them", async () => {
    const [later] = await both(tfidf());
    assert.equal(later.similar(3114, { k: 1 })[0].title, "Toy Story (1995)");
    assert.ok(later.similar(1240, { k: 3 }).some(({ id }) => id === 589)); // The Terminator, and the second
    assert.ok(later.similar(858, { k: 3 }).some(({ id }) => id === 1221)); // The Godfather, and the second
  });

  /** Of the scores that both give the films that came later. */
  function correlationOf(one: Recommender, other: Recommender): number {
    const pairs: [number, number][] = [];
    for (let user = 1; user <= 600; user += 40) {
      const [a, b] = [one, other].map(({ opened, users }) => {
        const scores = new Float32Array(opened.info.items.size);
        opened.model.ask(queryOfUser(users!, user)).score(scores);
        return scores;
      });
      for (const item of study.chosen) if (a[item] > -Infinity && b[item] > -Infinity) pairs.push([a[item], b[item]]);
    }
    const mean = [0, 1].map((n) => pairs.reduce((sum, pair) => sum + pair[n], 0) / pairs.length);
    const product = (n: number, m: number) =>
      pairs.reduce((sum, pair) => sum + (pair[n] - mean[n]) * (pair[m] - mean[m]), 0);
    return product(0, 1) / Math.sqrt(product(0, 0) * product(1, 1));
  }
});
