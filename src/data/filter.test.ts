import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { emptyCatalog } from "./catalog.ts";
import { type Dataset, datasetFrom } from "./dataset.ts";
import { type Filter, filterRatings } from "./filter.ts";
import { idsFrom } from "./ids.ts";

/** Users 10, 20, 30; items 1, 2, 3, 4 rated 3, 2, 1 and 0 times. */
function small(): Dataset {
  return datasetFrom({
    name: "small",
    users: idsFrom(Float64Array.of(10, 20, 30)),
    items: idsFrom(Float64Array.of(1, 2, 3, 4)),
    catalog: {
      ...emptyCatalog(4),
      titles: ["A", "B", "C", "D"],
      genres: { names: ["x", "y"], offsets: Int32Array.of(0, 1, 1, 3, 3), indices: Int32Array.of(1, 0, 1) },
    },
    scale: { min: 1, max: 5, step: 1 },
    ratings: {
      userOf: Int32Array.of(0, 0, 0, 1, 1, 2),
      itemOf: Int32Array.of(0, 1, 2, 0, 1, 0),
      values: Float32Array.of(1, 2, 3, 4, 5, 1),
      times: Float64Array.of(11, 12, 13, 21, 22, 31),
    },
  });
}

function triples({ byUser, users, items }: Dataset): [unknown, unknown, number, number][] {
  const list: [unknown, unknown, number, number][] = [];
  for (let user = 0; user < byUser.rows; user++) {
    for (let entry = byUser.offsets[user]; entry < byUser.offsets[user + 1]; entry++) {
      list.push([users.id(user), items.id(byUser.indices[entry]), byUser.values[entry], byUser.times![entry]]);
    }
  }
  return list;
}

test("a filter on users drops the others and keeps all items", () => {
  const kept = filterRatings(small(), { minUserRatings: 2 });
  assert.deepEqual([...kept.users.values], [10, 20]);
  assert.deepEqual([...kept.items.values], [1, 2, 3, 4]);
  assert.deepEqual([...kept.counts], [2, 2, 1, 0]);
  assert.deepEqual(triples(kept).length, 5);
  assert.equal(kept.report.filtered, 1);
});

test("users and items are counted before anything is filtered", () => {
  // User 20 has two ratings in all but only one of item 1: they stay.
  const kept = filterRatings(small(), { minUserRatings: 2, minItemRatings: 3 });
  assert.deepEqual(triples(kept), [
    [10, 1, 1, 11],
    [20, 1, 4, 21],
  ]);
});

test("a filter on items drops items that fail it, with their catalog", () => {
  const kept = filterRatings(small(), { topItems: 3, minItemRatings: 1 });
  assert.deepEqual(kept.catalog.titles, ["A", "B", "C"]);
  assert.deepEqual([...kept.catalog.genres.offsets], [0, 1, 1, 3]);
  assert.deepEqual([...kept.catalog.genres.indices], [1, 0, 1]);
});

test("of equally often rated items at the border the first stays", () => {
  const tied = datasetFrom({
    name: "tied",
    users: idsFrom(Float64Array.of(1)),
    items: idsFrom(["a", "b", "c"]),
    catalog: emptyCatalog(3),
    scale: { min: 1, max: 5, step: 1 },
    ratings: { userOf: Int32Array.of(0, 0, 0), itemOf: Int32Array.of(2, 1, 0), values: Float32Array.of(1, 2, 3) },
  });
  assert.deepEqual(filterRatings(tied, { topItems: 2 }).items.values, ["a", "b"]);
});

test("nothing left says which filter and how much there was", () => {
  assert.throws(() => filterRatings(small(), { minUserRatings: 9 }), {
    code: "DATA_FILTERED",
    message: "minUserRatings 9 leaves no rating of small: the most active user has 3 ratings, the most rated item 3",
  });
});

test("impossible filters are refused", () => {
  const wrong: Filter[] = [
    { minUserRatings: -1 },
    { topItems: 0 },
    { minItemRatings: 1.5 },
    { sample: 0 },
    { sample: 1.1 },
  ];
  for (const filter of wrong) assert.throws(() => filterRatings(small(), filter), { code: "USAGE" });
});

test("every filter keeps exactly the ratings that a plain reading of its rules keeps", () => {
  const pair = fc.tuple(fc.nat(5), fc.nat(6));
  const filters = fc.record(
    { minUserRatings: fc.nat(4), minItemRatings: fc.nat(4), topItems: fc.integer({ min: 1, max: 7 }) },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.uniqueArray(pair, { minLength: 1, maxLength: 30, selector: String }), filters, (pairs, filter) => {
      const whole = datasetFrom({
        name: "any",
        users: idsFrom(Float64Array.of(0, 1, 2, 3, 4, 5)),
        items: idsFrom(Float64Array.of(0, 1, 2, 3, 4, 5, 6)),
        catalog: emptyCatalog(7),
        scale: { min: 1, max: 5, step: 1 },
        ratings: {
          userOf: Int32Array.from(pairs, ([user]) => user),
          itemOf: Int32Array.from(pairs, ([, item]) => item),
          values: Float32Array.from(pairs, () => 3),
          times: Float64Array.from(pairs, (_, n) => n),
        },
      });
      const userCount = (user: number) => pairs.filter(([u]) => u === user).length;
      const itemCount = (item: number) => pairs.filter(([, i]) => i === item).length;
      const better = (item: number) =>
        [0, 1, 2, 3, 4, 5, 6].filter(
          (i) => itemCount(i) > itemCount(item) || (itemCount(i) === itemCount(item) && i < item),
        );
      const wanted = pairs
        .filter(([user]) => userCount(user) >= (filter.minUserRatings ?? 0))
        .filter(([, item]) => itemCount(item) >= (filter.minItemRatings ?? 0))
        .filter(([, item]) => better(item).length < (filter.topItems ?? 7))
        .sort(([a, b], [c, d]) => a - c || b - d);
      if (wanted.length === 0) assert.throws(() => filterRatings(whole, filter), { code: "DATA_FILTERED" });
      else {
        const found = triples(filterRatings(whole, filter)).map(([user, item]) => [user, item]);
        assert.deepEqual(found, wanted);
      }
    }),
  );
});

test("a sample has the stated size, is the same for the same seed and another for another", () => {
  const size = 200;
  const whole = datasetFrom({
    name: "row",
    users: idsFrom(Float64Array.of(1)),
    items: idsFrom(Float64Array.from({ length: size }, (_, n) => n)),
    catalog: emptyCatalog(size),
    scale: { min: 1, max: 5, step: 1 },
    ratings: {
      userOf: new Int32Array(size),
      itemOf: Int32Array.from({ length: size }, (_, n) => n),
      values: new Float32Array(size).fill(3),
    },
  });
  const chosen = (seed: number) => [...filterRatings(whole, { sample: 0.25, seed }).byUser.indices];
  assert.equal(chosen(1).length, 50);
  assert.deepEqual(chosen(1), chosen(1));
  assert.notDeepEqual(chosen(1), chosen(2));
  assert.equal(filterRatings(whole, { sample: 0.25, seed: 1 }).items.size, size);
});
