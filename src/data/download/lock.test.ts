import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { readdir, utimes, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { describe, it } from "node:test";
import { temporaryFolder } from "../../../test/helpers/command.ts";
import { acquireLock } from "./lock.ts";

const worker = resolve(import.meta.dirname, "../../../test/helpers/lock-process.ts");
const never = async () => false;

describe("a lock", () => {
  it("that a process left behind lets one in at a time", async () => {
    const folder = temporaryFolder();
    const processes = Array.from({ length: 4 }, () => fork(worker));
    const heard = (child: ChildProcess) => once(child, "message").then(([said]) => said as unknown);
    try {
      await Promise.all(processes.map(heard));
      for (let round = 0; round < 8; round++) {
        const lock = join(folder, `${round}.lock`);
        for (const left of [lock, `${lock}.left`]) {
          await writeFile(left, "");
          await utimes(left, new Date(0), new Date(0));
        }
        const alone = processes.map(heard);
        for (const child of processes) child.send(lock);
        assert.deepEqual(await Promise.all(alone), [true, true, true, true], `round ${round}`);
      }
    } finally {
      for (const child of processes) child.kill();
    }
    assert.deepEqual(await readdir(folder), []);
  });

  it("is waited for, until what it is for is done or the wait is cancelled", async () => {
    const folder = temporaryFolder();
    const lock = join(folder, "a.lock");
    const release = await acquireLock(lock, undefined, never);
    let looks = 0;
    assert.equal(await acquireLock(lock, undefined, async () => ++looks === 3), undefined);
    assert.equal(await acquireLock(join(folder, "free.lock"), undefined, async () => true), undefined);
    await assert.rejects(acquireLock(lock, AbortSignal.timeout(100), never), { code: "CANCELLED" });
    const other = await acquireLock(join(folder, "b.lock"), undefined, never);
    await other!();
    assert.equal((await readdir(folder)).length, 1);
    await release!();
    assert.deepEqual(await readdir(folder), []);
  });

  it("of a process that died is taken over, though the clock was set back since", async () => {
    const lock = join(temporaryFolder(), "a.lock");
    await writeFile(`${lock}.left`, "");
    const tomorrow = new Date(Date.now() + 24 * 3600 * 1000);
    await utimes(`${lock}.left`, tomorrow, tomorrow);
    const release = await acquireLock(lock, AbortSignal.timeout(60_000), never);
    await release!();
  });

  it("that cannot be written is an error", async () => {
    const lock = join(temporaryFolder(), "nowhere", "a.lock");
    await assert.rejects(acquireLock(lock, undefined, never), { code: "WRITE_FAILED" });
  });
});
