import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { filmDataset } from "../../test/helpers/films.ts";
import { decodeArtifact } from "../artifact/format.ts";
import { type Dataset, datasetFrom } from "../data/dataset.ts";
import { type Id, idsFrom } from "../data/ids.ts";
import { hybrid } from "../models/configure.ts";
import { fit } from "../models/fit.ts";
import type { ModelSpec } from "../models/model.ts";
import { als, bias, ease, itemKnn, popular, tfidf, userKnn } from "../models/specs.ts";
import type { UserList } from "./all-lists.ts";
import { neighbours } from "./neighbours.ts";
import { openModel } from "./open-model.ts";
import { predict } from "./predict.ts";
import { queryFromRatings, queryOfUser } from "./query.ts";
import { recommend } from "./recommend.ts";
import { recommendAll } from "./recommend-all.ts";
import { openRecommender } from "./recommender.ts";
import { mmr } from "./reranking/mmr.ts";
import { similar } from "./similar.ts";

const films = filmDataset();
const neighbourly = userKnn({ minOverlap: 1, minNeighbours: 1 });

async function recommenderBy(spec: ModelSpec, data: Dataset = films) {
  return openRecommender(await fit(films, spec), { data });
}

const ids = (list: readonly { readonly id: Id }[]) => list.map(({ id }) => id);

/** The same ratings with a film 15 that nobody else knows between the others, a user 0 before the others, or both. */
function otherData({ film = true, user = true, text = false }): Dataset {
  const { users, items, byUser, catalog } = films;
  const own = (values: Iterable<Id>, more: number[]) => {
    const all = [...more, ...Array.from(values, Number)].sort((a, b) => a - b);
    return text ? idsFrom(all.map(String).sort()) : idsFrom(Float64Array.from(all));
  };
  const newUsers = own(users.values, user ? [0] : []);
  const newItems = own(items.values, film ? [15] : []);
  const triples: [Id, Id, number][] = [];
  for (let row = 0; row < byUser.rows; row++) {
    for (let n = byUser.offsets[row]; n < byUser.offsets[row + 1]; n++) {
      triples.push([users.id(row), items.id(byUser.indices[n]), byUser.values[n]]);
    }
  }
  if (film) triples.push([1, 15, 5]);
  if (user) triples.push([0, 10, 5], [0, 20, 1]);
  const itemAt = Array.from({ length: newItems.size }, (_, index) => items.index(newItems.id(index)));
  const labels = ({ names }: typeof catalog.genres) => ({
    names,
    offsets: new Int32Array(newItems.size + 1),
    indices: new Int32Array(0),
  });
  return datasetFrom({
    name: "day 2",
    users: newUsers,
    items: newItems,
    scale: films.scale,
    catalog: {
      titles: itemAt.map((item) => catalog.titles[item] ?? "New (2026)"),
      years: new Int16Array(newItems.size),
      genres: labels(catalog.genres),
      tags: labels(catalog.tags),
      imdb: new Int32Array(newItems.size),
      tmdb: new Int32Array(newItems.size),
    },
    ratings: {
      userOf: Int32Array.from(triples, ([id]) => newUsers.index(id)),
      itemOf: Int32Array.from(triples, ([, id]) => newItems.index(id)),
      values: Float32Array.from(triples, ([, , rating]) => rating),
    },
  });
}

describe("a recommender", () => {
  it("answers by ids what the functions answer by indices", async () => {
    using recommender = await recommenderBy(neighbourly);
    const { opened } = recommender;
    const [query, item] = [queryOfUser(films, 6), films.items.index(40)];
    assert.deepEqual(await recommender.recommend({ user: 6, explain: true }), [
      ...(await recommend(opened, query, { explain: true })),
    ]);
    assert.deepEqual(recommender.predict({ user: 6, items: [40] }), predict(opened, query, [item]));
    assert.deepEqual(recommender.neighbours({ user: 6, k: 2 }), neighbours(opened, query, 2));
    assert.deepEqual(ids(recommender.ratings({ user: 6 })), [10, 30]);
    assert.deepEqual(ids(recommender.find("star voyager", 2)), [30, 40]);
    assert.equal(recommender.film(50).title, "Emma (1996)");
    using byFilms = await recommenderBy(itemKnn());
    assert.deepEqual(byFilms.similar(30, { k: 2 }), similar(byFilms.opened, films.items.index(30), 2));
    using byTerms = await recommenderBy(tfidf());
    assert.equal(byTerms.topTerms(50, { k: 1 }).length, 1);
  });

  it("answers somebody without ratings, anybody by ratings, and a user with further or other ratings", async () => {
    using recommender = await recommenderBy(itemKnn());
    assert.deepEqual(ids(await recommender.recommend({ k: 2 })), [10, 30]);
    const crimeLover = { ratings: [{ id: 10, rating: 5 }] };
    assert.equal((await recommender.recommend(crimeLover))[0].id, 20);
    assert.ok(!ids(await recommender.recommend({ ...crimeLover, exclude: [20] })).includes(20));
    const more = { user: 4, ratings: [{ id: 10, rating: 5 }] };
    const all = [30, 40, 10].map((id, n) => ({ id, rating: [4, 4.5, 5][n] }));
    assert.deepEqual(await recommender.recommend(more), await recommender.recommend({ ratings: all }));
    const changed = { user: 4, ratings: [{ id: 40, rating: 0.5 }] };
    using means = await recommenderBy(bias());
    const rated = means.predict({ ...changed, items: [40] });
    assert.equal(rated[0].rated, 0.5);
    const like = await recommender.recommend({ user: 5, like: { user: 2 }, k: 3 });
    const [query, other] = [queryOfUser(films, 5), queryOfUser(films, 2)];
    assert.deepEqual(like, await recommend(recommender.opened, query, { like: other, k: 3 }));
  });

  it("takes 260 and its text for the same id, whichever the data have", async () => {
    using numbers = await recommenderBy(itemKnn());
    assert.deepEqual(numbers.similar("30"), numbers.similar(30));
    assert.deepEqual(
      await numbers.recommend({ user: "6", exclude: ["20"], ratings: [{ id: "50", rating: 4 }] }),
      await numbers.recommend({ user: 6, exclude: [20], ratings: [{ id: 50, rating: 4 }] }),
    );
    const data = otherData({ film: false, user: false, text: true });
    using texts = await openRecommender(await fit(data, itemKnn()), { data });
    assert.deepEqual(texts.similar(30), texts.similar("30"));
    assert.deepEqual(await texts.recommend({ user: 6 }), await texts.recommend({ user: "6" }));
  });

  it("lists the ids of a request that it does not know, each once, and answers all the same", async () => {
    using recommender = await recommenderBy(itemKnn());
    const request = { ratings: [{ id: 10, rating: 5 }], exclude: [20] };
    const list = await recommender.recommend(request);
    assert.deepEqual(list.unknown, []);
    const wider = await recommender.recommend({
      ratings: [{ id: 999, rating: 5 }, ...request.ratings, { id: "tt1", rating: 77 }],
      exclude: [20, 999, 1000],
    });
    assert.deepEqual(wider.unknown, [999, "tt1", 1000]);
    assert.deepEqual(wider, list);
    const unknown = { ratings: [{ id: 999, rating: 3 }], items: [10] };
    assert.deepEqual((await recommenderBy(bias())).predict(unknown).unknown, [999]);
  });

  it("refuses unknown users, unknown films asked about, and ratings off the scale", async () => {
    using recommender = await recommenderBy(itemKnn());
    await assert.rejects(recommender.recommend({ user: 7 }), { code: "USER_UNKNOWN" });
    assert.throws(() => recommender.similar(999), { code: "ITEM_UNKNOWN" });
    assert.throws(() => recommender.film(999), { code: "ITEM_UNKNOWN" });
    assert.throws(() => recommender.predict({ user: 1, items: [999] }), { code: "ITEM_UNKNOWN" });
    await assert.rejects(recommender.recommend({ ratings: [{ id: 10, rating: 9 }] }), { code: "RATING_INVALID" });
    using alone = await openRecommender(await fit(films, itemKnn()));
    await assert.rejects(alone.recommend({ user: 1 }), { code: "USER_UNKNOWN", fix: /loadRecommender/ });
    assert.throws(() => alone.recommendAll(), { code: "USAGE" });
  });

  it("refuses what a program without types may give it", async () => {
    using recommender = await recommenderBy(itemKnn());
    const untyped = recommender as unknown as Record<string, (...given: unknown[]) => unknown>;
    for (const call of [
      () => untyped.similar(30, 5),
      () => untyped.similar(30, { n: 5 }),
      () => untyped.predict({ user: 1, films: [10] }),
      () => untyped.neighbours({ user: 1, length: 5 }),
      () => untyped.recommendAll({ n: 3 }),
      () => untyped.find("star", "2"),
    ]) {
      assert.throws(call, { code: "USAGE" }, String(call));
    }
    for (const request of [{ rating: [] }, { k: "3" }, { ratings: [[10, 5]] }, 3, { exclude: [{ id: 10 }] }]) {
      const answer = async () => untyped.recommend(request);
      await assert.rejects(answer, { code: "USAGE" }, JSON.stringify(request));
    }
  });

  it("lists for everybody what it recommends to each", async () => {
    for (const spec of [itemKnn(), als({ factors: 8 }), popular()]) {
      using recommender = await recommenderBy(spec);
      const rows: UserList[] = [];
      for await (const row of recommender.recommendAll({ k: 3 })) rows.push(row);
      assert.deepEqual(
        rows.map(({ user }) => user),
        [1, 2, 3, 4, 5, 6],
      );
      for (const { user, items } of rows) {
        const list = await recommender.recommend({ user, k: 3 });
        const brief = list.map(({ id, source }) => [id, source]);
        assert.deepEqual(
          items.map(({ id, source }) => [id, source]),
          brief,
        );
      }
    }
    using recommender = await recommenderBy(itemKnn());
    const rerank = mmr({ lambda: 0.5 });
    for await (const { user, items } of recommender.recommendAll({ k: 2, rerank, pool: 5 })) {
      assert.deepEqual(ids(items), ids(await recommender.recommend({ user, k: 2, rerank, pool: 5 })));
    }
    await assert.rejects(recommender.recommendAll().writeTo("lists.csv"), { code: "CAPABILITY_MISSING" });
    await assert.rejects(recommender.save("model"), { code: "CAPABILITY_MISSING" });
  });

  it("is its bytes again, a blend with the weights that it was given", async () => {
    using recommender = await recommenderBy(hybrid([itemKnn(), tfidf()], { weights: [1, 1] }));
    for (const one of [recommender, recommender.blend({ weights: [3, 1] }), recommender.blend({ by: "content" })]) {
      using again = await openRecommender(await decodeArtifact(await one.encode()), { data: films });
      assert.deepEqual(await again.recommend({ user: 6 }), await one.recommend({ user: 6 }));
      assert.deepEqual(again.similar(30), one.similar(30));
    }
    const { trained } = recommender.blend({ weights: [3, 1] });
    assert.equal(trained.record.config.weights, "0.75,0.25");
    using plain = await recommenderBy(itemKnn());
    assert.throws(() => plain.blend({ by: "content" }), { code: "CAPABILITY_MISSING" });
  });
});

describe("a recommender with other data than it was trained on", () => {
  for (const text of [false, true]) {
    const data = otherData({ text });
    it(`answers their users by id, by the films that both know${text ? ", ids as texts" : ""}`, async () => {
      using recommender = await recommenderBy(neighbourly, data);
      assert.deepEqual(ids(recommender.ratings({ user: 1 })), [10, 20, 70]);
      for (const user of [0, 1, 2, 3, 4, 5, 6]) {
        const seen = ids(recommender.ratings({ user }));
        const list = ids(await recommender.recommend({ user, k: 8 }));
        assert.deepEqual(
          list.filter((id) => seen.includes(id)),
          [],
        );
        assert.equal(list.length, 8 - seen.length);
        const others = recommender.neighbours({ user }).map(({ user }) => user);
        assert.ok(others.length > 0 && !others.includes(user));
      }
      const [prediction] = recommender.predict({ user: 1, items: [10] });
      assert.equal(prediction.rated, 5);
      for await (const { user, items } of recommender.recommendAll({ k: 8 })) {
        assert.deepEqual(ids(items), ids(await recommender.recommend({ user, k: 8 })));
      }
    });
  }

  it("is the same for a user of either data, where the ratings are", async () => {
    using now = await recommenderBy(ease({ lambda: 1 }), otherData({}));
    using then = await recommenderBy(ease({ lambda: 1 }));
    for (const user of [1, 2, 6]) assert.deepEqual(await now.recommend({ user }), await then.recommend({ user }));
  });
});

describe("the functions by index", () => {
  it("refuse a query from data with other films or users, which would be misread", async () => {
    using opened = openModel(await fit(films, neighbourly));
    for (const [other, message] of [
      [otherData({}), /the films of day 2 are not those/],
      [otherData({ film: false }), /the users of day 2 are not those/],
    ] as const) {
      const refused = { code: "USAGE", message };
      const query = queryOfUser(other, 1);
      await assert.rejects(recommend(opened, query), refused);
      await assert.rejects(recommend(opened, queryOfUser(films, 1), { like: query }), refused);
      assert.throws(() => predict(opened, query, [films.items.index(10)]), refused);
      assert.throws(() => neighbours(opened, query), refused);
      await assert.rejects(recommendAll(opened, other), refused);
    }
    const given = queryFromRatings(otherData({}), []);
    await assert.rejects(recommend(opened, given), { code: "USAGE" });
    const sameIds = otherData({ film: false, user: false });
    assert.equal((await recommend(opened, queryOfUser(sameIds, 1))).length, 5);
  });

  it("take indices and no ids: the compiler says so", async () => {
    using opened = openModel(await fit(films, itemKnn()));
    const query = queryOfUser(films, 1);
    // @ts-expect-error: an id
    assert.throws(() => similar(opened, 260));
    // @ts-expect-error: an id
    await assert.rejects(recommend(opened, query, { exclude: [260] }));
    // @ts-expect-error: an id
    assert.throws(() => predict(opened, query, [260]));
    // @ts-expect-error: an id
    assert.throws(() => queryFromRatings(films, [[260, 5]]));
  });
});

describe("a recommender of user-knn with other data", () => {
  it("never counts users among their own neighbours, though the model knows earlier ratings of theirs", async () => {
    const earlier = await fit(films, neighbourly);
    const later = otherData({ film: true, user: true });
    using recommender = await openRecommender(earlier, { data: later });
    for (const user of [1, 2, 3]) {
      const seen = recommender.ratings({ user }).map(({ id }) => id);
      for (const { parts = [] } of recommender.predict({ user, items: seen })) {
        assert.ok(parts.every((part) => part.kind !== "neighbour" || part.user !== user));
      }
    }
  });

  it("refuses ratings off the scale that the model was trained on", async () => {
    const { byUser, catalog, users, items } = films;
    const doubled = { ...byUser, values: byUser.values.map((value) => 2 * value) };
    const data = { ...films, catalog, users, items, byUser: doubled, name: "ten stars" };
    await assert.rejects(openRecommender(await fit(films, bias()), { data }), {
      code: "USAGE",
      message: /ten stars holds a rating of \d+, and the model was trained on/,
    });
  });
});

describe("what a program without types may get wrong", () => {
  it("is refused by name", async () => {
    using recommender = await recommenderBy(bias());
    for (const [message, call] of [
      [/exclude is "260"/, () => recommender.recommend({ exclude: "260" })],
      [/ratings is an object/, () => recommender.recommend({ ratings: { 260: 5 } as never })],
      [/genres is "Drama"/, () => recommender.recommend({ genres: "Drama" as never })],
      [/years has no option "form".*/, () => recommender.recommend({ years: { form: 2010 } as never })],
      [/like has no option "usr"/, () => recommender.recommend({ like: { usr: 5 } as never })],
      [/items is "122"/, async () => recommender.predict({ user: 1, items: "122" })],
      [/items is null/, async () => recommender.predict({ user: 1 } as never)],
      [/ratings names no user/, async () => recommender.ratings({} as never)],
      [/blend takes weights, or/, async () => recommender.blend({} as never)],
      [/find takes a title, not an object/, async () => recommender.find({} as never)],
      [/save takes the name of a file/, () => recommender.save(undefined as never)],
    ] as const) {
      await assert.rejects(call as () => Promise<unknown>, { code: "USAGE", message });
    }
    assert.throws(() => recommender.film("Toy Story"), { code: "ITEM_UNKNOWN" });
  });

  it("makes the lists of all users once, however many ask at the same time", async () => {
    let calls = 0;
    const counting = {
      name: "counting",
      rerank: async (_query: unknown, candidates: readonly { item: number }[]) => {
        calls++;
        return { order: candidates.map(({ item }) => ({ item })) };
      },
    };
    using recommender = await recommenderBy(itemKnn());
    const lists = recommender.recommendAll({ k: 2, rerank: counting as never });
    const consume = async () => {
      for await (const _ of lists);
    };
    await Promise.all([consume(), consume()]);
    assert.ok(calls > 0 && calls <= films.users.size);
  });
});
