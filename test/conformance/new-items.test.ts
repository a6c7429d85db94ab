/** Films that come after training: every registered model places them, or refuses them by name. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decodeArtifact } from "../../src/artifact/format.ts";
import { localEngine } from "../../src/compute/engine.ts";
import { asItemIndex, datasetFromCsr } from "../../src/data/dataset.ts";
import { idsFrom } from "../../src/data/ids.ts";
import type { MatineeError } from "../../src/errors.ts";
import { configure } from "../../src/models/configure.ts";
import { fit } from "../../src/models/fit.ts";
import type { Trained } from "../../src/models/trained.ts";
import type { NewFilm } from "../../src/recommend/new-films.ts";
import { queryFromRatings, queryOfUser } from "../../src/recommend/query.ts";
import { openRecommender, type Recommender } from "../../src/recommend/recommender.ts";
import { letterEmbedder as embedder } from "../helpers/embedder.ts";
import { sharedLocalEngine } from "../helpers/engines.ts";
import { randomDataset } from "../helpers/toy.ts";
import { promised } from "./capabilities.ts";
import { variants } from "./variants.ts";

/** Thirty items whose ids are tens, so that others come before, between and after them; the last has no ratings. */
const { byUser, report, ...info } = randomDataset(40, 29, 0.25, 21);
const described = randomDataset(1, 30, 0, 0).catalog;
const items = idsFrom(Float64Array.from({ length: 30 }, (_, n) => 10 * (n + 1)));
const data = datasetFromCsr({ ...info, items, catalog: described }, { ...byUser, columns: 30 }, report);

const films: readonly NewFilm[] = [
  { id: 15, title: "Square film", genres: ["Square"], tags: ["the 10"] },
  { id: 5, title: "Round film", genres: ["Round"] },
  { id: "255", title: "Round film", genres: ["Round", "Long"], tags: ["the 30", "the 30"] },
  { id: 9000, title: "Square film anew", year: 2031, genres: ["Square"] },
];
const added = [5, 15, 255, 9000];

for (const { algorithm, title, set, suited } of variants) {
  const { name } = algorithm;
  let fitted: Promise<Trained> | undefined;
  const opened = async (engine = sharedLocalEngine) => {
    fitted ??= fit(suited(data), configure(name, set), { seed: 7, embedder, engine: sharedLocalEngine });
    return openRecommender(await fitted, { data, embedder, engine });
  };

  if (!promised(name, title).has("places new items")) {
    it(`${title} refuses new films by name`, async () => {
      using recommender = await opened();
      await assert.rejects(
        recommender.withItems(films),
        ({ code, message }: MatineeError) =>
          code === "CAPABILITY_MISSING" &&
          message.includes(`the model ${name} cannot`) &&
          message.includes(': 5 "Round film", 15 "Square film", 255 "Round film" and 1 more'),
      );
    });
    continue;
  }

  describe(`${title} places new films`, () => {
    it("gives all others the scores, predictions and similarities that they had", async () => {
      using before = await opened();
      using after = await before.withItems(films);
      const known = Int32Array.from(items.values as Float64Array, (id) => after.info.items.index(id));
      for (const user of data.users.values) {
        const [was, is] = [before, after].map((one) => scoresOf(one, user as number));
        assert.deepEqual(
          is.filter((_, item) => known.includes(item)),
          was,
        );
      }
      const [was, is] = [before, after].map((one) => predictionsOf(one));
      assert.deepEqual(is, was);
      if (!before.opened.model.similarItems) return;
      for (let item = 0; item < 30; item++) {
        const [was, is] = [new Float64Array(30), new Float64Array(34)];
        before.opened.model.similarItems!(item, was);
        after.opened.model.similarItems!(known[item], is);
        assert.deepEqual(
          is.filter((_, other) => known.includes(other)),
          was,
        );
      }
    });

    it("lists, compares and explains the new films", async () => {
      using before = await opened();
      using after = await before.withItems(films);
      const fresh = added.map((id) => after.info.items.index(id));
      const met = new Set<number>();
      for (const user of data.users.values) {
        const answer = after.opened.model.ask(queryOfUser(after.users!, user));
        const scores = new Float32Array(34);
        answer.score(scores);
        for (const item of fresh) {
          assert.ok(!Number.isNaN(scores[item]) && scores[item] < Infinity);
          if (scores[item] === -Infinity) continue;
          met.add(item);
          if (!answer.explain) continue;
          const sum: number = answer.explain(item).parts.reduce((total, { value }) => total + value, 0);
          assert.ok(Math.abs(sum - scores[item]) < 1e-5, `${sum}, ${scores[item]}`);
        }
      }
      assert.equal(met.size, fresh.length);
      const all = await after.recommend({ user: 1, k: 34 });
      assert.ok(added.every((id) => all.some((film) => film.id === id)));
      const without = await after.recommend({ user: 1, k: 34, exclude: [15, "9000"] });
      assert.ok(!without.some(({ id }) => id === 15 || id === 9000) && without.some(({ id }) => id === 255));
      for await (const { items } of after.recommendAll({ k: 34 })) assert.ok(items.some(({ id }) => id === 15));
      if (before.opened.model.similarItems) {
        for (const id of added) assert.ok(after.similar(id, { k: 5 }).every(({ score }) => Number.isFinite(score)));
        assert.ok(after.similar(15, { k: 10 }).some(({ id }) => !added.includes(id as number)));
      }
      assert.deepEqual(after.film(255), {
        id: 255,
        title: "Round film",
        year: 0,
        genres: ["Round", "Long"],
        ratings: 0,
      });
      assert.equal(after.byTitle("Square film anew").year, 2031);
      assert.equal((await after.recommend({ user: 1, k: 1, genres: ["Long"] }))[0].id, 255);
    });

    it("answers a user who has rated a new film", async () => {
      using before = await opened();
      using after = await before.withItems(films);
      const query = queryFromRatings(after.info, [[after.info.items.index(15), 5]]);
      const scores = new Float32Array(34);
      const answer = after.opened.model.ask(query);
      answer.score(scores);
      assert.ok(scores.some(Number.isFinite) && !scores.some(Number.isNaN));
      if (answer.explain) {
        const item = scores.findIndex((score, at) => Number.isFinite(score) && after.info.items.id(at) !== 15);
        const sum: number = answer.explain(item).parts.reduce((total, { value }) => total + value, 0);
        assert.ok(Math.abs(sum - scores[item]) < 1e-5);
      }
      assert.equal((await after.recommend({ ratings: [{ id: 15, rating: 5 }], k: 5 })).length, 5);
    });

    it("comes to the same in two steps, in any order, and through a file", async () => {
      using before = await opened();
      using once = await before.withItems(films);
      using turned = await before.withItems([...films].reverse());
      using half = await before.withItems(films.slice(2));
      using twice = await half.withItems(films.slice(0, 2));
      const bytes = await once.encode();
      assert.ok(Buffer.compare(await turned.encode(), bytes) === 0);
      assert.ok(Buffer.compare(await twice.encode(), bytes) === 0);
      using loaded = await openRecommender(await decodeArtifact(bytes), { data, embedder, engine: sharedLocalEngine });
      for (const user of [1, 2, 17]) assert.deepEqual(scoresOf(loaded, user), scoresOf(once, user));
      using more = await loaded.withItems([{ id: 77, title: "Square film", genres: ["Square"] }]);
      using direct = await before.withItems([...films, { id: 77, title: "Square film", genres: ["Square"] }]);
      assert.ok(Buffer.compare(await more.encode(), await direct.encode()) === 0);
    });

    it("answers as before where no film is added", async () => {
      using before = await opened();
      using after = await before.withItems([]);
      for (const user of data.users.values) {
        assert.deepEqual(scoresOf(after, user as number), scoresOf(before, user as number));
        assert.deepEqual(await after.recommend({ user, k: 30 }), await before.recommend({ user, k: 30 }));
      }
    });

    it("refuses a film of which it knows nothing", async () => {
      using recommender = await opened();
      await assert.rejects(recommender.withItems([...films, { id: 7000 }]), ({ code, message }: MatineeError) => {
        return code === "CAPABILITY_MISSING" && message.endsWith(`tells the model ${name} their place: 7000`);
      });
    });

    it("gives its memory back", async () => {
      using engine = localEngine();
      using recommender = await opened(engine);
      const before = engine.used;
      (await recommender.withItems(films))[Symbol.dispose]();
      assert.equal(engine.used, before);
    });
  });
}

function scoresOf({ opened, users }: Recommender, user: number): Float32Array {
  const scores = new Float32Array(opened.info.items.size);
  opened.model.ask(queryOfUser(users!, user)).score(scores);
  return scores;
}

function predictionsOf({ opened, users }: Recommender): (Float32Array | undefined)[] {
  const wanted = Int32Array.from(items.values as Float64Array, (id) => asItemIndex(opened.info.items.index(id)));
  return Array.from(data.users.values as Float64Array, (user) => {
    const answer = opened.model.ask(queryOfUser(users!, user));
    const out = new Float32Array(30);
    answer.predict?.(wanted, out);
    return answer.predict ? out : undefined;
  });
}
