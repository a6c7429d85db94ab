/** Data sets into a store and out of it, on both databases. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { dataFolder, needsData } from "../../test/helpers/data.ts";
import { storeKinds, storePlaces } from "../../test/helpers/stores.ts";
import { type Dataset, fingerprint } from "../data/dataset.ts";
import { readRatings } from "../data/read.ts";
import { syntheticRatings } from "../data/synthetic/synthetic-ratings.ts";
import { amountsOf } from "./amounts.ts";
import { datasetOf } from "./dataset.ts";
import { importRatings } from "./import.ts";
import type { StoredEvent } from "./store.ts";

const now = 1_700_000_000;
const day = 86_400;

/** The numbers of a data set by ids. */
function entriesOf({ users, items, byUser }: Dataset) {
  return Array.from({ length: users.size }, (_, user) => user).flatMap((user) =>
    Array.from(byUser.indices.subarray(byUser.offsets[user], byUser.offsets[user + 1]), (item, n) => {
      const entry = byUser.offsets[user] + n;
      return [users.id(user), items.id(item), byUser.values[entry], byUser.times?.[entry]];
    }),
  );
}

describe("amounts of events", () => {
  const event = (type: string, item: string, value = 1, age = 0): StoredEvent => {
    return { type, user: "ann", item, value, time: now - age * day };
  };
  const weights = { view: 1, purchase: 5, refund: -5 };

  it("are sums of weight · value, halved with age", () => {
    const events = [
      event("view", "a"),
      event("view", "a", 3, 10),
      event("purchase", "b", 1, 20),
      event("view", "c", 1, -5),
    ];
    assert.deepEqual(
      [...amountsOf(events, { weights, halfLifeDays: 10, now })],
      [
        ["a", { amount: 1 + 3 / 2, time: now }],
        ["b", { amount: 5 / 4, time: now - 20 * day }],
        ["c", { amount: 1, time: now + 5 * day }],
      ],
    );
    assert.deepEqual(amountsOf(events, { weights, now }).get("a"), { amount: 4, time: now });
  });

  it("leave out types without a weight, and what is not above 0", () => {
    const events = [
      event("toString", "a"),
      event("hover", "a"),
      event("purchase", "b"),
      event("refund", "b"),
      event("view", "c", 0),
    ];
    assert.deepEqual([...amountsOf(events, { weights, now })], []);
    assert.equal(amountsOf([event("view", "a", 1e300)], { weights, now }).get("a")?.amount, Math.fround(3.4e38));
  });

  it("need weights and a half-life that are numbers", () => {
    assert.throws(() => amountsOf([], { weights: { view: Number.NaN } }), { code: "USAGE", message: /view/ });
    assert.throws(() => amountsOf([], { weights, halfLifeDays: 0 }), { code: "USAGE", message: /halfLifeDays/ });
    assert.throws(() => amountsOf([], {} as never), { code: "USAGE", message: /weights/ });
  });
});

for (const { kind, needs } of storeKinds) {
  describe(`a data set of a store in ${kind}`, needs, () => {
    const { open } = storePlaces(kind);

    it("is the one that was imported, however often", needsData("ml-latest-small"), async () => {
      const data = await readRatings(dataFolder("ml-latest-small"));
      await using store = await open();
      const shares: number[] = [];
      const imported = { users: 610, ratings: 100_836, items: 9742 };
      assert.deepEqual(await importRatings(store, data, { onProgress: (share) => shares.push(share) }), imported);
      assert.ok(shares.length > 1 && shares.at(-1) === 1);
      if (kind === "sqlite") assert.deepEqual(await importRatings(store, data), imported);
      const { events: _, ...counts } = await store.counts();
      assert.deepEqual(counts, imported);
      const same = await datasetOf(store, { name: data.name });
      assert.equal(await fingerprint(same), await fingerprint(data));
      assert.deepEqual(same.catalog.titles, data.catalog.titles);
      assert.deepEqual(same.catalog.tmdb, data.catalog.tmdb);
      assert.deepEqual([same.scale, same.feedback, same.name], [data.scale, "ratings", data.name]);
    });

    it("has texts for ids where one is no number, and the items that only the catalog has", async () => {
      await using store = await open();
      await assert.rejects(datasetOf(store), { code: "DATA_EMPTY" });
      await store.write(async (writer) => {
        await writer.setRatings("10", [{ item: "7", rating: 3.5, time: 0.5 }]);
        await writer.setRatings("9", [{ item: "12", rating: 1, time: 2 }]);
        const known = { year: 1995, genres: ["Crime"], tags: ["loud"], attributes: {} };
        await writer.putItems([
          { id: "100", title: "Heat", ...known },
          { id: "7", title: "Gone", ...known },
        ]);
        await writer.deleteItem("7");
      });
      const numbers = await datasetOf(store);
      assert.deepEqual(entriesOf(numbers), [
        [9, 12, 1, 2],
        [10, 7, 3.5, 0.5],
      ]);
      assert.deepEqual([...numbers.items.values], [7, 12, 100]);
      assert.deepEqual(numbers.catalog.titles, ["", "", "Heat"]);
      assert.deepEqual([...numbers.catalog.years], [0, 0, 1995]);
      await store.write((writer) => writer.setRatings("ann", [{ item: "007", rating: 2, time: 3 }]));
      const texts = await datasetOf(store);
      assert.deepEqual(texts.users.values, ["10", "9", "ann"]);
      assert.deepEqual(texts.items.values, ["007", "100", "12", "7"]);
    });

    it("has events added up as profiles have them", async () => {
      await using store = await open();
      const users = Array.from({ length: 30 }, (_, n) => `user${n}`);
      const types = ["view", "purchase", "hover"];
      const events = Array.from({ length: 5000 }, (_, n): StoredEvent => {
        const [user, item] = [users[(n * n) % 30], `item${(n * 7) % 11}`];
        return { type: types[n % 3], user, item, value: 1 + (n % 10) / 10, time: now - ((n * 37) % 100) * day };
      });
      await store.write((writer) => writer.addEvents(events));
      const weighting = { weights: { view: 0.3, purchase: 5 }, halfLifeDays: 30, now };
      const dataset = await datasetOf(store, { learnFrom: "events", ...weighting });
      const expected = [];
      for (const user of users.toSorted()) {
        const amounts = amountsOf((await store.readUser(user)).events, weighting);
        const items = [...amounts.keys()].sort();
        for (const item of items) expected.push([user, item, amounts.get(item)?.amount, amounts.get(item)?.time]);
      }
      assert.ok(expected.length > 50);
      assert.deepEqual(entriesOf(dataset), expected);
      assert.equal(dataset.feedback, "events");
      assert.equal(dataset.report.leftOut, events.filter(({ type }) => type === "hover").length);
      const again = await datasetOf(store, { learnFrom: "events", ...weighting });
      assert.equal(await fingerprint(again), await fingerprint(dataset));
      await assert.rejects(datasetOf(store, { learnFrom: "events" }), { code: "USAGE", message: /weights/ });
      await assert.rejects(datasetOf(store, { learnFrom: "events", weights: {} }), { code: "DATA_EMPTY" });
      await assert.rejects(importRatings(store, dataset), { code: "USAGE", message: /events/ });
    });

    it("stops at once when it is cancelled", async () => {
      await using store = await open();
      const data = await syntheticRatings({ users: 40, items: 200, ratings: 1000 });
      await assert.rejects(importRatings(store, data, { signal: AbortSignal.abort() }), { code: "CANCELLED" });
      assert.equal((await store.counts()).ratings, 0);
    });
  });
}
