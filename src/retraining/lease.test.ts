/** Who retrains, on both databases. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { storeKinds, storePlaces } from "../../test/helpers/stores.ts";
import { MatineeError } from "../errors.ts";
import { readModelSetting } from "../store/model-setting.ts";
import { openStore } from "../store/open-store.ts";
import { readRetraining, takeLease } from "./lease.ts";

const busy =
  (message = /./) =>
  (error: unknown) => {
    assert.ok(error instanceof MatineeError && error.code === "RETRAINING_BUSY", String(error));
    return message.test(error.message);
  };
const kept = { outcome: "kept", message: "so" } as const;

for (const { kind, needs } of storeKinds) {
  describe(`the lease of retraining in ${kind}`, needs, () => {
    const { place, open } = storePlaces(kind);

    it("is had by one at a time, and refused to others by name", async () => {
      await using store = await open();
      const lease = await takeLease(store);
      await assert.rejects(takeLease(store), busy(new RegExp(`^process ${process.pid} on .+ since 20`)));
      await lease.release(kept);
      await (await takeLease(store)).release(kept);
    });

    it("goes to one of many that ask at the same time", async () => {
      const where = await place();
      const stores = await Promise.all(Array.from({ length: 4 }, () => openStore(where)));
      const taken = await Promise.allSettled(stores.map((store) => takeLease(store)));
      assert.equal(taken.filter(({ status }) => status === "fulfilled").length, 1);
      for (const one of taken) {
        if (one.status === "fulfilled") await one.value.release(kept);
        else busy()(one.reason);
      }
      for (const store of stores) await store[Symbol.asyncDispose]();
    });

    /** A lease whose holder is as given. */
    async function heldBy(change: Record<string, unknown>) {
      const store = await open();
      const lease = await takeLease(store);
      const now = await readRetraining(store);
      const holder = { ...now.holder!, ...change };
      await store.write((writer) => writer.setSetting("retraining", { ...now, holder }));
      return { store, lease, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() };
    }

    it("of a process that is gone goes to the next that asks, at once on its machine", async () => {
      // No process has this id: it is above what Linux gives.
      await using here = await heldBy({ pid: 2 ** 22 + 1 });
      await (await takeLease(here.store)).release(kept);
      await using elsewhere = await heldBy({ pid: 2 ** 22 + 1, machine: "another" });
      await assert.rejects(takeLease(elsewhere.store), busy());
    });

    it("runs out, and whoever had it changes nothing after another has taken it", async () => {
      await using at = await heldBy({ until: Date.now() / 1000 - 1 });
      const second = await takeLease(at.store);
      const late = at.lease.release(kept, (writer) => writer.setSetting("models", { active: "late" }));
      await assert.rejects(late, busy());
      assert.deepEqual(await readModelSetting(at.store), {});
      await second.release(kept, (writer) => writer.setSetting("models", { active: "second" }));
      assert.deepEqual(await readModelSetting(at.store), { active: "second" });
    });

    it("is renewed while it is held, and tells its holder once it is lost", async (t) => {
      t.mock.timers.enable({ apis: ["setInterval", "Date"], now: Date.now() });
      await using store = await open();
      const lease = await takeLease(store);
      const untilOf = async () => (await readRetraining(store)).holder!.until;
      const before = await untilOf();
      t.mock.timers.tick(15_000);
      await until(async () => (await untilOf()) > before);
      const now = await readRetraining(store);
      await store.write((writer) => writer.setSetting("retraining", { ...now, holder: { ...now.holder!, until: 0 } }));
      const second = await takeLease(store);
      t.mock.timers.tick(15_000);
      await until(() => lease.lost.aborted);
      busy()(lease.lost.reason);
      await second.release(kept);
    });
  });
}

/** Waits until something is so. */
async function until(look: () => boolean | Promise<boolean>): Promise<void> {
  for (let n = 0; n < 6000; n++) {
    if (await look()) return;
    await new Promise((resume) => setTimeout(resume, 5));
  }
  assert.fail("it never was so");
}
