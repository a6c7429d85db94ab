/** Whether another process is alive, for those who wait for it. */
import { randomUUID } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** Whether a process of this machine and namespace is there. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/** Processes of one machine and namespace have the same; where that cannot be told, none have. */
export const machine = (() => {
  try {
    return [
      hostname(),
      readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim(),
      readlinkSync("/proc/self/ns/pid"),
    ].join(" ");
  } catch {
    return randomUUID();
  }
})();
