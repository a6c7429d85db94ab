/** Work that is done at once, or a part at a time: a generator that yields between its parts. */

/** Does the work at once. */
export function finish<T>(making: Generator<undefined, T>): T {
  let part = making.next();
  while (!part.done) part = making.next();
  return part.value;
}

/** Does the work a part at a time. @param step awaited between two parts */
export async function finishInSteps<T>(
  making: Generator<undefined, T>,
  step: (done: number, total: number) => Promise<void>,
): Promise<T> {
  let part = making.next();
  for (; !part.done; part = making.next()) await step(0, 1);
  return part.value;
}
