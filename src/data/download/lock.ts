/**
 * Locks between processes, in a folder that they share. Each process that wants a lock announces it by a claim, a file of a name of its own, and
 * has the lock if it then finds no other claim. Of two, the later one always sees the earlier; where both see each other, both withdraw and
 * wait for different times. A claim that is no longer refreshed, or whose process is gone, was left by a process that died. No name is used twice, so removing such a claim
 * cannot remove another's: with one file for all, whoever looked before it was replaced would remove the new one.
 */
import { randomInt, randomUUID } from "node:crypto";
import { readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { isAlive, machine } from "../../processes.ts";
import { writeError } from "../../replace-file.ts";
import { checkCancelled } from "../progress.ts";

/** Milliseconds without a refresh after which a claim was left by a process that died; in either direction, as clocks are set. */
const staleAfter = 30_000;

/**
 * Waits until no other process has the lock, and takes it.
 *
 * @param lock the path that its claims begin with, in a folder that is there
 * @param done whether what the lock is for has been done meanwhile
 * @returns the function that releases the lock; undefined where `done` becomes true
 * @throws WRITE_FAILED, CANCELLED
 */
export async function acquireLock(
  lock: string,
  signal: AbortSignal | undefined,
  done: () => Promise<boolean>,
): Promise<(() => Promise<void>) | undefined> {
  for (;;) {
    checkCancelled(signal, "downloading");
    let release: (() => Promise<void>) | undefined;
    try {
      release = await tryOnce(lock);
    } catch (error) {
      throw writeError(`${lock} cannot be written`, error);
    }
    // Asked last, because the one who had the lock may have released it just now.
    if (await done()) return void (await release?.());
    if (release) return release;
    await setTimeout(randomInt(50, 250));
  }
}

/**
 * Takes the lock, unless another process has it.
 *
 * @param lock the path that its claims begin with, in a folder that is there
 * @returns the function that releases the lock; undefined where another process has it
 * @throws WRITE_FAILED
 */
export async function tryLock(lock: string): Promise<(() => Promise<void>) | undefined> {
  // More than once, because of two that come at the same time both withdraw.
  for (let attempt = 0; attempt < 4; attempt++) {
    if (attempt > 0) await setTimeout(randomInt(50, 250));
    const release = await tryOnce(lock).catch((error: unknown) => {
      throw writeError(`${lock} cannot be written`, error);
    });
    if (release) return release;
  }
  return undefined;
}

async function tryOnce(lock: string): Promise<(() => Promise<void>) | undefined> {
  return (await otherClaims(lock)) ? undefined : await claimLock(lock);
}

/** @returns the function that releases the lock; undefined where somebody else claims it */
async function claimLock(lock: string): Promise<(() => Promise<void>) | undefined> {
  const claim = `${lock}.${randomUUID()}`;
  await writeFile(claim, JSON.stringify({ machine, pid: process.pid }), { flag: "wx" });
  const refresh = setInterval(() => void utimes(claim, new Date(), new Date()).catch(() => {}), staleAfter / 10);
  refresh.unref();
  const release = async () => {
    clearInterval(refresh);
    await rm(claim, { force: true });
  };
  if (!(await otherClaims(lock, claim))) return release;
  await release();
  return undefined;
}

/** Whether there is a claim but one's own. Those that were left are removed. */
async function otherClaims(lock: string, own?: string): Promise<boolean> {
  const folder = dirname(lock);
  let found = false;
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (path === own || (name !== basename(lock) && !name.startsWith(`${basename(lock)}.`))) continue;
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: undefined }));
    if (mtimeMs === undefined) continue; // released meanwhile
    if (Math.abs(Date.now() - mtimeMs) > staleAfter || (await isLeft(path))) await rm(path, { force: true });
    else found = true;
  }
  return found;
}

/** Whether the process of a claim is known to be gone. */
async function isLeft(claim: string): Promise<boolean> {
  // Empty while it is written, and gone once it is released.
  const text = await readFile(claim, "utf8").catch(() => "");
  if (text === "") return false;
  const by = JSON.parse(text) as { machine: string; pid: number };
  return by.machine === machine && !isAlive(by.pid);
}
