import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { temporaryFolder } from "../test/helpers/command.ts";
import { dayOne } from "../test/helpers/day-one.ts";
import { letterEmbedder } from "../test/helpers/embedder.ts";
import { filmDataset } from "../test/helpers/films.ts";
import type { Dataset } from "./data/dataset.ts";
import { readRatings } from "./data/read.ts";
import { compare } from "./evaluate/compare.ts";
import { recordEvaluation } from "./evaluate/record-evaluation.ts";
import { lossCurves } from "./models/losses.ts";
import type { ModelSpec } from "./models/model.ts";
import { als, ease, itemKnn, mf, popular, text, userKnn } from "./models/specs.ts";
import { random } from "./random.ts";
import type { UserList } from "./recommend/all-lists.ts";
import type { Recommender } from "./recommend/recommender.ts";
import { createApp } from "./server/app.ts";
import { splits } from "./split/splits.ts";
import { loadRecommender, train } from "./train.ts";

const folder = temporaryFolder();
const films = filmDataset();

describe("train", () => {
  it("fits the model that is named, or the best for the size, and reports progress", async () => {
    const shares: number[] = [];
    using recommender = await train(films, itemKnn({ k: 20 }), {
      seed: 7,
      threads: 2,
      onProgress: (share) => shares.push(share),
    });
    assert.deepEqual([recommender.name, recommender.trained.record.seed], ["item-knn", 7]);
    assert.equal(shares.at(-1), 1);
    using best = await train(films);
    assert.equal(best.name, "ease");
  });

  it("refuses options that there are not, and says where they belong", async () => {
    const untyped = train as (...given: unknown[]) => Promise<unknown>;
    const elsewhere = {
      code: "USAGE",
      message: 'train has no option "factors"',
      fix: /train\(data, als\(\{ factors: … \}\)\)/,
    };
    await assert.rejects(untyped(films, als(), { factors: 32 }), elsewhere);
    await assert.rejects(untyped(films, als(), { sead: 1 }), {
      code: "USAGE",
      fix: /options of train are seed, threads/,
    });
    for (const given of [
      [7, als()],
      [films, als(), { work: "als.work" }],
      [films, "als"],
      [films, als(), 2],
      [films, als(), { threads: 0 }],
      [films, als(), { threads: "2" }],
      [films, als(), { arithmetic: "exact" }],
    ]) {
      await assert.rejects(untyped(...given), { code: "USAGE" }, JSON.stringify(given[2]));
    }
    await assert.rejects(untyped(films, { model: "als", settings: { factor: 8 } }), { code: "CONFIG_INVALID" });
    const load = loadRecommender as (...given: unknown[]) => Promise<unknown>;
    await assert.rejects(load("films.matinee", { dataset: films }), { code: "USAGE" });
    await assert.rejects(load("films.matinee", { data: "ml-latest-small" }), { code: "USAGE" });
  });

  it("stops when it is cancelled, and when memory would not do", async () => {
    await assert.rejects(train(films, ease(), { signal: AbortSignal.abort() }), { code: "CANCELLED" });
    await assert.rejects(train(films, als(), { memory: 10 }), { code: "MEMORY" });
  });

  it("takes the embedder that it is given", async () => {
    const embedder = async () => assert.fail("it was asked");
    await assert.rejects(train(films, text(), { embedder }), /it was asked/);
  });
});

describe("training that goes on", () => {
  it("takes a recommender, trained or loaded, and its settings where no others are given; and tells of epochs", async () => {
    const file = join(folder, "first.matinee");
    using first = await train(films, mf({ factors: 4, epochs: 3 }));
    await first.save(file);
    using loaded = await loadRecommender(file);
    const epochs: number[] = [];
    const spec = mf({ factors: 4, epochs: 2, rate: 0.001 });
    using second = await train(films, spec, { from: first, onEpoch: ({ epoch }) => epochs.push(epoch) });
    using same = await train(films, spec, { from: loaded });
    using third = await train(films, undefined, { from: second });
    assert.deepEqual(epochs, [4, 5]);
    assert.deepEqual(await same.encode(), await second.encode());
    assert.deepEqual(third.trained.record.config, second.trained.record.config);
    const [{ stages, losses }] = lossCurves(third.trained);
    assert.deepEqual([stages, losses.length], [[3, 2, 2], 7]);
    assert.equal((await third.recommend({ user: 3 })).length, 5);
  });

  it("is refused for anything but a recommender", async () => {
    const untyped = train as (...given: unknown[]) => Promise<unknown>;
    for (const from of ["first.matinee", mf(), null]) {
      await assert.rejects(untyped(films, mf(), { from }), { code: "USAGE", message: /^train: from is/ });
    }
  });

  it("may not say that an evaluation was of it", async () => {
    using first = await train(films, mf({ factors: 4, epochs: 1 }));
    using second = await train(films, undefined, { from: first });
    const { evaluation } = await compare(films, [mf({ factors: 4, epochs: 1 })], splits.perUser(0.5), {
      metrics: ["rmse"],
    });
    assert.ok(recordEvaluation(first.trained, evaluation).record.evaluation);
    assert.throws(() => recordEvaluation(second.trained, evaluation), { code: "USAGE", message: /in stages/ });
  });
});

describe("films that come after training", () => {
  const later = { id: 35, title: "Star Voyager III (1990)" };

  it("are placed by the embedder that training or loading was given, and saved", async () => {
    const file = join(folder, "later.matinee");
    const other = async () => assert.fail("another was asked");
    using recommender = await train(films, text(), { embedder: letterEmbedder });
    using more = await recommender.withItems([later]);
    await more.save(file);
    using again = await loadRecommender(file, { data: films, embedder: other });
    assert.deepEqual(again.similar(35, { k: 8 }), more.similar(35, { k: 8 }));
    assert.deepEqual(await again.recommend({ user: 3 }), await more.recommend({ user: 3 }));
    await assert.rejects(again.withItems([{ ...later, id: 36 }]), /another was asked/);
  });

  it("are not placed once that is cancelled", async () => {
    using recommender = await train(films, text(), { embedder: letterEmbedder });
    await assert.rejects(recommender.withItems([later], { signal: AbortSignal.abort() }), { code: "CANCELLED" });
    const shares: number[] = [];
    (await recommender.withItems([later], { onProgress: (share) => shares.push(share) }))[Symbol.dispose]();
    assert.equal(shares.at(-1), 1);
  });
});

describe("a saved recommender", () => {
  it("answers as before, and writes lists", async () => {
    const file = join(folder, "films.matinee");
    using recommender = await train(films, ease({ lambda: 10 }));
    await recommender.save(file);
    using again = await loadRecommender(file, { data: films, threads: 2 });
    assert.deepEqual(await again.recommend({ user: 6 }), await recommender.recommend({ user: 6 }));
    const csv = join(folder, "lists.csv");
    await again.recommendAll({ k: 2 }).writeTo(csv);
    const lines = readFileSync(csv, "utf8").trim().split("\n");
    assert.equal(lines.length, 13);
    const [first] = await again.recommend({ user: 1, k: 1 });
    assert.match(lines[1], new RegExp(`^1,1,${first.id},`));
    // Of more films than users, ease keeps the ratings.
    using alone = await loadRecommender(file);
    assert.deepEqual(await alone.recommend({ user: 6 }), await recommender.recommend({ user: 6 }));
    assert.equal((await alone.recommend({ ratings: [{ id: 10, rating: 5 }] })).length, 7);
  });

  it("knows no users without data, where its model keeps no ratings", async () => {
    const file = join(folder, "als.matinee");
    using recommender = await train(films, als({ factors: 8 }));
    await recommender.save(file);
    using alone = await loadRecommender(file);
    await assert.rejects(alone.recommend({ user: 6 }), { code: "USER_UNKNOWN" });
    assert.equal((await alone.recommend({ ratings: [{ id: 10, rating: 5 }] })).length, 7);
  });
});

describe("yesterday's model with today's data", () => {
  const file = join(folder, "day-one.matinee");
  let small: Dataset;
  before(async () => {
    small = await readRatings("synthetic-latest-small");
  });

  async function openedToday(today: Dataset, spec: ModelSpec): Promise<Recommender> {
    using yesterday = await train(dayOne(today, 0.8), spec, { threads: 2 });
    await yesterday.save(file);
    const recommender = await loadRecommender(file, { data: today });
    assert.ok(recommender.info.items.size < today.items.size && recommender.info.users.size < today.users.size);
    return recommender;
  }

  /** Asks for lists of random users, each of which must be full, and without seen films; every fourth is compared with the server's. */
  async function checkLists(recommender: Recommender, today: Dataset, users: number): Promise<void> {
    const app = await createApp(recommender);
    const { int } = random(1);
    for (let n = 0; n < users; n++) {
      const row = int(today.users.size);
      const user = today.users.id(row);
      const list = await recommender.recommend({ user });
      assert.equal(list.length, 10);
      assert.deepEqual(seenAmong(list, today, row), []);
      if (n % 4 > 0) continue;
      const { items } = (await app.inject(`/api/v1/users/${user}/recommendations`)).json();
      assert.deepEqual(items, JSON.parse(JSON.stringify(list)));
    }
    await app.close();
  }

  function seenAmong(list: UserList["items"], { items, byUser }: Dataset, row: number) {
    const rated = byUser.indices.subarray(byUser.offsets[row], byUser.offsets[row + 1]);
    return list.filter(({ id }) => rated.includes(items.index(id)));
  }

  it("lists no film that its user has seen for any of 1,000 users of a million ratings, as the server does", async () => {
    const today = await readRatings("synthetic-1m");
    using recommender = await openedToday(today, ease());
    await checkLists(recommender, today, 1000);
  });

  for (const spec of [als({ factors: 8 }), itemKnn(), userKnn(), popular()]) {
    it(`so does ${spec.model}, which also lists for all users, predicts and compares users where it can`, async () => {
      const today = small;
      using recommender = await openedToday(today, spec);
      await checkLists(recommender, today, 40);
      let users = 0;
      for await (const { user, items } of recommender.recommendAll()) {
        assert.equal(items.length, 10);
        assert.deepEqual(seenAmong(items, today, today.users.index(user)), []);
        users++;
      }
      assert.equal(users, today.users.size);
      if (spec.model !== "user-knn") return;
      for (let row = 0; row < 40; row++) {
        const user = today.users.id(row);
        const others = recommender.neighbours({ user });
        assert.ok(others.every(({ user: other, similarity }) => other !== user && Number.isFinite(similarity)));
        const item = recommender.info.items.id(row);
        assert.ok(Number.isFinite(recommender.predict({ user, items: [item] })[0].predicted));
      }
    });
  }
});
