/** Does what may be done by one process at a time, under each lock that its parent names, and tells whether it was alone. */
import { open, rm } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { acquireLock } from "../../src/data/download/lock.ts";

process.on("message", async (lock: string) => {
  const release = await acquireLock(lock, undefined, async () => false);
  const mark = await open(`${lock}-taken`, "wx").catch(() => undefined);
  await setTimeout(20);
  await mark?.close();
  if (mark) await rm(`${lock}-taken`);
  await release?.();
  process.send!(mark !== undefined);
});
process.send!("ready");
