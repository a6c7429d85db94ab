/** Writes that share a commit, fail alone, or are carried out once, on both databases. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { storeKinds, storePlaces } from "../../test/helpers/stores.ts";
import { openStore } from "./open-store.ts";
import { openStoreWith } from "./opening.ts";
import type { StoreWriter } from "./store.ts";
import { StoreFailure } from "./store-failure.ts";

const rate =
  (user: string, item = "1") =>
  (writer: StoreWriter) =>
    writer.setRatings(user, [{ item, rating: 4, time: 1 }]);

for (const { kind, needs } of storeKinds) {
  describe(`writes to ${kind}`, needs, () => {
    const { place, open } = storePlaces(kind);

    it("share commits", async () => {
      const commits: number[] = [];
      await using store = await open({ onCommit: (writes) => commits.push(writes) });
      await Promise.all(Array.from({ length: 100 }, (_, n) => store.write(rate(`user${n}`))));
      assert.equal(
        commits.reduce((sum, writes) => sum + writes, 0),
        100,
      );
      assert.ok(commits.length <= 3, `${commits.length} commits`);
      assert.equal((await store.counts()).ratings, 100);
    });

    it("fail alone, with all that they changed", async () => {
      await using store = await open();
      const failing = async (writer: StoreWriter) => {
        await rate("bob")(writer);
        throw new Error("changed my mind");
      };
      const half = async (writer: StoreWriter) => {
        await rate("cid")(writer);
        await writer.setRatings("cid", [{ item: "2", rating: Number.NaN, time: 1 }]);
      };
      const careless = async (writer: StoreWriter) => void rate("eve")(writer);
      const works = [rate("ann"), failing, half, rate("dan"), careless];
      const results = await Promise.allSettled(works.map((work) => store.write(work)));
      assert.deepEqual(
        results.map(({ status }) => status),
        ["fulfilled", "rejected", "rejected", "fulfilled", "fulfilled"],
      );
      assert.match(String((results[1] as PromiseRejectedResult).reason), /changed my mind/);
      const known = await Promise.all(["ann", "bob", "cid", "dan", "eve"].map((user) => store.hasUser(user)));
      assert.deepEqual(known, [true, false, false, true, true]);
    });

    it("cannot go on once they have ended", async () => {
      await using store = await open();
      let kept: StoreWriter | undefined;
      await store.write(async (writer) => {
        kept = writer;
      });
      await assert.rejects(rate("ann")(kept as StoreWriter), { code: "USAGE" });
    });

    it("are carried out once, in one process and in two", async () => {
      const where = await place();
      await using one = await openStore(where);
      await using other = await openStore(where);
      let carriedOut = 0;
      const buy = async (writer: StoreWriter) => {
        carriedOut++;
        await writer.addEvents([{ type: "purchase", user: "ann", item: "1", value: 1, time: 1 }]);
        await new Promise((resolve) => setTimeout(resolve, 20));
        return { order: 7 };
      };
      const once = { key: "ann:k1", request: "h1" };
      const answers = await Promise.all([one, other, one, other].map((store) => store.write(buy, once)));
      assert.deepEqual(answers, Array(4).fill({ order: 7 }));
      assert.equal(carriedOut, 1);
      assert.equal((await one.counts()).events, 1);
      await assert.rejects(other.write(buy, { ...once, request: "h2" }), { code: "IDEMPOTENCY_CONFLICT" });
      assert.equal(await one.write(async () => {}, { key: "k2", request: "h" }), undefined);
      assert.equal(await one.write(async () => 5, { key: "k2", request: "h" }), undefined);
    });

    it("forget keys after 48 hours, and not before", async (t) => {
      t.mock.timers.enable({ apis: ["Date"], now: Date.now() });
      await using store = await open();
      const once = { key: "k", request: "h" };
      assert.equal(await store.write(async () => 1, once), 1);
      t.mock.timers.tick(47 * 3600 * 1000);
      assert.equal(await store.write(async () => 2, once), 1);
      t.mock.timers.tick(2 * 3600 * 1000);
      await store.write(async () => {});
      assert.equal(await store.write(async () => 3, once), 3);
    });

    it("may be sent again under a key whose first try failed", async () => {
      await using store = await open();
      const once = { key: "k", request: "h" };
      const failing = async () => {
        throw new Error("no");
      };
      await assert.rejects(store.write(failing, once), /no/);
      assert.equal(await store.write(async () => 2, once), 2);
    });

    it("say that they were carried out before, though their own first try was too, and lost", async () => {
      const where = await place();
      await using one = await openStore(where);
      await using other = await openStore(where);
      const replays: string[] = [];
      const once = (name: string) => ({ key: "k", request: "h", onReplay: () => void replays.push(name) });
      let tries = 0;
      let second: Promise<unknown> | undefined;
      const lost = async () => {
        if (++tries > 1) return 1;
        second = other.write(async () => 2, once("other"));
        await new Promise((resolve) => setTimeout(resolve, 50));
        throw new StoreFailure("here", {
          code: "STORE_UNAVAILABLE",
          what: "in the way",
          endsTransaction: true,
          retry: true,
        });
      };
      const first = await one.write(lost, once("one"));
      assert.equal(await second, first);
      assert.deepEqual(replays, [first === 1 ? "other" : "one"]);
    });

    it("are refused beyond a number that wait, and after the store is closed", async () => {
      const store = await openStoreWith(await place(), { mostWaiting: 3 }, {});
      const results = await Promise.allSettled(Array.from({ length: 5 }, (_, n) => store.write(rate(`user${n}`))));
      assert.deepEqual(
        results.map((result) => (result.status === "rejected" ? result.reason.code : "done")),
        ["done", "done", "done", "OVERLOADED", "OVERLOADED"],
      );
      const last = store.write(rate("last"));
      const closing = store[Symbol.asyncDispose]();
      await last;
      await closing;
      await store[Symbol.asyncDispose]();
      await assert.rejects(store.write(rate("late")), { code: "USAGE", message: /closed/ });
      await assert.rejects(store.readUser("last"), { code: "USAGE", message: /closed/ });
    });

    it("that are in each other's way in two processes all come through", async () => {
      const where = await place();
      await using one = await openStore(where);
      await using other = await openStore(where);
      const both = (users: readonly string[]) => async (writer: StoreWriter) => {
        for (const user of users) {
          await rate(user)(writer);
          await new Promise((resolve) => setTimeout(resolve, 30));
        }
      };
      await Promise.all([rate("ann"), rate("bob")].map((work) => one.write(work)));
      await Promise.all([one.write(both(["ann", "bob"])), other.write(both(["bob", "ann"]))]);
      assert.equal((await one.counts()).ratings, 2);
    });

    it("are tried again alone, so that no second try is in the way of any", async () => {
      const where = await place();
      await using closing = new AsyncDisposableStack();
      const stores = await Promise.all([0, 1, 2].map(async () => closing.use(await openStore(where))));
      const users = ["ann", "bob", "cid"];
      await Promise.all(users.map((user) => stores[0].write(rate(user))));
      const tries = await Promise.all(
        stores.map(async (store, at) => {
          const order = [...users.slice(at), ...users.slice(0, at)];
          const counts: number[] = [];
          for (let n = 0; n < 5; n++) {
            counts.push(0);
            await store.write(async (writer) => {
              counts[n]++;
              for (const user of order) {
                await rate(user)(writer);
                await new Promise((resolve) => setTimeout(resolve, 5));
              }
            });
          }
          return counts;
        }),
      );
      assert.ok(Math.max(...tries.flat()) <= 2, `tries: ${tries.join(" | ")}`);
    });
  });
}
