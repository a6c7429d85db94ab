import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { needsData } from "../../test/helpers/data.ts";
import { type NewFilmStudy, ndcgAmong, newFilmStudy } from "../../test/helpers/later-films.ts";
import { localEngine } from "../compute/engine.ts";
import { asItemIndex, type Dataset, shapeOf } from "../data/dataset.ts";
import { syntheticRatings } from "../data/synthetic/synthetic-ratings.ts";
import { configure, defaultSpec } from "../models/configure.ts";
import { fit } from "../models/fit.ts";
import type { ModelSpec } from "../models/model.ts";
import { algorithmNamed } from "../models/registry.ts";
import { profileOf } from "../models/shared/profiles.ts";
import { completeSettings } from "../models/shared/settings.ts";
import { withLaterFilms } from "./later-films.ts";
import { type OpenModel, openModel } from "./open-model.ts";
import { queryFromRatings, queryOfUser } from "./query.ts";
import { recommend } from "./recommend.ts";
import { openRecommender } from "./recommender.ts";
import { similar } from "./similar.ts";
import { ratingsById } from "./user-ratings.ts";

describe("films that came after training", () => {
  let data: Dataset;
  before(async () => {
    data = await syntheticRatings({ users: 120, items: 90, ratings: 4000, seed: 11 });
  });

  /** Twins of some films, between the others and after them, and one that is like none. */
  const later = () => [
    { id: 2_000_000, title: "Zzyzx Qwfp (2031)" },
    ...[3, 40, 77].map((item, n) => ({
      id: 1_000_000 + n,
      title: `${data.catalog.titles[item].replace(/ \(\d+\)$/, "")} Returns (2030)`,
      genres: data.catalog.genres.names.filter((_, genre) => {
        const { offsets, indices } = data.catalog.genres;
        return indices.subarray(offsets[item], offsets[item + 1]).includes(genre);
      }),
    })),
  ];

  const scoresOf = ({ model }: OpenModel, profile: Parameters<typeof model.ask>[0]) => {
    const scores = new Float32Array(model.items);
    model.ask(profile).score(scores);
    return scores;
  };

  for (const spec of ["ease", "als", "mf", "item-knn", "user-knn", "hybrid", "pagerank", "default"]) {
    it(`have the means of films like them by ${spec}, and leave the numbers of these as they are`, async () => {
      const settings = spec === "mf" || spec === "als" ? { factors: 8 } : {};
      const chosen: ModelSpec =
        spec === "default" ? defaultSpec(shapeOf(data), data.feedback) : configure(spec, settings);
      using opened = openModel(await fit(data, chosen));
      const placed = await withLaterFilms(opened, later());
      const { info } = placed;
      assert.equal(info.items.size, data.items.size + 3);
      const known = Int32Array.from({ length: data.items.size }, (_, item) => info.items.index(data.items.id(item)));

      // The cosines of TF-IDF once more, over all films, by the algorithm itself.
      const tfidf = algorithmNamed("tfidf");
      const films = { ...data, items: info.items, catalog: info.catalog };
      const engine = localEngine();
      const content = tfidf.open(
        await tfidf.fit(films as never, completeSettings("tfidf", tfidf.settings), {
          engine,
          seed: 0,
          step: async () => {},
        }),
        engine,
      );
      for (const user of [0, 50, 119]) {
        const own = profileOf(data.byUser, user);
        const query = queryFromRatings(
          info,
          Array.from(own.items, (item, n) => [asItemIndex(known[item]), own.values[n]] as const),
        );
        const before = scoresOf(opened, { profile: own });
        const after = scoresOf(placed, query);
        assert.deepEqual(
          Float32Array.from(known, (item) => after[item]),
          before,
        );
        const [first, second] = [opened.model.ask({ profile: own }), placed.model.ask(query)];
        for (const { id } of later().slice(1)) {
          const item = info.items.index(id);
          const cosines = new Float64Array(info.items.size);
          content.similarItems!(item, cosines);
          const like = Array.from(known.keys())
            .filter((film) => cosines[known[film]] > 0)
            .sort((a, b) => cosines[known[b]] - cosines[known[a]] || a - b)
            .slice(0, 20);
          const mean = (value: (film: number) => number) => {
            const counting = like.filter((film) => value(film) > -Infinity);
            const total = counting.reduce((sum, film) => sum + cosines[known[film]], 0);
            return counting.reduce((sum, film) => sum + (cosines[known[film]] / total) * value(film), 0);
          };
          const expected = mean((film) => before[film]);
          assert.ok(
            Math.abs(after[item] - expected) <= 1e-5 * Math.max(1, Math.abs(expected)),
            `${after[item]}, ${expected}`,
          );
          if (second.explain) {
            const sum = second.explain(item).parts.reduce((total, { value }) => total + value, 0);
            assert.ok(
              Math.abs(sum - after[item]) <= 1e-4 * Math.max(1, Math.abs(sum)),
              `${sum}, scored ${after[item]}`,
            );
          }
          if (second.predict) {
            const [ratings, of] = [new Float32Array(1), new Float32Array(like.length)];
            second.predict(Int32Array.of(item), ratings);
            first.predict!(Int32Array.from(like), of);
            const predicted = mean((film) => of[like.indexOf(film)]);
            assert.ok(Math.abs(ratings[0] - predicted) < 1e-4, `${ratings[0]}, ${predicted}`);
          }
        }
        const list = await recommend(placed, query, { k: 50, explain: true });
        assert.ok(list.every(({ score }) => Number.isFinite(score)));
        assert.ok(!list.some(({ id }) => id === 2_000_000));
      }
      if (opened.model.similarItems) {
        const twin = info.items.index(1_000_001);
        assert.ok(similar(placed, twin, 5).every(({ id }) => id !== 1_000_001));
        const items = similar(opened, asItemIndex(40), 5).map(({ id }) => id);
        const kept = similar(placed, info.items.index(data.items.id(40)), 8).map(({ id }) => id);
        assert.deepEqual(
          kept.filter((id) => Number(id) < 1_000_000).slice(0, items.length),
          items.slice(0, kept.length),
        );
      }
    });
  }

  it("are found by title, come into lists of who likes films like them, and are not listed once they are rated", async () => {
    using opened = openModel(await fit(data, configure("ease")));
    const placed = await withLaterFilms(opened, later());
    const { info } = placed;
    const [found] = placed.search.find(`${later()[1].title}`, 1);
    assert.equal(info.items.id(found), 1_000_000);
    const query = queryFromRatings(info, [
      [found, 5],
      [info.items.index(data.items.id(3)), 5],
    ]);
    const list = await recommend(placed, query, { k: info.items.size });
    assert.equal(list.filter(({ id }) => Number(id) >= 1_000_000).length, 2);
    const named = list.find(({ id }) => id === 1_000_001)!;
    assert.deepEqual([named.source, named.confidence.level], ["ease", "guess"]);
  });

  it("are none where the model has all of them", async () => {
    using opened = openModel(await fit(data, configure("popular")));
    const film = { id: data.items.id(3), title: data.catalog.titles[3] };
    assert.equal(await withLaterFilms(opened, [film, { id: "text", title: "Other (2030)" }, later()[0]]), opened);
  });
});

describe("fifty films of ml-latest-small, until the next training", needsData("ml-latest-small"), () => {
  let study: NewFilmStudy;
  before(async () => {
    study = await newFilmStudy();
  });

  // The table of decision 60.
  for (const [name, ndcg, perList, rated] of [
    ["ease", 0.397, 0.216, 0.886],
    ["als", 0.388, 0, 0],
    ["item-knn", 0.304, 0.314, 0.06],
  ] as const) {
    it(`are told apart by ${name}`, async () => {
      using early = await openRecommender(await fit(study.without, configure(name)), { data: study.without });
      const opened = await withLaterFilms(early.opened, study.films);
      const users = ratingsById(opened.info, study.without);
      const listed: boolean[] = [];
      for (let user = 1; user <= 610; user += 3) {
        for (const { id } of await recommend(opened, queryOfUser(users, user), { k: 10 })) {
          if (!study.films.some((film) => film.id === id)) continue;
          listed.push(queryOfUser(study.data, user).profile.items.includes(study.data.items.index(id)));
        }
      }
      const measured = [
        ndcgAmong(study, { opened, users, info: opened.info }),
        listed.length / 204,
        listed.filter(Boolean).length / Math.max(1, listed.length),
      ];
      for (const [n, expected] of [ndcg, perList, rated].entries()) {
        assert.ok(Math.abs(measured[n] - expected) < 0.006, `${measured}, expected ${[ndcg, perList, rated]}`);
      }
    });
  }
});
