/** What a store keeps, on both databases. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { sql } from "kysely";
import { listOf, storeKinds, storePlaces } from "../../test/helpers/stores.ts";
import type { Backend } from "./backend.ts";
import { migrate, migrationNames } from "./migrations.ts";
import { openStore } from "./open-store.ts";
import { postgresBackend } from "./postgresql.ts";
import { sqliteBackend } from "./sqlite.ts";
import type { StoredEvent, StoredItem, StoredRating } from "./store.ts";

const time = 1_700_000_000.25;
const rating = (item: string, value = 4, at = time): StoredRating => ({ item, rating: value, time: at });
const event = (type: string, user: string, item: string, more: Partial<StoredEvent> = {}): StoredEvent => {
  return { type, user, item, value: 1, time, ...more };
};
const film = (id: string, title = `Film ${id}`): StoredItem => {
  return { id, title, year: 1999, genres: ["Drama", "War"], tags: [], attributes: { price: 1.5, in: ["de"] } };
};
const nothing = { ratings: [], marks: [], events: [] };

for (const { kind, needs } of storeKinds) {
  describe(`a store in ${kind}`, needs, () => {
    const { place, open } = storePlaces(kind);
    const backendOf = (where: string): Backend => (kind === "sqlite" ? sqliteBackend(where) : postgresBackend(where));

    it("keeps ratings, and has them when it is opened again", async () => {
      const where = await place();
      {
        await using store = await openStore(where);
        assert.equal(store.kind, kind);
        await store.check();
        await store.write((writer) => writer.setRatings("ann", [rating("2", 3.3), rating("1"), rating("1", 5)]));
        await store.write((writer) => writer.setRatings("ann", [rating("2", 0.1, -1)]));
      }
      await using store = await openStore(where);
      assert.deepEqual((await store.readUser("ann")).ratings, [rating("1", 5), rating("2", 0.1, -1)]);
      assert.equal(await store.write((writer) => writer.deleteRating("ann", "1")), true);
      assert.equal(await store.write((writer) => writer.deleteRating("ann", "1")), false);
      assert.deepEqual((await store.readUser("ann")).ratings, [rating("2", 0.1, -1)]);
      assert.deepEqual(await store.readUser("bob"), nothing);
    });

    it("keeps marks beside ratings", async () => {
      await using store = await open();
      await store.write(async (writer) => {
        await writer.setRatings("ann", [rating("1")]);
        await writer.setMark("ann", { item: "1", kind: "watchlist", time: 1 });
        await writer.setMark("ann", { item: "1", kind: "not-interested", time: 2 });
        await writer.setMark("ann", { item: "1", kind: "watchlist", time: 3 });
      });
      assert.deepEqual((await store.readUser("ann")).marks, [
        { item: "1", kind: "not-interested", time: 2 },
        { item: "1", kind: "watchlist", time: 3 },
      ]);
      assert.equal(await store.write((writer) => writer.deleteMark("ann", "1", "watchlist")), true);
      assert.equal(await store.write((writer) => writer.deleteMark("ann", "1", "watchlist")), false);
      assert.deepEqual(await store.readUser("ann"), {
        ...nothing,
        ratings: [rating("1")],
        marks: [{ item: "1", kind: "not-interested", time: 2 }],
      });
    });

    it("keeps events in the order of arrival, and counts them", async () => {
      await using store = await open();
      const list = { recommendation: "r1", model: "als", scenario: "home", group: "a", position: 2 };
      const events = [
        event("impression", "ann", "2", list),
        event("view", "ann", "1", { value: 0.5, time: 5 }),
        event("click", "ann", "2", list),
        event("impression", "bob", "1", { ...list, group: "b" }),
        event("impression", "bob", "1", { ...list, group: "b" }),
        event("click", "bob", "1"),
      ];
      const before = Date.now() / 1000;
      await store.write((writer) => writer.addEvents(events));
      assert.deepEqual((await store.readUser("ann")).events, events.slice(0, 3));
      assert.deepEqual((await store.readUser("ann", { events: false })).events, []);
      assert.deepEqual(await listOf(store.allEvents()), events);
      assert.equal(await store.eventsSince(before), 6);
      assert.equal(await store.eventsSince(before + 60), 0);
      const { recommendation: _, ...place } = list;
      assert.deepEqual(await store.clickCounts(before), [
        { ...place, impressions: 1, clicks: 1 },
        { ...place, group: "b", impressions: 2, clicks: 0 },
      ]);
      assert.deepEqual(await store.userClicks(before), [
        { group: "a", user: "ann", impressions: 1, clicks: 1 },
        { group: "b", user: "bob", impressions: 2, clicks: 0 },
      ]);
      assert.deepEqual(await store.clickCounts(before + 60), []);
      assert.deepEqual(await store.userClicks(before + 60), []);
      assert.deepEqual(await store.counts(), { users: 2, ratings: 0, events: 6, items: 0 });
    });

    it("keeps items, and lists them in pages", async () => {
      await using store = await open();
      await store.write((writer) => writer.putItems([film("3"), film("1"), film("2"), film("1", "Heat")]));
      assert.deepEqual(await store.readItem("1"), film("1", "Heat"));
      assert.equal(await store.readItem("4"), undefined);
      const first = await store.listItems({ limit: 2 });
      assert.deepEqual(first, { rows: [film("1", "Heat"), film("2")], next: "2" });
      assert.deepEqual(await store.listItems({ after: "2", limit: 2 }), { rows: [film("3")] });
      assert.deepEqual(await store.listItems({ after: "1", limit: 2 }), { rows: [film("2"), film("3")] });
      await store.write((writer) => writer.setRatings("ann", [rating("1")]));
      assert.equal(await store.write((writer) => writer.deleteItem("1")), true);
      assert.equal(await store.write((writer) => writer.deleteItem("1")), false);
      assert.deepEqual((await store.readUser("ann")).ratings, [rating("1")]);
      assert.deepEqual(await store.counts(), { users: 1, ratings: 1, events: 0, items: 2 });
    });

    it("keeps settings", async () => {
      await using store = await open();
      assert.equal(await store.readSetting("model"), undefined);
      await store.write((writer) => writer.setSetting("model", { name: "als", at: [1, null] }));
      await store.write((writer) => writer.setSetting("model", { name: "ease", at: [1, null] }));
      assert.deepEqual(await store.readSetting("model"), { name: "ease", at: [1, null] });
      await store.write((writer) => writer.setSetting("model", undefined));
      assert.equal(await store.readSetting("model"), undefined);
    });

    it("orders ids by their bytes in UTF-8", async () => {
      await using store = await open();
      const ids = ["b", "a", "B", "Z", "ä", "a b", "10", "9", "～", "😀", "_", "a'; drop table ratings; --", '"%_\\'];
      const bytewise = ids.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      assert.notDeepEqual(
        bytewise,
        ids.toSorted((a, b) => a.localeCompare(b, "en")),
      );
      await store.write(async (writer) => {
        for (const id of ids)
          await writer.setRatings(
            id,
            ids.map((item) => rating(item)),
          );
        await writer.putItems(ids.map((id) => film(id, id)));
      });
      const listed = (await store.listItems({ limit: 100 })).rows;
      assert.deepEqual(
        listed.map(({ id }) => id),
        bytewise,
      );
      assert.deepEqual(
        listed.map(({ title }) => title),
        bytewise,
      );
      const all = await listOf(store.allRatings());
      assert.deepEqual(
        all.map(({ user, item }) => [user, item]),
        bytewise.flatMap((user) => bytewise.map((item) => [user, item])),
      );
      for (const id of ids) assert.equal((await store.readUser(id)).ratings.length, ids.length);
    });

    it("merges two users: the later rating stays, the own one where they are of one time", async () => {
      await using store = await open();
      await store.write(async (writer) => {
        await writer.setRatings("visitor", [
          rating("1", 1, 10),
          rating("2", 1, 10),
          rating("3", 1, 10),
          rating("4", 1),
        ]);
        await writer.setRatings("ann", [rating("1", 5, 9), rating("2", 5, 10), rating("3", 5, 11)]);
        await writer.setMark("visitor", { item: "1", kind: "watchlist", time: 4 });
        await writer.setMark("ann", { item: "1", kind: "watchlist", time: 5 });
        await writer.setMark("visitor", { item: "2", kind: "watchlist", time: 4 });
        await writer.addEvents([
          event("view", "visitor", "1"),
          event("view", "ann", "2"),
          event("view", "visitor", "3"),
        ]);
      });
      const given = await store.write((writer) => writer.mergeUsers("visitor", "ann"));
      assert.deepEqual(given, { ratings: 2, marks: 1, events: 2 });
      assert.deepEqual(await store.readUser("visitor"), nothing);
      assert.equal(await store.hasUser("visitor"), false);
      assert.deepEqual(await store.readUser("ann"), {
        ratings: [rating("1", 1, 10), rating("2", 5, 10), rating("3", 5, 11), rating("4", 1)],
        marks: [
          { item: "1", kind: "watchlist", time: 5 },
          { item: "2", kind: "watchlist", time: 4 },
        ],
        events: [event("view", "ann", "1"), event("view", "ann", "2"), event("view", "ann", "3")],
      });
      await assert.rejects(
        store.write((writer) => writer.mergeUsers("ann", "ann")),
        { code: "REQUEST_INVALID" },
      );
    });

    it("erases, reads and merges a user in every table with users", async () => {
      const where = await place();
      await using store = await openStore(where);
      const fill = () =>
        store.write(async (writer) => {
          await writer.setRatings("ann", [rating("1"), rating("2")]);
          await writer.setMark("ann", { item: "1", kind: "watchlist", time });
          await writer.addEvents([event("view", "ann", "1")]);
          await writer.setRatings("bob", [rating("1")]);
        });
      await fill();
      const backend = backendOf(where);
      try {
        const tables = (await backend.reads.introspection.getTables()).filter(({ columns }) =>
          columns.some(({ name }) => name.includes("user")),
        );
        const rowsOf = async (user: string) => {
          const rows = tables.map(({ name }) =>
            backend.reads
              .selectFrom(name as "ratings")
              .selectAll()
              .where("user_id", "=", user)
              .execute(),
          );
          return (await Promise.all(rows)).map((list) => list.length);
        };
        assert.ok(tables.length >= 3);
        // A table that is new here: fill it above, and have StoreWriter and readUser know it.
        assert.ok((await rowsOf("ann")).every((count) => count > 0));
        const { ratings, marks, events } = await store.readUser("ann");
        assert.equal(
          ratings.length + marks.length + events.length,
          (await rowsOf("ann")).reduce((a, b) => a + b),
        );
        assert.equal(await store.hasUser("ann"), true);
        assert.deepEqual(await store.write((writer) => writer.eraseUser("ann")), { ratings: 2, marks: 1, events: 1 });
        assert.ok((await rowsOf("ann")).every((count) => count === 0));
        assert.deepEqual(await store.readUser("ann"), nothing);
        assert.equal(await store.hasUser("ann"), false);
        assert.equal(await store.hasUser("bob"), true);
        await fill();
        await store.write((writer) => writer.mergeUsers("ann", "cid"));
        assert.ok((await rowsOf("ann")).every((count) => count === 0));
        assert.ok((await rowsOf("cid")).every((count) => count > 0));
      } finally {
        await backend.close();
      }
    });

    it("reads everything as it was when reading began", async () => {
      await using store = await open();
      const items = Array.from({ length: 9001 }, (_, n) => String(n));
      await store.write(async (writer) => {
        await writer.setRatings(
          "ann",
          items.map((item) => rating(item)),
        );
        await writer.addEvents(items.map((item) => event("view", "ann", item)));
      });
      const ratings = store.allRatings()[Symbol.asyncIterator]();
      const events = store.allEvents()[Symbol.asyncIterator]();
      await Promise.all([ratings.next(), events.next()]);
      await store.write(async (writer) => {
        await writer.setRatings("zoe", [rating("1")]);
        await writer.addEvents([event("view", "zoe", "1")]);
        await writer.eraseUser("ann");
      });
      const rest = async (iterator: AsyncIterator<unknown>) => {
        let count = 0;
        while (!(await iterator.next()).done) count++;
        return count;
      };
      assert.equal(await rest(ratings), 9000);
      assert.equal(await rest(events), 9000);
      assert.equal((await listOf(store.allRatings())).length, 1);
      assert.equal((await listOf(store.allEvents())).length, 1);
    });

    it("closes though somebody has begun to read it, and not gone on", async () => {
      const store = await open();
      await store.write((writer) => writer.setRatings("ann", [rating("1"), rating("2")]));
      const ratings = store.allRatings()[Symbol.asyncIterator]();
      await ratings.next();
      await store[Symbol.asyncDispose]();
      assert.equal((await ratings.next()).done, true);
    });

    it("refuses what a database would change or refuse, and names it", async () => {
      await using store = await open();
      const refused = async (place: RegExp, work: Parameters<typeof store.write>[0]) =>
        assert.rejects(store.write(work), { code: "REQUEST_INVALID", message: place });
      await refused(/user of ratings.*NUL/, (writer) => writer.setRatings("a\0b", []));
      await refused(/user of ratings is empty/, (writer) => writer.setRatings("", []));
      await refused(/item of a rating has 501 characters/, (writer) =>
        writer.setRatings("a", [rating("x".repeat(501))]),
      );
      await refused(/item of a rating.*half a character/, (writer) => writer.setRatings("a", [rating("\ud800")]));
      await refused(/rating of item "1" is NaN/, (writer) => writer.setRatings("a", [rating("1", Number.NaN)]));
      await refused(/time of .* is Infinity/, (writer) => writer.setRatings("a", [rating("1", 1, Infinity)]));
      await refused(/value of an event/, (writer) => writer.addEvents([event("view", "a", "b", { value: -Infinity })]));
      await refused(/position/, (writer) => writer.addEvents([event("view", "a", "b", { position: 1.5 })]));
      await refused(/title of item "1".*NUL/, (writer) => writer.putItems([film("1", "\0")]));
      await refused(/attributes of item "1"/, (writer) => writer.putItems([{ ...film("1"), attributes: { a: NaN } }]));
      await refused(/kind of a mark/, (writer) => writer.setMark("a", { item: "1", kind: "seen" as never, time }));
      await assert.rejects(store.readUser("\0"), { code: "REQUEST_INVALID" });
      await store.write((writer) => writer.setRatings("x".repeat(500), [rating("😀".repeat(250))]));
      assert.deepEqual(await store.counts(), { users: 1, ratings: 1, events: 0, items: 0 });
    });

    it("is opened by two at once, and brought on from its first version", async () => {
      const where = await place();
      const stores = await Promise.all([openStore(where), openStore(where), openStore(where)]);
      for (const store of stores) await store[Symbol.asyncDispose]();
      const old = await place();
      const backend = backendOf(old);
      await migrate(backend, migrationNames[0]);
      const row = { user_id: "ann", item_id: "1", rating: 4, time };
      await backend.writes.insertInto("ratings").values(row).execute();
      await backend.close();
      await using store = await openStore(old);
      assert.deepEqual((await store.readUser("ann")).ratings, [rating("1")]);
      assert.equal(await store.write(async () => 1, { key: "k", request: "r" }), 1);
    });

    it("is refused where a later version made it", async () => {
      const where = await place();
      const backend = backendOf(where);
      await migrate(backend);
      const table = kind === "sqlite" ? sql.table("matinee_migration") : sql.table("matinee.matinee_migration");
      await sql`insert into ${table} values ('9999-later', '2999-01-01T00:00:00.000Z')`.execute(backend.writes);
      await backend.close();
      await assert.rejects(openStore(where), { code: "STORE_FAILED", message: /later version of Matinee.*9999-later/ });
    });
  });
}
