import { MatineeError } from "../errors.ts";

/** Seconds by which a client's clock may be ahead. */
const mostAhead = 300;

/**
 * Checks times of what clients say has happened, which the store is to keep.
 * @returns refuses a time that is yet to come, or before 1970: `of` names what it is of. @throws REQUEST_INVALID
 */
export function checkTimesSent(): (time: number, of: string) => void {
  // Times of clients stay possible where the clock of this machine is set back.
  const latest = Math.max(Date.now(), performance.timeOrigin + performance.now()) / 1000 + mostAhead;
  return (time, of) => {
    if (time >= 0 && time <= latest) return;
    const wrong = time < 0 ? "before 1970" : "yet to come";
    throw new MatineeError("REQUEST_INVALID", `${of} has the time ${time}, which is ${wrong}`, {
      fix: "give seconds since 1970, UTC, or leave the time out",
    });
  };
}
