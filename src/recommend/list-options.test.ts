/** What a list may be asked with: boosts, popularity, rotation, pins, variety, a session. */
import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import fc from "fast-check";
import { randomDataset } from "../../test/helpers/toy.ts";
import { asItemIndex, type ItemIndex } from "../data/dataset.ts";
import { configure } from "../models/configure.ts";
import { fit } from "../models/fit.ts";
import { rankByWorth } from "./adjust.ts";
import type { FilmFilter } from "./film-filter.ts";
import { openModel } from "./open-model.ts";
import { queryFromRatings, queryOfUser } from "./query.ts";
import { listPage, type Recommendation, type RecommendOptions, recommend } from "./recommend.ts";
import { mmr } from "./reranking/mmr.ts";
import { similarItems } from "./similar.ts";

const data = randomDataset(40, 60, 0.2, 5);
const opened = openModel(await fit(data, configure("ease", { lambda: 1 })));
const popular = openModel(await fit(data, configure("popular")));
after(() => {
  opened[Symbol.dispose]();
  popular[Symbol.dispose]();
});
const query = queryOfUser(data, 3);
const nobody = queryFromRatings(data, []);
const list = (options: RecommendOptions, model = opened) => recommend(model, query, options);
const ids = (films: readonly Recommendation[]) => films.map(({ id }) => Number(id));
const item = (id: number) => data.items.index(id);
const free = 60 - query.profile.items.length;
const whole = ids(await list({ k: free }));
const someFilms = fc.uniqueArray(fc.constantFrom(...whole), { minLength: 1, maxLength: 12 });
const these = (films: readonly number[]): FilmFilter => ({ field: "id", in: films });
const placeIn = (films: readonly Recommendation[], id: number) => ids(films).indexOf(id);

describe("adjusted lists", () => {
  it("rank by factor over rank, worked by hand", async () => {
    const scores = Float32Array.of(9, -1, 5, 5, -Infinity, 7);
    const factors = Float64Array.of(0.5, 4, 1, 3, 10, 1);
    // Ranks: 0, 5, 2, 3, 1. Worth: .5, 1/2, 1/3, 3/4, 4/5. Of equal worth, the model's order.
    const ranked = rankByWorth(scores, new Uint8Array(6).fill(1), factors, 6);
    assert.deepEqual(
      ranked.map(({ item, adjusted }) => [item, adjusted.from, adjusted.factor]),
      [
        [1, 5, 4],
        [3, 4, 3],
        [0, 1, 0.5],
        [5, 2, 1],
        [2, 3, 1],
      ],
    );
    assert.deepEqual(
      ranked.map(({ standing }) => standing),
      [9, 7, 5, 5, -1],
    );
  });

  it("look at as many films as may reach the list, and no fewer", () => {
    const factors = fc.array(fc.constantFrom(0.01, 0.1, 0.5, 1, 2, 10, 1000), { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(factors, fc.integer({ min: 1, max: 20 }), (factors, wanted) => {
        const scores = Float32Array.from(factors, (_, n) => -n);
        const ranked = rankByWorth(scores, new Uint8Array(factors.length).fill(1), Float64Array.from(factors), wanted);
        const expected = factors
          .map((factor, n) => ({ n, worth: factor / (n + 1) }))
          .sort((a, b) => b.worth - a.worth || a.n - b.n);
        assert.deepEqual(
          ranked.map(({ item }) => item),
          expected.slice(0, wanted).map(({ n }) => n),
        );
      }),
    );
  });

  it("never put a film lower that is boosted more, and nothing elsewhere by a factor of 1", async () => {
    const factor = fc.double({ min: 1, max: 10, noNaN: true });
    await fc.assert(
      fc.asyncProperty(someFilms, factor, factor, async (films, a, b) => {
        const boosted = (factor: number) => list({ k: free, boost: [{ filter: these(films), factor }] });
        const [less, more] = [await boosted(Math.min(a, b)), await boosted(Math.max(a, b))];
        for (const film of films) assert.ok(placeIn(more, film) <= placeIn(less, film), `${film}`);
        const lowered = await boosted(1 / Math.max(a, b));
        for (const film of films) assert.ok(placeIn(lowered, film) >= placeIn(less, film), `${film}`);
        assert.deepEqual(await boosted(1), await list({ k: free }));
      }),
      { numRuns: 40 },
    );
  });

  it("say where a film comes from, and leave score and parts as they are", async () => {
    const [last] = whole.slice(-1);
    const plain = await list({ k: free, explain: true });
    const boosted = await list({ k: free, explain: true, boost: [{ filter: these([last]), factor: 10 }] });
    for (const { adjusted, ...film } of boosted) {
      const own = plain[adjusted!.from - 1];
      assert.deepEqual(film, own);
      assert.equal(adjusted!.factor, film.id === last ? 10 : 1);
      const sum = film.parts!.reduce((total, { value }) => total + value, 0);
      assert.ok(Math.abs(sum - film.score) < 1e-5 * Math.max(1, Math.abs(film.score)));
    }
    assert.equal(plain[0].adjusted, undefined);
  });

  it("grow more popular with popularity, and less so below 0", async () => {
    const share = fc.double({ min: -1, max: 1, noNaN: true });
    await fc.assert(
      fc.asyncProperty(share, share, async (a, b) => {
        const mean = async (popularity: number) => {
          const films = await list({ k: 8, popularity });
          return films.reduce((sum, { ratings }) => sum + Math.log1p(ratings), 0);
        };
        assert.ok((await mean(Math.max(a, b))) >= (await mean(Math.min(a, b))) - 1e-9);
      }),
      { numRuns: 60 },
    );
    assert.deepEqual(await list({ popularity: 0 }), await list({}));
    assert.notDeepEqual(ids(await list({ popularity: 1 })), ids(await list({ popularity: -1 })));
  });

  it("stay finite and whole where nothing is left of any worth, or all films are alike", async () => {
    const shown = new Map(whole.map((id) => [item(id), 1000] as const));
    const worn = await list({ k: free, rotation: 1, shown });
    assert.deepEqual(ids(worn), whole);
    assert.ok(worn.every(({ adjusted }) => Number.isFinite(adjusted!.factor)));
    const one = await list({ k: 5, popularity: 1, filter: these(whole.slice(3, 4)) });
    assert.deepEqual(ids(one), whole.slice(3, 4));
  });

  it("put films lower the oftener they were shown, unless rotation is 0", async () => {
    const times = fc.integer({ min: 0, max: 1000 });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...whole),
        times,
        times,
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (film, a, b, rotation) => {
          const shownFor = (n: number) => list({ k: free, rotation, shown: new Map([[item(film), n]]) });
          const [seldom, often] = [await shownFor(Math.min(a, b)), await shownFor(Math.max(a, b))];
          assert.ok(placeIn(seldom, film) <= placeIn(often, film));
        },
      ),
      { numRuns: 40 },
    );
    const shown = new Map([[item(whole[0]), 3]]);
    assert.deepEqual(await list({ rotation: 0, shown }), await list({}));
    // Worth 1/8, as much as the eighth: the model's order.
    assert.equal(ids(await list({ k: free, rotation: 0.5, shown }))[6], whole[0]);
  });

  it("are reranked in the order that they have", async () => {
    const boost = [
      { filter: these(whole.slice(20, 21)), factor: 10 },
      { filter: these(whole.slice(20, 21)), factor: 10 },
    ];
    const [first] = await list({ k: 5, boost, rerank: mmr({ lambda: 1 }) });
    assert.deepEqual([first.id, first.reranked!.from, first.adjusted], [whole[20], 1, { from: 21, factor: 100 }]);
    assert.equal(first.score, (await list({ k: free }))[20].score);
  });

  it("refuse what makes no sense", async () => {
    const filter = these([1]);
    for (const [options, message] of [
      [{ boost: [{ filter, factor: 0 }] }, /boost\[0\]: factor is 0/],
      [{ boost: [{ filter, factor: 11 }] }, /factor is 11/],
      [{ boost: [{ filter, factor: Number.NaN }] }, /factor is NaN/],
      [{ boost: [{ filter }] }, /factor is NaN/],
      [{ boost: [{ filter: { field: "nope", is: 1 }, factor: 2 }] }, /boost\[0\]\.filter names the field "nope"/],
      [{ boost: Array(21).fill({ filter, factor: 2 }) }, /the number of boosts is 21/],
      [{ popularity: 1.1 }, /popularity is 1.1/],
      [{ rotation: -0.1 }, /rotation is -0.1/],
      [{ diversity: 2 }, /diversity is 2/],
      [{ diversity: 0.5, rerank: mmr() }, /has mmr/],
      [{ rotation: 1, shown: new Map([[item(1), 1001]]) }, /shown is 1001/],
    ] as const) {
      await assert.rejects(list(options as unknown as RecommendOptions), { code: "USAGE", message });
    }
  });
});

describe("pinned films", () => {
  const rated = asItemIndex(query.profile.items[0]);
  const pins = (...pairs: [ItemIndex, number][]) => pairs.map(([item, position]) => ({ item, position }));

  it("have their places, whatever they are, once, and the others keep their order", async () => {
    const any = fc.uniqueArray(fc.tuple(fc.nat(59), fc.integer({ min: 1, max: 10 })), {
      maxLength: 10,
      selector: ([n]) => n,
    });
    await fc.assert(
      fc.asyncProperty(any, async (pairs) => {
        const distinct = pairs.filter(([, place], n) => pairs.findIndex(([, other]) => other === place) === n);
        const pin = distinct.map(([n, position]) => ({ item: asItemIndex(n), position }));
        const films = await list({ k: 10, pin, filter: { field: "genre", is: "Square" } });
        for (const { item, position } of pin) {
          assert.equal(films[position - 1].id, data.items.id(item));
          assert.equal(films[position - 1].pinned, true);
        }
        const others = films.filter(({ pinned }) => !pinned);
        const pinned = new Set(ids(films.filter(({ pinned }) => pinned)));
        const own = ids(await list({ k: free, filter: { field: "genre", is: "Square" } }));
        assert.deepEqual(ids(others), own.filter((id) => !pinned.has(id)).slice(0, 10 - pin.length));
      }),
      { numRuns: 40 },
    );
  });

  it("come though rated and unfitting, with the model's own score, and last in a shorter list", async () => {
    const [first] = await list({ k: 3, pin: pins([rated, 1]) });
    assert.deepEqual([first.id, first.source], [data.items.id(rated), "ease"]);
    const short = await list({ k: 10, filter: these(whole.slice(0, 2)), pin: pins([rated, 9]) });
    assert.deepEqual(ids(short), [...whole.slice(0, 2), data.items.id(rated)]);
    const [unscored] = await recommend(opened, nobody, { k: 1, pin: pins([rated, 1]) });
    assert.equal(unscored.source, "popular");
    assert.ok(Number.isFinite(unscored.score));
  });

  it("refuse places outside the list, two of a place or a film, and a film that is excluded", async () => {
    for (const [options, message] of [
      [{ pin: pins([rated, 11]) }, /position is 11/],
      [{ pin: pins([rated, 0]) }, /position is 0/],
      [{ pin: pins([rated, 1.5]) }, /position is 1.5/],
      [{ pin: pins([rated, 1], [rated, 2]) }, /is pinned twice/],
      [{ pin: pins([rated, 1], [asItemIndex(1), 1]) }, /two films are pinned to place 1/],
      [{ pin: pins([rated, 1]), exclude: [rated] }, /is pinned and excluded/],
    ] as const) {
      await assert.rejects(list(options), { code: "USAGE", message });
    }
    await assert.rejects(list({ pin: pins([asItemIndex(60), 1]) }), { code: "ITEM_UNKNOWN" });
  });
});

describe("variety", () => {
  it("is that of mmr by the model, or by genres where it compares no films", async () => {
    const byModel = await list({ k: 6, rerank: mmr({ lambda: 0.5, similarity: "model" }) });
    assert.deepEqual(await list({ k: 6, diversity: 0.5 }), byModel);
    const byGenres = await list({ k: 6, rerank: mmr({ lambda: 0.5, similarity: "genres" }) }, popular);
    assert.deepEqual(await list({ k: 6, diversity: 0.5 }, popular), byGenres);
    assert.deepEqual(await list({ diversity: 0 }), await list({}));
  });
});

describe("a session", () => {
  const session = [5, 9, 30].map(item);
  const similarity = (j: number) =>
    session.reduce((sum, one, n) => sum + 0.8 ** (2 - n) * Math.max(-1e9, similarItems(opened, one, 1).scores[j]), 0);

  it("ranks by similarity to its items, later ones weighing more, without them", async () => {
    const films = await recommend(opened, nobody, { session, k: 57 });
    assert.ok(!ids(films).some((id) => [5, 9, 30].includes(id)));
    const own = films.filter(({ source }) => source === "ease");
    assert.ok(own.length > 20);
    for (const { id, score } of own) assert.ok(Math.abs(score - similarity(item(Number(id)))) < 1e-5, `${id}`);
    assert.deepEqual(
      own.map(({ score }) => score),
      own.map(({ score }) => score).sort((a, b) => b - a),
    );
    // An item that comes twice counts where it comes last.
    const again = [item(30), ...session];
    assert.deepEqual(await recommend(opened, nobody, { session: again, k: 57 }), films);
    assert.notDeepEqual(
      ids(await recommend(opened, nobody, { session: session.toReversed() })),
      ids(films).slice(0, 10),
    );
  });

  it("and a profile count alike, and the user's own films are left out", async () => {
    const films = await list({ session, k: free });
    const seen = new Set(query.profile.items);
    assert.ok(films.every(({ id }) => !seen.has(item(Number(id)))));
    const own = await list({ k: free });
    const share = (values: number[], value: number) =>
      (value - Math.min(...values)) / (Math.max(...values) - Math.min(...values));
    const candidates = Array.from({ length: 60 }, (_, j) => j).filter((j) => !seen.has(j));
    const scoreOf = new Map(own.map(({ id, score }) => [item(Number(id)) as number, score]));
    for (const one of session) assert.ok(scoreOf.has(one) || seen.has(one));
    const similarities = candidates.map(similarity).filter((value) => value > -1e8);
    for (const { id, score, source } of films.slice(0, 10)) {
      assert.equal(source, "ease");
      const j = item(Number(id));
      const expected = (share(similarities, similarity(j)) + share([...scoreOf.values()], scoreOf.get(j)!)) / 2;
      assert.ok(Math.abs(score - expected) < 1e-4, `${id}: ${score}, expected ${expected}`);
    }
  });

  it("is refused by a model that compares no films, and beyond fifty items", async () => {
    await assert.rejects(list({ session }, popular), { code: "CAPABILITY_MISSING", message: /does not compare films/ });
    await assert.rejects(list({ session: Array(51).fill(item(5)) }), { code: "USAGE", message: /51 items/ });
  });
});

describe("pages", () => {
  it("hold every film once until the catalog ends", async () => {
    for (const options of [{}, { diversity: 0.4, popularity: -0.5 }, { session: [item(5)] }]) {
      const shown: number[] = [];
      for (let page = 1; ; page++) {
        const { films, more } = await listPage(opened, query, { ...options, k: 7, exclude: shown.map(item) });
        shown.push(...ids(films));
        if (!more) break;
        assert.ok(page < 20 && films.length === 7);
      }
      assert.equal(new Set(shown).size, shown.length);
      const leftOut = new Set([...query.profile.items, ...("session" in options ? [item(5)] : [])]);
      assert.equal(shown.length, 60 - leftOut.size);
    }
  });
});
