/** The lowest priority, for work that nobody waits for. */
import { readdirSync } from "node:fs";
import { constants, setPriority } from "node:os";

/**
 * Gives a process the lowest priority. On Linux each thread has its own, which those that it starts inherit; of this process all get it.
 * What the system refuses stays as it was.
 *
 * @param pid another process that has just been started; this one unless given
 */
export function giveWay(pid?: number): void {
  const own = process.platform === "linux" ? readdirSync("/proc/self/task").map(Number) : [0];
  for (const id of pid === undefined ? own : [pid]) {
    try {
      setPriority(id, constants.priority.PRIORITY_LOW);
    } catch {
      // It has ended, or may not.
    }
  }
}
