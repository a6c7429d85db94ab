/** Work by turns. Nothing here needs Node. */
import { MatineeError } from "../errors.ts";
import type { RecommendOptions } from "../recommend/recommend.ts";

/** Work that waits for its turn, and stops where nobody waits for its answer any more. */
export interface TakeTurn {
  <T>(signal: AbortSignal, work: (step: Step) => Promise<T> | T): Promise<T>;
  /** How many wait, the one whose turn it is among them. */
  waiting(): number;
}

/** Lets other work run: `setImmediate` of Node, a timer of a page. */
export type GiveWay = () => Promise<unknown>;

type Step = NonNullable<RecommendOptions["step"]>;

/** Milliseconds of computing after which other requests have a look in. */
const yieldEvery = 10;

/**
 * Makes the function that does work by turns, in the order of asking. Between any two, and within long ones, requests that need no turn are
 * answered. What clients that have gone asked for is not begun.
 *
 * @param most how many may wait
 * @param giveWay lets others run
 * @throws OVERLOADED
 */
export function turnsOf(most: number, giveWay: GiveWay): TakeTurn {
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();
  const takeTurn: TakeTurn = async (signal, work) => {
    if (waiting >= most) throw new MatineeError("OVERLOADED", `${most} requests are waiting already`);
    waiting++;
    const before = last;
    const { promise, resolve } = Promise.withResolvers<void>();
    last = promise;
    try {
      await before;
      await giveWay();
      signal.throwIfAborted();
      return await work(stepUntil(signal, giveWay));
    } finally {
      waiting--;
      resolve();
    }
  };
  takeTurn.waiting = () => waiting;
  return takeTurn;
}

/** Lets others run every few milliseconds. @param signal ends the work, by an error */
export function stepUntil(signal: AbortSignal, giveWay: GiveWay): Step {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < yieldEvery) return;
    await giveWay();
    signal.throwIfAborted();
    last = performance.now();
  };
}
