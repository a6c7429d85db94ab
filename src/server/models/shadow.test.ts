import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import type { HeldModel, Models } from "./models.ts";
import { shadowsOf } from "./shadow.ts";

describe("what is counted of a shadow", () => {
  let held = 0;
  const holdShadow = () => {
    held++;
    return { name: "next", [Symbol.dispose]: () => held-- } as unknown as HeldModel;
  };
  const listOf = (...ids: number[]) => ({ items: ids.map((id) => ({ id })) });

  function shadowing(isBusy = () => false) {
    const shadows = shadowsOf({ holdShadow } as Models, isBusy);
    return {
      shadows,
      async after(made: object, answer: (signal: AbortSignal) => Promise<unknown>) {
        let send = () => {};
        const afterwards = (work: () => void) => {
          send = work;
        };
        shadows.compare({ afterwards }, made, (_, signal) => answer(signal));
        send();
        await setTimeout(20);
      },
    };
  }

  it("is the share of the shown films that it lists too, whatever their order", async () => {
    const { shadows, after } = shadowing();
    assert.equal(shadows.counts(), undefined);
    await after(listOf(1, 2, 3, 4), async () => listOf(3, 9, 1, 8));
    await after(listOf(1, 2), async () => listOf(2, 1));
    await after({ status: "ok" }, async () => assert.fail("no list is compared"));
    const { seconds, ...counts } = shadows.counts()!;
    assert.deepEqual(counts, { model: "next", compared: 2, skipped: 0, failed: 0, overlap: 1.5 });
    assert.ok(seconds >= 0 && held === 0);
  });

  it("leaves out what it cannot answer, and what it is too busy for", async () => {
    let busy = false;
    const { shadows, after } = shadowing(() => busy);
    await after(listOf(1), async () => {
      throw new Error("it cannot");
    });
    busy = true;
    await after(listOf(1), async () => assert.fail("others wait"));
    const { compared, failed, skipped } = shadows.counts()!;
    assert.deepEqual([compared, failed, skipped, held], [0, 1, 1, 0]);
  });

  it("does one thing at a time, and gives way to the next request", async () => {
    const { shadows, after } = shadowing();
    const late = (signal: AbortSignal) => setTimeout(5000, undefined, { signal }).then(() => listOf(1));
    await after(listOf(1), late);
    await after(listOf(1), async () => assert.fail("another is running"));
    assert.equal(shadows.counts()!.skipped, 1);
    shadows.giveWay();
    await setTimeout(20);
    const { compared, skipped, failed } = shadows.counts()!;
    assert.deepEqual([compared, skipped, failed, held], [0, 2, 0, 0]);
  });
});
